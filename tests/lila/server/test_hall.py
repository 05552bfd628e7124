"""Who is let in, how many, and what happens outside turns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from lila.core import LilaCore
from lila.errors import NoBackend
from lila.events import TimerRang
from lila.server.app import Harness
from lila.server.limits import Limits

Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
TOKEN = "a-token-that-is-long-enough"


def reply(frames: list[dict[str, Any]]) -> str:
    return "".join(each["payload"]["text"] for each in frames if each["payload"]["type"] == "text_delta")


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


async def test_too_many_clients(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, limits=Limits(clients=2))
    first = await dial(harness)
    await dial(harness)
    with pytest.raises(InvalidStatus) as caught:
        await dial(harness)
    assert caught.value.response.status_code == 503
    await first.socket.close()
    async with asyncio.timeout(40):
        while harness.clients > 1:
            await asyncio.sleep(0.01)
    await dial(harness)


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


async def test_the_last_place_is_had_with_a_token_too(core: LilaCore, serve: Start, dial: Dial) -> None:
    harness = await serve(core, token=TOKEN, limits=Limits(clients=2))
    await dial(harness, additional_headers={"Authorization": f"Bearer {TOKEN}"})
    second, third = await dial(harness), await dial(harness)
    assert (await second.call("hello", token=TOKEN))["payload"]["session"] == harness.session
    assert (await third.call("hello", token=TOKEN))["payload"]["code"] == "backpressure"
    assert await third.gone() == 1013


async def test_who_comes_while_no_model_answers_is_told(
    core: LilaCore, serve: Start, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str:
        raise NoBackend([("native", "no such file")])

    monkeypatch.setattr(core, "describe_backend", gone)
    wire = await dial(await serve(core))
    assert wire.welcome["payload"]["backend"].startswith("no model: no model could answer")
    assert (await wire.call("memories"))["payload"]["memories"] == []
