"""What tells a fact by its form alone."""

from __future__ import annotations

import itertools

import pytest

from lila.backends.telling import tells
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    "said",
    [
        "I'm a teacher",
        "i am allergic to nuts.",
        "I'm from Porto",
        "im 52",
        "I don't eat meat",
        "my old code was 99",
        "Anke is my dentist",
        "Ada Lovelace is our violin teacher.",
        "I'm reading The Old Man and the Sea",
        "my sister doesn't eat meat",
        "our neighbours moved to Leeds",
    ],
)
def test_a_fact(said: str) -> None:
    assert tells(said)


@pytest.mark.parametrize(
    "said",
    [
        "I'm a bit tired",
        "I'm tired",
        "I'm allergic to nuts, what can I eat?",
        "he said I'm a teacher",
        "I don't like it",
        "What is my name",
        "Life is my teacher",
        "my sister doesn't eat meat, right",
        "our neighbours moved, didn't they?",
    ],
)
def test_no_fact_for_certain(said: str) -> None:
    assert not tells(said)


def test_no_question_and_no_small_talk_of_the_corpus_tells_a_fact() -> None:
    tried = 0
    for example in itertools.islice(examples(9, "train"), 6000):
        if tells(example.messages[-1][1]):
            tried += 1
            assert example.intent not in ("recall", "dont_know", "about", "clock", "timer", "list"), example
    assert tried > 30
