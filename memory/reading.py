"""The memory file as it stands, to be looked at: nothing is made, brought up to date or written.

So it opens where writing is out of the question, on a read-only or a full disk. A file that isn't there
yet is an empty memory; one of an earlier Lila is read from a copy in working memory, which is brought up to date.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from sqlite_utils import Database

from memory.database import BUSY_TIMEOUT_S, MemoryFile
from memory.errors import StoreReadOnly
from memory.schema.migrations import is_current, migrate

__all__ = ["FileToRead"]

logger = logging.getLogger(__name__)

_CANNOT_SHARE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
"""What SQLite says where it can't make the files through which readers of a write-ahead log agree."""


class FileToRead(MemoryFile):
    """Connections that can't write; otherwise as `MemoryFile`."""

    def __init__(
        self, path: Path, clock: Callable[[], float], busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> None:
        self._clock = clock
        super().__init__(path, clock, busy_timeout_s)

    def _open(self, clock: Callable[[], float]) -> Database:
        return self._connect()

    def _connect(self) -> Database:
        db = self._look() if self.path.exists() else self._in_memory()
        try:
            if is_current(db):
                return db
            copy = self._in_memory()
            db.conn.backup(copy.conn)
        except BaseException:
            db.conn.close()
            raise
        db.conn.close()
        migrate(copy, self._clock())
        return copy

    def _in_memory(self) -> Database:
        return self._wrapped(sqlite3.connect(":memory:", check_same_thread=False))

    def _look(self) -> Database:
        try:
            return self._at("mode=ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _CANNOT_SHARE:
                raise
            log = self.path.with_name(f"{self.path.name}-wal")
            if log.exists() and log.stat().st_size:
                logger.warning("the last changes are still in %s, and can't be read on this disk", log)
            return self._at("immutable=1")

    def _at(self, how: str) -> Database:
        uri = f"file:{quote(str(self.path.absolute()))}?{how}"
        connection = sqlite3.connect(uri, uri=True, timeout=self._busy_timeout_s, check_same_thread=False)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema")  # the file is opened by the first look
        except sqlite3.Error:
            connection.close()
            raise
        return self._wrapped(connection)

    def _alone(self) -> NoReturn:
        raise StoreReadOnly(f"The memory at {self.path} was opened to be looked at. Open it to write, too.")
