"""Fuzzers built with AddressSanitizer and UndefinedBehaviorSanitizer: how they are run, and what they say at their end."""

from __future__ import annotations

import os
import subprocess

__all__ = ["accepted_and_refused"]

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}


def accepted_and_refused(*command: object) -> tuple[int, int]:
    """How many mutated files the fuzzer took and how many it refused; every other end fails the test."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **SANITIZERS},
    )
    assert done.returncode == 0, done.stdout + done.stderr[:6000]
    _, accepted, _, refused = done.stdout.split()
    return int(accepted), int(refused)
