"""`lila …` in this process, as the entry point runs it: a home of its own, what it printed, its exit status."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lila.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line of a failure."""
        assert (self.status, self.out) == (1, ""), self
        assert self.err.startswith("lila: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err


Lila = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith("LILA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LILA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LILA_BACKENDS_CHAIN", "native")
    return tmp_path / "home"


@pytest.fixture
def lila(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lila:
    def run(*words: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["lila", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        status = main()
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run
