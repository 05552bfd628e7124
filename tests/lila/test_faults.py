"""Whatever would keep Lila from waking up is found without waking her, and comes with what mends it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lila import doctor
from lila.config import Config, load
from lila.core import LilaCore
from lila.faults import faults

NATIVE = {"backends.chain": "native"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was lived in."""
    home = tmp_path / "home"
    with LilaCore(load(NATIVE, environ={}, home=home)) as core:
        core.think("my door code is 4821")
    return home


def config(home: Path, **more: str) -> Config:
    return load({**NATIVE, **more}, environ={}, home=home)


def contents(home: Path) -> dict[str, bytes]:
    """Without what readers of SQLite's log leave behind, which holds nothing."""
    files = [path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {str(path): path.read_bytes() for path in files}


def later_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 999)


def plain_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("a file")


def moved_behind_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


HARM: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("memory.db", later_schema, "memory", "has schema 99"),
    ("memory.db", garbage, "memory", "is damaged"),
    ("memory.db", moved_behind_a_link, "memory", "is a link"),
    ("tools.db", garbage, "tools", "file is not a database"),
    ("tools.db", later_schema, "tools", "was written by a later Lila"),
    ("log", plain_file, "log", "a file is there"),
    ("cache", plain_file, "home", "is not a folder"),
    ("log/interactions-*.jsonl", moved_behind_a_link, "log", "is a link"),
]


@pytest.mark.parametrize(("name", "harm", "part", "problem"), HARM)
def test_what_keeps_her_from_waking_up_is_a_fault_with_its_mend(
    home: Path, name: str, harm: Callable[[Path], object], part: str, problem: str
) -> None:
    assert faults(config(home)) == ()
    harm(next(home.glob(name)))
    before = contents(home)
    (fault,) = faults(config(home))
    assert fault.part == part
    assert problem in fault.problem
    assert str(home) in fault.problem or fault.mend.startswith("update Lila")
    assert contents(home) == before
    report = doctor.examine(config(home))
    assert report.model
    assert not report.healthy
    text = "\n".join(report.lines())
    assert f"  {part}: {fault.problem}\n      mend it: {fault.mend}" in text


@pytest.mark.parametrize(
    ("name", "harm", "part", "problem"), [each for each in HARM if each[1] is not later_schema]
)
def test_the_mend_that_is_a_command_mends(
    home: Path, name: str, harm: Callable[[Path], object], part: str, problem: str
) -> None:
    harm(next(home.glob(name)))
    (fault,) = faults(config(home))
    subprocess.run(["sh", "-c", fault.mend.partition(", then")[0]], check=True)
    assert faults(config(home)) == ()
    with LilaCore(config(home)) as core:
        assert core.think("hello").text


@pytest.mark.parametrize(
    ("setting", "value"), [("conversation.persona", "nobody"), ("conversation.mode", "foo")]
)
def test_a_persona_or_mode_that_is_none_is_a_fault_even_without_a_home(
    tmp_path: Path, setting: str, value: str
) -> None:
    (fault,) = faults(config(tmp_path / "home", **{setting: value}))
    assert (fault.part, value in fault.problem, setting in fault.problem) == ("configuration", True, True)
    assert not (tmp_path / "home").exists()
