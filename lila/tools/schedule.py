"""The schedule: a view on the memories of the namespace `schedule`, by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from lila.errors import BadToolArgument
from lila.tools.doing import DOING
from lila.tools.registry import Parameter, Tool, ToolContext, Touches
from memory.when import MONTHS, WEEKDAYS, resolve

__all__ = ["days_meant", "planned", "schedule_tools"]

Keep = Callable[[str, tuple[str, ...], ToolContext], str | None]
"""Store a schedule entry with its tags; returns a sentence to say instead of the usual one, or None."""
Entries = Callable[[ToolContext], Mapping[str, int]]
"""The texts of what is in the schedule now, each with the number of its memory."""

_MONTH = "|".join(MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b(?: (\d{{4}}))?", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_STARTS_WITH_TIME = re.compile(
    r"^(\d{1,2}(:\d\d)?\s*(am|pm|o'clock)?|noon|midnight|half past|quarter)\b", re.IGNORECASE
)
_STARTS_WITH_DAY = re.compile(
    rf"^({'|'.join(WEEKDAYS)}|{_MONTH}|the \d{{1,2}}|\d{{1,2}}(st|nd|rd|th)?( of)? ({_MONTH}))", re.IGNORECASE
)


def schedule_tools(keep: Keep, entries: Entries) -> tuple[Tool, ...]:
    """The two schedule tools over the memory."""
    hands = _Hands(keep, entries)
    when = Parameter("when", 'when, in the person\'s words: "Thursday at 4 pm"')
    what = Parameter("what", 'what: "call mum"')
    day = Parameter("when", 'which day or days: "Thursday", "tomorrow", "this week"', required=False)
    own = Touches.OWN_DATA
    return (
        Tool("schedule_add", "put something in the schedule", (when, what), hands.add, own, keeps_words=True),
        Tool("schedule_show", "say what is planned", (day,), hands.show, own),
    )


def days_meant(when: str, today: date) -> tuple[date, ...]:
    """The days that a phrase names, counted from `today`; none for "" or what names no day."""
    said = when.lower().strip(" ?.!")
    if match := re.search(r"\b(this|next) (week|weekend)\b", said):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=match[1] == "next")
        return tuple(monday + timedelta(days=each) for each in (range(7) if match[2] == "week" else (5, 6)))
    said = resolve(said, today)
    if dated := _dates(said, today):
        return dated
    found = _WEEKDAY.search(said)
    if found is None:
        return ()
    wanted = [name.lower() for name in WEEKDAYS].index(found[1].lower())
    return (today + timedelta(days=(wanted - today.weekday()) % 7),)


def planned(texts: Sequence[str], days: tuple[date, ...], today: date) -> list[str]:
    """Those texts that speak of one of `days`; a bare weekday may be any such day."""
    names = {WEEKDAYS[day.weekday()].lower() for day in days}

    def speaks(text: str) -> bool:
        if dated := _dates(text, today):
            return bool(set(dated) & set(days))
        return any(match[1].lower() in names for match in _WEEKDAY.finditer(text))

    return [text for text in texts if speaks(text)]


def _dates(text: str, today: date) -> tuple[date, ...]:
    found: list[date] = []
    for match in _DAY_MONTH.finditer(text):
        found.extend(_date(match[1], match[2], match[3], today))
    for match in _MONTH_DAY.finditer(text):
        found.extend(_date(match[2], match[1], match[3], today))
    return tuple(found)


def _date(day: str, month: str, year: str | None, today: date) -> list[date]:
    number = [name.lower() for name in MONTHS].index(month.lower()) + 1
    try:
        return [date(int(year) if year else today.year, number, int(day))]
    except ValueError:
        return []


class _Hands:
    def __init__(self, keep: Keep, entries: Entries) -> None:
        self._keep = keep
        self._entries = entries

    def add(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        what, when = arguments["what"].rstrip(".!"), arguments["when"].rstrip(".!")
        place = when
        if _STARTS_WITH_TIME.match(when) and not _STARTS_WITH_DAY.match(when):
            place = f"at {when}"
        elif _STARTS_WITH_DAY.match(when):
            place = f"on {when}"
        plain = re.sub(r"^(to|that i|i have to|i need to)\s+", "", what, flags=re.IGNORECASE)
        plain = re.sub(r"\b(my)\b", "your", plain, flags=re.IGNORECASE)
        does = plain.split()[0].lower() in DOING
        content = f"you {plain} {place}" if does else f"{plain} is {place}"
        instead = self._keep(content, (plain if not does else "you", "time" if not does else plain), context)
        return instead or f"Added {what} to your schedule, {when}."

    def show(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        when = arguments.get("when", "").strip(" ?.!")
        entries = self._entries(context)
        today = context.now.date()
        days = days_meant(when, today) if when else ()
        if (
            when
            and not days
            and when.lower() not in ("all", "everything", "schedule", "my schedule", "calendar")
        ):
            raise BadToolArgument("I didn't understand which day. Say it like: Thursday, or this week.")
        chosen = (planned(list(entries), days, today) if days else list(entries))[:20]
        if not chosen:
            return "Nothing is planned."
        context.draft.read.update(entries[text] for text in chosen)
        return " ".join(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in chosen)
