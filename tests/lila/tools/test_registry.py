"""Permissions: what touches the machine asks first, every time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lila.errors import ToolNotAllowed, UnknownTool
from lila.tools.registry import Parameter, Registry, Tool, ToolContext, Touches

NOW = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)


def context(*granted: str) -> ToolContext:
    return ToolContext("t", "c", "owner", "", NOW, granted=frozenset(granted))


def registry(machine: str) -> tuple[Registry, list[str]]:
    ran: list[str] = []

    def run(arguments: object, context: ToolContext) -> str:
        ran.append("ran")
        return "Done."

    made = Registry(machine)
    made.add((Tool("lamp", "switch the lamp", (Parameter("to", "on or off", False),), run, Touches.MACHINE),))
    return made, ran


def test_it_asks_first() -> None:
    tools, ran = registry("ask")
    with pytest.raises(ToolNotAllowed, match="May I switch the lamp") as caught:
        tools.call("lamp", {}, context())
    assert caught.value.code == "tool_asks"
    assert not ran
    assert tools.call("lamp", {}, context("lamp")) == "Done."


def test_a_grant_is_for_one_tool() -> None:
    tools, ran = registry("ask")
    with pytest.raises(ToolNotAllowed):
        tools.call("lamp", {}, context("other"))
    assert not ran


def test_never_means_never() -> None:
    tools, ran = registry("never")
    with pytest.raises(ToolNotAllowed, match=r"tools\.machine"):
        tools.call("lamp", {}, context("lamp"))
    assert not ran


def test_always_does_not_ask() -> None:
    tools, _ran = registry("always")
    assert tools.call("lamp", {}, context()) == "Done."


def test_an_invented_tool_is_refused() -> None:
    with pytest.raises(UnknownTool):
        registry("ask")[0].call("shell", {"command": "true"}, context())


def test_signature_teaches_the_call() -> None:
    assert registry("ask")[0].tools[0].signature() == 'lamp(to="…" optional)'
