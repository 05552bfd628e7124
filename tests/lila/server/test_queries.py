"""Queries of good clients on a real socket: a turn from question to end, and coming back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from lila.core import LilaCore
from lila.server.app import Harness
from lila.server.limits import Limits

Scripted = Callable[..., LilaCore]
Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
Gates = Callable[..., Any]
LONG = "One two three four five six seven eight nine ten. " * 4


def reply(frames: list[dict[str, Any]]) -> str:
    return "".join(each["payload"]["text"] for each in frames if each["payload"]["type"] == "text_delta")


async def test_a_turn_from_question_to_end(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core)
    wire = await dial(harness)
    assert wire.welcome["payload"]["session"] == harness.session
    own = await wire.send("ask", "kitchen", text="hi", speaker="Ada", mode="brief")
    accepted = await wire.next()
    assert accepted["payload"] == {"do": "ask", "seq": 0, "repeated": False}
    assert (accepted["re"], accepted["eof"]) == (own, False)
    frames = await wire.events(own)
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert [frame["eof"] for frame in frames] == [False] * (len(frames) - 1) + [True]
    kinds = [frame["payload"]["type"] for frame in frames]
    assert (kinds[0], kinds[-1]) == ("turn_started", "turn_done")
    assert frames[0]["payload"]["speaker"] == "Ada"
    assert frames[0]["payload"]["conversation"] == "kitchen"
    assert reply(frames) == frames[-1]["payload"]["text"] == "Hello there. How are you?"
    state = await wire.call("state", "kitchen")
    assert state["payload"]["state"] == {
        "seq": frames[-1]["seq"],
        "oldest": 1,
        "running": False,
        "turn": frames[0]["payload"]["turn"],
        "said": "Hello there. How are you?",
    }


async def test_the_next_turn_may_be_asked_at_once(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    for _ in range(5):
        assert (await wire.turn("hi"))[-1]["payload"]["type"] == "turn_done"


async def test_two_clients_follow_one_conversation(scripted: Scripted, serve: Start, dial: Dial) -> None:
    harness = await serve(scripted("Hello both."))
    one, two = await dial(harness), await dial(harness)
    first = await one.turn("hi", "shared")
    await two.send("resume", "shared", after=0, session=harness.session)
    assert (await two.next())["payload"]["state"]["seq"] == first[-1]["seq"]
    seen = [await two.next() for _ in first]
    assert seen == first
    again = await one.send("ask", "shared", text="again")
    assert await two.events(again) == await one.events(again)


async def test_resume_loses_and_repeats_nothing(
    gates: Gates, scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = gates(at=20)
    harness = await serve(scripted(LONG, before_piece=gate))
    wire = await dial(harness)
    own = await wire.send("ask", "c", text="hi")
    got = [await wire.next() for _ in range(8)][1:]
    wire.socket.transport.abort()
    await gate.wait()
    gate.open.set()
    back = await dial(harness)
    await back.send("resume", "c", after=got[-1]["seq"], session=harness.session)
    got += await back.events(own)
    assert [frame["seq"] for frame in got] == list(range(1, len(got) + 1))
    assert reply(got) == got[-1]["payload"]["text"]


@pytest.mark.parametrize("drop_after", range(0, 24, 3))
async def test_wherever_the_line_drops(drop_after: int, core: LilaCore, serve: Start, dial: Dial) -> None:
    """Also before the answer to the query came: then it is sent again under its id, and run once."""
    harness = await serve(core)
    wire = await dial(harness)
    own = await wire.send("ask", "c", text="hi")
    got: list[dict[str, Any]] = []
    accepted = False
    for _ in range(drop_after):
        frame = await wire.next()
        accepted = accepted or frame["type"] == "response"
        got += [frame] if frame["type"] == "event" else []
        if got and got[-1]["eof"]:
            break
    wire.socket.transport.abort()
    back = await dial(harness)
    if accepted:
        await back.send("resume", "c", after=got[-1]["seq"] if got else 0, session=harness.session)
    else:
        await back.send("ask", "c", id=own, text="hi")
    if not (got and got[-1]["eof"]):
        got += await back.events(own)
    assert [frame["seq"] for frame in got] == list(range(1, len(got) + 1))
    assert reply(got) == "Hello there. How are you?"
    assert sum(frame["payload"]["type"] == "turn_started" for frame in got) == 1


async def test_a_query_sent_twice_is_run_once(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    first = await wire.turn("hi", id="same")
    again = await wire.call("ask", "c", id="same", text="hi")
    assert again["payload"] == {"do": "ask", "seq": 0, "repeated": True}
    assert (await wire.call("state", "c"))["payload"]["state"]["seq"] == first[-1]["seq"]


async def test_resume_too_late_gives_the_state(scripted: Scripted, serve: Start, dial: Dial) -> None:
    harness = await serve(scripted(LONG), limits=Limits(kept_events=5))
    wire = await dial(harness)
    await wire.call("ask", "c", text="hi")
    await wire.call("leave", "c")
    while (await wire.call("state", "c"))["payload"]["state"]["running"]:
        await asyncio.sleep(0.01)
    last = (await wire.call("state", "c"))["payload"]["state"]["seq"]
    back = await dial(harness)
    frame = await back.call("resume", "c", after=1, session=harness.session)
    assert frame["payload"]["code"] == "expired"
    state = frame["payload"]["state"]
    assert (state["seq"], state["oldest"], state["running"]) == (last, last - 4, False)
    assert state["said"].strip() == LONG.strip()
    for after, session, name in (
        (last, "another", "c"),
        (last + 7, harness.session, "c"),
        (0, "x", "nobody"),
    ):
        frame = await back.call("resume", name, after=after, session=session)
        assert frame["payload"]["code"] == "expired"
    assert (await back.call("resume", "c", after=last, session=harness.session))["type"] == "response"


async def test_a_conversation_that_nobody_follows_is_forgotten(
    core: LilaCore, serve: Start, dial: Dial
) -> None:
    harness = await serve(core, limits=Limits(resume_s=0.1))
    wire = await dial(harness)
    await wire.turn("hi")
    await wire.call("leave", "c")
    async with asyncio.timeout(40):
        while (await wire.call("state", "c"))["payload"]["state"]["seq"]:
            await asyncio.sleep(0.05)


async def test_too_many_conversations(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(conversations=3, conversations_per_client=2))
    one, two = await dial(harness), await dial(harness)
    await one.turn("hi", "a")
    await one.turn("hi", "b")
    assert (await one.call("ask", "c", text="hi"))["payload"]["code"] == "backpressure"
    await two.turn("hi", "d")
    assert (await two.call("ask", "e", text="hi"))["payload"]["code"] == "backpressure"
    await one.call("leave", "a")
    await two.turn("hi", "e")
