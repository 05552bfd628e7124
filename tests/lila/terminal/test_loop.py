"""The conversation at a real terminal, through a pipe, and over the harness."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lila import events
from lila.core import LilaCore
from lila.terminal.commands import Commands
from lila.terminal.doors import local_door
from lila.terminal.loop import pipe, say, turn_summary

ROOT = Path(__file__).parents[3]
Boot = Callable[..., LilaCore]

# Lila whose model tells a story without end, a word at a time: there is always a reply under way to stop.
STORYTELLER = """
import itertools, time
from lila.backends.base import ModelInfo, Piece
from lila.backends.chain import Tried
from lila.core import LilaCore
from lila.terminal.commands import Commands
from lila.terminal.doors import local_door
from lila.terminal.loop import converse

class Endless:
    info = ModelInfo("scripted", "endless", "", 1024, "native")
    tried = (Tried("scripted", "answers"),)
    def count(self, messages): return 1
    def close(self): pass
    def generate(self, prompt_for, sampling, *, max_tokens, conversation, cancel):
        prompt = prompt_for(self.info)
        if "hello" in prompt.messages[-1].content:
            yield Piece("Hello.", finish="stop")
            return
        for number in itertools.count():
            if cancel.wait(0.01):
                yield Piece("", finish="cancelled")
                return
            yield Piece(f"word{number} ")

with LilaCore(chain=Endless()) as core:
    door = local_door(core)
    converse(door, Commands(door))
