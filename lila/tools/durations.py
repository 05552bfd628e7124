"""Lengths of time as people say them, both ways: "an hour and a half" ↔ 5400 seconds."""

from __future__ import annotations

import re
from fractions import Fraction

from lila.tools.number_words import read_number

__all__ = ["say_duration", "seconds_of"]

_UNITS = {
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1,
    "minute": 60, "minutes": 60, "min": 60, "mins": 60, "m": 60,
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "h": 3600,
    "day": 86_400, "days": 86_400, "d": 86_400,
    "week": 604_800, "weeks": 604_800,
}  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)*|½|¼|[a-z']+")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_FILLERS = frozenset({"and", "about", "around", "for", "in", "of", "the", "please", "like", "just"})
_SHARES = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "½": Fraction(1, 2), "¼": Fraction(1, 4)}


def seconds_of(text: str) -> int | None:
    """Whole seconds of a spoken length ("ten minutes", "1h 30m", "half an hour"), or None."""
    text = text.lower().replace("-", " ").strip()
    if clock := _CLOCK.fullmatch(text):
        hours_or_minutes, minutes_or_seconds, seconds = clock.groups()
        if seconds is not None:
            return int(hours_or_minutes) * 3600 + int(minutes_or_seconds) * 60 + int(seconds)
        return int(hours_or_minutes) * 60 + int(minutes_or_seconds)
    words = _WORD.findall(text)
    total, unit, at = Fraction(0), 0, 0
    found = False
    while at < len(words):
        amount, at = _amount(words, at)
        if amount is None:
            if words[at] not in _FILLERS:
                return None
            at += 1
            continue
        if at < len(words) and words[at] in _UNITS:
            unit = _UNITS[words[at]]
            at += 1
        elif not unit or amount >= 1:
            # "and a half" takes the unit before it; a bare "ten" has none.
            return None
        total, found = total + amount * unit, True
    return round(total) if found else None


def _amount(words: list[str], at: int) -> tuple[Fraction | None, int]:
    """A number, "a", "half a(n)", "a quarter of an", "two and a half" before its unit."""
    start = at
    if words[at] in ("a", "an", "another"):
        at += 1
        if at < len(words) and words[at] == "couple":
            return Fraction(2), at + (2 if words[at + 1 : at + 2] == ["of"] else 1)
        if at >= len(words) or words[at] not in _SHARES:
            return (Fraction(1), at) if at < len(words) and words[at] in _UNITS else (None, start)
    if at < len(words) and words[at] in _SHARES:
        share, at = _SHARES[words[at]], at + 1
        while at < len(words) and words[at] in ("a", "an", "of"):
            at += 1
        return share, at
    number = read_number(words, at)
    if number is None:
        return None, start
    value, at = number
    if words[at : at + 1] == ["quarters"]:
        value, at = value / 4, at + 1
        while at < len(words) and words[at] in ("of", "a", "an"):
            at += 1
        return value, at
    if words[at : at + 3] == ["and", "a", "half"] and at + 3 < len(words) and words[at + 3] in _UNITS:
        return value + Fraction(1, 2), at + 3
    return value, at


def say_duration(seconds: float) -> str:
    """ "90 seconds", "10 minutes", "1 hour and 30 minutes", "2 days": at most two units."""
    whole = max(0, round(seconds))
    if whole < 120 and whole != 60:
        return _count(whole, "second")
    parts: list[str] = []
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        amount, whole = divmod(whole, size)
        if amount:
            parts.append(_count(amount, name))
    return " and ".join(parts[:2])


def _count(amount: int, name: str) -> str:
    return f"{amount} {name}{'' if amount == 1 else 's'}"
