"""The diary: durable, whole after a kill, repaired, rotated."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from diaries import NOON, ROOT, Clock, kinds, only_file, turn, turns

from training_log import Journal, SignalRecord, TurnRecord
from training_log.errors import ExportFailed, JournalClosed, RecordInvalid


def test_what_was_appended_is_there_after_reopening(journal: Journal, folder: Path) -> None:
    assert [journal.append(turn("t1")), journal.append(SignalRecord("t1", "thumbs_up", NOON))] == [1, 2]
    journal.close()
    with Journal(folder, clock=Clock()) as again:
        assert again.append(turn("t2")) == 3
        assert [entry.seq for entry in again.read()] == [1, 2, 3]
        report = again.verify()
    assert report.ok
    assert (report.files, report.lines, report.turns, report.signals) == (1, 3, 2, 1)


def test_nothing_is_made_before_the_first_line(journal: Journal, folder: Path) -> None:
    assert list(journal.read()) == []
    assert journal.verify().ok
    assert not folder.exists()


def test_files_are_for_their_owner_only(journal: Journal, folder: Path) -> None:
    old = os.umask(0)
    try:
        journal.append(turn("t1"))
        journal.redact(["t1"])
        journal.export(folder / "out.jsonl")
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_line_is_synced_before_append_returns(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    journal.append(turn("t1"))
    path = only_file(folder)
    assert synced[-2:] == [str(path), str(folder)]
    assert str(folder.parent) in synced
    journal.append(turn("t2"))
    assert synced[-1] == str(path)


def test_a_line_is_one_write(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    real = os.write

    def write(fd: int, data: bytes) -> int:
        writes.append(data)
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    journal.append(turn("t1", "x" * 300_000))
    assert len(writes) == 1
    assert writes[0].endswith(b"\n")


# Killed, torn

WRITER = """
import sys
from datetime import UTC, datetime
from training_log import Journal, TurnRecord
journal = Journal(sys.argv[1])
for number in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}-{number}"
    journal.append(TurnRecord(name, "c", "Ada", datetime.now(UTC), "word " * 50, "reply"))
    sys.stdout.write(name + "\\n")
    sys.stdout.flush()
