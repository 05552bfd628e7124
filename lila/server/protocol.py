"""The harness's frames and error codes. No input, output or clock in here.

Every frame is one JSON object, the envelope: `v`, `id` (UUIDv7), `ts`, `type`, `seq`, `eof`, `payload`, and
where they apply `re` (the id of the query it belongs to), `conversation` and `ttl`. A client sends `query`
and `heartbeat`; it gets `response`, `event`, `error` and `heartbeat`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from lila.server.requests import Request

__all__ = [
    "ERROR_CODES",
    "PROTOCOL_VERSION",
    "ErrorCode",
    "Frame",
    "FrameError",
    "Heartbeat",
    "Query",
]

PROTOCOL_VERSION: Final = 1

ErrorCode = Literal[
    "schema",
    "unknown_type",
    "unauthorised",
    "bad_value",
    "memory",
    "expired",
    "backpressure",
    "timeout",
    "closing",
    "internal",
]
ERROR_CODES: Final[Mapping[ErrorCode, str]] = MappingProxyType(
    {
        "schema": "not JSON, or a field is missing, unknown or of the wrong type; nothing was done",
        "unknown_type": "no such `type`, or no such query; nothing was done",
        "unauthorised": "a token is needed, or this one is wrong; the connection closes",
        "bad_value": "a name that Lila doesn't know; the message says which she does",
        "memory": "the memory can't be read or changed now; the message says why",
        "expired": "the query came after its `ttl`, or the events asked for are gone (`state` says more)",
        "backpressure": "a limit was reached: try later, or read faster (`state` says what was missed)",
        "timeout": "the turn waited or ran too long",
        "closing": "Lila is going to sleep and takes no more queries",
        "internal": "something broke in Lila; her own log says what",
    }
)


class FrameError(Exception):
    """What a client sent can't be used: the code and the sentence of the error frame that answers it."""

    def __init__(self, code: ErrorCode, message: str, *, re: str = "", conversation: str = "") -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.re = re
        self.conversation = conversation


@dataclass(frozen=True, slots=True)
class Query:
    """A client's query, valid. `ttl`: seconds after `ts` (Unix seconds) in which it must start."""

    id: str
    conversation: str
    request: Request
    ttl: float | None = None
    ts: float | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A client's heartbeat; it is answered by one with `re`."""

    id: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of the server's."""

    type: Literal["response", "event", "error", "heartbeat"]
    id: str
    ts: datetime
    payload: Mapping[str, Any]
    re: str = ""
    conversation: str = ""
    seq: int = 0
    """Events: their number in the conversation, rising by one. Else 0."""
    eof: bool = True
    """Whether nothing more follows to the query; False for all events of a turn but its last."""

    def encode(self) -> str:
        """One line of JSON."""
        stamp = self.ts.astimezone(UTC).isoformat(timespec="milliseconds")
        frame: dict[str, Any] = {"v": PROTOCOL_VERSION, "id": self.id, "ts": stamp, "type": self.type}
        frame |= {"re": self.re, "conversation": self.conversation, "seq": self.seq, "eof": self.eof}
        frame["payload"] = self.payload
        # ASCII escapes: a lone surrogate in somebody's text must not break the frame.
        return json.dumps(frame, separators=(",", ":"))
