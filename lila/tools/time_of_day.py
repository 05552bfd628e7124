"""Times of day as people say them: "7 am", "half past six", "noon"; the next time that the clock shows them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from memory.words import words

__all__ = ["next_at"]

_EXACT = re.compile(r"(\d{2})(\d{2})h")
_NAMED = {"noon": 12, "midday": 12, "midnight": 0}
_PARTS = {"quarter": 15, "half": 30}
_AROUND = frozenset(("at", "for", "to", "by", "the", "about", "around", "please", "o", "clock", "oclock"))
_HALF_A_DAY = timedelta(hours=12)
_HALVES = ("am", "pm")


def next_at(text: str, now: datetime, *, half: str = "") -> datetime | None:
    """When the clock shows next what `text` names; None where it names no time of day.

    Without "am" or "pm" it is in the `half` of the day that is given so, or in whichever comes first, except of a 24-hour
    time from 13:00 on.
    """
    spoken = words(text)
    minutes = _minutes(spoken)
    if minutes is None:
        return None
    hour, minute = divmod(minutes, 60)
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    told = re.search(r"\d\s*[ap]\.?\s?m\b", text.lower()) is not None or not _NAMED.keys().isdisjoint(spoken)
    told = told or hour > 12
    step = timedelta(days=1) if told else _HALF_A_DAY
    while at - step > now:
        at -= step
    while at <= now:
        at += step
    return at + _HALF_A_DAY if half and not told and half != _HALVES[at.hour // 12] else at


def _minutes(spoken: list[str]) -> int | None:
    """The minutes since midnight that these words tell, the hour as it was said."""
    match spoken:
        case [part, "past" | "to" as way, hour]:
            count = _PARTS.get(part, int(part) if part.isdigit() else None)
            if count is None or count > 59 or not hour.isdigit() or not 1 <= int(hour) <= 12:
                return None
            return (int(hour) * 60 + (count if way == "past" else -count)) % (12 * 60)
        case [first, *_] if first in _AROUND:
            return _minutes(spoken[1:])
        case [*_, last] if last in _AROUND:
            return _minutes(spoken[:-1])
        case [name] if name in _NAMED:
            return _NAMED[name] * 60
        case [exact] if found := _EXACT.fullmatch(exact):
            return int(found[1]) * 60 + int(found[2])
        case [hour, minute] if (
            hour.isdigit() and minute.isdigit() and int(hour) < 24 and 10 <= int(minute) < 60
        ):
            return int(hour) * 60 + int(minute)  # "6 30", as speech recognition writes it
        case [hour] if hour.isdigit() and 1 <= int(hour) <= 12:
            return int(hour) % 12 * 60
        case _:
            return None
