"""Diaries to write in."""

from __future__ import annotations

from pathlib import Path

import pytest
from diaries import Clock, turn

from training_log import Journal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "log"


@pytest.fixture
def journal(folder: Path) -> Journal:
    return Journal(folder, clock=Clock())


@pytest.fixture
def five(journal: Journal) -> Journal:
    for number in range(5):
        journal.append(turn(f"t{number}", f"fact {number}"))
    return journal
