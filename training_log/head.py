"""The lock that orders all writers, and the head of the chain that is kept in its file.

One lock file: a thread lock inside the process, flock between processes. The file says where the chain
ended after the last append that was durable. If it is behind the log, a writer was killed in between; if it
is ahead of the log, lines were cut off, and `verify` says so.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from training_log.errors import JournalClosed, unwritable
from training_log.files import make_folder
from training_log.lines import GENESIS

__all__ = ["EMPTY", "Head", "HeadFile", "saved_head"]

_NAME: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends. `size`: bytes of the file `name` up to and with the last line."""

    name: str
    size: int
    seq: int
    at: datetime
    hash: str


EMPTY: Final = Head("", 0, 0, datetime.fromtimestamp(0, UTC), GENESIS)


@contextmanager
def saved_head(folder: Path) -> Iterator[Head | None]:
    """The head as it was saved, and no writer at work meanwhile. Makes nothing and changes nothing."""
    try:
        fd = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    except OSError as error:
        raise unwritable(error, folder / _NAME) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_SH)
        yield _load(fd)
    finally:
        os.close(fd)


class HeadFile:
    """The lock file of one folder. Not reentrant across processes, reentrant in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread_lock = threading.RLock()
        self._fd = -1
        self._pid = 0
        self._closed = False

    def close(self) -> None:
        with self._thread_lock:
            self._closed = True
            self._drop()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; makes the folder if it is missing. Raises `JournalUnwritable`, `JournalClosed`."""
        with self._thread_lock:
            if self._closed:
                raise JournalClosed("The log is closed. Open a new Journal.")
            try:
                self._acquire()
            except OSError as error:
                raise unwritable(error, error.filename or self._folder) from error
            try:
                yield
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)

    def load(self) -> Head | None:
        """The head as it was saved; None if it never was, or can't be read. The lock is held."""
        return _load(self._fd)

    def save(self, head: Head) -> None:
        """Save it. Not synced, and allowed to fail: the next writer checks it against the files."""
        saved = {"name": head.name, "size": head.size, "seq": head.seq, "hash": head.hash}
        saved["at"] = head.at.isoformat()
        with suppress(OSError):
            os.pwrite(self._fd, json.dumps(saved).encode().ljust(512), 0)

    def _acquire(self) -> None:
        path = self._folder / _NAME
        while True:
            if self._pid != os.getpid():
                # After a fork the lock would be shared with the parent: this process needs its own.
                self._drop()
            if self._fd < 0:
                make_folder(self._folder)
                self._folder.chmod(0o700)
                self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
                self._pid = os.getpid()
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.fstat(self._fd).st_ino == path.stat().st_ino:
                    return
            self._drop()  # removed or replaced meanwhile: the lock must be on the file that others find

    def _drop(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._pid = -1, 0


def _load(fd: int) -> Head | None:
    try:
        saved = json.loads(os.pread(fd, 4096, 0))
        at = datetime.fromisoformat(saved["at"]).astimezone(UTC)
        return Head(str(saved["name"]), int(saved["size"]), int(saved["seq"]), at, str(saved["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
