"""A memory is found by what was said just before it, and just after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.grammar import Episode, Store
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

CODE = Store("your door code is 4821", tags=("you", "door code"))
AFTER = "the plumber needs it"


def found(store: MemoryStore, query: str) -> list[str]:
    return [hit.memory.text for hit in store.search(query)]


def test_what_is_said_next_finds_it_too(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", CODE)
    assert found(store, "plumber") == []
    assert store.has_from(["t1"]) and not store.has_from(["t9"]) and not store.has_from([])
    store.said_after(["t1"], AFTER, "owner")
    store.said_after(["t1"], AFTER, "owner")
    assert found(store, "plumber") == [CODE.content]
    assert found(store, "door code") == [CODE.content]
    with store._file.read() as db:
        (context,) = db.execute("SELECT context FROM memories").fetchone()
    assert context == f"my door code is 4821\n{AFTER}"


def test_it_is_no_change_of_the_memory(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", CODE)
    before = store.get(1)
    store.said_after(["t1"], AFTER, "owner")
    assert store.get(1) == before
    assert len(store.history()) == 1
    store.edit(1, "your door code is 4822", version=before.version)
    assert found(store, "plumber") == ["your door code is 4822"]
    assert store.undo()[0].text == CODE.content
    assert store.undo()[0].state == "superseded"


def test_only_the_speakers_own_and_only_of_these_turns(
    store: MemoryStore, person: Person, visitor: Person
) -> None:
    person.say("my door code is 4821", CODE)
    person.say("Anna came to visit", Episode("Anna came to visit"))
    visitor.say("my bike is red", Store("your bike is red", tags=("you", "bike")))
    store.said_after(["t1"], AFTER, "owner")
    assert found(store, "plumber") == [CODE.content]


def test_a_pasted_page_is_cut_short(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", CODE)
    store.said_after(["t1"], "page " * 500 + "unicorn", "owner")
    assert found(store, "unicorn") == []


def test_forgetting_takes_the_words_out_of_its_neighbours(store: MemoryStore, person: Person) -> None:
    person.say("my bike is red", Store("your bike is red", tags=("you", "bike")))
    told = "my door code is zebra"
    person.say(told, Store("your door code is zebra", tags=("you", "door code")))
    store.said_after(["t1"], told, "owner")
    assert found(store, "zebra") != []
    store.forget("door code")
    assert found(store, "zebra") == []
    store.close()
    assert b"zebra" not in store.path.read_bytes()


def test_what_was_forgotten_is_not_touched(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", CODE)
    store.forget(1)
    store.said_after(["t1"], AFTER, "owner")
    assert found(store, "plumber") == []
