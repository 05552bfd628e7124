"""A diary can forget: the words go, the chain holds, and a crash in between is made good."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from diaries import NOON, Clock, kinds, only_file, rewrite, turn

from training_log import Journal, SignalRecord, TurnRecord, files


def test_redacted_words_are_gone_and_the_chain_holds(journal: Journal, folder: Path) -> None:
    journal.append(turn("t1", "my door code is zebra"))
    journal.append(turn("t2", "hello"))
    journal.append(SignalRecord("t1", "correction", NOON, text="no, zebra was the old one", source="t3"))
    journal.append(SignalRecord("t2", "meant", NOON, text="I meant zebra", source="t1"))
    assert b"zebra" in only_file(folder).read_bytes()
    assert journal.redact(["t1", "unknown"]) == 3
    assert b"zebra" not in only_file(folder).read_bytes()
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
