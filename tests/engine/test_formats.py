"""Every quantised type against the gguf package's own reading of it, bit for bit, on every kernel table."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.binding import lib

gguf = pytest.importorskip("gguf")

SCALES = {  # byte offsets of the f16 numbers in a block
    "Q4_0": [0],
    "Q4_1": [0, 2],
    "Q5_0": [0],
    "Q5_1": [0, 2],
    "Q8_0": [0],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
    "IQ4_NL": [0],
}
EDGE_SCALES = np.array([0.0, -0.0, 6e-8, -6e-8, 6.1e-5, -1.5, 1.0, 65504.0], np.float16)


@pytest.fixture(scope="module")
def unpacker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("unpack_rows.c")


def unpacked(unpacker: Path, mask: int, kind: Any, data: np.ndarray, elements: int) -> np.ndarray:
    command = [str(unpacker), str(mask), str(int(kind)), str(elements)]
    done = subprocess.run(command, input=data.tobytes(), capture_output=True)
    assert done.returncode == 0
    return np.frombuffer(done.stdout, np.float32)


def random_blocks(name: str, count: int) -> tuple[Any, np.ndarray, int]:
    """Random bytes in every field; scales run through the edges of f16 and then at random."""
    kind = gguf.GGMLQuantizationType[name]
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    rng = np.random.default_rng(3)
    blocks = rng.integers(0, 256, (count, size), np.uint8)
    for offset in SCALES[name]:
        scales = rng.normal(0, 2, count).astype(np.float16)
        scales[: len(EDGE_SCALES)] = rng.permutation(EDGE_SCALES)
        blocks[:, offset : offset + 2] = scales.view(np.uint8).reshape(count, 2)
    return kind, blocks, elements * count


@pytest.mark.parametrize("mask", [0, 1, 3, 7])
@pytest.mark.parametrize("name", SCALES)
def test_random_bytes_are_read_as_the_gguf_package_reads_them(name: str, mask: int, unpacker: Path) -> None:
    if mask & ~lib.lila_cpu_features():
        pytest.skip("this CPU has fewer instructions")
    kind, blocks, elements = random_blocks(name, 300)
    expected = gguf.quants.dequantize(blocks.reshape(1, -1), kind).ravel()
    found = unpacked(unpacker, mask, kind, blocks, elements)
    np.testing.assert_array_equal(found, expected)
