"""What kind of value a sentence claims: a place, a day, a number, a name. Only values of one kind compete."""

from __future__ import annotations

import re

from memory.words import fold, word_set, words

__all__ = ["PLACES", "TIME_WORDS", "kinds"]

TIME_WORDS = word_set(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december noon midnight morning afternoon evening weekend today tonight tomorrow"""
)
_CLOCK_WORD = re.compile(r"\d{4}h|noon|midnight|morning|afternoon|evening|o|past|quarter")
_ARTICLES = word_set("a an the your my")
PLACES = word_set("in at on near under behind between above below beside inside next")
_WAYS = word_set("to by from with for")
_QUALITIES = word_set(
    """big small large little long short old new fast slow good bad great nice clean dirty cheap expensive heavy light
    loud quiet warm cold hot tired happy sad busy broken empty full lazy friendly pretty beautiful lovely ill sick
    safe strong weak soft hard young tall thin thick wide narrow ready late early fine funny shy clever boring"""
)
"""Words for how a thing is, of which several hold at once: another one is no other value."""


def kinds(value: str) -> frozenset[str]:
    """What kind of value this is; sentences with none in common don't compete."""
    spoken = words(value)
    times = {"clock" for word in spoken if _CLOCK_WORD.fullmatch(word)}
    times |= {"day" for word in spoken if word in TIME_WORDS}
    if times:
        return frozenset(times)
    if named := re.match(r"(?:called|named) (?=\S)", value):
        return kinds(value[named.end() :]) | {"name"}
    first = value.split()[0]
    article = fold(first) in _ARTICLES and first != "A"  # blood of type A
    if len(value.split()) == 1 and not value.isdecimal() and any(map(str.isdigit, value)):
        return frozenset({"number", "word"})  # "Otter_66"
    if any(word.isdigit() for word in spoken):
        return frozenset({"number", "article"} if article else {"number"})
    if article:
        return frozenset({"article"})
    if fold(first) in PLACES | _WAYS:
        return frozenset({fold(first)})
    if len(spoken) == 1 and spoken[0] in _QUALITIES:
        return frozenset({f"quality {spoken[0]}"})
    if all(word[:1].isupper() for word in value.split()):
        return frozenset({"name", "word"} if len(spoken) < 3 else {"name"})
    return frozenset({"words" if len(spoken) > 2 else "word"})
