"""The times that a remembered line names: "on Tuesday at nine" in "the dentist is on Tuesday at nine"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = [
    "is_proper",
    "is_time",
    "may_stand_in_a_time",
    "names_day",
    "names_hour",
    "names_time",
    "names_weekday",
    "names_when",
    "times_in",
]

_NAMED_WORDS = """today tonight tomorrow yesterday twice once daily weekly monthly noon midday midnight half quarter monday
tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january
february march april may june july august september october november december one two three four five six seven eight
nine ten eleven twelve"""
_NAMED = frozenset(_NAMED_WORDS.split())
_WEEKDAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_MONTHS = r"january|february|march|april|may|june|july|august|september|october|november|december"
_PROPER = re.compile(rf"{_WEEKDAYS}|{_MONTHS}")
_DAY = re.compile(
    rf"{_WEEKDAYS}|days?|tonight|tomorrow|{_MONTHS}|week(?:end)?s?|spring|summer|autumn|winter|\d+(?:st|nd|rd|th)"
)
_WEEKDAY = re.compile(rf"{_WEEKDAYS}|tonight|tomorrow|weekends?")
_NUMBER = re.compile(r"\d+(?:am|pm|st|nd|rd|th|h|s|mins?)?(?![a-z\d])", re.IGNORECASE)
"""What a time of day, a day or a year is written with; "4471K" is a plate."""
_DIALLED = re.compile(r"\d{5}|\d{3}-?\d{3}|\d{2,4}-\d{3}")
"""What a number begins with that somebody is called by: "0587444957", "466-0354"; a year has four digits."""
_COUNTED_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve first second third half quarter"
)
_COUNTS = frozenset(_COUNTED_WORDS.split())
_TO_AN_HOUR_WORDS = "at past to till until half by between and from every on around about before after of"
_TO_AN_HOUR = frozenset(_TO_AN_HOUR_WORDS.split())
_OF_AN_HOUR_WORDS = """o'clock oclock past to in days weeks months hours minutes am pm times thirty fifteen forty twenty ten five of
monday tuesday wednesday thursday friday saturday sunday"""
_OF_AN_HOUR = frozenset(_OF_AN_HOUR_WORDS.split())
"""What stands before and behind a number that is a time: "at nine", "two weeks"; "one sugar" is none."""
_NUMBERED = frozenset(("number", "level", "deck", "bay", "gate", "platform", "room", "bus", "line", "size"))
"""What has a number that is no time: "the number 3 bus"."""
_HOUR = re.compile(
    r"\bat (?:\d{1,2}(?::\d\d)?(?: ?[ap]m)\b|\d{1,2}:\d\d|half past|quarter (?:to|past)|noon|midnight|midday|\w+ o'?clock)"
    r"|\b(?:every (?:morning|evening|night|day|other day|\w+ hours)|(?:once|twice|three times) a (?:day|week)|on an empty stomach|at night|with food"
    r"|(?:before|after) (?:bed|breakfast|lunch|dinner)|in (?:the )?(?:summer|winter|spring|autumn)|next (?:week|month|year)|the day after)\b",
    re.IGNORECASE,
)
_LEADING_WORDS = "first second third other last earlier later on at in from by every each until between before after since for around about this next last with a"
_LEADING = _NAMED | frozenset(_LEADING_WORDS.split())
"""What a time begins with, where it isn't a number."""
_BEFORE = frozenset(
    ["on", "at", "in", "from", "by", "until", "between", "before", "after", "since", "for", "around", "about"]
)
_SMALL_WORDS = "the a an this that next last every each second other early late middle earlier later very of"
_SMALL = frozenset(_SMALL_WORDS.split())
"""Words that a time may have behind those: "on the second of June"."""
_OTHER_WORDS = """morning mornings afternoon afternoons evening evenings night nights weekend weekends week weeks month months
year years day days spring summer autumn winter hour hours minute minutes o'clock oclock end beginning christmas easter"""
_MEALS = frozenset(("bed", "breakfast", "lunch", "dinner", "supper", "meal", "meals"))
_TIMES = _NAMED | _MEALS | frozenset(_OTHER_WORDS.split())
"""What makes a time of "on …": "on Friday", but not "on the piano"."""
_ORDINAL_WORDS = (
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth teenth tieth"""
)
_ORDINAL = tuple(_ORDINAL_WORDS.split())
"""How an ordinal number ends."""
_AFTER_THE = (*_ORDINAL, "end", "beginning", "middle", "day")
"""How the word behind "the" ends where a time begins with it: "the twenty-first", "the day before yesterday"."""


def times_in(line: str) -> Iterator[str]:
    """What `line` may say about when: its ends that are times, and where it begins with one its beginnings."""
    spoken = line.split(" ")
    found = [spoken[cut:] for cut in range(len(spoken)) if cut == 0 or spoken[cut - 1].lower() not in _BEFORE]
    found += [spoken[:cut] for cut in range(1, len(spoken))]
    yield from (" ".join(time) for time in found if is_time(time))


def is_time(words: Sequence[str]) -> bool:
    """Whether the words begin as a time does: "on Tuesday at nine", but not "in the concert on Tuesday"."""
    if not _leads(words):
        return False
    if words[0].lower() == "the":
        return True
    return next((_is_of_time(word) for word in words if word.lower() not in _BEFORE | _SMALL), False)


def may_stand_in_a_time(word: str) -> bool:
    """Whether a word, folded, may stand within a time: "at", "half", "past", "six"; "bed" of "in bed at six" doesn't."""
    inside = _BEFORE | _SMALL | _OF_AN_HOUR | {"till", "and"}
    return (_is_of_time(word) and word not in _MEALS) or all(part in inside for part in word.split("-"))


def is_proper(word: str) -> bool:
    """Whether a word, folded, is a day's or a month's name, which has a capital wherever it stands."""
    return _PROPER.fullmatch(word) is not None


def names_time(words: Sequence[str]) -> bool:
    """Whether one of the words is of a time, or a number."""
    return any(map(_is_of_time, words))


def names_when(words: Sequence[str]) -> bool:
    """Whether a time is named in `words`, folded, and not only a number: "one sugar", "the second drawer" say nothing of when."""
    around = zip(words, ["", *words], [*words[1:], ""], strict=False)
    return names_hour(" ".join(words)) or any(
        _is_of_time(word)
        and before not in _NUMBERED
        and (word not in _COUNTS or before in _TO_AN_HOUR or behind in _OF_AN_HOUR)
        for word, before, behind in around
    )


def names_day(words: Sequence[str]) -> bool:
    """Whether one of the words is of a day: "Tuesday", "May", "3rd"; "at half past eleven" is of any."""
    return any(_DAY.fullmatch(word.lower()) for word in words)


def names_weekday(words: Sequence[str]) -> bool:
    """Whether one of the words is a day of the week, or of these days: "Tuesdays", "tomorrow"."""
    return any(_WEEKDAY.fullmatch(word.lower()) for word in words)


def names_hour(text: str) -> bool:
    """Whether a time of day is named, a season, or how often something is done: "at half past six", "twice a day"."""
    return _HOUR.search(text) is not None


def _leads(words: Sequence[str]) -> bool:
    first, second = (word.lower() for word in (*words, "", "")[:2])
    if first == "the":
        return second[:1].isdigit() or second.endswith(_AFTER_THE)
    return first in _LEADING or first[:1].isdigit()


def _is_of_time(word: str) -> bool:
    if _DIALLED.match(word):
        return False
    return _NUMBER.match(word) is not None or word.lower().endswith(_ORDINAL) or word.lower() in _TIMES
