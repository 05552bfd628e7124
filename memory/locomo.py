"""Retrieval measured on LoCoMo: which share of a question's evidence turns is among the first k found.

Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents" (2024). The data is CC BY-NC and not part
of Lila: the caller names a copy of `locomo10.json`. Each turn becomes a memory of the real store, with the turns
around it as its context and its session's day as its date; its `query` field, which leaks annotators' text, is never
read. Search is the store's own, without the relevance gate, since every question of the set has an answer.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from memory.database import MemoryFile
from memory.errors import TransferError
from memory.recall import LIVE, Filter, search
from memory.rows import Rows

CUTOFFS = (5, 10, 25)
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open", 4: "single", 5: "adversarial"}
NEIGHBOURS = 2
"""How many turns on each side are a turn's context."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation: its evidence id, who spoke, what, and when (seconds since the epoch)."""

    id: str
    speaker: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall at each cutoff as a share of 1, and latency of one search in milliseconds."""

    questions: int
    turns: int
    recall_at: Mapping[int, float]
    by_category: Mapping[str, Mapping[int, float]]
    p50_ms: float
    p95_ms: float


def evaluate(path: str | Path) -> Figures:
    """Measure retrieval on a user's copy of locomo10.json; raises `TransferError` when it can't be read."""
    try:
        conversations = json.loads(Path(path).read_text(encoding="utf-8"))
        shares: list[tuple[str, dict[int, float]]] = []
        times: list[float] = []
        turns = 0
        for one in conversations:
            said = list(_turns(one["conversation"]))
            turns += len(said)
            _measure(said, one["qa"], shares, times)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TransferError(f"{path} isn't a readable locomo10.json ({type(error).__name__}).") from error
    return _figures(shares, sorted(times), turns)


def _turns(conversation: Mapping[str, object]) -> Iterator[Turn]:
    number = 1
    while f"session_{number}_date_time" in conversation:
        at = _time(str(conversation[f"session_{number}_date_time"]))
        session = conversation.get(f"session_{number}")
        for raw in session if isinstance(session, list) else []:
            caption = raw.get("blip_caption")
            text = f"{raw['text']} ({caption})" if caption else str(raw["text"])
            yield Turn(str(raw["dia_id"]), str(raw["speaker"]), text, at)
        number += 1


def _time(text: str) -> float:
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").timestamp()


def _measure(
    said: Sequence[Turn],
    questions: Sequence[Mapping[str, object]],
    shares: list[tuple[str, dict[int, float]]],
    times: list[float],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = MemoryFile(Path(folder) / "memory.db", time.time)
        try:
            _fill(file, said)
            for question in questions:
                evidence = _evidence(question, {turn.id for turn in said})
                if not evidence:
                    continue
                began = time.perf_counter()
                with file.read() as db:
                    found = search(db, str(question["question"]), Filter(LIVE), max(CUTOFFS), time.time())
                times.append((time.perf_counter() - began) * 1000)
                order = [said[hit.memory.id - 1].id for hit in found]
                share = {k: len(evidence.intersection(order[:k])) / len(evidence) for k in CUTOFFS}
                shares.append((CATEGORIES[int(str(question["category"]))], share))
        finally:
            file.close()


def _evidence(question: Mapping[str, object], known: set[str]) -> set[str]:
    listed = question.get("evidence", [])
    named = re.findall(r"D\d+:\d+", " ".join(map(str, listed if isinstance(listed, list) else [])))
    return set(named) & known


def _fill(file: MemoryFile, said: Sequence[Turn]) -> None:
    with file.write() as db:
        rows = Rows.begin(db, said[-1].at if said else 0.0, "locomo")
        for index, turn in enumerate(said):
            around = [*said[max(0, index - NEIGHBOURS) : index], *said[index + 1 : index + 1 + NEIGHBOURS]]
            rows.insert(_values(turn, around), "stored")


def _values(turn: Turn, around: Sequence[Turn]) -> dict[str, object]:
    return {
        "text": f"{turn.speaker}: {turn.text}", "namespace": "episodic", "home": "episodic", "subject": "",
        "attribute": "", "kind": "episode", "owner": "locomo", "audience": "[]", "source_turn": turn.id,
        "source_text": "", "context": "\n".join(f"{one.speaker}: {one.text}" for one in around),
        "learned_at": turn.at, "valid_from": turn.at, "valid_to": None, "confidence": 1.0, "uses": 0, "repeats": 0,
        "used_at": turn.at, "state": "approved", "reason": "", "superseded_by": None, "conflict": None,
    }  # fmt: skip


def _figures(shares: Sequence[tuple[str, dict[int, float]]], times: Sequence[float], turns: int) -> Figures:
    def mean(chosen: Sequence[dict[int, float]]) -> dict[int, float]:
        return {k: sum(share[k] for share in chosen) / max(1, len(chosen)) for k in CUTOFFS}

    by_category = {name: mean([s for n, s in shares if n == name]) for name in CATEGORIES.values()}
    overall = mean([share for _, share in shares])
    p50, p95 = (times[int(q * (len(times) - 1))] if times else 0.0 for q in (0.5, 0.95))
    return Figures(len(shares), turns, overall, by_category, p50, p95)
