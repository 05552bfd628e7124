"""Memories, forgetting, the account and the modes, over a real socket and on a real store."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest

from lila.core import LilaCore
from lila.server.app import Harness
from lila.server.limits import Limits
from memory.errors import StoreBusy
from training_log.records import TurnRecord

Start = Callable[..., Awaitable[Harness]]
Dial = Callable[..., Awaitable[Any]]
TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def known(core: LilaCore) -> LilaCore:
    core.remember("personal", "my door code is 4821")
    core.remember("wiki", "the cellar is damp")
    return core


async def test_memories_are_listed_newest_first(known: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(known))
    answer = (await wire.call("memories"))["payload"]
    assert [each["text"] for each in answer["memories"]] == ["the cellar is damp", "your door code is 4821"]
    assert answer["more"] is False
    first = answer["memories"][1]
    assert (first["id"], first["namespace"], first["state"]) == (1, "personal", "approved")
    assert 0 < first["confidence"] <= 1
    assert first["learned_at"] == known.store.get(1).learned_at


async def test_memories_by_words_and_within_a_limit(known: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(known))
    found = (await wire.call("memories", words="door code"))["payload"]["memories"]
    assert [each["id"] for each in found] == [1]
    assert (await wire.call("memories", words="unicorns"))["payload"]["memories"] == []
    short = (await wire.call("memories", limit=1))["payload"]
    assert ([each["id"] for each in short["memories"]], short["more"]) == ([2], True)
    known.store.flush()
    assert known.store.get(1).uses == 0


async def test_forgetting_is_real(known: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(known))
    await wire.turn("what is my door code?")
    answer = (await wire.call("forget", what="door code"))["payload"]
    assert (answer["forgotten"], answer["ids"]) == (True, [1])
    assert answer["message"]
    assert [each["id"] for each in (await wire.call("memories"))["payload"]["memories"]] == [2]
    (entry,) = (each for each in known.journal.read() if isinstance(each.record, TurnRecord))
    assert entry.redacted


@pytest.mark.parametrize(
    "what", ["99", "9" * 400, "²", "unicorns", "'; DROP TABLE memories; --", '" OR *', "\0"]
)
async def test_what_can_not_be_forgotten_is_said(
    known: LilaCore, serve: Start, dial: Dial, what: str
) -> None:
    wire = await dial(await serve(known))
    answer = (await wire.call("forget", what=what))["payload"]
    assert (answer["forgotten"], answer["ids"]) == (False, [])
    assert answer["message"]
    assert len(known.what_do_i_know()) == 2


@pytest.mark.parametrize(
    "words", ["'\"", "NEAR(", "* OR *", "a AND", "-" * 1024, "\0", "^:{}[]()", "é\u0301💥"]
)
async def test_words_are_words_and_no_query_language(
    known: LilaCore, serve: Start, dial: Dial, words: str
) -> None:
    wire = await dial(await serve(known))
    assert (await wire.call("memories", words=words))["payload"]["memories"] == []


@pytest.mark.parametrize(
    "do, fields",
    [
        ("memories", {"words": 7}),
        ("memories", {"words": "x" * 1025}),
        ("memories", {"words": "\ud800"}),
        ("memories", {"limit": 0}),
        ("memories", {"limit": 201}),
        ("memories", {"limit": 10**30}),
        ("memories", {"limit": -1}),
        ("memories", {"limit": True}),
        ("memories", {"namespace": "personal"}),
        ("forget", {}),
        ("forget", {"what": ""}),
        ("forget", {"what": " \n"}),
        ("forget", {"what": 1}),
        ("forget", {"what": "x" * 1025}),
        ("mode", {}),
        ("mode", {"name": "x" * 129}),
        ("why", {"turn": "x"}),
    ],
)
async def test_bad_fields_are_refused_and_change_nothing(
    known: LilaCore, serve: Start, dial: Dial, do: str, fields: dict[str, Any]
) -> None:
    wire = await dial(await serve(known))
    frame = await wire.call(do, "c", **fields)
    assert (frame["type"], frame["payload"]["code"]) == ("error", "schema")
    assert len(known.what_do_i_know()) == 2


async def test_why_needs_a_conversation_and_tells_of_its_last_answer(
    known: LilaCore, serve: Start, dial: Dial
) -> None:
    wire = await dial(await serve(known))
    assert (await wire.call("why"))["payload"]["code"] == "schema"
    empty = (await wire.call("why", "c"))["payload"]
    assert (empty["why"]["turn"], empty["lines"]) == ("", ["Nothing was said yet in this conversation."])
    frames = await wire.turn("what is my door code?")
    answer = (await wire.call("why", "c"))["payload"]
    assert answer["why"]["turn"] == frames[0]["payload"]["turn"]
    assert [each["id"] for each in answer["why"]["recalled"]] == [1]
    assert "answered by scripted (script)" in answer["lines"]


async def test_a_mode_is_known_or_the_nearest_is_named(known: LilaCore, serve: Start, dial: Dial) -> None:
    wire = await dial(await serve(known))
    assert (await wire.call("mode", name="brief"))["payload"] == {"do": "mode", "name": "brief"}
    refused = (await wire.call("mode", name="brif"))["payload"]
    assert refused["code"] == "bad_value"
    assert "brief" in refused["message"]


@pytest.mark.parametrize("do, fields", [("memories", {}), ("forget", {"what": "1"}), ("why", {})])
async def test_who_has_no_token_sees_and_forgets_nothing(
    known: LilaCore, serve: Start, dial: Dial, do: str, fields: dict[str, Any]
) -> None:
    wire = await dial(await serve(known, token=TOKEN))
    assert (await wire.call(do, "c", **fields))["payload"]["code"] == "unauthorised"
    assert await wire.gone() == 1008
    assert len(known.what_do_i_know()) == 2


async def test_a_store_that_can_not_be_read_is_an_answer(
    known: LilaCore, serve: Start, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = await dial(await serve(known))

    def busy(*args: object, **options: object) -> None:
        raise StoreBusy("Another process holds the memory.")

    monkeypatch.setattr(known.store, "list", busy)
    frame = await wire.call("memories")
    assert frame["payload"] == {"code": "memory", "message": "Another process holds the memory."}
    monkeypatch.undo()
    assert len((await wire.call("memories"))["payload"]["memories"]) == 2


async def test_a_writer_in_another_process_holds_up_nobody_else(
    known: LilaCore, serve: Start, dial: Dial
) -> None:
    harness = await serve(known)
    waiting, other = await dial(harness), await dial(harness)
    with closing(sqlite3.connect(known.store.path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        own = await waiting.send("forget", what="cellar")
        assert (await other.call("state", "c"))["type"] == "response"
        assert (await other.call("mode", name="brief"))["type"] == "response"
        writer.rollback()
    frame = await waiting.next()
    assert (frame["re"], frame["payload"].get("forgotten")) == (own, True), frame


async def test_answers_that_nobody_reads_are_bounded(known: LilaCore, serve: Start, dial: Dial) -> None:
    """By their bytes: there are fewer than the queue may hold."""
    for number in range(150):
        known.store.add("wiki", f"box {number} " + "is full of things " * 60)
    harness = await serve(known, limits=Limits(frames_per_minute=1_000_000, answer_bytes=100_000, send_s=600))
    wire = await dial(harness, max_queue=1)
    wire.socket.transport.pause_reading()
    sent = 0
    async with asyncio.timeout(60):
        while harness.clients and sent < 100:
            await wire.socket.send(json.dumps(memories(sent)))
            sent += 1
            await asyncio.sleep(0.02)
        while harness.clients:
            await asyncio.sleep(0.02)


def memories(number: int) -> dict[str, Any]:
    return {"v": 1, "id": f"m{number}", "type": "query", "payload": {"do": "memories", "limit": 200}}
