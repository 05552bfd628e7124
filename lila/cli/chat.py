"""`lila`, `lila chat` and `lila ask`."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lila.cli.options import AsJson, load_config, read_config

if TYPE_CHECKING:
    from lila.terminal.commands import Commands
    from lila.terminal.doors import Door

__all__ = ["ask", "chat"]

Mode = Annotated[
    str | None,
    typer.Option(help="How she speaks: focus, calm, playful, brief, or another mode of configs/modes.toml."),
]
Private = Annotated[bool, typer.Option("--private", help="Remember nothing and log nothing.")]


def chat(
    connect: Annotated[
        str | None,
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
    from lila.terminal.doors import local_door

    with LilaCore(load_config()) as core:
        if mode:
            core.check_mode(mode)
        door = local_door(core)
        _talk(door, Commands(door, mode=mode, private=private), json)


def ask(
    text: Annotated[list[str], typer.Argument(help="What to say.")],
    mode: Mode = None,
    private: Private = False,
    json: AsJson = False,
) -> None:
    """Say one thing, print the reply and leave."""
    from lila.core import LilaCore
    from lila.terminal.commands import Commands
    from lila.terminal.doors import local_door
    from lila.terminal.loop import say

    # Arguments that aren't UTF-8 arrive as lone surrogates, which nothing below could write down.
    words = " ".join(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with LilaCore(load_config()) as core:
        if mode:
            core.check_mode(mode)
        door = local_door(core)
        commands = Commands(door, mode=mode, private=private)
        if not say(door, commands, words, out=sys.stdout, as_json=json):
            raise typer.Exit(1)


def _over_harness(url: str, mode: str | None, private: bool, as_json: bool) -> None:
    from lila.client import Client
    from lila.terminal.commands import Commands
    from lila.terminal.doors import remote_door

    config = read_config()
    with Client.connect(url, token=config.server.token or None) as client:
        if mode:
            client.check_mode(mode)
        door = remote_door(client, url)
        _talk(door, Commands(door, mode=mode, private=private), as_json)


def _talk(door: Door, commands: Commands, as_json: bool) -> None:
    from lila.terminal.loop import converse, pipe

    if sys.stdin.isatty() and sys.stdout.isatty() and not as_json:
        converse(door, commands)
        return
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if not pipe(door, commands, lines=sys.stdin, out=sys.stdout, as_json=as_json):
        raise typer.Exit(1)
