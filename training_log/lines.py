"""One line of the diary as bytes: JSON, sealed into a chain of checksums.

A line is an envelope (ids, times, figures) and `said`, the words. The envelope's `hash` covers the hash of
the line before (`prev`), every field of the envelope, and `digest`, which commits to `said`. So the words
can be removed later without breaking the chain, and can't be changed without breaking it. `said` carries
a random salt that goes with it: without the salt, the digest left behind would let anybody test guesses
("was it 4821?") against words that were meant to be forgotten.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast, get_args

from training_log.errors import LineDamaged, RecordInvalid
from training_log.records import (
    SCHEMA_VERSION,
    OpRecord,
    PromptPart,
    Record,
    RedactionRecord,
    SignalKind,
    SignalRecord,
    ToolRecord,
    TurnRecord,
    check,
)

__all__ = [
    "GENESIS",
    "Entry",
    "decode",
    "encode",
    "is_about",
    "parse",
    "prev_of_damaged",
    "redacted",
    "render",
    "seal",
    "sound",
    "written_at",
]

GENESIS: Final = "0" * 64
"""`prev` of the first line of all."""

_OUTSIDE_HASH: Final = ("said", "redacted", "hash")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line, read: its number in the whole log (from 1), when it was written (UTC), and what it says."""

    seq: int
    at: datetime
    record: Record
    redacted: bool
    checksum: str


def encode(record: Record, seq: int, at: datetime, prev: str) -> tuple[bytes, str]:
    """The line, with its newline, and its hash. Raises `RecordInvalid`."""
    check(record)
    envelope, said = _split(record)
    if said is not None:
        said["salt"] = os.urandom(16).hex()
    line: dict[str, Any] = {"v": SCHEMA_VERSION, **envelope}
    line["seq"] = seq
    line["at"] = at.astimezone(UTC).isoformat(timespec="milliseconds")
    line["said"] = said
    try:
        line["digest"] = None if said is None else _sha256(said)
        line["prev"] = prev
        line["hash"] = seal(line)
        return render(line), cast(str, line["hash"])
    except (TypeError, ValueError) as error:
        message = f"The record can't be written as JSON ({error}). Give plain text and finite numbers."
        raise RecordInvalid(message) from error


def seal(line: Mapping[str, Any]) -> str:
    """The hash that the line ought to have."""
    return _sha256({key: value for key, value in line.items() if key not in _OUTSIDE_HASH})


def render(line: Mapping[str, Any]) -> bytes:
    """The bytes of a line: readable UTF-8, or ASCII escapes where the text isn't proper Unicode."""
    try:
        return (json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(line, allow_nan=False, separators=(",", ":")) + "\n").encode("ascii")


