"""Options that several commands share, and how a command prints its report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from lila.errors import ConfigError
from lila.terminal.layout import CONTROLS, harmless

if TYPE_CHECKING:
    from lila.config import Config

__all__ = ["AsJson", "Setting", "load_config", "print_json", "read_config", "remember_settings", "say"]

_ESCAPED = {code: f"\\u{code:04x}" for code in CONTROLS if code > 31}
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a setting for this run; may be given several times."
    ),
]

_settings: dict[str, str] = {}


def remember_settings(given: list[str]) -> None:
    """Keep the `--set` options of this run for `load_config`; raises ConfigError for one without a value."""
    _settings.clear()
    for each in given:
        key, equals, value = each.partition("=")
        if not equals:
            raise ConfigError(
                "a setting is written KEY=VALUE, for example --set server.port=8800", place=each
            )
        _settings[key.strip()] = value.strip()


def read_config(more: Mapping[str, object] | None = None) -> Config:
    """The configuration of this run; ``more`` are settings from a command's own options. Makes no folder."""
    from lila.config import load

    return load({**_settings, **(more or {})})


def load_config(more: Mapping[str, object] | None = None) -> Config:
    """The configuration of this run, its home folder made."""
    from lila.config import make_home

    config = read_config(more)
    make_home(config.home)
    return config


def print_json(document: Any) -> None:
    """One JSON document on stdout, as people can read it too; what steers a terminal is escaped in it."""
    print(json.dumps(document, ensure_ascii=False, indent=2).translate(_ESCAPED))


def say(line: str, *, file: TextIO | None = None) -> None:
    """Print a line for a person; what memories and turns hold can neither steer the terminal nor begin a line."""
    print(" ".join(harmless(line).split("\n")), file=file)
