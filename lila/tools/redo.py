"""After a crash: makes good what tools changed in a turn whose line reached the diary, but whose changes not the shelf.

The line is on the disk before the shelf commits. A turn that a crash cut off between the two has its tools run once
more, with its own words and its own time; only what comes out with the very sentence that the person heard is kept.
"""

from __future__ import annotations

import logging

from lila.errors import ToolError
from lila.recovery import last_of_runs
from lila.tools.draft import Change, Draft
from lila.tools.registry import Registry, ToolContext, Touches
from lila.tools.shelf import Shelf
from training_log.journal import Journal
from training_log.records import ToolRecord, TurnRecord

__all__ = ["redo"]

logger = logging.getLogger(__name__)


def redo(shelf: Shelf, registry: Registry, journal: Journal) -> tuple[str, ...]:
    """Make what a crash cut off; returns the turns."""
    done: list[str] = []
    for record in last_of_runs(journal, shelf.since):
        if record.interrupted or shelf.has_kept(record.turn):
            continue
        changes = _changes(registry, record)
        try:
            if changes and shelf.keep_once(changes, record.turn):
                logger.warning("turn %s was cut off by a crash; what its tools did is done now", record.turn)
                done.append(record.turn)
        except ToolError as error:
            logger.warning("turn %s was cut off by a crash and can't be made good: %s", record.turn, error)
    return tuple(done)


def _changes(registry: Registry, record: TurnRecord) -> list[Change]:
    draft = Draft()
    for each in record.tools:
        tool = registry.find(each.name)
        if each.ok and tool is not None and tool.touches is Touches.OWN_DATA:
            _again(registry, record, each, draft)
    return draft.changes


def _again(registry: Registry, record: TurnRecord, use: ToolRecord, draft: Draft) -> None:
    """Run one tool again; what comes out otherwise (it was done since, in another way) changes nothing."""
    before = len(draft.changes)
    context = ToolContext(
        record.turn, record.conversation, record.person, record.text, record.time, draft=draft
    )
    try:
        same = registry.call(use.name, use.arguments, context) == use.result
    except ToolError:
        same = False
    if not same:
        del draft.changes[before:]
