"""The GGUF parser under AddressSanitizer and UndefinedBehaviorSanitizer, on mutated files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ITERATIONS = 4000


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    binary = tmp_path_factory.mktemp("fuzz") / "fuzz_gguf"
    sources = [ROOT / "tests/engine/native/fuzz_gguf.c"]
    sources += [
        ROOT / f"engine/src/{name}.c"
        for name in ("gguf", "gguf_types", "gguf_values", "mapped_file", "watch")
    ]
    flags = ["-std=gnu11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    includes = [f"-I{ROOT / 'engine/include'}", f"-I{ROOT / 'engine/src'}"]
    built = subprocess.run(
        [compiler, *flags, *includes, *map(str, sources), "-o", str(binary)], capture_output=True, text=True
    )
    if "cannot find -lasan" in built.stderr or "unsupported option" in built.stderr:
        pytest.skip("the compiler has no sanitizers")
    assert built.returncode == 0, built.stderr
    return binary


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
