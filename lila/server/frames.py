"""The frames that the server sends, each stamped and encoded: answers, errors, events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lila.server.protocol import Frame, FrameError, Query
from lila.server.requests import name_of
from lila.server.resume import Stream
from training_log.records import new_id

__all__ = ["answer", "error_frame", "event_frame", "heartbeat", "missed", "unasked"]


def answer(query: Query, payload: Mapping[str, Any], *, eof: bool = True) -> str:
    """What is answered to a query; `eof` is False where events follow."""
    full = {"do": name_of(type(query.request)), **payload}
    return Frame("response", new_id(), _now(), full, query.id, query.conversation, 0, eof).encode()


def unasked(payload: Mapping[str, Any], re: str = "") -> str:
    """A response outside conversations: the welcome."""
    return Frame("response", new_id(), _now(), payload, re).encode()


def heartbeat(re: str) -> str:
    """The answer to a client's heartbeat."""
    return Frame("heartbeat", new_id(), _now(), {}, re).encode()


def error_frame(error: FrameError, state: Mapping[str, Any] | None = None) -> str:
    """The answer to what can't be taken; `state`: where the conversation stands, for who must go on from it."""
    payload: dict[str, Any] = {"code": error.code, "message": error.message}
    if state is not None:
        payload["state"] = state
    return Frame("error", new_id(), _now(), payload, error.re, error.conversation).encode()


def missed(stream: Stream) -> str:
    """What a reader is told whose next event is no longer kept."""
    message = "you read too slowly, and events were dropped for you; go on from the state"
    error = FrameError("backpressure", message, re=stream.running, conversation=stream.name)
    return error_frame(error, stream.state())


def event_frame(payload: Mapping[str, Any], seq: int, *, re: str = "", name: str = "", last: bool) -> str:
    """Event number `seq` of the conversation `name`, or of what happens outside."""
    return Frame("event", new_id(), _now(), payload, re, name, seq, last).encode()


def _now() -> datetime:
    return datetime.now(UTC)
