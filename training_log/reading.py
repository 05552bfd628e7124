"""The diary as it is read: the lines that match, the export, and whether all of it is whole. Changes nothing."""

from __future__ import annotations

import errno
import logging
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from training_log import files, lines
from training_log.errors import ExportFailed, LineDamaged, unwritable
from training_log.head import EMPTY, saved_head
from training_log.lines import Entry
from training_log.records import RedactionRecord
from training_log.verification import VerifyReport, verify_files

__all__ = ["JournalReader"]

log = logging.getLogger(__name__)

_FILE: Final = re.compile(r"interactions-\d{4}-\d{2}\.jsonl")


class JournalReader:
    """The diary in `folder`, as it stands: nothing is made, repaired or locked against readers."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def files(self) -> list[Path]:
        """The monthly files, oldest first. Raises `JournalMisplaced` where one is a link, or the folder a file."""
        try:
            found = sorted(path for path in self.folder.iterdir() if _FILE.fullmatch(path.name))
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise unwritable(error, self.folder) from error
        for path in found:
            if path.is_symlink():
                raise unwritable(OSError(errno.ELOOP, os.strerror(errno.ELOOP)), path)
        return found

    def read(self, *, conversation: str | None = None, since: datetime | None = None) -> Iterator[Entry]:
        """The lines from the first to the last, one at a time; damaged ones are left out with a warning.

        `since`: only what happened at or after this (aware) time.
        """
        for entry, _ in self._matching(conversation, since):
            yield entry

    def tail(
        self, n: int = 10, *, conversation: str | None = None, since: datetime | None = None
    ) -> list[Entry]:
        """The last `n` lines that match, oldest first, read from the end."""
        found: list[Entry] = []
        for path in reversed(self.files()):
            for raw in files.backwards(path):
                if len(found) >= n:
                    break
                entry = _entry(path, raw)
                if entry is not None and _matches(entry, conversation, since):
                    found.append(entry)
        return found[::-1]

    def find(self, turn: str) -> list[Entry]:
        """The turn whose id is or begins with `turn`, and the signals about it, in the order of the log."""
        found = []
        for entry in self.read():
            about = "" if isinstance(entry.record, RedactionRecord) else entry.record.turn
            if turn and about.startswith(turn):
                found.append(entry)
        return found

    def verify(self) -> VerifyReport:
        """Check every line, the chain and its end. Changes nothing."""
        with saved_head(self.folder) as saved:
            head = saved or EMPTY
            return verify_files(self.files(), head.seq, head.hash)

    def raw(self, *, conversation: str | None = None, since: datetime | None = None) -> Iterator[bytes]:
        """The matching lines, byte for byte those of the log; with a filter, the chain has gaps by nature."""
        for _, raw in self._matching(conversation, since):
            yield raw

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        conversation: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """Write the matching lines, as `raw` gives them, to `path`, all or nothing. Returns how many."""
        target, count = Path(path), 0

        def chunks() -> Iterator[bytes]:
            nonlocal count
            for raw in self.raw(conversation=conversation, since=since):
                count += 1
                yield raw

        try:
            files.replace_whole(target, chunks())
        except OSError as error:
            reason = error.strerror or error
            message = f"Nothing was exported to {target} ({reason}). Choose another path."
            raise ExportFailed(message) from error
        return count

    def _matching(self, conversation: str | None, since: datetime | None) -> Iterator[tuple[Entry, bytes]]:
        for path in self.files():
            for raw in files.raw_lines(path):
                entry = _entry(path, raw)
                if entry is not None and _matches(entry, conversation, since):
                    yield entry, raw


def _matches(entry: Entry, conversation: str | None, since: datetime | None) -> bool:
    record = entry.record
    if since is not None and record.time < since:
        return False
    if conversation is None:
        return True
    return not isinstance(record, RedactionRecord) and record.conversation == conversation


def _entry(path: Path, raw: bytes) -> Entry | None:
    try:
        return lines.decode(lines.parse(raw))
    except LineDamaged as error:
        log.warning("a line of %s was left out (%s); `lila log verify` says more", path.name, error)
        return None
