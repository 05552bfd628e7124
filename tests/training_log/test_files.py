"""A disk that refuses is an error with a name, and leaves no trace."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from diaries import ROOT, only_file, turn, turns
from unprivileged import without_root

from training_log import Journal, files
from training_log.errors import JournalFull, JournalMisplaced, JournalReadOnly
from training_log.reading import JournalReader


def refuse(number: int, partial: int = 0) -> Callable[[int, bytes], int]:
    real = os.write

    def write(fd: int, data: bytes) -> int:
        if partial and len(data) > partial:
            return real(fd, data[:partial])
        raise OSError(number, os.strerror(number))

    return write


@pytest.mark.parametrize("number, error", [(errno.ENOSPC, JournalFull), (errno.EROFS, JournalReadOnly)])
def test_a_disk_that_refuses_is_a_typed_error_and_leaves_no_trace(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    journal.append(turn("t1"))
    before = only_file(folder).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse(number, partial=len(before) - 20))
        with pytest.raises(error):
            journal.append(turn("t2", "long " * 50))
    assert only_file(folder).read_bytes() == before
    journal.append(turn("t2"))
    assert journal.verify().ok
    assert turns(journal) == ["t1", "t2"]


def test_a_sync_that_fails_is_not_reported_done(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(turn("t1"))

    def fail(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", fail)
        with pytest.raises(Exception, match="Check the disk") as caught:
            journal.append(turn("t2"))
    assert getattr(caught.value, "code", "") == "journal_io"
    assert turns(journal) == ["t1"]


def test_a_really_full_disk(tmp_path: Path) -> None:
    """A file size limit is the disk that is full for one process, and a real one."""
    code = (
        "import resource, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from training_log import Journal, TurnRecord\n"
        "from training_log.errors import JournalFull\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "journal = Journal(sys.argv[1])\n"
        "journal.append(TurnRecord('t1', 'c', 'p', datetime.now(UTC), 'x', 'y'))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    journal.append(TurnRecord('t2', 'c', 'p', datetime.now(UTC), 'x' * 5000, 'y'))\n"
        "except JournalFull:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "    journal.append(TurnRecord('t3', 'c', 'p', datetime.now(UTC), 'x', 'y'))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "log")], cwd=ROOT, check=True)
    with Journal(tmp_path / "log") as journal:
        assert turns(journal) == ["t1", "t3"]
        assert journal.verify().ok


def test_a_folder_that_may_not_be_written() -> None:
    # Not in pytest's own folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="lila-journal-"))
    folder.chmod(0o555)
    try:
        with without_root(), pytest.raises(JournalReadOnly), Journal(folder / "log") as journal:
            journal.append(turn("t1"))
    finally:
        shutil.rmtree(folder)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    with pytest.raises(Exception, match="log") as caught:
        Journal(tmp_path / "log").append(turn("t1"))
    assert getattr(caught.value, "code", "").startswith("journal_")


def test_a_file_where_the_folder_should_be_is_no_empty_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    with pytest.raises(JournalMisplaced, match=r"a file is there\. Move that file away\."):
        JournalReader(tmp_path / "log").verify()


@pytest.mark.parametrize("linked", ["interactions-2026-11.jsonl", ".lock"])
def test_nothing_is_written_through_a_link(
    journal: Journal, folder: Path, tmp_path: Path, linked: str
) -> None:
    target = tmp_path / "diary of another"
    target.write_text("not Lila's\n")
    target.chmod(0o644)
    folder.mkdir(parents=True)
    (folder / linked).symlink_to(target)
    with pytest.raises(JournalMisplaced, match="is a link"):
        journal.append(turn("t1"))
    with pytest.raises(JournalMisplaced, match=linked):
        JournalReader(folder).verify()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("not Lila's\n", 0o644)


def test_a_torn_line_is_not_moved_through_a_link(journal: Journal, folder: Path, tmp_path: Path) -> None:
    journal.append(turn("t1"))
    with only_file(folder).open("ab") as file:
        file.write(b"torn")
    (folder / f"{only_file(folder).name}.torn").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(JournalMisplaced, match="is a link"):
        journal.append(turn("t2"))
    assert not (tmp_path / "elsewhere").exists()
