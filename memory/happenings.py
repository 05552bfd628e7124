"""What happened, apart from when and how much: "the boiler was serviced on the 4th" and "… on the 5th" tell of one thing.

Somebody who puts such a sentence right gives another day or another amount. So two sentences that are the same but for
these are taken for one happening, where one of them corrects the other. By themselves both may be true.
"""

from __future__ import annotations

import re

from memory.kinds import TIME_WORDS
from memory.words import FUNCTION_WORDS, stem, word_set, words

__all__ = ["Happening", "happening", "same_happening", "was_done"]

Happening = tuple[tuple[str, ...], tuple[str, ...]]
"""The stems that say what happened, in order; and the days, times and amounts that go with it."""

_TIMES = TIME_WORDS | word_set(
    """spring summer autumn fall winter christmas easter day days week weeks month months year years weekday weekend
    last next ago early late around about"""
)
_UNITS = word_set(
    """euro euros pound pounds dollar dollars cent cents pence franc francs crown crowns zloty zlotys percent degree
    degrees minute minutes hour hours second seconds metre metres meter meters kilometre kilometres km cm mm m mile miles
    foot feet inch inches litre litres liter liters l ml kilo kilos kilogram kilograms kg gram grams g ton tons
    a an each per"""
)
"""What an amount is counted in, right behind the number."""
_ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|"
    "sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_ORDINAL_DAY = re.compile(
    rf"\bthe (?:(?P<tens>twenty|thirty)[- ])?(?P<day>{_ORDINAL})(?=\W*$|,| (?:of|at|in|by|with|for)\b)",
    re.IGNORECASE,
)
"""A day of the month in words: "on the fifth", "on the fifth of May"; not "on the second floor"."""
_DONE = re.compile(
    r"(?:was|were|has been|have been|had been|got) (?:\w+ly )?(?P<done>\w{3,}ed|built|bought|born|broken|stolen|sold|made|"
    r"paid|found|lost|sent|written|taken|given|held|won|cut|hit|set|put|shot|drawn|grown|shown|torn|done|begun|laid|"
    r"told|taught|caught|brought|left|met|hung|dug|fed|lent|spent|bent|thrown|hidden|chosen|driven|eaten) (?=\w)",
    re.IGNORECASE,
)


def happening(text: str) -> Happening:
    """What a sentence says, and the days, times and amounts in it."""
    what: list[str] = []
    details: list[str] = []
    counted = False
    for word in words(_ORDINAL_DAY.sub(r"\g<tens> 1\g<day>", text)):  # as a number, "1fifth"
        number = any(map(str.isdigit, word))
        if number or word in _TIMES or (counted and word in _UNITS):
            details.append(word)
        elif word not in FUNCTION_WORDS:
            what.append(stem(word))
        counted = number or (counted and word in _UNITS)
    return tuple(what), tuple(details)


def same_happening(one: str, other: str) -> bool:
    """Whether both say the same happened, each with a day, a time or an amount, be it another one."""
    (left, told), (right, tells) = happening(one), happening(other)
    return left == right != () and bool(told and tells)


def was_done(text: str) -> str:
    """What was done to something, by its stem: "servic" in "the boiler was serviced on Monday"; else empty."""
    found = _DONE.search(text)
    return stem(found["done"].lower()) if found else ""
