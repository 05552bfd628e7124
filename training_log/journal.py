"""The diary on disk: append-only, durable, one file a month.

`append` returns only when the line is on the disk. Lines are chained through all months (`lines.py`), writers
are ordered by one lock (`head.py`), and a file is the month, in UTC, in which its lines were written.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from training_log import files, lines
from training_log.errors import ExportFailed, JournalUnwritable, LineDamaged, RecordInvalid, unwritable
from training_log.head import EMPTY, Head, HeadFile
from training_log.lines import Entry
from training_log.records import Record, RedactionRecord, SignalRecord, TurnRecord
from training_log.verification import VerifyReport, verify_files

__all__ = ["Journal"]

log = logging.getLogger(__name__)

_FILE: Final = re.compile(r"interactions-\d{4}-\d{2}\.jsonl")
_REMOVED: Final = b'{"damaged":"removed with the words of a turn"}\n'


class Journal:
    """The diary in `folder`. Safe to use from several threads, and from several processes at once.

    `clock` returns the present as an aware datetime. Opening repairs a torn last line, if there is one; the
    folder is made with the first line. What writes raises `JournalUnwritable` when the disk refuses.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.folder = Path(folder)
        self._clock = clock or (lambda: datetime.now(UTC))
        self._head = HeadFile(self.folder)
        if self.files():
            try:
                with self._head.locked():
                    self._end()
            except JournalUnwritable as error:
                # Reading works on a read-only disk; whoever appends will hear about it.
                log.warning("the log was not checked for a torn line: %s", error)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock file. What was appended is already safe."""
        self._head.close()

    def files(self) -> list[Path]:
        """The monthly files, oldest first."""
        try:
            return sorted(path for path in self.folder.iterdir() if _FILE.fullmatch(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []

    # Writing

    def append(self, record: TurnRecord | SignalRecord, *more: SignalRecord) -> int:
        """Write one line, or several at once; when this returns, they survive a crash.

        Returns the number of the last in the log. Where the disk refuses, none of them is there.
        """
        with self._head.locked():
            return self._append(record, *more)

    def redact(self, turns: Iterable[str]) -> int:
        """Remove the words of these turns, and of the signals about them or said in them.

        Returns how many lines lost their words. The redaction itself is recorded first, so if Lila dies on
        the way, the next one to open the log or to append finishes it.
        """
        wanted = tuple(sorted(set(turns)))
        if not wanted:
            return 0
        with self._head.locked():
            self._append(RedactionRecord(wanted, self._clock()))
            count = self._remove_words(frozenset(wanted))
            self._head.save(self._found_end())
            return count

    def _append(self, *records: Record) -> int:
        end = self._end()
        # Never back in time: the chain runs through the files in the order of their names.
        at = max(self._now(), end.at)
        path = self.folder / f"interactions-{at:%Y-%m}.jsonl"
        data, checksum = b"", end.hash
        for seq, record in enumerate(records, start=end.seq + 1):
            line, checksum = lines.encode(record, seq, at, checksum)
            data += line
        try:
            files.append_durably(path, data)
        except OSError as error:
            raise unwritable(error, path) from error
        seq = end.seq + len(records)
        if not isinstance(records[0], RedactionRecord):  # whose head is saved when its work is done
            size = len(data) + (end.size if path.name == end.name else 0)
            self._head.save(Head(path.name, size, seq, at, checksum))
        return seq

    def _now(self) -> datetime:
        now = self._clock()
        if now.tzinfo is None:
            raise RecordInvalid("The log's clock gives times without a zone. Give it one that has them.")
        return now.astimezone(UTC)

    def _remove_words(self, turns: frozenset[str]) -> int:
        now, count, ids = self._now(), 0, [turn.encode() for turn in turns]

        def without(raw: bytes) -> bytes:
            line = _parsed(raw)
            if line is None:
                return _REMOVED if any(turn in raw for turn in ids) else raw
            if line.get("said") is None or not lines.is_about(line, turns):
                return raw
            return lines.render(lines.redacted(line, now))

        try:
            for draft in self.folder.glob(".interactions-*.draft"):
                draft.unlink()  # of a writer that was killed: the lock is ours
            for path in self.files():
                changed = sum(without(raw) != raw for raw in files.raw_lines(path))
                if changed:
                    files.replace_whole(path, map(without, files.raw_lines(path)))
                count += changed
            for path in self.folder.glob("interactions-*.jsonl.torn"):
                pieces = path.read_bytes().splitlines(keepends=True)
                kept = [piece for piece in pieces if not any(turn in piece for turn in ids)]
                if len(kept) < len(pieces):
                    files.replace_whole(path, kept)
        except OSError as error:
            raise unwritable(error, self.folder) from error
        return count

    # The end of the chain; the lock is held

    def _end(self) -> Head:
        """Where the chain ends; the files are repaired first, if they aren't as the last writer left them."""
        paths, head = self.files(), self._head.load()
        if not paths:
            return EMPTY
        try:
            if head and head.name == paths[-1].name and head.size == paths[-1].stat().st_size:
                return head
            self._repair(paths[-1])
            last = next((_parsed(raw) for raw in files.backwards(paths[-1])), None)
        except OSError as error:
            raise unwritable(error, paths[-1]) from error
        if last is not None and last["kind"] == "redaction":
            # Killed between recording a redaction and carrying it out: nothing follows it in the chain.
            self._remove_words(frozenset(last["turns"]))
        found = self._found_end()
        self._head.save(found)
        return found

    def _found_end(self) -> Head:
        """The end as the files have it."""
        for path in reversed(self.files()):
            for raw in files.backwards(path):
                size, line = path.stat().st_size, _parsed(raw)
                with suppress(ValueError):
                    if line is not None:
                        return Head(path.name, size, line["seq"], lines.written_at(line), line["hash"])
                # A damaged last line: go on behind it, so that verify shows this damage and no other.
                count = sum(1 for other in self.files() for _ in files.raw_lines(other))
                month = datetime.strptime(path.name[13:20], "%Y-%m").replace(tzinfo=UTC)
                return Head(path.name, size, count, month, lines.prev_of_damaged(raw))
        return EMPTY

    def _repair(self, path: Path) -> None:
        """Move what follows the last newline to the side file.

        It was never reported done, but it isn't thrown away either.
        """
        keep = files.whole_bytes(path)
        with path.open("rb+") as file:
            file.seek(keep)
            torn = file.read()
            if not torn:
                return
            side = path.with_name(path.name + ".torn")
            files.append_durably(side, torn + b"\n")
            file.truncate(keep)
            os.fsync(file.fileno())
        log.warning("the log's last line was torn: %d bytes were moved to %s", len(torn), side.name)

    # Reading

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
        try:
            with self._head.locked(shared=True) if self.files() else nullcontext():
                head = self._head.load() or EMPTY
                return verify_files(self.files(), head.seq, head.hash)
        except JournalUnwritable:
            return verify_files(self.files(), 0, "")

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        conversation: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """Write the matching lines to `path` as JSONL, all or nothing. Returns how many.

        They are byte for byte those of the log; with a filter, the chain has gaps by nature.
        """
        target, count = Path(path), 0

        def chunks() -> Iterator[bytes]:
            nonlocal count
            for _, raw in self._matching(conversation, since):
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


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        return lines.parse(raw)
    except LineDamaged:
        return None
