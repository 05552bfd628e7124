"""`lila`, `lila chat` and `lila ask`, with the built-in model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lila.request import MAX_TEXT_CHARS

ROOT = Path(__file__).parents[3]
LOADED = "import sys; from lila.cli import main; sys.argv = ['lila', '--help']; main(); print(*sys.modules)"
HEAVY = "numpy jinja2 sqlite_utils websockets prompt_toolkit httpx torch transformers llama_cpp cffi yaml"
HEAVY_PARTS = "engine.binding memory.store training_log.journal lila.core lila.config lila.client asyncio"

Lila = Callable[..., Any]


def test_a_reply_is_printed_and_remembered(lila: Lila) -> None:
    done = lila("ask", "my door code is", "4821")
    assert (done.status, done.out, done.err) == (0, "Noted: your door code is 4821.\n", "")
    asked = lila("ask", "--json", "what is my door code?").json
    assert asked["text"] == "Your door code is 4821."
    assert asked["used"] == [1]
    assert asked["recalled"][0]["text"] == "your door code is 4821"
    assert asked["backend"] == "native"


def test_an_operation_and_a_tool_are_in_the_json(lila: Lila) -> None:
    stored = lila("ask", "my door code is 4821", "--json").json["memory_ops"]
    assert [(each["type"], each["fate"], each["namespace"]) for each in stored] == [
        ("op_applied", "applied", "personal")
    ]
    actions = lila("ask", "what time is it?", "--json").json["actions"]
    assert [each["type"] for each in actions] == ["tool_called", "tool_returned"]


def test_in_private_nothing_is_remembered_or_logged(lila: Lila) -> None:
    assert lila("ask", "--private", "my door code is 4821").status == 0
    assert lila("memory", "list", "--json").json == []
    assert lila("log", "tail", "--json").json == []


def test_through_a_pipe_a_line_in_is_a_reply_out(lila: Lila) -> None:
    done = lila("chat", stdin="my door code is 4821\n\nwhat is my door code?\n")
    assert done.out == "Noted: your door code is 4821.\nYour door code is 4821.\n"
    assert (done.status, done.err) == (0, "")


def test_lila_alone_answers_a_pipe_too(lila: Lila) -> None:
    assert lila(stdin="my door code is 4821\n").out == "Noted: your door code is 4821.\n"


def test_through_a_pipe_with_json_each_line_gives_one_object(lila: Lila) -> None:
    done = lila("chat", "--json", stdin="my door code is 4821\n/help\n/nonsense\n/exit\nnever said\n")
    noted, helped, unknown = [json.loads(line) for line in done.out.splitlines()]
    assert noted["text"] == "Noted: your door code is 4821."
    assert helped["command"] == "/help"
    assert "/forget" in helped["text"]
    assert unknown["error"]["code"] == "unknown_command"
    assert done.status == 1


def test_a_line_that_cannot_be_answered_does_not_end_the_pipe(lila: Lila) -> None:
    done = lila("chat", stdin=f"{'x' * (MAX_TEXT_CHARS + 1)}\nmy door code is 4821\n")
    assert done.out.endswith("Noted: your door code is 4821.\n")
    assert "too long" in done.err
    assert done.status == 1


def test_a_mode_is_taken_and_an_unknown_one_refused(lila: Lila) -> None:
    assert lila("ask", "--mode", "brief", "hello").status == 0
    for door in (("ask", "hello"), ("chat",)):
        done = lila(*door, "--mode", "brif")
        assert done.status == 1
        assert "brief" in done.err
        assert "Traceback" not in done.err


def test_silence_is_refused_in_a_sentence(lila: Lila) -> None:
    done = lila("ask", "  ")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert lila("ask", "--json", "  ").status == 1


def test_an_address_where_nobody_listens(lila: Lila) -> None:
    assert "lila serve" in lila("chat", "--connect", "ws://127.0.0.1:9").sentence
    assert "ws://127.0.0.1:8765" in lila("chat", "--connect", "nonsense").sentence


def test_no_model_is_one_sentence_with_the_way_out(lila: Lila) -> None:
    done = lila("--set", "native.model=/nowhere.gguf", "ask", "hello")
    assert done.status == 1
    assert "lila doctor" in done.err
    assert "Traceback" not in done.err


def test_help_loads_nothing_heavy() -> None:
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.rsplit("\n", 2)[-2].split())
    assert "typer" in loaded
    assert not loaded & {*HEAVY.split(), *HEAVY_PARTS.split()}


def heed_ctrl_c() -> None:
    """A program started in the background of a script inherits that Ctrl-C is ignored; a person's is not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_for_real(home: Path, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "LILA_HOME": str(home), "LILA_BACKENDS_CHAIN": "native"}
    command = [sys.executable, "-m", "lila", *words]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=heed_ctrl_c, **{**pipes, **more})


def test_what_is_not_text_is_read_as_well_as_it_goes(home: Path) -> None:
    process = run_for_real(home)
    out, err = process.communicate(b"\xff\xfe hello\n", timeout=60)
    assert process.returncode == 0, err
    assert out.strip()
    process = run_for_real(home, "ask", "--json", os.fsdecode(b"hello \xff"))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "error" not in json.loads(out)


def test_a_reader_that_went_away_is_no_complaint(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = run_for_real(home, "memory", "--help", stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert err == b""


def test_ctrl_c_at_a_pipe_ends_with_130(home: Path) -> None:
    process = run_for_real(home)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"my door code is 4821\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"Noted: your door code is 4821.\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert process.stderr.read() == b""
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


@pytest.mark.parametrize("words", [["--nonsense"], ["nonsense"], ["ask"], ["memory", "show", "x"]])
def test_a_wrong_usage_is_told_with_status_2(lila: Lila, words: list[str]) -> None:
    done = lila(*words)
    assert done.status == 2
    assert "Try 'lila" in done.err
    assert done.out == ""


def test_an_unknown_mode_is_refused_before_anything_is_said(lila: Lila) -> None:
    done = lila("ask", "--mode", "brif", "hello")
    assert (done.status, done.out) == (1, "")
    assert "did you mean 'brief'?" in done.err


@pytest.mark.parametrize("group", [(), ("memory",), ("log",), ("bench",), ("model",)])
def test_help_fits_a_screen_of_eighty_columns(group: tuple[str, ...], lila: Lila) -> None:
    """No command's line of help is cut off."""
    lines = lila(*group, "--help").out.splitlines()
    assert not [line for line in lines if line.endswith("...") and "Usage" not in line]
    assert max(map(len, lines)) <= 80
