"""Frozen values to JSON and back, and the schema of that JSON, all from the types themselves.

A field may be a string, a number, a truth value, one of these or None, a tuple, a mapping with text keys, or
another frozen dataclass.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from lila.errors import EventFormatError

__all__ = ["build", "object_schema", "plain"]


def plain(value: object) -> Any:
    """The JSON form: only dicts, lists, strings, numbers, booleans and None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def build(cls: type[Any], data: Mapping[str, Any], place: str) -> Any:
    """The value of class `cls` in its JSON form; unknown fields are left out. Raises EventFormatError."""
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for item in dataclasses.fields(cls):
        if item.name in data:
            values[item.name] = _value(hints[item.name], data[item.name], f"{place}.{item.name}")
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise EventFormatError(f"{place}.{item.name} is missing")
    return cls(**values)


def _value(hint: Any, value: object, place: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _value(next(each for each in arguments if each is not types.NoneType), value, place)
    if origin is tuple and isinstance(value, (list, tuple)):
        return tuple(_value(arguments[0], each, f"{place}[{i}]") for i, each in enumerate(value))
    if origin is Mapping and isinstance(value, Mapping):
        return {str(key): _value(arguments[1], each, f"{place}.{key}") for key, each in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return build(typing.cast("type[Any]", hint), value, place)
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise EventFormatError(f"{place} must be {_name(hint)}, not {type(value).__name__}")


def _name(hint: Any) -> str:
    names = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}
    return names.get(hint, "an array" if typing.get_origin(hint) is tuple else "an object")


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(each, definitions) for each in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if dataclasses.is_dataclass(hint):
        cls = typing.cast("type[Any]", hint)
        definitions.setdefault(cls.__name__, object_schema(cls, definitions))
        return {"$ref": f"#/$defs/{cls.__name__}"}
    names = {str: "string", int: "integer", float: "number", bool: "boolean", types.NoneType: "null"}
    return {"type": names[hint]}


def object_schema(cls: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of `cls`; classes within it are added to `definitions` and referred to."""
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)
    required = [
        item.name
        for item in fields
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]
    return {
        "type": "object",
        "description": (cls.__doc__ or "").strip(),
        "properties": {item.name: _schema(hints[item.name], definitions) for item in fields},
        "required": required,
    }
