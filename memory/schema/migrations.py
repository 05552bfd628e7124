"""The schema, as numbered steps. Append only: a step that was released is never changed.

Each step runs in the transaction that also records it, so a power cut leaves either the old schema or the new one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlite_utils import Database

from memory.errors import SchemaTooNew, StoreUnavailable
from memory.rows import index, keys_of
from memory.told import told_keys

logger = logging.getLogger(__name__)

APPLICATION_ID = 0x4C696C61  # "Lila": tells a memory store from other SQLite files


def _0001_memories(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE memories (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL,
            namespace TEXT NOT NULL
                CHECK (namespace IN ('personal', 'episodic', 'wiki', 'schedule', 'contested')),
            home TEXT NOT NULL CHECK (home IN ('personal', 'episodic', 'wiki', 'schedule')),
            subject TEXT NOT NULL,
            attribute TEXT NOT NULL,
            subject_key TEXT NOT NULL,
            attribute_key TEXT NOT NULL,
            text_key TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('fact', 'episode', 'reflection')),
            owner TEXT NOT NULL,
            audience TEXT NOT NULL,
            source_turn TEXT NOT NULL,
            source_text TEXT NOT NULL,
            context TEXT NOT NULL,
            learned_at REAL NOT NULL,
            valid_from REAL NOT NULL,
            valid_to REAL,
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            uses INTEGER NOT NULL,
            repeats INTEGER NOT NULL,
            used_at REAL NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('pending', 'approved', 'superseded', 'contested', 'forgotten')),
            reason TEXT NOT NULL,
            superseded_by INTEGER REFERENCES memories (id),
            conflict INTEGER,
            version INTEGER NOT NULL
        )
        """
    )
    db.execute(
        "CREATE INDEX idx_memories_owner_subject_key_attribute_key ON memories (owner, subject_key, attribute_key)"
    )
    db.execute("CREATE INDEX idx_memories_owner_text_key ON memories (owner, text_key)")
    db.execute("CREATE INDEX idx_memories_state_namespace ON memories (state, namespace)")
    db.execute("CREATE INDEX idx_memories_conflict ON memories (conflict)")
    db.execute("CREATE INDEX idx_memories_source_turn ON memories (source_turn)")


def _0002_history(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE history (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            change_group INTEGER NOT NULL,
            memory INTEGER NOT NULL,
            at REAL NOT NULL,
            action TEXT NOT NULL,
            actor TEXT NOT NULL,
            turn TEXT NOT NULL,
            before TEXT,
            after TEXT,
            undone INTEGER NOT NULL DEFAULT 0
        )
        """
    )
    db.execute("CREATE INDEX idx_history_memory ON history (memory)")
    db.execute("CREATE INDEX idx_history_change_group ON history (change_group)")


def _0003_index(db: Database) -> None:
    db.execute(
        """
        CREATE VIRTUAL TABLE memory_index USING fts5(
            text, tags, context, dates, tokenize = 'porter unicode61 remove_diacritics 2'
        )
        """
    )
    db.execute("CREATE VIRTUAL TABLE memory_terms USING fts5vocab(memory_index, 'row')")


def _0004_applied_turns(db: Database) -> None:
    db.execute("CREATE TABLE applied_turns (turn TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID")


def _0005_told(db: Database) -> None:
    """What each sentence by itself tells about, whatever it was stored as: a claim is set against those by it."""
    db.execute("ALTER TABLE memories ADD COLUMN told_subject_key TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE memories ADD COLUMN told_attribute_key TEXT NOT NULL DEFAULT ''")
    for row in db.execute("SELECT id, text FROM memories WHERE text != ''").fetchall():
        db.execute(
            "UPDATE memories SET told_subject_key = ?, told_attribute_key = ? WHERE id = ?",
            [*told_keys(row["text"]), row["id"]],
        )
    db.execute(
        "CREATE INDEX idx_memories_owner_told ON memories (owner, told_subject_key, told_attribute_key)"
    )


def _0006_spellings(db: Database) -> None:
    """Both spellings of English are one in the keys and in the index, and the keys are read as sentences are read now."""
    for row in db.execute("SELECT * FROM memories WHERE text != ''").fetchall():
        values = dict(row)
        keys = keys_of(values)
        assignments = ", ".join(f"{name} = ?" for name in keys)
        db.execute(f"UPDATE memories SET {assignments} WHERE id = ?", [*keys.values(), row["id"]])
        index(db, row["id"], values)


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    _0001_memories,
    _0002_history,
    _0003_index,
    _0004_applied_turns,
    _0005_told,
    _0006_spellings,
)


def migrate(db: Database, at: float) -> list[str]:
    """Bring the schema up to date and return the names of the steps taken; `at` is recorded with them."""
    taken: list[str] = []
    if is_current(db):
        return taken
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db)  # again: another process may have been faster
        _check_ours(db, version)
        for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
            step(db)
            name = step.__name__.lstrip("_")
            db.execute("INSERT INTO migrations VALUES (?, ?, ?)", [number, name, at])
            db.execute(f"PRAGMA user_version = {number}")
            taken.append(name)
        db.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.execute("ROLLBACK")
        raise
    if taken:
        logger.info("Memory schema brought to version %d.", len(MIGRATIONS))
    return taken


def is_current(db: Database) -> bool:
    """Whether the file is a memory with the schema of this Lila; raises `SchemaTooNew` for a later one's."""
    return _version(db) == len(MIGRATIONS)


def _version(db: Database) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS) and _application(db) == APPLICATION_ID:
        raise SchemaTooNew(
            f"This memory has schema {version}, and this Lila knows {len(MIGRATIONS)}. Update Lila to open it."
        )
    return 0 if _application(db) != APPLICATION_ID else version


def _application(db: Database) -> int:
    return int(db.execute("PRAGMA application_id").fetchone()[0])


def _check_ours(db: Database, version: int) -> None:
    if version:
        return
    if db.table_names():
        raise StoreUnavailable("This SQLite file holds something else. Give Lila a path of its own.")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL)")
