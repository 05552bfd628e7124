"""How much there is in a value that a template made: what printing, comparing or copying it could cost.

Lists in lists may share parts. Sixty lists of two, each holding the one before twice, are little to make and
never end to print. So everything in a container is counted as often as it is reached, yet visited once.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, KeysView, ValuesView
from itertools import chain
from typing import NamedTuple

from jinja2.runtime import Macro
from jinja2.utils import Cycler, Namespace

from engine.errors import TemplateError

__all__ = ["ELEMENT", "MAX_WEIGHT", "Load", "Scales"]

MAX_WEIGHT = 16_000_000
"""Of one value; the shared parts count as often as they are reached."""
ELEMENT = 16
"""What an element weighs beside its text: about as many characters as it takes memory, and more than it prints."""
MAX_DEPTH = 100
"""Of containers in containers: hashing a tuple goes down all of them on the processor's own stack."""

_OBJECT = 128  # longer than what any function or method prints
_CONTAINERS = (list, tuple, dict, set, frozenset, KeysView, ValuesView, ItemsView, Namespace, Cycler)


class Load(NamedTuple):
    """What a value comes to."""

    weight: int
    """Characters of all texts and numbers, and ELEMENT for each of them and each container."""
    elements: int
    depth: int


class Scales:
    """Weighs the values of one rendering; what can't change any more is weighed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Load]] = {}  # by identity; held, so that no other takes it

    def weigh(self, value: object) -> int:
        """TemplateError when it is too much or nested too deeply, or when it contains itself."""
        return self.load(value).weight

    def load(self, value: object) -> Load:
        return self._load(value, {})[0]

    def _load(self, value: object, met: dict[int, Load | None]) -> tuple[Load, bool]:
        """The load, and whether it stays. `met` has what this weighing came by, None while it is inside."""
        if not isinstance(value, _CONTAINERS):
            return Load(_single(value), 1, 0), True
        if (known := self._known.get(id(value))) is not None:
            return known[1], True
        if id(value) in met:
            if (load := met[id(value)]) is None:
                raise TemplateError("the chat template makes a value that contains itself")
            return load, False
        return self._load_parts(value, met)

    def _load_parts(self, value: object, met: dict[int, Load | None]) -> tuple[Load, bool]:
        met[id(value)] = None
        weight, elements, depth, lasting = ELEMENT, 1, 0, not isinstance(value, Namespace)
        for part in _parts(value):
            if isinstance(part, str):  # the most frequent ones, without a call
                weight, elements = weight + len(part) + ELEMENT, elements + 1
            else:
                load, stays = self._load(part, met)
                weight, elements = weight + load.weight, elements + load.elements
                depth, lasting = max(depth, load.depth), lasting and stays
            if weight > MAX_WEIGHT:
                raise TemplateError("the chat template makes a value that is too large")
        return self._noted(value, Load(weight, elements, depth + 1), lasting, met)

    def _noted(
        self, value: object, load: Load, lasting: bool, met: dict[int, Load | None]
    ) -> tuple[Load, bool]:
        if load.depth > MAX_DEPTH:
            raise TemplateError("the chat template nests values too deeply")
        met[id(value)] = load
        if lasting:
            self._known[id(value)] = value, load
        return load, lasting


def _single(value: object) -> int:
    """The weight of what is no container; integers may have thousands of digits, macros any name."""
    if isinstance(value, str | bytes):
        return len(value) + ELEMENT
    if isinstance(value, int):
        return value.bit_length() // 3 + ELEMENT
    if isinstance(value, range):
        return sum(_single(part) for part in (value.start, value.stop, value.step))
    if isinstance(value, Macro):
        return len(value.name or "") + _OBJECT  # that of a `call` block has none
    return ELEMENT if value is None or isinstance(value, float) else _OBJECT


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Namespace):
        value = _attributes(value)
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    if isinstance(value, ItemsView):
        return chain.from_iterable(value)
    if isinstance(value, Cycler):
        return value.items
    return value  # type: ignore[return-value]  # one of _CONTAINERS


def _attributes(value: Namespace) -> dict[str, object]:
    """Jinja keeps them under a private name, and shows them when the namespace is printed."""
    found: dict[str, object] = object.__getattribute__(value, "_Namespace__attrs")
    return found
