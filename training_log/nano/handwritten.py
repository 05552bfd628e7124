"""Sentences written by hand, and the judge of what Lila made of them.

`handwritten.txt` beside this file is kept apart from training: no generator reads it. A case is right when the one
thing that should have happened did, nothing else was written to the memory, and every word that had to be in the
content, the query, the arguments or the reply is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Case", "Deed", "judge", "load_cases"]

_FILE = Path(__file__).with_name("handwritten.txt")
_WRITES = {"store", "consolidate", "episode", "conflict", "forget", "reflect", "pending"}
_OPERATION = {"update": {"consolidate"}, "restate": {"store"}, "about": {"recall"}, "forget": {"forget"}}


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence and what must come of it; `needed` holds alternatives per word, any one of which will do."""

    line: int
    kind: str
    detail: str
    """The namespace after "store:", the tool after "tool:"; else empty."""
    say: str
    needed: tuple[tuple[str, ...], ...]
    memories: tuple[str, ...]
    before: tuple[str, str] | None
    """The turn before: what the person said, what Lila answered."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something Lila did in a turn: a memory operation or a tool call, with its words."""

    kind: str
    """A memory operation's kind; "conflict" for what became contested, "pending" for what waits; or "tool"."""
    detail: str
    """The namespace, or the tool's name."""
    words: str
    """Content, query, description or arguments."""


def load_cases(path: Path = _FILE) -> list[Case]:
    """The cases of a file; raises ValueError with the line that can't be read."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            cases.append(_case(number, line))
    return cases


def judge(case: Case, deeds: Sequence[Deed], reply: str) -> str | None:
    """None if the turn was right, else what was wrong with it, in a few words."""
    tools = [deed for deed in deeds if deed.kind == "tool"]
    writes = [deed for deed in deeds if deed.kind in _WRITES]
    if not reply.strip():
        return "no reply"
    match case.kind:
        case "store":
            return _judge_store(case, writes, tools)
        case "conflict" | "resolve":
            # What was done to the memory is what the person is told: both values, or the one that won.
            if not any(deed.kind in ("conflict", "store", "consolidate") for deed in writes):
                return "no conflict noticed" if case.kind == "conflict" else "not resolved"
            return _lacks(case.needed, reply)
        case "update" | "restate" | "about" | "forget":
            return _judge_operation(case, deeds, reply)
        case "tool":
            return _judge_tool(case, writes, tools)
        case "recall" | "unknown" | "beyond" | "talk":
            return _stray(writes, tools) or _lacks(case.needed, reply)
        case _:
            return _stray(writes, [])


def _judge_store(case: Case, writes: Sequence[Deed], tools: Sequence[Deed]) -> str | None:
    kind = "episode" if case.detail == "episodic" else "store"
    if not writes:
        return "nothing stored"
    if tools:
        return f"a tool was called: {tools[0].detail}"
    wrong = [deed for deed in writes if deed.kind not in (kind, "store") or deed.detail != case.detail]
    if wrong:
        return f"{wrong[0].kind} in {wrong[0].detail or 'no namespace'}"
    return _lacks(case.needed, " ".join(deed.words for deed in writes))


def _judge_operation(case: Case, deeds: Sequence[Deed], reply: str) -> str | None:
    wanted = _OPERATION[case.kind]
    done = [deed for deed in deeds if deed.kind in wanted]
    others = [deed for deed in deeds if deed.kind in _WRITES | {"tool"} and deed.kind not in wanted]
    if not done:
        return f"no {'/'.join(sorted(wanted))}" + (f" but {others[0].kind}" if others else "")
    if others:
        return f"also {others[0].kind}"
    return _lacks(case.needed, " ".join(deed.words for deed in done))


def _judge_tool(case: Case, writes: Sequence[Deed], tools: Sequence[Deed]) -> str | None:
    called = [deed for deed in tools if deed.detail == case.detail]
    if not called:
        return f"called {tools[0].detail}" if tools else "no tool was called"
    if writes and case.detail != "schedule_add":
        return f"also {writes[0].kind}"
    return _lacks(case.needed, " ".join(deed.words for deed in called))


def _stray(writes: Sequence[Deed], tools: Sequence[Deed]) -> str | None:
    if writes:
        return f"{writes[0].kind}: {writes[0].words}"
    return f"called {tools[0].detail}" if tools else None


def _lacks(needed: Iterable[tuple[str, ...]], text: str) -> str | None:
    plain = _plain(text)
    missing = [
        alternatives for alternatives in needed if not any(_plain(each) in plain for each in alternatives)
    ]
    return f"lacks {'/'.join(missing[0])!r} in {text!r}" if missing else None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\s]+", " ", text.casefold().replace("’", "'")).split())


def _case(number: int, line: str) -> Case:
    fields = [field.strip() for field in line.split("|")]
    if len(fields) < 3 or len(fields) > 5:
        raise ValueError(f"handwritten.txt:{number}: three to five fields are expected, found {len(fields)}")
    fields += [""] * (5 - len(fields))
    kind, _, detail = fields[0].partition(":")
    needed = tuple(tuple(word.strip().split("/")) for word in fields[2].split(";") if word.strip())
    memories = tuple(part.partition(":")[2].strip() for part in fields[3].split(" ; ") if part.strip())
    person, arrow, lila = fields[4].partition(" > ")
    return Case(number, kind, detail, fields[1], needed, memories, (person, lila) if arrow else None)
