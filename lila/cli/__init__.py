"""The command line: `lila` alone starts the conversation, every other door and report is a subcommand.

Only typer is imported here: each command imports what it needs when it runs, so that `lila --help` is quick.
"""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import typer

from lila.cli import bench, chat, doctor, log, memory, serve
from lila.cli.options import Setting, remember_settings

__all__ = ["app", "main"]

app = typer.Typer(
    name="lila",
    help="Lila, a private assistant that lives on your machine. Alone, `lila` starts the conversation.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ask")(chat.ask)
app.command("chat")(chat.chat)
app.command("serve")(serve.serve)
app.add_typer(memory.app, name="memory")
app.add_typer(log.app, name="log")
app.command("doctor")(doctor.doctor)
app.add_typer(bench.app, name="bench")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    setting: Setting = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"lila {installed('lila')}")
        raise typer.Exit
    remember_settings(setting or [])
    if context.invoked_subcommand is None:
        chat.chat()


def main() -> Optional[int]:  # noqa: UP007 - read by the entry point
    """Run the command line; an error is one sentence on stderr and exit status 1, never a traceback."""
    try:
        return app(standalone_mode=True)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nobody is left to tell
        return 0
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        print(f"lila: {error}", file=sys.stderr)
        return 1
