"""One client's side of the harness: what it may do, and what goes out to it next. No input, output or clock.

Events are never queued per client: they are read from the conversations' streams (`resume.py`) when the
client can take them. Only answers wait in a queue, a short one, which a client fills by its own queries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from lila.server.auth import Doorkeeper
from lila.server.limits import Bucket, Limits
from lila.server.parsing import parse
from lila.server.protocol import FrameError, Heartbeat, Query
from lila.server.requests import Hello
from lila.server.resume import Stream

__all__ = ["POLICY", "TRY_LATER", "Farewell", "Session", "zero_state"]

POLICY: Final = 1008
TRY_LATER: Final = 1013
MAX_ANSWERS: Final = 256


MAX_REASON: Final = 123
"""Bytes of the reason in a closing frame."""


class Farewell(Exception):
    """The connection must close: after `error`, with this WebSocket code and the reason that fits into its frame."""

    def __init__(self, code: int, error: FrameError) -> None:
        super().__init__(error.message)
        self.code = code
        self.error = error
        # The sentence may quote what the client sent: half a surrogate, or letters of four bytes.
        self.reason = error.message.encode("ascii", "replace").decode()[:MAX_REASON]


@dataclass(slots=True, eq=False)
class Session:
    """What is known about one connection. `wake` is called when `next` has something again."""

    doorkeeper: Doorkeeper
    limits: Limits
    wake: Callable[[], None]
    missed: Callable[[Stream], str]
    """Encodes the error frame for a reader that fell behind a stream."""
    authorised: bool = False
    client: str = ""
    _bucket: Bucket = field(init=False)
    _strikes: int = 0
    _answers: deque[str] = field(default_factory=deque)
    _waiting: int = 0
    """Bytes of the answers."""
    _following: dict[str, tuple[Stream, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rate = self.limits.frames_per_minute / 60
        self._bucket = Bucket(rate, max(10.0, self.limits.frames_per_minute / 6))

    # In

    def receive(self, raw: str | bytes, now: float, unix: float) -> Query | Heartbeat:
        """The client's frame, valid and allowed.

        `now` is any rising clock, `unix` the time of day, both in seconds. Raises `FrameError` for a frame that
        is answered by an error, `Farewell` for the last frame that this client sends.
        """
        try:
            frame = self._allowed(raw, now, unix)
        except FrameError as error:
            self._strikes += 1
            if self._strikes >= self.limits.strikes:
                raise Farewell(POLICY, error) from None
            raise
        self._strikes = 0
        return frame

    def _allowed(self, raw: str | bytes, now: float, unix: float) -> Query | Heartbeat:
        within = self._bucket.take(now)
        frame = parse(raw)
        if not within:
            rate = self.limits.frames_per_minute
            raise FrameError("backpressure", f"more than {rate} frames a minute; send slower", re=frame.id)
        if not self.authorised:
            self._admit(frame)
        if isinstance(frame, Query) and frame.ttl is not None and frame.ts is not None:
            age_s = unix - frame.ts
            if age_s > frame.ttl:
                raise FrameError("expired", "the query came after its ttl", re=frame.id)
        return frame

    def _admit(self, frame: Query | Heartbeat) -> None:
        if isinstance(frame, Query) and isinstance(frame.request, Hello):
            if self.doorkeeper.knows(frame.request.token):
                self.authorised = True
                return
            message = "this is not the token; see server.token of the machine that Lila runs on"
            raise Farewell(POLICY, FrameError("unauthorised", message, re=frame.id))
        message = "a token is needed: a header 'Authorization: Bearer …', or first of all the query 'hello'"
        raise Farewell(POLICY, FrameError("unauthorised", message, re=frame.id))

    # Out

    def answer(self, text: str) -> None:
        """Queue an answer; raises `Farewell` when the client sends and sends but doesn't read."""
        if len(self._answers) >= MAX_ANSWERS or self._waiting > self.limits.answer_bytes:
            raise Farewell(POLICY, FrameError("backpressure", "the answers are not being read"))
        self._answers.append(text)
        self._waiting += len(text)
        self.wake()

    @property
    def owes(self) -> bool:
        """Whether answers wait to be sent; `next` gives these first."""
        return bool(self._answers)

    def follow(self, stream: Stream, after: int) -> None:
        """Send what the stream has after number `after` from now on; raises `FrameError` at the limit."""
        own = len(self._following) - ("" in self._following)
        if stream.name and stream.name not in self._following and own >= self.limits.conversations_per_client:
            message = f"this connection follows {own} conversations already; 'leave' one first"
            raise FrameError("backpressure", message, conversation=stream.name)
        self._following[stream.name] = (stream, after)
        stream.followers.add(self.wake)
        self.wake()

    def follows(self, stream: Stream) -> bool:
        return stream.name in self._following

    def leave(self, name: str, now: float) -> bool:
        """Follow it no longer; False if it wasn't followed."""
        stream, _ = self._following.pop(name, (None, 0))
        if stream is None:
            return False
        stream.followers.discard(self.wake)
        stream.idle_since = now
        return True

    def leave_all(self, now: float) -> None:
        for name in list(self._following):
            self.leave(name, now)

    @property
    def sent(self) -> bool:
        """Whether `next` has nothing left."""
        return not self._answers and all(seen == stream.last for stream, seen in self._following.values())

    def next(self) -> str | None:
        """The next frame for this client: answers first, then the conversations in turns; None: all sent."""
        if self._answers:
            text = self._answers.popleft()
            self._waiting -= len(text)
            return text
        for name, (stream, seen) in self._following.items():
            if seen == stream.last:
                continue
            if not stream.holds_after(seen):
                self._following[name] = (stream, stream.last)
                return self.missed(stream)
            kept = stream.after(seen)
            if kept is not None:
                del self._following[name]  # to the end of the line: no conversation starves another
                self._following[name] = (stream, kept.seq)
                return kept.text
        return None


def zero_state() -> dict[str, Any]:
    """The state of a conversation that isn't known here (any more)."""
    return {"seq": 0, "oldest": 1, "running": False, "turn": "", "said": ""}
