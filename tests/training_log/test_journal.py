"""The diary: durable, whole after a kill, repaired, rotated, verifiable, and able to forget."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from training_log import Journal, SignalRecord, TurnRecord, files
from training_log.errors import ExportFailed, JournalClosed, JournalFull, JournalReadOnly, RecordInvalid
from training_log.verification import ProblemKind

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def turn(name: str, text: str = "hello", *, conversation: str = "c", time: datetime = NOON) -> TurnRecord:
    return TurnRecord(name, conversation, "Ada", time, text, f"You said {text}.")


def kinds(journal: Journal) -> set[ProblemKind]:
    return {problem.kind for problem in journal.verify().problems}


def turns(journal: Journal) -> list[str]:
    return [entry.record.turn for entry in journal.read() if isinstance(entry.record, TurnRecord)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "log"


@pytest.fixture
def journal(folder: Path) -> Journal:
    return Journal(folder, clock=Clock())


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("interactions-*.jsonl")
    return path


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


# Killed, torn, full, read-only

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


@pytest.mark.parametrize("cut", [1, 2, 60, 200])
def test_a_torn_line_is_moved_aside(journal: Journal, folder: Path, cut: int) -> None:
    journal.append(turn("t1"))
    whole = only_file(folder).read_bytes()
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
    journal.append(turn("t1"))
    only_file(folder).write_bytes(b'{"v":1,"ki')
    assert journal.append(turn("t2")) == 1
    assert turns(journal) == ["t2"]


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


@contextmanager
def without_root() -> Iterator[None]:
    """Root may write anywhere, so root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


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


# Verify


@pytest.fixture
def five(journal: Journal) -> Journal:
    for number in range(5):
        journal.append(turn(f"t{number}", f"fact {number}"))
    return journal


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = only_file(folder)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    "change, kind",
    [
        (lambda rows: [rows[0].replace(b"fact 0", b"fact 9"), *rows[1:]], "edited"),
        (lambda rows: [*rows[:4], rows[4].replace(b'"person":"Ada"', b'"person":"Eve"')], "edited"),
        (lambda rows: [rows[0].replace(b",", b", ", 1), *rows[1:]], "edited"),
        (lambda rows: [*rows[:2], *rows[3:]], "gap"),
        (lambda rows: rows[:3], "gap"),
        (lambda rows: rows[1:], "gap"),
        (lambda rows: [*rows, rows[4]], "duplicate"),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], "order"),
        (lambda rows: [rows[0], b"what is this\n", *rows[1:]], "unreadable"),
        (lambda rows: [*rows[:4], rows[4][:-9]], "torn"),
    ],
)
def test_verify_finds(
    five: Journal, folder: Path, change: Callable[[list[bytes]], list[bytes]], kind: ProblemKind
) -> None:
    assert five.verify().ok
    rewrite(folder, change)
    assert kind in kinds(five)


def test_verify_finds_a_resealed_edit_by_the_next_line(five: Journal, folder: Path) -> None:
    from training_log import lines

    def forge(rows: list[bytes]) -> list[bytes]:
        line = lines.parse(rows[2])
        line["person"] = "Eve"
        line["hash"] = lines.seal(line)
        return [*rows[:2], lines.render(line), *rows[3:]]

    rewrite(folder, forge)
    (problem,) = five.verify().problems
    assert (problem.kind, problem.line) == ("edited", 4)


def test_verify_finds_a_resealed_last_line_by_the_head(five: Journal, folder: Path) -> None:
    from training_log import lines

    def forge(rows: list[bytes]) -> list[bytes]:
        line = lines.parse(rows[4])
        line["person"] = "Eve"
        line["hash"] = lines.seal(line)
        return [*rows[:4], lines.render(line)]

    rewrite(folder, forge)
    assert kinds(five) == {"edited"}


def test_verify_finds_a_file_under_another_month(five: Journal, folder: Path) -> None:
    only_file(folder).rename(folder / "interactions-2026-10.jsonl")
    assert "wrong_month" in kinds(five)


def test_a_damaged_last_line_does_not_stop_the_log(five: Journal, folder: Path) -> None:
    rewrite(folder, lambda rows: [*rows[:4], b"x" * 500 + b"\n"])
    five.append(turn("t5"))
    assert turns(five) == ["t0", "t1", "t2", "t3", "t5"]
    assert kinds(five) == {"unreadable"}


