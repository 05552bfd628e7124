"""The conversation that a new user has, end to end: the real core, the native engine, the built-in model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lila import events
from lila.config import Config, load
from lila.core import LilaCore
from lila.events import Event


@pytest.fixture
def home(tmp_path: Path) -> Config:
    return load({"backends.chain": "native"}, environ={}, home=tmp_path / "home")


@pytest.fixture
def core(home: Config) -> Iterator[LilaCore]:
    with LilaCore(home) as awake:
        yield awake


def fates(happened: list[Event]) -> list[tuple[str, str]]:
    return [(each.fate, each.namespace) for each in happened if isinstance(each, events.OpApplied)]


def text(happened: list[Event]) -> str:
    done = happened[-1]
    assert isinstance(done, events.TurnDone), done
    assert done.text == "".join(each.text for each in happened if isinstance(each, events.TextDelta))
    return done.text


def test_she_remembers_and_is_still_herself_after_a_restart(home: Config) -> None:
    with LilaCore(home) as core:
        assert core.describe_backend() == "built-in model, native engine"
        happened = list(core.stream("remember that the swimming lesson is on Thursday at 4:30 pm"))
        assert text(happened) == "I'll remember that the swimming lesson is on Thursday at 4:30 pm."
        assert fates(happened) == [("applied", "schedule")]
        happened = list(core.stream("my door code is 4821"))
        assert text(happened) == "Noted: your door code is 4821."
        assert fates(happened) == [("applied", "personal")]
    with LilaCore(home) as core:
        happened = list(core.stream("when is the swimming lesson?"))
        assert text(happened) == "On Thursday at 4:30 pm."
        assert isinstance(happened[-1], events.TurnDone)
        assert happened[-1].used == (1,)
        happened = list(core.stream("actually my door code is 9917"))
        assert text(happened) == "I had 4821 for your door code. Which is right, 4821 or 9917?"
        assert fates(happened) == [("contested", "contested")]
        happened = list(core.stream("9917"))
        assert text(happened) == "Thank you. Your door code is 9917."
        assert fates(happened) == [("resolved", "personal")]


@pytest.mark.parametrize(
    ("told", "said", "reply"),
    [
        ("door code is 4821/9917", "4821", "Thank you. Your door code is 4821."),
        ("door code is 4821/9917", "9917 please", "Thank you. Your door code is 9917."),
        ("door code is 4821/9917", "the first one", "Thank you. Your door code is 4821."),
        ("door code is 4821/9917", "it's the old one", "Thank you. Your door code is 4821."),
        ("door code is 4821/9917", "the one you had", "Thank you. Your door code is 4821."),
        ("door code is 4821/9917", "um, the new one", "Thank you. Your door code is 9917."),
        ("door code is 4821/9917", "nine nine one seven", "Thank you. Your door code is 9917."),
        ("hair is black/brown", "right is brown", "Thank you. Your hair is brown."),
        ("hair is black/brown", "black", "Thank you. Your hair is black."),
        ("name is Tovio/Beraun", "beraun", "Thank you. Your name is Beraun."),
    ],
)
def test_a_plain_answer_settles_the_question(core: LilaCore, told: str, said: str, reply: str) -> None:
    one, other = told.rsplit(" ", 1)[1].split("/")
    topic = told.rsplit(" ", 1)[0]
    core.remember("personal", f"my {topic} {one}")
    asked = core.think(f"my {topic} {other}").text
    assert asked.endswith(f"Which is right, {one} or {other}?")
    happened = list(core.stream(said))
    assert text(happened) == reply
    assert fates(happened) == [("resolved", "personal")]
    assert core.store.conflicts() == []


def test_no_answer_leaves_the_question_open(core: LilaCore) -> None:
    core.remember("personal", "my door code is 4821")
    core.think("actually my door code is 9917")
    core.think("no idea")
    assert len(core.store.conflicts()) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("what time is it?", "clock"),
        ("set a timer for ten minutes", "timer_set"),
        ("add milk and eggs to the shopping list", "list_add"),
        ("what is 12 times 7?", "calculate"),
        ("wake me at 7 am", "timer_set"),
        ("how many days until Christmas?", "clock"),
    ],
)
def test_she_uses_her_hands(core: LilaCore, said: str, name: str) -> None:
    response = core.think(said)
    assert [each.name for each in response.actions] == [name]
    assert response.text


def test_an_alarm_that_was_just_set_is_put_right(core: LilaCore) -> None:
    core.think("set a timer for ten minutes")
    core.think("wake me at 7 am")
    assert core.think("no, at 8 am").text.startswith("The alarm is set for 8:00 am")
    running = core.think("what timers do I have?").text
    assert "The 10 minutes timer" in running and "The 8:00 am alarm" in running and "7:00" not in running
    assert core.think("cancel the alarm").text == "The 8:00 am alarm is cancelled."


def test_a_question_and_a_greeting_store_nothing(core: LilaCore) -> None:
    for said in ("hello lila", "what is my door code?", "if I had a dog I'd call it Rex"):
        assert not [each for each in core.think(said).memory_ops if each.kind in ("store", "consolidate")]
    assert core.what_do_i_know() == []


def test_confidence_comes_from_the_tokens(core: LilaCore) -> None:
    confidence = core.think("hello lila").confidence
    assert confidence is not None
    assert 0.0 < confidence < 1.0


def test_a_warm_turn_says_the_same_as_a_cold_one(core: LilaCore) -> None:
    warm = [core.think("what time of day do you like?", {"conversation": "warm"}).text for _ in range(1)]
    cold = core.think("what time of day do you like?", {"conversation": "cold"}).text
    assert warm == [cold]
