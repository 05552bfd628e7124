"""What each method, filter and operator of a chat template could make, looked at before it runs.

A call into Python can't be interrupted: `"x".zfill(3 * 10**9)` has taken its memory when it returns. So what is not
known here is not there for templates, and what is known is refused when an upper bound of its text, elements or time
is too high. Bounds may be exceeded tenfold by escapes (`repr` of control characters), not more.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from jinja2.environment import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, LoopContext
from jinja2.utils import Cycler, Namespace
from markupsafe import Markup

from engine.errors import TemplateError
from engine.template_budget import MAX_ITEMS, Lazy, budget, size

__all__ = [
    "FILTERS",
    "TESTS",
    "bound_call",
    "bound_filter",
    "bound_format",
    "bound_operator",
    "check_integers",
    "check_items",
    "is_known_attribute",
]

MAX_INT_BITS = 4096
MAX_WIDTH = 10_000
"""Of a number that a string method or filter takes: an indent, a padding, a count."""
MAX_PAIRS = 100_000_000
"""Characters of a text times those that it is stripped of, or split at from the right: what that can take in time."""
MAX_ATTRIBUTE = 1_000
"""Characters of `attribute="a.b.c"`, which is looked up part by part for every element."""
MAX_NUMERAL = 10_000
MAX_FIELDS = 10_000
MAX_DICT_PAIRS = 1_000
"""Of `dict(pairs)`: whole numbers can be chosen so that every one looks for its place among all others."""

_FILTERS = """abs attr batch capitalize center count d default dictsort e escape first float format groupby indent int items
join last length list lower map max min reject rejectattr replace reverse round safe select selectattr slice sort string
sum title tojson trim truncate unique upper"""
_TESTS = """!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false filter float ge greaterthan gt
in integer iterable le lessthan lower lt mapping ne none number odd sameas sequence string test true undefined upper"""
FILTERS = frozenset(_FILTERS.split())
TESTS = frozenset(_TESTS.split())

# ---- attributes

_STR = """capitalize casefold center count endswith find format index isalnum isalpha isascii isdecimal isdigit islower
isnumeric isspace istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust
rpartition rsplit rstrip split splitlines startswith strip swapcase title upper zfill"""
_LOOP = "index0 index first last length revindex revindex0 depth depth0 previtem nextitem cycle changed"
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    str: frozenset(_STR.split()),
    dict: frozenset({"copy", "get", "items", "keys", "values"}),
    list: frozenset({"copy", "count", "index"}),
    tuple: frozenset({"count", "index", "grouper", "list"}),  # the last two: of what groupby makes
    LoopContext: frozenset(_LOOP.split()),
    Cycler: frozenset({"current", "next", "reset"}),
    BlockReference: frozenset({"super"}),
}


def is_known_attribute(owner: Any, name: str) -> bool:
    if isinstance(owner, Namespace):
        return True
    return any(name in names for kind, names in _ATTRIBUTES.items() if isinstance(owner, kind))


# ---- calls


def bound_call(function: Any, args: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments to call with, once they are found harmless; lazy ones that must be sized become lists."""
    if (function is dict or function is Namespace) and args and not isinstance(args[0], Mapping):
        return (_pairs(args[0]), *args[1:])
    owner = getattr(function, "__self__", None)
    if isinstance(owner, list | tuple):
        budget().weigh(owner)
    elif isinstance(owner, str):
        args = tuple(list(arg) if isinstance(arg, Lazy) else arg for arg in args)
        budget().work(len(owner))
        if bound := _METHODS.get(function.__name__):
            bound(owner, *args, *named.values())
    return args


def _pairs(items: Any) -> Any:
    pairs = list(items) if isinstance(items, Lazy) else items
    if hasattr(pairs, "__len__") and len(pairs) > MAX_DICT_PAIRS:
        raise TemplateError(f"the chat template makes a mapping of more than {MAX_DICT_PAIRS} pairs")
    return pairs


def _padded(text: str, width: Any = 0, *_: Any) -> None:
    _check_widths(width)
    budget().room(len(text) + MAX_WIDTH)


def _stripped(text: str, *values: Any) -> None:
    if any(isinstance(value, str) and len(text) * len(value) > MAX_PAIRS for value in values):
        raise TemplateError("the chat template looks for too long a text; use that of a trusted model")


