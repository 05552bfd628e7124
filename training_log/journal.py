"""The diary as it is written: append-only, durable, one file a month.

`append` returns only when the line is on the disk. Lines are chained through all months (`lines.py`), writers
are ordered by one lock (`head.py`), and a file is the month, in UTC, in which its lines were written.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from training_log import files, lines
from training_log.errors import JournalUnwritable, LineDamaged, RecordInvalid, unwritable
from training_log.head import EMPTY, Head, HeadFile
from training_log.reading import JournalReader
from training_log.records import Record, RedactionRecord, SignalRecord, TurnRecord

__all__ = ["Journal"]

log = logging.getLogger(__name__)

_REMOVED: Final = b'{"damaged":"removed with the words of a turn"}\n'


class Journal(JournalReader):
    """The diary in `folder`. Safe to use from several threads, and from several processes at once.

    `clock` returns the present as an aware datetime. Opening repairs a torn last line, if there is one; the
    folder is made with the first line. What writes raises `JournalUnwritable` when the disk refuses.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(folder)
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
        paths, saved = self.files(), self._head.load()
        if not paths:
            return _further(EMPTY, saved)
        try:
            if saved and saved.name == paths[-1].name and saved.size == paths[-1].stat().st_size:
                return saved
            self._repair(paths[-1])
            last = next((_parsed(raw) for raw in files.backwards(paths[-1])), None)
        except OSError as error:
            raise unwritable(error, paths[-1]) from error
        if last is not None and last["kind"] == "redaction":
            # Killed between recording a redaction and carrying it out: nothing follows it in the chain.
            self._remove_words(frozenset(last["turns"]))
        end = _further(self._found_end(), saved)
        self._head.save(end)
        return end

    def _found_end(self) -> Head:
        """The end as the files have it."""
        damaged: list[tuple[Path, bytes]] = []  # the last line first
        for path in reversed(self.files()):
            for raw in files.backwards(path):
                line = _parsed(raw)
                with suppress(ValueError):
                    if line is not None:
                        head = Head(
                            path.name, path.stat().st_size, line["seq"], lines.written_at(line), line["hash"]
                        )
                        return _behind(head, damaged)
                damaged.append((path, raw))
        return _behind(EMPTY, damaged)

    def _repair(self, path: Path) -> None:
        """Move what follows the last newline to the side file.

        It was never reported done, but it isn't thrown away either.
        """
        keep = files.whole_bytes(path)
        with open(path, "rb+", opener=files.private) as file:
            file.seek(keep)
            torn = file.read()
            if not torn:
                return
            side = path.with_name(path.name + ".torn")
            files.append_durably(side, torn + b"\n")
            file.truncate(keep)
            os.fsync(file.fileno())
        log.warning("the log's last line was torn: %d bytes were moved to %s", len(torn), side.name)


def _further(found: Head, saved: Head | None) -> Head:
    """The end that the chain goes on from: what was saved as done is never taken back.

    If the files end before it, or otherwise, lines that were reported done are gone. The next line is
    numbered and chained behind those, so that the gap stays visible for good.
    """
    if saved is None or saved.seq < found.seq:
        return found
    if saved.seq > found.seq:
        log.warning(
            "the log ends at line %d, but line %d was written: `lila log verify` says more",
            found.seq,
            saved.seq,
        )
    return replace(saved, name=found.name, size=found.size, at=max(saved.at, found.at))


def _behind(head: Head, damaged: Sequence[tuple[Path, bytes]]) -> Head:
    """The end behind lines that can't be read, so that verify shows this damage and no other."""
    if not damaged:
        return head
    path, last = damaged[0]
    month = datetime.strptime(path.name[13:20], "%Y-%m").replace(tzinfo=UTC)
    seq, at = head.seq + len(damaged), max(head.at, month)
    return Head(path.name, path.stat().st_size, seq, at, lines.prev_of_damaged(last))


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        return lines.parse(raw)
    except LineDamaged:
        return None
