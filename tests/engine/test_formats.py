"""Every quantised type against the gguf package's own reading of it, bit for bit, on every kernel table."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.binding import lib

gguf = pytest.importorskip("gguf")

ROOT = Path(__file__).parents[2]
AVX2 = ["-mavx2", "-mfma", "-mf16c"]
AVX512 = [*AVX2, "-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mprefer-vector-width=512"]
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
def unpacker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("formats")
    tables: dict[str, list[str]] = {"portable": []}
    if platform.machine() == "x86_64":
        tables |= {"avx2": AVX2, "avx512": AVX512}
    includes = [f"-I{ROOT / 'engine' / part}" for part in ("include", "src", "kernels")]
    common = [compiler, "-std=gnu11", "-O1", "-Wno-psabi", *includes]
    kernels = ROOT / "engine/kernels/portable/kernels.c"
    for name, flags in tables.items():
        build([*common, *flags, f"-DLILA_KERNELS=kernels_{name}", "-c", kernels, "-o", folder / f"{name}.o"])
    sources = [ROOT / "tests/engine/native/unpack_rows.c", ROOT / "engine/src/gguf_types.c"]
    sources += [ROOT / f"engine/kernels/{name}.c" for name in ("dispatch", "panels_ref")]
    sources += [*(folder / f"{name}.o" for name in tables)]
    build([*common, *sources, "-lm", "-o", folder / "unpack"])
    return folder / "unpack"


def build(command: list[Any]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]


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


@pytest.mark.parametrize("mask", [0, 1, 3])
@pytest.mark.parametrize("name", SCALES)
def test_random_bytes_are_read_as_the_gguf_package_reads_them(name: str, mask: int, unpacker: Path) -> None:
    if mask & ~lib.lila_cpu_features():
        pytest.skip("this CPU has fewer instructions")
    kind, blocks, elements = random_blocks(name, 300)
    expected = gguf.quants.dequantize(blocks.reshape(1, -1), kind).ravel()
    found = unpacked(unpacker, mask, kind, blocks, elements)
    np.testing.assert_array_equal(found, expected)
