"""What is recalled for a turn: what it is about, and what it may contradict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lila.recollection import recollect
from memory.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "memory.db") as store:
        for text in ("my name is Tovio", "I live in Tarvik", "I like plums", "Anna's birthday is on 5 May"):
            assert store.add("personal", text).fate == "applied"
        yield store


def recalled(store: Store, text: str, **more: object) -> list[str]:
    asked = {"asked_about": (), "speaker": "owner", "limit": 6} | more
    return [each.text for each in recollect(store, text, (), **asked)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("actually my name is Beraun", "your name is Tovio"),
        ("no, sorry, my name is Beraun", "your name is Tovio"),
        ("I live in Oslo now", "you live in Tarvik"),
        ("remember that Anna's birthday is on 6 May", "Anna's birthday is on 5 May"),
    ],
)
def test_a_claim_recalls_what_it_may_contradict(store: Store, said: str, held: str) -> None:
    assert recalled(store, said)[:1] == [held]


def test_what_somebody_likes_is_found_by_that_alone(store: Store) -> None:
    store.add("personal", "I don't like figs")
    assert set(recalled(store, "what do I like?")) == {"you like plums", "you don't like figs"}
    assert recalled(store, "what don't I like?")


@pytest.mark.parametrize("said", ["I like pears", "my shoes are wet", "Leo's birthday is on 7 May", "hello"])
def test_what_contradicts_nothing_recalls_nothing(store: Store, said: str) -> None:
    assert "you like plums" not in recalled(store, said)
    assert not {"your name is Tovio", "you live in Tarvik"} & set(recalled(store, said))


def test_what_she_just_asked_about_comes_first_and_once(store: Store) -> None:
    assert recalled(store, "my name is Beraun", asked_about=(2, 1)) == [
        "you live in Tarvik",
        "your name is Tovio",
    ]


def test_what_the_last_reply_rested_on_is_there_for_what_leans_on_it(store: Store) -> None:
    asked = {"asked_about": (), "answered_from": (4,), "speaker": "owner", "limit": 6}
    before = ("when is her birthday?",)
    leaning = recollect(store, "actually it's at noon", before, **asked)  # type: ignore[arg-type]
    assert "Anna's birthday is on 5 May" in [each.text for each in leaning]
    alone = recollect(store, "my shoes are wet and cold", before, **asked)  # type: ignore[arg-type]
    assert not alone


def test_a_short_question_that_leans_on_nothing_finds_its_own(store: Store) -> None:
    store.add("personal", "your husband Piotr is allergic to nuts")
    store.add("personal", "the wifi password is kaktus77")
    found = recollect(
        store, "who is Piotr?", ["what's the wifi password?"], asked_about=(), speaker="owner", limit=4
    )
    assert "your husband Piotr is allergic to nuts" in [each.text for each in found]


def test_nobody_is_told_what_another_said(store: Store) -> None:
    assert recalled(store, "my name is Beraun", speaker="Mia") == []
