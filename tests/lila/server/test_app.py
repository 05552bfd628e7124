"""The harness as a server: who may connect at all, where it listens, how it goes to sleep."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from lila.config import Config
from lila.core import LilaCore
from lila.errors import ConfigError
from lila.server.app import Harness
from lila.server.limits import Limits

Scripted = Callable[..., LilaCore]
Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
Gates = Callable[..., Any]
Wire = Any
"""The conftest's bare client."""
TOKEN = "a-token-that-is-long-enough"
LONG = "One two three four five six seven eight nine ten. " * 4


def reply(frames: list[dict[str, Any]]) -> str:
    return "".join(each["payload"]["text"] for each in frames if each["payload"]["type"] == "text_delta")


async def test_the_token_as_a_header(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, token=TOKEN)
    wire = await dial(harness, additional_headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply(await wire.turn("hi")) == "Hello there. How are you?"
    with pytest.raises(InvalidStatus) as caught:
        await dial(harness, additional_headers={"Authorization": "Bearer wrong"})
    assert caught.value.response.status_code == 401


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


async def test_running_turns_are_finished_and_clients_told(
    gates: Gates, scripted: Scripted, serve: Start, dial: Dial
) -> None:
    gate = gates()
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
