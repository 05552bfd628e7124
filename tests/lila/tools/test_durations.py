"""Lengths of time, as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.tools.durations import say_duration, seconds_of


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("10 minutes", 600),
        ("ten minutes", 600),
        ("twenty-five min", 1500),
        ("half an hour", 1800),
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("two and a half hours", 9000),
        ("1h 30m", 5400),
        ("1 hour and 15 minutes", 4500),
        ("a quarter of an hour", 900),
        ("three quarters of an hour", 2700),
        ("a couple of minutes", 120),
        ("90 seconds", 90),
        ("1:30", 90),
        ("1:00:00", 3600),
        ("a minute", 60),
        ("about five minutes please", 300),
        ("1.5 hours", 5400),
        ("2 days", 172_800),
    ],
)
def test_understood(said: str, seconds: int) -> None:
    assert seconds_of(said) == seconds


@pytest.mark.parametrize("said", ["", "5", "banana", "an", "hour", "ten", "minutes ten", "a while", "half"])
def test_not_understood(said: str) -> None:
    assert seconds_of(said) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (600, "10 minutes"),
        (5400, "1 hour and 30 minutes"),
        (86_400, "1 day"),
        (90_061, "1 day and 1 hour"),
    ],
)
def test_said(seconds: int, said: str) -> None:
    assert say_duration(seconds) == said


@given(st.integers(1, 119) | st.integers(1, 2000).map(lambda minutes: minutes * 60))
def test_what_is_said_is_understood_again(seconds: int) -> None:
    if seconds < 86_400:
        assert seconds_of(say_duration(seconds)) == seconds


@given(st.text(max_size=40))
def test_any_text_is_a_length_or_none(text: str) -> None:
    found = seconds_of(text)
    assert found is None or found >= 0
