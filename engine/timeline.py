"""The native session, call by call: tokens and their KV rows, with no policy. `engine.session` is built on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.binding import check, error_buffer, ffi, lib

__all__ = ["KV_TYPES", "Rows", "Timeline"]

KV_TYPES = {"f32": 0, "f16": 1, "q8_0": 2}


@dataclass(frozen=True, slots=True)
class Rows:
    """Copies of cache rows, to put back when a step fails."""

    tokens: tuple[int, ...]
    """All tokens that were resident."""
    start: int
    """Position of the first row."""
    data: tuple[bytes, ...]
    """Per layer: keys, then values."""


class Timeline:
    """Resident tokens, their cache rows and the logits after the last one."""

    def __init__(self, model: Any, layers: int, vocab_size: int, context: int, batch: int, kv: str) -> None:
        params = ffi.new(
            "lila_session_params *", {"context": context, "batch": batch, "kv_type": KV_TYPES[kv]}
        )
        self._err = error_buffer()
        self._one = ffi.new("int32_t[1]")
        out = ffi.new("lila_session **")
        check(lib.lila_session_new(model, params, out, self._err, len(self._err)), self._err)
        self.handle = ffi.gc(out[0], lib.lila_session_free)
        self.layers, self.vocab_size = layers, vocab_size
        self.context = int(lib.lila_session_context(self.handle))

    @property
    def count(self) -> int:
        return int(lib.lila_session_count(self.handle))

    def tokens(self) -> NDArray[np.int32]:
        """A copy of the resident tokens."""
        data = ffi.buffer(lib.lila_session_tokens(self.handle), 4 * self.count)
        return np.frombuffer(data, np.int32).copy()

    def common_prefix(self, tokens: NDArray[np.int32]) -> int:
        return int(
            lib.lila_session_common_prefix(self.handle, ffi.from_buffer("int32_t[]", tokens), len(tokens))
        )

    def eval(self, tokens: NDArray[np.int32]) -> None:
        """Append tokens and compute the logits after the last."""
        data = ffi.from_buffer("int32_t[]", tokens)
        check(lib.lila_session_eval(self.handle, data, len(tokens), self._err, len(self._err)), self._err)

    def eval_one(self, token: int) -> None:
        """`eval` for one token, without an array."""
        self._one[0] = token
        check(lib.lila_session_eval(self.handle, self._one, 1, self._err, len(self._err)), self._err)

    def truncate(self, count: int) -> None:
        check(lib.lila_session_truncate(self.handle, count, self._err, len(self._err)), self._err)

    def adopt(self, tokens: Sequence[int] | NDArray[np.int32]) -> None:
        """Declare tokens resident whose rows are in the cache."""
        array = np.asarray(tokens, np.int32)
        data = ffi.from_buffer("int32_t[]", array)
        check(lib.lila_session_adopt(self.handle, data, len(array), self._err, len(self._err)), self._err)

    def logits(self) -> Any:
        """float [vocab_size] of the library, valid until the next step; None when there are none."""
        pointer = lib.lila_session_logits(self.handle)
        return None if pointer == ffi.NULL else pointer

    def logits_copy(self) -> NDArray[np.float32]:
        return np.frombuffer(ffi.buffer(self.logits(), 4 * self.vocab_size), np.float32).copy()

    def row_bytes(self) -> tuple[int, int]:
        """Bytes of one token's keys and of its values, in one layer."""
        keys, values = (int(lib.lila_session_row_bytes(self.handle, which)) for which in (0, 1))
        return keys, values

    def rows(self, start: int, stop: int) -> Iterator[bytearray]:
        """Copies of the cache rows [start, stop): per layer keys, then values."""
        sizes = self.row_bytes()
        for layer in range(self.layers):
            for which in (0, 1):
                rows = bytearray((stop - start) * sizes[which])
                self._move(lib.lila_session_read_rows, layer, which, start, stop - start, rows)
                yield rows

    def _move(
        self, call: Any, layer: int, which: int, start: int, count: int, rows: bytearray | bytes
    ) -> None:
        data = ffi.from_buffer("char[]", rows)
        check(call(self.handle, layer, which, start, count, data, self._err, len(self._err)), self._err)

    def save(self, start: int, stop: int) -> Rows:
        """Copies of the rows [start, stop), with all resident tokens."""
        return Rows(
            tuple(self.tokens().tolist()), start, tuple(bytes(rows) for rows in self.rows(start, stop))
        )

    def put_back(self, saved: Rows) -> None:
        """Make the timeline what it was when `saved` was taken; only its rows may have changed since."""
        length = len(saved.data[0]) // self.row_bytes()[0]
        for index, rows in enumerate(saved.data):
            self._move(lib.lila_session_write_rows, *divmod(index, 2), saved.start, length, rows)
        self.adopt(saved.tokens)

    def close(self) -> None:
        ffi.release(self.handle)
