"""The tokenizer under AddressSanitizer and UndefinedBehaviorSanitizer, on random vocabularies and texts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ITERATIONS = 600
SOURCES = [
    "gguf",
    "gguf_types",
    "gguf_values",
    "mapped_file",
    "watch",
    "unicode",
    "unicode_tables",
    "unicode_folding",
    "pretokenize",
    "pretokenize_patterns",
]
SOURCES += ["tokenizer", "tokenizer_vocab", "tokenizer_special", "tokenizer_bpe", "tokenizer_spm"]
SOURCES += ["tokenizer_wordpiece"]


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    binary = tmp_path_factory.mktemp("fuzz") / "fuzz_tokenizer"
    sources = [ROOT / "tests/engine/native/fuzz_tokenizer.c"]
    sources += [ROOT / "engine/src" / f"{name}.c" for name in SOURCES]
    flags = ["-std=gnu11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    includes = [f"-I{ROOT / 'engine/include'}", f"-I{ROOT / 'engine/src'}"]
    command = [compiler, *flags, *includes, *map(str, sources), "-o", str(binary)]
    built = subprocess.run(command, capture_output=True, text=True)
    if "cannot find -lasan" in built.stderr or "unsupported option" in built.stderr:
        pytest.skip("the compiler has no sanitizers")
    assert built.returncode == 0, built.stderr
    return binary


@pytest.mark.parametrize("seed", [1, 2])
def test_random_vocabularies_never_break_the_tokenizer(seed: int, fuzzer: Path) -> None:
    command = [str(fuzzer), str(ITERATIONS), str(seed)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert ran.returncode == 0, ran.stderr[-4000:]
    _, accepted, _, refused = ran.stdout.split()
    assert int(accepted) > 200 and int(refused) > 50  # both ways out were taken
