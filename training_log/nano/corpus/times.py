"""Dates, clock times and the time phrases that people schedule with."""

from __future__ import annotations

import random
from typing import TypeVar

from training_log.nano.corpus.phrases import phrases

__all__ = ["DAYS", "PARTS", "clock_time", "date", "day", "past", "regular", "time_phrase"]

T = TypeVar("T")

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = phrases("""
    January | February | March | April | May | June | July | August | September | October | November |
    December
""")
PARTS = phrases("""
    in the morning | in the afternoon | in the evening | at night | after lunch | before breakfast | after
    school | before work | at lunchtime
""")
_HOURS = phrases("""
    one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve
""")
_ORDINALS = phrases("""
    first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth | eleventh | twelfth
    | twentieth | twenty-first | thirtieth
""")


def _pick(rng: random.Random, items: tuple[T, ...]) -> T:
    return items[int(rng.random() * len(items))]


def _suffixed(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def day(rng: random.Random) -> str:
    return _pick(rng, DAYS)


def date(rng: random.Random) -> str:
    """A date without a preposition, such as ``12 June`` or ``the third of May``."""
    month, number = _pick(rng, _MONTHS), rng.randint(1, 28)
    style = rng.randrange(7)
    if style <= 1:
        return f"{number} {month}"
    if style == 2:
        return f"{month} {number}"
    if style == 3:
        return f"{month} {_suffixed(number)}"
    if style == 4:
        return f"the {_suffixed(number)} of {month}"
    if style == 5:
        return f"the {_pick(rng, _ORDINALS)} of {month}"
    return f"{number} {month} {rng.randint(1948, 2031)}"


def clock_time(rng: random.Random) -> str:
    """A clock time without a preposition, such as ``4:30 pm`` or ``half past six``."""
    hour, minute = rng.randint(1, 12), _pick(rng, (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 15, 30, 45))
    style = rng.randrange(10)
    if style <= 2:
        return f"{hour}:{minute:02d} {_pick(rng, ('am', 'pm'))}"
    if style <= 4:
        return f"{hour} {_pick(rng, ('am', 'pm'))}"
    if style == 5:
        return f"{rng.randint(6, 22)}:{minute:02d}"
    if style == 6:
        return f"{_pick(rng, ('half past', 'quarter past', 'quarter to', 'ten past', 'five to'))} {_pick(rng, _HOURS)}"
    if style == 7:
        return f"{_pick(rng, _HOURS)} o'clock"
    if style == 8:
        return _pick(rng, ("noon", "midday", "midnight"))
    return _pick(rng, _HOURS) + _pick(rng, ("", " thirty", " fifteen", " forty-five"))


def time_phrase(rng: random.Random) -> str:
    """When something will be, with its preposition: ``on Thursday at 4:30 pm``."""
    style = rng.randrange(16)
    if style <= 3:
        return f"on {day(rng)} at {clock_time(rng)}"
    if style == 4:
        return f"on {day(rng)}"
    if style == 5:
        return f"at {clock_time(rng)} on {day(rng)}"
    if style == 6:
        return f"tomorrow at {clock_time(rng)}"
    if style == 7:
        return f"next {day(rng)}" + _pick(rng, ("", f" at {clock_time(rng)}"))
    if style == 8:
        return f"on {date(rng)}"
    if style == 9:
        return f"on {date(rng)} at {clock_time(rng)}"
    if style == 10:
        return f"this {day(rng)}" + _pick(rng, ("", f" at {clock_time(rng)}", " evening", " morning"))
    if style == 11:
        return f"at {clock_time(rng)}"
    if style == 12:
        return f"on {day(rng)} {_pick(rng, ('morning', 'afternoon', 'evening', 'night'))}"
    if style == 13:
        return _loose(rng)
    if style == 14:
        return _span(rng)
    return f"on {day(rng)} the {_suffixed(rng.randint(1, 28))}" + _pick(rng, ("", f" at {clock_time(rng)}"))


def _loose(rng: random.Random) -> str:
    """When something will be, roughly or by what day it is now."""
    part = _pick(rng, ("morning", "afternoon", "evening", "night"))
    season = _pick(rng, ("spring", "summer", "autumn", "winter"))
    about = _pick(rng, ("early ", "late ", "the middle of "))
    ways = (
        *("tomorrow", "tonight", "the day after tomorrow", f"tomorrow {part}"),
        *("this afternoon", "this evening", f"tonight at {clock_time(rng)}", "this weekend", "next weekend"),
        f"in {_pick(rng, ('two', 'three', 'four', 'five', 'six', 'ten'))} {_pick(rng, ('days', 'weeks', 'months'))}",
        f"next {_pick(rng, ('week', 'month', 'year', season))}",
        f"{_pick(rng, ('early ', 'late '))}next week",
        f"at the end of {_pick(rng, ('the month', 'the week', 'the year', _pick(rng, _MONTHS)))}",
        f"in {_pick(rng, _MONTHS)}",
        f"in {about}{_pick(rng, _MONTHS)}",
        *(f"in the {season}", f"this {season}", f"in {about}{season}"),
    )
    return _pick(rng, ways)


def _span(rng: random.Random) -> str:
    """When something begins and when it ends: ``on Friday between 8 and 12``."""
    begin, end = str(rng.randint(1, 8)), str(rng.randint(9, 12))
    if rng.random() < 0.3:
        begin, end = clock_time(rng), clock_time(rng)
    span = f"from {begin} {_pick(rng, ('to', 'to', 'until', 'till'))} {end}"
    if rng.random() < 0.5:
        span = f"between {begin} and {end}"
    return f"{span} on {day(rng)}" if rng.random() < 0.25 else f"on {day(rng)} {span}"


def regular(rng: random.Random) -> str:
    """When something happens again and again: ``every Tuesday at 7 pm``."""
    style = rng.randrange(8)
    if style <= 1:
        return f"every {day(rng)}"
    if style == 2:
        return f"every {day(rng)} at {clock_time(rng)}"
    if style == 3:
        return f"on {day(rng)}s"
    if style == 4:
        return f"on {day(rng)}s at {clock_time(rng)}"
    if style == 5:
        return f"every {_pick(rng, ('other', 'second', 'first', 'last'))} {day(rng)}"
    if style == 6:
        first = rng.randrange(6)
        return f"on {DAYS[first]} and {DAYS[rng.randint(first + 1, 6)]}"
    return f"every {_pick(rng, ('morning', 'evening', 'weekend', 'month', 'two weeks', 'day at ' + clock_time(rng), 'night at ' + clock_time(rng)))}"


def past(rng: random.Random) -> str:
    """When something happened: ``yesterday``, ``last Friday``."""
    style = rng.randrange(9)
    if style <= 1:
        return "yesterday"
    if style == 2:
        return f"last {day(rng)}"
    if style == 3:
        return f"on {day(rng)}"
    if style == 4:
        return _pick(
            rng,
            ("this morning", "this afternoon", "last night", "today", "earlier today", "yesterday evening"),
        )
    if style == 5:
        return _pick(
            rng,
            phrases("""
    last week | last weekend | last month | last summer | two days ago | three weeks ago | a week ago | the
    other day | the day before yesterday
"""),
        )
    if style == 6:
        return f"on {date(rng)}"
    if style == 7:
        return f"{rng.randint(2, 9)} {_pick(rng, ('days', 'weeks', 'months', 'years'))} ago"
    return f"in {_pick(rng, _MONTHS)}"
