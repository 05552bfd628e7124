"""Where tools keep their data: one small SQLite file in Lila's home, for lists and timers.

Every write is one transaction, so another process (a server beside a terminal) never sees half of one.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lila.errors import ToolError

__all__ = ["Shelf"]

_MIGRATIONS = (
    """
    CREATE TABLE lists (
        list TEXT NOT NULL, item TEXT NOT NULL, added_at REAL NOT NULL,
        UNIQUE (list, item COLLATE NOCASE)
    );
    CREATE TABLE timers (
        id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, seconds INTEGER NOT NULL,
        due_at REAL NOT NULL, rung INTEGER NOT NULL DEFAULT 0
    );
    """,
)
"""Append-only: a file written by any earlier Lila is brought up to date step by step."""


class Shelf:
    """The file; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.touch(mode=0o600, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._migrate()
        except (OSError, sqlite3.Error) as error:
            raise ToolError(f"{path} can't be used ({error}); move it away and start again") from error

    def _migrate(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        for script in _MIGRATIONS[version:]:
            for statement in filter(str.strip, script.split(";")):
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {max(version, len(_MIGRATIONS))}")
        self._db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a reading query."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._db.close()
