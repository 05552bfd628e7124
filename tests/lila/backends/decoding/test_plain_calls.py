"""Requests that one call of a tool answers."""

from __future__ import annotations

import pytest

from lila.backends.decoding.plain_calls import may_be_of_timers, plain_call
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("how long is left?", "timer_list()"),
        ("time left", "timer_list()"),
        ("how many minutes remain", "timer_list()"),
        ("What alarms do I have set?", "timer_list()"),
        ("are there any timers running", "timer_list()"),
        ("cancel the alarm", "timer_cancel()"),
        ("could you turn my alarm off please", "timer_cancel()"),
        ("stop all timers now", 'timer_cancel(label="all")'),
        ("what's my alarm code?", None),
        ("stop the pasta timer", None),
        ("how much milk is left", None),
        ("turn off the alarm system", None),
        ("I left the house a long time ago and it rained", None),
        ("set an alarm for 7", None),
    ],
)
def test_what_is_asked(said: str, call: str | None) -> None:
    assert plain_call(said.split()) == call


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_no_turn_of_the_corpus_is_called_otherwise(split: str) -> None:
    asked = 0
    for index, example in enumerate(examples(31, split)):
        if index == 6000:
            break
        said = [content for role, content in example.messages if role == "user"][-1].split()
        if (call := plain_call(said)) is not None:
            asked += 1
            assert [tool.name for tool in example.gold.tools] == [call.partition("(")[0]], said
    assert asked > 0


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_every_timer_of_the_corpus_may_be_one(split: str) -> None:
    for index, example in enumerate(examples(32, split)):
        if index == 6000:
            break
        said = [content for role, content in example.messages if role == "user"][-1].split()
        assert may_be_of_timers(said) or not any(t.name.startswith("timer") for t in example.gold.tools), said


def test_what_is_left_of_the_milk_is_no_timer() -> None:
    assert not may_be_of_timers(["how", "much", "milk", "is", "left"])
    assert may_be_of_timers(["how", "much", "time", "is", "left"])
    assert may_be_of_timers(["stop", "the", "pasta", "timre"])
