"""Every allocation and every call to the system fails in turn, under AddressSanitizer and UBSan: an error with words or
the outcome as if nothing had failed; nothing leaks, and the next run is none the worse for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build/asan"
pytestmark = pytest.mark.timeout(1800)  # the first of them builds the engine


def tool(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"no {name} to build the engine with")
    return found


def run(command: list[Any], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine and its driver with sanitizers; kept between runs, for only what changed is built again."""
    probe = tmp_path_factory.mktemp("probe") / "probe"
    compiler = shutil.which("cc") or tool("gcc")
    made = run(
        [compiler, "-xc", "-fsanitize=address,undefined", "-", "-o", probe], input="int main(void){return 0;}"
    )
    if made.returncode or run([probe]).returncode:
        pytest.skip(f"AddressSanitizer doesn't run here: {made.stderr.strip()[-200:]}")
    cmake = tool("cmake")
    options = ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DLILA_SANITIZE=address", "-DLILA_CHECK_FAULTS=ON"]
    ninja = f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}"
    for step in (
        [cmake, "-S", ROOT, "-B", BUILD, "-G", "Ninja", ninja, *options],
        [cmake, "--build", BUILD, "--target", "check_faults"],
    ):
        done = run(step)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return BUILD / "engine/check_faults"


def checked(driver: Path, case: str, kind: str, file: Path, folder: Path) -> tuple[int, int, int]:
    """How many points could fail, and how many of the runs in which they did ended with an error, or well."""
    sanitizers = {
        "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    (cache := folder / "cache").mkdir()
    done = run([driver, case, kind, cache, file], timeout=900, env={**os.environ, **sanitizers})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[:6000]
    counted = re.fullmatch(r"points=(\d+) errors=(\d+) outcomes=(\d+)\n", done.stdout)
    assert counted, done.stdout
    points, errors, outcomes = map(int, counted.groups())
    assert errors + outcomes == 2 * points
    return points, errors, outcomes


@pytest.mark.parametrize("kind", ["memory", "files"])
@pytest.mark.parametrize("cache", ["cold", "warm"])
def test_a_conversation(cache: str, kind: str, driver: Path, make_model: Any, tmp_path: Path) -> None:
    path = make_model("Q8_0", layers=2).path
    points, errors, outcomes = checked(driver, cache, kind, path, tmp_path)
    assert points > 30 and errors > 50
    assert outcomes > 0  # trouble with the cache alone is no error


@pytest.mark.parametrize("kind", ["memory", "files"])
@pytest.mark.parametrize("vocabulary", ["llama-spm", "gpt-2", "bert-bge"])
def test_a_tokenizer(
    vocabulary: str, kind: str, driver: Path, llama_cpp_models: Path, tmp_path: Path
) -> None:
    path = llama_cpp_models / f"ggml-vocab-{vocabulary}.gguf"
    points, errors, _ = checked(driver, "tokens", kind, path, tmp_path)
    assert points > (20 if kind == "memory" else 3) and errors > points


@pytest.mark.parametrize("kind", ["memory", "files"])
def test_safetensors(kind: str, driver: Path, tmp_path: Path) -> None:
    offsets = {
        f"t{i}": {"dtype": "F32", "shape": [4], "data_offsets": [16 * i, 16 * i + 16]} for i in range(40)
    }
    header = json.dumps({"__metadata__": {"a": "b"}, **offsets}).encode()
    (path := tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(640))
    points, errors, _ = checked(driver, "tensors", kind, path, tmp_path)
    assert points >= 5 and errors >= points


def bert(width: int, inner: int) -> dict[str, tuple[int, ...]]:
    """The tensors of one layer, as check_faults.c expects them."""
    layer = "encoder.layer.0"
    linear = {f"{layer}.attention.self.{name}": (width, width) for name in ("query", "key", "value")}
    linear |= {
        f"{layer}.attention.output.dense": (width, width),
        f"{layer}.intermediate.dense": (inner, width),
        f"{layer}.output.dense": (width, inner),
    }
    norms = ["embeddings.LayerNorm", f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (41, width),
        "embeddings.position_embeddings.weight": (64, width),
        "embeddings.token_type_embeddings.weight": (2, width),
    }
    for name, shape in linear.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    for name in norms:
        shapes |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    return shapes


@pytest.mark.parametrize("kind", ["memory", "files"])
def test_an_encoder(kind: str, driver: Path, tmp_path: Path) -> None:
    rng, header, data = np.random.default_rng(1), {}, b""
    for name, shape in bert(32, 48).items():
        tensor = rng.normal(0.1, 0.25, shape).astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(tensor)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": offsets}
        data += tensor
    text = json.dumps(header).encode()
    (path := tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    points, errors, _ = checked(driver, "sentences", kind, path, tmp_path)
    assert points >= 5 and errors >= points
