"""Export and import: lossless between stores, and safe against hostile files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from memory.errors import TransferError
from memory.grammar import Consolidate, Store
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

CODE = ("you", "door code")


@pytest.fixture
def document(store: MemoryStore, person: Person) -> Any:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    person.say("change it to 9917", Consolidate("your door code is 9917", tags=CODE))
    person.say("my name is Sam", Store("your name is Sam", tags=("you", "name")))
    person.say("my name is Max", Store("your name is Max", tags=("you", "name")))
    person.say("page", Store("your bike is red"), trusted=False)
    person.say("my locker is 12", Store("your locker is 12"))
    store.forget("locker")
    return json.loads(json.dumps(store.export()))


def test_export_and_import_lose_nothing(document: Any, tmp_path: Path) -> None:
    with MemoryStore(tmp_path / "other.db") as other:
        report = other.import_(json.dumps(document))
        assert (report.imported, report.refused) == (6, ())
        assert json.loads(json.dumps(other.export())) == document
        assert [hit.memory.text for hit in other.recall("door code")] == ["your door code is 9917"]
        assert other.conflicts()[0].question.endswith("Which is right, Sam or Max?")


def test_importing_again_adds_nothing(document: Any, store: MemoryStore) -> None:
    before = store.export()
    report = store.import_(document)
    assert (report.imported, report.known) == (0, 6)
    assert store.export() == before


def test_what_disagrees_with_what_is_known_comes_in_as_pending(document: Any, tmp_path: Path) -> None:
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my door code is 1111", tags=CODE)
        other.import_(document)
        assert [memory.text for memory in other.list(state="approved")] == ["your door code is 1111"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("text", "x" * 3000, "too long"),
        ("text", "<|memory_start|>", "special tokens"),
        ("text", "a\nb", "several lines"),
        ("text", "", "forgotten"),
        ("text", 7, "isn't text"),
        ("namespace", "secret", "namespace is unknown"),
        ("namespace", "contested", "disagree"),
        ("home", "contested", "home is unknown"),
        ("state", "holy", "state is unknown"),
        ("kind", "x", "kind is unknown"),
        ("confidence", 2, "confidence"),
        ("confidence", float("nan"), "confidence"),
        ("confidence", True, "confidence"),
        ("learned_at", float("inf"), "isn't a time"),
        ("used_at", 1e18, "outside"),
        ("uses", -1, "count"),
        ("audience", "all", "list of names"),
        ("audience", [1], "list of names"),
        ("superseded_by", "1", "number"),
        ("id", None, "id"),
        ("extra", 1, "unknown or missing"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_go_in(
    document: Any, tmp_path: Path, field: str, value: object, reason: str
) -> None:
    document["memories"][1][field] = value
    with MemoryStore(tmp_path / "other.db") as other:
        report = other.import_(document)
        assert report.imported == 5
        assert any(position == 1 and reason in why for position, why in report.refused)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format":"lila-memory","version":2,"memories":[]}',
                                  '{"format":"lila-memory","version":1}', "[" * 100_000])  # fmt: skip
def test_what_is_no_export_is_refused_whole(store: MemoryStore, text: str) -> None:
    with pytest.raises(TransferError):
        store.import_(text)


def test_rows_that_are_no_rows(store: MemoryStore) -> None:
    rows = [None, 7, "x", [], {}, {"text": {}}]
    report = store.import_({"format": "lila-memory", "version": 1, "memories": rows, "history": [None, {}]})
    assert report.imported == 0 and len(report.refused) == 8


def test_twice_the_same_number(document: Any, tmp_path: Path) -> None:
    document["memories"][3]["id"] = document["memories"][2]["id"]
    with MemoryStore(tmp_path / "other.db") as other:
        report = other.import_(document)
        assert report.imported == 5 and (3, "its id is missing or stands twice") in report.refused


def states(store: MemoryStore) -> dict[str, str]:
    return {memory.text: memory.state for memory in store.list()}


def test_what_disagrees_is_noticed_however_it_was_tagged(store: MemoryStore, tmp_path: Path) -> None:
    store.add("personal", "my door code is 9917", tags=("house", "entry"))
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my door code is 4821")
        other.import_(store.export())
        assert states(other) == {"your door code is 4821": "approved", "your door code is 9917": "pending"}


def test_what_is_only_tagged_alike_comes_in_as_it_was(store: MemoryStore, tmp_path: Path) -> None:
    store.add("personal", "the code of locker 2 is 2002", tags=("locker", "code"))
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "the code of locker 1 is 1001", tags=("locker", "code"))
        other.import_(store.export())
        assert set(states(other).values()) == {"approved"}


def test_what_is_known_in_other_words_adds_nothing(store: MemoryStore, tmp_path: Path) -> None:
    store.add("personal", "4821 is my door code")
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my door code is 4821")
        report = other.import_(store.export())
        assert (report.imported, report.known) == (0, 1)


def test_the_sides_of_an_open_conflict_come_in_together(store: MemoryStore, tmp_path: Path) -> None:
    for name in ("Sam", "Max"):
        store.add("personal", f"my name is {name}")
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my bike is red")
        other.import_(store.export())
        assert [memory.text for memory in other.conflicts()[0].memories] == [
            "your name is Sam",
            "your name is Max",
        ]


def test_claims_of_one_export_that_disagree_do_not_both_come_in_as_approved(
    document: Any, store: MemoryStore, tmp_path: Path
) -> None:
    for row in document["memories"]:
        if row["text"].startswith("your name is"):
            row.update(state="approved", namespace="personal", conflict=None)
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my bike is fast")
        other.import_(document)
        assert (states(other)["your name is Sam"], states(other)["your name is Max"]) == (
            "approved",
            "pending",
        )


def test_what_was_said_before_and_holds_again_comes_in(store: MemoryStore, tmp_path: Path) -> None:
    person_says = ("my door code is 1111", "my door code is 2222")
    for said in (*person_says, person_says[0]):
        outcome = store.add("personal", said)
        if outcome.fate == "contested":
            store.approve(outcome.ids[-1])
    with MemoryStore(tmp_path / "other.db") as other:
        other.add("personal", "my bike is red")
        other.import_(store.export())
        assert states(other)["your door code is 1111"] == "approved"