"""


def test_the_conversation_of_a_new_user(at_terminal: Callable[..., Any]) -> None:
    first = at_terminal()
    assert first.until("/help.").strip() == "Lila is awake (built-in model, native engine). Type, or /help."
    shown = first.say("remember that the swimming lesson is on Thursday at 4:30 pm", "✎ schedule")
    assert "lila › I'll remember that the swimming lesson is on Thursday at 4:30 pm.      " in shown
    shown = first.say("my door code is 4821", "✎ personal")
    line = next(each for each in shown.splitlines() if each.startswith("lila ›"))
    assert line == "lila › Noted: your door code is 4821.".ljust(80) + "✎ personal"
    first.until("you  ›")
    first.type("\x04")
    assert first.left() == 0
    assert "Traceback" not in first.screen

    second = at_terminal()
    assert "lila › On Thursday at 4:30 pm." in second.say("when is the swimming lesson?", "⤷ memory 1")
    shown = second.say("actually my door code is 9917", "⚠ contested")
    assert "lila › I had 4821 for your door code. Which is right, 4821 or 9917?" in shown
    second.say("9917", "lila › Thank you. Your door code is 9917.")
    second.say("/why", "answered by native (lila-nano)")
    second.say("/memory", "your door code is 9917")
    second.say("/exit", "/exit")
    assert second.left() == 0


def test_private_mode_leaves_nothing_on_the_disk(at_terminal: Callable[..., Any], tmp_path: Path) -> None:
    terminal = at_terminal()
    terminal.say("/private", "private mode on")
    terminal.say("my door code is zebra", "lila › ")
    terminal.say("/nonsense", "(there is no command /nonsense")
    terminal.say("/forget 99", "99")
    terminal.until("you  ›")
    terminal.type("half a line\x03")
    terminal.until("(Ctrl-D or /exit to leave)")
    terminal.say("/exit", "/exit")
    assert terminal.left() == 0
    kept = [each for each in (tmp_path / "home").rglob("*") if each.is_file()]
    assert kept
    assert not [each for each in kept if b"zebra" in each.read_bytes()]


def test_ctrl_c_stops_the_reply_and_not_lila(at_terminal: Callable[..., Any]) -> None:
    terminal = at_terminal(program=STORYTELLER)
    terminal.say("tell me a story", "word5 ")
    terminal.type("\x03")
    terminal.until(" —\n")
    terminal.say("hello", "lila › Hello.")
    terminal.say("tell me another", "word3 ")
    os.kill(terminal.process.pid, signal.SIGINT)
    terminal.until(" —\n")
    terminal.say("/why", "answered by scripted (endless)")
    terminal.until("you  ›")
    terminal.type("\x04")
    assert terminal.left() == 0
    assert "Traceback" not in terminal.screen


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a `lila serve` of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LILA_")}
    environment |= {"LILA_HOME": str(tmp_path / "server"), "LILA_BACKENDS_CHAIN": "native"}
    command = [sys.executable, "-m", "lila", "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"ws://\S+", process.stderr.readline())
    assert found
    yield found[0]
    process.terminate()
    process.communicate(timeout=60)


def test_over_the_harness_it_looks_the_same(at_terminal: Callable[..., Any], served: str) -> None:
    terminal = at_terminal("chat", "--connect", served)
    terminal.until(f"Lila is awake at {served}. Type, or /help.")
    shown = terminal.say("my door code is 4821", "✎ personal")
    assert "lila › Noted: your door code is 4821.".ljust(80) + "✎ personal" in shown
    terminal.say("/memory", "1  personal  your door code is 4821")
    terminal.say("/why", "answered by native (lila-nano)")
    terminal.say("/mode brif", "did you mean 'brief'?")
    terminal.say("/mode brief", "mode: brief")
    terminal.say("/forget door code", "I've forgotten it.")
    terminal.say("/memory", "Nothing yet.")
    terminal.say("/reset", "A new conversation.")
    terminal.say("/exit", "/exit")
    assert terminal.left() == 0


def test_over_the_harness_a_pipe_works_too(served: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lila", "chat", "--json", "--connect", served]
    environment = {**os.environ, "LILA_HOME": str(tmp_path / "here")}
    given = "my door code is 4821\nwhat is my door code?\n"
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["text"] for each in replies] == ["Noted: your door code is 4821.", "Your door code is 4821."]
    assert replies[1]["used"] == [1]


# In this process, with a scripted model


def spoken(core: LilaCore, *lines: str, as_json: bool = False) -> tuple[bool, str]:
    door, out = local_door(core), io.StringIO()
    given = io.StringIO("".join(f"{line}\n" for line in lines))
    fine = pipe(door, Commands(door), lines=given, out=out, as_json=as_json)
    return fine, out.getvalue()


def test_empty_lines_are_passed_over_and_commands_work(scripted: Boot) -> None:
    fine, out = spoken(scripted("All right."), "", "hello", "  ", "/private", "/exit", "hello")
    assert fine
    assert out == "All right.\n   private mode on: nothing is remembered or logged\n"


def test_a_turn_that_fails_is_told_and_the_next_is_answered(
    scripted: Boot, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(prompt: Any) -> str:
        if "bad" in prompt.messages[-1].content:
            raise RuntimeError("no")
        return "All right."

    core = scripted(script)
    fine, out = spoken(core, "bad", "hello")
    assert (fine, out) == (False, "\nAll right.\n")
    assert capsys.readouterr().err.startswith("lila: ")
    fine, out = spoken(core, "bad", "hello", as_json=True)
    first, second = map(json.loads, out.splitlines())
    assert first["error"]["code"] == "internal"
    assert second["text"] == "All right."


def test_ctrl_c_outside_the_terminal_ends_the_turn_and_the_command(scripted: Boot) -> None:
    def pressed(number: int) -> None:
        if number == 3:
            signal.raise_signal(signal.SIGINT)

    core = scripted("A long story that goes on and on.", before_piece=pressed)
    door, out = local_door(core), io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        say(door, Commands(door), "tell me", out=out, as_json=True)
    summary = json.loads(out.getvalue())
    assert summary["interrupted"] is True
    assert "A long story that goes on and on.".startswith(summary["text"])
    assert len(core.journal.tail(5)) == 1


def test_the_signal_handler_is_put_back(scripted: Boot) -> None:
    before = signal.getsignal(signal.SIGINT)
    spoken(scripted("All right."), "hello")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_summary_has_every_key_whatever_happened() -> None:
    summary = turn_summary([events.Notice("t", 0, "handover", "x failed, so y answers now.")])
    assert set(summary) == {"turn", "text", "memory_ops", "recalled", "used", "actions", "notices"}
    assert summary["notices"] == [{"code": "handover", "message": "x failed, so y answers now."}]
