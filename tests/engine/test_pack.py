"""Panels of every quantised type, read back by the layout in panels.h, against the matrix they were made of."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

gguf = pytest.importorskip("gguf")

CODE_IQ4_NL = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113])
# Type: (panel, bias, offsets of a block's f16 numbers, whether panels hold the very scales of the file)
FORMS: dict[str, tuple[str, int, list[int], bool]] = {
    "Q4_0": ("U4", 8, [0], True),
    "IQ4_NL": ("U4", 0, [0], True),
    "Q4_1": ("U4M", 0, [0, 2], True),
    "Q4_K": ("U4M", 0, [0, 2], False),
    "Q5_0": ("U8", 16, [0], True),
    "Q8_0": ("U8", 128, [0], True),
    "Q5_1": ("U5M", 0, [0, 2], True),
    "Q5_K": ("U5M", 0, [0, 2], False),
    "Q6_K": ("U6", 32, [208], False),
}
BYTES = {"U4": 288, "U4M": 320, "U5M": 384, "U6": 448, "U8": 544}


@pytest.fixture(scope="module")
def packer(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("pack_rows.c", "../../../engine/src/pack.c")


def random_rows(name: str, rows: int, k: int) -> tuple[Any, np.ndarray]:
    """Random bytes whose scales are of the size that real weights have."""
    kind = gguf.GGMLQuantizationType[name]
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    rng = np.random.default_rng(5)
    blocks = rng.integers(0, 256, (rows * k // elements, size), np.uint8)
    for offset in FORMS[name][2]:
        scales = rng.normal(0, 0.01, len(blocks)).astype(np.float16)
        blocks[:, offset : offset + 2] = scales.view(np.uint8).reshape(-1, 2)
    return kind, blocks.reshape(rows, -1)


def pack(packer: Path, kind: Any, data: np.ndarray, k: int) -> subprocess.CompletedProcess[bytes]:
    command = [str(packer), str(int(kind)), str(len(data)), str(k)]
    return subprocess.run(command, input=data.tobytes(), capture_output=True)


def halves(panels: np.ndarray, start: int) -> np.ndarray:
    """f16 [..., 16] at byte `start` of each panel."""
    return np.ascontiguousarray(panels[..., start : start + 32]).view(np.float16).astype(np.float32)


def columns(groups: np.ndarray) -> np.ndarray:
    """Bytes [..., n * 64] to [..., row, 4 * n columns]."""
    parts = groups.reshape(*groups.shape[:-1], -1, 16, 4)
    return np.moveaxis(parts, -2, -3).reshape(*groups.shape[:-1], 16, -1)


def nibbles(groups: np.ndarray) -> np.ndarray:
    packed = columns(groups)
    return np.concatenate([packed & 15, packed >> 4], axis=-1)


def upper(plane: np.ndarray, bits: dict[int, int], most: int) -> np.ndarray:
    """Bits [..., row, column] above the nibbles: the field of each group of four columns begins at a bit."""
    rows = columns(plane)
    return np.concatenate([(rows >> at & most) << 4 for _, at in sorted(bits.items())], axis=-1)


def five_bits(panels: np.ndarray) -> np.ndarray:
    return nibbles(panels[..., 64:320]) | upper(panels[..., 320:384], {group: group for group in range(8)}, 1)


def six_bits(panels: np.ndarray) -> np.ndarray:
    first = upper(panels[..., 320:384], {0: 0, 1: 4, 4: 2, 5: 6}, 3)  # columns 0–7 and 16–23
    second = upper(panels[..., 384:448], {2: 0, 3: 4, 6: 2, 7: 6}, 3)
    parts = (first[..., :8], second[..., :8], first[..., 8:], second[..., 8:])
    return nibbles(panels[..., 64:320]) | np.concatenate(parts, axis=-1)


def unpacked(name: str, data: bytes, rows: int, k: int) -> np.ndarray:
    form, bias, _, _ = FORMS[name]
    panels = np.frombuffer(data, np.uint8).reshape(-(-rows // 16), k // 32, BYTES[form])
    if form == "U6":
        scales = np.stack([halves(panels, 0), halves(panels, 32)], axis=-1).repeat(16, axis=-1)
        values = scales * (six_bits(panels).astype(np.float32) - bias)
    elif form in ("U4M", "U5M"):
        scale, low = halves(panels, 0)[..., None], halves(panels, 32)[..., None]
        quants = nibbles(panels[..., 64:]) if form == "U4M" else five_bits(panels)
        values = scale * quants.astype(np.float32) + low
    else:
        quants = columns(panels[..., 32:]) if form == "U8" else nibbles(panels[..., 32:])
        codes = CODE_IQ4_NL[quants] if name == "IQ4_NL" else quants.astype(np.int32) - bias
        values = halves(panels, 0)[..., None] * codes.astype(np.float32)
    return np.moveaxis(values, 2, 1).reshape(-1, k)  # [group][row][block][column]


@pytest.mark.parametrize("rows", [1, 16, 37, 64])
@pytest.mark.parametrize("name", FORMS)
def test_panels_hold_what_the_matrix_holds(name: str, rows: int, packer: Path) -> None:
    k = 512
    kind, data = random_rows(name, rows, k)
    done = pack(packer, kind, data, k)
    assert done.returncode == 0
    found = unpacked(name, done.stdout, rows, k)
    expected = gguf.quants.dequantize(data, kind)
    assert not found[rows:].any()
    if FORMS[name][3]:
        np.testing.assert_array_equal(found[:rows], expected)
    else:  # scale · quant and min are each rounded to f16: half a unit in the eleventh bit, or the last subnormal
        bound = (np.abs(expected) + 2 * largest_minimum(name, data)) * 2.0**-11 + 64 * 2.0**-25
        assert (np.abs(found[:rows] - expected) <= bound).all()


def largest_minimum(name: str, data: np.ndarray) -> np.ndarray:
    """What a block of the type can subtract at most: 63 times its f16 minimum; Q6_K subtracts quants."""
    if name == "Q6_K":
        return np.zeros((len(data), 1))
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    low = np.ascontiguousarray(data.reshape(-1, size)[:, 2:4]).view(np.float16).astype(np.float32)
    return (63 * np.abs(low)).repeat(elements, axis=1).reshape(len(data), -1)


@pytest.mark.parametrize("name", FORMS)
def test_a_scale_that_no_f16_holds_is_refused(name: str, packer: Path) -> None:
    kind, data = random_rows(name, 20, 256)
    offset = FORMS[name][2][0]
    data[19, offset : offset + 2] = np.array([np.inf], np.float16).view(np.uint8)
    assert pack(packer, kind, data, 256).returncode == 3


@pytest.mark.parametrize("name", ["F32", "F16", "BF16"])
def test_floats_have_no_panels(name: str, packer: Path) -> None:
    kind = gguf.GGMLQuantizationType[name]
    assert pack(packer, kind, np.zeros((16, 256), np.uint8), 32).returncode == 4
