"""A real server on loopback, and a bare client whose every frame is held against the published schema."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from websockets.asyncio.client import ClientConnection, connect

from lila.config import Config
from lila.core import LilaCore
from lila.server.app import Harness
from lila.server.limits import Limits

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "harness.schema.json").read_text(encoding="utf-8"))
SERVER_FRAME = jsonschema.Draft202012Validator({"$ref": "#/$defs/ServerFrame", "$defs": SCHEMA["$defs"]})
_numbers = itertools.count(1)

Frame = dict[str, Any]


@dataclass
class Wire:
    """A WebSocket that speaks the protocol by hand."""

    socket: ClientConnection
    welcome: Frame = field(default_factory=dict)

    async def next(self, timeout_s: float = 40.0) -> Frame:
        async with asyncio.timeout(timeout_s):
            frame: Frame = json.loads(await self.socket.recv())
        SERVER_FRAME.validate(frame)
        return frame

    async def send(self, do: str, conversation: str = "", *, id: str = "", **fields: object) -> str:
        own = id or f"q{next(_numbers)}"
        envelope = {key: fields.pop(key) for key in ("ttl", "ts") if key in fields}
        payload = {"do": do, **fields}
        frame = {"v": 1, "id": own, "type": "query", "conversation": conversation, "payload": payload}
        await self.socket.send(json.dumps({**frame, **envelope}))
        return own

    async def call(self, do: str, conversation: str = "", **fields: object) -> Frame:
        """The answer to a query; events that come before it are lost."""
        own = await self.send(do, conversation, **fields)
        while True:
            frame = await self.next()
            if frame["re"] == own and frame["type"] in ("response", "error"):
                return frame

    async def events(self, re: str) -> list[Frame]:
        """The events of a turn up to its last."""
        found: list[Frame] = []
        while not (found and found[-1]["eof"]):
            frame = await self.next()
            if frame["re"] == re and frame["type"] == "event":
                found.append(frame)
            assert frame["type"] != "error", frame
        return found

    async def turn(self, text: str, conversation: str = "c", **fields: object) -> list[Frame]:
        return await self.events(await self.send("ask", conversation, text=text, **fields))

    async def gone(self) -> int | None:
        """Wait until the server closed; the code."""
        async with asyncio.timeout(40):
            await self.socket.wait_closed()
        return self.socket.close_code


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


Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Wire]]


@pytest.fixture
async def serve(config: Config) -> AsyncIterator[Start]:
    """`await serve(core, limits=…, token=…)` starts a harness on a free port."""
    harnesses: list[Harness] = []

    async def start(core: LilaCore, **options: Any) -> Harness:
        options.setdefault("limits", Limits(grace_s=0.5))
        options.setdefault("host", "127.0.0.1")
        harness = Harness(config, core, port=0, **options)
        await harness.start()
        harnesses.append(harness)
        return harness

    yield start
    for harness in harnesses:
        await harness.stop(grace_s=0.2)


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """`await dial(harness)` connects and reads the welcome."""
    async with AsyncExitStack() as stack:

        async def open_wire(harness: Harness, **options: Any) -> Wire:
            options = {"compression": None, "close_timeout": 1, "proxy": None} | options
            wire = Wire(await stack.enter_async_context(connect(harness.url, **options)))
            wire.welcome = await wire.next()
            return wire

        yield open_wire


@pytest.fixture
def gates() -> type[Gate]:
    """`gates(at=…)` makes a gate for a script's `before_piece`."""
    return Gate


@pytest.fixture
def core(scripted: Callable[..., LilaCore]) -> LilaCore:
    return scripted("Hello there. How are you?")
