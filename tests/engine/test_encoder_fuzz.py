"""The encoder under AddressSanitizer and UndefinedBehaviorSanitizer: sound files on every table of kernels and on one thread
or three, with the same bits; mutated files, which are refused with words or embed all the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(1800)  # the first of them builds the engine
SHAPES = {  # width, heads, inner, layers; mutated files
    "usual": ((32, 4, 48, 3), 300),
    "odd": ((21, 3, 13, 2), 300),
    "one head": ((40, 1, 8, 1), 300),
    "a layer of MiniLM": ((384, 12, 1536, 1), 6),
}


@pytest.fixture(scope="module")
def fuzzer(sanitized_engine: Callable[[str], Path]) -> Path:
    return sanitized_engine("fuzz_encoder")


@pytest.mark.parametrize("name", SHAPES)
def test_no_file_breaks_the_encoder(name: str, fuzzer: Path, write_encoder: Callable[..., Path]) -> None:
    (width, heads, inner, layers), iterations = SHAPES[name]
    sizes = (width, heads, inner, layers, iterations, 1)
    sanitizers = {
        "ASAN_OPTIONS": "detect_leaks=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    done = subprocess.run(
        [str(part) for part in (fuzzer, *sizes, write_encoder(width, inner, layers))],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **sanitizers},
    )
    assert done.returncode == 0, done.stdout + done.stderr[:6000]
    _, accepted, _, refused = done.stdout.split()
    assert int(accepted) + int(refused) == iterations
    if iterations > 100:
        assert int(accepted) > 10 and int(refused) > 50  # both ways out were taken
