"""Quizzes: many decisions about the same memories, each of them right."""

from __future__ import annotations

import itertools
import random
import re

from training_log.nano import replies
from training_log.nano.corpus import Example, lessons, render
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.quiz import quiz

MADE = [quiz(Lexicon(random.Random(seed), held=False)) for seed in range(300)]


def answers(example: Example) -> list[str]:
    return [text for text, taught in example.target if taught]


def told(example: Example) -> bool:
    return "<|mem_" in answers(example)[0]


def lines(example: Example) -> list[str]:
    return re.findall(r"^\[\d+\] (.*)$", dict(example.messages)["memory"], re.MULTILINE)


def test_every_answer_stands_in_a_memory_or_is_not_known() -> None:
    known = 0
    for example in MADE:
        if told(example):
            continue
        for reply in answers(example):
            said = reply.removesuffix("<|end|>").strip().rstrip(".").lower()
            if said != replies.DONT_KNOW.rstrip(".").lower():
                assert any(said in line.lower() for line in lines(example)), (reply, lines(example))
                known += 1
    questions = sum(len(answers(example)) for example in MADE if not told(example))
    assert 0.4 < known / questions < 0.6


def test_a_statement_ends_with_what_its_block_does() -> None:
    decisions = [reply for example in MADE if told(example) for reply in answers(example)]
    kinds = {"<|memory_start|>\n<|mem_store|>", "<|memory_start|>\n<|mem_conflict|>"}
    assert set(decisions) == kinds
    assert 0.2 < sum("conflict" in decision for decision in decisions) / len(decisions) < 0.5


def test_what_is_said_and_shown_is_never_taught() -> None:
    for example in MADE:
        for text, taught in render(example):
            assert taught != ("<|user|>" in text or "<|memories|>" in text)


def test_a_share_of_the_lessons_are_quizzes_and_the_rest_examples() -> None:
    made = list(itertools.islice(lessons(3, 0.3), 400))
    assert made == list(itertools.islice(lessons(3, 0.3), 400))
    share = sum(example.intent == "quiz" for example in made) / len(made)
    assert 0.2 < share < 0.4
    assert not any(example.intent == "quiz" for example in itertools.islice(lessons(3, 0.0), 50))
