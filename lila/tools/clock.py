"""The time, the day and the date, as one would say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from lila.errors import BadToolArgument
from lila.tools.registry import Parameter, Tool, ToolContext
from lila.tools.schedule import days_meant

__all__ = ["clock_tools", "say_date", "say_time"]


_FEASTS = {
    "christmas": (25, 12), "christmas day": (25, 12), "christmas eve": (24, 12), "boxing day": (26, 12), "new year": (1, 1),
    "new years": (1, 1), "new year's day": (1, 1), "new years day": (1, 1), "new year's eve": (31, 12), "new years eve": (31, 12),
    "halloween": (31, 10), "valentine's day": (14, 2), "valentines day": (14, 2),
}  # fmt: skip
"""Day and month."""


def clock_tools() -> tuple[Tool, ...]:
    """The `clock` tool."""
    what = Parameter(
        "what",
        'whether you want the "time", the "date", the "day", or the days "until 25 December"',
        copied=False,
    )
    return (
        Tool(
            "clock", "tell the time, the date, the day, or how many days are left until one", (what,), _clock
        ),
    )


def say_time(now: datetime) -> str:
    """ "4:05 pm"."""
    return f"{now.hour % 12 or 12}:{now.minute:02} {'am' if now.hour < 12 else 'pm'}"


def say_date(day: date, *, year: bool = True) -> str:
    """ "Saturday 21 November 2026"."""
    text = f"{day:%A} {day.day} {day:%B}"
    return f"{text} {day.year}" if year else text


def _clock(arguments: Mapping[str, str], context: ToolContext) -> str:
    now = context.now
    what = arguments["what"].lower().strip(" ?.")
    if what.startswith("until "):
        return _until(what.removeprefix("until "), now.date())
    match what:
        case "time" | "hour" | "now":
            return f"It's {say_time(now)}."
        case "date" | "today":
            return f"Today is {say_date(now)}."
        case "day" | "weekday":
            return f"It's {now:%A}."
        case "tomorrow":
            return f"Tomorrow is {say_date(now + timedelta(days=1))}."
        case "yesterday":
            return f"Yesterday was {say_date(now - timedelta(days=1))}."
        case "month":
            return f"It's {now:%B}."
        case "year":
            return f"It's {now.year}."
        case "week":
            return f"It's week {now.isocalendar().week}."
    raise BadToolArgument("I can tell you the time, the day or the date. Which would you like?")


def _until(said: str, today: date) -> str:
    day = _next_day(said, today)
    left = (day - today).days
    name = say_date(day, year=day.year != today.year)
    match left:
        case 0:
            return f"That's today, {name}."
        case 1:
            return f"That's tomorrow, {name}."
    return f"It's {left} days until {name}." if left > 0 else f"{name} was {-left} days ago."


def _next_day(said: str, today: date) -> date:
    """The next day that is called so; one with its year is of that year."""
    plain = said.replace("’", "'").strip()
    day, month = _FEASTS.get(plain, (0, 0))
    days = () if month else days_meant(plain, today)
    if month == 0 and len(days) != 1:
        raise BadToolArgument("I didn't understand which day. Say it like: Friday, or 25 December.")
    named = days[0] if days else date(today.year, month, day)
    passed = named < today and str(named.year) not in plain
    return _a_year_later(named) if passed else named


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return date(day.year + 4, 2, 29)
