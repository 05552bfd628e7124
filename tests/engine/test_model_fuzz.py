"""Models under AddressSanitizer and UndefinedBehaviorSanitizer, sound and mutated: each is refused with words, or packs, is
kept in the cache, runs and lets its rows be copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sanitizing import accepted_and_refused

pytestmark = pytest.mark.timeout(1800)  # the first of them builds the engine
ITERATIONS = 200
SMALL = {"layers": 1, "context": 64}
SHAPES: dict[str, dict[str, Any]] = {
    "F32": SMALL | {"tied": True},
    "BF16": SMALL,
    "Q8_0": SMALL,
    "Q4_0": SMALL | {"kv_heads": 1},
    "Q4_K": {"embedding": 256, "feed_forward": 256, "heads": 8, "layers": 1},
}


@pytest.fixture(scope="module")
def fuzzer(sanitized_engine: Callable[[str], Path]) -> Path:
    return sanitized_engine("fuzz_model")


def slide_and_stretch(writer: Any, _: dict[str, Any]) -> None:
    """What the other seeds don't have: a window with its pattern, and YaRN."""
    writer.add_sliding_window(9)
    writer.add_array("llama.attention.sliding_window_pattern", [True])
    writer.add_string("llama.rope.scaling.type", "yarn")
    writer.add_float32("llama.rope.scaling.factor", 4.0)
    writer.add_uint32("llama.rope.scaling.original_context_length", 32)


@pytest.mark.parametrize("kind", SHAPES)
def test_no_file_breaks_a_model(kind: str, fuzzer: Path, make_model: Any, tmp_path: Path) -> None:
    change = slide_and_stretch if kind == "F32" else None
    seed = make_model(kind, change, **SHAPES[kind]).path
    accepted, refused = accepted_and_refused(fuzzer, tmp_path, ITERATIONS, 1, seed)
    assert accepted + refused == ITERATIONS
    assert accepted > 20 and refused > 50  # both ways out were taken
