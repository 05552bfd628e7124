"""Which of several claims a person's answer names: by its value, or by pointing ("the old one").

Decided by the words alone, and only where they say little else: whatever else is said may change what is meant, so
then nothing is chosen here. An answer that names both, doubts, or asks, chooses nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from memory.provenance import states_nothing
from memory.words import FUNCTION_WORDS, fold, stem, word_set, words

FIRST, LAST = 0, -1

_POINTING: Mapping[str, int] = {
    **dict.fromkeys(
        word_set("first 1st former old older oldest original originally previous earlier earliest"), FIRST
    ),
    **dict.fromkeys(word_set("latter last latest new newer newest recent"), LAST),
    **dict.fromkeys(word_set("second 2nd"), 1),
    **dict.fromkeys(word_set("third 3rd"), 2),
}
_YOURS = re.compile(
    r"\b(?:what |the one |the )?you(?:['’]ve)? (?:already |first )?(?:had|have|have got|got|knew|know|remembered|"
    r"remember|noted|stored)(?: (?:before|already|first))?\b"
)
_MINE = re.compile(
    r"\b(?:what |the one |the )?i(?:['’]ve)? (?:just |only )?(?:told you|said|gave you)(?: (?:just )?now)?\b"
)
_PRONOUN = re.compile(rf"\b({'|'.join(_POINTING)}|the|this|that|right|correct|wrong) ones?\b")
_UNDECIDED = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|unsure|not (?:sure|certain)|don['’]?t (?:know|remember)|dunno|no (?:idea|clue)|"
    r"either|neither|both|none|depends)\b"
)
_UNCLEAR = re.compile(r"\b(?:might|could|if|unless|forget|delete|never|wrong|incorrect|guess)\b")
_BREAK = re.compile(r"[,;.!?]+(?=\s|$)|\bbut\b|\b(?:instead|rather)\b")
_BETWEEN = word_set("the a an it is was my your our at on in to any still")
"""What may stand between "not" and what it denies."""
_FILLER = word_set(
    """yes yeah yep yup no nope ok okay oh ah hm hmm well um uh er please lila thanks thank right correct true actually
    really think believe mean meant say go use take keep choose pick want prefer definitely certainly course sure wait
    sorry hey hi hello value answer still always indeed yet changed now today one that this here like stick"""
)
_TYPO_RATIO = 0.8
_TYPO_LENGTH = 5


def chosen(said: str, claims: Sequence[str]) -> int | None:
    """The place in `claims` (oldest first) of the one that the answer names; None where it names none for certain."""
    text = fold(said)
    if len(claims) < 2 or not decides(said) or _UNCLEAR.search(text):
        return None
    text = _YOURS.sub(" old ", text)
    text = _MINE.sub(" new ", text)
    reading = _Reading(_Values(claims), len(claims))
    for clause in _BREAK.split(_PRONOUN.sub(r"\1", text)):
        if not reading.clause(words(clause)):
            return None
    return reading.result()


def decides(said: str) -> bool:
    """Whether the words can hold a decision at all: not a question, and not "no idea" or "both"."""
    return not states_nothing(said) and _UNDECIDED.search(fold(said)) is None


def points(said: str) -> bool:
    """Whether the words point at a claim by its place or age, among whatever else they say."""
    text = fold(said)
    return not _POINTING.keys().isdisjoint(words(text)) or bool(_YOURS.search(text) or _MINE.search(text))


class _Values:
    """The words in which claims differ, each with the one claim that holds it."""

    def __init__(self, claims: Sequence[str]) -> None:
        held = [frozenset(stem(word) for word in words(claim)) for claim in claims]
        self.known = frozenset[str]().union(*held)
        self._owner: dict[str, int] = {}
        for word in self.known:
            holders = [place for place, each in enumerate(held) if word in each]
            if len(holders) == 1 and word not in FUNCTION_WORDS and word != "not":
                self._owner[word] = holders[0]

    def owner(self, word: str) -> int | None:
        """The claim that this word names, a slip of the pen allowed for in long ones."""
        stemmed = stem(word)
        if stemmed in self.known or len(word) < _TYPO_LENGTH or not word.isalpha():
            return self._owner.get(stemmed)
        near = {
            place
            for value, place in self._owner.items()
            if value[0] == stemmed[0] and SequenceMatcher(None, value, stemmed).ratio() >= _TYPO_RATIO
        }
        return near.pop() if len(near) == 1 else None


@dataclass(slots=True)
class _Reading:
    """What an answer has named so far, and what it has denied."""

    values: _Values
    count: int
    named: set[int] = field(default_factory=set)
    denied: set[int] = field(default_factory=set)

    def clause(self, spoken: Sequence[str]) -> bool:
        """Take in one clause; False where it holds something that isn't understood."""
        spoken = _digits_joined(spoken, self.values.known)
        denying = False
        for word in spoken:
            place = self._place(word)
            if place is None and not self._says_nothing(word):
                return False
            if place is not None:
                if not 0 <= place < self.count:
                    return False
                (self.denied if denying else self.named).add(place)
                denying = False
            elif word == "not":
                denying = True
            elif denying and word not in _BETWEEN:
                return False  # "that's not right, …" denies, but not what follows
        return not denying

    def result(self) -> int | None:
        """The claim that is left, where exactly one is."""
        if self.named & self.denied:
            return None
        if not self.named and len(self.denied) == self.count - 1:
            return next(place for place in range(self.count) if place not in self.denied)
        return next(iter(self.named)) if len(self.named) == 1 else None

    def _place(self, word: str) -> int | None:
        """The claim a word names; -2, which is none, where it is a value and points elsewhere too."""
        value, pointing = self.values.owner(word), _POINTING.get(word)
        if pointing is None:
            return value
        if self.count > 2 and word in ("former", "latter"):
            return -2
        pointed = self.count - 1 if pointing == LAST else pointing
        return pointed if value in (None, pointed) and stem(word) not in self.values.known else -2

    def _says_nothing(self, word: str) -> bool:
        return word in _FILLER or word in FUNCTION_WORDS or word == "not" or stem(word) in self.values.known


def _digits_joined(spoken: Sequence[str], known: frozenset[str]) -> list[str]:
    """Digits said one by one ("nine nine one seven") as the number that a claim holds."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*spoken, ""]:
        if word.isdigit():
            run.append(word)
            continue
        whole = "".join(run)
        joined += [whole] if len(run) > 1 and whole in known else run
        joined += [word] if word else []
        run = []
    return joined
