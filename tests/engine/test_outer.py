"""The kernels of attention in every table, in assembly where there is any, against references in C."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.binding import lib

TABLES = {0: "portable", 1: "avx2", 3: "avx512", 7: "avx512vnni"}


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    watched = ["watched_call_x86_64.S"] if platform.machine() == "x86_64" else []
    return kernel_program("check_outer.c", "panel_cases.c", *watched)


@pytest.mark.parametrize("mask", TABLES)
def test_parts_of_attention_equal_their_definition(mask: int, checker: Path) -> None:
    """Values, a row alone and in company, memory outside of the buffers, preserved registers, exp within 2 ulp."""
    if mask & ~lib.lila_cpu_features():
        pytest.skip(f"this CPU has no {TABLES[mask]}")
    done = subprocess.run([checker, str(mask)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{TABLES[mask]} features={mask} checks=")


@pytest.mark.parametrize(("cpu", "name"), [("Nehalem", "portable"), ("Haswell", "avx2")])
def test_older_cpus_take_a_lower_rung(cpu: str, name: str, checker: Path) -> None:
    """Under QEMU an instruction that the named CPU lacks is a crash."""
    qemu = shutil.which("qemu-x86_64")
    if qemu is None or platform.machine() != "x86_64":
        pytest.skip("needs qemu-user and an x86-64 machine")
    done = subprocess.run([qemu, "-cpu", cpu, checker], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{name} ")
