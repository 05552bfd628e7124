"""The built-in model deletes nothing that nobody asked it to."""

from __future__ import annotations

from itertools import islice

import pytest

from lila.backends.base import Message
from lila.backends.decoding.slips import is_slip_of
from lila.backends.decoding.taking_back import asks_to_forget
from lila.backends.decoding.turn_words import grounded_patterns, words_said
from memory.grammar import Forget
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    "said",
    [
        "everything about my driving instructor please",
        "will you repeat the notes you've stored to do with Ada",
        "all you know about my cat",
        "do you know me",
        "my door code is 4821",
    ],
)
def test_who_asks_for_what_is_known_deletes_nothing(said: str) -> None:
    assert not asks_to_forget(said.split())
    assert "<|mem_forget|>" not in grounded_patterns([Message("user", said)])


@pytest.mark.parametrize(
    "said",
    [
        "forget my door code",
        "please fogret my door code",
        "get rid of what I said about Ada",
        "you needn't keep my address",
        "stop remembering the rent",
        "don't store my weight any longer",
    ],
)
def test_who_asks_for_it_is_obeyed(said: str) -> None:
    assert asks_to_forget(said.split())
    assert "<|mem_forget|>" in grounded_patterns([Message("user", said)])


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_every_request_of_the_corpus_is_one(split: str) -> None:
    asked = (each for each in examples(3, split) if any(isinstance(op, Forget) for op in each.gold.ops))
    for example in islice(asked, 300):
        said = words_said([Message(role, content) for role, content in example.messages])
        assert asks_to_forget(said), " ".join(said)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("fogret", "forget", True),
        ("forgget", "forget", True),
        ("delete", "deelte", True),
        ("forges", "forget", False),
        ("cot", "cat", False),
    ],
)
def test_slips_of_the_keys(one: str, other: str, slip: bool) -> None:
    assert is_slip_of(one, other) == slip
