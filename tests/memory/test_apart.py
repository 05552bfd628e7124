"""Two things are told apart by the sentences about them, whatever a model makes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from memory.apart import apart, numbered_apart
from memory.facts import as_lila_says
from memory.grammar import Conflict, Consolidate, Store
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

TWO_THINGS = [
    ("the password of the guest wifi is banana", "the password of the office wifi is cherry", ("wifi", "password")),
    ("the code of locker 1 is 1001", "the code of locker 2 is 2002", ("locker", "code")),
    ("room 12 is blue", "room 13 is green", ("room", "room")),
    ("I live in Gdynia with my wife Ania", "my wife is a nurse", ("you", "home")),
    ("I live in Gdynia with my wife Ania", "my wife works in Gdynia", ("you", "home")),
    ("the boiler was installed on the 2nd of March", "the boiler was serviced on the 5th of May", ("boiler", "time")),
    ("my grandfather retired in 1980", "my grandfather died in 1999", ("grandfather", "time")),
    ("I paid 30 euros for the lamp", "I paid 40 euros for the chair", ("you", "price")),
    ("my wifi password is plum99", "my gate code is 4821", ("you", "code")),
]  # fmt: skip
ONE_THING = [
    ("your door code is 4821", "the code for your door is 9917"),
    ("your phone number is 1234", "your mobile number is 5678"),
    ("you live in Rome", "your home is Oslo"),
    ("you work as a baker", "your job is nurse"),
    ("the lesson is on Monday", "the swimming lesson is on Tuesday"),
    ("your boss is Harriet", "your boss's name is Felix"),
    ("you gave the key to Ann", "you gave the key to Karin"),
    ("the boiler was serviced on the 4th of May", "the boiler was serviced in June"),
]


@pytest.mark.parametrize(("one", "other", "tags"), TWO_THINGS, ids=lambda each: str(each))
def test_two_things_are_told_apart(one: str, other: str, tags: tuple[str, str]) -> None:
    assert apart(as_lila_says(one), as_lila_says(other))
    assert apart(as_lila_says(other), as_lila_says(one))


@pytest.mark.parametrize(("one", "other"), ONE_THING, ids=lambda each: str(each))
def test_what_may_be_one_thing_is_not(one: str, other: str) -> None:
    assert not apart(one, other)
    assert not apart(other, one)


@pytest.mark.parametrize(("one", "other", "tags"), TWO_THINGS, ids=lambda each: str(each))
def test_what_is_told_of_two_things_stands_side_by_side_whatever_the_model_makes_of_it(
    store: MemoryStore, person: Person, one: str, other: str, tags: tuple[str, str]
) -> None:
    known, new = as_lila_says(one), as_lila_says(other)
    for op in (
        Store(new, tags=tags),
        Consolidate(new, tags=tags),
        Conflict(f"{known} / {new}", "ask"),
    ):
        assert person.say(one, Store(known, tags=tags)).fate == "applied"
        outcome = person.say(other, op)
        assert (outcome.fate, outcome.message) == ("applied", f"Noted: {new}.")
        assert [memory.text for memory in store.list(state="approved")] == [new, known]
        assert store.conflicts() == []
        for memory in store.list():
            store.forget(memory.id)


def test_what_is_kept_of_a_conflict_that_is_none_is_about_its_own_thing(
    store: MemoryStore, person: Person
) -> None:
    known, new = "the code of locker 1 is 1001", "the code of locker 2 is 2002"
    person.say(known, Store(known, tags=("locker 1", "code")))
    outcome = person.say(new, Conflict(f"{known} / {new}", "ask"))
    memory = store.get(outcome.ids[0])
    assert (memory.subject, memory.attribute) == ("locker 2", "code")


def test_a_conflict_against_another_thing_still_finds_the_one_that_it_disagrees_with(
    store: MemoryStore, person: Person
) -> None:
    for number, value in (("1", "1001"), ("2", "2002")):
        store.add("personal", f"the code of locker {number} is {value}")
    new = "the code of locker 2 is 3003"
    outcome = person.say(new, Conflict(f"the code of locker 1 is 1001 / {new}", "ask"))
    assert (outcome.fate, outcome.ids) == ("contested", (2, 3))
    assert store.get(1).state == "approved"


def test_a_correction_of_what_it_was_about_replaces_it(store: MemoryStore, person: Person) -> None:
    known, new = "the code of locker 1 is 1001", "the code of locker 2 is 1001"
    store.add("personal", known)
    assert person.say(f"no, {new}", Consolidate(new)).fate == "superseded"
    assert [memory.text for memory in store.list()] == [new]


def test_a_conflict_of_two_kinds_of_value_is_none(store: MemoryStore, person: Person) -> None:
    store.add("personal", "my car is a Volvo")
    outcome = person.say("my car is red", Conflict("your car is a Volvo / your car is red", "ask"))
    assert outcome.fate == "applied"
    outcome = person.say("my car is blue", Conflict("your car is a Volvo / your car is blue", "ask"))
    assert (outcome.fate, outcome.ids) == ("contested", (2, 3))


def test_only_a_number_tells_them_apart() -> None:
    assert numbered_apart("room 12 is blue", "room 13 is green")
    assert not numbered_apart("room 12 is blue", "room 12 is green")
    assert not numbered_apart("room 12 is blue", "the room is green")
    assert not numbered_apart("room 12 is blue", "locker 13 is green")
    assert not numbered_apart("my code is 1234", "my code is 9917")


@pytest.mark.parametrize(
    "op",
    [
        Consolidate("your room is green", tags=("room", "room")),
        Store("your room is green", tags=("you", "room")),
        Conflict("your room is blue / your room is green", "ask"),
    ],
)
def test_a_number_that_a_model_left_out_still_tells_them_apart(
    store: MemoryStore, person: Person, op: Store | Consolidate | Conflict
) -> None:
    person.say("room 12 is blue", Store("your room is blue", tags=("you", "room")))
    assert person.say("room 13 is green", op).fate == "applied"
    assert store.get(1).state == "approved"


def test_a_number_that_is_put_right_is_one_thing(store: MemoryStore, person: Person) -> None:
    person.say("room 12 is blue", Store("your room is blue", tags=("you", "room")))
    assert person.say("no, room 13 is green", Consolidate("your room is green")).fate == "superseded"
