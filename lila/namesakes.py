"""Who is known by two names: after "your cat's name is Biscuit", what is told of Biscuit answers what is asked of the cat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["asked_otherwise"]

_NAMING = tuple(
    re.compile(form)
    for form in (
        r"^(?:[Yy]our|[Yy]ou have an?|[Yy]ou['’]ve got an?) (?P<whom>[\w-]+(?: [\w-]+){0,2}?)(?:['’]?s name is|['’]s called| goes by| has the name|(?: is)? (?:called|named)|,) (?P<name>[\w'’-]+)[.]?$",
        r"^[Yy]our (?P<whom>[\w-]+(?: [\w-]+){0,2}?) is (?P<name>[A-Z][\w'’-]+)[.]?$",
        r"^(?P<name>[A-Z][\w'’-]+) is your (?P<whom>[\w-]+(?: [\w-]+)?)[.]?$",
        r"^[Yy]our (?P<whom>[\w-]+) (?P<name>[A-Z][\w'’-]+)\b",
    )
)
"""How a line tells what somebody of theirs is called."""


def asked_otherwise(asked: str, lines: Iterable[str]) -> Iterator[str]:
    """What was `asked`, with somebody's name for "my cat", or the other way round, as the remembered `lines` tell it."""
    for whom, name in dict.fromkeys(_names_in(lines)):
        of_them = re.compile(rf"\b(?:my|our|the) {re.escape(whom)}\b(?! {re.escape(name)})", re.IGNORECASE)
        by_name = re.compile(rf"(?<!{re.escape(whom)} )\b{re.escape(name)}\b", re.IGNORECASE)
        for form, other in ((by_name, f"my {whom}"), (of_them, name)):
            if form.search(asked):
                yield form.sub(lambda _, other=other: other, asked)  # type: ignore[misc]


def _names_in(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Who is called how in each line that tells it."""
    for line in lines:
        found = next((match for form in _NAMING if (match := form.search(line))), None)
        if found:
            yield found["whom"], found["name"].removesuffix("'s").removesuffix("’s")
