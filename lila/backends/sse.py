"""Server-sent events, as OpenAI-compatible servers use them: bytes in, data fields out."""

from __future__ import annotations

from lila.errors import BackendError

__all__ = ["EventStream"]

MAX_EVENT_BYTES = 1 << 20


class EventStream:
    """Collects lines into events, however the bytes were split."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> list[str]:
        """The data of every event that is complete now. BackendError when an event has no end."""
        lines = (self._rest + data).replace(b"\r\n", b"\n").split(b"\n")
        self._rest = lines.pop()
        events: list[str] = []
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif not line and self._data:
                events.append(b"\n".join(self._data).decode("utf-8", "replace"))
                self._data = []
        if len(self._rest) + sum(map(len, self._data)) > MAX_EVENT_BYTES:
            raise BackendError("bad_response", "the server sends an event that does not end")
        return events
