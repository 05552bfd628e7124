"""The tokenizer under AddressSanitizer and UndefinedBehaviorSanitizer, on random vocabularies and texts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ITERATIONS = 600
SOURCES = [
    "errors",
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
def fuzzer(sanitized_program: Callable[..., Path]) -> Path:
    return sanitized_program(["fuzz_tokenizer", "fuzz"], SOURCES)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_vocabularies_never_break_the_tokenizer(seed: int, fuzzer: Path) -> None:
    command = [str(fuzzer), str(ITERATIONS), str(seed)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert ran.returncode == 0, ran.stderr[-4000:]
    _, accepted, _, refused = ran.stdout.split()
    assert int(accepted) > 200 and int(refused) > 50  # both ways out were taken
