"""Runs turns of the core in threads and brings their events back to the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from lila.errors import LilaError
from lila.events import Error, Event, Interrupted, TextDelta, TurnDone, TurnStarted
from lila.server.limits import Limits
from lila.server.protocol import FrameError, Query
from lila.server.requests import Ask
from lila.server.resume import Stream
from lila.shelf import Keeper
from lila.why import Why

__all__ = ["Core", "Turns", "follow_reply"]

log = logging.getLogger(__name__)

_IN_FLIGHT: Final = 256
"""Events of one turn between its thread and the loop; then the thread waits."""


class Core(Keeper, Protocol):
    """What the harness needs of `lila.core.LilaCore`."""

    def stream(self, text: str, context: Mapping[str, object] | None = None) -> Iterator[Event]: ...

    def interrupt(self, conversation: str, said: str | None = None) -> None: ...

    def reset(self, conversation: str) -> None: ...

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]: ...

    def describe_backend(self) -> str: ...

    def why(self, conversation: str) -> Why: ...

    def check_mode(self, mode: str) -> None: ...


@dataclass(slots=True, eq=False)
class _Running:
    stream: Stream
    query: Query
    ask: Ask
    stop: threading.Event = field(default_factory=threading.Event)
    credits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_IN_FLIGHT))
    said: str | None = None
    started: bool = False
    over: bool = False
    task: asyncio.Task[None] | None = None


Publish = Callable[[Stream, Query, Event, bool], None]


class Turns:
    """The turns of all conversations: one at a time in each, `limits.turns` at a time in all.

    `publish(stream, query, event, last)` is called on the loop, in order; so must all methods be.
    """

    def __init__(self, core: Core, limits: Limits, publish: Publish) -> None:
        self._core, self._limits, self._publish = core, limits, publish
        self._pool = ThreadPoolExecutor(limits.turns, thread_name_prefix="lila-turn")
        self._slots = asyncio.Semaphore(limits.turns)
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    def start(self, stream: Stream, query: Query, ask: Ask) -> None:
        """Run the turn in its time; its events go to `publish`. Raises `FrameError` if it can't be taken."""
        if stream.name in self._running:
            message = "this conversation is still answering; interrupt it, or wait for the end of its turn"
            raise FrameError("backpressure", message)
        if len(self._running) >= self._limits.turns + self._limits.waiting:
            raise FrameError(
                "backpressure", f"{self._limits.waiting} turns are waiting already; ask again later"
            )
        running = _Running(stream, query, ask)
        stream.running = query.id
        self._running[stream.name] = running
        running.task = self._loop.create_task(self._run(running))
        self._tasks.add(running.task)
        running.task.add_done_callback(self._tasks.discard)

    def interrupt(self, stream: Stream, said: str | None) -> bool:
        """Stop the conversation's turn; False if none runs."""
        running = self._running.get(stream.name)
        if running is None or running.over:
            return False
        running.said = said
        running.stop.set()
        if running.started:
            self._core.interrupt(stream.name, said)
        elif running.task is not None:
            # Ended here: a task that was not begun yet is cancelled without a word.
            running.task.cancel()
            self._end(running, Interrupted("", 0, ""))
        return True

    async def drain(self, grace_s: float) -> None:
        """Let the running turns finish, interrupt those that take longer, and give up on what remains."""
        for running in list(self._running.values()):
            if not running.started:
                self.interrupt(running.stream, None)
        await self._wait(grace_s)
        for running in list(self._running.values()):
            self.interrupt(running.stream, None)
        await self._wait(grace_s)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, seconds: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _run(self, running: _Running) -> None:
        try:
            if await self._slot(running):
                await self._in_thread(running)
        except asyncio.CancelledError:
            if not running.stop.is_set():
                raise
        finally:
            self._free(running)

    async def _slot(self, running: _Running) -> bool:
        wait_s = self._limits.wait_s if running.query.ttl is None else running.query.ttl
        try:
            async with asyncio.timeout(wait_s):
                await self._slots.acquire()
        except TimeoutError:
            message = "too many turns ran before this one; ask again"
            self._end(running, Error("", 0, "timeout", message))
            return False
        running.started = True
        return True

    async def _in_thread(self, running: _Running) -> None:
        late = self._loop.call_later(self._limits.turn_s, self._too_long, running)
        try:
            await self._loop.run_in_executor(self._pool, self._work, running)
        finally:
            late.cancel()
            self._slots.release()

    def _too_long(self, running: _Running) -> None:
        log.warning("a turn took longer than %g s and is interrupted", self._limits.turn_s)
        self.interrupt(running.stream, None)
        self._loop.call_later(self._limits.grace_s, self._given_up, running)

    def _given_up(self, running: _Running) -> None:
        # The thread can't be killed: the conversation stays busy until the backend lets go of it.
        if not running.over:
            gone = Error(running.stream.turn, 0, "timeout", "the turn took too long and was given up")
            self._end(running, gone, free=False)

    # In the turn's thread

    def _work(self, running: _Running) -> None:
        last: Event | None = None
        try:
            for event in self._core.stream(running.ask.text, _context(running)):
                if isinstance(event, TurnStarted) and running.stop.is_set():
                    # Interrupted before the core knew of the turn.
                    self._core.interrupt(running.stream.name, running.said)
                # From the first event that can be the last on, one is held back: only the end tells which is.
                if last is not None:
                    self._post(running, last, False)
                    last = event
                elif isinstance(event, Interrupted | TurnDone | Error):
                    last = event
                else:
                    self._post(running, event, False)
        except LilaError as error:
            last = Error("", 0, error.code, error.message)
        except Exception:
            log.exception("a turn broke")
            last = Error(
                "", 0, "internal", "something broke in Lila; her log says what. Please say it again."
            )
        self._post(running, last or Error("", 0, "internal", "the turn ended without an end"), True)

    def _post(self, running: _Running, event: Event, last: bool) -> None:
        running.credits.acquire(timeout=self._limits.send_s)
        with suppress(RuntimeError):  # the loop is closed: nobody is left to hear it
            self._loop.call_soon_threadsafe(self._arrived, running, event, last)

    # On the loop again

    def _arrived(self, running: _Running, event: Event, last: bool) -> None:
        running.credits.release()
        if running.over:
            return
        if last:
            self._end(running, event)
        else:
            self._publish(running.stream, running.query, event, False)

    def _end(self, running: _Running, event: Event, *, free: bool = True) -> None:
        """Nothing of this turn follows `event`; the next may be asked as soon as a client has read it."""
        running.over = True
        if free:
            self._free(running)
        self._publish(running.stream, running.query, event, True)

    def _free(self, running: _Running) -> None:
        if self._running.get(running.stream.name) is running:
            del self._running[running.stream.name]
            running.stream.running = ""


def follow_reply(stream: Stream, event: Event) -> None:
    """Keep the stream's summary (turn, reply so far) true."""
    if isinstance(event, TurnStarted):
        stream.turn, stream.said = event.turn, ""
    elif isinstance(event, TextDelta):
        stream.said += event.text
    elif isinstance(event, Interrupted):
        stream.said = event.said


def _context(running: _Running) -> dict[str, Any]:
    ask = running.ask
    context: dict[str, Any] = {"conversation": running.stream.name, "private": ask.private}
    context |= {"speaker": ask.speaker, "persona": ask.persona, "mode": ask.mode}
    if ask.settings:
        context["settings"] = dict(ask.settings)
    return {key: value for key, value in context.items() if value is not None}
