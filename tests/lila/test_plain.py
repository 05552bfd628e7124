"""Frozen values to JSON and back, over the value with the most kinds of fields."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from lila.errors import EventFormatError
from lila.events import RecalledMemory
from lila.plain import build, object_schema, plain
from lila.why import Why

WHY = Why("t1", "lila", "", (RecalledMemory(3, "wiki", "the cellar is damp", 0.5),), (3,), (3,), ("a", "b"))


def schema() -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    return {**object_schema(Why, definitions), "$defs": definitions}


@pytest.mark.parametrize("value", [Why(), WHY, Why(confidence=0.25, timings={"recall_s": 0.1})])
def test_json_and_back_is_the_same(value: Why) -> None:
    data = json.loads(json.dumps(plain(value)))
    jsonschema.Draft202012Validator(schema()).validate(data)
    assert build(Why, data, "why") == value


def test_what_is_missing_has_its_default_and_what_is_unknown_is_left_out() -> None:
    assert build(Why, {"turn": "t", "mood": "good"}, "why") == Why("t")


@pytest.mark.parametrize(
    "data, place",
    [
        ({"turn": 1}, "why.turn must be a string"),
        ({"used": ["1"]}, r"why.used\[0\] must be an integer"),
        ({"recalled": [{"id": 1}]}, r"why.recalled\[0\].namespace is missing"),
        ({"confidence": True}, "why.confidence must be a number"),
        ({"timings": []}, "why.timings must be an object"),
    ],
)
def test_a_fault_has_its_place(data: dict[str, Any], place: str) -> None:
    with pytest.raises(EventFormatError, match=place):
        build(Why, data, "why")
