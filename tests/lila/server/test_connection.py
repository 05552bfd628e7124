"""Bad clients and slow ones on a real socket, and that the good notice nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from lila.core import LilaCore
from lila.events import TimerRang
from lila.server.app import Harness
from lila.server.limits import Limits

Scripted = Callable[..., LilaCore]
Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
Wire = Any
"""The conftest's bare client."""


def reply(frames: list[dict[str, Any]]) -> str:
    return "".join(each["payload"]["text"] for each in frames if each["payload"]["type"] == "text_delta")


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
        while harness.clients:
            await asyncio.sleep(0.05)


@pytest.fixture
async def neighbour(core: LilaCore, serve: Start, dial: Dial) -> tuple[Harness, Wire]:
    harness = await serve(core, limits=Limits(frame_bytes=2048, auth_s=0.5, strikes=20, grace_s=0.5))
    return harness, await dial(harness)


async def undisturbed(neighbour: tuple[Harness, Wire]) -> None:
    harness, wire = neighbour
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"
    async with asyncio.timeout(40):
        while harness.clients > 1:
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
            while harness.clients:
                await bad.send("state", "c")
    assert not harness.clients


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
        while not harness.clients:
            await asyncio.sleep(0.01)
        while harness.clients:  # it answers no ping
            await asyncio.sleep(0.01)
    silent.close()


async def test_a_heartbeat_comes_back(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    await wire.socket.send('{"v":1,"id":"h1","type":"heartbeat"}')
    frame = await wire.next()
    assert (frame["type"], frame["re"]) == ("heartbeat", "h1")


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


@pytest.mark.parametrize("name", ["\ud800", "💥" * 40, "ü" * 200])
async def test_the_last_words_to_a_client_fit_into_the_closing_frame(
    core: LilaCore, serve: Start, dial: Dial, name: str
) -> None:
    """The reason quotes what was sent, and must be 123 bytes of UTF-8 at most."""
    harness = await serve(core, limits=Limits(strikes=2))
    wire = await dial(harness)
    for _ in range(2):
        await wire.send(name, "c")
    assert (await wire.next())["payload"]["code"] == "unknown_type"
    assert (await wire.next())["payload"]["code"] == "unknown_type"
    assert await wire.gone() == 1008


async def test_a_query_that_breaks_is_answered_and_the_connection_stays(
    core: LilaCore, serve: Start, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = await dial(await serve(core))

    def broken(conversation: str) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(core, "reset", broken)
    frame = await wire.call("reset", "c")
    assert (frame["type"], frame["payload"]["code"]) == ("error", "internal")
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"


async def test_a_hundred_clients_talk_and_leave_nothing(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(clients=100, waiting=100))
    wires = [await dial(harness) for _ in range(100)]

    async def talk(number: int, wire: Wire) -> str:
        return reply(await wire.turn("hi", f"c{number}"))

    said = await asyncio.gather(*(talk(number, wire) for number, wire in enumerate(wires)))
    assert set(said) == {"Hello there. How are you?"}
    for wire in wires:
        wire.socket.transport.abort()
    async with asyncio.timeout(40):
        while harness.clients:
            await asyncio.sleep(0.02)
