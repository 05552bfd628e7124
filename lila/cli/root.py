"""The commands: `lila` alone starts the conversation, every other door and report is a subcommand.

Only typer is imported here: each command imports what it needs when it runs, so that `lila --help` is quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from lila.cli import bench, chat, doctor, log, memory, model, serve
from lila.cli.options import Setting, remember_settings

__all__ = ["app"]

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
def lila(
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
