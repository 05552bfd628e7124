"""The core and its tools, with a model that follows a script: timers, leave for the machine, what a call is held to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from lila import events
from lila.backends.base import Prompt
from lila.core import LilaCore
from lila.events import Event
from lila.tools.registry import Tool, ToolContext, Touches
from memory.grammar import render_tool_call

Boot = Callable[..., LilaCore]
CALLS = {
    "set a timer for ten minutes": render_tool_call("timer_set", {"duration": "ten minutes"}),
    "switch the lamp on": render_tool_call("lamp", {}),
}


def script(prompt: Prompt) -> str:
    return CALLS.get(prompt.messages[-1].content, " All right.")


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


def test_a_call_is_held_to_the_persons_words(scripted: Boot) -> None:
    core = scripted(render_tool_call("timer_set", {"duration": "six minutes", "label": "dry"}))
    assert core.think("set a timer for ten minutes").text == "Timer set for 10 minutes."
    assert (
        core.think("something else entirely").text == "I didn't get that right. Could you say it another way?"
    )


def test_an_argument_under_a_wrong_name(scripted: Boot) -> None:
    core = scripted(render_tool_call("calculate", {"what": "12 times 7"}))
    assert core.think("what is 12 times 7?").text == "12 times 7 is 84."
