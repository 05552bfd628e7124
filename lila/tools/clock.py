"""The time, the day and the date, as one would say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lila.errors import BadToolArgument
from lila.tools.registry import Parameter, Tool, ToolContext

__all__ = ["clock_tools", "say_date", "say_time"]


def clock_tools() -> tuple[Tool, ...]:
    """The `clock` tool."""
    what = Parameter("what", 'whether you want the "time", the "date" or the "day"', copied=False)
    return (Tool("clock", "tell the time, the date or the day", (what,), _clock),)


def say_time(now: datetime) -> str:
    """ "4:05 pm"."""
    return f"{now.hour % 12 or 12}:{now.minute:02} {'am' if now.hour < 12 else 'pm'}"


def say_date(day: datetime, *, year: bool = True) -> str:
    """ "Saturday 21 November 2026"."""
    text = f"{day:%A} {day.day} {day:%B}"
    return f"{text} {day.year}" if year else text


def _clock(arguments: Mapping[str, str], context: ToolContext) -> str:
    now = context.now
    match arguments["what"].lower().strip(" ?."):
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
