"""Limits and the token bucket."""

from __future__ import annotations

from lila.config import Server
from lila.server.limits import Bucket, Limits


def test_the_bucket_allows_a_burst_and_then_the_rate() -> None:
    bucket = Bucket(rate=2.0, burst=3.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.5)] == [True, False]
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_steps_back_gives_nothing() -> None:
    bucket = Bucket(rate=1.0, burst=1.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert not bucket.take(5.5)
    assert bucket.take(6.0)


def test_the_configuration_reaches_the_limits() -> None:
    server = Server(max_clients=3, max_conversations=4, max_message_bytes=512, messages_per_minute=5)
    limits = Limits.of(server)
    assert (limits.clients, limits.conversations, limits.frame_bytes, limits.frames_per_minute) == (
        3,
        4,
        512,
        5,
    )
    assert (limits.ping_s, limits.resume_s, limits.kept_events) == (
        server.ping_s,
        server.resume_s,
        server.outbox_events,
    )
