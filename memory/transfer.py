"""Export and import: everything as one JSON document, lossless and versioned.

An import trusts nothing: each row is checked, and a bad one is refused with its reason while the others go in. A row
that contradicts what is approved here comes in as pending.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import cast

from memory.errors import TransferError
from memory.facts import Relation
from memory.grammar import NAMESPACES
from memory.model import APPROVED, CONTESTED, FORGOTTEN, KINDS, PENDING, STATES, ImportReport, Memory
from memory.ops import MAX_TEXT_CHARS
from memory.related import related
from memory.rows import FIELDS, Rows, text_key

FORMAT, VERSION = "lila-memory", 1
MAX_ROWS = 1_000_000
_TEXTS = ("text", "subject", "attribute", "owner", "source_turn", "source_text", "context", "reason")
_TIMES = ("learned_at", "valid_from", "used_at")
_HISTORY = ("change_group", "memory", "at", "action", "actor", "turn", "before", "after", "undone")
_LATEST_S = 4_102_444_800.0  # the year 2100: later times are nonsense, and would never fade
_LONGEST = {"text": MAX_TEXT_CHARS, "source_text": 100_000, "context": 200_000}


class _Refusal(Exception):
    """Why one row can't come in."""


def export(rows: Rows) -> dict[str, object]:
    """The whole store as JSON values: memories of every state, and their history."""
    memories = rows.db.execute(
        f"SELECT id, version, {', '.join(FIELDS)} FROM memories ORDER BY id"
    ).fetchall()
    history = rows.db.execute(f"SELECT {', '.join(_HISTORY)} FROM history ORDER BY id").fetchall()
    return {
        "format": FORMAT,
        "version": VERSION,
        "memories": [{**dict(row), "audience": json.loads(row["audience"])} for row in memories],
        "history": [
            {**dict(row), "before": _load(row["before"]), "after": _load(row["after"])} for row in history
        ],
    }


def import_(rows: Rows, document: object) -> ImportReport:
    """Take in an exported document; raises `TransferError` when it isn't one at all."""
    memories, history = _parts(document)
    newest = int(rows.db.execute("SELECT coalesce(max(id), 0) FROM memories").fetchone()[0])
    fresh = newest == 0
    numbers: dict[int, int] = {}
    refused: list[tuple[int, str]] = []
    known = 0
    accepted: list[tuple[int, dict[str, object], Mapping[str, object]]] = []
    for position, raw in enumerate(memories):
        try:
            accepted.append((position, _checked(raw), cast("Mapping[str, object]", raw)))
        except _Refusal as refusal:
            refused.append((position, str(refusal)))
    for position, values, raw in accepted:
        number = _number(raw.get("id"))
        if number is None or number in numbers:
            refused.append((position, "its id is missing or stands twice"))
        elif fresh:
            _insert_exactly(rows, values, raw, number)
            numbers[number] = number
        elif _is_known(rows, values, newest):
            known += 1
        else:
            numbers[number] = rows.insert(_beside_what_is_known(rows, values, newest), "imported")
    _link(rows, numbers)
    if fresh:
        refused += _take_history(rows, history, set(numbers), len(memories))
    return ImportReport(len(numbers), known, tuple(sorted(refused)))


def _parts(document: object) -> tuple[list[object], list[object]]:
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise TransferError("This isn't an export of Lila's memory.")
    if document.get("version") != VERSION:
        raise TransferError(
            f"This export has version {document.get('version')!r:.20}; this Lila reads {VERSION}."
        )
    memories, history = document.get("memories"), document.get("history", [])
    if not isinstance(memories, list) or not isinstance(history, list) or len(memories) > MAX_ROWS:
        raise TransferError("This export holds no list of memories, or far too many.")
    return memories, history


def _checked(raw: object) -> dict[str, object]:
    """The row's fields, or a refusal."""
    if not isinstance(raw, Mapping):
        raise _Refusal("it is no object")
    unknown = set(raw) - {*FIELDS, "id", "version"}
    missing = set(FIELDS) - set(raw)
    if unknown or missing:
        raise _Refusal(f"fields unknown or missing: {', '.join(sorted(map(str, unknown | missing)))[:80]}")
    values = {name: raw[name] for name in FIELDS}
    for name in _TEXTS:
        _check_text(name, values[name])
    _check_choices(values)
    for name in _TIMES:
        _check_time(name, values[name])
    if values["valid_to"] is not None:
        _check_time("valid_to", values["valid_to"])
    _check_numbers(values)
    audience = values["audience"]
    if not isinstance(audience, list) or not all(isinstance(one, str) for one in audience):
        raise _Refusal("audience isn't a list of names")
    return {**values, "audience": json.dumps(audience)}


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise _Refusal(f"{name} isn't text")
    if "\x00" in value or "<|" in value:
        raise _Refusal(f"{name} holds control characters or special tokens")
    if len(value) > _LONGEST.get(name, 500):
        raise _Refusal(f"{name} is too long")
    if name in ("text", "subject", "attribute", "owner", "source_turn") and "\n" in value:
        raise _Refusal(f"{name} runs over several lines")


def _check_choices(values: Mapping[str, object]) -> None:
    for name, allowed in (
        ("namespace", NAMESPACES),
        ("home", NAMESPACES[:4]),
        ("state", STATES),
        ("kind", KINDS),
    ):
        if values[name] not in allowed:
            raise _Refusal(f"{name} is unknown")
    if (values["state"] == CONTESTED) != (values["namespace"] == "contested"):
        raise _Refusal("state and namespace disagree")
    if bool(str(values["text"]).strip()) == (values["state"] == FORGOTTEN):
        raise _Refusal("a forgotten memory has no text, and any other has one")


