"""The corpus is deterministic, every example is right by the checker, and the splits share nothing they shouldn't."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from memory.grammar import Store
from training_log.nano.corpus import Example, examples, render, store
from training_log.nano.corpus.check import faults
from training_log.nano.corpus.example import Gold, Tool, respond
from training_log.nano.corpus.generate import SPLITS, example
from training_log.nano.corpus.lexicon import Lexicon


@pytest.fixture(scope="module", params=SPLITS)
def sample(request: pytest.FixtureRequest) -> list[Example]:
    return list(islice(examples(7, request.param), 600))


def test_the_same_seed_gives_the_same_stream() -> None:
    assert list(islice(examples(3), 60)) == list(islice(examples(3), 60))
    assert list(islice(examples(3), 60)) != list(islice(examples(4), 60))


def test_an_example_is_found_by_its_number() -> None:
    assert example(3, 25) == list(islice(examples(3), 26))[25]


def test_another_process_makes_the_same_examples() -> None:
    command = [sys.executable, "-m", "training_log.nano.corpus", "--n", "3", "--seed", "5", "--json"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [line.split('"')[3] for line in shown.splitlines()] == [
        one.intent for one in islice(examples(5), 3)
    ]


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown split"):
        example(1, 1, "validation")


def test_every_example_is_right(sample: list[Example]) -> None:
    wrong = {"".join(text for text, _ in render(one)): faults(one) for one in sample if faults(one)}
    assert not wrong


def test_every_intent_appears(sample: list[Example]) -> None:
    seen = Counter(one.intent for one in sample)
    assert set(seen) == {
        "store", "restate", "episode", "recall", "about", "dont_know", "conflict", "resolve", "update", "correct",
        "forget", "list", "timer", "schedule", "clock", "calculate", "small_talk", "beyond", "hypothetical", "quote",
    }  # fmt: skip
    assert seen["store"] > seen["dont_know"] > seen["quote"]


def test_history_and_noise_are_about_as_common_as_meant(sample: list[Example]) -> None:
    with_history = sum(any(role == "assistant" for role, _ in one.messages) for one in sample) / len(sample)
    with_memories = sum(any(role == "memory" for role, _ in one.messages) for one in sample) / len(sample)
    assert 0.2 < with_history < 0.45
    assert 0.4 < with_memories < 0.85


def test_texts_are_short(sample: list[Example]) -> None:
    lengths = sorted(sum(len(text) for text, _ in render(one)) for one in sample)
    assert lengths[len(lengths) // 2] < 500
    assert lengths[int(len(lengths) * 0.95)] < 1000


def test_whoever_is_named_is_noted_under_what_they_are() -> None:
    named = re.compile(r"your (sister|aunt|daughter|niece|mother|wife)(?:'s name)? is (?:called )?[A-Z]\w+$")
    lex = Lexicon(random.Random(1), held=False)
    told = [op for _ in range(12000) for op in store.tell(lex).gold.ops if isinstance(op, Store)]
    kin = [(one, match[1]) for one in told if (match := named.match(one.content))]
    assert len(kin) > 5
    assert all((one.namespace, one.tags[0].lower()) == ("personal", who) for one, who in kin)


def test_the_chat_format_is_exact() -> None:
    gold = Gold(
        (Store("your door code is 4821", "personal", ("you", "door code")),),
        (),
        "Noted: your door code is 4821.",
    )
    one = Example(
        (("memory", "[1] you like plums"), ("user", "my door code is 4821")), respond(gold), "store", gold
    )
    assert render(one) == [
        (
            "<|bos|><|memories|> [1] you like plums<|end|><|user|> my door code is 4821<|end|><|assistant|>",
            False,
        ),
        (
            '<|memory_start|>\n<|mem_store|> namespace="personal" tags=["you","door code"] confidence=0.9\n'
            "content: your door code is 4821\n<|memory_end|>\nNoted: your door code is 4821.<|end|>",
            True,
        ),
    ]


def test_a_reply_without_blocks_starts_with_a_space() -> None:
    assert respond(Gold((), (), "Hello!")) == ((" Hello!<|end|>", True),)


def test_what_a_tool_returned_is_not_trained() -> None:
    tool = Tool("clock", (("what", "time"),), "It's noon.")
    assert respond(Gold((), (tool,), "It's noon.")) == (
        ('<|tool_call|>clock(what="time")<|/tool_call|>', True),
        ("<|tool_result|>It's noon.<|/tool_result|>\n", False),
        ("It's noon.<|end|>", True),
    )


def test_the_checker_notices_a_wrong_label() -> None:
    gold = Gold(
        (Store("your door code is 9917", "personal", ("you", "door code")),),
        (),
        "Noted: your door code is 9917.",
    )
    one = Example((("user", "my door code is 4821"),), respond(gold), "store", gold)
    assert faults(one) == ["['9917'] aren't in the input"]
    assert faults(replace(one, target=((" Hello.<|end|>", True),)))
