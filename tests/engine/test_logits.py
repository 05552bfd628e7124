"""The passes over a vocabulary of every table, against loops in double precision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kernel_checks import OLDER_CPUS, TABLES, check_as, check_table


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("check_logits.c", "panel_cases.c")


@pytest.mark.parametrize("mask", TABLES)
def test_passes_find_what_loops_find(mask: int, checker: Path) -> None:
    check_table(checker, mask)


@pytest.mark.parametrize(("cpu", "name"), OLDER_CPUS)
def test_older_cpus_take_a_lower_rung(cpu: str, name: str, checker: Path) -> None:
    check_as(checker, cpu, name)
