"""The encoder under AddressSanitizer and UndefinedBehaviorSanitizer: sound files on every table of kernels and on one thread
or three, with the same bits; mutated files, which are refused with words or embed all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sanitizing import accepted_and_refused

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
    accepted, refused = accepted_and_refused(fuzzer, *sizes, write_encoder(width, inner, layers))
    assert accepted + refused == iterations
    if iterations > 100:
        assert accepted > 10 and refused > 50  # both ways out were taken
