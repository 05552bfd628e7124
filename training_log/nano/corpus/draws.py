"""Where slot values come from: lists split by stable hash, and makers of words, names and numbers.

Training and held-out draw from disjoint halves: a value belongs to the held-out side when the CRC of its
lower-case form says so, whether it came from a list or was made up.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from training_log.nano.corpus.values import pseudo

__all__ = ["HELD_TEMPLATES", "HELD_VALUES", "Draws", "is_held", "is_reserved"]

T = TypeVar("T")


HELD_VALUES = 15  # percent of values that only the held-out split may use


HELD_TEMPLATES = 15  # percent of wordings that only the held-out split may use


UNHEARD = 0.08  # of the words drawn from lists in training: they end in a made-up word instead

_PART = re.compile(r"\(([^()]*\|[^()]*)\)")


def is_held(value: str) -> bool:
    """Whether a slot value belongs to the held-out split."""
    return zlib.crc32(b"value:" + value.lower().encode()) % 100 < HELD_VALUES


def is_reserved(template: str) -> bool:
    """Whether a wording belongs to the held-out split."""
    return zlib.crc32(b"wording:" + template.encode()) % 100 < HELD_TEMPLATES


@lru_cache(maxsize=4096)
def _values(items: tuple[str, ...], held: bool) -> tuple[str, ...]:
    kept = tuple(item for item in items if is_held(item) == held)
    return kept or items


@lru_cache(maxsize=4096)
def _wordings(items: tuple[object, ...], held: bool) -> tuple[object, ...]:
    # The first wording of a list is its plainest and always trained; short lists reserve nothing.
    if len(items) < 4:
        return () if held else items
    reserved = tuple(item for item in items[1:] if is_reserved(str(item)))
    return reserved if held else tuple(item for item in items if item not in reserved)


class Draws:
    """Draws values and wordings for one split."""

    def __init__(self, rng: random.Random, *, held: bool) -> None:
        self.rng = rng
        self.held = held

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, with no regard to splits (for structure, not for words)."""
        return items[int(self.rng.random() * len(items))]

    def way(self, ways: Sequence[tuple[T, float, float]]) -> T:
        """One of the ways, each with its share of the held-out turns and of the training."""
        roll = self.rng.random()
        for way, spoken, trained in ways:
            roll -= spoken if self.held else trained
            if roll < 0:
                return way
        return ways[-1][0]

    def one_of(self, *makers: Callable[[], str]) -> str:
        """What one of the makers gives."""
        return self.pick(makers)()

    def word(self, items: tuple[str, ...]) -> str:
        """One value from a list, of this split; in training, now and then one that nobody ever heard of.

        So a word says by its place what it is, and no list is taken for all there is.
        """
        value = self.pick(_values(items, self.held))
        return value if self.held or not self.chance(UNHEARD) else self._unheard(value)

    def _unheard(self, value: str) -> str:
        *before, last = value.split(" ")
        made = self.made(pseudo) + ("s" if last.endswith("s") else "")
        return " ".join((*before, made.capitalize() if last[:1].isupper() else made))

    def wording(self, items: tuple[T, ...]) -> T:
        """One wording from a tuple, its parts drawn too; held-out uses reserved wordings half of the time."""
        reserved = _wordings(items, True) if self.held and self.rng.random() < 0.5 else ()
        chosen = self.pick(reserved or _wordings(items, False))
        return self._whole(chosen) if isinstance(chosen, str) else chosen  # type: ignore[return-value]

    def one_of_both(self, made: tuple[str, ...], plain: tuple[str, ...], share: float) -> tuple[str, ...]:
        """The wordings made of parts in this share of the held-out turns, and more often in training."""
        return made if self.chance(share if self.held else min(0.8, 1.6 * share)) else plain

    def wording_of_both(self, made: tuple[str, ...], plain: tuple[str, ...], share: float) -> str:
        """One of the wordings that `one_of_both` gives."""
        return self.wording(self.one_of_both(made, plain, share))

    def _whole(self, wording: str) -> str:
        """A wording with one drawn of each of its parts "(this|that|the other)", the innermost first."""
        if not _PART.search(wording):
            return wording
        while part := _PART.search(wording):
            wording = (
                wording[: part.start()] + self.wording(tuple(part[1].split("|"))) + wording[part.end() :]
            )
        return re.sub(r" (?=[,.:;])", "", " ".join(wording.split()))

    def made(self, maker: Callable[[random.Random], str]) -> str:
        """A made-up value that falls on this split's side."""
        value = maker(self.rng)
        while is_held(value) != self.held:
            value = maker(self.rng)
        return value
