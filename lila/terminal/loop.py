"""The conversation loop: at a prompt with an editor, or a line in and a reply out through a pipe."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO

from lila import events
from lila.errors import LilaError
from lila.terminal.commands import Commands, Leave
from lila.terminal.render import YOU, TurnRenderer

if TYPE_CHECKING:
    from lila.terminal.doors import Door

__all__ = ["converse", "pipe", "say", "turn_summary"]


def converse(door: Door, commands: Commands, *, history: Path | None) -> None:
    """Talk at the terminal until /exit or Ctrl-D; ``history`` keeps the typed lines, None keeps none."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    editor: PromptSession[str] = PromptSession(history=FileHistory(str(history)) if history else InMemoryHistory())
    print(f"{door.greeting} Type, or /help.")
    stop_listening = door.subscribe(_announce)
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
            if text and not _one(door, commands, text, sys.stdout):
                return
    finally:
        stop_listening()


def pipe(door: Door, commands: Commands, *, lines: TextIO, out: TextIO, as_json: bool) -> bool:
    """Answer each line of ``lines`` with one reply; returns False if any turn failed."""
    fine = True
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if text.startswith("/"):
            if not _one(door, commands, text, out):
                break
            continue
        fine &= say(door, commands, text, out=out, as_json=as_json)
    return fine


def say(door: Door, commands: Commands, text: str, *, out: TextIO, as_json: bool) -> bool:
    """One turn, plainly: the reply as it streams, or one JSON object. Returns False if it failed."""
    happened = []
    with _interruptible(door.interrupt):
        for event in door.turn(text, commands.context):
            happened.append(event)
            if not as_json and isinstance(event, events.TextDelta):
                out.write(event.text)
                out.flush()
    failed = [event for event in happened if isinstance(event, events.Error)]
    if as_json:
        out.write(json.dumps(turn_summary(happened), ensure_ascii=False) + "\n")
    else:
        out.write("\n")
        for event in failed:
            print(f"lila: {event.message}", file=sys.stderr)
    out.flush()
    return not failed


def turn_summary(happened: list[events.Event]) -> dict[str, Any]:
    """A turn as one object: the reply, what was done to the memory, what was recalled, and any error."""
    summary: dict[str, Any] = {"turn": "", "text": "", "memory_ops": [], "recalled": [], "used": [], "actions": []}
    for event in happened:
        summary["turn"] = event.turn or summary["turn"]
        match event:
            case events.OpApplied() | events.OpRefused():
                summary["memory_ops"].append(_bare(event))
            case events.MemoriesRecalled():
                summary["recalled"] = _bare(event)["memories"]
            case events.ToolCalled() | events.ToolReturned():
                summary["actions"].append(_bare(event))
            case events.Interrupted(said=said):
                summary |= {"interrupted": True, "text": said}
            case events.Error(code=code, message=message):
                summary["error"] = {"code": code, "message": message}
            case events.TurnDone():
                done = _bare(event)
                summary |= {key: done[key] for key in ("text", "confidence", "used", "backend", "should_speak")}
                summary["timings"] = done["timings"]
            case _:
                pass
    return summary


def _bare(event: events.Event) -> dict[str, Any]:
    data = events.to_json(event)
    return {key: value for key, value in data.items() if key not in ("v", "turn", "seq")}


def _one(door: Door, commands: Commands, text: str, out: TextIO) -> bool:
    """One line at the prompt, a command or a turn; returns False when it was the last."""
    try:
        if text.startswith("/"):
            commands.run(text, out)
        else:
            _show_turn(door, commands, text, out)
    except Leave:
        return False
    except LilaError as error:
        print(f"   ({error})", file=out)
    return True


def _show_turn(door: Door, commands: Commands, text: str, out: TextIO) -> None:
    renderer = TurnRenderer(width=shutil.get_terminal_size().columns)
    with _interruptible(door.interrupt):
        for event in door.turn(text, commands.context):
            out.write(renderer.feed(event))
            out.flush()


def _announce(event: events.Event) -> None:
    if isinstance(event, events.TimerRang):
        print(f"\a⏰ {event.message}", flush=True)
    elif isinstance(event, events.Notice):
        print(f"   ({event.message})", flush=True)


@contextmanager
def _interruptible(interrupt: Callable[[], None]) -> Iterator[None]:
    """While a reply streams, Ctrl-C stops the reply and not Lila."""

    def on_signal(signum: int, frame: FrameType | None) -> None:
        interrupt()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
