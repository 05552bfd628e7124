"""`lila doctor`: which model answers and why, what is missing, and what mends it."""

from __future__ import annotations

import typer

from lila.cli.options import AsJson, print_json, read_config

__all__ = ["doctor"]


def doctor(json: AsJson = False) -> None:
    """Say which model answers, why, and what would mend the rest.

    Shows the chain of models with the reason for each step, and what is installed. Exit status 1 if a conversation can't be had.
    """
    from lila.doctor import examine

    report = examine(read_config())
    if json:
        print_json(report.as_dict())
    else:
        print("\n".join(report.lines()))
    if not report.healthy:
        raise typer.Exit(1)
