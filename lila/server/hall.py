"""What all connections of a harness share: the conversations, the turns, who is here, what happens outside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from lila.errors import LilaError
from lila.events import Event, to_json
from lila.server import frames
from lila.server.limits import Limits
from lila.server.protocol import PROTOCOL_VERSION, FrameError, Query
from lila.server.resume import Stream, Streams
from lila.server.session import TRY_LATER, Farewell, Session
from lila.server.turns import Core, Turns, follow_reply

__all__ = ["Hall"]


class Hall:
    """Made on the event loop, and used on it."""

    def __init__(self, core: Core, limits: Limits, session: str) -> None:
        self.core, self.limits = core, limits
        self.session = session
        """One run of the server: event numbers of another one mean nothing."""
        keep = (limits.kept_events, limits.kept_bytes)
        self.streams = Streams(limits.conversations, *keep, limits.resume_s)
        self.outside = Stream("", *keep)
        self.turns = Turns(core, limits, self._publish)
        self.here: set[Session] = set()
        """Every open connection, also those that have not shown a token yet."""
        self.closing = False
        self._loop = asyncio.get_running_loop()
        self._unsubscribe: Callable[[], None] | None = None

    # Who is here

    @property
    def full(self) -> bool:
        return sum(session.authorised for session in self.here) >= self.limits.clients

    @property
    def strangers(self) -> int:
        return sum(not session.authorised for session in self.here)

    def welcome(self, session: Session, re: str) -> None:
        """Let a client in that may come in; raises `Farewell` if there are too many."""
        session.authorised = False
        if self.full:
            raise Farewell(TRY_LATER, FrameError("backpressure", "too many clients; try later", re=re))
        session.authorised = True
        session.follow(self.outside, self.outside.last)
        session.answer(frames.unasked(self.greeting(), re))
        self._mind_the_door()

    def see_off(self, session: Session) -> None:
        """A connection is over."""
        session.leave_all(time.monotonic())
        self.here.discard(session)
        self._mind_the_door()

    def greeting(self) -> dict[str, Any]:
        """The payload that answers `hello`."""
        limits = self.limits
        return {
            "do": "hello",
            "protocol": PROTOCOL_VERSION,
            "session": self.session,
            "seq": self.outside.last,
            "backend": self._backend(),
            "limits": {
                "frame_bytes": limits.frame_bytes,
                "frames_per_minute": limits.frames_per_minute,
                "conversations": limits.conversations_per_client,
                "kept_events": limits.kept_events,
                "resume_s": limits.resume_s,
                "ping_s": limits.ping_s,
            },
        }

    def _backend(self) -> str:
        try:
            return self.core.describe_backend()
        except LilaError as error:  # no model answers now: memories can be read all the same
            return f"no model: {error.message}"

    def _mind_the_door(self) -> None:
        """Hear of timers only while somebody is here: else the core keeps them for the next who comes."""
        present = any(session.authorised for session in self.here)
        if present and self._unsubscribe is None:
            self._unsubscribe = self.core.subscribe(self._from_outside)
        elif not present:
            self.stop_listening()

    def stop_listening(self) -> None:
        """Hear no more of what happens outside turns."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    # What happens

    def _publish(self, stream: Stream, query: Query, event: Event, last: bool) -> None:
        follow_reply(stream, event)
        payload = to_json(event)
        if last:
            stream.idle_since = time.monotonic()
        stream.publish(lambda seq: frames.event_frame(payload, seq, re=query.id, name=stream.name, last=last))

    def _from_outside(self, event: Event) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self.publish_outside, event)

    def publish_outside(self, event: Event) -> None:
        """Tell every client of something that belongs to no turn."""
        payload = to_json(event)
        self.outside.publish(lambda seq: frames.event_frame(payload, seq, last=True))