def _check_time(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Refusal(f"{name} isn't a time")
    if not 0 <= value <= _LATEST_S:
        raise _Refusal(f"{name} lies outside 1970 to 2100")


def _check_numbers(values: Mapping[str, object]) -> None:
    confidence = values["confidence"]
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise _Refusal("confidence doesn't lie between 0 and 1")
    for name in ("uses", "repeats"):
        if _number(values[name]) is None:
            raise _Refusal(f"{name} isn't a count")
    for name in ("superseded_by", "conflict"):
        if values[name] is not None and _number(values[name]) is None:
            raise _Refusal(f"{name} isn't the number of a memory")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _is_known(rows: Rows, values: Mapping[str, object], newest: int) -> bool:
    """Whether it was on record here before the import, up to memory `newest`, in these words or in others."""
    same = rows.find(
        "owner = ? AND text_key = ? AND home = ? AND state != ? AND id <= ?",
        [values["owner"], text_key(str(values["text"])), values["home"], FORGOTTEN, newest],
    )
    said = any(
        stands in (Relation.SAME, Relation.COVERED) and one.id <= newest
        for one, stands in _related(rows, values)
    )
    return bool(same) or said or values["state"] == FORGOTTEN


def _related(rows: Rows, values: Mapping[str, object]) -> list[tuple[Memory, Relation]]:
    """What holds here about the same thing, and how the row stands to it; nothing for a row that doesn't hold itself."""
    if values["kind"] != "fact" or values["state"] not in (APPROVED, CONTESTED):
        return []
    owner, subject, attribute, text = (
        str(values[name]) for name in ("owner", "subject", "attribute", "text")
    )
    return list(related(rows, owner, subject, attribute, text).values())


def _beside_what_is_known(rows: Rows, values: dict[str, object], newest: int) -> dict[str, object]:
    """The row, waiting for approval where it disagrees with what holds here; the sides of a conflict come in together."""
    against = [one for one, stands in _related(rows, values) if stands is Relation.CONTRADICTS]
    if not any(values["state"] == APPROVED or one.id <= newest for one in against):
        return values
    return {
        **values, "state": PENDING, "namespace": values["home"], "conflict": None,
        "reason": "Imported, and it disagrees with what is known here.",
    }  # fmt: skip


def _insert_exactly(rows: Rows, values: dict[str, object], raw: Mapping[str, object], number: int) -> None:
    """Restore a row under its own number and version; its history comes with the document."""
    rows.insert({**values, "superseded_by": None}, "imported", number)
    rows.db.execute("DELETE FROM history WHERE memory = ?", [number])
    rows.db.execute(
        "UPDATE memories SET version = ?, superseded_by = ? WHERE id = ?",
        [_number(raw.get("version")) or 1, values["superseded_by"], number],
    )
    if values["state"] == FORGOTTEN:
        rows.db.execute("DELETE FROM memory_index WHERE rowid = ?", [number])


def _link(rows: Rows, numbers: Mapping[int, int]) -> None:
    """Point `superseded_by` and `conflict` at the numbers that the rows have here."""
    for new in numbers.values():
        row = rows.db.execute("SELECT superseded_by, conflict FROM memories WHERE id = ?", [new]).fetchone()
        links = (numbers.get(row["superseded_by"]), numbers.get(row["conflict"], row["conflict"]))
        rows.db.execute("UPDATE memories SET superseded_by = ?, conflict = ? WHERE id = ?", [*links, new])


def _take_history(rows: Rows, history: list[object], known: set[int], offset: int) -> list[tuple[int, str]]:
    refused: list[tuple[int, str]] = []
    for position, raw in enumerate(history, start=offset):
        try:
            rows.db.execute(
                f"INSERT INTO history ({', '.join(_HISTORY)}) VALUES ({', '.join('?' * len(_HISTORY))})",
                _history_values(raw, known),
            )
        except _Refusal as refusal:
            refused.append((position, f"history: {refusal}"))
    return refused


def _history_values(raw: object, known: set[int]) -> list[object]:
    if not isinstance(raw, Mapping) or set(raw) != set(_HISTORY):
        raise _Refusal("fields unknown or missing")
    if raw["memory"] not in known or _number(raw["change_group"]) is None or raw["undone"] not in (0, 1):
        raise _Refusal("it belongs to no memory of this document")
    _check_time("at", raw["at"])
    for name in ("action", "actor", "turn"):
        _check_text(name, raw[name])
    for name in ("before", "after"):
        if raw[name] is not None:
            _checked({**cast("Mapping[str, object]", raw[name]), "audience": _audience(raw[name])})
    return [json.dumps(raw[name], ensure_ascii=False) if name in ("before", "after") and raw[name] is not None
            else raw[name] for name in _HISTORY]  # fmt: skip


def _audience(snapshot: object) -> object:
    if not isinstance(snapshot, Mapping) or not isinstance(snapshot.get("audience"), str):
        raise _Refusal("a snapshot can't be read")
    try:
        return json.loads(snapshot["audience"])
    except ValueError:
        raise _Refusal("a snapshot can't be read") from None


def _load(text: str | None) -> object:
    return None if text is None else json.loads(text)
