"""Commands and small talk are no facts."""

from __future__ import annotations

import pytest

from lila.backends.decoding.saying_nothing import commands, is_hearsay, is_small_talk, may_be_anothers


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("Book coffee with Sipho for Monday morning", True),
        ("ah, just shuffle some rock.", True),
        ("can you turn on the living room lights", True),
        ("Compare figs and plums.", True),
        ("book club is on Friday", False),
        ("my order is late", False),
        ("open the box that my aunt sent", False),  # may be said of oneself
        ("call me Ada", False),
        ("", False),
    ],
)
def test_what_is_told_to_be_done_is_no_fact(said: str, may: bool) -> None:
    assert commands(said.split()) is may


@pytest.mark.parametrize(
    ("said", "may"), [("i'm exhausted", True), ("Oh, I'm tired.", True), ("I'm vegan", False)]
)
def test_small_talk_is_known_word_for_word(said: str, may: bool) -> None:
    assert is_small_talk(said.split()) is may


@pytest.mark.parametrize(
    ("content", "said", "may"),
    [
        ("you should rest", "Jo says I should rest", True),
        ("your car is red", "my sister told me that my car is red", True),
        ("your doctor told you to rest", "my doctor told me to rest", False),
        ("you live in Rome", "I said I live in Rome", False),
        ("you live in Rome", "I live in Rome", False),
        ("the spy whispers Ada is ill", "the spy whispers Ada is ill", True),
        ("Ada is ill the spy whispers", "Ada is ill the spy whispers", True),
        ("the bag is under the sink", "someone announces the bag is under the sink", True),
        ("your boss announced a party", "my boss announced a party", False),
        ("your name is Ada", "well um he goes my name is Ada", True),
        ("you are new here", "I dreamt um I am new here", True),
    ],
)
def test_what_somebody_else_says_is_hearsay(content: str, said: str, may: bool) -> None:
    assert is_hearsay(content.split(), said.split()) is may


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("the witch whispers my code is 4417", True),
        ("suppose my code is 4417", True),
        ('it reads "my code is 4417"', True),
        ("the prince is like: my shoe size is 6", True),
        ("one day perhaps my bus is the 4", True),
        ("perhaps my code is 4417", False),
        ("Ada doesn't like figs", False),
        ("somebody left the keys on the sill", False),
    ],
)
def test_what_is_supposed_or_quoted_says_so(said: str, may: bool) -> None:
    assert may_be_anothers(said.split()) is may


def test_who_is_reached_by_text_is_told_and_no_machine() -> None:
    assert commands(["text", "Ada", "hello"])
    assert not commands(["text", "Ada", "on", "555", "0192"])
    assert commands(["reserve", "a", "table"])
