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
        ("cancel the alarm", 'timer_cancel(label="alarm")'),
        ("stop the timer", "timer_cancel()"),
        ("could you turn my alarm off please", 'timer_cancel(label="alarm")'),
        ("stop all timers now", 'timer_cancel(label="all")'),
        ("what's my alarm code?", None),
        ("stop the pasta timer", None),
        ("how much milk is left", None),
        ("turn off the alarm system", None),
        ("I left the house a long time ago and it rained", None),
        ("set an alarm for 7", 'timer_set(duration="7")'),
        ("wake me up at half past six please", 'timer_set(duration="half past six")'),
        ("wake me at 7 am tomorrow", None),
        ("wake me when it is done", None),
        ("cancel the 6:45 alarm", 'timer_cancel(label="6:45")'),
        ("cancel the fire alarm", None),
        ("change my alarm to 8 am", 'timer_change(label="alarm", duration="8 am")'),
        ("move the 7 am alarm to 8", 'timer_change(label="7 am", duration="8")'),
        ("push my alarm back to half past 8 please", 'timer_change(label="alarm", duration="half past 8")'),
        ("change the pasta timer to 15 minutes", 'timer_change(label="pasta", duration="15 minutes")'),
        ("make the timer an hour and a half", 'timer_change(label="timer", duration="an hour and a half")'),
        ("how many days are left until Christmas?", 'clock(what="until christmas")'),
        ("how many days until the 12th of May", 'clock(what="until the 12th of may")'),
        ("how long is it to Friday", 'clock(what="until friday")'),
        ("how many days until my birthday?", None),
        ("how many days until May's party?", None),
        ("change the alarm code to 4417", None),
        ("make the timer louder", None),
        ("no, at 8 am", None),
    ],
)
def test_what_is_asked(said: str, call: str | None) -> None:
    assert plain_call(said.split()) == call


ALARM = "The alarm is set for 7:00 am tomorrow."


@pytest.mark.parametrize(
    ("answered", "said", "call"),
    [
        (ALARM, "no, at 8 am", 'timer_change(label="7:00 am", duration="8 am")'),
        (ALARM, "sorry, I meant half past seven", 'timer_change(label="7:00 am", duration="half past seven")'),
        (ALARM, "set the alarm for 8 instead", 'timer_change(label="7:00 am", duration="8")'),
        ("The gym alarm is set for 7:00 am.", "wait, 6:45", 'timer_change(label="gym", duration="6:45")'),
        ("The pasta timer is set for 10 minutes.", "no, 15", 'timer_change(label="pasta", duration="15")'),
        ("Timer set for 1 hour: call mum.", "make it two hours", 'timer_change(label="call mum", duration="two hours")'),
        ("Timer set for 10 minutes.", "oops, a quarter of an hour", 'timer_change(label="10 minutes", duration="a quarter of an hour")'),
        (ALARM, "actually, cancel that", 'timer_cancel(label="7:00 am")'),
        ("Timer set for 10 minutes.", "stop it again please", 'timer_cancel(label="10 minutes")'),
        ("Timer set for 10 minutes.", "forget that I have a cat", None),
        (ALARM, "at 8 am", None),  # another one?
        (ALARM, "not 7 am, 8 am", None),
        (ALARM, "actually set the timer for 8 minutes", None),
        (ALARM, "actually the code is 4821", None),
        (ALARM, "no, add 8 eggs", None),
        ("Noted: the dentist is at 9.", "no, at 8", None),
    ],
)  # fmt: skip
def test_a_timer_that_was_just_set_is_put_right(answered: str, said: str, call: str | None) -> None:
    assert plain_call(said.split(), answered) == call


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_no_turn_of_the_corpus_is_called_otherwise(split: str) -> None:
    asked = 0
    for index, example in enumerate(examples(31, split)):
        if index == 6000:
            break
        said = [content for role, content in example.messages if role == "user"][-1].split()
        answered = next((content for role, content in reversed(example.messages) if role == "assistant"), "")
        if (call := plain_call(said, answered)) is not None:
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
