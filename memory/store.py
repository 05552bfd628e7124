"""The store: what the rest of Lila uses. It only opens transactions; the rules live in the modules it calls."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from memory import fading, forgetting, neighbours, provenance, review, rows, transfer
from memory import recall as recalling
from memory.database import BUSY_TIMEOUT_S, MemoryFile
from memory.errors import AlreadyApplied, StoreBusy, TransferError
from memory.facts import as_lila_says
from memory.grammar import Forget, Op, Recall, check_namespace
from memory.grammar import Store as StoreOp
from memory.model import (
    CONTESTED,
    FORGOTTEN,
    STATES,
    Change,
    Detail,
    ImportReport,
    Memory,
    OpContext,
    OpenConflict,
    Outcome,
    Recalled,
)
from memory.ops import Applier
from memory.recall import LIVE, Filter
from memory.rows import Rows

logger = logging.getLogger(__name__)

OWNER = "owner"
"""The speaker when nobody was told apart."""


class Store:
    """What Lila knows, in one SQLite file. Safe to use from several threads and from several processes."""

    def __init__(
        self,
        path: str | Path,
        *,
        clock: Callable[[], float] = time.time,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        file: type[MemoryFile] = MemoryFile,
    ) -> None:
        """`file` says what may be done with it: with `memory.reading.FileToRead`, the store can be looked at only."""
        self._clock = clock
        self._file = file(Path(path), clock, busy_timeout_s)
        self._used: dict[int, list[float]] = {}
        self._used_lock = threading.Lock()

    @property
    def path(self) -> Path:
        return self._file.path

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write down which memories were used, unless another program keeps the file to itself, and close it."""
        try:
            if self._used:
                self.flush()
        except StoreBusy as error:
            logger.warning("which memories were used was not written down: %s", error)
        finally:
            self._file.close()

    # ---- the turn ------------------------------------------------------------------------------------

    def apply(
        self,
        ops: Sequence[Op],
        context: OpContext,
        *,
        before_commit: Callable[[Sequence[Outcome]], None] | None = None,
    ) -> list[Outcome]:
        """Apply the operations of a turn, all in one transaction or none of them.

        `before_commit` hears the outcomes while they can still be taken back: if it raises, nothing has changed.
        A turn that is applied with it is applied once; `AlreadyApplied` says that it was before.
        """
        with self._file.write() as db:
            now = self._clock()
            if before_commit is not None and context.turn_id:
                _note_applied(db, context.turn_id, now)
            self._write_uses(db)
            outcomes = []
            for op in ops:
                writer = Rows.begin(db, now, context.speaker, context.turn_id)
                outcomes.append(
                    Applier(writer, context, lambda op: self._lookup(op, context.speaker)).apply(op)
                )
            if before_commit is not None:
                before_commit(outcomes)
        if any(outcome.fate == "forgotten" for outcome in outcomes):
            self._scrub()
        return outcomes

    def has_from(self, turns: Sequence[str]) -> bool:
        """Whether anything that is remembered was said in one of these turns."""
        with self._file.read() as db:
            found = db.execute(
                "SELECT 1 FROM memories WHERE source_turn IN (SELECT value FROM json_each(?)) LIMIT 1",
                [json.dumps(list(turns))],
            )
            return bool(turns) and found.fetchone() is not None

    def said_after(self, turns: Sequence[str], text: str, speaker: str) -> None:
        """What `speaker` said next: their memories from these turns, the last ones, are found by it too."""
        with self._file.write() as db:
            neighbours.said_after(Rows.begin(db, self._clock(), speaker), turns, text)

    def unapplied(self, turns: Sequence[str]) -> set[str]:
        """Those of these turns that were never applied with `before_commit`; waits for one that just is."""
        with self._file.write() as db:
            found = db.execute(
                "SELECT turn FROM applied_turns WHERE turn IN (SELECT value FROM json_each(?))",
                [json.dumps(list(turns))],
            ).fetchall()
        return set(turns) - {row["turn"] for row in found}

    @property
    def since(self) -> float:
        """When this store began to note which turns it applied, seconds since the epoch."""
        with self._file.read() as db:
            row = db.execute("SELECT at FROM migrations WHERE name = '0004_applied_turns'").fetchone()
            return float(row["at"])

    def preview(self, op: Op, context: OpContext) -> Outcome:
        """What `apply` would answer to this operation now; nothing changes."""
        with self._file.trial() as db:
            writer = Rows.begin(db, self._clock(), context.speaker, context.turn_id)
            return Applier(writer, context, lambda op: self._lookup(op, context.speaker)).apply(op)

    def _lookup(self, op: Recall, speaker: str) -> list[Recalled]:
        return self.recall(op.query, namespaces=(op.namespace,) if op.namespace else None, speaker=speaker)

    def recall(
        self,
        query: str,
        *,
        limit: int = 6,
        namespaces: Sequence[str] | None = None,
        speaker: str | None = None,
    ) -> list[Recalled]:
        """What is relevant to the query, best first, and noted as used; empty when nothing is relevant."""
        which = Filter(LIVE, _checked(namespaces), speaker)
        with self._file.read() as db:
            found = recalling.recall(db, query, which, limit, self._clock())
        self.used([hit.memory.id for hit in found])
        return found

    def telling_of(self, said: str, *, limit: int = 6, speaker: str | None = None) -> Sequence[Recalled]:
        """What is known of the one thing that the person's sentence claims, which it may contradict."""
        which = Filter(LIVE, None, speaker)
        with self._file.read() as db:
            return recalling.telling_of(db, said, which, limit, self._clock())

    def used(self, ids: Sequence[int]) -> None:
        """Note that memories were used. Kept in mind, and written with the next change or on `close`."""
        now = self._clock()
        with self._used_lock:
            for number in ids:
                self._used.setdefault(number, []).append(now)

    def flush(self) -> None:
        """Write down now which memories were used."""
        with self._file.write() as db:
            self._write_uses(db)

    def _write_uses(self, db: Database) -> None:
        with self._used_lock:
            used, self._used = self._used, {}
        for number, times in used.items():
            row = db.execute(
                "UPDATE memories SET uses = uses + ?, used_at = max(used_at, ?) WHERE id = ? AND state != ? "
                "RETURNING namespace, uses, state",
                [len(times), max(times), number, FORGOTTEN],
            ).fetchone()
            if row is None or row["state"] == CONTESTED:
                continue
            target = fading.promoted(row["namespace"], row["uses"])
            if target != row["namespace"] and row["state"] == "approved":
                Rows.begin(db, self._clock(), "lila").update(
                    number, "promoted", namespace=target, home=target
                )

    # ---- looking -------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        namespaces: Sequence[str] | None = None,
        states: Sequence[str] = LIVE,
        speaker: str | None = None,
    ) -> list[Recalled]:
        """Everything that matches at all, best first; not gated, and not counted as use."""
        which = Filter(_states(states), _checked(namespaces), speaker)
        with self._file.read() as db:
            return recalling.search(db, query, which, limit, self._clock())

    def list(
        self,
        namespace: str | None = None,
        state: str | None = None,
        limit: int | None = None,
        *,
        speaker: str | None = None,
    ) -> list[Memory]:
        """Memories, newest first; without a state, all but the superseded and the forgotten."""
        states = ("pending", *LIVE) if state is None else _states([state])
        which = Filter(states, _checked([namespace]) if namespace else None, speaker)
        where, parameters = which.sql()
        with self._file.read() as db:
            found = db.execute(
                f"SELECT m.* FROM memories AS m WHERE {where} ORDER BY m.learned_at DESC, m.id DESC LIMIT ?",
                [*parameters, -1 if limit is None else limit],
            ).fetchall()
            return [rows.memory_of(row, self._clock()) for row in found]

    def get(self, memory_id: int) -> Memory:
        """One memory; raises `NotFound`."""
        with self._file.read() as db:
            return rows.get(db, memory_id, self._clock())

    def show(self, memory_id: int) -> Detail:
        """One memory with its history and what it disagrees with; raises `NotFound`."""
        with self._file.read() as db:
            now = self._clock()
            memory = rows.get(db, memory_id, now)
            history = rows.changes(db, "memory = ?", [memory_id])
            others: Sequence[Memory] = ()
            if memory.state == CONTESTED:
                where = "conflict = ? AND state = ? AND id != ?"
                others = rows.find(db, where, [memory.conflict, CONTESTED, memory_id], now)
            return Detail(memory, tuple(history), tuple(others))

    def history(self, memory_id: int | None = None, *, limit: int = 50) -> Sequence[Change]:
        """Changes, newest first, of one memory or of all."""
        with self._file.read() as db:
            where, parameters = ("1", []) if memory_id is None else ("memory = ?", [memory_id])
            return rows.changes(db, where, parameters)[::-1][:limit]

    def conflicts(self, *, speaker: str | None = None) -> Sequence[OpenConflict]:
        """Disagreements that wait for a decision, oldest first."""
        with self._file.read() as db:
            return review.conflicts(Rows(db, self._clock(), "", "", 0), speaker)

    # ---- the person's own hand -----------------------------------------------------------------------

    def add(
        self,
        namespace: str,
        text: str,
        *,
        tags: Sequence[str] = (),
        speaker: str = OWNER,
        turn_id: str = "",
        audience: Sequence[str] = (),
    ) -> Outcome:
        """Store what the person wrote themselves, by the same rules as in a conversation."""
        context = OpContext(turn_id, speaker, text, audience=tuple(audience))
        return self.apply(
            [StoreOp(as_lila_says(text), check_namespace(namespace), tuple(tags), 1.0)], context
        )[0]

    def edit(self, memory_id: int, text: str, *, version: int | None = None, actor: str = OWNER) -> Memory:
        """Change the wording; `version`, if given, must still be the current one (`StaleVersion`).

        The memory comes back as contested where its new words disagree with another one. What states nothing, or is
        on record already, is refused (`NotAllowed`).
        """
        with self._file.write() as db:
            return review.edit(Rows.begin(db, self._clock(), actor), memory_id, text, version)

    def approve(self, memory_id: int, *, actor: str = OWNER) -> Outcome:
        """Make a pending memory the person's own, or decide a conflict in its favour."""
        with self._file.write() as db:
            return review.approve(Rows.begin(db, self._clock(), actor), memory_id)

    def forget(self, what: int | str, *, speaker: str | None = None, actor: str = OWNER) -> Outcome:
        """Forget a memory by number, or what a description plainly means. Not undoable.

        The log must be told: `Outcome.turns` are the turns whose words are to be redacted.
        """
        op = Forget(id=what) if isinstance(what, int) else Forget(query=what)
        with self._file.write() as db:
            outcome = forgetting.forget(Rows.begin(db, self._clock(), actor), op, speaker)
        if outcome.fate == "forgotten":
            self._scrub()
        return outcome

    def _scrub(self) -> None:
        recalling.stem_set.cache_clear()
        provenance.forget_what_was_heard()
        self._file.scrub()

    def undo(self, group: int | None = None, *, actor: str = OWNER) -> Sequence[Memory]:
        """Take back the last operation (or the one with this number) and return the memories as they are now."""
        with self._file.write() as db:
            return review.undo(Rows.begin(db, self._clock(), actor), group)

    # ---- moving --------------------------------------------------------------------------------------

    def export(self) -> dict[str, object]:
        """Everything as JSON values; `import_` takes it back without loss."""
        with self._file.read() as db:
            return transfer.export(Rows(db, self._clock(), "", "", 0))

    def import_(self, document: object, *, actor: str = OWNER) -> ImportReport:
        """Take in an export: its JSON text or the values; bad rows are refused one by one."""
        if isinstance(document, str | bytes):
            try:
                document = json.loads(document)
            except (ValueError, RecursionError) as error:
                raise TransferError("This isn't JSON, so it can't be imported.") from error
        with self._file.write() as db:
            return transfer.import_(Rows.begin(db, self._clock(), actor), document)


def _note_applied(db: Database, turn: str, now: float) -> None:
    added = db.execute("INSERT OR IGNORE INTO applied_turns VALUES (?, ?)", [turn, now]).rowcount
    if not added:
        raise AlreadyApplied(f"Turn {turn} was applied before. Nothing was changed.")


def _checked(namespaces: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if namespaces is None else tuple(map(check_namespace, namespaces))


def _states(states: Sequence[str]) -> tuple[str, ...]:
    unknown = [state for state in states if state not in STATES]
    if unknown:
        raise ValueError(f"Unknown state {unknown[0]!r}. Use one of {', '.join(STATES)}.")
    return tuple(states)
