"""What comes to Lila's mind before she answers: the search behind the prompt's memory lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest

from lila.events import RecalledMemory
from lila.namesakes import asked_otherwise
from memory.errors import LilaMemoryError
from memory.model import Recalled
from memory.store import Store

__all__ = ["as_event", "query_for", "recollect"]

SHORT_WORDS = 3
_PRONOUN = re.compile(
    r"\b(it|its|it's|he|him|his|she|her|hers|they|them|their|theirs|that|this|those|these|one|ones|there|then)\b",
    re.IGNORECASE,
)

_CHAT_WORDS = """
    hello hi hey lila thanks thank you bye goodbye good morning evening night ok okay fine sure yes no
    great nice cool please
"""
_CHAT = frozenset(_CHAT_WORDS.split())


def query_for(text: str, before: Sequence[str]) -> str:
    """The words to search with: the turn's, and the turn's before when this one leans on it."""
    words = re.findall(r"[^\W_]+", text.lower())
    if all(word in _CHAT for word in words):
        return text
    leans = len(words) <= SHORT_WORDS or _PRONOUN.search(text) is not None
    return f"{before[-1]} {text}" if leans and before else text


def as_event(recalled: Recalled) -> RecalledMemory:
    """The store's answer as doors see it."""
    memory = recalled.memory
    return RecalledMemory(memory.id, memory.namespace, memory.text, round(recalled.score, 4))


def recollect(
    store: Store,
    text: str,
    before: Sequence[str],
    *,
    asked_about: Sequence[int],
    answered_from: Sequence[int] = (),
    speaker: str,
    limit: int,
) -> tuple[RecalledMemory, ...]:
    """Relevant memories, best first.

    Those that Lila has just asked about come before all others, then those that the person's sentence may contradict, then, where
    the sentence leans on what was said before it, those that the last reply was `answered_from`: "actually it's at six". A short
    sentence may lean on nothing, so that what it finds by itself is there as well: "who is Piotr?" What is known of whom it names
    under another name comes in turns with what it finds: "how old is my cat?"
    """
    query = query_for(text, before)
    leans = query != text
    asked = _held(store, asked_about)
    hits = store.recall(query, limit=limit, speaker=speaker)
    by_itself = store.recall(text, limit=limit, speaker=speaker) if leans else []
    otherwise = asked_otherwise(text, [each.memory.text for each in (*hits, *by_itself)])
    of_namesakes = [each for asked in otherwise for each in store.recall(asked, limit=limit, speaker=speaker)]
    told = store.telling_of(text, limit=limit, speaker=speaker)
    spoken_of = _held(store, answered_from) if leans else []
    found: dict[int, RecalledMemory] = {}
    for each in (
        *asked,
        *map(as_event, told),
        *spoken_of,
        *map(as_event, (*_in_turns(hits, of_namesakes), *by_itself)),
    ):
        found.setdefault(each.id, each)
    return tuple(found.values())[:limit]


def _in_turns(*found: Sequence[Recalled]) -> Iterator[Recalled]:
    """The best of each, then the next."""
    return (each for row in zip_longest(*found) for each in row if each is not None)


def _held(store: Store, numbers: Sequence[int]) -> list[RecalledMemory]:
    """Those of the memories with these numbers that still hold."""
    found: list[RecalledMemory] = []
    for number in numbers:
        with suppress(LilaMemoryError):
            memory = store.get(number)
            if memory.state not in ("forgotten", "superseded"):
                found.append(RecalledMemory(memory.id, memory.namespace, memory.text, 1.0))
    return found
