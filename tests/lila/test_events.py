"""Events: the JSON form loses nothing, refuses what isn't one, and its schema says the same."""

from __future__ import annotations

import dataclasses
import json

import pytest
from jsonschema import Draft202012Validator

from lila import events
from lila.errors import EventFormatError
from lila.events import EVENT_TYPES, from_json, json_schema, to_json

OP = events.MemoryOp("store", "personal", "your door code is 4821", ("you", "door code"))
SAMPLES: tuple[events.Event, ...] = (
    events.TurnStarted("t", 0, "terminal", "owner", "lila", "", "hi"),
    events.MemoriesRecalled("t", 1, (events.RecalledMemory(1, "personal", "your door code is 4821", 0.9),)),
    events.MemoriesRecalled("t", 1, ()),
    events.TextDelta("t", 2, "Grüß Gott 👋"),
    events.ThinkingDelta("t", 3, "hm"),
    events.OpProposed("t", 4, OP),
    events.OpApplied("t", 5, OP, "applied", (1, 2), "personal", "Noted."),
    events.OpRefused("t", 6, OP, "We're private."),
    events.ToolCalled("t", 7, 1, "clock", {"what": "time"}),
    events.ToolReturned("t", 8, 1, "It's 4:05 pm.", True),
    events.Sentence("t", 9, "It's 4:05 pm."),
    events.Interrupted("t", 10, "It's"),
    events.Notice("t", 11, "handover", "native failed"),
    events.TimerRang("", 0, 3, "pasta", "Time's up."),
    events.TurnDone("t", 12, "It's 4:05 pm.", None, (1,), "native", True, {"total_s": 0.5}),
    events.TurnDone("t", 12, "Yes.", 0.75, (), "native", False),
    events.Error("t", 13, "no_backend", "no model could answer"),
)


def test_every_type_has_a_sample() -> None:
    assert {type(each) for each in SAMPLES} == set(EVENT_TYPES.values())


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.type)
def test_json_and_back_is_the_same(event: events.Event) -> None:
    assert from_json(json.loads(json.dumps(to_json(event)))) == event


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.type)
def test_schema_accepts_exactly_one_type(event: events.Event) -> None:
    validator = Draft202012Validator(json_schema())
    Draft202012Validator.check_schema(json_schema())
    data = json.loads(json.dumps(to_json(event)))
    assert validator.is_valid(data)
    for field in dataclasses.fields(event):
        if field.name != "timings":
            assert not validator.is_valid({key: value for key, value in data.items() if key != field.name})


def test_a_later_version_may_add_fields() -> None:
    assert from_json({**to_json(SAMPLES[3]), "colour": "red"}) == SAMPLES[3]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "object"),
        ({"v": 2, "type": "text_delta", "turn": "t", "seq": 0, "text": ""}, "version"),
        ({"v": 1, "type": "text", "turn": "t", "seq": 0}, "unknown event type"),
        ({"v": 1, "type": "text_delta", "turn": "t", "seq": 0}, "text_delta.text is missing"),
        ({"v": 1, "type": "text_delta", "turn": "t", "seq": True, "text": ""}, "seq must be an integer"),
        ({"v": 1, "type": "text_delta", "turn": "t", "seq": 0, "text": 5}, "text must be a string"),
        ({"v": 1, "type": "op_proposed", "turn": "t", "seq": 0, "op": {"kind": 1}}, "op.kind"),
        ({"v": 1, "type": "memories_recalled", "turn": "t", "seq": 0, "memories": [{}]}, r"memories\[0\].id"),
    ],
)
def test_what_is_no_event_is_refused_with_its_place(data: object, complaint: str) -> None:
    with pytest.raises(EventFormatError, match=complaint):
        from_json(data)
