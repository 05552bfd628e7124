"""Whose a fact is by what it says, and how its first word is written."""

from __future__ import annotations

import pytest

from lila.backends.decoding.costs import ILL_FORMED, OF_THE_WORLD
from lila.backends.decoding.worlds import (
    begins_with_one_known,
    is_at_hand,
    is_miscased,
    is_of_somebody,
    is_of_the_world,
    speaks_of_somebody,
)
from tests.support.doubting import doubts


@pytest.mark.parametrize(
    "content",
    [
        "Ada prefers figs to plums",
        "ada turns in at ten",
        "Klaas saves stamps",
        "Ada is in quarantine",
        "Jo has to go on holiday in the summer",
        "Ada is alergic to figs",
    ],
)
def test_what_only_somebody_does(content: str) -> None:
    assert is_of_somebody(content)
    assert doubts(content, content, namespace="wiki") <= OF_THE_WORLD
    assert not is_of_the_world(content)


@pytest.mark.parametrize(
    "content",
    [
        "owls hunt mice",
        "bears like acid soil",
        "pine needs no shade",
        "velvet isn't sold in schools",
        "Vigo got its name from a well",
        "Dutch is written from left to right",
    ],
)
def test_what_is_true_of_the_world(content: str) -> None:
    assert is_of_the_world(content)
    assert doubts(content, content) <= OF_THE_WORLD
    assert not is_of_somebody(content)


@pytest.mark.parametrize("content", ["Klaas likes figs", "pine likes shade", "the ham has to soak overnight"])
def test_what_may_be_said_of_either(content: str) -> None:
    assert not is_of_somebody(content)
    assert not is_of_the_world(content)


def test_the_one_thing_that_is_meant_is_no_kind() -> None:
    assert is_at_hand("the shed smells of paint")
    assert is_at_hand("the kids can't have nuts before dinner")
    assert not is_at_hand("the smell of the sea keeps mice away")
    assert not is_at_hand("sheds smell of paint")


def test_whom_somebody_spoke_of_is_somebody() -> None:
    assert speaks_of_somebody(["she", "hates", "figs"])
    assert not speaks_of_somebody(["pine", "hates", "its", "shade"])
    known = ["Ada's", "day", "starts", "at", "nine"]
    assert begins_with_one_known("Ada refsues figs", known)
    assert not begins_with_one_known("Jo refsues figs", known)
    assert not begins_with_one_known("the figs are ripe", ["the", "day"])
    exchange = "Ada's day starts at nine"
    assert doubts("Ada likes figs", "she likes figs", namespace="wiki", exchange=exchange) <= OF_THE_WORLD
    assert doubts("Ada likes figs", "she likes figs", exchange=exchange) == 0


@pytest.mark.parametrize(
    ("said", "content", "wrong"),
    [
        ("Lovisa saves stamps", "Lovisa saves stamps", "lovisa saves stamps"),
        ("Lovisa's cat is red", "Lovisa's cat is red", "lovisa's cat is red"),
        ("Owls hunt mice", "owls hunt mice", "Owls hunt mice"),
        ("Kleani.org is the shop's address", "kleani.org is the shop's address", "Kleani.org is the shop's address"),
    ],
)  # fmt: skip
def test_a_name_keeps_its_capital_where_it_opens_a_sentence(said: str, content: str, wrong: str) -> None:
    assert not is_miscased(content, said.split())
    assert is_miscased(wrong, said.split())
    assert doubts(wrong, said) <= ILL_FORMED + doubts(content, said)


@pytest.mark.parametrize(
    "content",
    ["Figs are in the box", "Radishes aren't allowed in winter", "Chocolate cake goes well with tea"],
)
def test_what_is_many_or_stuff_is_no_name(content: str) -> None:
    said = content.split()
    assert is_miscased(content, said)
    assert not is_miscased(content[0].lower() + content[1:], said)
    assert not is_miscased("The Figs are a band", ["The", "Figs", "are", "a", "band"])


def test_what_may_be_a_name_or_none_is_left_as_it_is() -> None:
    for content in ("figs is in the box", "Figs is in the box", "it's red"):
        assert not is_miscased(content, ["Figs", "is", "in", "the", "box.", "It's", "red"])
    assert not is_miscased("ada saves stamps", ["ada", "saves", "stamps"])


def test_a_name_that_somebody_wrote_small_has_no_capital() -> None:
    exchange = ["where", "was", "ada", "born?", "Ada", "was", "born", "in", "Ghent."]
    assert is_miscased("Ada keeps rabbits", ["she", "keeps", "rabbits"], exchange)
    assert not is_miscased("ada keeps rabbits", ["she", "keeps", "rabbits"], exchange)
    assert not is_miscased("Ada keeps rabbits", ["she", "keeps", "rabbits"], ["Ada", "sings"])
