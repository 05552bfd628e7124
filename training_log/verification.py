"""Reads the whole diary and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from training_log import lines
from training_log.errors import LineDamaged
from training_log.lines import GENESIS

__all__ = ["Problem", "ProblemKind", "VerifyReport", "verify_files"]

ProblemKind = Literal[
    "unreadable", "edited", "torn", "duplicate", "gap", "order", "wrong_month", "unfinished"
]
"""edited: a line or its words were changed. order: a line stands where it was not written. gap: lines are
missing. unfinished: a redaction that is recorded but not carried out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` counts from 1 inside the file; 0 means the file as a whole."""

    file: str
    line: int
    kind: ProblemKind
    message: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` found; `aside` counts pieces of torn lines that were moved to the side files."""

    files: int = 0
    lines: int = 0
    turns: int = 0
    signals: int = 0
    redacted: int = 0
    aside: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class _Walk:
    """Where the walk along the chain stands."""

    lines: int = 0
    turns: int = 0
    signals: int = 0
    redacted: int = 0
    seq: int = 0
    prev: str = GENESIS
    at: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    hidden: list[tuple[str, int, set[str]]] = field(default_factory=list)
    shown: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def verify_files(files: Sequence[Path], head_seq: int, head_hash: str) -> VerifyReport:
    """Walk the chain through `files` (oldest first). `head_seq`, `head_hash`: the last line reported done."""
    walk = _Walk()
    for path in files:
        _check_file(walk, path, head_seq, head_hash)
    if walk.seq < head_seq:
        name = files[-1].name if files else "log"
        message = f"the log ends at line {walk.seq}, but went on to line {head_seq}: the end was cut off"
        walk.problems.append(Problem(name, 0, "gap", message))
    _check_hidden(walk)
    aside = sum(1 for path in files for piece in _aside(path) if piece)
    problems = tuple(walk.problems)
    return VerifyReport(len(files), walk.lines, walk.turns, walk.signals, walk.redacted, aside, problems)


def _aside(path: Path) -> list[bytes]:
    side = path.with_name(path.name + ".torn")
    return side.read_bytes().split(b"\n") if side.exists() else []


def _check_file(walk: _Walk, path: Path, head_seq: int, head_hash: str) -> None:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            for kind, message in _check_line(walk, path, number, raw):
                walk.problems.append(Problem(path.name, number, kind, message))
            if walk.seq == head_seq and head_seq and head_hash and walk.prev != head_hash:
                message = "this is not the line that was last reported done under its number"
                walk.problems.append(Problem(path.name, number, "edited", message))
                head_hash = ""


def _check_line(walk: _Walk, path: Path, number: int, raw: bytes) -> Iterator[tuple[ProblemKind, str]]:
    if not raw.endswith(b"\n"):
        yield "torn", f"the last line is torn after {len(raw)} bytes; Lila moves it aside when she starts"
        return
    walk.lines += 1
    try:
        line = lines.parse(raw)
        lines.decode(line)
    except LineDamaged as error:
        walk.seq, walk.prev = walk.seq + 1, lines.prev_of_damaged(raw)
        yield "unreadable", str(error)
        return
    fault = lines.sound(line)
    if fault is None and lines.render(line) != raw:
        fault = "it was not written by Lila in this form"
    if fault is not None:
        yield "edited", fault
    yield from _check_place(walk, path, line)
    yield from _check_meaning(walk, path, number, line)


def _check_place(walk: _Walk, path: Path, line: dict[str, Any]) -> Iterator[tuple[ProblemKind, str]]:
    seq, month = line["seq"], line["at"][:7]
    if path.name != f"interactions-{month}.jsonl":
        yield "wrong_month", f"it was written in {month}"
    if seq > walk.seq + 1:
        yield "gap", f"lines {walk.seq + 1} to {seq - 1} are missing"
    elif seq <= walk.seq:
        yield "order", f"line {seq} of the log stands after line {walk.seq}"
    elif line["prev"] != walk.prev and not walk.prev.startswith("damaged:"):
        yield "edited", "it does not continue the line before it"
    if line["at"] < walk.at:
        yield "order", "it is older than the line before it"
    walk.seq, walk.prev, walk.at = max(seq, walk.seq), line["hash"], max(walk.at, line["at"])


def _check_meaning(
    walk: _Walk, path: Path, number: int, line: dict[str, Any]
) -> Iterator[tuple[ProblemKind, str]]:
    if line["kind"] == "redaction":
        yield from _check_redaction(walk, line["turns"])
        return
    turn = line["turn"]
    if line["kind"] == "turn":
        walk.turns += 1
        if turn in walk.seen:
            yield "duplicate", f"turn {turn} is already in {walk.seen[turn]}"
        walk.seen.setdefault(turn, f"{path.name}, line {number}")
    else:
        walk.signals += 1
    about = {turn, line.get("source") or turn}
    if "redacted" in line:
        walk.redacted += 1
        walk.hidden.append((path.name, number, about))
    else:
        walk.shown.update(dict.fromkeys(about, (path.name, number)))


def _check_redaction(walk: _Walk, turns: Sequence[str]) -> Iterator[tuple[ProblemKind, str]]:
    walk.asked.update(turns)
    for turn in turns:
        if turn in walk.shown:
            name, number = walk.shown[turn]
            yield "unfinished", f"it removes the words of {turn}, but {name}, line {number} still has them"


def _check_hidden(walk: _Walk) -> None:
    for name, number, about in walk.hidden:
        if not about & walk.asked:
            message = "its words were removed, but no redaction is recorded for it"
            walk.problems.append(Problem(name, number, "edited", message))
