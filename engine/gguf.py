"""GGUF files as Python sees them: metadata as a mapping, tensors by name. Parsing and checking are done in C."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.binding import check, error_buffer, ffi, lib

__all__ = ["GgufFile", "Metadata", "TensorInfo"]

_BOOL, _STRING, _ARRAY = 7, 8, 9
_FLOATS = (6, 12)
_UNSIGNED_64 = 10


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor's entry in the file."""

    name: str
    type: int
    """ggml type number."""
    shape: tuple[int, ...]
    """Fastest-varying dimension first, as the file has it."""
    size_bytes: int


class Metadata(Mapping[str, Any]):
    """The key-value pairs of a file, each decoded when it is asked for and then kept."""

    def __init__(self, handle: Any, owner: Any) -> None:
        """`handle` is a borrowed lila_gguf that lives as long as `owner`."""
        self._handle, self._owner = handle, owner
        self._values: dict[str, Any] = {}
        self._index = {self._entry(i)[0]: i for i in range(lib.lila_gguf_kv_count(handle))}

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            self._values[key] = self._decode(self._index[key])
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)

    def _entry(self, index: int) -> tuple[str, Any]:
        entry = ffi.new("lila_kv *")
        check(lib.lila_gguf_kv_at(self._handle, index, entry))
        return _text(entry.key, entry.key_len), entry

    def _decode(self, index: int) -> Any:
        _, entry = self._entry(index)
        if entry.type == _ARRAY:
            return [self._element(index, entry.elem_type, i) for i in range(entry.count)]
        return self._element(index, entry.elem_type, 0)

    def _element(self, index: int, kind: int, element: int) -> Any:
        if kind == _STRING:
            length = ffi.new("uint64_t *")
            return _text(lib.lila_gguf_kv_string(self._handle, index, element, length), length[0])
        if kind in _FLOATS:
            return lib.lila_gguf_kv_float(self._handle, index, element)
        value = lib.lila_gguf_kv_int(self._handle, index, element)
        if kind == _BOOL:
            return bool(value)
        return value % (1 << 64) if kind == _UNSIGNED_64 else value


class GgufFile:
    """A mapped, validated file. MalformedFile or UnsupportedFeature when it can't be used."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        out, err = ffi.new("lila_gguf **"), error_buffer()
        check(lib.lila_gguf_open(os.fsencode(path), out, err, len(err)), err)
        self.handle = ffi.gc(out[0], lib.lila_gguf_free)
        self.metadata: Mapping[str, Any] = Metadata(self.handle, self)

    def tensors(self) -> dict[str, TensorInfo]:
        """Every tensor of the file, in file order."""
        found = {}
        entry = ffi.new("lila_tensor_info *")
        for index in range(lib.lila_gguf_tensor_count(self.handle)):
            check(lib.lila_gguf_tensor_at(self.handle, index, entry))
            name = _text(entry.name, entry.name_len)
            found[name] = TensorInfo(name, entry.type, tuple(entry.dims)[: entry.n_dims], entry.size)
        return found


def _text(data: Any, length: int) -> str:
    return bytes(ffi.buffer(data, length)).decode("utf-8", "replace")
