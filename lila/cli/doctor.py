"""`lila doctor`: which model answers and why, what is missing, and what mends it."""

from __future__ import annotations

from lila.cli.options import AsJson, load_config, print_json

__all__ = ["doctor"]


def doctor(json: AsJson = False) -> None:
    """Show the backend chain with the reason for each step, what is installed, and how to mend what is not."""
    from lila.doctor import examine

    report = examine(load_config())
    if json:
        print_json(report.as_dict())
    else:
        print("\n".join(report.lines()))
