"""One writer at a time, and readers that wait for none."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from memory.database import MemoryFile
from memory.errors import StoreBusy, StoreUnavailable
from memory.grammar import Store as Keep
from memory.model import OpContext
from memory.store import Store


def another_writer(path: Path) -> sqlite3.Connection:
    """A connection that holds the write lock, as another process would."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def is_writing(store: Store) -> bool:
    """Whether a thread has, or waits for, the one transaction."""
    free = store._file._writing.acquire(blocking=False)
    if free:
        store._file._writing.release()
    return not free


def test_a_read_does_not_wait_for_a_write_that_waits_for_another_process(tmp_path: Path) -> None:
    with Store(tmp_path / "memory.db", busy_timeout_s=60) as store:
        store.add("personal", "my door code is 4821")
        other = another_writer(store.path)
        adding = threading.Thread(target=store.add, args=("personal", "my bike code is 1177"))
        adding.start()
        while not is_writing(store):
            time.sleep(0.001)
        assert [each.memory.id for each in store.recall("what is my door code?")] == [1]
        assert len(store.list()) == 1
        assert adding.is_alive()
        other.execute("ROLLBACK")
        adding.join()
        assert len(store.list()) == 2


def test_a_preview_waits_for_a_writer_as_a_change_does_and_changes_nothing(tmp_path: Path) -> None:
    claim, context = Keep("your bike is red"), OpContext("t1", "owner", "my bike is red")
    with Store(tmp_path / "memory.db", busy_timeout_s=60) as store:
        other = another_writer(store.path)
        release = threading.Timer(0.3, other.close)
        release.start()
        assert store.preview(claim, context).fate == "applied"
        release.join()
        assert store.list() == [] and store.history() == []
        assert store.apply([claim], context)[0].ids == (1,)


def test_a_preview_waits_only_so_long(tmp_path: Path) -> None:
    with Store(tmp_path / "memory.db", busy_timeout_s=0.05) as store:
        other = another_writer(store.path)
        with pytest.raises(StoreBusy):
            store.preview(Keep("your bike is red"), OpContext("t1", "owner", "my bike is red"))
        other.close()
        assert store.add("personal", "my bike is red").fate == "applied"


def test_a_read_inside_a_transaction_sees_what_was_before_it(tmp_path: Path) -> None:
    file = MemoryFile(tmp_path / "memory.db", time.time)
    with file.write() as db:
        db.execute("INSERT INTO applied_turns VALUES ('t1', 0)")
        with file.read() as seen:
            assert seen.execute("SELECT count(*) FROM applied_turns").fetchone()[0] == 0
    with file.read() as seen:
        assert seen.execute("SELECT count(*) FROM applied_turns").fetchone()[0] == 1
    file.close()
    with pytest.raises(StoreUnavailable, match="closed"), file.read():
        pass


def test_closing_waits_for_the_transaction_under_way(tmp_path: Path) -> None:
    file = MemoryFile(tmp_path / "memory.db", time.time)
    inside, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with file.write() as db:
            inside.set()
            go_on.wait(30)
            db.execute("INSERT INTO applied_turns VALUES ('t1', 0)")

    writing = threading.Thread(target=work)
    writing.start()
    inside.wait(30)
    closing = threading.Thread(target=file.close)
    closing.start()
    go_on.set()
    writing.join()
    closing.join()
    with Store(tmp_path / "memory.db") as store:
        assert store.unapplied(["t1", "t2"]) == {"t2"}


def test_uses_that_cannot_be_written_down_do_not_keep_the_store_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path / "memory.db", busy_timeout_s=0.05)
    store.add("personal", "my door code is 4821")
    store.recall("what is my door code?")
    other = another_writer(store.path)
    with caplog.at_level(logging.WARNING, "memory.store"):
        store.close()
    assert "not written down" in caplog.text
    with pytest.raises(StoreUnavailable, match="closed"):
        store.list()
    other.close()


def test_nothing_is_opened_through_a_link(tmp_path: Path) -> None:
    target = tmp_path / "notes of another"
    target.write_bytes(b"")
    target.chmod(0o644)
    (tmp_path / "memory.db").symlink_to(target)
    with pytest.raises(StoreUnavailable, match="is a link"):
        Store(tmp_path / "memory.db")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"", 0o644)


def sqlite_error(number: int, words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = number
    return error


@pytest.mark.parametrize(
    ("number", "words", "free", "code", "sentence"),
    [
        (sqlite3.SQLITE_FULL, "database or disk is full", 1 << 30, "disk_full", "Free some space"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "disk I/O error", 4096, "disk_full", "Free some space"),
        (
            sqlite3.SQLITE_IOERR_WRITE,
            "disk I/O error",
            1 << 30,
            "unavailable",
            "Check the disk, then try again",
        ),
        (
            sqlite3.SQLITE_READONLY,
            "attempt to write a readonly database",
            1 << 30,
            "read_only",
            "Make it writable",
        ),
    ],
)
def test_what_the_disk_refuses_is_typed_and_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
    free: int,
    code: str,
    sentence: str,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    file = MemoryFile(tmp_path / "memory.db", time.time)
    with pytest.raises(StoreUnavailable, match=sentence) as caught, file.write():
        raise sqlite_error(number, words)
    assert caught.value.code == code
    file.close()
