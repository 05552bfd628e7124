"""Fading: the formula, its floor, and that it neither fires twice nor never."""

from __future__ import annotations

import math

import pytest

from memory.fading import APPROVED_FLOOR, RATE_PER_HOUR, promoted, strength, strengthened
from memory.grammar import NAMESPACES

HOUR = 3600.0


@pytest.mark.parametrize(("namespace", "rate"), [("personal", 0.001), ("episodic", 0.01), ("wiki", 0.0001),
                                                 ("schedule", 0.05), ("contested", 0.02)])  # fmt: skip
def test_each_namespace_fades_at_its_rate(namespace: str, rate: float) -> None:
    faded = strength(0.9, namespace, "pending", 0.0, 10 * HOUR)
    assert faded == pytest.approx(0.9 * math.exp(-rate * 10))


def test_every_namespace_has_a_rate() -> None:
    assert set(RATE_PER_HOUR) == set(NAMESPACES)


def test_it_is_computed_from_the_last_use_so_asking_twice_changes_nothing() -> None:
    first = strength(0.9, "episodic", "pending", 0.0, 50 * HOUR)
    assert strength(0.9, "episodic", "pending", 0.0, 50 * HOUR) == first
    assert strength(0.9, "episodic", "pending", 50 * HOUR, 50 * HOUR) == 0.9


def test_what_a_person_approved_keeps_a_floor() -> None:
    assert strength(0.9, "schedule", "approved", 0.0, 1e6 * HOUR) == APPROVED_FLOOR
    assert strength(0.9, "schedule", "pending", 0.0, 1e6 * HOUR) < 1e-6
    assert strength(0.1, "schedule", "approved", 0.0, 1e6 * HOUR) == 0.1


def test_a_clock_set_back_fades_nothing() -> None:
    assert strength(0.9, "schedule", "approved", 100 * HOUR, 0.0) == 0.9


def test_repetition_strengthens_towards_certainty() -> None:
    value = 0.5
    for _ in range(50):
        assert value <= (value := strengthened(value)) <= 1.0
    assert value > 0.99


def test_promotion_goes_one_step_at_a_time() -> None:
    assert promoted("episodic", 7) == "episodic"
    assert promoted("episodic", 1000) == "personal"
    assert promoted("personal", 1000) == "wiki"
    assert promoted("schedule", 1000) == "schedule"
