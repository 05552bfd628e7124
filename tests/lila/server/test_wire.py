"""What the library doesn't bound: sockets before their handshake, pongs that nobody reads, fragments without end."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from lila.core import LilaCore
from lila.server.app import Harness
from lila.server.limits import Limits
from lila.server.wire import MAX_FRAGMENTS

Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
MASK = b"\0\0\0\0"


def ping(size: int) -> bytes:
    return struct.pack("!BB", 0x89, 0x80 | size) + MASK + b"x" * size


def fragment(opcode: int, data: bytes = b"") -> bytes:
    return struct.pack("!BB", opcode, 0x80 | len(data)) + MASK + data


async def gone(harness: Harness) -> None:
    async with asyncio.timeout(60):
        while harness.clients:
            await asyncio.sleep(0.02)


async def test_sockets_that_never_speak_are_bounded(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(clients=2, strangers=1, opening=5))
    port = int(harness.url.rpartition(":")[2])
    good = await dial(harness)
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
    ended = [asyncio.create_task(reader.read()) for reader, _ in silent]
    async with asyncio.timeout(40):
        while sum(task.done() for task in ended) < 13:  # 8 sockets in all, one of them the good one's
            await asyncio.sleep(0.02)
    assert sum(task.done() for task in ended) == 13
    assert (await good.turn("hi"))[-1]["payload"]["type"] == "turn_done"
    for _, writer in silent:
        writer.close()
    await asyncio.gather(*ended, return_exceptions=True)
    async with asyncio.timeout(40):
        while True:  # their places are free again
            with suppress(OSError, EOFError, ConnectionClosed):
                await dial(harness)
                break
            await asyncio.sleep(0.05)


async def test_a_flood_of_pings_from_who_reads_nothing_is_cut_off(
    core: LilaCore, serve: Start, dial: Dial
) -> None:
    harness = await serve(core)
    bad = await dial(harness)
    bad.socket.transport.pause_reading()
    flood = ping(125) * 8000
    for _ in range(60):  # 60 MB of pings, whose pongs would have to be kept
        if not harness.clients:
            break
        bad.socket.transport.write(flood)
        await asyncio.sleep(0.01)
    await gone(harness)
    bad.socket.transport.abort()


async def test_a_message_of_fragments_without_end_is_cut_off(
    core: LilaCore, serve: Start, dial: Dial
) -> None:
    harness = await serve(core)
    bad = await dial(harness)
    bad.socket.transport.write(fragment(0x01) + fragment(0x00) * (MAX_FRAGMENTS + 10))
    await gone(harness)


async def test_a_message_in_fragments_is_read(core: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(core))
    for _ in range(3):
        await wire.socket.send(iter(list('{"v":1,"id":"h1","type":"heartbeat"}')))
        assert (await wire.next())["type"] == "heartbeat"
