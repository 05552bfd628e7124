"""The encoder's kernels of every table against a scalar reference in C; each with its contract."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.binding import lib

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("check_dense.c")


@pytest.mark.parametrize(("mask", "name"), [(0, "portable"), (1, "avx2"), (3, "avx512"), (7, "avx512")])
def test_kernels_equal_the_reference(mask: int, name: str, checker: Path) -> None:
    if mask & ~lib.lila_cpu_features():
        pytest.skip(f"this CPU has no {name}")
    done = subprocess.run([checker, str(mask)], capture_output=True, text=True)
    assert f"dense_{name} used={mask} failures=0" in done.stdout, done.stdout[-4000:] + done.stderr[-4000:]


def test_every_kernel_of_the_table_has_a_contract() -> None:
    """A comment with its formula stands above each pointer in dense.h."""
    table = (ROOT / "engine/kernels/dense.h").read_text().split("typedef struct dense_kernels {")[1]
    pointers = re.findall(r"\n\n    (/\*.*?\*/)\n    void \(\*(\w+)", table, re.DOTALL)
    assert [name for _, name in pointers] == re.findall(r"^    void \(\*(\w+)", table, re.MULTILINE)
    assert pointers and all("=" in comment for comment, _ in pointers)
