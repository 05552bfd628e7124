"""Diaries for tests: a clock that stands still, turns made up, and what a diary holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from training_log import Journal, TurnRecord
from training_log.verification import ProblemKind

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def turn(name: str, text: str = "hello", *, conversation: str = "c", time: datetime = NOON) -> TurnRecord:
    return TurnRecord(name, conversation, "Ada", time, text, f"You said {text}.")


def kinds(journal: Journal) -> set[ProblemKind]:
    return {problem.kind for problem in journal.verify().problems}


def turns(journal: Journal) -> list[str]:
    return [entry.record.turn for entry in journal.read() if isinstance(entry.record, TurnRecord)]


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("interactions-*.jsonl")
    return path


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = only_file(folder)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
