"""The GGUF parser under AddressSanitizer and UndefinedBehaviorSanitizer, on mutated files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ITERATIONS = 4000


@pytest.fixture(scope="module")
def fuzzer(sanitized_program: Callable[..., Path]) -> Path:
    sources = ["errors", "gguf", "gguf_types", "gguf_values", "mapped_file", "watch"]
    return sanitized_program(["fuzz_gguf", "fuzz"], sources)


@pytest.mark.parametrize("kind", ["F32", "Q4_0"])
def test_mutated_files_never_break_the_parser(kind: str, fuzzer: Path, make_model: Any) -> None:
    small = make_model(kind, embedding=32, feed_forward=32, layers=1, context=32, heads=2, kv_heads=1)
    ran = subprocess.run(
        [str(fuzzer), str(ITERATIONS), "1", str(small.path)],
        capture_output=True,
        text=True,
        timeout=300,
        env={
            "ASAN_OPTIONS": "detect_leaks=1:max_allocation_size_mb=64",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        },
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    _, accepted, _, refused = ran.stdout.split()
    assert int(accepted) > 50 and int(refused) > 500  # both ways out were taken
