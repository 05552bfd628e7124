"""What a sentence tells about is found by keys, in a store of any age."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from memory.grammar import Store as Keep
from memory.model import OpContext
from memory.store import Store
from memory.told import UNTOLD, claimed_keys, told_keys


def test_two_wordings_of_one_thing_have_one_key() -> None:
    assert told_keys("your door code is 4821") == told_keys("your door code is 9917") != UNTOLD
    assert told_keys("Anna's birthday is on 5 May") != told_keys("Leo's birthday is on 5 May")


def test_what_tells_about_nothing_has_none() -> None:
    assert told_keys("you are late") == UNTOLD
    assert told_keys("") == UNTOLD


def test_a_claim_that_was_stored_under_other_names_is_contradicted(tmp_path: Path) -> None:
    with Store(tmp_path / "memory.db") as store:
        for content, tags in (
            ("your boss is called Ida", ("boss", "name")),
            ("your boss is called Ulla", ()),
        ):
            outcome = store.apply([Keep(content, tags=tags)], OpContext("", "owner", content))[0]
        assert outcome.fate == "contested"


def test_a_store_from_before_the_keys_gets_them(set_back: Callable[..., Path]) -> None:
    path = set_back(
        "my boss is called Ida",
        4,
        "DROP INDEX idx_memories_owner_told",
        "ALTER TABLE memories DROP COLUMN told_subject_key",
        "ALTER TABLE memories DROP COLUMN told_attribute_key",
    )
    with Store(path) as store:
        said = "your boss is called Ulla"
        assert store.apply([Keep(said)], OpContext("", "owner", said))[0].fate == "contested"


def test_forgetting_leaves_no_key_behind(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with Store(path) as store:
        number = store.add("personal", "my boss is called Ida").ids[0]
        store.forget(number)
    row = (
        sqlite3.connect(path).execute("SELECT told_subject_key, told_attribute_key FROM memories").fetchone()
    )
    assert row == ("", "")


def test_a_claim_is_read_through_what_is_put_before_it() -> None:
    for opening in ("", "actually ", "no, ", "oh, by the way, ", "Um, remember that "):
        assert claimed_keys(f"{opening}my name is Beraun") == told_keys("your name is Tovio")


def test_a_claim_about_what_can_have_many_values_stands_against_nothing() -> None:
    assert claimed_keys("I like pears") == UNTOLD
