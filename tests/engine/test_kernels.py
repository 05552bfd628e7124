"""Every kernel of every table against a scalar reference in C; the ladder that chooses between tables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kernel_checks import TABLES

from engine import Model
from engine.binding import lib

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("check_kernels.c")


def run(command: list[Any]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-4000:]
    return done.stdout


@pytest.mark.parametrize(("mask", "name"), TABLES.items())
def test_kernels_equal_the_reference(mask: int, name: str, checker: Path) -> None:
    if mask & ~lib.lila_cpu_features():
        pytest.skip(f"this CPU has no {name}")
    assert f"kernels_{name} features={mask} failures=0" in run([checker, mask])


def test_the_ladder_takes_the_best_that_the_mask_allows(make_model: Any) -> None:
    path = make_model("F16").path
    features = lib.lila_cpu_features()
    for mask in (*TABLES, 0xFFFFFFFF):
        with Model.open(path, cpu_mask=mask) as model:
            assert model.cpu_features == features & mask
    for gap in (2, 4, 6, 8):  # AVX-512 without AVX2, VNNI or BF16 without either: no rungs
        with Model.open(path, cpu_mask=gap) as model:
            assert model.cpu_features == 0
    with Model.open(path, cpu_mask=5) as model:
        assert model.cpu_features == features & 1
    with Model.open(path, cpu_mask=11) as model:
        assert model.cpu_features == features & 3


def test_the_environment_masks_features(make_model: Any) -> None:
    code = "import sys; from engine import Model; print(Model.open(sys.argv[1]).cpu_features)"
    printed = subprocess.run(
        [sys.executable, "-c", code, str(make_model("F16").path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "LILA_CPU_MASK": "0"},
    )
    assert printed.stdout.strip() == "0", printed.stderr


def test_every_kernel_of_the_table_has_a_contract() -> None:
    """A comment with its formula stands above each pointer in kernels.h."""
    table = (ROOT / "engine/kernels/kernels.h").read_text().split("typedef struct kernels {")[1]
    pointers = re.findall(r"\n\n    (/\*.*?\*/)\n    \w+ \(?\*(\w+)", table, re.DOTALL)
    assert [name for _, name in pointers] == re.findall(r"^    \w+ \(?\*(\w+)(?=[\[;)])", table, re.MULTILINE)
    assert all("=" in comment or "→" in comment for comment, _ in pointers)
