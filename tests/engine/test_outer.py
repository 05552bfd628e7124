"""The kernels of attention in every table, in assembly where there is any, against references in C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kernel_checks import OLDER_CPUS, TABLES, WATCHED_CALL, check_as, check_table


@pytest.fixture(scope="module")
def checker(kernel_program: Callable[..., Path]) -> Path:
    return kernel_program("check_outer.c", "panel_cases.c", *WATCHED_CALL)


@pytest.mark.parametrize("mask", TABLES)
def test_parts_of_attention_equal_their_definition(mask: int, checker: Path) -> None:
    """Values, a row alone and in company, memory outside of the buffers, preserved registers, exp within 2 ulp."""
    check_table(checker, mask)


@pytest.mark.parametrize(("cpu", "name"), OLDER_CPUS)
def test_older_cpus_take_a_lower_rung(cpu: str, name: str, checker: Path) -> None:
    check_as(checker, cpu, name)
