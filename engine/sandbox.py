"""A Jinja environment for templates that nobody vouches for: everything they may do is counted and bounded.

Jinja's immutable sandbox already keeps a template from Python's internals and from changing its arguments.
What it leaves open is exhaustion: nested loops, recursive macros, strings that double, `"x" * 10**9`. Here
every loop step, call, filter and operator spends from a budget (`template_budget`); what could explode in one is
looked at before (`template_bounds`); and what neither knows isn't there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.ext import loopcontrols
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from engine.template_bounds import (
    FILTERS,
    TESTS,
    bound_call,
    bound_filter,
    bound_format,
    bound_operator,
    check_integers,
    check_items,
    is_known_attribute,
)
from engine.template_budget import Lazy, budget, size

__all__ = ["BoundedEnvironment"]

MAX_NODES = 20_000
"""Of the syntax tree; the largest of real templates have 1,300. Compiling takes up to 10 KB and 50 µs for each."""
_GLOBALS = ("cycler", "dict", "joiner", "namespace", "range")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """With the conventions of chat templates: trimmed blocks, break and continue, nothing escaped."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self, extensions: Iterable[Any] = ()) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # or constants would be folded, outside of any budget, at compile time
            extensions=[loopcontrols, *extensions],
            finalize=_printed,
        )
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self.tests = {name: _counted_test(cast(Callable[..., Any], self.tests[name])) for name in TESTS}
        self.filters = {name: _counted_filter(name, self.filters[name]) for name in FILTERS}
        self.filters |= _OWN_FILTERS

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        self.filters[name] = _counted_filter(name, function)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if sum(1 for _ in tree.find_all(nodes.Node)) > MAX_NODES:
            raise TemplateSyntaxError(f"it has more than {MAX_NODES} parts", 1)
        for modifier in tree.find_all(nodes.EvalContextModifier):  # jinja evaluates it when it compiles
            raise TemplateSyntaxError("a chat template has no autoescape", modifier.lineno)
        for node in tree.find_all(nodes.Filter):
            if node.name in _OWN_FILTERS:
                raise TemplateSyntaxError(f"no filter named {node.name!r}", node.lineno)
        tree = _Counted().visit(tree)
        tree.set_environment(self)
        return cast(nodes.Template, tree)

    def call_filter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """By `map`, whose argument is the name."""
        if name in _OWN_FILTERS:
            raise SecurityError(f"no filter named {name!r}")
        return super().call_filter(name, *args, **kwargs)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and is_known_attribute(obj, attr)

    def getattr(self, obj: Any, attribute: str) -> Any:
        budget().work()
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        budget().work()
        if not isinstance(argument, str | int):
            budget().weigh(argument)
        return super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        budget().step()
        bound_operator(operator, left, right)
        result = super().call_binop(context, operator, left, right)
        budget().weigh(result)
        return result

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None
        if value.__name__ == "format_map":
            raise SecurityError("chat templates may not call str.format_map")
        text: str = value.__self__

        def checked(*args: Any, **kwargs: Any) -> str:
            bound_format(text, [*args, *kwargs.values()])
            return wrapped(*args, **kwargs)

        return checked

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        budget().step()
        budget().weigh(*args, *kwargs.values())
        if isinstance(__obj, LoopContext):  # a recursive loop: its body is counted, its elements are here
            args = tuple(map(_counted_loop, args))
        args = bound_call(__obj, args, kwargs)
        return budget().result(super().call(__context, __obj, *args, **kwargs))


# ---- what templates can't do unseen


class _Counted(NodeTransformer):
    """Puts a filter of our own around whatever jinja would do without asking the environment."""

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return _filter(self._inside(node), "_weighed")

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        return _filter(self._inside(node), "_weighed")

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        inside = self._inside(node)
        return _filter(inside, "_weighed") if node.ctx == "load" else inside

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self._inside(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "_joined")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self._inside(node)
        node.expr = _filter(node.expr, "_compared")
        for operand in node.ops:
            operand.expr = _filter(operand.expr, "_compared")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        inside = self._inside(node)
        return _filter(inside, "_sliced") if isinstance(node.arg, nodes.Slice) else inside

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        return self._spread(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        return self._spread(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        return self._spread(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        chars = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        node.iter = _filter(cast(nodes.Expr, node.iter), "_counted")
        constant = nodes.Const(chars, lineno=node.lineno)
        node.body.insert(0, nodes.ExprStmt(_filter(constant, "_passed"), lineno=node.lineno))
        return node

    def _spread(self, node: nodes.Call | nodes.Filter | nodes.Test) -> nodes.Node:
        self._inside(node)
        if node.dyn_args is not None:
            node.dyn_args = _filter(node.dyn_args, "_spread")
        return node

    def _inside(self, node: nodes.Expr) -> nodes.Expr:
        self.generic_visit(node)
        return node


def _filter(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _weighed(value: Any) -> Any:
    budget().string(size(value))
    budget().weigh(value)
    return value


def _compared(value: Any) -> Any:
    budget().weigh(value)
    return value


def _sliced(value: Any) -> Any:
    budget().string(size(value))
    return value


def _spread(values: Any) -> Any:
    if hasattr(values, "__len__"):
        check_items(len(values))
    return values


def _counted_loop(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        budget().step()
        yield item


def _passed(constant_chars: int) -> None:
    budget().string(constant_chars)


def _joined(parts: list[Any]) -> str:
    _check_text(parts)
    texts = [str(part) for part in parts]
    budget().string(sum(map(len, texts)))
    return "".join(texts)


_OWN_FILTERS: dict[str, Callable[..., Any]] = {
    "_compared": _compared,
    "_counted": _counted_loop,
    "_joined": _joined,
    "_passed": _passed,
    "_sliced": _sliced,
    "_spread": _spread,
    "_weighed": _weighed,
}


@pass_context  # so that jinja doesn't print constants when it compiles, outside of any budget
def _printed(context: Context, value: Any) -> Any:
    if not isinstance(value, str):
        _check_text(value)
    text = value if isinstance(value, str) else str(value)
    budget().string(len(text))
    return text


def _check_text(value: Any) -> None:
    """Before it becomes text."""
    budget().room(budget().weigh(value))


# ---- filters and tests


def _counted_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, its arguments bounded and its result counted; `wraps` keeps jinja's markers on it."""
    check = bound_filter(name, function)

    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        budget().step()
        values = (*args, *kwargs.values())
        budget().weigh(*values)
        check_integers(*values)
        if name == "join":  # its length must be known
            args = tuple(list(arg) if isinstance(arg, Lazy) else arg for arg in args)
        check(args, kwargs)
        return budget().result(function(*args, **kwargs), *values)

    return counted


def _counted_test(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        values = (*args, *kwargs.values())
        budget().work()
        budget().weigh(*values)
        check_integers(*values)
        return function(*args, **kwargs)

    return counted
