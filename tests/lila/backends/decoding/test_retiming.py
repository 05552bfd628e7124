"""A correction that gives another time and nothing else: what was noted keeps all but its time."""

from __future__ import annotations

from itertools import islice

import pytest

from lila.backends.base import Message
from lila.backends.decoding.retiming import retimed
from lila.backends.decoding.turn_words import begins_with, grounded_patterns, just_told
from memory.grammar import Consolidate
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    ("said", "noted", "moved"),
    [
        ("no, at 4 pm", "the dentist is at 3 pm", "the dentist is at 4 pm"),
        ("On Tuesday at midday it should be.", "the fair is on the 2nd at ten fifteen", "the fair is on Tuesday at midday"),
        ("actually it's at half past six", "you get up at six", "you get up at half past six"),
        ("actually it's half past six", "you get up at six", "you get up at half past six"),
        ("I meant the 6th of May", "July 5 is when Bo's birthday is", "the 6th of May is when Bo's birthday is"),
        ("Midday, instead of 3:30 am.", "the shop opens at 3:30 am", "the shop opens at midday"),
        ("not on Friday on Monday", "the party is on Friday", "the party is on Monday"),
        ("no, tomorrow", "the bill must be in on Friday", "the bill must be in tomorrow"),
        ("you got that wrong, next week", "it is booked for this week", "it is booked for next week"),
        ("sorry, from 1 till 4", "your shift is from 2 till 5", "your shift is from 1 till 4"),
        ("hang on, the right one is 3:30 am", "the fair is at 11 am", "the fair is at 3:30 am"),
        ("no, on the 8th of May", "it is set for early next week", "it is set for on the 8th of May"),
        ("actually it starts at half past six", "your shift starts at 7 am", "your shift starts at half past six"),
        ("no, she comes at half past six", "your aunt comes at 7 am", "your aunt comes at half past six"),
        ("The first of May, I meant", "Bo's birthday is the 2nd of May", "Bo's birthday is the first of May"),
    ],
)  # fmt: skip
def test_a_time_takes_the_place_of_the_one_that_was_noted(said: str, noted: str, moved: str) -> None:
    assert retimed(said.split(), [noted]) == moved
    assert retimed(said.split(), [noted, "your son is called Bo"]) == moved


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("no, on Thursday", "the dentist is on Friday at 3 pm"),  # is it still at 3?
        ("no, at 4 pm", "the dentist is on Friday at 3 pm"),
        ("on Friday", "the party is on Thursday"),  # nobody says that it was wrong
        ("no, that's wrong", "the party is on Thursday"),
        ("sorry, 45", "your locker is 44"),
        ("actually call me on Friday", "the party is on Thursday"),
        ("no, on Friday, not on Monday", "the party is on Thursday"),
        ("no, at 7", "Bo is in bed"),
        ("actually it ends at half past six", "your shift starts at 7 am"),
        ("actually the dentist is at 4 pm", "the dentist is at 3 pm"),  # a claim against a claim: she asks
        ("no, half past six", "the party is on Friday"),
        ("no, on Monday", "Bo sings on Friday and paints on Sunday"),
    ],
)
def test_what_isnt_plain_is_left_to_the_model(said: str, noted: str) -> None:
    assert retimed(said.split(), [noted]) is None


def test_two_lines_with_a_time_leave_it_open() -> None:
    assert retimed(["no,", "on", "Monday"], ["the party is on Friday", "Bo sings on Sunday"]) is None


def test_the_reply_changes_what_was_noted_and_does_nothing_else() -> None:
    messages = [
        Message("user", "the party is on Friday"),
        Message("assistant", "Noted: the party is on Friday."),
        Message("user", "no, on Monday"),
    ]
    patterns = grounded_patterns(messages)
    assert begins_with(messages, patterns) == "<|memory_start|>"
    assert list(patterns) == ["<|mem_consolidate|>"]
    assert r"the\ party\ is\ on\ Monday" in patterns["<|mem_consolidate|>"]
    thanked = [*messages[:2], Message("user", "thanks")]
    assert begins_with(thanked, grounded_patterns(thanked)) is None


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_the_corpus_puts_times_right_the_same_way(split: str) -> None:
    right = 0
    for example in islice(examples(81, split), 12000):
        messages = [Message(role, text) for role, text in example.messages]
        moved = retimed(messages[-1].content.split(), just_told(messages))
        if moved is not None:
            (op,) = example.gold.ops
            assert isinstance(op, Consolidate), example
            assert op.content == moved
            right += 1
    assert right > 30
