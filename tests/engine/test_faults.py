"""Every allocation and every call to the system fails in turn, under AddressSanitizer and UBSan: an error with words or
the outcome as if nothing had failed; nothing leaks, and the next run is none the worse for it."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(1800)  # the first of them builds the engine


@pytest.fixture(scope="module")
def driver(sanitized_engine: Callable[[str], Path]) -> Path:
    return sanitized_engine("check_faults")


def checked(driver: Path, case: str, kind: str, file: Path, folder: Path) -> tuple[int, int, int]:
    """How many points could fail, and how many of the runs in which they did ended with an error, or well."""
    sanitizers = {
        "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    (cache := folder / "cache").mkdir()
    command = [str(part) for part in (driver, case, kind, cache, file)]
    env = {**os.environ, **sanitizers}
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=env)
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


@pytest.mark.parametrize("kind", ["memory", "files"])
def test_an_encoder(kind: str, driver: Path, write_encoder: Callable[..., Path], tmp_path: Path) -> None:
    points, errors, _ = checked(driver, "sentences", kind, write_encoder(32, 48), tmp_path)
    assert points >= 5 and errors >= points
