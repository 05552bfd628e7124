"""The kernels for rows of floats of every table, bit for bit against their scalar twins."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.binding import lib

SOURCES = ["check_floats.c", "panel_cases.c", "bench_floats.c"]
TABLES = {0: "portable", 1: "avx2", 3: "avx512", 7: "avx512vnni"}


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program(*SOURCES, *(["watched_call_x86_64.S"] if platform.machine() == "x86_64" else []))


@pytest.mark.parametrize("mask", TABLES)
def test_products_equal_their_twins(mask: int, checker: Path) -> None:
    """Bits, memory outside of the buffers, preserved registers; what fails is printed with its parameters."""
    if mask & ~lib.lila_cpu_features():
        pytest.skip(f"this CPU has no {TABLES[mask]}")
    done = subprocess.run([checker, str(mask)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{TABLES[mask]} features={mask} checks=")


@pytest.mark.parametrize(("cpu", "name"), [("Nehalem", "portable"), ("Haswell", "avx2")])
def test_older_cpus_take_a_lower_rung(cpu: str, name: str, checker: Path) -> None:
    """Under QEMU an instruction that the named CPU lacks is a crash; nothing but the ladder picks the table."""
    qemu = shutil.which("qemu-x86_64")
    if qemu is None or platform.machine() != "x86_64":
        pytest.skip("needs qemu-user and an x86-64 machine")
    done = subprocess.run([qemu, "-cpu", cpu, checker], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{name} ")


def test_the_measurement_runs(checker: Path) -> None:
    done = subprocess.run([checker, "-1", "--bench", "64", "64", "3"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert names == ["f32", "f16", "bf16", "f32-rows", "f16-rows", "bf16-rows"]
