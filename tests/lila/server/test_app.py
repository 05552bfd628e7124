"""The harness on a real socket, with a real core: good clients, bad clients, and that the good notice nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from lila.config import Config
from lila.core import LilaCore
from lila.errors import ConfigError
from lila.events import TimerRang
from lila.server.app import Harness
from lila.server.limits import Limits

Scripted = Callable[..., LilaCore]
Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
Wire = Any
"""The conftest's bare client."""
TOKEN = "a-token-that-is-long-enough"
LONG = "One two three four five six seven eight nine ten. " * 4


def reply(frames: list[dict[str, Any]]) -> str:
    return "".join(each["payload"]["text"] for each in frames if each["payload"]["type"] == "text_delta")


class Gate:
    """Holds a reply at its n-th piece until it is opened."""

    def __init__(self, at: int = 3) -> None:
        self.at, self.reached, self.open = at, threading.Event(), threading.Event()

    def __call__(self, number: int) -> None:
        if number == self.at:
            self.reached.set()
            self.open.wait(20)

    async def wait(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, 20)


@pytest.fixture
def core(scripted: Scripted) -> LilaCore:
    return scripted("Hello there. How are you?")


# A turn


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


async def test_one_turn_at_a_time_in_a_conversation(scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = Gate()
    wire = await dial(await serve(scripted(LONG, before_piece=gate)))
    own = await wire.send("ask", "c", text="hi")
    await gate.wait()
    assert (await wire.call("ask", "c", text="me too"))["payload"]["code"] == "backpressure"
    assert (await wire.call("reset", "c"))["payload"]["code"] == "backpressure"
    gate.open.set()
    assert (await wire.events(own))[-1]["payload"]["type"] == "turn_done"
    assert (await wire.call("reset", "c"))["payload"]["reset"] is True


async def test_interrupt(scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = Gate()
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


async def test_a_turn_that_waits_can_be_interrupted(scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = Gate()
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


async def test_a_turn_that_waits_too_long(scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = Gate()
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
    scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = Gate()
    wire = await dial(await serve(scripted(LONG, before_piece=gate), limits=Limits(turn_s=0.2, grace_s=0.2)))
    frames = await wire.turn("hi")
    assert frames[-1]["payload"]["code"] == "timeout"
    assert (await wire.call("ask", "c", text="again"))["payload"]["code"] == "backpressure"
    gate.open.set()
    async with asyncio.timeout(40):
        while (await wire.call("state", "c"))["payload"]["state"]["running"]:
            await asyncio.sleep(0.02)
    assert (await wire.turn("again"))[-1]["payload"]["type"] == "turn_done"


async def test_what_happens_outside_turns_reaches_everybody(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core)
    wires = [await dial(harness) for _ in range(3)]
    ring = TimerRang("", 0, 1, "pasta", "The pasta timer is done.")
    for listener in list(core._listeners):
        listener(ring)
    for wire in wires:
        frame = await wire.next()
        assert (frame["conversation"], frame["payload"]["label"]) == ("", "pasta")


async def test_the_core_is_heard_only_while_somebody_is_here(
    core: LilaCore, serve: Start, dial: Dial
) -> None:
    harness = await serve(core)
    assert core._listeners == []
    wire = await dial(harness)
    assert len(core._listeners) == 1
    await wire.socket.close()
    async with asyncio.timeout(40):
        while core._listeners:
            await asyncio.sleep(0.01)


# Coming back


async def test_resume_loses_and_repeats_nothing(scripted: Scripted, serve: Start, dial: Dial) -> None:
    gate = Gate(at=20)
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


# Slow readers


async def test_a_slow_reader_slows_nobody_and_is_told(scripted: Scripted, serve: Start, dial: Dial) -> None:
    harness = await serve(scripted("word " * 20_000, step=400), limits=Limits(kept_events=20))
    fast = await dial(harness)
    slow = await dial(harness, max_queue=1)
    await slow.send("ask", "c", text="hi")
    await slow.next()
    slow.socket.transport.pause_reading()
    for _ in range(30):  # far more than all buffers between the two hold
        own = await fast.send("ask", "c", text="again")
        frame = await fast.next()
        while not (frame["re"] == own and (frame["eof"] or frame["type"] == "error")):
            frame = await fast.next(60)
    slow.socket.transport.resume_reading()
    codes, numbers = set(), []
    while not numbers or numbers[-1] < 1 or len(codes) < 1:
        frame = await slow.next(60)
        if frame["type"] == "error":
            codes.add(frame["payload"]["code"])
            numbers.append(frame["payload"]["state"]["seq"])
        elif frame["type"] == "event":
            assert not numbers or frame["seq"] == numbers[-1] + 1
            numbers.append(frame["seq"])
    assert codes == {"backpressure"}
    await slow.socket.close()


async def test_a_reader_that_takes_nothing_is_cut_off(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(send_s=0.3, kept_bytes=32 * 1024 * 1024))
    slow = await dial(harness, max_queue=1)
    slow.socket.transport.pause_reading()
    for listener in list(core._listeners):
        for number in range(160):  # far more than the buffers between the two hold
            listener(TimerRang("", number, number, "x" * 100_000, ""))
    async with asyncio.timeout(40):
        while harness._clients:
            await asyncio.sleep(0.05)


# Bad clients, while a good one talks


@pytest.fixture
async def neighbour(core: LilaCore, serve: Start, dial: Dial) -> tuple[Harness, Wire]:
    harness = await serve(core, limits=Limits(frame_bytes=2048, auth_s=0.5, strikes=20, grace_s=0.5))
    return harness, await dial(harness)


async def undisturbed(neighbour: tuple[Harness, Wire]) -> None:
    harness, wire = neighbour
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"
    async with asyncio.timeout(40):
        while len(harness._clients) > 1:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "raw", ["", "nope", "[]", "{}", "null", b"\x00\xff", '{"v":1,"id":"x","type":"query"}']
)
async def test_a_bad_frame_is_answered_and_the_connection_stays(
    neighbour: tuple[Harness, Wire], dial: Dial, raw: str | bytes
) -> None:
    bad = await dial(neighbour[0])
    await bad.socket.send(raw)
    frame = await bad.next()
    assert (frame["type"], frame["payload"]["code"]) == ("error", "schema")
    assert reply(await bad.turn("hi", "mine")) == "Hello there. How are you?"
    await bad.socket.close()
    await undisturbed(neighbour)


async def test_an_unknown_query_is_answered(neighbour: tuple[Harness, Wire], dial: Dial) -> None:
    bad = await dial(neighbour[0])
    assert (await bad.call("dance", "c"))["payload"]["code"] == "unknown_type"
    await bad.socket.close()
    await undisturbed(neighbour)


async def test_a_frame_that_is_too_big_closes(neighbour: tuple[Harness, Wire], dial: Dial) -> None:
    bad = await dial(neighbour[0])
    await bad.send("ask", "c", text="x" * 4000)
    assert await bad.gone() == 1009
    await undisturbed(neighbour)


async def test_a_flood_is_refused_and_closed(neighbour: tuple[Harness, Wire], dial: Dial) -> None:
    bad = await dial(neighbour[0])
    codes: set[str] = set()
    with suppress(ConnectionClosed):
        for _ in range(3000):
            await bad.socket.send('{"v":1,"id":"x","type":"heartbeat"}')
    with suppress(ConnectionClosed):
        while True:
            frame = json.loads(await bad.socket.recv())
            if frame["type"] == "error":
                codes.add(frame["payload"]["code"])
    assert codes <= {"backpressure"}
    assert await bad.gone() in (1006, 1008)
    await undisturbed(neighbour)


async def test_a_flood_of_rubbish_is_closed(neighbour: tuple[Harness, Wire], dial: Dial) -> None:
    bad = await dial(neighbour[0])
    with suppress(ConnectionClosed):
        for _ in range(3000):
            await bad.socket.send("rubbish")
    assert await bad.gone() in (1006, 1008)
    await undisturbed(neighbour)


async def test_sending_without_reading_is_closed(core: LilaCore, serve: Start, dial: Dial) -> None:
    """Answers pile up for nobody: the queue of answers is short."""
    harness = await serve(core, limits=Limits(frames_per_minute=1_000_000, send_s=0.5))
    bad = await dial(harness, max_queue=1)
    bad.socket.transport.pause_reading()
    with suppress(ConnectionClosed, TimeoutError):
        async with asyncio.timeout(40):
            while harness._clients:
                await bad.send("state", "c")
    assert not harness._clients


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"A" * 100_000,
    ],
)
async def test_a_connection_that_never_becomes_one(neighbour: tuple[Harness, Wire], junk: bytes) -> None:
    port = int(neighbour[0].url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        writer.write(junk)
        await writer.drain()
    await undisturbed(neighbour)
    with suppress(ConnectionError):
        async with asyncio.timeout(40):
            await reader.read()  # to the end: the server closed it
    writer.close()


async def test_bytes_that_are_no_frame(neighbour: tuple[Harness, Wire], dial: Dial) -> None:
    for junk in (
        b"\xff" * 50,
        b"\x81\xfe",
        b"\x81\x05hello",
        b"\x83\x80\0\0\0\0",
        b"\x81\x82\0\0\0\0\xff\xff",
    ):
        bad = await dial(neighbour[0])
        bad.socket.transport.write(junk)
        if junk != b"\x81\xfe":
            assert await bad.gone() in (1002, 1006, 1007)
        else:
            bad.socket.transport.abort()
    await undisturbed(neighbour)


async def test_a_half_open_line_is_found_and_closed(core: LilaCore, serve: Start) -> None:
    harness = await serve(core, limits=Limits(ping_s=0.2))
    port = int(harness.url.rpartition(":")[2])
    request = (
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    silent = socket.create_connection(("127.0.0.1", port))
    silent.sendall(request.encode())
    async with asyncio.timeout(40):
        while not harness._clients:
            await asyncio.sleep(0.01)
        while harness._clients:  # it answers no ping
            await asyncio.sleep(0.01)
    silent.close()


async def test_a_heartbeat_comes_back(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    await wire.socket.send('{"v":1,"id":"h1","type":"heartbeat"}')
    frame = await wire.next()
    assert (frame["type"], frame["re"]) == ("heartbeat", "h1")


# The door


async def test_too_many_clients(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(clients=2))
    first = await dial(harness)
    await dial(harness)
    with pytest.raises(InvalidStatus) as caught:
        await dial(harness)
    assert caught.value.response.status_code == 503
    await first.socket.close()
    async with asyncio.timeout(40):
        while len(harness._clients) > 1:
            await asyncio.sleep(0.01)
    await dial(harness)


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


async def test_the_token_as_a_header(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, token=TOKEN)
    wire = await dial(harness, additional_headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"
    with pytest.raises(InvalidStatus) as caught:
        await dial(harness, additional_headers={"Authorization": "Bearer wrong"})
    assert caught.value.response.status_code == 401


async def test_the_token_in_hello(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, token=TOKEN)
    wire = await dial(harness)
    assert wire.welcome["payload"]["token"] == "needed"
    assert (await wire.call("hello", token=TOKEN))["payload"]["session"] == harness.session
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"


@pytest.mark.parametrize(
    "do, fields", [("hello", {"token": "wrong"}), ("ask", {"text": "hi"}), ("state", {})]
)
async def test_without_the_token_nothing_is_heard(
    core: LilaCore, serve: Start, dial: Dial, do: str, fields: dict[str, Any]
) -> None:
    wire = await dial(await serve(core, token=TOKEN))
    assert (await wire.call(do, "c", **fields))["payload"]["code"] == "unauthorised"
    assert await wire.gone() == 1008


async def test_strangers_are_few_and_have_little_time(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, token=TOKEN, limits=Limits(strangers=2, auth_s=1.0))
    first = await dial(harness)
    await dial(harness)
    with pytest.raises(InvalidStatus):
        await dial(harness)
    await dial(harness, additional_headers={"Authorization": f"Bearer {TOKEN}"})
    frame = await first.next()
    assert frame["payload"]["code"] == "unauthorised"
    assert await first.gone() == 1008


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_pages_of_others_and_names_of_others_stay_outside(
    core: LilaCore, serve: Start, headers: dict[str, str]
) -> None:
    harness = await serve(core)
    port = int(harness.url.rpartition(":")[2])
    lines = {"Host": f"127.0.0.1:{port}", "Upgrade": "websocket", "Connection": "Upgrade"}
    lines |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"} | headers
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"GET / HTTP/1.1\r\n{request}\r\n".encode())
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_the_servers_own_pages_may_connect(core: LilaCore, serve: Start) -> None:
    harness = await serve(core)
    origin = harness.url.replace("ws://", "http://")
    async with connect(harness.url, origin=origin, proxy=None) as socket_:  # type: ignore[arg-type]
        assert json.loads(await socket_.recv())["payload"]["do"] == "hello"


def test_no_start_without_a_token_on_an_open_address(config: Config, core: LilaCore) -> None:
    with pytest.raises(ConfigError, match="LILA_SERVER_TOKEN"):
        Harness(config, core, host="0.0.0.0")
    Harness(config, core, host="0.0.0.0", token=TOKEN)


async def test_a_port_that_is_taken_is_a_clear_error(config: Config, core: LilaCore, serve: Start) -> None:
    port = int((await serve(core)).url.rpartition(":")[2])
    with pytest.raises(ConfigError, match="choose another"):
        await Harness(config, core, host="127.0.0.1", port=port).start()


# Going to sleep


async def test_running_turns_are_finished_and_clients_told(
    scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = Gate()
    harness = await serve(scripted(LONG, before_piece=gate), limits=Limits(grace_s=10))
    wire = await dial(harness)
    own = await wire.send("ask", "c", text="hi")
    await gate.wait()
    stopping = asyncio.create_task(harness.stop())
    frames = []
    while not any(frame["payload"].get("code") == "closing" for frame in frames):
        frames.append(await wire.next())
    assert (await wire.call("ask", "d", text="hi"))["payload"]["code"] == "closing"
    gate.open.set()
    frames += await wire.events(own)
    assert frames[-1]["payload"]["type"] == "turn_done"
    assert await wire.gone() == 1001
    await stopping
    with pytest.raises(OSError):
        await dial(harness)


async def test_turns_that_take_too_long_are_interrupted_at_the_end(
    scripted: Scripted, serve: Start, dial: Dial
) -> None:
    core = scripted(LONG * 100, before_piece=lambda number: time.sleep(0.02))
    harness = await serve(core, limits=Limits(grace_s=0.3))
    wire = await dial(harness)
    own = await wire.send("ask", "c", text="hi")
    await wire.next()
    stopping = asyncio.create_task(harness.stop())
    frames = await wire.events(own)
    assert "interrupted" in [frame["payload"]["type"] for frame in frames]
    assert await wire.gone() == 1001
    await stopping
