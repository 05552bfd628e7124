"""Events of a server's reply: the reasoning that it sends apart comes between marks, whatever the order."""

from __future__ import annotations

import json

import pytest

from lila.backends.deltas import Deltas
from lila.errors import BackendError
from lila.reasoning import ReasoningParser, Said


def read(*deltas: dict[str, object], finish: str = "stop") -> str:
    reader = Deltas("api")
    events: list[object] = [{"choices": [{"delta": delta}]} for delta in deltas]
    events.append({"choices": [{"delta": {}, "finish_reason": finish}]})
    return "".join(reader.piece(json.dumps(event)).text for event in events)


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
def test_reasoning_comes_before_the_reply_between_marks(key: str) -> None:
    assert read({key: "so "}, {key: "be it", "content": ""}, {"content": "Yes"}, {"content": "."}) == (
        "<think>so be it</think>Yes."
    )


def test_reasoning_in_mid_reply_is_told_apart_too() -> None:
    text = read({"content": "One."}, {"reasoning": "then"}, {"content": "Two."})
    parser = ReasoningParser()
    found = parser.feed(text) + parser.finish()
    assert "".join(each.text for each in found if isinstance(each, Said)) == "One.\nTwo."


def test_reasoning_that_holds_a_mark_does_not_leak() -> None:
    assert read({"reasoning": "a</think>b"}, {"content": "c"}) == "<think>ab</think>c"


def test_a_reply_of_reasoning_alone_is_closed() -> None:
    assert read({"reasoning": "a"}) == "<think>a</think>"


def test_fields_that_are_no_text_are_no_reasoning() -> None:
    assert read({"reasoning": {"effort": 1}}, {"content": "c"}, {"content": None}) == "c"


def test_how_it_ends() -> None:
    assert Deltas("api").piece('{"choices": [{"finish_reason": "length"}]}').finish == "length"
    assert Deltas("api").piece('{"choices": []}').finish is None
    for raw in ('{"error": {"message": "no"}}', "[]", "{broken", '{"choices": [7]}'):
        with pytest.raises(BackendError, match="server"):
            Deltas("api").piece(raw)
