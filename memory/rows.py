"""Rows of the memories table: reading them, and writing them together with their history and their index entry.

Every change of a memory goes through `Rows`, inside one write transaction, so that the row, the index and the history
never disagree. `group` ties the changes of one operation together for undo.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from memory import fading
from memory.errors import NotFound, StaleVersion
from memory.model import FORGOTTEN, Change, Memory
from memory.told import told_keys
from memory.when import date_words
from memory.words import key, one_spelling, words

FIELDS = (
    "text", "namespace", "home", "subject", "attribute", "kind", "owner", "audience", "source_turn", "source_text",
    "context", "learned_at", "valid_from", "valid_to", "confidence", "uses", "repeats", "used_at", "state", "reason",
    "superseded_by", "conflict",
)  # fmt: skip
"""What a snapshot in the history holds; the keys are derived from it, and the version only counts up."""


def text_key(text: str) -> str:
    """Two texts with the same key say the same."""
    return " ".join(words(text))


def index(db: Database, memory_id: int, values: Mapping[str, object]) -> None:
    """What a memory is found by, in the one spelling that queries have too."""
    db.execute("DELETE FROM memory_index WHERE rowid = ?", [memory_id])
    day = datetime.fromtimestamp(float(str(values["learned_at"])), UTC).astimezone().date()
    found_by = (values["text"], f"{values['subject']} {values['attribute']}", values["context"])
    db.execute(
        "INSERT INTO memory_index (rowid, text, tags, context, dates) VALUES (?, ?, ?, ?, ?)",
        [memory_id, *(one_spelling(str(each).lower()) for each in found_by), date_words(day)],
    )


def memory_of(row: sqlite3.Row, now: float) -> Memory:
    """The row as a value, its strength computed for `now`."""
    values = {name: row[name] for name in Memory.__slots__ if name not in ("strength", "audience")}
    strength = fading.strength(row["confidence"], row["namespace"], row["state"], row["used_at"], now)
    return Memory(**values, audience=tuple(json.loads(row["audience"])), strength=strength)


def find(db: Database, where: str, parameters: Iterable[object], now: float) -> list[Memory]:
    """Memories for a condition, oldest first."""
    rows = db.execute(f"SELECT * FROM memories WHERE {where} ORDER BY id", list(parameters)).fetchall()
    return [memory_of(row, now) for row in rows]


def get(db: Database, memory_id: int, now: float) -> Memory:
    """One memory; raises `NotFound`."""
    found = find(db, "id = ?", [memory_id], now)
    if not found:
        raise NotFound(f"There is no memory {memory_id}. List them to see their numbers.")
    return found[0]


def changes(db: Database, where: str, parameters: Iterable[object]) -> list[Change]:
    """History entries for a condition, oldest first."""
    rows = db.execute(f"SELECT * FROM history WHERE {where} ORDER BY id", list(parameters)).fetchall()
    return [
        Change(
            row["id"], row["change_group"], row["memory"], row["at"], row["action"], row["actor"], row["turn"],
            json.loads(row["before"]) if row["before"] else None,
            json.loads(row["after"]) if row["after"] else None,
            bool(row["undone"]),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(slots=True)
class Rows:
    """The writer of one operation: who changes what, when, in which turn."""

    db: Database
    now: float
    actor: str
    turn: str
    group: int

    @staticmethod
    def begin(db: Database, now: float, actor: str, turn: str = "") -> Rows:
        """A writer whose changes can be undone together."""
        group = db.execute("SELECT coalesce(max(change_group), 0) + 1 FROM history").fetchone()[0]
        return Rows(db, now, actor, turn, int(group))

    def get(self, memory_id: int) -> Memory:
        return get(self.db, memory_id, self.now)

    def find(self, where: str, parameters: Iterable[object]) -> list[Memory]:
        return find(self.db, where, parameters, self.now)

    def insert(self, values: Mapping[str, object], action: str, memory_id: int | None = None) -> int:
        """Add a row, index it and record it; returns its id."""
        row: dict[str, object] = {**values, **keys_of(values), "version": 1}
        if memory_id is not None:
            row["id"] = memory_id
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        cursor = self.db.execute(f"INSERT INTO memories ({names}) VALUES ({marks})", list(row.values()))
        added = int(cursor.lastrowid or 0)
        index(self.db, added, values)
        self._record(added, action, None, values)
        return added

    def update(self, memory_id: int, action: str, **changed: object) -> None:
        """Change fields of a row."""
        self.change(memory_id, action, changed)

    def change(
        self, memory_id: int, action: str, changed: Mapping[str, object], expected_version: int | None = None
    ) -> None:
        """Change fields of a row; raises `StaleVersion` when it isn't the version that the caller saw."""
        before = self.snapshot(memory_id)
        after = {**before, **changed}
        row = {**changed, **keys_of(after)}
        assignments = ", ".join(f"{name} = ?" for name in row)
        guard = "" if expected_version is None else f" AND version = {int(expected_version)}"
        done = self.db.execute(
            f"UPDATE memories SET {assignments}, version = version + 1 WHERE id = ?{guard}",
            [*row.values(), memory_id],
        ).rowcount
        if not done:
            raise StaleVersion("Someone else changed this memory meanwhile. Look at it again, then repeat.")
        if any(before[name] != after[name] for name in _INDEXED):
            index(self.db, memory_id, after)
        self._record(memory_id, action, before, after)

    def snapshot(self, memory_id: int) -> dict[str, object]:
        row = self.db.execute("SELECT * FROM memories WHERE id = ?", [memory_id]).fetchone()
        if row is None:
            raise NotFound(f"There is no memory {memory_id}. List them to see their numbers.")
        return {name: row[name] for name in FIELDS}

    def erase(self, memory_id: int) -> None:
        """Remove every word of a memory, its index entry and its history's text; a tombstone remains."""
        empty = dict.fromkeys(
            ("text", "subject", "attribute", "subject_key", "attribute_key", "text_key", "told_subject_key",
             "told_attribute_key", "source_turn", "source_text", "context", "reason"), "",
        )  # fmt: skip
        assignments = ", ".join(f"{name} = ?" for name in empty)
        self.db.execute(
            f"UPDATE memories SET {assignments}, state = ?, conflict = NULL, version = version + 1 WHERE id = ?",
            [*empty.values(), FORGOTTEN, memory_id],
        )
        self.db.execute("DELETE FROM memory_index WHERE rowid = ?", [memory_id])
        self.db.execute(
            "UPDATE history SET before = NULL, after = NULL, turn = '' WHERE memory = ?", [memory_id]
        )
        self._record(memory_id, "forgotten", None, None, turn="")

    def redact(self, memory_id: int, source_text: str, context: str) -> None:
        """Replace what a memory quotes, in its row, its index entry and its history; not undoable."""
        self.db.execute(
            "UPDATE memories SET source_text = ?, context = ?, version = version + 1 WHERE id = ?",
            [source_text, context, memory_id],
        )
        index(self.db, memory_id, self.snapshot(memory_id))
        quotes = {"source_text": source_text, "context": context}
        for row in self.db.execute(
            "SELECT id, before, after FROM history WHERE memory = ?", [memory_id]
        ).fetchall():
            self.db.execute(
                "UPDATE history SET before = ?, after = ? WHERE id = ?",
                [_quoting(row["before"], quotes), _quoting(row["after"], quotes), row["id"]],
            )

    def surround(self, memory_id: int, context: str) -> None:
        """Change only what a memory is found by beside its own words; no entry in the history, no new version."""
        self.db.execute("UPDATE memories SET context = ? WHERE id = ?", [context, memory_id])
        index(self.db, memory_id, self.snapshot(memory_id))

    def _record(
        self,
        memory_id: int,
        action: str,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
        turn: str | None = None,
    ) -> None:
        self.db.execute(
            "INSERT INTO history (change_group, memory, at, action, actor, turn, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [self.group, memory_id, self.now, action, self.actor, self.turn if turn is None else turn,
             _json(before), _json(after)],
        )  # fmt: skip


_INDEXED = ("text", "subject", "attribute", "context", "learned_at")


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else json.dumps(dict(values), ensure_ascii=False)


def _quoting(snapshot: str | None, quotes: Mapping[str, object]) -> str | None:
    return None if snapshot is None else _json({**json.loads(snapshot), **quotes})


def keys_of(values: Mapping[str, object]) -> dict[str, object]:
    """What a memory is compared by, derived from its fields."""
    told_subject, told_attribute = told_keys(str(values["text"]))
    return {
        "told_subject_key": told_subject,
        "told_attribute_key": told_attribute,
        "subject_key": key(str(values["subject"])),
        "attribute_key": key(str(values["attribute"])),
        "text_key": text_key(str(values["text"])),
    }
