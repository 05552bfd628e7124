"""The kernels for rows of floats of every table, bit for bit against their scalar twins."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from kernel_checks import OLDER_CPUS, TABLES, WATCHED_CALL, check_as, check_table

SOURCES = ["check_floats.c", "panel_cases.c", "bench_floats.c"]


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program(*SOURCES, *WATCHED_CALL)


@pytest.mark.parametrize("mask", TABLES)
def test_products_equal_their_twins(mask: int, checker: Path) -> None:
    """Bits, memory outside of the buffers, preserved registers; what fails is printed with its parameters."""
    check_table(checker, mask)


@pytest.mark.parametrize(("cpu", "name"), OLDER_CPUS)
def test_older_cpus_take_a_lower_rung(cpu: str, name: str, checker: Path) -> None:
    check_as(checker, cpu, name)


def test_the_measurement_runs(checker: Path) -> None:
    done = subprocess.run([checker, "-1", "--bench", "64", "64", "3"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert names[:6] == ["f32", "f16", "bf16", "f32-rows", "f16-rows", "bf16-rows"]
    assert (
        names[6:] == ["f16-panels", "bf16-panels"][: len(names) - 6]
    )  # as far as this processor has kernels for them
