"""Relative dates become absolute, counted from the day on which they were said."""

from __future__ import annotations

from datetime import date

import pytest

from memory.when import date_words, resolve

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("the dentist is tomorrow at 3 pm", "the dentist is on Sunday 22 November at 3 pm"),
        ("yesterday you went to the zoo", "on Friday 20 November you went to the zoo"),
        ("you went to the zoo today", "you went to the zoo on Saturday 21 November"),
        ("the exam is the day after tomorrow", "the exam is on Monday 23 November"),
        ("you met Bob last night", "you met Bob on Friday 20 November in the evening"),
        ("you leave tomorrow morning", "you leave on Sunday 22 November in the morning"),
        ("you leave in two weeks", "you leave on Saturday 5 December"),
        ("you saw Anna 3 days ago", "you saw Anna on Wednesday 18 November"),
        ("the form is due by tomorrow", "the form is due by Sunday 22 November"),
        ("tomorrow is your birthday", "Sunday 22 November is your birthday"),
        ("tomorrow's meeting is at 3", "Sunday 22 November's meeting is at 3"),
        ("you fly next month", "you fly in December 2026"),
        ("you married last year", "you married in 2025"),
        ("you ran last Thursday", "you ran on Thursday 19 November"),
        ("you are off next Monday", "you are off on Monday 23 November"),
        ("you leave in 60 days", "you leave on Wednesday 20 January 2027"),
    ],
)
def test_relative_dates(said: str, stored: str) -> None:
    assert resolve(said, SATURDAY) == stored


@pytest.mark.parametrize(
    "said",
    ["the lesson is on Thursday at 4:30 pm", "the song is called Yesterdays", "the code is 4821", "bins go out on Mondays",
     "the visit is next Sunday"],
)  # fmt: skip
def test_weekdays_and_other_words_stay(said: str) -> None:
    assert resolve(said, SATURDAY) == said


def test_resolving_twice_changes_nothing() -> None:
    once = resolve("the dentist is tomorrow, and yesterday you ran", SATURDAY)
    assert resolve(once, date(2027, 1, 1)) == once


def test_words_to_find_a_day_by() -> None:
    assert date_words(SATURDAY) == "Saturday 21 November 2026"
