"""The conversation loop: at a prompt with an editor, or a line in and a reply out through a pipe."""

from __future__ import annotations

import io
import json
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO

from lila import events
from lila.errors import LilaError
from lila.terminal.commands import Commands, Leave
from lila.terminal.layout import harmless, wrapped
from lila.terminal.render import YOU, TurnRenderer
from memory.errors import LilaMemoryError
from training_log.errors import TrainingLogError

if TYPE_CHECKING:
    from lila.terminal.doors import Door

__all__ = ["converse", "pipe", "say", "turn_summary"]

_TOLD = (LilaError, LilaMemoryError, TrainingLogError)
"""Errors that are a sentence for the person, after which the conversation goes on."""


def converse(door: Door, commands: Commands) -> None:
    """Talk at the terminal until /exit or Ctrl-D.

    What is typed can be called back with the arrow keys, but is kept in this process only: a file of it would
    outlive what is forgotten and what is said in private.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    editor: PromptSession[str] = PromptSession(history=InMemoryHistory())
    print(f"{door.greeting()} Type, or /help.", flush=True)
    news = _News()
    stop_listening = door.lila.subscribe(news)
    try:
        while True:
            try:
                with patch_stdout():
                    text = editor.prompt(YOU).strip()
            except EOFError:
                return
            except KeyboardInterrupt:
                print("   (Ctrl-D or /exit to leave)")
                continue
            with news.held():
                if text and not _one(door, commands, text):
                    return
    finally:
        stop_listening()


def pipe(door: Door, commands: Commands, *, lines: TextIO, out: TextIO, as_json: bool) -> bool:
    """Answer each line of ``lines`` with one reply; returns False if any of them failed."""
    fine = True
    try:
        for line in lines:
            text = line.strip()
            if text.startswith("/"):
                fine &= _piped_command(commands, text, out, as_json)
            elif text:
                fine &= say(door, commands, text, out=out, as_json=as_json)
    except Leave:
        pass
    return fine


def say(door: Door, commands: Commands, text: str, *, out: TextIO, as_json: bool) -> bool:
    """One turn, plainly: the reply as it streams, or one JSON object. Returns False if it failed.

    Ctrl-C ends the turn as an interrupted one, and then raises KeyboardInterrupt: nobody is at a prompt.
    """
    happened: list[events.Event] = []
    with _interruptible(door.interrupt) as key:
        for event in _turn(door, commands, text):
            happened.append(event)
            if not as_json:
                _print_plainly(event, out)
    if as_json:
        out.write(_line(turn_summary(happened)))
    else:
        out.write("\n")
    out.flush()
    if key.pressed:
        raise KeyboardInterrupt
    return not any(isinstance(event, events.Error) for event in happened)


def turn_summary(happened: list[events.Event]) -> dict[str, Any]:
    """A turn as one object: the reply, what was done to the memory, what was recalled, and any error."""
    summary: dict[str, Any] = {"turn": "", "text": "", "memory_ops": [], "recalled": [], "used": []}
    summary |= {"actions": [], "notices": []}
    for event in happened:
        summary["turn"] = event.turn or summary["turn"]
        match event:
            case events.OpApplied() | events.OpRefused():
                summary["memory_ops"].append(_bare(event))
            case events.MemoriesRecalled():
                summary["recalled"] = _bare(event)["memories"]
            case events.ToolCalled() | events.ToolReturned():
                summary["actions"].append(_bare(event))
            case events.Notice(code=code, message=message):
                summary["notices"].append({"code": code, "message": message})
            case events.Interrupted(said=said):
                summary |= {"interrupted": True, "text": said}
            case events.Error(code=code, message=message):
                summary["error"] = {"code": code, "message": message}
            case events.TurnDone():
                done = _bare(event)
                kept = ("text", "confidence", "used", "backend", "should_speak", "timings")
                summary |= {key: done[key] for key in kept}
            case _:
                pass
    return summary


def _turn(door: Door, commands: Commands, text: str) -> Iterator[events.Event]:
    """The events of a turn; one that could not begin, or lost its connection, ends in an Error too."""
    try:
        yield from door.turn(text, commands.context)
    except _TOLD as error:
        yield events.Error("", 0, error.code, str(error))


def _print_plainly(event: events.Event, out: TextIO) -> None:
    if isinstance(event, events.TextDelta):
        out.write(harmless(event.text) if out.isatty() else event.text)
        out.flush()
    elif isinstance(event, (events.Error, events.Notice)):
        print(f"lila: {event.message}", file=sys.stderr)


def _piped_command(commands: Commands, text: str, out: TextIO, as_json: bool) -> bool:
    said = io.StringIO()
    answer: dict[str, Any] = {"command": text}
    try:
        commands.run(text, said)
    except _TOLD as error:
        answer["error"] = {"code": error.code, "message": str(error)}
        if not as_json:
            print(f"lila: {error}", file=sys.stderr)
    out.write(
        _line(answer | {"text": textwrap.dedent(said.getvalue()).strip()}) if as_json else said.getvalue()
    )
    out.flush()
    return "error" not in answer


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"


def _bare(event: events.Event) -> dict[str, Any]:
    data = events.to_json(event)
    return {key: value for key, value in data.items() if key not in ("v", "turn", "seq")}


def _one(door: Door, commands: Commands, text: str) -> bool:
    """One line at the prompt, a command or a turn; returns False when it was the last."""
    try:
        if text.startswith("/"):
            commands.run(text, sys.stdout)
        else:
            _show_turn(door, commands, text)
    except Leave:
        return False
    except _TOLD as error:
        print(wrapped(f"   ({error})", shutil.get_terminal_size().columns, 4))
    return True


def _show_turn(door: Door, commands: Commands, text: str) -> None:
    renderer = TurnRenderer(width=shutil.get_terminal_size().columns)
    with _interruptible(door.interrupt):
        for event in _turn(door, commands, text):
            sys.stdout.write(renderer.feed(event))
            sys.stdout.flush()


class _News:
    """What happens outside turns, told above the prompt; while a reply streams, it waits for its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] | None = None

    def __call__(self, event: events.Event) -> None:
        if isinstance(event, events.TimerRang):
            line = f"\a⏰ {harmless(event.message)}"
        elif isinstance(event, events.Notice):
            line = f"   ({harmless(event.message)})"
        else:
            return
        with self._lock:
            if self._waiting is None:
                print(line, flush=True)
            else:
                self._waiting.append(line)

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._lock:
            self._waiting = []
        try:
            yield
        finally:
            with self._lock:
                waiting, self._waiting = self._waiting, None
                for line in waiting or ():
                    print(line, flush=True)


@dataclass(slots=True)
class _CtrlC:
    pressed: bool = False


@contextmanager
def _interruptible(interrupt: Callable[[], None]) -> Iterator[_CtrlC]:
    """While a reply streams, Ctrl-C stops the reply and not Lila."""
    key = _CtrlC()

    def on_signal(signum: int, frame: FrameType | None) -> None:
        key.pressed = True
        interrupt()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield key
    finally:
        signal.signal(signal.SIGINT, before)
