"""What is kept of a conversation, and for how long."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lila.server.resume import Stream, Streams

# A busy machine is no failure.
CALM = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def stream(events: int = 0, *, max_events: int = 4, max_bytes: int = 1000, base: int = 0) -> Stream:
    made = Stream("c", max_events, max_bytes, base=base)
    for _ in range(events):
        made.publish(lambda seq: f"event {seq}")
    return made


def read(source: Stream, after: int) -> list[int]:
    found = []
    while (kept := source.after(after)) is not None:
        assert kept.text == f"event {kept.seq}"
        after = kept.seq
        found.append(after)
    return found


def test_events_are_numbered_and_read_from_anywhere() -> None:
    source = stream(3)
    assert [read(source, after) for after in range(4)] == [[1, 2, 3], [2, 3], [3], []]
    assert (source.oldest, source.last) == (1, 3)


def test_only_the_last_are_kept() -> None:
    source = stream(10)
    assert (source.oldest, source.last) == (7, 10)
    assert [source.holds_after(seq) for seq in (5, 6, 10, 11)] == [False, True, True, False]
    assert read(source, 6) == [7, 8, 9, 10]


def test_bytes_are_bounded_too_but_the_newest_stays() -> None:
    source = stream(max_events=100, max_bytes=50)
    for size in (20, 20, 20, 500):
        source.publish(lambda seq, size=size: "x" * size)  # type: ignore[misc]
    assert (source.oldest, source.last) == (4, 4)


def test_nothing_yet() -> None:
    source = stream(base=7)
    assert (source.oldest, source.last, source.after(7)) == (8, 7, None)
    assert source.holds_after(7)
    assert not source.holds_after(6)


@CALM
@given(st.integers(1, 6), st.lists(st.booleans(), max_size=60))
def test_a_reader_that_may_go_on_misses_nothing(max_events: int, steps: list[bool]) -> None:
    source, seen, got = stream(max_events=max_events), 0, []
    for publish in steps:
        if publish:
            source.publish(lambda seq: f"event {seq}")
        elif not source.holds_after(seen):
            got.append(-1)
            seen = source.last
        elif (kept := source.after(seen)) is not None:
            seen = kept.seq
            got.append(seen)
    runs = [each for each in got if each > 0]
    assert runs == sorted(set(runs))
    for before, after in itertools.pairwise(got):
        assert after == -1 or before == -1 or after == before + 1


def test_accepted_queries_are_remembered_with_their_place() -> None:
    source = stream(2)
    source.accept("q")
    assert source.asked["q"] == 2
    for number in range(64):
        source.accept(str(number))
    assert "q" not in source.asked


def test_conversations_that_nobody_needs_give_way() -> None:
    streams = Streams(2, 4, 1000, keep_s=10)
    first = streams.open("a", 0.0)
    second = streams.open("b", 1.0)
    assert first is not None
    assert second is not None
    second.running = "q"
    assert streams.open("c", 2.0) is not None  # a was idle longest
    assert streams.get("a") is None
    follower = lambda: None  # noqa: E731
    streams.all["c"].followers.add(follower)
    assert streams.open("d", 3.0) is None
    assert streams.open("b", 3.0) is second


def test_sweeping_is_by_age() -> None:
    streams = Streams(9, 4, 1000, keep_s=10)
    streams.open("a", 0.0)
    streams.open("b", 5.0)
    streams.sweep(10.0)
    assert list(streams.all) == ["b"]


def test_a_number_is_never_used_twice() -> None:
    """Who comes back to a conversation that was dropped and begun anew sees a gap, not other events."""
    streams = Streams(9, 4, 1000, keep_s=10)
    old = streams.open("a", 0.0)
    assert old is not None
    for _ in range(3):
        old.publish(lambda seq: f"event {seq}")
    streams.sweep(20.0)
    new = streams.open("a", 20.0)
    assert new is not None
    new.publish(lambda seq: f"event {seq}")
    assert new.last == 4
    assert [new.holds_after(seq) for seq in (1, 2, 3, 4)] == [False, False, True, True]
