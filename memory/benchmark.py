"""Speed of the store on made-up memories: how fast it takes them in, and how fast it finds one among many."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from memory.grammar import Op
from memory.grammar import Store as Keep
from memory.model import OpContext
from memory.store import Store
from memory.words import word_set

TURN_OPS = 50
"""Operations in one transaction while filling; single ones are measured apart."""
_SYLLABLES = sorted(word_set("ba do fi gu ka lo me ni po ra su ta ve wi xo yu zen mar tol bren"))


@dataclass(frozen=True, slots=True)
class Speed:
    """Latencies in milliseconds, rates per second."""

    memories: int
    filled_per_s: float
    """Operations a second with 50 in a transaction."""
    applied_per_s: float
    """Operations a second with one durable transaction each."""
    recall_p50_ms: float
    recall_p95_ms: float
    found_first: float
    """Share of the queries whose memory came first."""


def measure(
    memories: int = 10_000, queries: int = 200, *, progress: Callable[[int], None] = lambda done: None
) -> Speed:
    """Fill a store in a temporary folder, then ask it; `progress` hears how many memories are in."""
    chance = random.Random(7)
    facts = [_fact(chance, number) for number in range(memories)]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "memory.db") as store:
        began = time.perf_counter()
        for start in range(0, memories, TURN_OPS):
            _apply(store, [op for op, _ in facts[start : start + TURN_OPS]], start)
            progress(min(memories, start + TURN_OPS))
        filled = memories / (time.perf_counter() - began)
        began = time.perf_counter()
        singles = [_fact(chance, memories + number)[0] for number in range(100)]
        for number, op in enumerate(singles):
            _apply(store, [op], memories + number)
        applied = len(singles) / (time.perf_counter() - began)
        times, hits = _ask(store, chance.sample(facts, min(queries, memories)))
    p50, p95 = (times[int(q * (len(times) - 1))] for q in (0.5, 0.95))
    return Speed(memories, filled, applied, p50, p95, hits / len(times))


def _apply(store: Store, ops: Sequence[Op], number: int) -> None:
    said = "\n".join(op.content for op in ops if isinstance(op, Keep))
    store.apply(ops, OpContext(f"bench-{number}", "bench", said))


def _fact(chance: random.Random, number: int) -> tuple[Keep, str]:
    """A memory, and the question that asks for it."""
    thing = "".join(chance.choices(_SYLLABLES, k=3))
    owner = "".join(chance.choices(_SYLLABLES, k=2)).capitalize()
    place = "".join(chance.choices(_SYLLABLES, k=3))
    return Keep(f"{owner}'s {thing} is in the {place}", tags=(owner, thing)), f"where is {owner}'s {thing}?"


def _ask(store: Store, facts: Sequence[tuple[Keep, str]]) -> tuple[list[float], int]:
    times: list[float] = []
    hits = 0
    for op, query in facts:
        began = time.perf_counter()
        found = store.recall(query)
        times.append((time.perf_counter() - began) * 1000)
        hits += bool(found) and found[0].memory.text == op.content
    return sorted(times), hits
