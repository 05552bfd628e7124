"""What a client may send, and how every other thing is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lila.server.parsing import parse
from lila.server.protocol import Frame, FrameError, Heartbeat, Query
from lila.server.requests import Ask, Interrupt, Resume
from lila.server.schema import harness_schema

# A busy machine is no failure.
CALM = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

DEFINITIONS = harness_schema()["$defs"]
CLIENT_FRAME = jsonschema.Draft202012Validator({"$ref": "#/$defs/ClientFrame", "$defs": DEFINITIONS})


def frame(payload: object, **fields: object) -> dict[str, Any]:
    return {"v": 1, "id": "q1", "type": "query", "conversation": "c", "payload": payload, **fields}


def test_an_ask_with_everything() -> None:
    payload = {"do": "ask", "text": "hi", "speaker": "Ada", "persona": "lila", "mode": None, "private": True}
    data = frame(payload | {"settings": {"temperature": 0.5, "style": "short", "speak": False}}, ttl=2)
    data["ts"] = "2026-11-21T12:00:00+00:00"
    settings = {"temperature": 0.5, "style": "short", "speak": False}
    ask = Ask("hi", "Ada", "lila", None, True, settings)
    stamp = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
    assert parse(json.dumps(data)) == Query("q1", "c", ask, 2, stamp)
    CLIENT_FRAME.validate(data)


@pytest.mark.parametrize(
    "data, wanted",
    [
        ({"v": 1, "id": "h", "type": "heartbeat"}, Heartbeat("h")),
        (frame({"do": "interrupt"}), Query("q1", "c", Interrupt())),
        (frame({"do": "interrupt", "said": ""}), Query("q1", "c", Interrupt(""))),
        (frame({"do": "resume", "after": 0, "session": "s"}), Query("q1", "c", Resume(0, "s"))),
        (
            frame({"do": "resume", "after": 5, "session": "s"}, conversation=""),
            Query("q1", "", Resume(5, "s")),
        ),
    ],
)
def test_good_frames(data: dict[str, Any], wanted: object) -> None:
    CLIENT_FRAME.validate(data)
    assert parse(json.dumps(data)) == wanted


BAD: list[tuple[object, str]] = [
    ([], "schema"),
    (None, "schema"),
    ({}, "schema"),
    (frame({"do": "ask", "text": "x"}, v=2), "schema"),
    (frame({"do": "ask", "text": "x"}, v=True), "schema"),
    (frame({"do": "ask", "text": "x"}, id=""), "schema"),
    (frame({"do": "ask", "text": "x"}, id=7), "schema"),
    (frame({"do": "ask", "text": "x"}, id="x" * 129), "schema"),
    (frame({"do": "ask", "text": "x"}, conversation=["c"]), "schema"),
    (frame({"do": "ask", "text": "x"}, conversation=""), "schema"),
    (frame({"do": "ask", "text": "x"}, ttl=-1), "schema"),
    (frame({"do": "ask", "text": "x"}, ttl=True), "schema"),
    (frame({"do": "ask", "text": "x"}, colour="red"), "schema"),
    (frame({"do": "ask", "text": "x"}, type="quary"), "unknown_type"),
    (frame({"do": "ask", "text": "x"}, type=["query"]), "schema"),
    (frame({"do": "ask", "text": "x"}, type="event"), "unknown_type"),
    (frame({"do": "asq"}), "unknown_type"),
    (frame({"do": {}}), "unknown_type"),
    (frame({}), "unknown_type"),
    (frame("ask"), "schema"),
    (frame(None), "schema"),
    (frame({"do": "ask"}), "schema"),
    (frame({"do": "ask", "text": ""}), "schema"),
    (frame({"do": "ask", "text": " \n"}), "schema"),
    (frame({"do": "ask", "text": 1}), "schema"),
    (frame({"do": "ask", "text": "x" * 32_769}), "schema"),
    (frame({"do": "ask", "text": "x", "volume": 1}), "schema"),
    (frame({"do": "ask", "text": "x", "private": "yes"}), "schema"),
    (frame({"do": "ask", "text": "x", "settings": {"a": []}}), "schema"),
    (frame({"do": "ask", "text": "x", "settings": [1]}), "schema"),
    (frame({"do": "resume", "after": -1, "session": "s"}), "schema"),
    (frame({"do": "resume", "after": 1.5, "session": "s"}), "schema"),
    (frame({"do": "resume", "after": True, "session": "s"}), "schema"),
    (frame({"do": "resume", "session": "s"}), "schema"),
]


NOT_UNICODE = "\ud83d"
BAD += [
    (frame({"do": "ask", "text": NOT_UNICODE}), "schema"),
    (frame({"do": "ask", "text": "x", "speaker": NOT_UNICODE}), "schema"),
    (frame({"do": "ask", "text": "x"}, id=NOT_UNICODE), "schema"),
    (frame({"do": "ask", "text": "x"}, conversation=NOT_UNICODE), "schema"),
    (frame({"do": "ask", "text": "x", NOT_UNICODE: 1}), "schema"),
    (frame({"do": NOT_UNICODE}), "unknown_type"),
    (frame({"do": "ask", "text": "x", "settings": {"a": NOT_UNICODE}}), "schema"),
    (frame({"do": "ask", "text": "x", "settings": {NOT_UNICODE: 1}}), "schema"),
    (frame({"do": "ask", "text": "x", "settings": {"k" * 129: 1}}), "schema"),
    (frame({"do": "ask", "text": "x", "settings": {"temperature": 10**400}}), "schema"),
    (frame({"do": "resume", "after": 2**64, "session": "s"}), "schema"),
    (frame({"do": "ask", "text": "x"}, ttl=10**400), "schema"),
    (frame({"do": "ask", "text": "x"}, v=10**400), "schema"),
    (frame({"do": "memories", "limit": 2**64}), "schema"),
]


@pytest.mark.parametrize("raw", ["1e999", "-1e999", "NaN", "Infinity", "1" * 5000])
@pytest.mark.parametrize(
    "place", ['"ttl":%s', '"payload":{"do":"ask","text":"x","settings":{"temperature":%s}}']
)
def test_numbers_that_are_none(raw: str, place: str) -> None:
    start = '{"v":1,"id":"q","type":"query","conversation":"c","payload":{"do":"ask","text":"x"},'
    with pytest.raises(FrameError) as caught:
        parse(start + place % raw + "}")
    assert caught.value.code == "schema"


@pytest.mark.parametrize("depth", [50, 200, 400, 800, 900, 950, 980, 995, 20_000])
def test_deep_nesting_is_refused_at_every_depth(depth: int) -> None:
    """Also at those where reading just succeeds, and writing it down again for the message would not."""
    deep = "[" * depth + "]" * depth
    for payload in (
        deep,
        f'{{"do":{deep}}}',
        f'{{"do":"ask","text":{deep}}}',
        '{"a":' * depth + "1" + "}" * depth,
    ):
        with pytest.raises(FrameError):
            parse(f'{{"v":1,"id":"q","type":"query","conversation":"c","payload":{payload}}}')


@pytest.mark.parametrize(
    "stamp", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "99999", "\ud800"]
)
def test_times_at_the_edge_break_nothing(stamp: str) -> None:
    parse(json.dumps(frame({"do": "ask", "text": "x"}, ts=stamp, ttl=1)))


@pytest.mark.parametrize("data, code", BAD)
def test_bad_frames(data: object, code: str) -> None:
    with pytest.raises(FrameError) as caught:
        parse(json.dumps(data))
    assert caught.value.code == code
    assert caught.value.message


def test_the_error_names_the_query_it_answers() -> None:
    with pytest.raises(FrameError) as caught:
        parse(json.dumps(frame({"do": "ask"}, id="mine")))
    assert (caught.value.re, caught.value.conversation) == ("mine", "c")


@pytest.mark.parametrize(
    "raw", [b"\x00", b"{}", "", "{", "nope", '{"v":NaN}', "[" * 60_000, "\ud800", "1" * 5000]
)
def test_what_is_no_frame_at_all(raw: str | bytes) -> None:
    with pytest.raises(FrameError) as caught:
        parse(raw)
    assert caught.value.code == "schema"


def test_the_schema_refuses_what_the_parser_refuses() -> None:
    """One way round only: that text is blank or no Unicode, or a conversation missing, is said in words."""
    spoken = [{"do": "ask", "text": " \n"}]
    for data, _ in BAD:
        if isinstance(data, dict) and (data.get("payload") in spoken or data.get("conversation") == ""):
            continue
        if NOT_UNICODE in json.dumps(data, ensure_ascii=False):
            continue
        assert not CLIENT_FRAME.is_valid(data), data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
    max_leaves=8,
)


@CALM
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "v": st.just(1) | JSON,
            "id": st.text(min_size=1, max_size=5) | JSON,
            "type": st.sampled_from(["query", "heartbeat"]) | JSON,
            "conversation": st.text(max_size=5) | JSON,
            "ttl": st.floats(0, 10) | JSON,
            "ts": JSON,
            "payload": st.dictionaries(
                st.sampled_from(["do", "text", "after", "session"]), JSON | st.just("ask")
            ),
        },
    )
)
def test_whatever_comes_is_a_frame_or_a_frame_error(data: dict[str, Any]) -> None:
    try:
        parse(json.dumps(data))
    except FrameError as error:
        assert error.code in ("schema", "unknown_type")
    else:
        CLIENT_FRAME.validate(json.loads(json.dumps(data)))


def test_a_frame_survives_any_text() -> None:
    stamp = datetime(2026, 11, 21, 12, tzinfo=UTC)
    text = Frame("event", "i", stamp, {"text": "caf\udce9 \u2028 é 😀"}, "q", "c", 3, False).encode()
    assert text.isascii()
    assert "\n" not in text
    assert json.loads(text)["payload"]["text"] == "caf\udce9 \u2028 é 😀"
    assert json.loads(text)["ts"] == "2026-11-21T12:00:00.000+00:00"
