"""Turns in threads: one at a time in a conversation, interrupted, late, hanging."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from lila.core import LilaCore
from lila.server.app import Harness
from lila.server.limits import Limits
from lila.server.protocol import Query
from lila.server.requests import Ask
from lila.server.resume import Stream
from lila.server.turns import Turns

Scripted = Callable[..., LilaCore]
Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
Gates = Callable[..., Any]
Wire = Any
"""The conftest's bare client."""
LONG = "One two three four five six seven eight nine ten. " * 4


async def test_a_turn_that_the_core_refuses_is_an_event(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    (frame,) = await wire.turn("hi", mode="no such mode")
    assert frame["payload"]["type"] == "error"
    assert frame["eof"]
    assert (await wire.turn("hi"))[-1]["payload"]["type"] == "turn_done"


async def test_many_clients_and_conversations_at_once(scripted: Scripted, serve: Start, dial: Dial) -> None:
    core = scripted(lambda prompt: f"You said {prompt.messages[-1].content}.")
    harness = await serve(core)
    wires = [await dial(harness) for _ in range(8)]

    async def talk(number: int, wire: Wire) -> None:
        asked = [await wire.send("ask", f"{number}-{each}", text=f"word{number}x{each}") for each in range(3)]
        texts = dict.fromkeys(asked, "")
        left = set(asked)
        while left:
            frame = await wire.next(60)
            assert frame["type"] != "error"
            if frame["type"] == "event":
                if frame["payload"]["type"] == "text_delta":
                    texts[frame["re"]] += frame["payload"]["text"]
                if frame["eof"]:
                    left.discard(frame["re"])
        assert list(texts.values()) == [f"You said word{number}x{each}." for each in range(3)]

    await asyncio.gather(*(talk(number, wire) for number, wire in enumerate(wires)))


async def test_one_turn_at_a_time_in_a_conversation(
    gates: Gates, scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = gates()
    wire = await dial(await serve(scripted(LONG, before_piece=gate)))
    own = await wire.send("ask", "c", text="hi")
    await gate.wait()
    assert (await wire.call("ask", "c", text="me too"))["payload"]["code"] == "backpressure"
    assert (await wire.call("reset", "c"))["payload"]["code"] == "backpressure"
    gate.open.set()
    assert (await wire.events(own))[-1]["payload"]["type"] == "turn_done"
    assert (await wire.call("reset", "c"))["payload"]["reset"] is True


async def test_interrupt(gates: Gates, scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = gates()
    wire = await dial(await serve(scripted(LONG, before_piece=gate)))
    assert (await wire.call("interrupt", "c"))["payload"]["interrupted"] is False
    own = await wire.send("ask", "c", text="hi")
    await gate.wait()
    assert (await wire.call("interrupt", "c"))["payload"]["interrupted"] is True
    gate.open.set()
    frames = await wire.events(own)
    (cut,) = (frame for frame in frames if frame["payload"]["type"] == "interrupted")
    assert LONG.startswith(cut["payload"]["said"])
    assert len(cut["payload"]["said"]) < 20
    assert frames[-1]["eof"]


async def test_a_turn_that_waits_can_be_interrupted(
    gates: Gates, scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = gates()
    wire = await dial(await serve(scripted(LONG, before_piece=gate), limits=Limits(turns=1, waiting=1)))
    first = await wire.send("ask", "a", text="hi")
    await gate.wait()
    second = await wire.send("ask", "b", text="hi")
    assert (await wire.call("ask", "d", text="hi"))["payload"]["code"] == "backpressure"
    await wire.send("interrupt", "b")
    (cut,) = await wire.events(second)
    assert cut["payload"] == {"v": 1, "type": "interrupted", "turn": "", "seq": 0, "said": ""}
    gate.open.set()
    assert (await wire.events(first))[-1]["payload"]["text"].strip() == LONG.strip()


async def test_a_turn_that_waits_too_long(gates: Gates, scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = gates()
    wire = await dial(await serve(scripted(LONG, before_piece=gate), limits=Limits(turns=1)))
    await wire.send("ask", "a", text="hi")
    await gate.wait()
    (frame,) = await wire.turn("hi", "b", ttl=0.05)
    assert (frame["payload"]["type"], frame["payload"]["code"]) == ("error", "timeout")
    gate.open.set()


async def test_a_turn_that_takes_too_long_is_interrupted(
    scripted: Scripted, serve: Start, dial: Dial
) -> None:
    core = scripted(LONG * 50, before_piece=lambda number: time.sleep(0.02))
    wire = await dial(await serve(core, limits=Limits(turn_s=0.3)))
    assert "interrupted" in [frame["payload"]["type"] for frame in await wire.turn("hi")]


async def test_a_backend_that_hangs_is_given_up_and_keeps_its_conversation_busy(
    gates: Gates, scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = gates()
    wire = await dial(await serve(scripted(LONG, before_piece=gate), limits=Limits(turn_s=0.2, grace_s=0.2)))
    frames = await wire.turn("hi")
    assert frames[-1]["payload"]["code"] == "timeout"
    assert (await wire.call("ask", "c", text="again"))["payload"]["code"] == "backpressure"
    gate.open.set()
    async with asyncio.timeout(40):
        while (await wire.call("state", "c"))["payload"]["state"]["running"]:
            await asyncio.sleep(0.02)
    assert (await wire.turn("again"))[-1]["payload"]["type"] == "turn_done"


async def test_an_interrupt_on_the_heels_of_its_question(core: LilaCore, serve: Start, dial: Dial) -> None:
    """Both frames are there at once: the turn is stopped before its task took a step, and the next is answered."""
    wire = await dial(await serve(core))
    for number in range(20):
        frames = [
            {
                "v": 1,
                "id": f"a{number}",
                "type": "query",
                "conversation": "c",
                "payload": {"do": "ask", "text": "hi"},
            },
            {
                "v": 1,
                "id": f"i{number}",
                "type": "query",
                "conversation": "c",
                "payload": {"do": "interrupt"},
            },
        ]
        async with asyncio.TaskGroup() as group:
            for frame in frames:
                group.create_task(wire.socket.send(json.dumps(frame)))
        await wire.events(f"a{number}")
    assert (await wire.turn("hi"))[-1]["payload"]["type"] == "turn_done"


async def test_a_turn_that_was_not_begun_is_stopped_for_good(core: LilaCore) -> None:
    ends: list[tuple[str, bool]] = []
    turns = Turns(core, Limits(), lambda stream, query, event, last: ends.append((event.type, last)))
    stream, ask = Stream("c", 10, 1000), Ask("hi")
    turns.start(stream, Query("q", "c", ask), ask)
    assert turns.interrupt(stream, None)
    assert not turns.interrupt(stream, None)
    await asyncio.sleep(0.05)
    assert ends == [("interrupted", True)]
    assert stream.running == ""
    turns.start(stream, Query("q2", "c", ask), ask)
    await turns.drain(20)
    assert ends[-1] in (("interrupted", True), ("turn_done", True))
