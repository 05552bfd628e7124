"""The memory looked at without being touched: on a read-only disk, of an earlier Lila, not there yet."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from unprivileged import without_root

from memory.errors import SchemaTooNew, StoreReadOnly, StoreUnavailable
from memory.reading import FileToRead
from memory.schema import migrations
from memory.store import Store


def to_read(path: Path) -> Store:
    return Store(path, file=FileToRead)


def texts(store: Store) -> list[str]:
    return [memory.text for memory in store.list()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store(tmp_path / "memory.db") as store:
        store.add("personal", "my door code is 4821")
    return tmp_path / "memory.db"


@pytest.fixture
def read_only(path: Path) -> Iterator[Path]:
    """A copy of the memory that nobody may write, and not in pytest's own folder, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="lila-memory-"))
    copy = shutil.copy(path, folder / "memory.db")
    copy.chmod(0o444)
    folder.chmod(0o555)
    yield copy
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_memory_that_may_not_be_written_can_be_looked_at(read_only: Path) -> None:
    with without_root(), to_read(read_only) as store:
        assert texts(store) == ["your door code is 4821"]
        assert [hit.memory.id for hit in store.search("door code")] == [1]
        assert store.show(1).history
    assert [each.name for each in read_only.parent.iterdir()] == ["memory.db"]


@pytest.mark.parametrize("number", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_FULL])
def test_a_disk_too_full_for_sqlites_own_files_can_be_looked_at(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = FileToRead._at

    def at(file: FileToRead, how: str) -> object:
        if how == "immutable=1":
            return real(file, how)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = number
        raise error

    monkeypatch.setattr(FileToRead, "_at", at)
    with to_read(path) as store:
        assert texts(store) == ["your door code is 4821"]


def test_changes_that_cannot_be_read_are_told(read_only: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = read_only.with_name("memory.db-wal")
    read_only.parent.chmod(0o755)
    log.write_bytes(b"what was written last")
    log.chmod(0o000)
    read_only.parent.chmod(0o555)
    with without_root(), caplog.at_level(logging.WARNING, "memory.reading"), to_read(read_only):
        assert "the last changes are still in" in caplog.text


def test_to_write_it_is_refused_in_a_sentence(read_only: Path) -> None:
    with without_root(), pytest.raises(StoreUnavailable, match="Check the path and its permissions"):
        Store(read_only)


def test_what_was_opened_to_be_looked_at_is_not_changed(path: Path) -> None:
    before = path.read_bytes()
    with to_read(path) as store:
        for change in (
            lambda: store.add("personal", "my bike code is 1177"),
            lambda: store.forget(1),
            store.undo,
        ):
            with pytest.raises(StoreReadOnly):
                change()
    assert path.read_bytes() == before


def test_what_another_program_just_wrote_is_seen(path: Path) -> None:
    with Store(path) as writer:
        writer.add("personal", "my bike code is 1177")
        with to_read(path) as store:
            assert texts(store) == ["your bike code is 1177", "your door code is 4821"]


def test_a_memory_that_is_not_there_is_empty_and_stays_away(tmp_path: Path) -> None:
    with to_read(tmp_path / "home" / "memory.db") as store:
        assert texts(store) == []
    assert not (tmp_path / "home").exists()


def test_a_memory_of_an_earlier_lila_is_read_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:-1])
        with Store(path) as store:
            store.add("personal", "my door code is 4821")
    before = path.read_bytes()
    with to_read(path) as store:
        assert texts(store) == ["your door code is 4821"]
    assert path.read_bytes() == before


def later_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("happened", "error", "sentence"),
    [
        (later_schema, SchemaTooNew, "has schema 99"),
        (lambda path: path.write_bytes(b"garbage" * 999), StoreUnavailable, "is damaged"),
    ],
)
def test_what_is_no_memory_of_hers_is_refused(
    path: Path, happened: Callable[[Path], object], error: type[Exception], sentence: str
) -> None:
    happened(path)
    with pytest.raises(error, match=sentence):
        to_read(path)
