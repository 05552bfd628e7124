"""The harness's frames: what a client may send, and what it gets. No input, output or clock in here.

Every frame is one JSON object, the envelope: `v`, `id` (UUIDv7), `ts`, `type`, `seq`, `eof`, `payload`, and
where they apply `re` (the id of the query it belongs to), `conversation` and `ttl`. A client sends `query`
and `heartbeat`; it gets `response`, `event`, `error` and `heartbeat`.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

__all__ = [
    "ERROR_CODES",
    "PROTOCOL_VERSION",
    "QUERIES",
    "WITHOUT_CONVERSATION",
    "Ask",
    "ErrorCode",
    "Frame",
    "FrameError",
    "Heartbeat",
    "Hello",
    "Interrupt",
    "Leave",
    "Query",
    "Request",
    "Reset",
    "Resume",
    "State",
    "parse",
]

PROTOCOL_VERSION: Final = 1
MAX_TEXT: Final = 32_768
MAX_NAME: Final = 128

ErrorCode = Literal[
    "schema", "unknown_type", "unauthorised", "expired", "backpressure", "timeout", "closing", "internal"
]
ERROR_CODES: Final[Mapping[ErrorCode, str]] = MappingProxyType(
    {
        "schema": "not JSON, or a field is missing, unknown or of the wrong type; nothing was done",
        "unknown_type": "no such `type`, or no such query; nothing was done",
        "unauthorised": "a token is needed, or this one is wrong; the connection closes",
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
class Hello:
    """Says who connects. Needed only where a token is, and could not be sent as a Bearer header."""

    do: ClassVar[str] = "hello"
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A turn: `text` is what the person says. The rest chooses for this turn; null is Lila's own choice."""

    do: ClassVar[str] = "ask"
    text: str
    speaker: str | None = None
    persona: str | None = None
    mode: str | None = None
    private: bool = False
    settings: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Stops the conversation's turn. `said`: what was heard of it, where a voice knows better."""

    do: ClassVar[str] = "interrupt"
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Forgets what was said in the conversation, not what is remembered."""

    do: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True)
class Resume:
    """Follows the conversation again, from the event after number `after` of that `session`."""

    do: ClassVar[str] = "resume"
    after: int
    session: str


@dataclass(frozen=True, slots=True)
class State:
    """Asks where the conversation stands."""

    do: ClassVar[str] = "state"


@dataclass(frozen=True, slots=True)
class Leave:
    """Stops following the conversation; a turn that runs in it goes on."""

    do: ClassVar[str] = "leave"


Request = Hello | Ask | Interrupt | Reset | Resume | State | Leave
QUERIES: Final[Mapping[str, type[Request]]] = MappingProxyType(
    {kind.do: kind for kind in (Hello, Ask, Interrupt, Reset, Resume, State, Leave)}
)
WITHOUT_CONVERSATION: Final = ("hello", "resume")
"""`resume` without one follows what happens outside turns."""


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


def parse(raw: str | bytes) -> Query | Heartbeat:
    """The frame that a client sent. Raises `FrameError`."""
    data = _envelope(raw)
    own = data["id"]
    if data["type"] == "heartbeat":
        return Heartbeat(own)
    if data["type"] != "query":
        raise FrameError(
            "unknown_type", f"a client sends query or heartbeat, not {_short(data['type'])}", re=own
        )
    conversation = data.get("conversation", "")
    payload = data.get("payload")
    try:
        if not isinstance(payload, dict):
            raise FrameError("schema", "payload must be an object with a field 'do'")
        do = payload.get("do")
        if not isinstance(do, str) or do not in QUERIES:
            raise FrameError("unknown_type", f"no query {_short(do)}; there are {', '.join(QUERIES)}")
        if not conversation and do not in WITHOUT_CONVERSATION:
            raise FrameError("schema", f"'{do}' needs a conversation: any name of your choice")
        request = _request(QUERIES[do], payload)
    except FrameError as error:
        raise FrameError(error.code, error.message, re=own, conversation=conversation) from None
    return Query(own, conversation, request, data.get("ttl"), _stamp(data.get("ts")))


def _envelope(raw: str | bytes) -> dict[str, Any]:
    if isinstance(raw, bytes):
        raise FrameError("schema", "frames are JSON text, not binary")
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FrameError("schema", "the frame isn't JSON") from None
    if not isinstance(data, dict):
        raise FrameError("schema", "a frame is a JSON object")
    own = data.get("id")
    if not _is_name(own) or not own:
        raise FrameError("schema", f"id must be text of 1 to {MAX_NAME} characters")
    if data.get("v") != PROTOCOL_VERSION or isinstance(data["v"], bool):
        raise FrameError("schema", f"v must be {PROTOCOL_VERSION}, the version that is spoken here", re=own)
    if not isinstance(data.get("type"), str):
        raise FrameError("schema", "type must be text", re=own)
    if not _is_name(data.get("conversation", "")):
        raise FrameError("schema", f"conversation must be text of at most {MAX_NAME} characters", re=own)
    ttl = data.get("ttl", 0)
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or not 0 <= ttl <= 86_400:
        raise FrameError("schema", "ttl must be seconds, from 0 to 86400", re=own)
    if not isinstance(data.get("ts", ""), str):
        raise FrameError("schema", "ts must be a time as text, such as 2026-11-21T08:30:00Z", re=own)
    unknown = sorted(set(data) - _ENVELOPE)
    if unknown:
        raise FrameError("schema", f"unknown field {_short(unknown[0])} in the frame", re=own)
    return data


_ENVELOPE: Final = {
    "v",
    "id",
    "ts",
    "ttl",
    "type",
    "re",
    "conversation",
    "seq",
    "eof",
    "payload",
    "from",
    "to",
}


def _request(kind: type[Request], payload: Mapping[str, Any]) -> Request:
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    known = {item.name: item for item in dataclasses.fields(kind)}
    for name, value in payload.items():
        if name == "do":
            continue
        if name not in known:
            raise FrameError(
                "schema", f"'{kind.do}' has no field {_short(name)}; it has {', '.join(known) or 'none'}"
            )
        values[name] = _value(hints[name], value, name)
    for name, item in known.items():
        default = item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
        if name not in values and not default:
            raise FrameError("schema", f"'{kind.do}' needs the field '{name}'")
    return kind(**values)


def _value(hint: Any, value: Any, name: str) -> Any:
    if hint == str | None and value is None:
        return None
    if hint in (str, str | None):
        limit = MAX_TEXT if name in ("text", "token", "said") else MAX_NAME
        if not isinstance(value, str) or len(value) > limit:
            raise FrameError("schema", f"'{name}' must be text of at most {limit} characters")
        if name == "text" and not value.strip():
            raise FrameError("schema", "'text' is empty; say something")
        return value
    if hint is bool:
        if not isinstance(value, bool):
            raise FrameError("schema", f"'{name}' must be true or false")
        return value
    if hint is int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
            raise FrameError("schema", f"'{name}' must be a whole number, 0 or more")
        return value
    scalars = isinstance(value, dict) and all(
        isinstance(each, int | float) or (isinstance(each, str) and len(each) <= 1024)
        for each in value.values()
    )
    if not scalars or len(value) > 32:
        raise FrameError("schema", f"'{name}' must be an object of at most 32 numbers, texts or truth values")
    return dict(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NAME and value.isprintable()


def _stamp(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when.timestamp() if when.tzinfo else None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return "'" + (text if len(text) <= 40 else text[:39] + "…") + "'"
