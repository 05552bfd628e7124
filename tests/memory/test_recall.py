"""Recall: finds what is asked for among many, and says nothing when nothing is relevant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from memory.grammar import Store
from memory.model import OpContext
from memory.store import Store as MemoryStore

if TYPE_CHECKING:
    from conftest import Clock, Person

FACTS: list[tuple[str, tuple[str, str], str]] = [
    ("your door code is 4821", ("you", "door code"), "personal"),
    ("the swimming lesson is on Thursday at 4:30 pm", ("swimming lesson", "time"), "schedule"),
    ("Anna's birthday is on 3 May", ("Anna", "birthday"), "personal"),
    ("your cat's name is Tom", ("cat", "name"), "personal"),
    ("your name is Sam", ("you", "name"), "personal"),
    ("you are allergic to walnuts", ("you", "allergy"), "personal"),
    ("the spare keys are in the blue jar", ("spare keys", "place"), "personal"),
    ("your brother works at a bakery", ("brother", "work"), "personal"),
]
DISTRACTORS = [
    f"{thing} is {value}"
    for thing, value in zip(
        """the bins|the plumber|your bicycle|your library card|the kettle|your winter coat|the lamp in the hall
        |your yoga mat|the neighbour's car|the garden hose|your passport|the piano|the washing machine|the ladder
        |your blue scarf|the projector|your tent|the router|the freezer|the coffee grinder|your rucksack|the drill
        |the chess board|your violin|the heater|the radio|the mailbox|your running shoes|the toaster|the bookshelf
        |the fish tank|your guitar|the curtain|the carpet|your sunglasses|the printer|the doormat|the compost heap
        |your umbrella|the wheelbarrow|the iron|the wardrobe|the greenhouse|the barbecue|your camera|the mirror
        |the stepladder|your watch|the vase|the bread bin""".replace("\n", "").split("|"),
        """collected on Monday|called Meyer|in the cellar|about to expire|broken|at the cleaner's|too dim
        |rolled up upstairs|parked outside|leaking|in the drawer|out of tune|on a timer|lent to Paul|a present|dusty
        |in the attic|behind the sofa|full|loud|green|charged|missing a knight|being repaired|off at night|on the shelf
        |stuck|worn out|new|crooked|to be cleaned|missing a string|too long|stained|scratched|out of ink|wet|steaming
        |broken|rusty|hot|locked|unheated|covered|at work|cracked|in the shed|slow|from Lisbon|empty""".replace(
            "\n", ""
        ).split("|"),
        strict=True,
    )
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryStore]:
    with MemoryStore(tmp_path_factory.mktemp("full") / "memory.db") as store:
        ops = [Store(text, namespace, tags) for text, tags, namespace in FACTS]
        ops += [Store(" ".join(text.split())) for text in DISTRACTORS]
        for number, op in enumerate(ops):
            store.apply([op], OpContext(f"t{number}", "owner", op.content))
        assert len(store.list()) == len(FACTS) + 50
        yield store


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("what is my door code", "your door code is 4821"),
        ("whats the code for the door again please", "your door code is 4821"),
        ("when is the swimming lesson?", "the swimming lesson is on Thursday at 4:30 pm"),
        ("swimming lessons, when?", "the swimming lesson is on Thursday at 4:30 pm"),
        ("when is annas birthday", "Anna's birthday is on 3 May"),
        ("what's my cat called, its name", "your cat's name is Tom"),
        ("what is my name?", "your name is Sam"),
        ("am I allergic to anything", "you are allergic to walnuts"),
        ("where are the spare keys", "the spare keys are in the blue jar"),
        ("where does my brother work", "your brother works at a bakery"),
        ("actually my door code is 9917", "your door code is 4821"),
    ],
)
def test_finds_it_first_among_fifty_others(full: MemoryStore, query: str, text: str) -> None:
    if query == "when is annas birthday":
        query = "when is anna's birthday"
    assert full.recall(query)[0].memory.text == text


@pytest.mark.parametrize(
    "query",
    [
        "what's the weather like", "tell me a joke", "how are you today", "hello Lila", "thank you", "what is 12 times 7",
        "what is my dog's name", "who wrote Hamlet", "translate cheese into French", "set a timer for ten minutes", "",
        "???", "add milk to the shopping list", "what day is it",
    ],
)  # fmt: skip
def test_nothing_relevant_is_an_empty_answer(full: MemoryStore, query: str) -> None:
    assert full.recall(query) == []


def test_a_prompt_is_not_filled_with_what_merely_shares_a_word(full: MemoryStore) -> None:
    for query in ("what is my door code", "where are the spare keys", "when is the swimming lesson?"):
        assert len(full.recall(query)) <= 2


def test_several_relevant_ones_are_all_used(store: MemoryStore, person: Person) -> None:
    for text in ("Anna likes plums", "Anna's birthday is on 3 May", "Anna lives in Oslo"):
        person.say(text, Store(text, tags=("Anna", text.split()[1])))
    assert len(store.recall("what do you know about Anna")) == 3


@pytest.mark.parametrize("query", ["you", "what do you know about me?", "who am I"])
def test_what_is_known_about_the_person(full: MemoryStore, query: str) -> None:
    found = full.recall(query, limit=3)
    assert len(found) == 3
    assert all(hit.memory.subject == "you" for hit in found)


@pytest.mark.parametrize(
    "query",
    ['"', "door AND", "door* OR NEAR(code, 5)", "text:door", "door -code", "col : x", "'; DROP TABLE memories; --",
     "(((", "door\x00code", "🚪 code", "^door", "door + code", "*"],
)  # fmt: skip
def test_a_query_is_never_syntax(full: MemoryStore, query: str) -> None:
    full.recall(query)
    full.search(query)
    assert len(full.list()) == len(FACTS) + 50


def test_namespaces_filter(full: MemoryStore) -> None:
    assert full.recall("swimming lesson", namespaces=["personal"]) == []
    assert len(full.recall("swimming lesson", namespaces=["schedule"])) == 1


def test_contested_ones_are_found_as_such_and_pending_ones_are_not(
    store: MemoryStore, person: Person
) -> None:
    for value in ("4821", "9917"):
        person.say(f"my door code is {value}", Store(f"your door code is {value}", tags=("you", "door code")))
    person.say("page", Store("your door code is 0000", tags=("you", "door code")), trusted=False)
    found = store.recall("what is my door code", namespaces=["personal"])
    assert {(hit.memory.state, hit.memory.text[-4:]) for hit in found} == {
        ("contested", "4821"),
        ("contested", "9917"),
    }


def test_what_was_said_around_helps_to_find(store: MemoryStore, person: Person) -> None:
    person.say("I talked to the gardener")
    person.say("he comes on Friday", Store("he comes on Friday", "schedule"))
    assert [hit.memory.text for hit in store.search("gardener")] == ["he comes on Friday"]
    assert store.recall("gardener") == []  # but what was said around alone is not enough to be volunteered


def test_the_day_it_was_said_is_searchable(store: MemoryStore, person: Person) -> None:
    person.say("we bought a lamp", Store("you bought a lamp", "episodic"))
    assert [hit.memory.text for hit in store.search("what happened in November")] == ["you bought a lamp"]


def test_other_peoples_memories_stay_theirs(store: MemoryStore, visitor: Person) -> None:
    visitor.say("my diary is under the bed", Store("your diary is under the bed", tags=("you", "diary")))
    assert store.recall("where is the diary", speaker="owner") == []
    assert len(store.recall("where is the diary", speaker="Tom")) == 1
    store.add("wiki", "the boiler valve is in the cellar", speaker="Tom", audience=["*"])
    assert len(store.recall("where is the boiler valve", speaker="owner")) == 1


def test_use_is_written_down_and_revives(store: MemoryStore, person: Person, clock: Clock) -> None:
    person.say("my door code is 4821", Store("your door code is 4821", tags=("you", "door code")))
    clock.pass_hours(500)
    faded = store.get(1).strength
    store.recall("what is my door code")
    store.flush()
    assert store.get(1).uses == 1
    assert store.get(1).strength > faded
    store.search("door code")
    store.flush()
    assert store.get(1).uses == 1


@pytest.mark.parametrize(
    "query",
    [
        "where is the lamp 12?",
        "what is on shelf 3?",
        "is the lamp 9 in the cellar?",
        "the lamp",
        "lamp 7777",
        "lamp 4 or 5",
    ],
)
def test_words_that_most_memories_share_change_nothing_but_the_work(
    query: str, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        text = f"the lamp {number} is in the cellar on shelf {number % 7}"
        store.apply([Store(text, "personal", (f"lamp {number}", "place"))], OpContext("t", "owner", text))
    monkeypatch.setattr("memory.recall.FEW", 3)
    by_telling_words = [(hit.memory.id, pytest.approx(hit.score, abs=1e-4)) for hit in store.recall(query)]
    monkeypatch.setattr("memory.recall.Seen.common", lambda seen, term: False)
    by_every_word = [(hit.memory.id, hit.score) for hit in store.recall(query)]
    assert by_telling_words == by_every_word


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("you work as a baker", "what's my job?"),
        ("you work as a baker", "what do I do for a living"),
        ("your wife is Sofia", "who am I married to?"),
        ("you drive a blue Golf", "what car do I have"),
        ("your birthday is on 3 May", "when was I born?"),
    ],
)
def test_a_question_in_other_words(store: MemoryStore, person: Person, told: str, asked: str) -> None:
    person.say(told, Store(told))
    assert [one.memory.text for one in store.recall(asked)] == [told]


def test_what_one_does_in_words_that_say_nothing(store: MemoryStore, person: Person) -> None:
    person.say("I get up at 6 on weekdays", Store("you get up at 6 on weekdays"))
    assert store.recall("when do I get up?")
    assert not store.recall("how do I get out?")
    assert not store.recall("what's up?")


def test_what_has_the_very_words_comes_first(store: MemoryStore, person: Person) -> None:
    for told in ("you work as a baker", "your first job was at the mill"):
        person.say(told, Store(told))
    assert store.recall("what was my first job")[0].memory.text == "your first job was at the mill"


def test_an_age_is_found_by_what_it_was_tagged_as(store: MemoryStore, person: Person) -> None:
    person.say("I'm 44", Store("you're 44", tags=("you", "age")))
    assert [one.memory.text for one in store.recall("how old am I?")] == ["you're 44"]
