"""The clock says time, day and date as one would say them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lila.errors import BadToolArgument
from lila.tools.clock import clock_tools
from lila.tools.registry import Registry, ToolContext


def ask(what: str, at: datetime) -> str:
    registry = Registry()
    registry.add(clock_tools())
    return registry.call("clock", {"what": what}, ToolContext("t", "c", "owner", "", at))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("time", "It's 4:05 pm."),
        ("date", "Today is Saturday 21 November 2026."),
        ("day", "It's Saturday."),
        ("tomorrow", "Tomorrow is Sunday 22 November 2026."),
        ("Year", "It's 2026."),
        ("until Christmas", "It's 34 days until Friday 25 December."),
        ("until New Year's Day", "It's 41 days until Friday 1 January 2027."),
        ("until 12 May", "It's 172 days until Wednesday 12 May 2027."),
        ("until the 1st of December 2028?", "It's 741 days until Friday 1 December 2028."),
        ("until Friday", "It's 6 days until Friday 27 November."),
        ("until 21 November", "That's today, Saturday 21 November."),
        ("until 22 November", "That's tomorrow, Sunday 22 November."),
        ("until 1 November 2026", "Sunday 1 November was 20 days ago."),
    ],
)
def test_clock(what: str, said: str) -> None:
    assert ask(what, datetime(2026, 11, 21, 16, 5, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "It's 12:00 am."), (12, "It's 12:00 pm."), (23, "It's 11:00 pm.")]
)
def test_noon_and_midnight(hour: int, said: str) -> None:
    assert ask("time", datetime(2026, 1, 1, hour, tzinfo=UTC)) == said


def test_until_the_next_leap_day() -> None:
    assert ask("until 29 February", datetime(2028, 3, 1, tzinfo=UTC)).endswith(
        "until Sunday 29 February 2032."
    )


@pytest.mark.parametrize("day", ["my birthday", "31 February", "this week"])
def test_until_no_day(day: str) -> None:
    with pytest.raises(BadToolArgument, match="which day"):
        ask(f"until {day}", datetime(2026, 1, 1, tzinfo=UTC))


def test_anything_else_is_asked_back() -> None:
    with pytest.raises(BadToolArgument, match="Which would you like"):
        ask("weather", datetime(2026, 1, 1, tzinfo=UTC))
