"""Answers: a value alone, which is kept behind what was asked for, and what else is said to a question or a reply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile

from lila.backends.decoding.asides import without_request, without_slips
from lila.backends.decoding.whole_names import with_names_whole
from lila.backends.decoding.wording import LEAD, LINK, stretch_of, written
from lila.backends.decoding.words import DOES, ITS, MENDING, ONESELF, OPENERS, THEY_ARE, folded, plainly
from memory.words import content_stems

__all__ = ["ENDING", "adds_to_a_list", "completed", "denies", "is_value", "names_its_thing", "of_oneself"]

_MORE = re.compile(
    r"(?:(?:oh|um|uh|er|well),? )*(?:(?:and|also|plus) (?!that['’]?s\b|thanks\b|thank\b|you\b|what\b|how\b)[^?]{1,60}|[^?]{1,60} (?:too|as well)(?: please)?[.!]?)$",
    re.IGNORECASE,
)
"""How somebody goes on who has just put something on a list: "and bread" is no small talk."""
_OF_MANY = re.compile(r"\b(?:are|do) (?:the|my|our|those|these)\b")
"""How somebody asks for several things: "where do the insurance papers go?"."""
_MY_NAME = re.compile(
    r"\bcall me\b|\b(?:am i|i'm|i am) (?:called|known|named)\b|\bi go by\b|^who am i\b|\bname (?:did|have) i (?:give|given|tell|told)\b"
)
"""How somebody asks for the own name without the word."""
_PLACES = frozenset(
    ["in", "on", "at", "under", "behind", "between", "above", "below", "beside", "inside", "near", "next"]
)
_REQUESTING = frozenset(("need", "want", "tell", "me", "know", "remember", "remind", "give", "find", "show"))
_POLITE = frozenset(("please", "thanks", "lila", "cheers", "ta"))
_LIGHTLY = frozenset(("easy", "simple", "sure", "right", "well", "so", "fine"))
"""What an answer may begin with, before a comma."""
_ANSWERING = re.compile(
    r"(?:ok(?:ay)?|well|right|sure|then|so|ah|oh|no problem|no worries|all right|alright|here you go|i['’]?ll tell you|(?:please )?remember(?: that| this)?|of course|certainly|i['’]?d say|i would say|the answer(?:['’]s| is)|that(?:['’]d| would) be) (?=\w)"
)
"""What an answer may begin with anyway: "no problem, it's Ada"."""
_ASIDE = frozenset(("supposed", "again", "please"))
"""Words of a question that are no part of what it asks for."""
ENDING = frozenset(("be", "go", "by", "called", "named", "known", "as", "end", "up", "belong", "for", "me"))
"""Words that a question may end with, which are no part of the thing: "what does my cat go by", "… for me"."""
_OF_SPEAKER = frozenset(("a", "an", "the", "my", "our", "your"))
LEAST_OF_A_SENTENCE = 5
"""Words; fewer that begin with one of those are a value: "the grey cat"."""
_SENTENCE_WORDS = (
    "is are was were has have isn't i he she it they we and or what how who where when why which about"
)
_SENTENCE = frozenset(_SENTENCE_WORDS.split())
"""Words that no mere thing is named with."""
_ARTICLES = frozenset(("the", "a", "an"))
LONGEST_THING = 4
"""Words of a thing that is named as an answer: "the red van"."""
LONGEST_VALUE = 6
"""Words of an answer that is a value alone: "behind the box of old shoes"."""
LONGEST_DENIAL = 7
"""Words of "it's with Sandra, not Sarah"; a longer sentence has a subject of its own."""


def completed(words: Sequence[str], before: Sequence[str]) -> str:
    """A fact of which only the value was said, as the answer to a question: what was asked stands in front.

    The value is kept from its first word on; what follows it, such as "I think", may be left out, but nothing of "the red van"; of two words the first
    may be: "well Rex".
    """
    inner = _without_opening(without_request(words))
    value = with_names_whole(list(written(inner[1:] if folded(inner[0]) in ITS else inner, "")))
    kept = "".join(f"({part}" if place else part for place, part in enumerate(value))
    many = folded(inner[0]) in THEY_ARE or _OF_MANY.search(plainly(before))
    named = _MY_NAME.search(plainly(before)) is not None
    link = LINK.replace("is|", "") if many and not named else LINK
    thing = stretch_of(_asked_for(before))
    asked = f"( your name|{LEAD}{thing})" if named else f"{LEAD}{thing}"
    whole = len(value) <= LONGEST_THING and folded(inner[0]) in _ARTICLES
    if len(value) == 2:
        return f"{asked}{link}({value[0]}{value[1]}|{value[1]})"
    return f"{asked}{link}{kept}{(')' if whole else ')?') * (len(value) - 1)}"


def _asked_for(words: Sequence[str]) -> Sequence[str]:
    """What a question asks for, without "I need", "tell me", "do you know", "… supposed to be"."""
    begins = max(
        (place + 1 for place, word in enumerate(words[:-1]) if folded(word) in _REQUESTING), default=0
    )
    asked = [word for word in words[begins:] if folded(word) not in _ASIDE]
    while len(asked) > 1 and folded(asked[-1]) in ENDING:
        asked.pop()
    return asked


def is_value(words: Sequence[str]) -> bool:
    """Whether the words say no more than a value: "it's between the books", "behind the door", "Rex", "the red van"."""
    inner = _without_opening(words)
    first = folded(inner[0]) if inner else ""
    if len(inner) == 1 or (len(inner) <= LONGEST_VALUE and (first in ITS or first in _PLACES)):
        return True
    thing = len(inner) <= LONGEST_THING if first in _ARTICLES else len(inner) == 2
    return thing and first not in MENDING | _OF_SPEAKER - _ARTICLES and not any(map(_tells, inner))


def _tells(word: str) -> bool:
    """Whether a word makes a sentence of those around it."""
    return folded(word) in DOES | _SENTENCE


def adds_to_a_list(asked: str, answered: str) -> bool:
    """Whether more is `asked` for the list to which Lila has just added, as she `answered`."""
    return answered.startswith("Added ") and " list" in answered and _MORE.match(asked) is not None


def denies(words: Sequence[str], line: str) -> bool:
    """Whether a value of the `line` is denied, and another given: "Leo, not Theo", "it's with Sandra, not Sarah"."""
    given = list(takewhile(lambda word: folded(word) != "not", words))
    denied = content_stems(" ".join(words[len(given) + 1 :]))
    told = content_stems(line)
    return bool(given and denied) and len(words) <= LONGEST_DENIAL and set(denied) <= set(told)


def _without_opening(words: Sequence[str]) -> list[str]:
    """An answer without what it begins with, "oh", "easy,", and without the "please" that it ends with."""
    inner = list(dropwhile(lambda word: folded(word) in OPENERS, words))
    while len(inner) > 1 and folded(inner[-1]) in _POLITE:
        inner.pop()
    while (leading := _ANSWERING.match(plainly(inner))) is not None:
        inner = inner[leading[0].count(" ") :]
    lightly = len(inner) > 1 and folded(inner[0]) in _LIGHTLY
    return inner[1:] if lightly and (inner[0].endswith(",") or len(inner) == 2) else inner


def of_oneself(words: Sequence[str]) -> bool:
    """Whether a sentence begins with whom it is about: "I'm 44" is no passport number, whatever was asked."""
    return next((folded(word) for word in words if folded(word) not in OPENERS), "") in ONESELF


def names_its_thing(words: Sequence[str]) -> bool:
    """Whether a sentence begins with a thing of its own: "the alarm code changed" puts right no other."""
    inner = [
        folded(word)
        for word in dropwhile(lambda word: folded(word) in MENDING | OPENERS, without_slips(words))
    ]
    return len(inner) >= LEAST_OF_A_SENTENCE and inner[0] in _OF_SPEAKER