"""


def test_a_turn_and_its_signals_are_one_write(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(turn("t1"))
    written: list[bytes] = []
    real = os.write

    def write(fd: int, data: bytes) -> int:
        written.append(bytes(data))
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    assert journal.append(turn("t2"), SignalRecord("t1", "meant", NOON, source="t2")) == 3
    assert [data.count(b"\n") for data in written if b'"turn"' in data] == [2]
    assert journal.append(turn("t3")) == 4
    assert [entry.seq for entry in journal.read()] == [1, 2, 3, 4]
    assert journal.verify().ok
    assert Journal(folder, clock=Clock()).append(turn("t4")) == 5


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("after", [3, 150, 500])
def test_kill_9_loses_no_turn_that_was_reported_done(folder: Path, after: int) -> None:
    process = writer(folder, "w", 1000)
    assert process.stdout is not None
    done = [process.stdout.readline().strip() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    done += process.stdout.read().split()
    process.wait()
    assert len(done) < 1000
    with Journal(folder) as journal:
        kept = turns(journal)
        assert kept[: len(done)] == done
        assert len(kept) <= len(done) + 1  # the one that was on its way
        assert journal.verify().ok
        journal.append(turn("after"))
        assert journal.verify().ok


def test_processes_and_threads_do_not_interleave(folder: Path) -> None:
    processes = [writer(folder, name, 60) for name in ("a", "b")]
    with Journal(folder) as journal:

        def work(name: str) -> None:
            for number in range(30):
                journal.append(turn(f"{name}-{number}"))

        threads = [threading.Thread(target=work, args=(name,)) for name in ("x", "y")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            process.communicate()
            assert process.returncode == 0
        report = journal.verify()
        assert report.ok, report.problems
        assert report.turns == 180
        for name in "abxy":
            own = [one for one in turns(journal) if one.startswith(name)]
            assert own == [f"{name}-{number}" for number in range(len(own))]


def test_a_fork_takes_a_lock_of_its_own(journal: Journal) -> None:
    journal.append(turn("before"))
    child = os.fork()
    if child == 0:
        for number in range(40):
            journal.append(turn(f"child-{number}"))
        os._exit(0)
    for number in range(40):
        journal.append(turn(f"parent-{number}"))
    assert os.waitpid(child, 0)[1] == 0
    report = journal.verify()
    assert report.ok, report.problems
    assert report.turns == 81


@contextmanager
def killed_while_writing(folder: Path) -> Iterator[None]:
    """What is appended here was never reported done: the head is saved after the line, so it stays as it was."""
    head = (folder / ".lock").read_bytes()
    yield
    (folder / ".lock").write_bytes(head)


@pytest.mark.parametrize("cut", [1, 2, 60, 200])
def test_a_torn_line_is_moved_aside(journal: Journal, folder: Path, cut: int) -> None:
    journal.append(turn("t1"))
    whole = only_file(folder).read_bytes()
    with killed_while_writing(folder):
        journal.append(turn("t2"))
    torn = only_file(folder).read_bytes()[:-cut]
    only_file(folder).write_bytes(torn)
    assert "torn" in kinds(journal)
    with Journal(folder, clock=Clock()) as again:
        assert only_file(folder).read_bytes() == whole
        side = only_file(folder).with_name(only_file(folder).name + ".torn")
        assert side.read_bytes() == torn[len(whole) :] + b"\n"
        assert again.append(turn("t3")) == 2
        assert turns(again) == ["t1", "t3"]
        assert again.verify().ok
        assert again.verify().aside == 1


def test_a_torn_line_is_repaired_by_a_journal_that_was_already_open(journal: Journal, folder: Path) -> None:
    journal.append(turn("t1"))
    with only_file(folder).open("ab") as file:
        file.write(b"\0\0\0")
    journal.append(turn("t2"))
    assert turns(journal) == ["t1", "t2"]
    assert journal.verify().ok


def test_a_file_of_nothing_but_a_torn_line(journal: Journal, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "interactions-2026-11.jsonl").write_bytes(b'{"v":1,"ki')
    assert journal.append(turn("t2")) == 1
    assert turns(journal) == ["t2"]


def test_a_closed_journal_says_so(journal: Journal) -> None:
    journal.close()
    with pytest.raises(JournalClosed):
        journal.append(turn("t1"))


def test_a_clock_without_a_zone_is_refused(folder: Path) -> None:
    with pytest.raises(RecordInvalid):
        Journal(folder, clock=lambda: datetime(2026, 11, 21)).append(turn("t1"))


# Months


def test_months_have_files_of_their_own_and_one_chain(folder: Path) -> None:
    clock = Clock(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    with Journal(folder, clock=clock) as journal:
        journal.append(turn("t1"))
        clock.now += timedelta(seconds=1)
        journal.append(turn("t2"))
        clock.now -= timedelta(days=1)  # set back: still the newest file
        journal.append(turn("t3"))
        clock.now = datetime(2027, 1, 1, tzinfo=UTC)
        journal.append(turn("t4"))
        names = [path.name for path in journal.files()]
        assert names == [f"interactions-{month}.jsonl" for month in ("2026-11", "2026-12", "2027-01")]
        assert turns(journal) == ["t1", "t2", "t3", "t4"]
        assert [e.record.turn for e in journal.tail(2) if isinstance(e.record, TurnRecord)] == ["t3", "t4"]
        assert journal.verify().ok
        journal.files()[1].unlink()
        assert "gap" in kinds(journal)


# Reading


def test_filters_tail_and_find(journal: Journal) -> None:
    for number in range(300):
        time = NOON + timedelta(minutes=number)
        journal.append(turn(f"t{number:03}", "x" * 900, conversation="ab"[number % 2], time=time))
    journal.append(SignalRecord("t004", "repeat", NOON, conversation="a"))
    assert [e.seq for e in journal.tail(3)] == [299, 300, 301]
    assert journal.tail(0) == []
    assert len(journal.tail(1000)) == 301
    assert [e.seq for e in journal.tail(2, conversation="b")] == [298, 300]
    since = NOON + timedelta(minutes=298)
    assert [e.seq for e in journal.read(since=since)] == [299, 300]
    assert [e.seq for e in journal.read(conversation="a", since=since)] == [299]
    assert [e.seq for e in journal.find("t004")] == [5, 301]
    assert journal.find("") == []


def test_reading_is_streamed(five: Journal) -> None:
    reader = five.read()
    assert next(reader).seq == 1
    five.append(turn("late"))
    assert [entry.seq for entry in reader][-1] == 6


def test_export_is_whole_or_nothing(five: Journal, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert five.export(target) == 5
    assert target.read_bytes() == only_file(folder).read_bytes()
    target.write_text("precious")
    assert five.export(target, conversation="nobody") == 0
    with pytest.raises(ExportFailed) as caught:
        five.export(tmp_path / "missing" / "out.jsonl")
    assert caught.value.code == "export_failed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.jsonl"]
