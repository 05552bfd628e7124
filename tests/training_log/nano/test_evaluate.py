"""Scoring: what counts as right, and that a paused turn gets the shell's answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from memory.grammar import Conflict, Op, Recall, Store
from memory.grammar import render as render_op
from training_log.nano.evaluate import failures, table
from training_log.nano.generate import TorchGenerator
from training_log.nano.model import SIZES, NanoConfig, NanoModel
from training_log.nano.scoring import compare, each, play, score, tally
from training_log.nano.tokenizer import train_tokenizer


@dataclass(frozen=True)
class AToolCall:
    name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AGold:
    ops: tuple[Op, ...] = ()
    tools: tuple[AToolCall, ...] = ()
    reply: str = ""


@dataclass(frozen=True)
class ACase:
    intent: str
    gold: AGold
    messages: tuple[tuple[str, str], ...] = (("user", "my door code is 4821"),)


STORE = Store("your door code is 4821", "personal", ("you", "door code"), 0.9)
STORED = render_op(STORE) + "\nNoted: your door code is 4821.<|end|>"
STORING = ACase("store", AGold((STORE,), (), "Noted: your door code is 4821."))


def judge(wrote: str, case: ACase = STORING) -> Any:
    return compare(case, "", wrote, "")


def test_exact() -> None:
    outcome = judge(STORED)
    assert outcome.exact and outcome.tags and outcome.syntax and outcome.silent is None


def test_tags_are_apart_but_words_and_namespace_are_not() -> None:
    assert judge(STORED.replace('"you","door code"', '"you","code"')).exact
    assert not judge(STORED.replace('"you","door code"', '"you","code"')).tags
    assert not judge(STORED.replace("is 4821\n", "is 4812\n")).ops
    assert not judge(STORED.replace("personal", "schedule")).ops
    assert not judge(STORED.replace("Noted:", "Noted")).exact


def test_a_broken_or_endless_block_is_bad_syntax() -> None:
    assert not judge(STORED.replace("content: ", "contents ")).syntax
    assert not judge(STORED.removesuffix("<|end|>")).syntax


def test_what_the_memory_holds_counts_however_it_was_written() -> None:
    known = (("memory", "[3] your door code is 7710"), *STORING.messages)
    asked = Conflict("your door code is 7710 / your door code is 4821", "ask")
    conflict = ACase("conflict", AGold((asked,)), known)
    told = judge(STORED, conflict)  # as news, which the store finds to contradict what it knows
    assert not told.ops
    assert told.memory
    assert not judge(" All right.<|end|>", conflict).memory
    assert not judge(STORED.replace("personal", "wiki")).memory


def test_storing_what_should_not_be_is_seen() -> None:
    quiet = ACase("quote", AGold(reply="All right."))
    assert judge(" All right.<|end|>", quiet).silent is True
    assert judge(STORED, quiet).silent is False


def test_pauses_get_the_example_s_answers_and_then_nothing() -> None:
    call = '<|tool_call|>clock(what="time")<|/tool_call|>'
    ask = render_op(Recall("Anna"))
    script = {
        "P1": call,
        f"P1{call}<|tool_result|>It's 4 pm.<|/tool_result|>\n": "It's 4 pm.<|end|>",
        "P2": ask,
        f"P2{ask}\n<|tool_result|>nothing<|/tool_result|>\n": "I don't know anything about Anna yet.<|end|>",
        "P3": render_op(STORE),
        f"P3{render_op(STORE)}": "\nNoted.<|end|>",
    }
    turns = [
        [("P1", False), (call, True), ("<|tool_result|>It's 4 pm.<|/tool_result|>\n", False)],
        [("P2", False)],
        [("P3", False)],
    ]
    wrote = play(each(script.__getitem__), turns)
    assert wrote[0] == call + "<|tool_result|>It's 4 pm.<|/tool_result|>\nIt's 4 pm.<|end|>"
    assert wrote[1].endswith("nothing<|/tool_result|>\nI don't know anything about Anna yet.<|end|>")
    assert wrote[2] == render_op(STORE) + "\nNoted.<|end|>"
    tooled = ACase("clock", AGold((), (AToolCall("clock", (("what", "time"),)),), "It's 4 pm."))
    assert judge(wrote[0], tooled).exact
    assert not judge(wrote[0].replace("time", "date", 1), tooled).exact


def test_tallies_and_tables() -> None:
    outcomes = [
        judge(STORED),
        judge(STORED.replace("personal", "wiki")),
        replace(judge(STORED), intent="other"),
    ]
    tallies = tally(outcomes)
    assert tallies["store"].n == 2 and tallies["store"].exact == 0.5
    assert tallies["all"].exact == pytest.approx(2 / 3)
    assert "50.0" in table(tallies).splitlines()[2]
    assert failures(outcomes, 5).count("[store]") == 1


def test_batched_generation_is_what_each_prompt_alone_gives() -> None:
    tokenizer = train_tokenizer(["you like my door code plums on Thursday"] * 9, vocab=320)
    torch.manual_seed(1)
    model = NanoModel(NanoConfig(**{**SIZES["test"].to_dict(), "vocab": tokenizer.get_vocab_size()})).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.12)
    generate = TorchGenerator(model, tokenizer, max_tokens=12)
    prompts = [
        "<|bos|><|user|> my door",
        "<|bos|><|user|> you like plums on Thursday<|end|><|assistant|>",
        "<|bos|>",
    ]
    assert generate(prompts) == [generate([prompt])[0] for prompt in prompts]


def test_score_plays_and_compares() -> None:
    (outcome,) = score(each(lambda prompt: STORED), [(STORING, [("<|bos|>", False), (STORED, True)])])
    assert outcome.exact and outcome.expected == STORED
