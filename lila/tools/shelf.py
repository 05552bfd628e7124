"""Where tools keep their data: one small SQLite file in Lila's home, for lists and timers.

Every write is one transaction, so another process (a server beside a terminal) never sees half of one. What a
turn changes is committed with the number of the turn, so that a crash can be made good once (`lila.tools.redo`).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lila.errors import ToolError
from lila.tools.draft import Change

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
    """
    CREATE TABLE kept_turns (turn TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
    INSERT INTO kept_turns VALUES ('', :now);
    """,
)
"""Append-only: a file written by any earlier Lila is brought up to date step by step."""


class Shelf:
    """The file; safe to use from several threads and processes. What can't be done raises `ToolError`."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        try:
            path.touch(mode=0o600, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                self._version()  # a file of a later Lila isn't written to at all
                self._db.execute("PRAGMA journal_mode=WAL")
                self._migrate()
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise ToolError(f"{path} can't be used ({error}); move it away and start again") from error

    def _version(self) -> int:
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version > len(_MIGRATIONS):
            raise ToolError(
                f"{self._path} was written by a later Lila: it has schema {version}, and this one knows "
                f"{len(_MIGRATIONS)}. Update Lila to open it, or give this one another home (LILA_HOME)."
            )
        return version

    def _migrate(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for script in _MIGRATIONS[self._version() :]:
            for statement in filter(str.strip, script.split(";")):
                self._db.execute(statement, {"now": self._clock()})
        self._db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        self._db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self._lock, self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def keeping(self, changes: Sequence[Change], turn: str) -> Iterator[None]:
        """Make a turn's changes, and commit them when the block ends well; nobody else sees them before.

        `turn` is noted with them; empty for a turn that leaves no line to make anything good from.
        """
        with self.writing() as db:
            for change in changes:
                change(db)
            if turn:
                self._note(db, turn)
            yield

    def keep_once(self, changes: Sequence[Change], turn: str) -> bool:
        """Make these changes unless the turn's were made before; waits for a process that just makes them."""
        with self.writing() as db:
            if not self._note(db, turn):
                return False
            for change in changes:
                change(db)
            return True

    def _note(self, db: sqlite3.Connection, turn: str) -> bool:
        added = db.execute("INSERT OR IGNORE INTO kept_turns VALUES (?, ?)", (turn, self._clock()))
        return added.rowcount == 1

    @property
    def since(self) -> float:
        """When this shelf began to note the turns that it kept, in Unix seconds."""
        return float(str(self.rows("SELECT at FROM kept_turns WHERE turn = ''")[0][0]))

    def has_kept(self, turn: str) -> bool:
        """Whether the changes of this turn were made."""
        return bool(self.rows("SELECT 1 FROM kept_turns WHERE turn = ?", turn))

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a reading query."""
        return self.rows_after((), query, *values)

    def rows_after(self, changes: Sequence[Change], query: str, *values: object) -> list[tuple[object, ...]]:
        """The rows as they would be after these changes, which are not made."""
        with self._lock, self._explained():
            if not changes:
                return self._db.execute(query, values).fetchall()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for change in changes:
                    change(self._db)
                return self._db.execute(query, values).fetchall()
            finally:
                self._db.execute("ROLLBACK")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ToolError(
                f"My lists and timers can't be used just now ({error}), so they are as they were. "
                f"See that {self._path} can be written, then say it again."
            ) from error

    def close(self) -> None:
        """Close the file; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._db.close()
