"""The harness's JSON Schema and the tables of its document, made from the types.

`python -m lila.server.schema` brings docs/harness.schema.json and docs/harness.md up to date.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lila import events
from lila.plain import object_schema
from lila.server import bounds, requests
from lila.server.answers import ANSWERS
from lila.server.protocol import ERROR_CODES, PROTOCOL_VERSION

__all__ = ["harness_schema", "tables", "update", "with_tables"]

BEGIN: Final = "<!-- made by lila.server.schema from the types: begin -->"
END: Final = "<!-- end -->"


def harness_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of every frame in both directions; `$defs` names each."""
    of_events = events.json_schema()
    payloads: dict[str, Any] = {"ErrorPayload": _error_payload(), "StatePayload": _state()}
    queries = {}
    for do, kind in requests.QUERIES.items():
        payloads[f"{kind.__name__}Query"] = _payload(kind)
        queries[do] = f"{kind.__name__}Query"
    answers = _answers(payloads)
    definitions = {
        "ClientFrame": {"oneOf": [_ref("QueryFrame"), _ref("ClientHeartbeat")]},
        "ServerFrame": {
            "oneOf": [_ref(f"{name}Frame") for name in ("Response", "Event", "Error", "Heartbeat")]
        },
        "QueryFrame": _client_frame("query", {"oneOf": [_ref(name) for name in queries.values()]}),
        "ClientHeartbeat": _client_frame("heartbeat", None),
        "ResponseFrame": _server_frame("response", answers),
        "EventFrame": _server_frame("event", _ref("Event")),
        "ErrorFrame": _server_frame("error", _ref("ErrorPayload")),
        "HeartbeatFrame": _server_frame("heartbeat", {"type": "object"}),
        "Event": {"oneOf": of_events["oneOf"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Lila's WebSocket harness, version {PROTOCOL_VERSION}",
        "oneOf": [_ref("ClientFrame"), _ref("ServerFrame")],
        "$defs": {**definitions, **payloads, **of_events["$defs"]},
    }


def tables() -> str:
    """The document's tables: queries, events, error codes."""
    out = ["### Queries", "", "| `do` | fields | what it does |", "|---|---|---|"]
    for do, kind in requests.QUERIES.items():
        hints = typing.get_type_hints(kind)
        names = ", ".join(
            f"`{item.name}`: {_spoken(hints[item.name])}{_optional(item)}" for item in _fields(kind)
        )
        out.append(f"| `{do}` | {names or '–'} | {_sentence(kind)} |")
    out += ["", "### Answers about the memory", "", "| to | fields |", "|---|---|"]
    out += [f"| `{do}` | {_named(answer)} |" for do, answer in ANSWERS.items()]
    out += ["", "| type | fields | what it is |", "|---|---|---|"]
    out += [f"| {part.__name__} | {_named(part)} | {_sentence(part)} |" for part in _parts()]
    out += ["", "### Events", "", "| `type` | fields | when |", "|---|---|---|"]
    for name, event in events.EVENT_TYPES.items():
        hints = typing.get_type_hints(event)
        own = [item for item in _fields(event) if item.name not in ("turn", "seq")]
        names = ", ".join(f"`{item.name}`: {_spoken(hints[item.name])}" for item in own)
        out.append(f"| `{name}` | {names} | {_sentence(event)} |")
    out += ["", "### Error codes", "", "| code | means |", "|---|---|"]
    out += [f"| `{code}` | {meaning} |" for code, meaning in ERROR_CODES.items()]
    return "\n".join(out)


def with_tables(document: str) -> str:
    """The document with its tables up to date."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(harness_schema(), indent=1, ensure_ascii=False) + "\n"


def update(docs: Path) -> None:
    """Write the schema and the tables into the folder `docs`."""
    (docs / "harness.schema.json").write_text(schema_text(), encoding="utf-8")
    document = docs / "harness.md"
    document.write_text(with_tables(document.read_text(encoding="utf-8")), encoding="utf-8")


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _name(limit: int = bounds.MAX_NAME, least: int = 0) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit} | ({"minLength": least} if least else {})


def _client_frame(kind: str, payload: Mapping[str, Any] | None) -> dict[str, Any]:
    own: dict[str, Any] = {
        "v": {"const": PROTOCOL_VERSION},
        "id": _name(least=1),
        "ts": {"type": "string", "format": "date-time"},
        "ttl": {"type": "number", "minimum": 0, "maximum": 86_400},
        "type": {"const": kind},
        "conversation": _name(),
    }
    own |= {"re": {"type": "string"}, "from": {}, "to": {}, "seq": {}, "eof": {}, "payload": payload or {}}
    required = ["v", "id", "type"] + (["payload"] if payload else [])
    return {"type": "object", "properties": own, "required": required, "additionalProperties": False}


def _server_frame(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        "v": {"const": PROTOCOL_VERSION},
        "id": {"type": "string", "minLength": 36, "maxLength": 36, "description": "UUIDv7"},
        "ts": {"type": "string", "format": "date-time"},
        "type": {"const": kind},
        "re": {"type": "string"},
        "conversation": {"type": "string"},
        "seq": {"type": "integer", "minimum": 1 if kind == "event" else 0},
        "eof": {"type": "boolean"},
        "payload": payload,
    }
    return {"type": "object", "properties": own, "required": list(own), "additionalProperties": False}


def _payload(kind: type[requests.Request]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    own: dict[str, Any] = {"do": {"const": requests.name_of(kind)}}
    own |= {item.name: _field(item.name, hints[item.name]) for item in _fields(kind)}
    required = ["do"] + [item.name for item in _fields(kind) if not _optional(item)]
    return {
        "type": "object",
        "description": _sentence(kind),
        "properties": own,
        "required": required,
        "additionalProperties": False,
    }


def _field(name: str, hint: Any) -> dict[str, Any]:
    if hint is str:
        return _name(bounds.longest(name), 1 if name in bounds.NOT_EMPTY else 0)
    if hint == str | None:
        return {"anyOf": [_name(bounds.longest(name)), {"type": "null"}]}
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        least, most = bounds.span(name)
        return {"type": "integer", "minimum": least, "maximum": most}
    each = {"type": ["number", "string", "boolean"], "maxLength": bounds.MAX_SETTING_TEXT}
    each |= {"minimum": -bounds.MAX_SETTING, "maximum": bounds.MAX_SETTING}
    names = {"maxLength": bounds.MAX_NAME}
    own = {"maxProperties": bounds.MAX_SETTINGS, "propertyNames": names, "additionalProperties": each}
    return {"type": "object", **own}


def _answers(definitions: dict[str, Any]) -> dict[str, Any]:
    """Any response has `do`; those about the memory have all their fields."""
    cases = []
    for do, kind in ANSWERS.items():
        definitions[kind.__name__] = object_schema(kind, definitions)
        cases.append(
            {"if": {"properties": {"do": {"const": do}}, "required": ["do"]}, "then": _ref(kind.__name__)}
        )
    return {"type": "object", "required": ["do"], "allOf": cases}


def _parts() -> list[type[Any]]:
    """The types within the answers, each once."""
    hints = [hint for answer in ANSWERS.values() for hint in typing.get_type_hints(answer).values()]
    inner = [each for hint in hints for each in (hint, *typing.get_args(hint))]
    return list(
        dict.fromkeys(each for each in inner if isinstance(each, type) and dataclasses.is_dataclass(each))
    )


def _named(kind: type[Any]) -> str:
    hints = typing.get_type_hints(kind)
    return ", ".join(f"`{item.name}`: {_spoken(hints[item.name])}" for item in _fields(kind))


def _error_payload() -> dict[str, Any]:
    own = {"code": {"enum": list(ERROR_CODES)}, "message": {"type": "string"}, "state": _ref("StatePayload")}
    return {
        "type": "object",
        "properties": own,
        "required": ["code", "message"],
        "additionalProperties": False,
    }


def _state() -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    own = {"seq": whole, "oldest": whole, "running": {"type": "boolean"}}
    own |= {"turn": {"type": "string"}, "said": {"type": "string"}}
    return {"type": "object", "properties": own, "required": list(own), "additionalProperties": False}


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _optional(item: dataclasses.Field[Any]) -> str:
    needed = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    return "" if needed else " (optional)"


def _sentence(kind: type[Any]) -> str:
    text = " ".join((kind.__doc__ or "").split())
    do = next((do for do, query in requests.QUERIES.items() if query is kind), None)
    needed = do is not None and do not in requests.WITHOUT_CONVERSATION
    return text + (" Needs `conversation`." if needed else "")


def _spoken(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_spoken(each) for each in arguments)
    if origin is tuple:
        return f"list of {_spoken(arguments[0])}"
    if origin is not None:
        return "object"
    names = {str: "text", int: "whole number", float: "number", bool: "true/false", types.NoneType: "null"}
    return names.get(hint, getattr(hint, "__name__", "object"))


if __name__ == "__main__":
    update(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "docs")
