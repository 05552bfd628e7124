"""Approving, editing, undoing: a person's decision outweighs everything and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from memory.errors import NotAllowed, NotFound, StaleVersion
from memory.grammar import Conflict, Consolidate, Store
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

CODE = ("you", "door code")


def code(value: str) -> Store:
    return Store(f"your door code is {value}", tags=CODE)


def test_approving_hearsay_makes_it_the_persons_own(store: MemoryStore, person: Person) -> None:
    person.say("page", code("4821"), trusted=False)
    assert store.recall("door code") == []
    assert store.approve(1).fate == "applied"
    assert [hit.memory.id for hit in store.recall("door code")] == [1]


def test_approving_what_disagrees_asks_first_and_then_decides(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    person.say("page", code("9917"), trusted=False)
    assert store.approve(2).fate == "contested"
    assert store.approve(2).fate == "resolved"
    assert (store.get(1).state, store.get(2).state) == ("superseded", "approved")


def test_what_is_gone_can_not_be_approved(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    person.say("change it to 9917", Consolidate("your door code is 9917", tags=CODE))
    with pytest.raises(NotAllowed, match="replaced by memory 2"):
        store.approve(1)
    with pytest.raises(NotFound):
        store.approve(77)


def test_editing_changes_what_is_found(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    memory = store.edit(1, "your garage code is 4821")
    assert memory.version == 2
    assert [hit.memory.text for hit in store.recall("garage code")] == ["your garage code is 4821"]


def test_an_edit_of_an_old_version_is_refused(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    seen = store.get(1).version
    store.edit(1, "your door code is 4822", version=seen)
    with pytest.raises(StaleVersion):
        store.edit(1, "your door code is 4823", version=seen)
    assert store.get(1).text == "your door code is 4822"


def test_an_edit_needs_words_and_something_alive(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    with pytest.raises(NotAllowed):
        store.edit(1, "  ")
    store.forget(1)
    with pytest.raises(NotAllowed):
        store.edit(1, "x")


def test_undo_takes_back_each_kind_of_change_in_turn(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    person.say("my door code is 4821 again", code("4821"))
    person.say("my door code is 9917", code("9917"))
    person.say("9917", Conflict("your door code is 4821 / your door code is 9917", "your door code is 9917"))
    store.edit(2, "your door code is 9918")
    store.undo()
    assert store.get(2).text == "your door code is 9917"
    store.undo()
    assert [store.get(n).state for n in (1, 2)] == ["contested", "contested"]
    store.undo()
    assert (store.get(1).state, store.get(1).namespace, store.get(2).state) == (
        "approved",
        "personal",
        "superseded",
    )
    assert store.get(1).repeats == 1
    store.undo()
    assert store.get(1).repeats == 0
    store.undo()
    assert store.list() == []
    with pytest.raises(NotAllowed, match="nothing to undo"):
        store.undo()


def test_undo_refuses_what_was_changed_since(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    group = store.history(1)[0].group
    store.edit(1, "your door code is 4822")
    with pytest.raises(NotAllowed, match="changed since"):
        store.undo(group)
    with pytest.raises(NotFound):
        store.undo(999)


def test_use_does_not_stand_in_the_way_of_undo(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    store.edit(1, "your door code is 4822")
    store.recall("door code")
    store.flush()
    assert store.undo()[0].text == "your door code is 4821"
    assert store.get(1).uses == 1


def test_history_tells_who_did_what(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    store.edit(1, "your door code is 4822", actor="Anna")
    latest, first = store.history(1)
    assert (first.action, first.actor, first.turn) == ("stored", "owner", "t1")
    assert (latest.action, latest.actor) == ("edited", "Anna")
    assert latest.before and latest.before["text"] == "your door code is 4821"


def test_show_tells_what_it_disagrees_with(store: MemoryStore, person: Person) -> None:
    person.say("my door code is 4821", code("4821"))
    person.say("my door code is 9917", code("9917"))
    detail = store.show(1)
    assert [memory.id for memory in detail.disagrees_with] == [2]
    assert [change.action for change in detail.history] == ["stored", "contested"]
