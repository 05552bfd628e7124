"""The client against a real server, over lines that drop."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from lila.client import Client
from lila.config import Config
from lila.core import LilaCore
from lila.errors import ConnectionLost, ProtocolError
from lila.events import Event, Interrupted, Notice, TextDelta, TimerRang, TurnDone, TurnStarted
from lila.server.app import Harness
from lila.server.limits import Limits
from lila.server.requests import Ask, Hello

Scripted = Callable[..., LilaCore]
LONG = "One two three four five six seven eight nine ten. " * 6
TOKEN = "a-token-that-is-long-enough"


@contextmanager
def running(config: Config, core: LilaCore, **options: object) -> Iterator[Harness]:
    """A harness on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    options = {"host": "127.0.0.1", "port": 0, "limits": Limits(grace_s=0.5)} | options

    async def make() -> Harness:
        harness = Harness(config, core, **options)  # type: ignore[arg-type]
        await harness.start()
        return harness

    try:
        harness = asyncio.run_coroutine_threadsafe(make(), loop).result(30)
        yield harness
        asyncio.run_coroutine_threadsafe(harness.stop(), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Relay:
    """A line between client and server that can be cut after so many bytes from the server."""

    def __init__(self, url: str) -> None:
        self._server = ("127.0.0.1", int(url.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts: list[int] = []
        self.lines = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.lines += 1
                server = socket.create_connection(self._server)
                budget = self.cuts.pop(0) if self.cuts else None
                threading.Thread(target=self._pump, args=(client, server, None), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, budget), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, budget: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(512 if budget is None else min(512, budget)):
                target.sendall(data)
                if budget is not None and (budget := budget - len(data)) <= 0:
                    break
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_turn(config: Config, scripted: Scripted) -> None:
    with running(config, scripted("Hello there.")) as harness, Client.connect(harness.url) as client:
        assert client.backend == "script, scripted"
        events = list(client.stream("hi", {"conversation": "kitchen", "mode": None, "private": True}))
        assert isinstance(events[0], TurnStarted)
        assert isinstance(events[-1], TurnDone)
        assert text_of(events) == events[-1].text == "Hello there."
        assert client.ask("again").text == "Hello there."
        client.reset("kitchen")
        assert client.state("kitchen")["running"] is False


def test_many_threads_share_a_client(config: Config, scripted: Scripted) -> None:
    core = scripted(lambda prompt: f"You said {prompt.messages[-1].content}.")
    got: dict[int, str] = {}
    with running(config, core) as harness, Client.connect(harness.url) as client:

        def talk(number: int) -> None:
            got[number] = client.ask(f"word{number}", {"conversation": f"c{number}"}).text

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == {number: f"You said word{number}." for number in range(8)}


def test_interrupt(config: Config, scripted: Scripted) -> None:
    reached, opened = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == 3:
            reached.set()
            opened.wait(20)

    core = scripted(LONG, before_piece=hold)
    stop, interrupted = core.interrupt, threading.Event()

    def interrupt(conversation: str, said: str | None = None) -> None:
        stop(conversation, said)
        interrupted.set()

    core.interrupt = interrupt  # type: ignore[method-assign]
    with running(config, core) as harness, Client.connect(harness.url) as client:
        events = client.stream("hi")
        first = next(events)
        assert reached.wait(20)
        client.interrupt()
        assert interrupted.wait(20)
        opened.set()
        rest = list(events)
        assert isinstance(first, TurnStarted)
        assert any(isinstance(event, Interrupted) for event in rest)
        assert len(text_of(rest)) < 30


def test_timers_ring_here(config: Config, scripted: Scripted) -> None:
    core, heard, rang = scripted("x"), [], threading.Event()

    def listen(event: Event) -> None:
        heard.append(event)
        rang.set()

    with running(config, core) as harness, Client.connect(harness.url) as client:
        stop = client.subscribe(listen)
        ring = TimerRang("", 0, 1, "pasta", "The pasta timer is done.")
        for listener in list(core._listeners):
            listener(ring)
        assert rang.wait(20)
        stop()
    assert heard == [ring]


@pytest.mark.parametrize(
    "cuts", [[700], [900, 1300], [1500, 600, 2000, 900], [3000] * 6, [910, 920, 930, 940, 950]]
)
def test_no_event_is_lost_or_repeated_when_the_line_drops(
    config: Config, scripted: Scripted, cuts: list[int]
) -> None:
    """Cut in the handshake, before the answer, in the middle of a frame: the turn is run once and arrives whole."""
    with running(config, scripted(LONG)) as harness:
        relay = Relay(harness.url)
        relay.cuts = [10**9]
        with Client.connect(relay.url) as client:
            relay.cuts = list(cuts)
            assert client._line._socket is not None
            client._line._socket.socket.shutdown(socket.SHUT_RDWR)
            events = list(client.stream("hi"))
            assert relay.lines > len(cuts)
        relay.close()
    assert isinstance(events[-1], TurnDone)
    assert text_of(events).strip() == LONG.strip()
    assert [event.seq for event in events] == list(range(len(events)))
    assert sum(isinstance(event, TurnStarted) for event in events) == 1


def test_a_server_that_was_restarted_in_a_turn(config: Config, scripted: Scripted) -> None:
    opened = threading.Event()
    core = scripted(LONG, before_piece=lambda number: None if number < 5 else opened.wait(20) and None)
    with running(config, core) as harness:
        port = int(harness.url.rpartition(":")[2])
        client = Client.connect(harness.url)
        events = client.stream("hi")
        next(events)
    opened.set()
    with running(config, core, port=port), client:
        with pytest.raises(ConnectionLost):
            while not isinstance(next(events), Notice | TurnDone | Interrupted):
                pass
            raise ConnectionLost("it was interrupted in an orderly way")
        assert client.ask("again").text.strip() == LONG.strip()


def test_a_server_that_is_gone(config: Config, scripted: Scripted) -> None:
    with running(config, scripted("Hello.")) as harness:
        client = Client.connect(harness.url, retry_s=0.2)
        assert client.ask("hi").text == "Hello."
    with pytest.raises(ConnectionLost):
        client.ask("again")
    client.close()
    with pytest.raises(ConnectionLost) as caught:
        client.ask("closed")
    assert caught.value.code == "closed"


def test_refusals_are_typed(config: Config, scripted: Scripted) -> None:
    with running(config, scripted("Hello."), token=TOKEN) as harness:
        for token in (None, "wrong"):
            with pytest.raises(ProtocolError) as caught:
                Client.connect(harness.url, token=token)
            assert caught.value.code == "unauthorised"
        with Client.connect(harness.url, token=TOKEN) as client:
            assert client.ask("hi").text == "Hello."
            for context in ({"colour": "red"}, {"private": "yes"}):
                with pytest.raises(ProtocolError) as caught:
                    client.ask("hi", context)
                assert caught.value.code == "schema"
            with pytest.raises(ProtocolError, match="mode"):
                client.ask("hi", {"mode": "no such mode"})


def test_what_is_no_harness() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ConnectionLost, match="lila serve"):
        Client.connect(f"ws://127.0.0.1:{port}")
    with pytest.raises(ProtocolError) as caught:
        Client.connect("http://127.0.0.1:1")
    assert caught.value.code == "url"


def test_a_frame_that_is_too_big_is_not_sent_for_ever(config: Config, scripted: Scripted) -> None:
    settings = replace(config, server=replace(config.server, max_message_bytes=1000))
    with (
        running(settings, scripted("Hello."), limits=None) as harness,
        Client.connect(harness.url) as client,
    ):
        with pytest.raises(ProtocolError):
            client.ask("x" * 2000)
        assert client.ask("hi").text == "Hello."


def test_memories_forgetting_and_the_account(config: Config, scripted: Scripted) -> None:
    core = scripted("All right.")
    core.remember("personal", "my door code is 4821")
    core.remember("wiki", "the cellar is damp")
    with running(config, core) as harness, Client.connect(harness.url) as client:
        assert [each.text for each in client.memories().memories] == [
            "the cellar is damp",
            "your door code is 4821",
        ]
        assert client.memories(limit=1).more
        assert [each.id for each in client.memories("door code").memories] == [1]
        assert client.why("kitchen").turn == ""
        asked = client.ask("what is my door code?", {"conversation": "kitchen"})
        assert client.why("kitchen") == core.why("kitchen")
        assert client.why("kitchen").turn == asked.turn
        assert client.forget("door code").ids == (1,)
        assert not client.forget("door code").forgotten
        client.check_mode("brief")
        with pytest.raises(ProtocolError, match="brief") as caught:
            client.check_mode("brif")
        assert caught.value.code == "bad_value"
        with pytest.raises(ProtocolError) as caught:
            client.memories(limit=0)
        assert caught.value.code == "schema"


def test_forgetting_is_not_asked_again_when_its_answer_was_lost(config: Config, scripted: Scripted) -> None:
    """The same words could mean another memory by then. What is only looked at is asked again."""
    core = scripted("All right.")
    core.remember("personal", "my door code is 4821")
    with running(config, core) as harness:
        relay = Relay(harness.url)
        # The welcome is longer than what the first two lines let through: both answers are cut off.
        with Client.connect(harness.url) as probe:
            welcome = len(probe.session) + 700
        relay.cuts = [welcome, 10**9]
        with Client.connect(relay.url) as client:
            while relay.lines < 2:
                with pytest.raises(ConnectionLost) as caught:
                    client.forget("unicorns " * 100)
                    client.forget("unicorns " * 100)
                    raise ConnectionLost("still there", code="again")
                assert caught.value.code in ("unanswered", "again")
            assert len(client.memories().memories) == 1
        relay.close()


def test_an_older_server_is_told_from_a_mistake(
    config: Config, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(config, scripted("Hello.")) as harness, Client.connect(harness.url) as client:
        monkeypatch.setattr("lila.server.requests.QUERIES", {"hello": Hello, "ask": Ask})
        with pytest.raises(ProtocolError, match="older") as caught:
            client.memories()
        assert caught.value.code == "unknown_type"
        assert client.ask("hi").text == "Hello."
