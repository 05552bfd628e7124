"""One client's rights, strikes and order of frames."""

from __future__ import annotations

import json

import pytest

from lila.server.auth import Doorkeeper
from lila.server.limits import Limits
from lila.server.protocol import FrameError, Heartbeat, Query
from lila.server.resume import Stream
from lila.server.session import Farewell, Session

TOKEN = "a-token-that-is-long-enough"


def session(limits: Limits | None = None, *, token: str = "", authorised: bool = True) -> Session:
    made = Session(
        Doorkeeper("127.0.0.1", token),
        limits or Limits(),
        lambda: None,
        lambda stream: f"missed {stream.name}",
    )
    made.authorised = authorised
    return made


def query(do: str, **fields: object) -> str:
    envelope = {key: fields.pop(key) for key in ("ttl", "ts") if key in fields}
    payload = {"do": do, **fields}
    return json.dumps(
        {"v": 1, "id": "q", "type": "query", "conversation": "c", "payload": payload} | envelope
    )


BEAT = json.dumps({"v": 1, "id": "h", "type": "heartbeat"})


def test_without_a_token_only_hello_with_it_is_heard() -> None:
    assert isinstance(
        session(token=TOKEN, authorised=False).receive(query("hello", token=TOKEN), 0, 0), Query
    )
    for frame in (query("hello", token="wrong"), query("hello"), query("ask", text="x"), BEAT):
        with pytest.raises(Farewell) as caught:
            session(token=TOKEN, authorised=False).receive(frame, 0, 0)
        assert caught.value.error.code == "unauthorised"


def test_a_flood_is_refused_and_then_closed() -> None:
    client = session(Limits(frames_per_minute=60, strikes=5))
    assert [type(client.receive(BEAT, 0.0, 0)) for _ in range(10)] == [Heartbeat] * 10
    for _ in range(4):
        with pytest.raises(FrameError) as caught:
            client.receive(BEAT, 0.0, 0)
        assert (caught.value.code, caught.value.re) == ("backpressure", "h")
    with pytest.raises(Farewell):
        client.receive(BEAT, 0.0, 0)


def test_a_good_frame_forgives() -> None:
    client = session(Limits(strikes=3))
    for second in range(20):
        for bad in ("{", "[]"):
            with pytest.raises(FrameError):
                client.receive(bad, second, 0)
        client.receive(BEAT, second, 0)


def test_a_ttl_that_ran_out() -> None:
    late = query("ask", text="x", ttl=5, ts="1970-01-01T00:00:10+00:00")
    assert isinstance(session().receive(late, 0, 15.0), Query)
    with pytest.raises(FrameError) as caught:
        session().receive(late, 0, 15.5)
    assert caught.value.code == "expired"
    assert isinstance(session().receive(query("ask", text="x", ttl=0), 0, 15.5), Query)


def test_answers_first_then_conversations_in_turns() -> None:
    client = session()
    streams = {name: Stream(name, 10, 1000) for name in "ab"}
    for stream in streams.values():
        client.follow(stream, 0)
    for name in "aaabb":
        streams[name].publish(lambda seq, name=name: f"{name}{seq}")  # type: ignore[misc]
    client.answer("answer")
    assert not client.sent
    assert [client.next() for _ in range(7)] == ["answer", "a1", "b1", "a2", "b2", "a3", None]
    assert client.sent


def test_a_slow_reader_is_told_once_what_it_missed_and_goes_on() -> None:
    client, stream = session(), Stream("c", 3, 1000)
    client.follow(stream, 0)
    for _ in range(9):
        stream.publish(lambda seq: f"event {seq}")
    assert [client.next(), client.next()] == ["missed c", None]
    stream.publish(lambda seq: f"event {seq}")
    assert client.next() == "event 10"


def test_only_so_many_conversations_and_the_common_one_is_free() -> None:
    client = session(Limits(conversations_per_client=2))
    client.follow(Stream("", 3, 1000), 0)
    first = Stream("a", 3, 1000)
    client.follow(first, 0)
    client.follow(Stream("b", 3, 1000), 0)
    with pytest.raises(FrameError) as caught:
        client.follow(Stream("c", 3, 1000), 0)
    assert caught.value.code == "backpressure"
    client.follow(first, 0)
    assert client.leave("a", 7.0)
    assert (first.followers, first.idle_since) == (set(), 7.0)
    assert not client.leave("a", 8.0)
    client.follow(Stream("c", 3, 1000), 0)


def test_answers_that_are_not_read_are_not_piled_up() -> None:
    client = session()
    with pytest.raises(Farewell):
        for _ in range(1000):
            client.answer("x")
