"""From token bytes to text that may be shown: whole characters only, stop strings held back."""

from __future__ import annotations

from collections.abc import Sequence

from engine.binding import check, ffi, lib
from engine.errors import ArgumentError

__all__ = ["TextStream"]


class TextStream:
    """Takes the bytes of one token after the other; see `lila_stream` in the header for the rules."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        """`stops` end the text and are not part of it; the first to be complete counts."""
        if isinstance(stops, str) or not all(isinstance(stop, str) for stop in stops):
            raise ArgumentError(f"stop is {stops!r}; expected a sequence of texts.")
        try:
            encoded = [stop.encode() for stop in stops]
        except UnicodeEncodeError:
            raise ArgumentError("a stop has half of a surrogate pair, which no text of a model has") from None
        texts = [ffi.from_buffer("uint8_t[]", stop) for stop in encoded]
        self._err = ffi.new("char[256]")
        self._text = ffi.new("uint8_t **")
        self._length = ffi.new("size_t *")
        self._stopped = ffi.new("int *")
        out = ffi.new("lila_stream **")
        lengths = ffi.new("size_t[]", [len(stop) for stop in encoded])
        table = ffi.new("uint8_t *[]", texts)
        check(lib.lila_stream_create(table, lengths, len(encoded), out, self._err, 256), self._err)
        self._handle = ffi.gc(out[0], lib.lila_stream_free)

    @property
    def stopped(self) -> bool:
        """Whether a stop string is complete; there is no text after it."""
        return bool(self._stopped[0])

    def push(self, data: bytes) -> str:
        """The text that may be shown after these bytes, possibly none yet."""
        status = lib.lila_stream_push(
            self._handle, data, len(data), self._text, self._length, self._stopped, self._err, 256
        )
        check(status, self._err)
        return self._taken()

    def finish(self) -> str:
        """What was held back, once no more bytes come."""
        check(lib.lila_stream_finish(self._handle, self._text, self._length, self._err, 256), self._err)
        return self._taken()

    def _taken(self) -> str:
        return bytes(ffi.buffer(self._text[0], self._length[0])).decode() if self._length[0] else ""
