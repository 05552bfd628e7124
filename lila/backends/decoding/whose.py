"""Whose a fact is: words from before stand for a pronoun and for nothing else, and what is another's isn't the person's."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from itertools import pairwise

from lila.backends.decoding.frames import is_framing
from lila.backends.decoding.verbs import ARTICLES, BEING, leads_to_articles, names_a_verb, words_in_front_of
from lila.backends.decoding.words import (
    FILLERS,
    JOINS,
    OPENERS,
    OWNERS,
    PRONOUNS,
    SUBJECTS,
    folded,
    stems_of,
    turned,
)
from memory.words import content_stems

__all__ = ["MOST_GIVEN", "borrowed_amiss", "borrows_a_verb", "is_taken"]

MOST_GIVEN = 3
"""Words that are counted which gave way to words from before."""
_ADJECTIVES = frozenset(("new", "old", "second-hand"))
"""What a thing is, and not which."""
_OF_THINGS = frozenset(("it", "its", "it's"))
_OF_THE_SPEAKER = frozenset(
    ("i", "i'm", "im", "i've", "ive", "i'll", "we", "we're", "we've", "me", "us", "my", "our")
)
_ELIDING = JOINS | _OF_THE_SPEAKER | {"then", "never", "always", "really", "now", "just"}
"""Words behind which one's own sentence may go on: "I live in Leeds and also work there"."""


def is_taken(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it makes the person's own what was only said to be his, hers or theirs, or what somebody else did."""
    first, *others = map(folded, content)
    spoken = [word for word in spoken if word not in FILLERS]
    if not others or first not in ("your", "you", "the"):
        return False
    if first == "you":
        return _is_done_by_another(others[0], spoken) or _opens_its_own(others[0], spoken)
    before = words_in_front_of(others[0], spoken)
    if first == "the":  # "the boss" of "my boss"
        return bool(before) and before <= {"a", "an", "my", "our"}
    goes_on = others[:2] in map(list, pairwise(spoken))
    not_owned = goes_on and (
        others[1:2] == ["has"]
        or (before <= {"a", "an"} and not (_is_a_note(spoken) or _OF_THINGS & {*spoken}))
    )  # "Ada has a son", "I have a dog, Rex"
    return (not_owned or not before.isdisjoint(OWNERS)) and before.isdisjoint(("my", "our"))


def _is_a_note(spoken: Sequence[str]) -> bool:
    """Whether a value is only put behind its thing: "door code 4821"."""
    return spoken[0] not in ("a", "an") and not names_a_verb(spoken)


def _is_done_by_another(done: str, spoken: Sequence[str]) -> bool:
    """Whether somebody else was said to have `done` it: "somebody left the keys"."""
    places = [place for place, word in enumerate(spoken) if place and word == done]
    subjects = [
        spoken[place - 1] for place in places if _OF_THE_SPEAKER.isdisjoint(spoken[place - 2 : place])
    ]
    told = [subject for subject in subjects if stems_of(subject) and not is_framing(subject)]
    return bool(told) and len(told) == len(places)


def _opens_its_own(word: str, spoken: Sequence[str]) -> bool:
    """Whether it was said, within, behind words that only lead to something else: "Ada" in "I like figs and secondly Ada sings"."""
    before = words_in_front_of(word, spoken)
    return (
        bool(before)
        and spoken[0] != word
        and all(content_stems(each) and is_framing(each) and each not in _ELIDING for each in before)
    )


def borrowed_amiss(content: str, said: Sequence[str]) -> int:
    """How much is wrong with the words that come from before: they may stand for a pronoun, and for nothing else."""
    spoken = [word for word in map(folded, said) if word not in OPENERS]
    if stems_of(content) <= stems_of(" ".join(said)):
        return _leaves_out_its_subject([folded(word) for word in content.split()], spoken)
    pronouns = [place for place, word in enumerate(spoken) if word in PRONOUNS - _OF_THINGS]
    if not pronouns:
        return _OF_THINGS.isdisjoint(spoken) * MOST_GIVEN
    return min(_given_up(content.split(), spoken[:place], spoken[place + 1 :]) for place in pronouns)


def borrows_a_verb(content: Sequence[str], said: Sequence[str], exchange: Sequence[str]) -> bool:
    """Whether the words from before go on to what was said of them: "your mother catches has" of "my mother catches the bus. She has …"."""
    spoken = {turned(folded(word)) for word in said}
    if PRONOUNS.isdisjoint(map(folded, said)):
        return False
    owner = [folded(word).removesuffix("'s") for word in content]
    ends = [
        place
        for place, word in enumerate(owner[:-1])
        if word not in spoken and (owner[place + 1] in spoken or owner[place + 1] in BEING)
    ]
    if not ends:
        return False
    last = owner[ends[0]]
    # What ends in a mark goes on to nothing.
    told = [folded(word).removesuffix("'s") if word[-1].isalnum() else word for word in exchange]
    return last in ARTICLES | _ADJECTIVES or leads_to_articles(last, told)


def _given_up(content: Sequence[str], before: Collection[str], behind: Sequence[str]) -> int:
    """How many words `behind` a pronoun gave way with it to the words from before."""
    borrowed = next(
        (place for place, word in enumerate(content) if not _was_said(word, {*before, *behind})), 0
    )
    heard = [turned(folded(word)) for word in behind]
    kept = (heard.index(word) for word in map(folded, content[borrowed + 1 :]) if word in heard)
    return min(next(kept, len(behind)), MOST_GIVEN)


def _was_said(word: str, spoken: Set[str]) -> bool:
    """Whether it is one of the words `spoken`, or says nothing by itself."""
    return folded(word) in spoken or not stems_of(word)


def _leaves_out_its_subject(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it begins right behind "he" or "she", as if nobody were meant."""
    begins = [place for place in range(1, len(spoken)) if spoken[place : place + 2] == list(content[:2])]
    return bool(begins) and all(spoken[place - 1] in SUBJECTS for place in begins)