def test_an_edit_is_never_a_crash(five: Journal, folder: Path) -> None:
    """Whatever one byte becomes, verify and read answer, and verify has something to say."""
    good = only_file(folder).read_bytes()
    row = good.splitlines(keepends=True)[1]
    start = good.index(row)
    for offset in range(0, len(row), 3):
        place = start + offset
        only_file(folder).write_bytes(good[:place] + bytes([good[place] ^ 0x15]) + good[place + 1 :])
        assert not five.verify().ok, offset
        list(five.read())


# Forgetting


def test_redacted_words_are_gone_and_the_chain_holds(journal: Journal, folder: Path) -> None:
    journal.append(turn("t1", "my door code is 4821"))
    journal.append(turn("t2", "hello"))
    journal.append(SignalRecord("t1", "correction", NOON, text="no, 4821 was the old one", source="t3"))
    journal.append(SignalRecord("t2", "meant", NOON, text="I meant 4821", source="t1"))
    assert journal.redact(["t1", "unknown"]) == 3
    assert b"4821" not in only_file(folder).read_bytes()
    report = journal.verify()
    assert report.ok, report.problems
    assert report.redacted == 3
    first, second, *_ = journal.read()
    assert first.redacted
    assert isinstance(first.record, TurnRecord)
    assert (first.record.text, first.record.reply, first.record.person) == ("", "", "Ada")
    assert isinstance(second.record, TurnRecord)
    assert second.record.text == "hello"
    assert journal.redact(["t1"]) == 0
    assert journal.append(turn("t4")) == 7
    assert journal.verify().ok


def test_redaction_reaches_old_months_and_torn_pieces(folder: Path) -> None:
    clock = Clock(datetime(2026, 10, 1, tzinfo=UTC))
    with Journal(folder, clock=clock) as journal:
        journal.append(turn("t1", "secret one"))
        clock.now = NOON
        journal.append(turn("t2", "secret two"))
        newest = journal.files()[-1]
        newest.write_bytes(newest.read_bytes()[:-3])
    with Journal(folder, clock=clock) as journal:
        journal.append(turn("t3", "not that one"))
        assert journal.redact(["t1", "t2"]) == 1
        everything = b"".join(path.read_bytes() for path in folder.iterdir())
        assert b"secret" not in everything
        assert b"not that one" in everything
        assert journal.verify().turns == 2


def test_words_removed_by_hand_are_noticed(five: Journal, folder: Path) -> None:
    def hide(rows: list[bytes]) -> list[bytes]:
        line = json.loads(rows[1])
        line |= {"said": None, "redacted": "2026-11-21T12:00:00.000+00:00"}
        return [rows[0], json.dumps(line, separators=(",", ":")).encode() + b"\n", *rows[2:]]

    rewrite(folder, hide)
    assert kinds(five) == {"edited"}


def die(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_redaction_that_was_interrupted_is_finished(
    five: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_whole", die)
        with pytest.raises(KeyboardInterrupt):
            five.redact(["t2"])
    (folder / ".interactions-2026-11.jsonl.99.draft").write_bytes(b"fact 2, half written")
    assert kinds(five) == {"unfinished"}
    with Journal(folder, clock=Clock()) as again:
        assert not any(b"fact 2" in path.read_bytes() for path in folder.iterdir())
        assert again.verify().ok


def test_an_interrupted_redaction_is_finished_by_the_next_append(
    five: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_whole", die)
        with pytest.raises(KeyboardInterrupt):
            five.redact(["t2"])
    five.append(turn("t9"))
    assert b"fact 2" not in only_file(folder).read_bytes()
    assert five.verify().ok


def test_a_damaged_line_that_names_a_forgotten_turn_goes_too(five: Journal, folder: Path) -> None:
    rewrite(folder, lambda rows: [rows[0], rows[1][:-2] + b"\n", *rows[2:]])
    five.redact(["t1"])
    assert b"fact 1" not in only_file(folder).read_bytes()
    assert "unreadable" in kinds(five)


def test_a_signal_may_come_after_the_redaction(five: Journal) -> None:
    five.redact(["t2"])
    five.append(SignalRecord("t2", "thumbs_down", NOON))
    assert five.verify().ok


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
