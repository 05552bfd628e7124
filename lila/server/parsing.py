"""A client's frame, read and judged: what is no frame is refused with its place. No input, output or clock."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lila.server import bounds, requests
from lila.server.protocol import PROTOCOL_VERSION, FrameError, Heartbeat, Query

__all__ = ["parse"]


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
        if not isinstance(do, str) or do not in requests.QUERIES:
            asked = _short(do) if isinstance(do, str) else f"of the type {type(do).__name__}"
            raise FrameError("unknown_type", f"no query {asked}; there are {', '.join(requests.QUERIES)}")
        if not conversation and do not in requests.WITHOUT_CONVERSATION:
            raise FrameError("schema", f"'{do}' needs a conversation: any name of your choice")
        request = _request(requests.QUERIES[do], payload)
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
        raise FrameError("schema", f"id must be text of 1 to {bounds.MAX_NAME} characters")
    if data.get("v") != PROTOCOL_VERSION or isinstance(data["v"], bool):
        raise FrameError("schema", f"v must be {PROTOCOL_VERSION}, the version that is spoken here", re=own)
    if not isinstance(data.get("type"), str):
        raise FrameError("schema", "type must be text", re=own)
    if not _is_name(data.get("conversation", "")):
        raise FrameError(
            "schema", f"conversation must be text of at most {bounds.MAX_NAME} characters", re=own
        )
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


def _request(kind: type[requests.Request], payload: Mapping[str, Any]) -> requests.Request:
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    known = {item.name: item for item in dataclasses.fields(kind)}
    for name, value in payload.items():
        if name == "do":
            continue
        if name not in known:
            raise FrameError(
                "schema",
                f"'{requests.name_of(kind)}' has no field {_short(name)}; it has {', '.join(known) or 'none'}",
            )
        values[name] = _value(hints[name], value, name)
    for name, item in known.items():
        default = item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING
        if name not in values and not default:
            raise FrameError("schema", f"'{requests.name_of(kind)}' needs the field '{name}'")
    return kind(**values)


def _value(hint: Any, value: Any, name: str) -> Any:
    if hint == str | None and value is None:
        return None
    if hint in (str, str | None):
        return _text(value, name)
    if hint is bool:
        if not isinstance(value, bool):
            raise FrameError("schema", f"'{name}' must be true or false")
        return value
    if hint is int:
        return _whole_number(value, name)
    return _settings(value, name)


def _text(value: Any, name: str) -> str:
    limit = bounds.longest(name)
    if not isinstance(value, str) or len(value) > limit:
        raise FrameError("schema", f"'{name}' must be text of at most {limit} characters")
    if not _is_unicode(value):
        raise FrameError("schema", f"'{name}' holds half of a surrogate pair, which is no character")
    if name in bounds.NOT_EMPTY and not value.strip():
        raise FrameError("schema", f"'{name}' is empty; say something")
    return value


def _whole_number(value: Any, name: str) -> int:
    least, most = bounds.span(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise FrameError("schema", f"'{name}' must be a whole number from {least} to {most}")
    return value


def _settings(value: Any, name: str) -> dict[str, Any]:
    if (
        not isinstance(value, dict)
        or len(value) > bounds.MAX_SETTINGS
        or not all(_is_setting(key, each) for key, each in value.items())
    ):
        message = (
            f"'{name}' must be an object of at most {bounds.MAX_SETTINGS} numbers, texts or truth values"
        )
        raise FrameError("schema", message)
    return dict(value)


def _is_setting(key: str, value: object) -> bool:
    if not _is_name(key):
        return False
    if isinstance(value, str):
        return len(value) <= bounds.MAX_SETTING_TEXT and _is_unicode(value)
    return isinstance(value, int | float) and abs(value) <= bounds.MAX_SETTING


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= bounds.MAX_NAME and value.isprintable()


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


def _short(text: str) -> str:
    return "'" + (text if len(text) <= 40 else text[:39] + "…") + "'"
