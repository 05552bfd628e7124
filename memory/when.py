"""Relative dates in what is stored, made absolute: "tomorrow" said on a Saturday is "on Sunday 22 November".

Weekday names stay as they are ("on Thursday" may well mean every Thursday), except after "last" and, where it can only
mean one day, after "next". The year is added when it isn't the current one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
           "nine": 9, "ten": 10, "a couple of": 2}  # fmt: skip
_COUNT = r"(\d{1,3}|a couple of|" + "|".join(word for word in _COUNTS if " " not in word) + ")"
_NO_ON = re.compile(
    r"\b(on|by|until|till|before|after|since|from|for|than|and|or|of|through|to)\s+$", re.IGNORECASE
)
_IS_NAME = re.compile(r"^(\s+(is|was|will|isn't)\b|'s\b)")


def day_name(day: date, today: date) -> str:
    """ "Sunday 22 November", with the year where it isn't this year's."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"


def date_words(day: date) -> str:
    """The words under which a date can be found: weekday, day, month and year."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def resolve(text: str, today: date) -> str:
    """The text with its relative dates made absolute, counted from `today`."""
    for pattern, meaning in _RULES:
        text = pattern.sub(lambda match, meaning=meaning: meaning(match, today), text)  # type: ignore[misc]
    return text


def _on(match: re.Match[str], day: date, today: date, part: str = "") -> str:
    name = day_name(day, today)
    before, after = match.string[: match.start()], match.string[match.end() :]
    plain = _NO_ON.search(before) or (not part and _IS_NAME.match(after))
    place = name if plain else f"on {name}"
    return f"{place} in the {part}" if part else place


def _near(match: re.Match[str], today: date) -> str:
    offset = {"today": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1}[match[1].lower()]
    return _on(match, today + timedelta(days=offset), today, (match[2] or "").lower())


def _beyond(match: re.Match[str], today: date) -> str:
    offset = 2 if match[1].lower() == "after tomorrow" else -2
    return _on(match, today + timedelta(days=offset), today)


def _this(match: re.Match[str], today: date) -> str:
    word = match[0].lower()
    if word == "last night":
        return _on(match, today - timedelta(days=1), today, "evening")
    part = "evening" if word == "tonight" else word.removeprefix("this ")
    return _on(match, today, today, part)


def _span(match: re.Match[str], today: date, sign: int) -> str:
    count = _COUNTS.get(match[1].lower()) or int(match[1])
    unit = match[2].lower().rstrip("s")
    if unit in ("day", "week"):
        return _on(match, today + sign * timedelta(days=count * (7 if unit == "week" else 1)), today)
    if unit == "month":
        return _month(today, sign * count)
    return f"in {today.year + sign * count}"


def _ahead(match: re.Match[str], today: date) -> str:
    return _span(match, today, 1)


def _ago(match: re.Match[str], today: date) -> str:
    return _span(match, today, -1)


def _month(today: date, offset: int) -> str:
    index = today.year * 12 + today.month - 1 + offset
    return f"in {MONTHS[index % 12]} {index // 12}"


def _period(match: re.Match[str], today: date) -> str:
    sign = {"next": 1, "last": -1, "this": 0}[match[1].lower()]
    unit = match[2].lower()
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=sign)
        return f"in the week of {day_name(monday, today)}"
    if unit == "weekend":
        saturday = today - timedelta(days=today.weekday()) + timedelta(weeks=sign, days=5)
        return f"on the weekend of {day_name(saturday, today)}"
    return _month(today, sign) if unit == "month" else f"in {today.year + sign}"


def _weekday(match: re.Match[str], today: date) -> str:
    wanted = [name.lower() for name in WEEKDAYS].index(match[2].lower())
    if match[1].lower() == "last":
        back = (today.weekday() - wanted - 1) % 7 + 1
        return _on(match, today - timedelta(days=back), today)
    if wanted > today.weekday():
        return match[0]  # still to come this week: "next" may mean this one or the one after
    return _on(match, today + timedelta(days=wanted - today.weekday() + 7), today)


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PARTS = r"(?:\s+(morning|afternoon|evening|night))?"
_UNITS = r"(days?|weeks?|months?|years?)"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], str]], ...] = (
    (_rule(r"\b(?:the )?day (after tomorrow|before yesterday)\b"), _beyond),
    (_rule(rf"\b(today|tomorrow|tmrw|yesterday)\b{_PARTS}"), _near),
    (_rule(r"\b(?:tonight|last night|this (?:morning|afternoon|evening))\b"), _this),
    (_rule(rf"\bin {_COUNT} {_UNITS}(?:['’]? time)?\b(?!\s+(?:of|after|before))"), _ahead),
    (_rule(rf"\b{_COUNT} {_UNITS} ago\b"), _ago),
    (_rule(r"\b(?:on )?(last|next) (" + "|".join(WEEKDAYS) + r")\b"), _weekday),
    (_rule(r"\b(last|next|this) (weekend|week|month|year)\b"), _period),
)
