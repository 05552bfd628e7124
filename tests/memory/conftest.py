"""A store with a clock of its own, and a person who speaks to it turn by turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from memory.grammar import Op, Reflect
from memory.model import OpContext, Outcome
from memory.store import Store

NOTHING = Outcome(Reflect("nothing"), "refused")
SATURDAY = datetime(2026, 11, 21, 10, 0).timestamp()


@dataclass
class Clock:
    now: float = SATURDAY

    def __call__(self) -> float:
        return self.now

    def pass_hours(self, hours: float) -> None:
        self.now += hours * 3600


@dataclass
class Person:
    """Says things; what a model made of them is given as operations."""

    store: Store
    name: str = "owner"
    said: list[str] = field(default_factory=list)

    def say(self, text: str, *ops: Op, trusted: bool = True) -> Outcome:
        turn = f"t{len(self.said) + 1}"
        context = OpContext(turn, self.name, text, trusted, tuple(self.said[-2:]))
        outcomes = self.store.apply(ops, context)
        self.said.append(text)
        return outcomes[0] if outcomes else NOTHING


@pytest.fixture
def set_back(tmp_path: Path) -> Callable[..., Path]:
    """Makes of a memory, holding one fact, what a Lila with an older schema left: her version, and what she hadn't done yet."""

    def make(said: str, version: int, *undone: str) -> Path:
        path = tmp_path / "memory.db"
        with Store(path) as store:
            store.add("personal", said)
        raw = sqlite3.connect(path)
        for statement in undone:
            raw.execute(statement)
        raw.execute("DELETE FROM migrations WHERE number > ?", [version])
        raw.execute(f"PRAGMA user_version = {version}")
        raw.commit()
        raw.close()
        return path

    return make


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store(tmp_path / "memory.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def person(store: Store) -> Person:
    return Person(store)


@pytest.fixture
def visitor(store: Store) -> Person:
    return Person(store, "Tom")
