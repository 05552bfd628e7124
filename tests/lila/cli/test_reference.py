"""docs/commands.md says what the commands are: run `python -m lila.cli.reference > docs/commands.md`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from lila.cli.reference import reference
from lila.cli.root import app

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for each, sub in getattr(command, "commands", {}).items():
        yield from commands(sub, f"{name} {each}")


ALL = dict(commands(typer.main.get_command(app), "lila"))


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_is_explained(name: str) -> None:
    command = ALL[name]
    assert command.help, f"`{name}` has no help"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"`{name}` does not explain {parameter.name}"
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert all(each in section for each in parameter.opts), parameter.opts


def test_the_commands_that_report_have_json() -> None:
    reporting = {name for name, command in ALL.items() if not getattr(command, "commands", None)}
    without = {name for name in reporting if not any("--json" in each.opts for each in ALL[name].params)}
    assert without == {"lila serve"}