def _split(text: str, *values: Any) -> None:
    budget().string(len(text))
    separators = [value for value in values if isinstance(value, str) and value]
    check_items(1 + (text.count(separators[0]) if separators else len(text) // 2))


def _split_right(text: str, *values: Any) -> None:
    _stripped(text, *values)
    _split(text, *values)


def _split_lines(text: str, *_: Any) -> None:
    budget().string(len(text))
    check_items(_lines(text))


def _joined(separator: str, items: Any = (), *_: Any) -> None:
    if hasattr(items, "__len__"):
        check_items(len(items))
        budget().room(budget().weigh(items) + len(items) * (len(separator) + 1))


def _replaced(text: str, old: Any = "", new: Any = "", *_: Any) -> None:
    if isinstance(old, str) and isinstance(new, str):
        longer = len(Markup.escape(new)) if isinstance(text, Markup) else len(new)
        budget().room(len(text) + text.count(old) * longer)


_METHODS: Mapping[str, Callable[..., None]] = {
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), _padded),
    **dict.fromkeys(("strip", "lstrip", "rstrip", "rfind", "rindex"), _stripped),
    **dict.fromkeys(("rsplit", "rpartition"), _split_right),
    **dict.fromkeys(("split", "partition"), _split),
    "splitlines": _split_lines,
    "join": _joined,
    "replace": _replaced,
}


