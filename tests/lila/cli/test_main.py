"""The way in: closed streams, Ctrl-C before anything runs, an output that can't be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lila.cli import main

ROOT = Path(__file__).parents[3]


def run_with(home: Path, *words: str, closed: tuple[int, ...] = (), **more: Any) -> tuple[int, str]:
    """Exit status and stderr of `lila …` where these of the three streams are closed."""

    def close() -> None:
        for fd in closed:
            os.close(fd)

    environment = {**os.environ, "LILA_HOME": str(home), "LILA_BACKENDS_CHAIN": "native"}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **more}
    command = [sys.executable, "-m", "lila", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, preexec_fn=close, text=True, timeout=120, **streams
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", [["--help"], ["memory", "list"], ["log", "verify"], ["doctor"]])
def test_a_closed_stdout_is_no_fault(home: Path, words: list[str]) -> None:
    assert run_with(home, *words, closed=(1,)) == (0, "")


def test_a_closed_stdin_is_an_end_of_what_is_said(home: Path) -> None:
    assert run_with(home, closed=(0,)) == (0, "")


def test_with_every_stream_closed_nothing_is_printed_into_a_file_of_hers(home: Path) -> None:
    status, _ = run_with(home, "ask", "my door code is 4821", closed=(0, 1, 2))
    assert status == 0
    assert (home / "memory.db").read_bytes().startswith(b"SQLite format 3\0")


def test_an_output_that_cannot_be_written_is_a_sentence(home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        status, err = run_with(home, "--help", stdout=full)
    assert status == 1
    assert err == "lila: No space left on device\n"


class _Interrupted:
    """An import system in which Ctrl-C arrives while the commands are being imported."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "lila.cli.root":
            raise KeyboardInterrupt


def test_ctrl_c_while_the_commands_are_imported_is_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "lila.cli.root", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Interrupted, *sys.meta_path])
    assert main() == 130
    assert capsys.readouterr().err == ""


def test_the_way_in_imports_none_of_the_commands() -> None:
    code = "import sys, lila.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"typer", "click", "lila.cli.root", "lila.config"} & set(done.stdout.split())


@pytest.mark.parametrize("wanted", [None, "3"])
def test_numpy_leaves_the_cores_to_the_engine(home: Path, wanted: str | None) -> None:
    """Its helper threads would look out for work while the first token is computed; whoever wants them has them."""
    script = (
        "import os, sys; from lila.cli import main; sys.argv = ['lila', '--help']; main(); import numpy; "
    )
    script += "print(os.environ['OPENBLAS_NUM_THREADS'], len(os.listdir('/proc/self/task')), file=sys.stderr)"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    environment |= {} if wanted is None else {"OPENBLAS_NUM_THREADS": wanted}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    said, threads = done.stderr.split()
    assert said == (wanted or "1")
    assert int(threads) == 1 if wanted is None else int(threads) >= 1
