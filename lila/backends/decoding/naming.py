"""What speaks against a fact for how it names whom or what it is of: "mother stops by", "dog's a beagle", "Dr nowak"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from lila.backends.decoding.verbs import (
    ARTICLES,
    BEING,
    LEADING,
    may_be_a_verb,
    words_in_front_of,
)
from lila.backends.decoding.words import DETERMINERS, bare, folded

__all__ = [
    "CALLING",
    "OWNING",
    "PEOPLE",
    "calls_by_name_alone",
    "lacks_its_article",
    "lacks_its_owner",
    "loses_a_capital",
    "loses_a_name",
]

_PEOPLE_WORDS = """godfather godmother grandson granddaughter child children accountant plumber pharmacist barber instructor sister brother mother father mum mom dad wife husband son daughter aunt uncle niece nephew cousin grandmother
grandfather grandma grandpa granny friend boss neighbour colleague partner girlfriend boyfriend landlord landlady teacher
tutor doctor dentist"""
PEOPLE = frozenset(_PEOPLE_WORDS.split())
"""Those who have things and are none."""
_BEFORE_NAMES = BEING | LEADING | {"", "of", "with", "for", "and"}
OWNING = frozenset(("my", "our", "your"))
CALLING = frozenset(("call", "calls", "called"))
"""What is done to whoever stands behind it: "everybody calls her Ola"."""
_INTRODUCING = re.compile(
    r"\b(?:have|got|['’]?ve) an? (?:[\w'’-]+ ){1,3}(?:called|named|by the (?:\w+ )?name of|whose name is)$"
)
"""How somebody comes up whom one then goes on to speak of as "your sister"."""


def loses_a_name(words: Sequence[str], before: Collection[str], spoken: Sequence[str]) -> bool:
    """Whether whom they named once loses the name: "your aunt sings" beside "your aunt Ada paints" of "my aunt Ada paints and sings"."""
    for stored in before:
        owner, whom, name, *rest = [*map(folded, stored.split()), "", "", ""]
        named = (
            owner == "your"
            and whom.isalpha()
            and name.isalpha()
            and not may_be_a_verb(name)
            and bool(rest[0])
        )
        if named and words[:2] == [owner, whom] and words[2:3] not in ([name], [f"{name}'s"]):
            return list(spoken).count(whom) == 1 and name in spoken
    return False


def lacks_its_article(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it begins with something's that was spoken of with an article: "dog's a beagle" of "we have a dog, he's a beagle"."""
    thing = folded(content[0]).removesuffix("'s")
    before = words_in_front_of(thing, spoken)
    return content[0].endswith("'s") and bool(before) and before <= ARTICLES


def loses_a_capital(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a name is written small that was said with a capital, within a sentence: "Dr nowak" of "Dr Nowak"."""
    named = {bare(word) for before, word in pairwise(said) if before[-1] not in ".!?:" and word[:1].isupper()}
    small = {bare(word) for word in said if not word[:1].isupper()}
    lost = {name[:1].lower() + name[1:] for name in named if len(name) > 1} - small
    return any(word in lost for word in map(bare, content))


def calls_by_name_alone(content: Sequence[str], heard: Sequence[str]) -> bool:
    """Whether it begins with a name that was only `heard` behind what somebody is: "Ada sings" after "my sister Ada"."""
    name = folded(content[0]).removesuffix("'s")
    spoken = [folded(word).removesuffix("'s") for word in heard]
    places = [place for place, word in enumerate(spoken) if word == name]
    return (
        bool(places)
        and name not in DETERMINERS
        and (
            all(_is_named(heard, spoken, place) for place in places)
            or ("who" not in spoken and all(_is_introduced(spoken[:place]) for place in places))
        )
    )


def _is_introduced(before: Sequence[str]) -> bool:
    """Whether what stands `before` a name says whom they have that is called so: "I have a sister called …"."""
    return _INTRODUCING.search(" ".join(before)) is not None


def _is_named(heard: Sequence[str], spoken: Sequence[str], place: int) -> bool:
    """Whether a name stands there behind "my sister", and nobody is called by it: "they call my sister Ada"."""
    return (
        place > 1
        and heard[place - 1][-1].isalnum()
        and is_of_people(spoken[place - 1])
        and not OWNING.isdisjoint(spoken[max(place - 3, 0) : place - 1])
        and CALLING.isdisjoint(spoken[max(place - 3, 0) : place - 2])
    )


def is_of_people(word: str) -> bool:
    """Whether it says what somebody is to somebody: "sister", "son-in-law", "ex-wife"."""
    return word.removeprefix("ex-").removesuffix("-in-law") in PEOPLE


def lacks_its_owner(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether somebody of theirs stands there as a name would, and wasn't `spoken` of so: "mother stops by" of "she stops by"."""
    together = set(pairwise(["", *spoken]))
    return any(
        is_of_people(word.removesuffix("'s")) and before in _BEFORE_NAMES and (before, word) not in together
        for before, word in pairwise(["", *words])
    )
