"""docs/commands.md, made from the commands themselves: `python -m lila.cli.reference > docs/commands.md`.

A test compares the file with what this writes, so no command or option is ever undocumented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from lila.cli.root import app

__all__ = ["reference"]

_HEAD = """# Commands

`lila` alone starts the conversation; everything else is a subcommand. What a command prints on stdout is its
product, what it has to say about its work goes to stderr. An error is one sentence and exit status 1, a wrong usage
is 2, Ctrl-C is 130. Every key that `--set` takes is explained in `configs/default.toml`.

This page is written by `python -m lila.cli.reference`.
"""
_WIDTH = 100


def reference() -> str:
    """The page."""
    root = typer.main.get_command(app)
    return _HEAD + "".join(_sections(root, "lila", None))


def _sections(command: Any, name: str, parent: Any) -> Iterator[str]:
    kind = typer.Context
    context = kind(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        **command.context_settings,
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"\n## {context.command_path}\n\n```\n{text}\n```\n"
    for each, sub in getattr(command, "commands", {}).items():
        yield from _sections(sub, each, context)


if __name__ == "__main__":
    print(reference(), end="")
