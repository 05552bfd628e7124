"""The one vocabulary of every door: what happens in a turn, as frozen values.

A turn's events carry its id in `turn` and count up in `seq` from 0 without gaps, so a door that lost its
connection can resume after the last one it saw. Events outside any turn (a timer that rings) have
`turn == ""` and count on their own. Doors render events; they add no meaning.

The JSON form is one flat object: `{"v": 1, "type": "text_delta", "turn": "…", "seq": 3, "text": "…"}`.
`EVENT_VERSION` grows when a reader of the old form would misread the new one; a new optional field does not
change it, and `from_json` ignores fields that it doesn't know.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lila.errors import EventFormatError
from lila.plain import build, object_schema, plain

__all__ = [
    "EVENT_TYPES",
    "EVENT_VERSION",
    "Error",
    "Event",
    "Interrupted",
    "MemoriesRecalled",
    "MemoryOp",
    "Notice",
    "OpApplied",
    "OpProposed",
    "OpRefused",
    "RecalledMemory",
    "Sentence",
    "TextDelta",
    "ThinkingDelta",
    "TimerRang",
    "ToolCalled",
    "ToolReturned",
    "TurnDone",
    "TurnStarted",
    "from_json",
    "json_schema",
    "to_json",
]

EVENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class RecalledMemory:
    """One memory that entered the prompt; `score` is 0..1, higher is nearer."""

    id: int
    namespace: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class MemoryOp:
    """A memory operation as doors see it; fields that an operation doesn't have are empty.

    `kind` is store, recall, consolidate, forget, conflict, episode or reflect.
    """

    kind: str
    namespace: str = ""
    content: str = ""
    tags: tuple[str, ...] = ()
    query: str = ""
    description: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What every event has: `turn` (its id, "" outside a turn) and `seq` (counts up from 0 in the turn)."""

    type: ClassVar[str] = "event"
    turn: str
    seq: int


@dataclass(frozen=True, slots=True)
class TurnStarted(Event):
    """A person's words were taken up."""

    type: ClassVar[str] = "turn_started"
    conversation: str
    speaker: str
    persona: str
    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class MemoriesRecalled(Event):
    """What passed the relevance gate and entered the prompt, best first; may be empty."""

    type: ClassVar[str] = "memories_recalled"
    memories: tuple[RecalledMemory, ...]


@dataclass(frozen=True, slots=True)
class TextDelta(Event):
    """More of the reply. All deltas of a turn, joined, are the reply."""

    type: ClassVar[str] = "text_delta"
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta(Event):
    """More of what Lila thinks and does not say (reflection mode, a model's own reasoning)."""

    type: ClassVar[str] = "thinking_delta"
    text: str


@dataclass(frozen=True, slots=True)
class OpProposed(Event):
    """A memory operation is asked for, by the model or by the person's plain answer; nothing has changed yet."""

    type: ClassVar[str] = "op_proposed"
    op: MemoryOp


@dataclass(frozen=True, slots=True)
class OpApplied(Event):
    """The store took an operation.

    `fate` is applied, strengthened, contested, resolved, superseded, forgotten or pending; `ids` are the
    memories touched, `namespace` where they are now, `message` a sentence or "".
    """

    type: ClassVar[str] = "op_applied"
    op: MemoryOp
    fate: str
    ids: tuple[int, ...]
    namespace: str
    message: str


@dataclass(frozen=True, slots=True)
class OpRefused(Event):
    """An operation was not carried out; `reason` is a sentence."""

    type: ClassVar[str] = "op_refused"
    op: MemoryOp
    reason: str


@dataclass(frozen=True, slots=True)
class ToolCalled(Event):
    """A tool is about to run; `call` numbers the calls of a turn from 1."""

    type: ClassVar[str] = "tool_called"
    call: int
    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ToolReturned(Event):
    """A tool answered (`ok`), refused or failed; `text` is what the model gets to read."""

    type: ClassVar[str] = "tool_returned"
    call: int
    text: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Sentence(Event):
    """A whole sentence of the reply, as soon as it is whole: what a voice speaks."""

    type: ClassVar[str] = "sentence"
    text: str


@dataclass(frozen=True, slots=True)
class Interrupted(Event):
    """The person cut in; `said` is what of the reply had been said by then."""

    type: ClassVar[str] = "interrupted"
    said: str


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Something the person should know that is not part of the reply (a hand-over, a late timer)."""

    type: ClassVar[str] = "notice"
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TimerRang(Event):
    """A timer is due; `message` is the sentence to say."""

    type: ClassVar[str] = "timer_rang"
    timer: int
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class TurnDone(Event):
    """The turn is over and its record is on disk.

    `text` is the whole reply; `confidence` 0..1, or None where the backend gives no token probabilities;
    `used` the ids of recalled memories that the reply rests on; `timings` in seconds by stage.
    """

    type: ClassVar[str] = "turn_done"
    text: str
    confidence: float | None
    used: tuple[int, ...]
    backend: str
    should_speak: bool
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Error(Event):
    """The turn failed and nothing of it was kept; `message` says what to do next."""

    type: ClassVar[str] = "error"
    code: str
    message: str


EVENT_TYPES: Mapping[str, type[Event]] = types.MappingProxyType(
    {
        kind.type: kind
        for kind in (
            TurnStarted,
            MemoriesRecalled,
            TextDelta,
            ThinkingDelta,
            OpProposed,
            OpApplied,
            OpRefused,
            ToolCalled,
            ToolReturned,
            Sentence,
            Interrupted,
            Notice,
            TimerRang,
            TurnDone,
            Error,
        )
    }
)


def to_json(event: Event) -> dict[str, Any]:
    """The event's JSON form: only dicts, lists, strings, numbers, booleans and None."""
    return {"v": EVENT_VERSION, "type": event.type, **plain(event)}


def from_json(data: object) -> Event:
    """The event of a JSON form; raises EventFormatError with the place of the fault."""
    if not isinstance(data, Mapping):
        raise EventFormatError("an event must be a JSON object")
    version, kind = data.get("v"), data.get("type")
    if version != EVENT_VERSION:
        raise EventFormatError(
            f"event version {version!r} is not supported; this Lila speaks {EVENT_VERSION}"
        )
    if not isinstance(kind, str) or kind not in EVENT_TYPES:
        raise EventFormatError(f"unknown event type {kind!r}; known: {', '.join(EVENT_TYPES)}")
    event = build(EVENT_TYPES[kind], data, kind)
    assert isinstance(event, Event)
    return event


def json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) of every event, made from the types above."""
    definitions: dict[str, Any] = {}
    for kind, cls in EVENT_TYPES.items():
        schema = object_schema(cls, definitions)
        schema["properties"] = {"v": {"const": EVENT_VERSION}, "type": {"const": kind}} | schema["properties"]
        schema["required"] = ["v", "type", *schema["required"]]
        definitions[cls.__name__] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Lila events, version {EVENT_VERSION}",
        "oneOf": [{"$ref": f"#/$defs/{cls.__name__}"} for cls in EVENT_TYPES.values()],
        "$defs": definitions,
    }
