"""After a crash: finishes a turn whose line reached the diary but whose operations didn't reach the store.

The line is on the disk before the store commits, so what the diary holds and the store lacks is a turn that was cut
off between the two. Its operations are applied now, with its own words and its own time, once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from lila.forgetting import redact_forgotten
from memory.errors import AlreadyApplied, GrammarError, LilaMemoryError
from memory.grammar import Op, parse_block
from memory.model import OpContext, Outcome
from memory.store import Store
from training_log.errors import TrainingLogError
from training_log.journal import Journal
from training_log.lines import Entry
from training_log.records import TurnRecord

__all__ = ["last_of_runs", "recover"]

logger = logging.getLogger(__name__)

LOOKED_AT = 64
"""Lines at the diary's end: the turn that a crash cut off is the last of its run."""
RECENT_TURNS = 4


def recover(store: Store, journal: Journal) -> tuple[str, ...]:
    """Apply what a crash cut off; returns the turns. What can't be made good now is tried again at the next boot."""
    entries = journal.tail(LOOKED_AT)
    wanted = {each.turn: each for each in _last(entries, store.since) if any(True for _ in _ops(each))}
    missing = store.unapplied(list(wanted)) if wanted else set()
    done: list[str] = []
    for turn, record in wanted.items():
        if turn not in missing:
            continue
        try:
            _finish(store, journal, record, entries)
        except AlreadyApplied:  # by another process that is booting too
            continue
        except (LilaMemoryError, TrainingLogError) as error:
            logger.warning("turn %s was cut off by a crash and can't be made good: %s", turn, error)
            continue
        logger.warning("turn %s was cut off by a crash; its memories are kept now", turn)
        done.append(turn)
    return tuple(done)


def last_of_runs(journal: Journal, since: float) -> list[TurnRecord]:
    """The last turn of each run of Lila, where it was written after `since` and has its words."""
    return _last(journal.tail(LOOKED_AT), since)


def _last(entries: Sequence[Entry], since: float) -> list[TurnRecord]:
    last: dict[str, Entry] = {
        entry.record.session: entry for entry in entries if isinstance(entry.record, TurnRecord)
    }
    return [
        entry.record
        for entry in last.values()
        if isinstance(entry.record, TurnRecord) and not entry.redacted and entry.at.timestamp() >= since
    ]


def _finish(store: Store, journal: Journal, record: TurnRecord, entries: Sequence[Entry]) -> None:
    context = OpContext(
        turn_id=record.turn,
        speaker=record.person,
        source_text=record.text,
        trusted=record.mode != "reflection",
        recent=_said_before(record, entries),
        said_at=record.time.timestamp(),
    )

    def forget(outcomes: Sequence[Outcome]) -> None:
        redact_forgotten(journal, outcomes, record.turn)

    store.apply(list(_ops(record)), context, before_commit=forget)


def _ops(record: TurnRecord) -> Iterator[Op]:
    """The operations that the line says were carried out."""
    for each in record.ops:
        if each.fate == "refused":
            continue
        try:
            yield parse_block(each.block)
        except GrammarError:
            logger.warning("turn %s holds an operation that can't be read any more", record.turn)


def _said_before(record: TurnRecord, entries: Sequence[Entry]) -> tuple[str, ...]:
    said = [
        entry.record.text
        for entry in entries
        if isinstance(entry.record, TurnRecord)
        and not entry.redacted
        and (entry.record.conversation, entry.record.person) == (record.conversation, record.person)
        and entry.record.turn < record.turn
    ]
    return tuple(said[-RECENT_TURNS:])