def parse(raw: bytes) -> dict[str, Any]:
    """The line as an object with the fields that every line has. Raises `LineDamaged`."""
    try:
        line = json.loads(raw, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise LineDamaged(f"not JSON: {error}") from None
    if not isinstance(line, dict):
        raise LineDamaged("not a JSON object")
    if not isinstance(line.get("v"), int) or line["v"] > SCHEMA_VERSION:
        raise LineDamaged(f"format {line.get('v')!r} is unknown to this Lila; a newer one may read it")
    for key, kind in (("seq", int), ("at", str), ("kind", str), ("prev", str), ("hash", str)):
        if not isinstance(line.get(key), kind):
            raise LineDamaged(f"{key!r} is missing or of the wrong type")
    turns = line.get("turns") if line["kind"] == "redaction" else [line.get("turn"), line.get("source", "")]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise LineDamaged("the turn's id is missing or of the wrong type")
    return cast("dict[str, Any]", line)


def sound(line: Mapping[str, Any]) -> str | None:
    """What is wrong with the line by itself, or None."""
    if seal(line) != line["hash"]:
        return "its fields don't match its checksum"
    said = line.get("said")
    if said is not None and _sha256(said) != line.get("digest"):
        return "its words don't match their checksum"
    if said is None and line.get("digest") is not None and "redacted" not in line:
        return "its words are gone without a redaction"
    return None


def redacted(line: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The same line without its words; its hash still holds."""
    mark = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return {**line, "said": None, "redacted": mark}


def is_about(line: Mapping[str, Any], turns: frozenset[str]) -> bool:
    """Whether the line holds words of these turns: the turn itself, or a signal about it or said in it."""
    return line["kind"] != "redaction" and (line.get("turn") in turns or line.get("source") in turns)


def prev_of_damaged(raw: bytes) -> str:
    """What the line after an unreadable one gives as `prev`, so that the chain goes on over the damage."""
    return "damaged:" + hashlib.sha256(raw.rstrip(b"\n")).hexdigest()


def decode(line: Mapping[str, Any]) -> Entry:
    """The entry of a parsed line. Raises `LineDamaged`."""
    try:
        record = _join(line, line.get("said") or {})
        return Entry(line["seq"], written_at(line), record, "redacted" in line, line["hash"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LineDamaged(f"a field is missing or of the wrong type: {error}") from None


def written_at(line: Mapping[str, Any]) -> datetime:
    """When the line was written. Raises `ValueError` if it doesn't say."""
    at = datetime.fromisoformat(line["at"])
    if at.tzinfo is None:
        raise ValueError("'at' has no zone")
    return at


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _sha256(value: object) -> str:
    # ASCII escapes and sorted keys: one spelling for one value, whatever the line looks like.
    text = json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _split(record: Record) -> tuple[dict[str, Any], dict[str, Any] | None]:
    if isinstance(record, TurnRecord):
        return _turn_envelope(record), _turn_words(record)
    when = record.time.isoformat()
    if isinstance(record, SignalRecord):
        envelope = {"kind": "signal", "turn": record.turn, "signal": record.kind, "source": record.source}
        envelope |= {"conversation": record.conversation, "person": record.person, "time": when}
        return envelope, {"text": record.text}
    return {"kind": "redaction", "turns": list(record.turns), "time": when}, None


def _turn_envelope(turn: TurnRecord) -> dict[str, Any]:
    return {
        "kind": "turn",
        "turn": turn.turn,
        "session": turn.session,
        "conversation": turn.conversation,
        "person": turn.person,
        "time": turn.time.isoformat(),
        "persona": turn.persona,
        "mode": turn.mode,
        "used": list(turn.used),
        "backend": turn.backend,
        "model": turn.model,
        "model_digest": turn.model_digest,
        "adapter": turn.adapter,
        "confidence": turn.confidence,
        "interrupted": turn.interrupted,
        "timings": dict(turn.timings),
    }


def _turn_words(turn: TurnRecord) -> dict[str, Any]:
    return {
        "text": turn.text,
        "reply": turn.reply,
        "prompt": [{"kind": part.kind, "digest": part.digest, "ids": list(part.ids)} for part in turn.prompt],
        "ops": [
            {
                "kind": op.kind,
                "block": op.block,
                "fate": op.fate,
                "ids": list(op.ids),
                "namespace": op.namespace,
                "message": op.message,
            }
            for op in turn.ops
        ],
        "tools": [
            {"name": tool.name, "arguments": dict(tool.arguments), "result": tool.result, "ok": tool.ok}
            for tool in turn.tools
        ],
    }


def _join(line: Mapping[str, Any], said: Mapping[str, Any]) -> Record:
    when = datetime.fromisoformat(line["time"])
    match line["kind"]:
        case "turn":
            return _turn(line, said, when)
        case "signal":
            if line["signal"] not in get_args(SignalKind):
                raise ValueError(f"unknown signal {line['signal']!r}")
            return SignalRecord(
                turn=line["turn"],
                kind=cast(SignalKind, line["signal"]),
                time=when,
                conversation=line["conversation"],
                person=line["person"],
                text=said.get("text", ""),
                source=line["source"],
            )
        case "redaction":
            return RedactionRecord(tuple(line["turns"]), when)
        case other:
            raise ValueError(f"unknown kind {other!r}")


def _turn(line: Mapping[str, Any], said: Mapping[str, Any], when: datetime) -> TurnRecord:
    return TurnRecord(
        turn=line["turn"],
        session=line["session"],
        conversation=line["conversation"],
        person=line["person"],
        time=when,
        persona=line["persona"],
        mode=line["mode"],
        used=tuple(line["used"]),
        backend=line["backend"],
        model=line["model"],
        model_digest=line["model_digest"],
        adapter=line["adapter"],
        confidence=line["confidence"],
        interrupted=line["interrupted"],
        timings=line["timings"],
        text=said.get("text", ""),
        reply=said.get("reply", ""),
        prompt=tuple(PromptPart(**{**part, "ids": tuple(part["ids"])}) for part in said.get("prompt", ())),
        ops=tuple(OpRecord(**{**op, "ids": tuple(op["ids"])}) for op in said.get("ops", ())),
        tools=tuple(ToolRecord(**tool) for tool in said.get("tools", ())),
    )
