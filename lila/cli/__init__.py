"""The command line: `lila` alone starts the conversation, every other door and report is a subcommand.

Only typer is imported here: each command imports what it needs when it runs, so that `lila --help` is quick.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from lila.cli import bench, chat, doctor, log, memory, model, serve
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
app.add_typer(model.app, name="model")
app.command("doctor")(doctor.doctor)
app.add_typer(bench.app, name="bench")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    setting: Setting = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from importlib.metadata import PackageNotFoundError
        from importlib.metadata import version as installed

        try:
            print(f"lila {installed('lila')}")
        except PackageNotFoundError:
            print("lila, run from a source tree")
        raise typer.Exit
    remember_settings(setting or [])
    if context.invoked_subcommand is None:
        chat.chat()


def main() -> int:
    """Run the command line and return its exit status.

    An error is one sentence on stderr and status 1; a wrong usage is 2, Ctrl-C is 130.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without › is no reason to fail
    try:
        app(prog_name="lila")
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        status = 130
    except Exception as error:
        status = 1
        print(f"lila: {_sentence(error)}", file=sys.stderr)
    return _flushed(status)


def _sentence(error: Exception) -> str:
    """What a person is told; what isn't one of Lila's own errors is a fault of hers, or the disk's."""
    if isinstance(getattr(error, "code", None), str):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if sys.flags.dev_mode:
        raise error
    return (
        f"something went wrong in me ({type(error).__name__}: {error}); `python -X dev -m lila` shows where"
    )


def _flushed(status: int) -> int:
    """Flush now: at the interpreter's end a reader that went away would be a complaint on stderr."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
