"""The times that a remembered line names."""

from __future__ import annotations

import pytest

from lila.backends.decoding.times import names_hour, names_time, names_when, times_in


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("the dentist is on Tuesday at nine", "on Tuesday at nine"),
        ("you take the pills before bed", "before bed"),
        ("the 5th of May is Ada's birthday", "the 5th of May"),
        ("Ada was born on the twenty-first of June", "on the twenty-first of June"),
        ("the day before yesterday Ada had a letter", "the day before yesterday"),
        ("the chimney sweep comes in the summer", "in the summer"),
        ("Ada plays in the concert on 19 October", "on 19 October"),
        ("Ada's birthday comes on the second of June", "on the second of June"),
        ("the second of June is Ada's birthday", "the second of June"),
        ("the bins go out every other Monday", "every other Monday"),
    ],
)
def test_a_time_is_found(line: str, time: str) -> None:
    assert time in set(times_in(line))


def test_a_time_keeps_the_word_before_it_and_nothing_else() -> None:
    assert "19 October" not in set(times_in("Ada plays in the concert on 19 October"))
    assert "in the concert on 19 October" not in set(times_in("Ada plays in the concert on 19 October"))


@pytest.mark.parametrize(
    "line", ["the skis are under the sink", "the login for the laundry is Tw_9", "the key is on the piano"]
)
def test_a_place_is_no_time(line: str) -> None:
    assert not list(times_in(line))


def test_a_plate_is_no_time() -> None:
    assert not list(times_in("your number plate is LU 4471K"))
    assert "at 10am" in times_in("the fair is at 10am")


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("at half past six", True),
        ("on the second of june", True),
        ("in two weeks", True),
        ("every first monday", True),
        ("one sugar", False),
        ("in the second drawer", False),
        ("twice a day", True),
        ("on 466-0354", False),
        ("in 2026", True),
        ("your friend is joost", False),
    ],
)
def test_a_number_says_nothing_of_when(text: str, may: bool) -> None:
    assert names_when(text.split()) is may


def test_how_often_and_a_season_are_hours() -> None:
    assert names_hour("with food") and names_hour("in the autumn") and names_hour("at 8:15 pm")
    assert not names_hour("at the market") and not names_hour("on Friday")
    assert names_time(["one"])
