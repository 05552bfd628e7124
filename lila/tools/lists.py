"""Lists: the shopping list, the to-do list, and any other by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lila.errors import BadToolArgument
from lila.tools.registry import Parameter, Tool, ToolContext, Touches
from lila.tools.shelf import Shelf

__all__ = ["list_name", "list_tools", "say_items", "split_items"]

MAX_ITEM_CHARS = 200
MAX_ITEMS = 500

_NAMES = {
    "todo": "to-do", "to do": "to-do", "to dos": "to-do", "todos": "to-do", "task": "to-do", "tasks": "to-do",
    "shop": "shopping", "grocery": "shopping", "groceries": "shopping", "shopping": "shopping",
}  # fmt: skip


def list_tools(shelf: Shelf) -> tuple[Tool, ...]:
    """The four list tools over `shelf`."""
    lists = _Lists(shelf)
    which = Parameter("list", 'which list: "shopping", "to-do" or another name', copied=False)
    items = Parameter("items", 'what, separated by commas: "milk, eggs"')
    own = Touches.OWN_DATA
    return (
        Tool("list_add", "put something on a list", (which, items), lists.add, own, keeps_words=True),
        Tool("list_remove", "take something off a list", (which, items), lists.remove, own),
        Tool("list_show", "read a list out", (which,), lists.show, own),
        Tool("list_clear", "empty a list", (which,), lists.clear, own),
    )


def list_name(said: str) -> str:
    """The list's own name: "My Groceries list" is "shopping"."""
    name = re.sub(r"[^\w\s'-]", " ", said.lower())
    name = re.sub(r"^\s*(my|our|the)\b|\blists?\s*$", " ", name)
    name = " ".join(name.split())[:60].strip()
    plain = name.replace("-", " ")
    return _NAMES.get(plain, name or "to-do")


def split_items(said: str) -> list[str]:
    """ "milk, eggs and rye bread" → milk; eggs; rye bread. Each once, in order."""
    parts = re.split(r"\s*[,;\n]\s*(?:and\s+)?|\s+and\s+", said.strip(" .!?"))
    found: dict[str, str] = {}
    for part in parts:
        item = re.sub(r"^(?:some|also|and)\s+", "", " ".join(part.split()), flags=re.IGNORECASE)
        if item:
            found.setdefault(item.lower(), item[:MAX_ITEM_CHARS])
    return list(found.values())


def say_items(items: Sequence[str]) -> str:
    """ "milk", "milk and eggs", "milk, eggs and rye bread"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


class _Lists:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def add(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        name, items = list_name(arguments["list"]), _wanted(arguments)
        held = {item.lower() for item in self._items(name, context)}
        new = [item for item in items if item.lower() not in held]
        if not new:
            return f"{_upper(say_items(items))} {_is(items)} already on the {name} list."
        if len(held) + len(new) > MAX_ITEMS:
            raise BadToolArgument(f"The {name} list is full: it holds {MAX_ITEMS} things.")
        rows = [(name, item, context.now.timestamp()) for item in new]
        context.draft.changes.append(
            lambda db: db.executemany(
                "INSERT OR IGNORE INTO lists (list, item, added_at) VALUES (?, ?, ?)", rows
            )
        )
        return f"Added {say_items(new)} to the {name} list."

    def remove(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        name, items = list_name(arguments["list"]), _wanted(arguments)
        held = self._items(name, context)
        gone = [found for item in items if (found := _matching(item, held)) is not None]
        if not gone:
            return f"{_upper(say_items(items))} {_isnt(items)} on the {name} list."
        _take_off(name, gone, context)
        return f"Removed {say_items(gone)} from the {name} list."

    def show(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        name = list_name(arguments["list"])
        items = self._items(name, context)
        return f"On the {name} list: {say_items(items)}." if items else f"The {name} list is empty."

    def clear(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        name = list_name(arguments["list"])
        held = self._items(name, context)
        _take_off(name, held, context)
        return f"The {name} list is empty now." if held else f"The {name} list is already empty."

    def _items(self, name: str, context: ToolContext) -> list[str]:
        rows = self._shelf.rows_after(
            context.draft.changes, "SELECT item FROM lists WHERE list = ? ORDER BY rowid", name
        )
        return [str(row[0]) for row in rows]


def _take_off(name: str, items: Sequence[str], context: ToolContext) -> None:
    rows = [(name, item) for item in items]
    if rows:
        context.draft.changes.append(
            lambda db: db.executemany("DELETE FROM lists WHERE list = ? AND item = ?", rows)
        )


def _wanted(arguments: Mapping[str, str]) -> list[str]:
    items = split_items(arguments["items"])
    if not items:
        raise BadToolArgument("I didn't catch what to put there. What is it?")
    return items


def _matching(item: str, held: Sequence[str]) -> str | None:
    """The held item meant: the same, or the only one that contains the words ("milk" for "oat milk")."""
    plain = re.sub(r"^(the|a|an|some)\s+", "", item.lower())
    for each in held:
        if each.lower() in (item.lower(), plain):
            return each
    pattern = re.compile(rf"\b{re.escape(plain)}\b", re.IGNORECASE)
    close = [each for each in held if pattern.search(each)]
    return close[0] if len(close) == 1 else None


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is(items: Sequence[str]) -> str:
    return "is" if len(items) == 1 else "are"


def _isnt(items: Sequence[str]) -> str:
    return f"{_is(items)}n't"
