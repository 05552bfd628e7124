"""`lila model`: the model files on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from lila.cli.options import AsJson, print_json, read_config, say

__all__ = ["app"]

app = typer.Typer(help="The model files on this machine.", rich_markup_mode=None, no_args_is_help=True)
File = Annotated[
    str, typer.Argument(help="A GGUF file: a path, or a name under ~/.lila/models.", show_default=False)
]


@app.command()
def info(file: File, json: AsJson = False) -> None:
    """What a file holds, and who runs it. Architecture, parameters, number formats, context, tokenizer."""
    from lila.model_files import describe

    report = describe(file, read_config().home)
    if json:
        print_json(report.as_dict())
    else:
        _print(report.lines())


@app.command("list")
def list_models(json: AsJson = False) -> None:
    """The built-in model and those under ~/.lila/models. Each with the backend that would run it."""
    from dataclasses import asdict

    from lila.model_files import known_models

    models = known_models(read_config().home)
    if json:
        print_json([asdict(model) for model in models])
    else:
        _print([model.line() for model in models])


@app.command()
def verify(
    file: File,
    digest: Annotated[bool, typer.Option("--digest", help="Also the SHA-256 of the whole file.")] = False,
    expect: Annotated[
        str, typer.Option(metavar="SHA256", help="What the SHA-256 must be, in hex.", show_default=False)
    ] = "",
    json: AsJson = False,
) -> None:
    """Check a file, from its header to a first token.

    The token is the native engine's. Exit status 1 if something is wrong.
    """
    from lila.model_files import verify as check

    config = read_config()
    report = check(file, config.home, digest=digest, expected=expect, cache_bytes=config.native.cache_bytes)
    if json:
        print_json(report.as_dict())
    else:
        _print(report.lines())
    if not report.sound:
        raise typer.Exit(1)


def _print(lines: list[str]) -> None:
    """Names and reasons are the files' own words."""
    for line in lines:
        say(line)
