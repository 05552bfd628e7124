"""`lila`, `lila chat` and `lila ask`."""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import typer

from lila.cli.options import AsJson, load_config

__all__ = ["ask", "chat"]

Mode = Annotated[
    Optional[str],  # noqa: UP007, UP045 - typer reads it
    typer.Option(help="How she speaks: focus, calm, playful, brief, or another mode of configs/modes.toml."),
]
Private = Annotated[bool, typer.Option("--private", help="Remember nothing and log nothing.")]


def chat(
    connect: Annotated[
        Optional[str],  # noqa: UP007, UP045 - typer reads it
        typer.Option(metavar="URL", help="Talk to a running `lila serve`, for example ws://127.0.0.1:8765."),
    ] = None,
    mode: Mode = None,
    private: Private = False,
    json: AsJson = False,
) -> None:
    """Talk to Lila. Through a pipe: a line in, a reply out (with --json, one object per reply)."""
    if connect is not None:
        _over_harness(connect, mode, private, json)
        return
    from lila.core import LilaCore
    from lila.terminal.commands import Commands
    from lila.terminal.doors import LocalDoor

    config = load_config()
    with LilaCore(config) as core:
        door = LocalDoor(core)
        commands = Commands(door, core, mode=mode, private=private)
        history = None if private else config.home / "cache" / "typed"
        _talk(door, commands, history=history, as_json=json)


def ask(
    text: Annotated[list[str], typer.Argument(help="What to say.")],
    mode: Mode = None,
    private: Private = False,
    json: AsJson = False,
) -> None:
    """Say one thing, print the reply and leave."""
    from lila.core import LilaCore
    from lila.terminal.commands import Commands
    from lila.terminal.doors import LocalDoor
    from lila.terminal.loop import say

    with LilaCore(load_config()) as core:
        door = LocalDoor(core)
        commands = Commands(door, core, mode=mode, private=private)
        if not say(door, commands, " ".join(text), out=sys.stdout, as_json=json):
            raise typer.Exit(1)


def _over_harness(url: str, mode: str | None, private: bool, as_json: bool) -> None:
    from lila.client import Client
    from lila.terminal.commands import Commands
    from lila.terminal.doors import RemoteDoor

    config = load_config()
    with Client.connect(url, token=config.server.token or None) as client:
        door = RemoteDoor(client, url)
        history = None if private else config.home / "cache" / "typed"
        _talk(door, Commands(door, None, mode=mode, private=private), history=history, as_json=as_json)


def _talk(door, commands, *, history, as_json) -> None:  # type: ignore[no-untyped-def]
    from lila.terminal.loop import converse, pipe

    if sys.stdin.isatty() and sys.stdout.isatty() and not as_json:
        converse(door, commands, history=history)
    elif not pipe(door, commands, lines=sys.stdin, out=sys.stdout, as_json=as_json):
        raise typer.Exit(1)
