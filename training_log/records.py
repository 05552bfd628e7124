"""What one line of the diary says: a turn, a signal about a turn, or the removal of a turn's words.

Times carry their zone. Ids are UUIDv7 strings: they sort in the order in which they were made.
What a person or Lila said sits in `TurnRecord.text`, `.reply`, `.ops`, `.tools` and `.prompt`; these, and
a signal's `text`, are what a redaction removes. Everything else survives it.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

from training_log.errors import RecordInvalid

__all__ = [
    "SCHEMA_VERSION",
    "OpRecord",
    "PromptPart",
    "Record",
    "RedactionRecord",
    "SignalKind",
    "SignalRecord",
    "ToolRecord",
    "TurnRecord",
    "digest_of",
    "new_id",
]

SCHEMA_VERSION: Final = 1

SignalKind = Literal["correction", "repeat", "thumbs_up", "thumbs_down", "meant"]
"""correction: the person corrected the reply. repeat: asked the same again. meant: "no, I meant …"."""


@dataclass(frozen=True, slots=True)
class PromptPart:
    """One part of the prompt, by reference: what kind, the digest of its text, the ids it came from."""

    kind: str
    """"persona", "tools", "history", "memories", "user" …"""
    digest: str
    """"sha256:" and the hex digest of the part's text."""
    ids: tuple[str, ...] = ()
    """Memory ids or turn ids, as text."""

    @classmethod
    def of(cls, kind: str, text: str, ids: tuple[str, ...] = ()) -> PromptPart:
        """The reference to `text`."""
        return cls(kind, digest_of(text), ids)


@dataclass(frozen=True, slots=True)
class OpRecord:
    """A memory operation that the model proposed, and what became of it."""

    kind: str
    """"store", "recall", "consolidate", "forget", "conflict", "episode", "reflect"."""
    block: str
    """The block exactly as it was generated."""
    fate: str
    """"applied", "strengthened", "contested", "resolved", "superseded", "forgotten", "pending", "refused"."""
    ids: tuple[int, ...] = ()
    """Memory ids that it touched."""
    namespace: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ToolRecord:
    """A tool call and what it gave back."""

    name: str
    arguments: Mapping[str, str]
    result: str
    ok: bool = True


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn, whole. `text` is the person's, `reply` is what was really said (clipped if interrupted)."""

    turn: str
    conversation: str
    person: str
    time: datetime
    """When the turn began, with its zone."""
    text: str
    reply: str
    session: str = ""
    """The run of Lila that answered: one id from boot to close."""
    persona: str = ""
    mode: str = ""
    prompt: tuple[PromptPart, ...] = ()
    ops: tuple[OpRecord, ...] = ()
    tools: tuple[ToolRecord, ...] = ()
    used: tuple[int, ...] = ()
    """Ids of the memories that were in the prompt."""
    backend: str = ""
    model: str = ""
    model_digest: str = ""
    adapter: str = ""
    """Version of the adapter that answered; empty for the bare model."""
    confidence: float | None = None
    interrupted: bool = False
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds, except where the key says otherwise."""


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """Something that arrived later and says how good a turn was."""

    turn: str
    """The turn that it is about."""
    kind: SignalKind
    time: datetime
    conversation: str = ""
    person: str = ""
    text: str = ""
    """The words that carried it, if there were any: "no, I meant Anna"."""
    source: str = ""
    """The turn in which it was said, if it was said in one."""


@dataclass(frozen=True, slots=True)
class RedactionRecord:
    """The words of these turns were removed on purpose."""

    turns: tuple[str, ...]
    time: datetime


Record = TurnRecord | SignalRecord | RedactionRecord


def digest_of(text: str) -> str:
    """ "sha256:" and the hex digest of the UTF-8 of `text` (lone surrogates included)."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_id_lock = threading.Lock()
_last_id = 0


def new_id(now_ms: int | None = None) -> str:
    """A UUIDv7 that sorts after every one made before it in this process (`now_ms`: Unix milliseconds)."""
    global _last_id
    stamp = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    with _id_lock:
        # 48 bits of time and 12 of counter, kept rising even when the clock steps back.
        _last_id = max(_last_id + 1, stamp << 12)
        ordered = _last_id
    tail = int.from_bytes(os.urandom(8), "big") >> 2
    number = (ordered >> 12) << 80 | 0x7 << 76 | (ordered & 0xFFF) << 64 | 0b10 << 62 | tail
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def check(record: Record) -> None:
    """Raise `RecordInvalid` for what the log could not give back as it got it."""
    if record.time.tzinfo is None or record.time.utcoffset() is None:
        raise RecordInvalid("The record's time has no zone. Use datetime.now().astimezone().")
    if isinstance(record, RedactionRecord):
        if not all(record.turns):
            raise RecordInvalid("A redaction needs the ids of the turns. Leave out the empty ones.")
        return
    if not record.turn:
        raise RecordInvalid("The record has no turn id. Make one with training_log.records.new_id().")
    if isinstance(record, SignalRecord) and record.kind not in get_args(SignalKind):
        known = ", ".join(get_args(SignalKind))
        raise RecordInvalid(f"There is no signal named {record.kind!r}. Use one of: {known}.")
