"""`lila bench`: measure Lila on this machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from lila.cli.options import AsJson, print_json

__all__ = ["app"]

app = typer.Typer(help="Measure Lila on this machine.", rich_markup_mode=None, no_args_is_help=True)


class Report(Protocol):
    """What every benchmark returns."""

    def as_dict(self) -> dict[str, Any]: ...

    def lines(self) -> list[str]: ...


@app.command()
def startup(
    runs: Annotated[int, typer.Option(min=1, help="Counted runs of each figure.")] = 9,
    json: AsJson = False,
) -> None:
    """How long a person waits for help, a model, a first reply."""
    from lila.bench import startup

    _print(startup.run(runs, progress=_progress), json)


@app.command()
def nano(
    each: Annotated[int, typer.Option("-n", min=1, help="Held-out examples per intent.")] = 40,
    handwritten: Annotated[bool, typer.Option(help="Also the sentences written by hand.")] = True,
    failures: Annotated[bool, typer.Option("--failures", help="Show every case that failed.")] = False,
    json: AsJson = False,
) -> None:
    """How well the built-in model does, on wording it never saw."""
    from lila.bench import nano

    _print(nano.run(each, handwritten=handwritten, failures=failures, progress=_progress), json)


@app.command()
def memory(
    size: Annotated[int, typer.Option("-n", min=100, help="Memories in the store.")] = 10_000,
    locomo: Annotated[
        Path | None,
        typer.Option(help="A copy of locomo10.json (CC BY-NC; not part of Lila): retrieval recall on it."),
    ] = None,
    json: AsJson = False,
) -> None:
    """How fast the store writes and recalls, and how well it finds."""
    from lila.bench import memory

    _print(memory.run(size, locomo=locomo, progress=_progress), json)


@app.command()
def harness(
    clients: Annotated[
        list[int] | None,
        typer.Option("-c", min=1, help="How many clients at once; may be given several times."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Turns a second, and the first token, over the WebSocket."""
    from lila.bench import harness

    _print(harness.run(tuple(clients or (1, 8, 32)), progress=_progress), json)


def _progress(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(report.as_dict())
        return
    lines: Sequence[str] = report.lines()
    print("\n".join(lines))
