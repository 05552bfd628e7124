"""Times of day: the next time that the clock shows them."""

from __future__ import annotations

from datetime import datetime

import pytest

from lila.tools.time_of_day import next_at

EVENING = datetime(2026, 11, 22, 18, 45)


@pytest.mark.parametrize(
    ("said", "day", "hour", "minute"),
    [
        ("7 am", 23, 7, 0),
        ("at 7:30 pm", 22, 19, 30),
        ("7:30", 22, 19, 30),
        ("6:40", 23, 6, 40),
        ("18:45", 23, 18, 45),
        ("half past six", 23, 6, 30),
        ("6 30", 23, 6, 30),
        ("for seven thirty", 22, 19, 30),
        ("quarter to eight", 22, 19, 45),
        ("25 past 3", 23, 3, 25),
        ("quarter to one", 23, 0, 45),
        ("six o'clock", 23, 6, 0),
        ("noon", 23, 12, 0),
        ("midnight", 23, 0, 0),
        ("12 am", 23, 0, 0),
    ],
)
def test_the_next_time(said: str, day: int, hour: int, minute: int) -> None:
    assert next_at(said, EVENING) == EVENING.replace(day=day, hour=hour, minute=minute)


@pytest.mark.parametrize(
    "said", ["ten minutes", "", "tomorrow", "61 past 3", "half past 14", "13", "6 5", "30 30"]
)
def test_no_time_of_day(said: str) -> None:
    assert next_at(said, EVENING) is None
