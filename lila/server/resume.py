"""What a conversation sent, kept for readers that are slow or come back. No input, output or clock in here.

Every event of a conversation has a number, `seq`, one more than the event before. The last ones are kept,
encoded once, however many clients follow. A reader is nothing but the number of the last event it was given:
a slow one holds no memory, and can't slow the others. When what it needs next is no longer kept, it is told
so, with a summary from which it can go on.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Kept", "Stream", "Streams"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One event as it goes out."""

    seq: int
    text: str


@dataclass(slots=True, eq=False)
class Stream:
    """The events of one conversation. `base`: the number before its first event."""

    name: str
    max_events: int
    max_bytes: int
    base: int = 0
    running: str = ""
    """Id of the query whose turn runs or waits; "" when idle."""
    turn: str = ""
    said: str = ""
    """The reply of the turn `turn` so far."""
    followers: set[Callable[[], None]] = field(default_factory=set)
    """Called when there is something new to read."""
    idle_since: float = 0.0
    asked: OrderedDict[str, int] = field(default_factory=OrderedDict)
    """The last queries that were accepted, and `last` at that time: one sent again isn't run again."""
    _kept: deque[Kept] = field(default_factory=deque)
    _bytes: int = 0
    _last: int = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.base

    @property
    def last(self) -> int:
        """The number of the newest event."""
        return self._last

    @property
    def oldest(self) -> int:
        """The number of the oldest event that is still kept; `last + 1` if none is."""
        return self._kept[0].seq if self._kept else self._last + 1

    def publish(self, encode: Callable[[int], str]) -> None:
        """Add an event; `encode` gets its number and returns its frame."""
        self._last += 1
        kept = Kept(self._last, encode(self._last))
        self._kept.append(kept)
        self._bytes += len(kept.text)
        while len(self._kept) > self.max_events or (self._bytes > self.max_bytes and len(self._kept) > 1):
            self._bytes -= len(self._kept.popleft().text)
        for wake in tuple(self.followers):
            wake()

    def holds_after(self, seq: int) -> bool:
        """Whether a reader that has `seq` can go on without a gap."""
        return self.oldest - 1 <= seq <= self._last

    def after(self, seq: int) -> Kept | None:
        """The event after `seq`; None if there is none yet. Only if `holds_after(seq)`."""
        index = seq + 1 - self.oldest
        return self._kept[index] if index < len(self._kept) else None

    def accept(self, query: str) -> None:
        """Note that a query was taken."""
        self.asked[query] = self._last
        while len(self.asked) > 64:
            self.asked.popitem(last=False)

    def state(self) -> dict[str, Any]:
        """Where the conversation stands: enough to go on after a gap."""
        return {
            "seq": self._last,
            "oldest": self.oldest,
            "running": bool(self.running),
            "turn": self.turn,
            "said": self.said,
        }


class Streams:
    """All conversations; at most `limit` at once, those that nobody needs give way."""

    def __init__(self, limit: int, max_events: int, max_bytes: int, keep_s: float) -> None:
        self._limit, self._max_events, self._max_bytes, self._keep_s = limit, max_events, max_bytes, keep_s
        self._streams: dict[str, Stream] = {}
        self._floor = 0

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def all(self) -> Mapping[str, Stream]:
        return self._streams

    def get(self, name: str) -> Stream | None:
        return self._streams.get(name)

    def open(self, name: str, now: float) -> Stream | None:
        """The conversation, new if need be; None if there are too many that are in use."""
        stream = self._streams.get(name)
        if stream is None:
            self.sweep(now)
            if len(self._streams) >= self._limit and not self._evict():
                return None
            # A number is never used twice: who comes back to a conversation that was dropped sees a gap.
            stream = Stream(name, self._max_events, self._max_bytes, base=self._floor, idle_since=now)
            self._streams[name] = stream
        return stream

    def sweep(self, now: float) -> None:
        """Drop what nobody followed for `keep_s` seconds."""
        for stream in [each for each in self._streams.values() if _idle(each)]:
            if now - stream.idle_since >= self._keep_s:
                self._drop(stream)

    def _evict(self) -> bool:
        idle = [each for each in self._streams.values() if _idle(each)]
        if not idle:
            return False
        self._drop(min(idle, key=lambda each: each.idle_since))
        return True

    def _drop(self, stream: Stream) -> None:
        self._floor = max(self._floor, stream.last)
        del self._streams[stream.name]


def _idle(stream: Stream) -> bool:
    return not stream.followers and not stream.running
