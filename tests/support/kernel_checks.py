"""Runs a program that checks kernels in one table, or as an older processor under QEMU."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.binding import lib

__all__ = ["OLDER_CPUS", "TABLES", "WATCHED_CALL", "check_as", "check_table"]

TABLES = {0: "portable", 1: "avx2", 3: "avx512", 7: "avx512vnni", 15: "avx512bf16"}
"""The mask of CPU features that forces each table, and its name."""
OLDER_CPUS = [("Nehalem", "portable"), ("Haswell", "avx2")]
"""Processors that QEMU can be, and the table that the ladder picks on them."""
WATCHED_CALL = ["watched_call_x86_64.S"] if platform.machine() == "x86_64" else []
"""What compares the registers that a kernel must preserve."""


def check_table(checker: Path, mask: int) -> None:
    """Every check of a table; what fails is printed with its parameters."""
    if mask & ~lib.lila_cpu_features():
        pytest.skip(f"this CPU has no {TABLES[mask]}")
    done = subprocess.run([checker, str(mask)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{TABLES[mask]} features={mask} checks=")


def check_as(checker: Path, cpu: str, name: str) -> None:
    """Under QEMU an instruction that the named CPU lacks is a crash; nothing but the ladder picks the table."""
    qemu = shutil.which("qemu-x86_64")
    if qemu is None or platform.machine() != "x86_64":
        pytest.skip("needs qemu-user and an x86-64 machine")
    done = subprocess.run([qemu, "-cpu", cpu, checker], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]
    assert done.stdout.startswith(f"kernels_{name} ")
