"""`lila serve` as people run it: a process of its own, the built-in model, a restart in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lila.client import Client
from lila.events import Event, Notice, OpApplied, TextDelta, TurnDone

ROOT = Path(__file__).parents[3]


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LILA_")}
    environment |= {"LILA_HOME": str(home), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "lila", "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if "ws://" in line:
                yield line[line.index("ws://") :].split()[0], process
                break
        else:
            pytest.fail(f"lila serve did not start: {said}")
    finally:
        process.kill()
        process.communicate()


def test_what_was_said_is_known_after_a_restart(tmp_path: Path) -> None:
    heard: list[Event] = []
    with serving(tmp_path) as (url, process), Client.connect(url, retry_s=0) as client:
        client.subscribe(heard.append)
        events = list(client.stream("remember that the swimming lesson is on Thursday at 4:30 pm"))
        assert any(isinstance(event, OpApplied) for event in events)
        assert isinstance(events[-1], TurnDone)
        assert "".join(each.text for each in events if isinstance(each, TextDelta)) == events[-1].text
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert any(isinstance(event, Notice) and event.code == "closing" for event in heard)
    with serving(tmp_path) as (url, _), Client.connect(url) as client:
        done = client.ask("when is the swimming lesson?", {"conversation": "another"})
        assert "4:30" in done.text
        assert done.used


def test_an_open_address_without_a_token_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lila", "serve", "--host", "0.0.0.0", "--port", "0"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LILA_")}
    environment["LILA_HOME"] = str(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "LILA_SERVER_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr
