"""Lists: added once, found by what people call them, kept on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lila.errors import BadToolArgument, ToolError, ToolNotAllowed
from lila.tools.lists import list_name, list_tools, split_items
from lila.tools.registry import Registry, ToolContext
from lila.tools.shelf import Shelf

Say = Callable[..., str]
NOW = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)


def in_turn(**more: bool) -> ToolContext:
    return ToolContext("t", "c", "owner", "", NOW, **more)


def kept(shelf: Shelf, registry: Registry, name: str, arguments: Mapping[str, str]) -> str:
    """A turn with one call, that ends well."""
    context = in_turn()
    said = registry.call(name, arguments, context)
    with shelf.keeping(context.draft.changes, ""):
        return said


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    shelf = Shelf(tmp_path / "tools.db")
    registry = Registry()
    registry.add(list_tools(shelf))
    yield lambda name, **arguments: kept(shelf, registry, name, arguments)
    shelf.close()


def test_a_shopping_list(say: Say) -> None:
    assert say("list_show", list="shopping") == "The shopping list is empty."
    assert say("list_add", list="shopping", items="milk, eggs") == "Added milk and eggs to the shopping list."
    assert (
        say("list_add", list="groceries", items="Milk and rye bread")
        == "Added rye bread to the shopping list."
    )
    assert say("list_add", list="shopping", items="eggs") == "Eggs is already on the shopping list."
    assert say("list_show", list="my shopping list") == "On the shopping list: milk, eggs and rye bread."
    assert (
        say("list_remove", list="shopping", items="the bread") == "Removed rye bread from the shopping list."
    )
    assert say("list_remove", list="shopping", items="wine") == "Wine isn't on the shopping list."
    assert say("list_clear", list="shopping") == "The shopping list is empty now."
    assert say("list_clear", list="shopping") == "The shopping list is already empty."


def test_a_turn_sees_what_it_changed_and_nobody_else_does(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "tools.db")
    registry = Registry()
    registry.add(list_tools(shelf))
    here, there = in_turn(), in_turn()

    def say(name: str, context: ToolContext, **arguments: str) -> str:
        return registry.call(name, {"list": "shopping"} | arguments, context)

    kept(shelf, registry, "list_add", {"list": "shopping", "items": "eggs"})
    say("list_add", here, items="milk")
    say("list_remove", here, items="eggs")
    assert say("list_add", here, items="milk") == "Milk is already on the shopping list."
    assert say("list_show", here) == "On the shopping list: milk."
    assert say("list_show", there) == "On the shopping list: eggs."
    with shelf.keeping(here.draft.changes, "t"):
        pass
    assert say("list_show", there) == "On the shopping list: milk."
    shelf.close()


def test_an_ambiguous_removal_removes_nothing(say: Say) -> None:
    say("list_add", list="shopping", items="oat milk, cow milk")
    assert say("list_remove", list="shopping", items="milk") == "Milk isn't on the shopping list."


def test_lists_do_not_mix(say: Say) -> None:
    say("list_add", list="todo", items="call mum")
    say("list_add", list="packing", items="socks")
    assert say("list_show", list="to-do") == "On the to-do list: call mum."
    assert say("list_show", list="packing list") == "On the packing list: socks."


def test_it_survives_a_restart(tmp_path: Path) -> None:
    for items in ("milk", "eggs"):
        shelf = Shelf(tmp_path / "tools.db")
        registry = Registry()
        registry.add(list_tools(shelf))
        kept(shelf, registry, "list_add", {"list": "shopping", "items": items})
        said = kept(shelf, registry, "list_show", {"list": "shopping"})
        shelf.close()
    assert said == "On the shopping list: milk and eggs."


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("milk, eggs and rye bread", ["milk", "eggs", "rye bread"]),
        ("milk, eggs, and bread.", ["milk", "eggs", "bread"]),
        ("some milk and some milk", ["milk"]),
        ("  ", []),
        ("sandwich", ["sandwich"]),
    ],
)
def test_items(said: str, items: list[str]) -> None:
    assert split_items(said) == items


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("My Groceries list", "shopping"),
        ("to do", "to-do"),
        ("TODO", "to-do"),
        ("Christmas", "christmas"),
        ("", "to-do"),
    ],
)
def test_names(said: str, name: str) -> None:
    assert list_name(said) == name


def test_mistakes_are_said(say: Say) -> None:
    with pytest.raises(BadToolArgument, match="missing"):
        say("list_add", list="shopping")
    with pytest.raises(BadToolArgument, match="doesn't know colour"):
        say("list_show", list="shopping", colour="red")
    with pytest.raises(BadToolArgument, match="full"):
        say("list_add", list="shopping", items=",".join(map(str, range(600))))


def test_private_mode_writes_nothing_down(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "tools.db")
    registry = Registry()
    registry.add(list_tools(shelf))
    private = in_turn(private=True)
    with pytest.raises(ToolNotAllowed, match="private"):
        registry.call("list_add", {"list": "shopping", "items": "a secret"}, private)
    assert private.draft.changes == []
    assert b"a secret" not in (tmp_path / "tools.db").read_bytes()
    shelf.close()


def test_a_file_that_is_no_shelf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tools.db").write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(ToolError, match="move it away"):
        Shelf(tmp_path / "tools.db")
