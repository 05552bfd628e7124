"""What starts with a slash: /help, /reset, /memory, /forget, /why, /mode, /private, /exit."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TextIO

from lila.errors import LilaError
from lila.terminal.layout import harmless, wrapped

if TYPE_CHECKING:
    from lila.terminal.doors import Door

__all__ = ["Commands", "Leave"]

_HELP = {
    "/help": "this list",
    "/memory [words]": "what Lila remembers, or what of it matches the words",
    "/forget words": "forget what matches; /forget 12 forgets memory 12",
    "/why": "what the last answer rests on: memories, settings, backend",
    "/mode [name]": "show or change how she speaks (off: none)",
    "/private": "switch private mode: nothing remembered, nothing logged",
    "/reset": "begin the conversation anew; memories stay",
    "/exit": "leave (Ctrl-D too)",
}
_SHOWN = 30
"""Memories that /memory prints at the most; `lila memory list` prints all."""


class Leave(Exception):
    """The person wants to go."""


class Commands:
    """The slash commands of one conversation, and the context they set for its turns."""

    def __init__(self, door: Door, *, mode: str | None = None, private: bool = False) -> None:
        self._door = door
        self._mode = mode
        self._private = private

    @property
    def context(self) -> Mapping[str, object]:
        """What the next turn is said with."""
        context: dict[str, object] = {"private": self._private}
        return context | ({"mode": self._mode} if self._mode else {})

    def run(self, line: str, out: TextIO) -> None:
        """Carry out one command line; raises Leave for /exit, LilaError for what can't be done."""
        name, _, rest = line.partition(" ")
        known: dict[str, Callable[[str, TextIO], None]] = {
            "/help": self._help,
            "/reset": self._reset,
            "/memory": self._memory,
            "/forget": self._forget,
            "/why": self._why,
            "/mode": self._set_mode,
            "/private": self._switch_private,
            "/exit": self._exit,
        }
        action = known.get(name.lower())
        if action is None:
            near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}? " if near else ""
            raise LilaError(
                f"there is no command {name[:40]}; {hint}/help lists them", code="unknown_command"
            )
        action(rest.strip(), out)

    def _help(self, rest: str, out: TextIO) -> None:
        width = max(map(len, _HELP))
        for name, meaning in _HELP.items():
            print(f"   {name.ljust(width)}  {meaning}", file=out)

    def _exit(self, rest: str, out: TextIO) -> None:
        raise Leave

    def _reset(self, rest: str, out: TextIO) -> None:
        self._door.reset()
        print("   A new conversation. What I remember stays.", file=out)

    def _memory(self, rest: str, out: TextIO) -> None:
        found = self._door.memory.memories(rest, _SHOWN)
        if not found.memories:
            print("   Nothing yet." if not rest else "   Nothing matches.", file=out)
        for memory in found.memories:
            state = "" if memory.state == "approved" else f"  [{memory.state}]"
            whose = f"  (told by {memory.told_by})" if memory.told_by else ""
            _print(f"   {memory.id:>4}  {memory.namespace:<9} {memory.text}{state}{whose}", out, 19)
        if found.more:
            _print("   … and more: /memory with words narrows it, `lila memory list` has all", out)

    def _forget(self, rest: str, out: TextIO) -> None:
        if not rest:
            raise LilaError("say what to forget: /forget door code, or /forget 12", code="usage")
        _print(f"   {self._door.memory.forget(rest).message}", out)

    def _why(self, rest: str, out: TextIO) -> None:
        for line in self._door.why().lines():
            _print(f"   {line}", out)

    def _set_mode(self, rest: str, out: TextIO) -> None:
        if rest and rest != "off":
            self._door.lila.check_mode(rest)
        if rest:
            self._mode = None if rest == "off" else rest
        print(f"   mode: {self._mode or 'none'}", file=out)

    def _switch_private(self, rest: str, out: TextIO) -> None:
        self._private = not self._private
        meaning = "nothing is remembered or logged" if self._private else "memory and log are on"
        print(f"   private mode {'on' if self._private else 'off'}: {meaning}", file=out)


def _print(line: str, out: TextIO, indent: int = 5) -> None:
    """One line; at a terminal, its words are kept whole."""
    if out.isatty():
        line = wrapped(line, shutil.get_terminal_size().columns, indent)
    print(harmless(line), file=out)
