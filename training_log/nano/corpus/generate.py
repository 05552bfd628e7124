"""The stream of examples: which intents, how often, with what before them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count

from training_log.nano.corpus import change, clock, conflict, lists, recall, store, talk, timers
from training_log.nano.corpus.example import Example, Message
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, finish_turn, put_before
from training_log.nano.corpus.quiz import quiz

__all__ = ["INTENTS", "SPLITS", "example", "examples", "lessons"]

SPLITS = ("train", "heldout")
INTENTS: tuple[tuple[Callable[[Lexicon], Turn], float], ...] = (
    (store.tell, 0.25),
    (recall.ask, 0.15),
    (recall.ask_unknown, 0.10),
    (conflict.contradict, 0.12),
    (conflict.settle, 0.07),
    (change.change, 0.10),
    (lists.lists, 0.05),
    (timers.timers, 0.04),
    (clock.clock_or_sum, 0.02),
    (talk.chat, 0.10),
)
_HISTORY = 0.22


def _draw(lex: Lexicon) -> Turn:
    roll = lex.rng.random()
    for make, weight in INTENTS:
        roll -= weight
        if roll < 0:
            return make(lex)
    return store.tell(lex)


def _history(lex: Lexicon) -> tuple[Message, ...]:
    if not lex.chance(_HISTORY):
        return ()
    before = put_before(_draw(lex))
    return (put_before(_draw(lex)) + before)[-4:] if lex.chance(0.25) else before


def example(seed: int, index: int, split: str = "train") -> Example:
    """The example number `index` of a stream; the same every time."""
    if split not in SPLITS:
        raise ValueError(f"Unknown split. Use one of {', '.join(SPLITS)}.")
    lex = Lexicon(random.Random(f"{split}/{seed}/{index}"), held=split == "heldout")
    turn = _draw(lex)
    history = () if turn.history else _history(lex)
    return finish_turn(lex, turn, history)


def examples(seed: int, split: str = "train") -> Iterator[Example]:
    """All examples of a stream, without end."""
    return (example(seed, index, split) for index in count())


def lessons(seed: int, quiz_share: float) -> Iterator[Example]:
    """The stream to train on: examples, and quizzes in place of a share of them."""
    for index in count():
        lex = Lexicon(random.Random(f"lesson/{seed}/{index}"), held=False)
        yield quiz(lex) if lex.chance(quiz_share) else example(seed, index)
