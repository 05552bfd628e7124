"""What a door may see and change of Lila's memory: the list, and forgetting.

A terminal beside the core and a client far away get the same values, so that both look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lila.config import Config
    from memory.model import Memory, Outcome
    from memory.store import Store

__all__ = ["HIGHEST", "Forgotten", "Keeper", "Remembered", "Shelf", "Shelved", "memory_number"]

HIGHEST = 2**63 - 1
"""The highest number that the store can hold."""


class Keeper(Protocol):
    """What a shelf needs of `lila.core.LilaCore`."""

    store: Store
    config: Config

    def follow_forgetting(self, outcomes: Sequence[Outcome]) -> None: ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """One memory, as it is listed. `state` is approved, pending, contested or superseded; `confidence` 0..1 after
    fading; `learned_at` in seconds since the epoch; `told_by` names whose it is where that isn't the owner of
    this Lila: "your" in the text is theirs then."""

    id: int
    namespace: str
    text: str
    state: str
    confidence: float
    learned_at: float
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """What was found; `more` says that there is more than was asked for."""

    memories: tuple[Remembered, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a request to forget: `ids` are the memories that are gone, `message` a sentence."""

    forgotten: bool
    ids: tuple[int, ...]
    message: str


class Shelf:
    """A core's memory, seen with its owner's eyes."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def memories(self, words: str = "", limit: int = 30) -> Shelved:
        """At most `limit` memories: the newest, or with `words` those that match, best first.

        Looking doesn't count as use. Raises `LilaMemoryError` where the store can't be read.
        """
        store, words = self._keeper.store, words.strip()
        own = self._keeper.config.conversation.speaker
        found = (
            [hit.memory for hit in store.search(words, limit=limit + 1)]
            if words
            else store.list(limit=limit + 1)
        )
        return Shelved(tuple(_listed(each, own) for each in found[:limit]), len(found) > limit)

    def forget(self, what: str) -> Forgotten:
        """Forget a memory by its number, or what `what` plainly means, in memory, diary and conversations.

        Raises `LilaMemoryError` or `TrainingLogError` where they can't be written.
        """
        number = memory_number(what)
        if number is not None and number > HIGHEST:
            return Forgotten(False, (), "There is no memory with such a number. List them to see theirs.")
        speaker = self._keeper.config.conversation.speaker
        outcome = self._keeper.store.forget(
            what.strip() if number is None else number, speaker=speaker, actor=speaker
        )
        self._keeper.follow_forgetting([outcome])
        return Forgotten(outcome.fate == "forgotten", outcome.ids, outcome.message)


def memory_number(what: str) -> int | None:
    """The memory's number if `what` is one; digits of other scripts and powers are words."""
    bare = what.strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 1000 else None


def _listed(memory: Memory, own: str) -> Remembered:
    return Remembered(
        memory.id,
        memory.namespace,
        memory.text,
        memory.state,
        round(memory.strength, 4),
        memory.learned_at,
        "" if memory.owner == own else memory.owner,
    )
