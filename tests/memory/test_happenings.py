"""What happened is told from when, so that a correction finds what it puts right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from memory.facts import as_lila_says
from memory.grammar import Consolidate, Store
from memory.happenings import happening, same_happening, was_done
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Person

PUT_RIGHT = [
    ("the boiler was serviced on the 4th of November", "the boiler was serviced on the 5th"),
    ("the boiler was serviced on Monday by two men", "the boiler was serviced by two men in June"),
    ("the house was built in 1931", "the house was built in 1932"),
    ("my grandfather died in 1999", "my grandfather died on the 3rd of May 2001"),
    ("I moved to Oslo on the 3rd of May", "I moved to Oslo on the fourth of June"),
    ("I paid 30 euros for the lamp", "I paid 45 pounds 50 for the lamp"),
    ("I was born in 1980", "I was born in 1981"),
]
TWO_EVENTS = [
    ("the boiler was serviced on the 4th of May", "the boiler was installed on the 5th of May"),
    ("my grandfather died in 1999", "my grandmother died in 2001"),
    ("I moved to Oslo in May", "I moved to Rome in June"),
    ("the concert is on the 4th of May", "the play is on the 5th of May"),
    ("the code of locker 1 is 1001", "the code of locker 2 is 2002"),
]


def test_what_happened_and_its_details() -> None:
    assert happening("the boiler was serviced on the 4th of May") == (("boiler", "servic"), ("4th", "may"))
    assert happening("you paid 30 euros for the lamp") == (("paid", "lamp"), ("30", "euros"))
    assert happening("it rained on the fifth")[0] == ("rain",)
    assert happening("the office is on the second floor") == (("offic", "second", "floor"), ())


def test_only_what_happened_at_some_time_is_one_happening() -> None:
    assert same_happening("the boiler was serviced in May", "the boiler was serviced on Monday")
    assert not same_happening("the boiler was serviced in May", "the boiler wasn't serviced in June")
    assert not same_happening("the boiler was serviced by Ann", "the boiler was serviced by Bob")
    assert not same_happening("on Monday", "on Tuesday")


def test_what_was_done() -> None:
    assert was_done("the boiler was recently serviced by Ann") == was_done("the boiler was serviced in May")
    assert was_done("the house was built in 1931") != was_done("the house was sold in 1990") != ""
    assert was_done("the house was red") == was_done("the house is old") == ""


@pytest.mark.parametrize(("one", "other"), PUT_RIGHT, ids=lambda each: each)
@pytest.mark.parametrize("opening", ["that's wrong, ", ""])
def test_a_correction_replaces_what_happened_on_another_day_or_at_another_price(
    store: MemoryStore, person: Person, one: str, other: str, opening: str
) -> None:
    known, new = as_lila_says(one), as_lila_says(other)
    person.say(one, Store(known, "schedule", ("thing", "note")))
    outcome = person.say(opening + other, Consolidate(new, "schedule", ("thing", "time")))
    assert (outcome.fate, outcome.ids, outcome.message) == ("superseded", (2, 1), f"Updated: {new}.")
    assert [memory.text for memory in store.list()] == [new]
    assert store.get(1).superseded_by == 2


@pytest.mark.parametrize(("one", "other"), TWO_EVENTS, ids=lambda each: each)
def test_another_event_is_left_alone(store: MemoryStore, person: Person, one: str, other: str) -> None:
    known, new = as_lila_says(one), as_lila_says(other)
    person.say(one, Store(known, "schedule", ("thing", "note")))
    person.say(f"no, {other}", Consolidate(new, "schedule", ("thing", "time")))
    assert [memory.text for memory in store.list(state="approved")] == [new, known]


def test_a_correction_takes_only_its_own_event_among_those_tagged_alike(
    store: MemoryStore, person: Person
) -> None:
    for text in ("the boiler was installed on the 2nd of March", "the boiler was serviced on the 4th of May"):
        person.say(text, Store(text, "schedule", ("boiler", "time")))
    new = "the boiler was serviced on the 5th of May"
    outcome = person.say(f"no, {new}", Consolidate(new, "schedule", ("boiler", "time")))
    assert (outcome.fate, outcome.ids) == ("superseded", (3, 2))
    assert store.get(1).state == "approved"


def test_another_place_is_put_right_too(store: MemoryStore, person: Person) -> None:
    store.add("personal", "my grandfather died in New York")
    new = "your grandfather died in Los Angeles"
    assert person.say("no, my grandfather died in Los Angeles", Consolidate(new)).fate == "superseded"


def test_likes_are_not_replaced_by_another_one(store: MemoryStore, person: Person) -> None:
    store.add("personal", "I like plums in May")
    person.say("no, I like jazz in June", Consolidate("you like jazz in June", tags=("you", "like")))
    assert len(store.list(state="approved")) == 2


def test_a_correction_of_an_event_in_dispute_settles_it(store: MemoryStore, person: Person) -> None:
    for day in ("Monday", "Tuesday"):
        text = f"the inspection is on {day}"
        person.say(text, Store(text, "schedule", ("inspection", "time")))
    new = "the inspection is on Tuesday"
    assert person.say(f"no, {new}", Consolidate(new, "schedule")).fate == "resolved"
    assert [memory.text for memory in store.list(state="approved")] == [new]