def _lines(text: str) -> int:
    """An upper bound: a carriage return and a newline count as two."""
    return 1 + sum(map(text.count, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"))


# ---- filters


def bound_filter(
    name: str, function: Callable[..., Any]
) -> Callable[[tuple[Any, ...], dict[str, Any]], None]:
    """A check of the arguments that the filter is about to be called with, jinja's own first one included."""
    of_value = [check for names, check in _VALUE_CHECKS if name in names.split()]
    of_given = [check for names, check in _GIVEN_CHECKS if name in names.split()]
    signature = _signature(function) if of_given else None

    def check_all(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if args and isinstance(args[0], Context | EvalContext | Environment):
            args = args[1:]
        for check_value in of_value:
            check_value(args[0])
        if signature is not None:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            for check in of_given:
                check(given.arguments)

    return check_all


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """Without what jinja itself puts first."""
    signature = inspect.signature(function)
    jinjas = ("context", "environment", "env", "eval_ctx")
    own = [parameter for name, parameter in signature.parameters.items() if name not in jinjas]
    return signature.replace(parameters=own)


def _to_text(value: Any) -> None:
    budget().room(budget().weigh(value))


def _to_words(value: Any) -> None:
    check_items(budget().weigh(value))


def _gone_through(value: Any) -> None:
    if hasattr(value, "__len__"):
        check_items(len(value))


def _attribute_filter(given: Mapping[str, Any]) -> None:
    named = [given.get("attribute"), given.get("kwargs", {}).get("attribute"), *given.get("args", ())[:1]]
    if any(isinstance(name, str) and len(name) > MAX_ATTRIBUTE for name in named):
        raise TemplateError(f"the chat template names an attribute in more than {MAX_ATTRIBUTE} characters")


def _width_filter(given: Mapping[str, Any]) -> None:
    _check_widths(*list(given.values())[1:])


def _center_filter(given: Mapping[str, Any]) -> None:
    _padded("", given["width"])


def _indent_filter(given: Mapping[str, Any]) -> None:
    text, width = given["s"], given["width"]
    if isinstance(text, list):  # `s += newline` would change it
        raise TemplateError("the chat template indents a list")
    if isinstance(text, str):
        check_items(_lines(text))
        budget().room(len(text) + (_lines(text) + 1) * (_width(width) + 1))


def _join_filter(given: Mapping[str, Any]) -> None:
    separator = given["d"]
    _joined(separator if isinstance(separator, str) else " " * budget().weigh(separator), given["value"])


def _replace_filter(given: Mapping[str, Any]) -> None:
    _replaced(*(str(given[name]) for name in ("s", "old", "new")))


def _trim_filter(given: Mapping[str, Any]) -> None:
    value = given["value"]
    _stripped(value if isinstance(value, str) else str(value), given["chars"])


def _numeral_filter(given: Mapping[str, Any]) -> None:
    if isinstance(given["value"], str) and len(given["value"]) > MAX_NUMERAL:
        raise TemplateError(f"the chat template reads a number of more than {MAX_NUMERAL} characters")


def _sum_filter(given: Mapping[str, Any]) -> None:
    if not isinstance(given["start"], int | float):  # with lists, each sum would be a longer copy
        raise TemplateError("the chat template sums other things than numbers")


def _format_filter(given: Mapping[str, Any]) -> None:
    _bound_percent(str(given["value"]), given["args"] or given["kwargs"])


def _tojson_filter(given: Mapping[str, Any]) -> None:
    load, separators = budget().load(given["value"]), given.get("separators")
    if separators is not None and not isinstance(separators, list | tuple):
        raise TemplateError("the chat template gives tojson other separators than two texts")
    between = budget().weigh(*separators or ())
    budget().room(load.weight + load.elements * (between + load.depth * _width(given.get("indent") or 0)))


_VALUE_CHECKS: tuple[tuple[str, Callable[[Any], None]], ...] = (
    ("capitalize center e escape format lower replace safe string title trim truncate upper", _to_text),
    ("title", _to_words),
    (
        "batch groupby list map max min reject rejectattr select selectattr slice sort sum unique",
        _gone_through,
    ),
)
_GIVEN_CHECKS: tuple[tuple[str, Callable[[Mapping[str, Any]], None]], ...] = (
    ("groupby join map max min rejectattr selectattr sort sum unique", _attribute_filter),
    ("batch round slice", _width_filter),
    ("center", _center_filter),
    ("indent", _indent_filter),
    ("join", _join_filter),
    ("replace", _replace_filter),
    ("trim", _trim_filter),
    ("float int", _numeral_filter),
    ("sum", _sum_filter),
    ("format", _format_filter),
    ("tojson", _tojson_filter),
)


# ---- operators


def bound_operator(operator: str, left: Any, right: Any) -> None:
    budget().weigh(left, right)
    check_integers(left, right)
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if operator == "%" and isinstance(left, str):
        _bound_percent(left, right)
    elif operator == "*" and not numbers:
        count = right if isinstance(right, int) else left if isinstance(left, int) else 0
        budget().string(max(size(left), size(right)) * max(count, 0))
    elif not numbers:
        budget().string(size(left) + size(right))
    elif operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MAX_INT_BITS:
            raise TemplateError("the chat template computes a number that is too large")


def check_integers(*values: Any) -> None:
    """A division of long ones takes as much time as their lengths multiplied."""
    if any(isinstance(value, int) and value.bit_length() > MAX_INT_BITS for value in values):
        raise TemplateError("the chat template computes with a number that is too large")


# ---- formats


def bound_format(text: str, values: Any) -> None:
    """Of `text.format(…)`: every field may show all there is in the values."""
    if text.count("{") > MAX_FIELDS:
        raise TemplateError(f"the chat template uses a format of more than {MAX_FIELDS} fields")
    weight, chars = budget().weigh(values), len(text)
    for _, field, spec, _ in Formatter().parse(text):
        if field is not None:
            if spec and "{" in spec:
                raise TemplateError("the chat template uses a format within a format")
            if "." in field or "[" in field:  # what stands there isn't weighed with the values
                raise TemplateError("the chat template uses a format that looks into its values")
            chars += weight + _widest(spec or "")
    budget().room(chars)


def _bound_percent(text: str, values: Any) -> None:
    """Of `text % values`. Widths stand in the format, or come from the values where it has a `*`."""
    widest = _widest(text)
    if "*" in text:
        _check_widths(*(values if isinstance(values, tuple) else (values,)))
        widest = 2 * MAX_WIDTH
    budget().room(len(text) + text.count("%") * (budget().weigh(values) + widest))


def _widest(spec: str) -> int:
    """At least a width and a precision that stand in a format; it is not worth finding out which."""
    if re.search(r"\d{5}", spec):
        raise TemplateError("the chat template uses a format with a number of more than four digits")
    return 2 * MAX_WIDTH if re.search(r"\d{3}", spec) else 200


def _check_widths(*values: Any) -> None:
    if any(isinstance(value, int) and abs(value) > MAX_WIDTH for value in values):
        raise TemplateError(f"the chat template uses a width or count above {MAX_WIDTH}")


def _width(width: Any) -> int:
    """Of an indent, which may be the text itself."""
    if isinstance(width, str):
        return len(width)
    _check_widths(width)
    return max(width, 0) if isinstance(width, int) else 0


def check_items(count: int) -> None:
    if count > MAX_ITEMS:
        raise TemplateError(f"the chat template makes or goes through more than {MAX_ITEMS} elements")
