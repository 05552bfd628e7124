"""How much there is in a value that a template made: what printing, comparing or copying it could cost.

Lists in lists may share parts. Sixty lists of two, each holding the one before twice, are little to make and
never end to print. So everything in a container is counted as often as it is reached, yet visited once.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, KeysView, ValuesView
from itertools import chain

from jinja2.utils import Namespace

from engine.errors import TemplateError

__all__ = ["MAX_WEIGHT", "Scales"]

MAX_WEIGHT = 16_000_000
"""Characters and elements of one value, the shared ones as often as they are reached."""

_CONTAINERS = (list, tuple, dict, set, frozenset, KeysView, ValuesView, ItemsView, Namespace)


class Scales:
    """Weighs the values of one rendering; what can't change any more is weighed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, int]] = {}  # by identity; held, so that no other takes it

    def weigh(self, value: object) -> int:
        """TemplateError when it is too much, or when it contains itself."""
        return self._weigh(value, {})[0]

    def _weigh(self, value: object, met: dict[int, int | None]) -> tuple[int, bool]:
        """The weight, and whether it stays. `met` has what this weighing came by, None while it is inside."""
        if isinstance(value, str | bytes):
            return len(value) + 1, True
        if not isinstance(value, _CONTAINERS):
            return 1, True
        if (known := self._known.get(id(value))) is not None:
            return known[1], True
        if id(value) in met:
            if (weight := met[id(value)]) is None:
                raise TemplateError("the chat template makes a value that contains itself")
            return weight, False
        return self._weigh_parts(value, met)

    def _weigh_parts(self, value: object, met: dict[int, int | None]) -> tuple[int, bool]:
        met[id(value)] = None
        total, lasting = 1, not isinstance(value, Namespace)
        for part in _parts(value):
            weight, stays = self._weigh(part, met)
            total += weight
            lasting = lasting and stays
            if total > MAX_WEIGHT:
                raise TemplateError("the chat template makes a value that is too large")
        met[id(value)] = total
        if lasting:
            self._known[id(value)] = value, total
        return total, lasting


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Namespace):
        value = _attributes(value)
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    if isinstance(value, ItemsView):
        return chain.from_iterable(value)
    return value  # type: ignore[return-value]  # one of _CONTAINERS


def _attributes(value: Namespace) -> dict[str, object]:
    """Jinja keeps them under a private name, and shows them when the namespace is printed."""
    found: dict[str, object] = object.__getattribute__(value, "_Namespace__attrs")
    return found
