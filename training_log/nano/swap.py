"""Swaps the words an example copies for random ones, so that copying is learnt for every entry of the vocabulary.

A grammar copies the words of its lists, and a model that saw "Diego" seldom or never slips on it. Here the rare
words of an example that stand both in what is given and in what is to be written (or twice in what is given, as
in a question and the memory that answers it) are exchanged throughout, capitals kept, for a random entry
of the vocabulary or two random pieces. The commonest words carry the meaning and stay.

Some rare words that aren't copied are exchanged too, where the reply doesn't rest on any one of them: in what isn't
to be stored or isn't known, and around a fact that is stored. So "the king zorbles, my door code is 12" is
recognised for its form.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer

from training_log.nano.replies import DONT_KNOW, NOT_STORED

__all__ = ["WordSwap", "common_words"]

Segments = Sequence[tuple[str, bool]]

# Letters only, so that "Anna's" swaps its "Anna"; short words and what follows an apostrophe never swap.
_WORD = re.compile(r"(?<![^\W_])(?<!['<|])[^\W\d_]{3,}(?![^\W_])(?!['’](?!s\b))(?!=)")
_ANY_WORD = re.compile(r"[^\W\d_]+")
_SPECIAL = re.compile(r"<\|[^|]*\|>|namespace=\"\w+\"|type=\"\w+\"|severity=\"\w+\"|\w+=(?=[\"\[])")
_FREE = re.compile(r'tags=\["[^"]*","(?:fact|note|trait)"\].*\ncontent: (.*)')
# What tools answer when there is nothing to copy.
_SAID_BY_TOOLS = frozenset(
    ("nothing", "planned", "timer", "timers", "alarm", "running", "empty", "list", "lists")
)
_AROUND = (
    ("<|mem_store|>", 0.25),
    ("<|mem_conflict|>", 0.15),
    ("<|mem_forget|>", 0.15),
    ("<|mem_consolidate|>", 0.1),
)
_IN_A_REFUSAL = 0.4
_SPACE = "Ġ"  # how a byte-level vocabulary writes a leading space


def common_words(examples: Iterable[Segments], count: int) -> frozenset[str]:
    """The ``count`` words that stand in the most examples: grammar, topics and carriers rather than values."""
    seen: Counter[str] = Counter()
    for example in examples:
        text = "".join(part for part, _ in example).lower()
        seen.update(set(_ANY_WORD.findall(text)))
    return frozenset(word for word, _ in seen.most_common(count))


class WordSwap:
    """Swaps words in a ``share`` of the examples, deterministic for one ``seed``."""

    def __init__(self, tokenizer: Tokenizer, keep: frozenset[str], *, share: float, seed: int) -> None:
        words, pieces = [], []
        for token in tokenizer.get_vocab():
            letters = token.removeprefix(_SPACE)
            if not (letters.isascii() and letters.isalpha()):
                continue
            if token.startswith(_SPACE) and len(letters) >= 3:
                words.append(letters)
            elif len(letters) >= 2 and letters.islower():
                pieces.append(letters)
        self._words = sorted(word for word in words if word.lower() not in keep)
        self._pieces = sorted(pieces)
        self._keep = keep | _SAID_BY_TOOLS
        self._share = share
        self._rng = random.Random(f"swap/{seed}")

    def __call__(self, example: Segments) -> Segments:
        """The example with its copied words swapped, or as it was."""
        if not self._words or self._rng.random() >= self._share:
            return example
        written = "".join(text for text, taught in example if taught)
        share = _share_around(written)
        copied = self._copied(example) - _meant(written)
        around = self._around(example, written) if share else set()
        new = {word: self._draw() for word in sorted(copied) if self._rng.random() < 0.8}
        new |= {word: self._draw() for word in sorted(around - copied) if self._rng.random() < share}
        if not new:
            return example
        return [(_outside_marks(text, new), taught) for text, taught in example]

    def _copied(self, example: Segments) -> set[str]:
        """Lower-case words that may be swapped."""
        given, written = (
            Counter(word.lower() for text, taught in example if taught is side for word in _words(text))
            for side in (False, True)
        )
        around = {word.lower() for text, _ in example for word in _ANY_WORD.findall(text)}
        candidates = {word for word in given if word in written or given[word] > 1} - self._keep
        # "omars" and "Omar" must stay a pair: a word is left alone when another is an ending away from it.
        return {
            word for word in candidates if not any(other != word and _akin(word, other) for other in around)
        }

    def _around(self, example: Segments, written: str) -> set[str]:
        """Rare words of what was said last that weren't written."""
        said = "".join(text for text, taught in example if not taught).rpartition("<|user|>")[2]
        kept = {word.lower() for word in _ANY_WORD.findall(written)} | self._keep
        return {word.lower() for word in _words(said)} - kept

    def _draw(self) -> str:
        roll = self._rng.random()
        if roll < 0.7 or not self._pieces:
            return self._rng.choice(self._words)
        head = self._rng.choice(self._words)[:4]
        return head + self._rng.choice(self._pieces)


def _share_around(written: str) -> float:
    """How many of the rare words around what was written are swapped: some where it rests on form more than on words."""
    if "confidence=0.6" in written:  # a hedge is known by its words
        return 0.0
    refuses = DONT_KNOW in written or NOT_STORED in written
    return next((share for mark, share in _AROUND if mark in written), _IN_A_REFUSAL if refuses else 0.0)


def _meant(written: str) -> set[str]:
    """Words of what is told in no fixed form: what they mean is all that tells whether it is of the world or of somebody."""
    return {word.lower() for told in _FREE.findall(written) for word in _words(told)}


def _akin(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) <= 3 and long.startswith(short[: max(3, len(short) - 1)])


def _words(text: str) -> list[str]:
    return [match[0] for piece in _SPECIAL.split(text) for match in _WORD.finditer(piece)]


def _outside_marks(text: str, new: dict[str, str]) -> str:
    """``text`` with words exchanged, the marks of the grammar untouched."""
    out, at = [], 0
    for mark in _SPECIAL.finditer(text):
        out += [_WORD.sub(lambda m: _like(m[0], new), text[at : mark.start()]), mark[0]]
        at = mark.end()
    return "".join((*out, _WORD.sub(lambda m: _like(m[0], new), text[at:])))


def _like(word: str, new: dict[str, str]) -> str:
    """The word that takes this one's place, in its capitals."""
    other = new.get(word.lower())
    if other is None:
        return word
    if word.isupper():
        return other.upper()
    return other[:1].upper() + other[1:] if word[0].isupper() else other.lower()
