"""Settings on the command line, and what every command does with an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lila.cli import root

Lila = Callable[..., Any]


def test_a_setting_holds_for_this_run_only(lila: Lila) -> None:
    added = lila("--set", "conversation.speaker=anna", "memory", "add", "the cellar is damp", "--json")
    assert added.status == 0
    assert lila("memory", "add", "the attic is dry").status == 0
    assert [each["owner"] for each in lila("memory", "list", "--json").json] == ["owner", "anna"]


def test_an_unknown_setting_names_the_nearest(lila: Lila) -> None:
    assert "server.port" in lila("--set", "server.prot=1", "memory", "list").sentence


@pytest.mark.parametrize(
    "given", ["server.port=many", "server.port=-1", "server.port", "log.enabled=perhaps"]
)
def test_a_bad_setting_is_one_sentence(lila: Lila, given: str) -> None:
    assert given.partition("=")[0] in lila("--set", given, "memory", "list").sentence


def test_a_broken_config_file_is_named_with_its_line(lila: Lila, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[server]\nprot = 1\n")
    assert f"{home / 'config.toml'}:2" in lila("log", "tail").sentence


def test_a_home_that_cannot_be_made(lila: Lila, home: Path) -> None:
    home.write_text("a file")
    assert str(home) in lila("memory", "list").sentence


def test_the_home_is_its_owners_alone(lila: Lila, home: Path) -> None:
    lila("memory", "add", "the cellar is damp")
    assert home.stat().st_mode & 0o777 == 0o700
    files = [each for each in home.rglob("*") if each.is_file()]
    assert files
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_a_fault_of_ours_is_a_sentence_too(lila: Lila, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(prog_name: str) -> None:
        raise ValueError("no such luck")

    monkeypatch.setattr(root, "app", broken)
    assert "ValueError: no such luck" in lila("doctor").sentence


def test_ctrl_c_is_130(lila: Lila, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(prog_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(root, "app", pressed)
    assert lila("doctor").status == 130


def test_the_version_is_told(lila: Lila) -> None:
    done = lila("--version")
    assert done.status == 0
    assert done.out.startswith("lila")
