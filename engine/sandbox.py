"""A Jinja environment for templates that nobody vouches for: everything they may do is counted and bounded.

Jinja's immutable sandbox already keeps a template from Python's internals and from changing its arguments.
What it leaves open is exhaustion: nested loops, recursive macros, strings that double, `"x" * 10**9`. Here
every loop step, call, filter and operator spends from a budget; what could explode in one is checked before.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.ext import loopcontrols
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from engine.errors import TemplateError
from engine.weight import MAX_WEIGHT, Scales

__all__ = ["BoundedEnvironment", "spend_on"]

MAX_STEPS = 300_000
MAX_CHARS = 64_000_000
"""Characters of all strings a rendering makes, those in between included."""
MAX_STRING = 8_000_000
MAX_INT_BITS = 4096
MAX_WIDTH = 10_000
"""Of a number that a string method or filter takes: an indent, a padding, a count."""
MAX_SECONDS = 3.0
"""Of this thread's processor time, so that a busy machine refuses nothing."""

_WIDTH_FILTERS = frozenset({"batch", "center", "indent", "round", "slice", "tojson"})
_WIDTH_METHODS = frozenset({"center", "ljust", "rjust", "zfill"})
_UNNEEDED_METHODS = frozenset({"expandtabs", "translate"})
_UNNEEDED_FILTERS = ("pprint", "random", "urlize", "wordwrap", "xmlattr")
_UNNEEDED_GLOBALS = ("lipsum",)


class Budget:
    """What one rendering may still spend; every method raises TemplateError when it is used up."""

    def __init__(self) -> None:
        self._steps = MAX_STEPS
        self._chars = MAX_CHARS
        self._deadline = time.thread_time() + MAX_SECONDS
        self._scales = Scales()

    def step(self, chars: int = 0) -> None:
        self._steps -= 1
        self.string(chars)
        late = self._steps % 8 == 0 and time.thread_time() > self._deadline
        if self._steps < 0 or late:
            raise TemplateError("the chat template takes too many steps; use that of a trusted model")

    def string(self, chars: int) -> None:
        """Count a string about to be made (or just made) of that many characters."""
        self._chars -= chars
        if chars > MAX_STRING or self._chars < 0:
            raise TemplateError("the chat template makes too much text; use that of a trusted model")

    def result(self, value: Any) -> Any:
        self.step(len(value) if isinstance(value, str | list | tuple | dict) else 0)
        self.weigh(value)
        return value

    def weigh(self, *values: Any) -> None:
        """Refuse what would be too much to print, compare or copy."""
        if sum(map(self._scales.weigh, values)) > MAX_WEIGHT:
            raise TemplateError("the chat template makes a value that is too large")


_budget: ContextVar[Budget] = ContextVar("template_budget")


