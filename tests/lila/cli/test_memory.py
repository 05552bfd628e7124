"""`lila memory …`: every subcommand, as text and as JSON, on a real store."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memory import OpContext, Store
from memory.database import MemoryFile
from memory.grammar import Store as StoreOp
from training_log import Journal, TurnRecord

Lila = Callable[..., Any]


@pytest.fixture
def known(lila: Lila) -> Lila:
    """Two memories: 1 in personal, 2 in wiki."""
    added = lila("memory", "add", "my door code", "is 4821", "-t", "you", "-t", "door code", "--json").json
    assert (added["fate"], added["ids"], added["namespace"]) == ("applied", [1], "personal")
    assert (
        lila("memory", "add", "the cellar is damp", "-n", "wiki").out
        == "applied (memory 2): Noted: the cellar is damp.\n"
    )
    return lila


def test_list_shows_the_newest_first(known: Lila) -> None:
    rows = known("memory", "list", "--json").json
    assert [(each["id"], each["text"]) for each in rows] == [
        (2, "the cellar is damp"),
        (1, "your door code is 4821"),
    ]
    assert [each["id"] for each in known("memory", "list", "-n", "wiki", "--json").json] == [2]
    assert [each["id"] for each in known("memory", "list", "--limit", "1", "--json").json] == [2]
    assert known("memory", "list", "--state", "contested", "--json").json == []
    lines = known("memory", "list").out.splitlines()
    assert len(lines) == 2
    assert "your door code is 4821" in lines[1]


@pytest.mark.parametrize("command", [("list",), ("show", "1"), ("search", "door"), ("conflicts",)])
def test_no_memory_steers_the_terminal(lila: Lila, home: Path, command: tuple[str, ...]) -> None:
    nasty = "your door code is 48\x1b[2J21\x9b1A\u202e"
    with Store(home / "memory.db") as store:
        document = store.export()
        store.add("personal", "your door code is 4821")
        row = {**store.export()["memories"][0], "text": nasty, "source_text": nasty}  # type: ignore[index]
    (home / "memory.db").unlink()
    with Store(home / "memory.db") as store:
        assert store.import_({**document, "memories": [row]}).imported == 1
        store.add("personal", "my door code is 9917")
    for form in ((), ("--json",)):
        out = lila("memory", *command, *form).out
        assert "door code" in out
        assert not {"\x1b", "\x9b", "\u202e"} & set(out)
    shown = lila("memory", "list", "--json").json
    assert nasty in [each["text"] for each in shown]


def test_an_unknown_state_or_namespace_is_refused(known: Lila) -> None:
    assert "approved" in known("memory", "list", "--state", "gone").sentence
    for words in (("list",), ("search", "cellar"), ("add", "it is damp")):
        assert "personal" in known("memory", *words, "-n", "secret").sentence


def test_show_tells_where_a_memory_comes_from(known: Lila) -> None:
    detail = known("memory", "show", "1", "--json").json
    assert detail["memory"]["source_text"] == "my door code is 4821"
    assert detail["history"]
    text = known("memory", "show", "1").out
    assert "memory 1 (personal, approved): your door code is 4821" in text
    assert "my door code is 4821" in text
    assert "99" in known("memory", "show", "99").sentence


def test_search_finds_by_words(known: Lila) -> None:
    found = known("memory", "search", "damp", "cellar", "--json").json
    assert [each["id"] for each in found] == [2]
    assert 0 < found[0]["score"] <= 1
    assert known("memory", "search", "damp", "-n", "personal", "--json").json == []
    assert "the cellar is damp" in known("memory", "search", "damp").out


def test_edit_and_undo(known: Lila) -> None:
    edited = known("memory", "edit", "2", "the", "cellar is dry", "--json").json
    assert edited[0]["text"] == "the cellar is dry"
    assert known("memory", "undo", "--json").json[0]["text"] == "the cellar is damp"
    assert "99" in known("memory", "edit", "99", "words").sentence


def test_history_gives_the_number_that_undo_takes(known: Lila) -> None:
    known("memory", "edit", "2", "the cellar is dry")
    changes = known("memory", "history", "2", "--json").json
    assert changes[0]["memory"] == 2
    assert known("memory", "history").out.splitlines()[0].split()[0] == str(changes[0]["group"])
    assert len(known("memory", "history", "--limit", "1", "--json").json) == 1
    known("memory", "undo", str(changes[0]["group"]))
    assert known("memory", "show", "2", "--json").json["memory"]["text"] == "the cellar is damp"


def test_a_conflict_is_shown_and_decided(known: Lila) -> None:
    again = known("memory", "add", "my door code is 9917", "-t", "you", "-t", "door code", "--json").json
    assert again["fate"] == "contested"
    waiting = known("memory", "conflicts", "--json").json
    assert len(waiting) == 1
    assert "9917" in known("memory", "conflicts").out
    right = next(each["id"] for each in waiting[0]["memories"] if "9917" in each["text"])
    assert known("memory", "approve", str(right), "--json").json["fate"] == "resolved"
    assert known("memory", "conflicts").out == "Nothing is contested.\n"
    texts = [each["text"] for each in known("memory", "list", "--json").json]
    assert "your door code is 9917" in texts
    assert "your door code is 4821" not in texts


def test_what_others_said_waits_for_approval(lila: Lila, home: Path) -> None:
    assert lila("memory", "list", "--json").json == []
    heard = OpContext("", "owner", "the shop closes at noon", trusted=False)
    with Store(home / "memory.db") as store:
        assert store.apply([StoreOp("the shop closes at noon", "wiki")], heard)[0].fate == "pending"
    assert "[pending]" in lila("memory", "list").out
    assert lila("memory", "list", "--state", "pending", "--json").json[0]["id"] == 1
    assert lila("memory", "approve", "1").status == 0
    assert lila("memory", "show", "1", "--json").json["memory"]["state"] == "approved"


def test_what_somebody_else_told_says_whose_it_is(lila: Lila, home: Path) -> None:
    lila("memory", "add", "my door code is 4821")
    with Store(home / "memory.db") as store:
        store.add("personal", "my bicycle is green", speaker="Ada")
    assert [line[24:] for line in lila("memory", "list").out.splitlines()] == [
        "your bicycle is green  (told by Ada)",
        "your door code is 4821",
    ]


def said(turn: str, text: str, reply: str, used: tuple[int, ...] = ()) -> TurnRecord:
    return TurnRecord(turn, "c", "owner", datetime.now(UTC), text, reply, used=used)


def files_with(word: bytes, folder: Path) -> list[Path]:
    """Give it a word: four digits stand by chance in a time or a checksum now and then."""
    return [each for each in folder.rglob("*") if each.is_file() and word in each.read_bytes()]


def test_forgetting_takes_the_words_out_of_the_log(lila: Lila, home: Path) -> None:
    """Of the turn that said it, and of the turn that had it in its prompt; of no other."""
    lila("log", "tail")
    words = OpContext("turn-1", "owner", "my door code is zebra")
    with Store(home / "memory.db") as store, Journal(home / "log") as journal:
        store.apply([StoreOp("your door code is zebra", "personal", ("you", "door code"))], words)
        journal.append(said("turn-1", "my door code is zebra", "Noted: your door code is zebra."))
        journal.append(said("turn-2", "what do I type at the door?", "Type zebra.", (1,)))
        journal.append(said("turn-3", "hello", "Hello."))
    assert files_with(b"zebra", home)
    assert lila("memory", "forget", "door", "code", "--json").json["fate"] == "forgotten"
    assert not files_with(b"zebra", home)
    lines = lila("log", "tail", "--json").json
    assert [each["redacted"] for each in lines if "reply" in each] == [True, True, False]
    assert lila("log", "verify").status == 0
    assert "its words were removed" in lila("log", "tail").out


def test_forgetting_needs_to_be_plain(known: Lila) -> None:
    done = known("memory", "forget", "unicorns")
    assert done.status == 1
    assert done.out.startswith("refused")
    assert len(known("memory", "list", "--json").json) == 2
    assert known("memory", "forget", "1").out == "forgotten (memory 1): I've forgotten it.\n"
    assert known("memory", "undo", "1").status == 1


def test_an_export_comes_back_whole(known: Lila, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.json"
    path.touch(mode=0o644)
    assert known("memory", "export", str(path), "--json").json == {"memories": 2, "path": str(path)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert (
        json.loads(known("memory", "export", "-").out)["memories"] == json.loads(path.read_text())["memories"]
    )
    before = known("memory", "list", "--json").json
    monkeypatch.setenv("LILA_HOME", str(tmp_path / "another"))
    report = known("memory", "import", str(path), "--json").json
    assert (report["imported"], report["known"], report["refused"]) == (2, 0, [])
    assert (
        known("memory", "import", "-", stdin=path.read_text()).out
        == "0 imported, 2 known already, 0 refused\n"
    )
    after = known("memory", "list", "--json").json
    assert [each["text"] for each in after] == [each["text"] for each in before]


def test_an_export_or_import_that_cannot_be(known: Lila, tmp_path: Path) -> None:
    assert str(tmp_path) in known("memory", "export", str(tmp_path / "no" / "all.json")).sentence
    assert "nothing.json" in known("memory", "import", str(tmp_path / "nothing.json")).sentence
    assert "JSON" in known("memory", "import", "-", stdin="{").sentence
    (tmp_path / "noise").write_bytes(b"\xff\xfe\xfd")
    assert "noise" in known("memory", "import", str(tmp_path / "noise")).sentence


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 40])
def test_a_number_that_nothing_can_have_is_refused_in_a_sentence(known: Lila, number: str) -> None:
    for words in (["show"], ["forget"], ["history"], ["undo"], ["approve"]):
        said = known("memory", *words, number)
        assert said.status in (0, 1)
        assert "something went wrong" not in said.err


def test_digits_of_other_scripts_are_words(known: Lila) -> None:
    assert known("memory", "forget", "²").status == 1
    assert len(known("memory", "list", "--json").json) == 2


@pytest.mark.parametrize(
    "words",
    [["list"], ["search", "door"], ["history"], ["conflicts"], ["export", "-"]],
    ids=lambda words: words[0],
)
def test_what_only_looks_makes_no_home(lila: Lila, home: Path, words: list[str]) -> None:
    done = lila("memory", *words)
    assert (done.status, done.err) == (0, "")
    assert not home.exists()


def test_a_full_disk_is_told_as_one(lila: Lila, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: MemoryFile, db: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(MemoryFile, "_use_wal", full)
    assert "is full. Free some space" in lila("memory", "add", "my door code is 4821").sentence


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EROFS, "this is on a read-only disk; make it writable, or set LILA_HOME"),
        (errno.ENOSPC, "the disk is full, and Lila has no room for her folder; free some space"),
        (errno.EACCES, "can't create Lila's folder (Permission denied); set LILA_HOME"),
    ],
)
def test_a_home_that_cannot_be_made_is_told_by_its_cause(
    lila: Lila, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert sentence in lila("memory", "add", "my door code is 4821").sentence
