"""The core and its tools, with a model that follows a script: timers, leave for the machine, what a call is held to."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from lila import events
from lila.backends.base import Prompt
from lila.core import LilaCore
from lila.errors import ToolError
from lila.events import Event
from lila.tools.registry import Tool, ToolContext, Touches
from memory.grammar import render_tool_call
from training_log.records import TurnRecord

Boot = Callable[..., LilaCore]
CALLS = {
    "remind me to call Bob on Monday at 5 pm": render_tool_call(
        "schedule_add", {"what": "call Bob", "when": "Monday at 5 pm"}
    ),
    "add milk to the shopping list": render_tool_call("list_add", {"list": "shopping", "items": "milk"}),
    "what is on the shopping list?": render_tool_call("list_show", {"list": "shopping"}),
    "what is planned?": render_tool_call("schedule_show", {}),
    "which timers run?": render_tool_call("timer_list", {}),
    "set a timer for ten minutes": render_tool_call("timer_set", {"duration": "ten minutes"}),
    "switch the lamp on": render_tool_call("lamp", {}),
}


def script(prompt: Prompt) -> str:
    return CALLS.get(prompt.messages[-1].content, " All right.")


CHANGING = [
    "remind me to call Bob on Monday at 5 pm",
    "add milk to the shopping list",
    "set a timer for ten minutes",
]
ASKING = {
    "what is planned?": ("Nothing is planned.", "You call Bob on Monday at 5 pm."),
    "what is on the shopping list?": ("The shopping list is empty.", "On the shopping list: milk."),
    "which timers run?": ("No timer is running.", "The timer has 10 minutes left."),
}


def state(core: LilaCore) -> list[str]:
    return [core.think(asked).text for asked in ASKING]


NOTHING, EVERYTHING = (list(each) for each in zip(*ASKING.values(), strict=True))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_tools_do_is_done_with_the_turn(scripted: Boot) -> None:
    core = scripted(script)
    assert state(core) == NOTHING
    for said in CHANGING:
        core.think(said)
    assert state(core) == EVERYTHING


def test_a_schedule_entry_is_an_operation_of_its_turn(scripted: Boot) -> None:
    core = scripted(script)
    happened = list(core.stream(CHANGING[0]))
    applied = [each for each in happened if isinstance(each, events.OpApplied)]
    assert [(each.fate, each.op.content) for each in applied] == [
        ("applied", "you call Bob on Monday at 5 pm")
    ]
    memory = core.store.get(1)
    assert (memory.source_turn, memory.namespace) == (happened[0].turn, "schedule")
    line = core.journal.tail(1)[0].record
    assert isinstance(line, TurnRecord)
    assert [(each.fate, each.ids) for each in line.ops] == [("applied", (1,))]


@pytest.mark.parametrize("dialect", ["native", "taught"])
@pytest.mark.parametrize("said", CHANGING)
def test_a_turn_whose_line_cannot_be_written_leaves_nothing(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch, said: str, dialect: str
) -> None:
    def once(prompt: Prompt) -> str:
        return "Done." if prompt.continuation else script(prompt)

    core = scripted(once if dialect == "taught" else script, dialect=dialect)
    with monkeypatch.context() as broken:
        broken.setattr("training_log.files.append_durably", full)
        assert isinstance(list(core.stream(said))[-1], events.Error)
    core.close()
    core = scripted(script)
    assert state(core) == NOTHING
    assert core.what_do_i_know() == []


@pytest.mark.parametrize("said", CHANGING)
def test_a_reply_that_is_cut_short_undoes_its_tools(scripted: Boot, said: str) -> None:
    def press(number: int) -> None:
        if core.chain.seen[-1].continuation:  # type: ignore[attr-defined]
            core.interrupt("default")

    def go_on(prompt: Prompt) -> str:
        return "It is done." if prompt.continuation else script(prompt)

    core: LilaCore = scripted(go_on, dialect="taught", before_piece=press)
    happened = list(core.stream(said))
    assert any(isinstance(each, events.Interrupted) for each in happened)
    told = [each for each in happened if isinstance(each, events.Notice | events.OpRefused)]
    assert len(told) == 1
    core.close()
    core = scripted(script)
    assert state(core) == NOTHING


def test_a_shelf_that_cannot_be_written_leaves_no_words(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = scripted(script)
    with closing(sqlite3.connect(core.config.home / "tools.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        core.hands._shelf._db.execute("PRAGMA busy_timeout = 10")
        happened = list(core.stream(CHANGING[1]))
    assert isinstance(happened[-1], events.Error)
    assert "can't be used just now" in happened[-1].message
    assert core.journal.tail(9) == []
    assert state(core) == NOTHING


def test_a_shelf_that_fails_after_the_memory_leaves_it_its_line(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def failing(*_: object) -> Iterator[None]:
        yield
        raise ToolError("no room")

    core = scripted(script)
    monkeypatch.setattr(core.hands, "keeping", failing)
    for said, kept in ((CHANGING[1], False), (CHANGING[0], True)):
        assert isinstance(list(core.stream(said))[-1], events.Error)
        line = next(each for each in reversed(core.journal.tail(9)) if isinstance(each.record, TurnRecord))
        assert line.redacted is not kept
    assert [each.text for each in core.what_do_i_know()] == ["you call Bob on Monday at 5 pm"]


def test_tools_and_timers_ring_in_every_door(scripted: Boot, clock: Callable[[], object]) -> None:
    core = scripted(script)
    heard: list[list[Event]] = [[], []]
    ready = [threading.Event(), threading.Event()]

    def door(number: int) -> Callable[[Event], None]:
        def hear(event: Event) -> None:
            heard[number].append(event)
            ready[number].set()

        return hear

    response = core.think("set a timer for ten minutes")
    assert response.text == "Timer set for 10 minutes."
    assert response.actions[0].name == "timer_set"
    stops = [core.subscribe(door(number)) for number in (0, 1)]
    clock.at += timedelta(minutes=10)  # type: ignore[attr-defined]
    core.hands.nudge()
    assert all(each.wait(30) for each in ready)
    assert heard[0] == heard[1]
    assert isinstance(heard[0][0], events.TimerRang)
    assert heard[0][0].message == "Time's up: your timer for 10 minutes is done."
    for stop in stops:
        stop()
        stop()


def test_a_timer_survives_a_restart_and_is_told_late(scripted: Boot, clock: Callable[[], object]) -> None:
    core = scripted(script)
    core.think("set a timer for ten minutes")
    core.close()
    clock.at += timedelta(hours=1)  # type: ignore[attr-defined]
    core = scripted(script)
    ready, heard = threading.Event(), []

    def hear(event: Event) -> None:
        heard.append(event)
        ready.set()

    core.subscribe(hear)
    assert ready.wait(30)
    assert heard[0].message.startswith("While I was away, your timer for 10 minutes rang at")


def test_a_door_that_fails_does_not_silence_the_others(scripted: Boot, clock: Callable[[], object]) -> None:
    core = scripted(script)
    ready = threading.Event()

    def broken(event: Event) -> None:
        raise RuntimeError("a broken door")

    core.think("set a timer for ten minutes")
    core.subscribe(broken)
    core.subscribe(lambda event: ready.set())
    clock.at += timedelta(minutes=11)  # type: ignore[attr-defined]
    core.hands.nudge()
    assert ready.wait(30)


def lamp(ran: list[str]) -> Tool:
    def run(arguments: Mapping[str, str], context: ToolContext) -> str:
        ran.append("on")
        return "The lamp is on."

    return Tool("lamp", "switch the lamp on", (), run, Touches.MACHINE)


def test_what_touches_the_machine_asks_first(scripted: Boot) -> None:
    ran: list[str] = []
    core = scripted(script)
    core.tools.add((lamp(ran),))
    assert core.think("switch the lamp on").text == "May I switch the lamp on? Say yes, and I will."
    assert core.think("no").text == "All right."
    assert core.think("yes").text == "All right."  # the leave was asked for once, and refused
    assert ran == []
    core.think("switch the lamp on")
    assert core.think("yes please").text == "The lamp is on."
    assert ran == ["on"]
    core.think("switch the lamp on")
    assert ran == ["on"]


def test_leave_in_one_conversation_is_none_in_another(scripted: Boot) -> None:
    ran: list[str] = []
    core = scripted(script)
    core.tools.add((lamp(ran),))
    core.think("switch the lamp on", {"conversation": "a"})
    core.think("yes", {"conversation": "b"})
    assert ran == []


def test_leave_is_given_by_whom_it_was_asked_of(scripted: Boot) -> None:
    ran: list[str] = []
    core = scripted(script)
    core.tools.add((lamp(ran),))
    core.think("switch the lamp on")
    core.think("yes", {"speaker": "guest"})
    assert ran == []
    core.think("yes")
    assert ran == ["on"]


def test_a_call_is_held_to_the_persons_words(scripted: Boot) -> None:
    core = scripted(render_tool_call("timer_set", {"duration": "six minutes", "label": "dry"}))
    assert core.think("set a timer for ten minutes").text == "Timer set for 10 minutes."
    assert (
        core.think("something else entirely").text == "I didn't get that right. Could you say it another way?"
    )


def test_an_argument_under_a_wrong_name(scripted: Boot) -> None:
    core = scripted(render_tool_call("calculate", {"what": "12 times 7"}))
    assert core.think("what is 12 times 7?").text == "12 times 7 is 84."
