"""Confidence: between 0 and 1, rising with the tokens' probabilities, and fitted rather than made up."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from lila.confidence import Calibration, calibration, fit

LOGPROBS = st.lists(st.floats(-30, 0), min_size=1, max_size=40)


@given(LOGPROBS)
def test_it_is_a_probability(logprobs: list[float]) -> None:
    sure = calibration().of(logprobs)
    assert sure is not None
    assert 0.0 <= sure <= 1.0


@given(LOGPROBS, st.integers(0, 39), st.floats(0, 5))
def test_a_likelier_token_never_lowers_it(logprobs: list[float], at: int, more: float) -> None:
    likelier = list(logprobs)
    likelier[at % len(likelier)] = min(0.0, likelier[at % len(likelier)] + more)
    before, after = calibration().of(logprobs), calibration().of(likelier)
    assert before is not None
    assert after is not None
    assert after >= before - 1e-12


def test_without_probabilities_it_is_unknown() -> None:
    assert calibration().of([]) is None


def test_senseless_numbers_do_not_break_it() -> None:
    assert calibration().of([math.nan, -math.inf]) is not None


def test_what_ships_tells_sure_from_unsure() -> None:
    sure, unsure = calibration().of([-0.001] * 20), calibration().of([-0.001] * 19 + [-3.0])
    assert sure is not None
    assert unsure is not None
    assert sure > 0.8
    assert unsure < 0.2


def test_fitting_finds_the_curve_that_made_the_data() -> None:
    chance = random.Random(3)
    truth = Calibration(-0.5, 0.85)
    turns = []
    for _ in range(1500):
        logprobs = [-chance.expovariate(6) for _ in range(6)]
        right = chance.random() < (truth.of(logprobs) or 0.0)
        turns.append((logprobs, right))
    found = fit(turns)
    gaps = [abs((found.of(logprobs) or 0.0) - (truth.of(logprobs) or 0.0)) for logprobs, _ in turns]
    assert sum(gaps) / len(gaps) < 0.05


def test_fitting_turns_that_are_all_right_gives_a_sure_curve() -> None:
    found = fit([([-0.1, -0.2], True)] * 20)
    assert found.slope >= 0
    assert (found.of([-0.1, -0.2]) or 0.0) > 0.9


def test_tokens_without_a_choice_change_nothing() -> None:
    assert calibration().of([-0.3, -0.1]) == calibration().of([0.0, -0.3, 0.0, 0.0, -0.1])
