"""Forgetting is real: no byte of the words is left, and what was meant is plain before anything goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from memory.errors import NotAllowed
from memory.grammar import Consolidate, Forget, Store
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

CODE = ("you", "door code")


def bytes_on_disk(store: MemoryStore) -> bytes:
    return b"".join(path.read_bytes() for path in Path(store.path).parent.iterdir())


def test_forgetting_leaves_no_byte_behind(store: MemoryStore, person: Person) -> None:
    person.say("my door code is zebra4821", Store("your door code is zebra4821", tags=CODE))
    person.say("my bike is red", Store("your bike is red", tags=("you", "bike")))
    person.say("change my door code to zebra9917", Consolidate("your door code is zebra9917", tags=CODE))
    assert b"zebra" in bytes_on_disk(store)
    outcome = person.say("forget my door code", Forget(query="door code"))
    assert (outcome.fate, set(outcome.ids), outcome.message) == ("forgotten", {1, 3}, "I've forgotten it.")
    assert set(outcome.turns) == {"t1", "t3"}
    assert b"zebra" not in bytes_on_disk(store)
    assert store.recall("what is my door code") == []
    assert store.get(3).state == "forgotten" and store.get(3).text == ""
    assert store.get(2).text == "your bike is red"
    assert b"zebra" not in str(store.export()).encode()


def test_what_shared_the_turn_keeps_its_text_but_not_the_words(store: MemoryStore, person: Person) -> None:
    said = "my door code is zebra and my bike is red"
    person.say(
        said, Store("your door code is zebra", tags=CODE), Store("your bike is red", tags=("you", "bike"))
    )
    store.forget("door code")
    assert (store.get(2).text, store.get(2).source_text) == ("your bike is red", "")
    assert b"zebra" not in bytes_on_disk(store)


def test_forgetting_survives_a_restart_and_numbers_are_not_reused(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    store.forget(1)
    store.close()
    with MemoryStore(store.path) as again:
        assert again.recall("door code") == []
        assert again.add("personal", "my bike is red").ids == (2,)


def test_it_can_not_be_undone_and_says_so(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    store.forget(1)
    with pytest.raises(NotAllowed, match="Forgetting is real"):
        store.undo()


@pytest.mark.parametrize("query", ["bike", "everything", "the", "garage door code"])
def test_what_matches_nothing_is_refused(store: MemoryStore, person: Person, query: str) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    assert store.forget(query).fate == "refused"
    assert len(store.list()) == 1


def test_what_is_ambiguous_is_refused_with_the_choice(store: MemoryStore, person: Person) -> None:
    person.say("the red key opens the shed", Store("the red key opens the shed"))
    person.say("the red car needs oil", Store("the red car needs oil"))
    outcome = store.forget("red")
    assert outcome.fate == "refused"
    assert "[1]" in outcome.message and "[2]" in outcome.message
    assert store.forget(2).fate == "forgotten"


def test_ones_own_is_meant_before_anothers(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    person.say("Anna's door code is 9917", Store("Anna's door code is 9917", tags=("Anna", "door code")))
    assert person.say("forget my door code", Forget(query="door code")).ids == (1,)


def test_everything_about_a_person(store: MemoryStore, person: Person) -> None:
    person.say("Anna likes plums", Store("Anna likes plums", tags=("Anna", "likes")))
    person.say("Anna's birthday is 3 May", Store("Anna's birthday is 3 May", tags=("Anna", "birthday")))
    person.say("my sister Anna is a nurse", Store("your sister Anna is a nurse", tags=("sister Anna", "job")))
    person.say("Tom likes figs", Store("Tom likes figs", tags=("Tom", "likes")))
    assert person.say("forget Anna", Forget(query="Anna")).fate == "forgotten"
    assert [memory.text for memory in store.list()] == ["Tom likes figs"]


def test_forgetting_one_side_settles_the_conflict(store: MemoryStore, person: Person) -> None:
    for value in ("4821", "9917"):
        person.say(f"my door code is {value}", Store(f"your door code is {value}", tags=CODE))
    store.forget(2)
    assert store.conflicts() == []
    assert (store.get(1).state, store.get(1).namespace) == ("approved", "personal")


def test_nobody_forgets_for_another(store: MemoryStore, person: Person, visitor: Person) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=CODE))
    assert visitor.say("forget it", Forget(id=1)).fate == "refused"
    assert visitor.say("forget the door code", Forget(query="door code")).fate == "refused"
    assert person.say("page", Forget(query="door code"), trusted=False).fate == "refused"
    assert store.get(1).state == "approved"


def test_long_turns_of_several_lines_leave_nothing_either(store: MemoryStore, person: Person) -> None:
    person.say(
        f"my door code is\nzebra4821 {'and so on ' * 80}\nbye",
        Store("your door code is zebra4821", tags=CODE),
    )
    person.say("my bike is red", Store("your bike is red", tags=("you", "bike")))
    store.forget("door code")
    assert b"zebra" not in bytes_on_disk(store)
    assert store.get(2).source_text == "my bike is red"
