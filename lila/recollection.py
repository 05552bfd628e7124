"""What comes to Lila's mind before she answers: the search behind the prompt's memory lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.events import RecalledMemory
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
    speaker: str | None,
    limit: int,
) -> tuple[RecalledMemory, ...]:
    """Relevant memories, best first.

    Those that Lila has just asked about come before all others, then those that the person's sentence may contradict.
    """
    asked = [held for each in asked_about if (held := _held(store, each)) is not None]
    hits = store.recall(query_for(text, before), limit=limit, speaker=speaker)
    if not hits and before and query_for(text, before) != text:
        hits = store.recall(text, limit=limit, speaker=speaker)
    told = store.telling_of(text, limit=limit, speaker=speaker)
    found = {each.id: each for each in asked}
    for hit in (*told, *hits):
        found.setdefault(hit.memory.id, as_event(hit))
    return tuple(found.values())[:limit]


def _held(store: Store, number: int) -> RecalledMemory | None:
    try:
        memory = store.get(number)
    except LilaMemoryError:
        return None
    if memory.state in ("forgotten", "superseded"):
        return None
    return RecalledMemory(memory.id, memory.namespace, memory.text, 1.0)
