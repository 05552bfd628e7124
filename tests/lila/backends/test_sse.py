"""Server-sent events, however the bytes arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.backends.sse import EventStream
from lila.errors import BackendError

BYTES = (
    b': ping\n\ndata: {"a": "\xc3\xa9"}\r\n\r\nevent: x\ndata:two\ndata: lines\n\nid: 1\n\ndata: [DONE]\n\n'
)
EVENTS = ['{"a": "é"}', "two\nlines", "[DONE]"]


@given(st.lists(st.integers(0, len(BYTES)), max_size=12))
def test_events_do_not_depend_on_the_split(cuts):
    stream = EventStream()
    edges = [0, *sorted(cuts), len(BYTES)]
    pieces = [BYTES[a:b] for a, b in pairwise(edges)]
    assert [event for piece in pieces for event in stream.feed(piece)] == EVENTS


def test_an_event_without_an_end_is_refused():
    stream = EventStream()
    with pytest.raises(BackendError):
        for _ in range(20):
            stream.feed(b"data: " + b"x" * 100_000)