@contextmanager
def spend_on() -> Iterator[None]:
    """Gives what is rendered inside its own budget."""
    token = _budget.set(Budget())
    try:
        yield
    finally:
        _budget.reset(token)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """With the conventions of chat templates: trimmed blocks, break and continue, nothing escaped."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, extensions: Iterable[Any] = ()) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # or constants would be folded, outside of any budget, at compile time
            extensions=[loopcontrols, *extensions],
            finalize=_printed,
        )
        for name in _UNNEEDED_FILTERS:
            del self.filters[name]
        for name in _UNNEEDED_GLOBALS:
            del self.globals[name]
        self.filters = {name: _counted_filter(name, function) for name, function in self.filters.items()}
        self.filters["_counted"] = _counted_loop
        self.filters["_joined"] = _joined
        self.filters["_weighed"] = _weighed

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        self.filters[name] = _counted_filter(name, function)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Literals().visit(super()._parse(source, name, filename))
        for concat in list(tree.find_all(nodes.Concat)):
            concat.nodes = [_filter(nodes.List(concat.nodes, lineno=concat.lineno), "_joined")]
        for loop in list(tree.find_all(nodes.For)):
            constant = nodes.Const(_constant_chars(loop))
            loop.iter = _filter(cast(nodes.Expr, loop.iter), "_counted", constant)
        tree.set_environment(self)
        return tree

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _budget.get().step()
        _budget.get().weigh(left, right)
        _check_operator(operator, left, right)
        result = super().call_binop(context, operator, left, right)
        _budget.get().weigh(result)
        return result

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None
        text: str = value.__self__

        def checked(*args: Any, **kwargs: Any) -> str:
            _check_format(text, (*args, *kwargs.values()))
            return wrapped(*args, **kwargs)

        return checked

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        budget = _budget.get()
        budget.step()
        budget.weigh(*args, *kwargs.values())
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str):
            _check_method(owner, __obj.__name__, (*args, *kwargs.values()))
        return budget.result(super().call(__context, __obj, *args, **kwargs))


class _Literals(NodeTransformer):
    """Weighs every list, tuple and mapping that is written out, when it is made."""

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return self._weighed(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        return self._weighed(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        return self._weighed(node) if node.ctx == "load" else self.generic_visit(node)

    def _weighed(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        return _filter(node, "_weighed")


def _weighed(value: Any) -> Any:
    _budget.get().weigh(value)
    return value


def _filter(node: nodes.Expr, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)


def _constant_chars(node: nodes.Node) -> int:
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))


@pass_context  # so that jinja doesn't print constants when it compiles, outside of any budget
def _printed(context: Context, value: Any) -> Any:
    if not isinstance(value, str):
        _budget.get().weigh(value)
    text = value if isinstance(value, str) else str(value)
    _budget.get().string(len(text))
    return text


def _counted_loop(items: Iterable[Any], constant_chars: int) -> Iterator[Any]:
    budget = _budget.get()
    for item in items:
        budget.step(constant_chars)
        yield item


def _joined(parts: list[Any]) -> str:
    _budget.get().weigh(*parts)
    texts = [str(part) for part in parts]
    _budget.get().string(sum(map(len, texts)))
    return "".join(texts)


def _counted_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, its numbers bounded and its result counted; `wraps` keeps jinja's markers on it."""

    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        budget = _budget.get()
        budget.step()
        values = (*args, *kwargs.values())
        budget.weigh(*values)
        if name in _WIDTH_FILTERS:
            _check_widths(values[1:])
        elif name in ("join", "replace"):
            budget.string(_growth(name, values))
        elif name == "sum" and not isinstance(kwargs.get("start", (*args, 0, 0, 0)[3]), int | float):
            raise TemplateError(
                "the chat template sums other things than numbers"
            )  # lists: each sum a longer copy
        elif name == "format" and args:
            _check_format(str(args[0]), values[1:])
        return budget.result(function(*args, **kwargs))

    return counted


def _growth(name: str, values: Iterable[Any]) -> int:
    """An upper bound on the characters of a replacement or a join, whose texts may follow jinja's context."""
    sized = [v for v in values if isinstance(v, str | list | tuple)]
    texts = [v for v in sized if isinstance(v, str)]
    if name == "replace" and len(texts) >= 3:
        text, old, new = texts[:3]
        return len(text) + text.count(old) * len(new)
    separator = max(map(len, texts), default=0)
    return sum(len(str(item)) + separator for v in sized if not isinstance(v, str) for item in v)


def _check_method(text: str, name: str, values: tuple[Any, ...]) -> None:
    if name in _UNNEEDED_METHODS:
        raise SecurityError(f"chat templates may not call str.{name}")
    if name in _WIDTH_METHODS:
        _check_widths(values)
    elif name in ("join", "replace"):
        _budget.get().string(_growth(name, (text, *values)))


def _check_widths(values: Iterable[Any]) -> None:
    if any(isinstance(v, int) and abs(v) > MAX_WIDTH for v in values):
        raise TemplateError(f"the chat template uses a width or count above {MAX_WIDTH}")


def _check_format(text: str, values: Iterable[Any]) -> None:
    """Widths stand in the format, or come from the values where it has a `*` or a field within a field."""
    values = [v for value in values for v in (value.values() if isinstance(value, dict) else (value,))]
    if re.search(r"\d{5}", text):
        raise TemplateError("the chat template uses a format with a number of more than four digits")
    if "*" in text or re.search(r"\{[^}]*\{", text):
        _check_widths(values)


def _check_operator(operator: str, left: Any, right: Any) -> None:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if operator == "+" and not numbers:
        _budget.get().string(_size(left) + _size(right))
    elif operator == "%" and isinstance(left, str):
        _check_format(left, right if isinstance(right, tuple) else (right,))
    elif operator == "*" and not numbers:
        count = right if isinstance(right, int) else left if isinstance(left, int) else 0
        _budget.get().string(max(_size(left), _size(right)) * max(count, 0))
    elif operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MAX_INT_BITS:
            raise TemplateError("the chat template computes a number that is too large")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 0
