"""The schedule: days as people name them, entries found by their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from lila.errors import BadToolArgument
from lila.tools.registry import Registry, ToolContext
from lila.tools.schedule import days_meant, planned, schedule_tools

TODAY = date(2026, 11, 21)  # a Saturday
CONTEXT = ToolContext("t", "c", "owner", "", datetime(2026, 11, 21, 16, 5, tzinfo=UTC))
ENTRIES = [
    "the swimming lesson is on Thursday at 4:30 pm",
    "the dentist is on 26 November at 9 am",
    "you call mum on Sunday 22 November",
    "the inspection is on 12 June",
]


def call(name: str, arguments: Mapping[str, str]) -> tuple[str, list[str]]:
    kept: list[str] = []

    def keep(content: str, tags: tuple[str, ...], context: ToolContext) -> None:
        kept.append(content)

    registry = Registry()
    registry.add(schedule_tools(keep, lambda context: {text: at for at, text in enumerate(ENTRIES)}))
    return registry.call(name, arguments, CONTEXT), kept


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("Thursday", (date(2026, 11, 26),)),
        ("tomorrow", (date(2026, 11, 22),)),
        ("today", (TODAY,)),
        ("12 June", (date(2026, 6, 12),)),
        ("June 12th 2027", (date(2027, 6, 12),)),
        ("saturday", (TODAY,)),
        ("the weekend", ()),
        ("31 February", ()),
    ],
)
def test_days(when: str, days: tuple[date, ...]) -> None:
    assert days_meant(when, TODAY) == days


def test_weeks() -> None:
    assert len(days_meant("this week", TODAY)) == 7
    assert days_meant("next weekend", TODAY) == (date(2026, 11, 28), date(2026, 11, 29))


def test_entries_of_a_day() -> None:
    assert planned(ENTRIES, (date(2026, 11, 26),), TODAY) == ENTRIES[:2]
    assert planned(ENTRIES, (date(2026, 11, 22),), TODAY) == ENTRIES[2:3]
    assert planned(ENTRIES, (date(2026, 11, 29),), TODAY) == []


@pytest.mark.parametrize(
    ("when", "what", "content"),
    [
        ("Thursday at 4 pm", "call mum", "you call mum on Thursday at 4 pm"),
        ("tomorrow at 9", "dentist appointment", "dentist appointment is tomorrow at 9"),
        ("4 pm", "the meeting", "the meeting is at 4 pm"),
        ("12 June", "my exam", "your exam is on 12 June"),
    ],
)
def test_adding_is_worded_as_lila_says_it(when: str, what: str, content: str) -> None:
    said, kept = call("schedule_add", {"when": when, "what": what})
    assert kept == [content]
    assert said == f"Added {what} to your schedule, {when}."


def test_what_was_read_out_is_known() -> None:
    registry = Registry()
    registry.add(
        schedule_tools(lambda *_: None, lambda context: {text: at for at, text in enumerate(ENTRIES)})
    )
    context = ToolContext("t", "c", "owner", "", CONTEXT.now)
    registry.call("schedule_show", {"when": "Thursday"}, context)
    assert context.draft.read == {0, 1}


def test_showing() -> None:
    assert call("schedule_show", {"when": "Sunday"})[0] == "You call mum on Sunday 22 November."
    assert call("schedule_show", {"when": "Monday"})[0] == "Nothing is planned."
    assert call("schedule_show", {})[0].count(".") == len(ENTRIES)
    with pytest.raises(BadToolArgument, match="which day"):
        call("schedule_show", {"when": "whenever"})
