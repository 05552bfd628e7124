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


def test_an_edit_reads_anew_what_it_is_about(store: MemoryStore) -> None:
    store.add("personal", "my dog is called Rex")
    edited = store.edit(1, "my garage code is 9917.")
    assert (edited.text, edited.subject, edited.attribute) == (
        "your garage code is 9917",
        "you",
        "garage code",
    )
    assert store.add("personal", "my garage code is 1111").fate == "contested"


def test_an_edit_keeps_what_it_was_tagged_with_where_it_tells_of_the_same(
    store: MemoryStore, person: Person
) -> None:
    person.say("my boss is called Ann", Store("your boss is called Ann", tags=("work", "boss")))
    edited = store.edit(1, "my boss is called Anna")
    assert (edited.subject, edited.attribute) == ("work", "boss")


def test_an_edit_that_disagrees_with_what_is_known_is_asked_about(store: MemoryStore) -> None:
    store.add("personal", "my door code is 4821")
    store.add("personal", "my dog is called Rex")
    assert store.edit(2, "my door code is 9917").state == "contested"
    [conflict] = store.conflicts()
    assert conflict.question == "I had 4821 for your door code. Which is right, 4821 or 9917?"
    assert store.approve(2).ids == (2, 1)


def test_an_edit_that_disagrees_is_undone_with_both_sides(store: MemoryStore) -> None:
    store.add("personal", "my door code is 4821")
    store.add("personal", "my dog is called Rex")
    before = [(memory.text, memory.state, memory.subject) for memory in store.list()]
    store.edit(2, "my door code is 9917")
    store.undo()
    assert [(memory.text, memory.state, memory.subject) for memory in store.list()] == before


def test_an_edit_ends_a_conflict_that_it_is_no_longer_part_of(store: MemoryStore) -> None:
    store.add("personal", "my door code is 4821")
    store.add("personal", "my door code is 9917")
    edited = store.edit(2, "my garage code is 9917")
    assert (edited.state, edited.namespace, edited.conflict) == ("approved", "personal", None)
    other = store.get(1)
    assert (other.state, other.namespace, other.conflict) == ("approved", "personal", None)
    assert store.conflicts() == []
    store.undo()
    assert len(store.conflicts()[0].memories) == 2


def test_an_edit_leaves_a_conflict_of_the_others_open(store: MemoryStore) -> None:
    for value in ("4821", "9917", "1234"):
        store.add("personal", f"my door code is {value}")
    store.edit(3, "my garage code is 1234")
    assert [memory.id for memory in store.conflicts()[0].memories] == [1, 2]


def test_an_edit_that_says_what_is_on_record_is_refused(store: MemoryStore) -> None:
    store.add("personal", "my door code is 4821")
    store.add("personal", "my dog is called Rex")
    with pytest.raises(NotAllowed, match="Memory 1 says that already: your door code is 4821"):
        store.edit(2, "4821 is my door code")
    assert store.get(2).text == "your dog is called Rex"


def test_an_edit_that_says_more_than_another_memory_replaces_it(store: MemoryStore) -> None:
    store.add("personal", "my wife is Anna")
    store.add("personal", "my dog is called Rex")
    store.edit(2, "my wife is Anna Berg")
    assert (store.get(1).state, store.get(1).superseded_by, store.get(2).state) == (
        "superseded",
        2,
        "approved",
    )


def test_an_edit_that_tells_of_a_move_replaces_the_old_home(store: MemoryStore) -> None:
    store.add("personal", "I live in Oslo")
    store.add("personal", "my dog is called Rex")
    assert store.edit(2, "I've moved to Rome").state == "approved"
    assert store.get(1).state == "superseded"


@pytest.mark.parametrize(
    "text", ["?", "...", "what is my door code?", "hello", "if I had a safe the code would be 1", "x" * 2001]
)
def test_an_edit_that_states_nothing_is_refused(store: MemoryStore, text: str) -> None:
    store.add("personal", "my door code is 4821")
    with pytest.raises(NotAllowed):
        store.edit(1, text)
    assert store.get(1).text == "your door code is 4821"


def test_approving_what_is_told_in_other_words_asks_too(store: MemoryStore, person: Person) -> None:
    person.say("my boss is called Ann", Store("your boss is called Ann", tags=("boss", "name")))
    person.say("page", Store("your boss is called Eva", tags=("work", "boss")), trusted=False)
    assert store.approve(2).fate == "contested"


def test_approving_what_is_only_tagged_alike_asks_nothing(store: MemoryStore, person: Person) -> None:
    known, new = "the code of locker 1 is 1001", "the code of locker 2 is 2002"
    person.say(known, Store(known, tags=("locker", "code")))
    person.say("page", Store(new, tags=("locker", "code")), trusted=False)
    assert store.approve(2).fate == "applied"
