"""The shelf's file: brought up to date from any earlier Lila, left alone where it is a later one's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lila.errors import ToolError
from lila.tools.shelf import Shelf


def test_the_file_of_a_later_lila_is_refused_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "tools.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE lists (item TEXT, aisle TEXT); PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(ToolError, match=r"schema 99.*Update Lila"):
        Shelf(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_of_the_first_lila_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "tools.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            """
            CREATE TABLE lists (list TEXT NOT NULL, item TEXT NOT NULL, added_at REAL NOT NULL,
                                UNIQUE (list, item COLLATE NOCASE));
            CREATE TABLE timers (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, seconds INTEGER NOT NULL,
                                 due_at REAL NOT NULL, rung INTEGER NOT NULL DEFAULT 0);
            INSERT INTO lists VALUES ('shopping', 'milk', 1.0);
            PRAGMA user_version = 1;
            """
        )
    for _ in range(2):
        shelf = Shelf(path, clock=lambda: 7.0)
        assert shelf.rows("SELECT item FROM lists") == [("milk",)]
        assert shelf.since == 7.0
        shelf.close()
