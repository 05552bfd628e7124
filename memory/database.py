"""The SQLite file: opening it safely, one writer at a time across processes, many readers.

Write-ahead logging lets readers go on while someone writes. `write` takes the write lock at its beginning
(BEGIN IMMEDIATE), so that what a transaction read is still true when it writes: no update is lost between two
processes. Commits are synchronous; a power cut loses no transaction that was reported done.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from memory.errors import StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable
from memory.schema.migrations import migrate

BUSY_TIMEOUT_S = 10.0
_ROOM_TO_OPEN = 64 * 1024
_MAKE_WRITABLE = "Make it writable, or work with a copy of the folder elsewhere."


class MemoryFile:
    """Connections to one memory file; safe to use from several threads."""

    def __init__(
        self, path: Path, clock: Callable[[], float], busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> None:
        self.path = path
        self._busy_timeout_s = busy_timeout_s
        self._writing = (
            threading.RLock()
        )  # held as long as a transaction, and while it waits for another process
        self._lock = threading.Lock()  # of what is below; held for a moment only, so that readers never wait
        self._idle: list[Database] = []
        self._closed = False
        with _explained(path):
            self._writer = self._open(clock)

    def _open(self, clock: Callable[[], float]) -> Database:
        """The connection that writes, to a file that is private and up to date."""
        self._own_file()
        db = self._connect()
        try:
            self._use_wal(db)
            migrate(db, clock())
        except BaseException:
            db.conn.close()
            raise
        return db

    def _own_file(self) -> None:
        """Make the file private before anything is written to it; an existing file is never truncated.

        A link is refused: whoever placed it would choose the file that is made Lila's.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                os.fchmod(fd, 0o600)
            finally:
                os.close(fd)
        except OSError as error:
            raise _unopened(error, self.path) from error

    def _connect(self) -> Database:
        return self._wrapped(
            sqlite3.connect(self.path, timeout=self._busy_timeout_s, check_same_thread=False)
        )

    def _wrapped(self, connection: sqlite3.Connection) -> Database:
        connection.isolation_level = None
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # forgotten text is overwritten, not just unlinked
        return Database(connection, recursive_triggers=False, execute_plugins=False)

    def _use_wal(self, db: Database) -> None:
        # Switching to WAL needs the file to itself for a moment and doesn't wait for others by itself.
        deadline = time.monotonic() + self._busy_timeout_s
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    @contextmanager
    def write(self) -> Iterator[Database]:
        """One transaction; rolled back if the block raises. Waits for other writers up to the time-out."""
        with self._alone() as db:
            yield db
            db.execute("COMMIT")

    @contextmanager
    def trial(self) -> Iterator[Database]:
        """A transaction whose changes can be looked at and are then taken back. Waits as `write` does.

        It can't be a reader's that changes rows: a reader's view may be out of date, and then SQLite refuses it the
        write lock at once, without waiting.
        """
        with self._alone() as db:
            yield db

    @contextmanager
    def _alone(self) -> Iterator[Database]:
        """The write lock from the beginning to the end; what isn't committed by then is rolled back."""
        with self._writing, _explained(self.path):
            self._check_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            finally:
                if self._writer.conn.in_transaction:
                    self._writer.execute("ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[Database]:
        """A consistent view for reading; never waits for a writer."""
        with self._lock:
            self._check_open()
            db = self._idle.pop() if self._idle else None
        with _explained(self.path):
            db = db or self._connect()
            try:
                db.execute("BEGIN")
                yield db
            finally:
                if db.conn.in_transaction:
                    db.execute("ROLLBACK")
                with self._lock:
                    if self._closed:
                        db.conn.close()
                    else:
                        self._idle.append(db)

    def scrub(self) -> None:
        """After forgetting: merge the index so that it drops deleted words, and empty the write-ahead log."""
        with self.write() as db:
            db.execute("INSERT INTO memory_index (memory_index) VALUES ('optimize')")
        with self._writing, _explained(self.path):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close every connection, when the transaction under way is over; closing twice is fine."""
        with self._writing, self._lock:
            if self._closed:
                return
            self._closed = True
            for db in self._idle:
                db.conn.close()
            self._idle.clear()
            self._writer.conn.close()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("The memory was closed. Open it again.")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the memory's own."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusy(
                "Another program is writing to the memory and didn't finish in time. Try again."
            ) from error
        raise _refused(error, path) from error
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(
            f"The file at {path} isn't a memory of Lila's, or is damaged ({error}). Restore it from a copy."
        ) from error


def _refused(error: sqlite3.OperationalError, path: Path) -> StoreUnavailable:
    """The typed error for what SQLite says the disk did."""
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _no_room(path)):
        return StoreFull(f"The disk with the memory at {path} is full. Free some space, then try again.")
    if kind == sqlite3.SQLITE_READONLY:
        return StoreReadOnly(f"The memory at {path} may not be written ({error}). {_MAKE_WRITABLE}")
    if kind == sqlite3.SQLITE_IOERR:
        return StoreUnavailable(
            f"The disk failed with the memory at {path} ({error}). Check the disk, then try again."
        )
    return StoreUnavailable(f"The memory at {path} can't be used: {error}. Check the file and its folder.")


def _unopened(error: OSError, path: Path) -> StoreUnavailable:
    """The typed error for what the operating system says about the file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(f"The disk for the memory at {path} is full. Free some space, then try again.")
    if error.errno == errno.EROFS:
        return StoreReadOnly(f"The memory at {path} is on a read-only disk. {_MAKE_WRITABLE}")
    if error.errno == errno.ELOOP:
        return StoreUnavailable(f"{path} is a link. Put the file itself in its place, and the memory opens.")
    return StoreUnavailable(
        f"The memory at {path} can't be opened ({error.strerror}). Check the path and its permissions."
    )


def _no_room(path: Path) -> bool:
    """Whether the disk hasn't even the room for what SQLite puts beside the file to open it."""
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_TO_OPEN
    except OSError:
        return False
