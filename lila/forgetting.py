"""Forgetting reaches beyond the store: the diary's words go too. One place for every door that can forget."""

from __future__ import annotations

from collections.abc import Sequence

from memory.model import Outcome
from training_log.journal import Journal
from training_log.records import TurnRecord

__all__ = ["redact_forgotten"]


def redact_forgotten(journal: Journal, outcomes: Sequence[Outcome], turn: str = "") -> tuple[str, ...]:
    """Remove from the diary the words of every turn that said, changed or used a memory now forgotten.

    `turn` is the one that asked for it, whose own words stay. Returns these turns. Nothing happens where nothing was forgotten. Raises `JournalUnwritable`.
    """
    forgotten = [each for each in outcomes if each.fate == "forgotten"]
    if not forgotten:
        return ()
    said = [turn for each in forgotten for turn in each.turns]
    gone = {number for each in forgotten for number in each.ids}
    # A turn that had the memory in its prompt may have said it aloud, in a reply that the store knows nothing of.
    heard = [
        entry.record.turn
        for entry in journal.read()
        if isinstance(entry.record, TurnRecord) and not entry.redacted and _touches(entry.record, gone)
    ]
    turns = tuple(each for each in dict.fromkeys([*said, *heard]) if each != turn)
    journal.redact(turns)
    return turns


def _touches(turn: TurnRecord, gone: set[int]) -> bool:
    return not gone.isdisjoint(turn.used) or any(not gone.isdisjoint(op.ids) for op in turn.ops)
