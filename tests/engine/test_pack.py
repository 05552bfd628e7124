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
# Type: (panel, bias, offsets of a block's f16 numbers)
FORMS: dict[str, tuple[str, int, list[int]]] = {
    "Q4_0": ("U4", 8, [0]),
    "IQ4_NL": ("U4", 0, [0]),
    "Q4_1": ("U4M", 0, [0, 2]),
    "Q4_K": ("K4", 0, [0, 2]),
    "Q5_0": ("U8", 16, [0]),
    "Q8_0": ("U8", 128, [0]),
    "Q5_1": ("U5M", 0, [0, 2]),
    "Q5_K": ("K5", 0, [0, 2]),
    "Q6_K": ("K6", 32, [208]),
}
BYTES = {"U4": 288, "U4M": 320, "U5M": 384, "U8": 544, "K4": 2368, "K5": 2880, "K6": 3392}
SUPER = 256


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


def five_bits(block: np.ndarray) -> np.ndarray:
    return nibbles(block[..., :256]) | upper(block[..., 256:320], {group: group for group in range(8)}, 1)


def six_bits(block: np.ndarray) -> np.ndarray:
    planes = columns(block).reshape(*block.shape[:-1], 16, 2, 3, 4)  # [row][half][plane][byte]
    pairs = planes >> 6
    rest = pairs[..., 0, :] | pairs[..., 1, :] << 2 | pairs[..., 2, :] << 4
    parts = np.concatenate([planes & 63, rest[..., None, :]], axis=-2)
    return parts.reshape(*block.shape[:-1], 16, 32)


def super_blocks(form: str, panels: np.ndarray) -> np.ndarray:
    """Panels [group][super-block][bytes] as values [group][super-block][row][256]."""
    blocks = panels[..., 320:].reshape(*panels.shape[:2], 8, -1)
    quants = {"K4": nibbles, "K5": five_bits, "K6": six_bits}[form](blocks).astype(np.float32)
    quants = np.moveaxis(quants, 2, 3)  # [group][super-block][row][block][32]
    integers = panels[..., 64:320]
    if form == "K6":
        assert not panels[..., 32:64].any()
        scales = (
            integers.view(np.int8).reshape(*panels.shape[:2], 16, 16).swapaxes(-1, -2).repeat(16, axis=-1)
        )
        exact = halves(panels, 0)[..., None] * scales.astype(np.float32)
        values = exact * (quants.reshape(exact.shape) - FORMS["Q6_K"][1])
    else:
        scale = integers[..., :128].reshape(*panels.shape[:2], 8, 16).swapaxes(-1, -2)
        low = integers[..., 128:].reshape(*panels.shape[:2], 4, 16, 2)
        low = np.moveaxis(low, 2, 3).reshape(scale.shape)  # [group][super-block][row][block]
        exact = (halves(panels, 0)[..., None] * scale.astype(np.float32))[..., None] * quants
        values = exact - (halves(panels, 32)[..., None] * low.astype(np.float32))[..., None]
    return values.reshape(*panels.shape[:2], 16, SUPER)


def unpacked(name: str, data: bytes, rows: int, k: int) -> np.ndarray:
    form, bias, _ = FORMS[name]
    width = SUPER if form.startswith("K") else 32
    panels = np.frombuffer(data, np.uint8).reshape(-(-rows // 16), k // width, BYTES[form])
    if width == SUPER:
        values = super_blocks(form, panels)
    elif form in ("U4M", "U5M"):
        scale, low = halves(panels, 0)[..., None], halves(panels, 32)[..., None]
        quants = nibbles(panels[..., 64:]) if form == "U4M" else five_bits(panels[..., 64:])
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
    np.testing.assert_array_equal(found[:rows], expected)


@pytest.mark.parametrize(("name", "together"), [("F16", 1), ("BF16", 2)])
def test_panels_of_floats_hold_what_the_matrix_holds(name: str, together: int, packer: Path) -> None:
    rows, k = 37, 96
    data = np.random.default_rng(5).integers(0, 256, (rows, 2 * k), np.uint8)
    done = pack(packer, gguf.GGMLQuantizationType[name], data, k)
    assert done.returncode == 0
    columns_of_rows = np.frombuffer(done.stdout, np.uint16).reshape(3, k // together, 16, together)
    found = columns_of_rows.transpose(0, 2, 1, 3).reshape(-1, k)
    assert not found[rows:].any()
    np.testing.assert_array_equal(found[:rows], data.view(np.uint16))


def test_f32_has_no_panels(packer: Path) -> None:
    assert pack(packer, gguf.GGMLQuantizationType.F32, np.zeros((16, 256), np.uint8), 32).returncode == 4
