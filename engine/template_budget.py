"""What one rendering of a chat template may spend: steps, text, and processor time."""

from __future__ import annotations

import time
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from engine.errors import TemplateError
from engine.weight import ELEMENT, MAX_WEIGHT, Load, Scales

__all__ = ["MAX_ITEMS", "MAX_STRING", "Budget", "Lazy", "budget", "size", "spend_on"]

MAX_STEPS = 300_000
MAX_CHARS = 64_000_000
"""Characters of all strings a rendering makes, those in between included."""
MAX_STRING = 8_000_000
MAX_ITEMS = MAX_STRING // ELEMENT
"""Elements of one list, and what one iteration may yield."""
MAX_LAZY_DEPTH = 50
"""Of `map` over `select` over `map` …, which take the stack when they run."""
MAX_SECONDS = 3.0
"""Of this thread's processor time, so that a busy machine refuses nothing."""

_UNWATCHED = 20_000  # work between two looks at the clock
_STEP = 2_500
_LOOK_UP = 100


class Budget:
    """Every method raises TemplateError when what it counts is used up."""

    def __init__(self) -> None:
        self._steps = MAX_STEPS
        self._chars = MAX_CHARS
        self._work = 0
        self._deadline = time.thread_time() + MAX_SECONDS
        self._scales = Scales()

    def step(self, chars: int = 0) -> None:
        self._steps -= 1
        self.string(chars)
        self.work(_STEP)
        if self._steps < 0:
            raise TemplateError("the chat template takes too many steps; use that of a trusted model")

    def work(self, amount: int = _LOOK_UP) -> None:
        """Note characters or elements about to be gone through; looks at the clock now and then."""
        self._work += amount
        if self._work >= _UNWATCHED:
            self._work = 0
            if time.thread_time() > self._deadline:
                raise TemplateError("the chat template takes too much time; use that of a trusted model")

    def string(self, chars: int) -> None:
        """Count a string about to be made (or just made) of that many characters."""
        self.room(chars)
        self._chars -= chars

    def room(self, chars: int) -> None:
        """Refuse a string that would be longer than that; what is made instead is counted when it is there."""
        if not 0 <= chars <= min(MAX_STRING, self._chars):
            raise TemplateError("the chat template makes too much text; use that of a trusted model")

    def weigh(self, *values: Any) -> int:
        """Refuse what would be too much to print, compare or copy; the weight of all."""
        weight = sum(map(self._scales.weigh, values))
        self.work(weight)
        if weight > MAX_WEIGHT:
            raise TemplateError("the chat template makes a value that is too large")
        return weight

    def load(self, value: Any) -> Load:
        return self._scales.load(value)

    def result(self, value: Any, *sources: Any) -> Any:
        """What a filter or a call made of `sources`, counted; if it is lazy, so will be what it yields."""
        self.step(size(value))
        if isinstance(value, Iterator) and not isinstance(value, Lazy):
            return Lazy(value, 1 + max((s.depth for s in sources if isinstance(s, Lazy)), default=0))
        self.weigh(value)
        return value


class Lazy:
    """An iterator that a filter returned: yields no more than a list may hold, and weighs it piece by piece."""

    def __init__(self, items: Iterator[Any], depth: int) -> None:
        if depth > MAX_LAZY_DEPTH:
            raise TemplateError("the chat template puts too many filters upon one another")
        self.depth = depth
        self._items = items
        self._left = MAX_ITEMS
        self._weight = 0

    def __iter__(self) -> Lazy:
        return self

    def __next__(self) -> Any:
        item = next(self._items)
        self._left -= 1
        self._weight += budget().weigh(item)
        budget().work()
        if not isinstance(item, str):  # a text was counted by the filter that made it, or was there before
            budget().string(size(item))
        if self._left < 0 or self._weight > MAX_WEIGHT:
            raise TemplateError("the chat template goes through too much; use that of a trusted model")
        return item


def size(value: Any) -> int:
    """The characters of a text, or what the elements of a container come to."""
    if isinstance(value, str):
        return len(value)
    containers = (list, tuple, dict, set, frozenset, KeysView, ValuesView, ItemsView)
    return ELEMENT * len(value) if isinstance(value, containers) else 0


_budget: ContextVar[Budget] = ContextVar("template_budget")


def budget() -> Budget:
    """That of the rendering in progress."""
    return _budget.get()


@contextmanager
def spend_on() -> Iterator[None]:
    """Gives what is rendered inside its own budget."""
    token = _budget.set(Budget())
    try:
        yield
    finally:
        _budget.reset(token)
