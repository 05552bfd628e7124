"""safetensors files as Python sees them: tensors by name, and the file's metadata. Parsing and checking are done in C."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.binding import check, error_buffer, ffi, lib
from engine.errors import ArgumentError, UnsupportedFeature

__all__ = ["SafetensorInfo", "SafetensorsFile"]


@dataclass(frozen=True, slots=True)
class SafetensorInfo:
    """One tensor's entry in the file."""

    name: str
    dtype: str
    """As the file writes it: F32, F16, BF16, I64, …"""
    shape: tuple[int, ...]
    """Slowest-varying dimension first, as the file has it."""
    size_bytes: int


class SafetensorsFile:
    """A mapped, validated file. MalformedFile or UnsupportedFeature when it can't be used."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        out, err = ffi.new("lila_safetensors **"), error_buffer()
        check(lib.lila_safetensors_open(os.fsencode(path), out, err, len(err)), err)
        self.handle = ffi.gc(out[0], lib.lila_safetensors_free)
        self.metadata: Mapping[str, str] = MappingProxyType(self._metadata())
        self._index = {self._entry(i)[0].name: i for i in range(lib.lila_safetensors_count(self.handle))}

    def tensors(self) -> dict[str, SafetensorInfo]:
        """Every tensor of the file, in file order."""
        return {name: self._entry(index)[0] for name, index in self._index.items()}

    def read(self, name: str) -> NDArray[np.float32]:
        """A copy of a tensor of F32, F16 or BF16, as f32.

        ArgumentError when the file has none of that name; Unavailable when it changed since it was opened.
        """
        if name not in self._index:
            raise ArgumentError(f"the file has no tensor {name!r}")
        info, data = self._entry(self._index[name])
        if info.dtype not in ("F32", "F16", "BF16"):
            raise UnsupportedFeature(f"tensor {name!r}: expected F32, F16 or BF16, found {info.dtype}")
        self._require_unchanged()
        raw = bytes(ffi.buffer(data, info.size_bytes))
        self._require_unchanged()
        if info.dtype == "BF16":
            values = (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(raw, "<f4" if info.dtype == "F32" else "<f2").astype(np.float32)
        return values.reshape(info.shape)

    def _require_unchanged(self) -> None:
        err = error_buffer()
        check(lib.lila_safetensors_check(self.handle, err, len(err)), err)

    def _entry(self, index: int) -> tuple[SafetensorInfo, Any]:
        found = ffi.new("lila_safetensor *")
        check(lib.lila_safetensors_at(self.handle, index, found))
        dtype = ffi.string(found.dtype).decode()
        shape = tuple(found.dims)[: found.n_dims]
        name = _text(found.name, found.name_len)
        return SafetensorInfo(name, dtype, shape, found.size), found.data

    def _metadata(self) -> dict[str, str]:
        pair, found = ffi.new("lila_text_pair *"), {}
        for index in range(lib.lila_safetensors_metadata_count(self.handle)):
            check(lib.lila_safetensors_metadata_at(self.handle, index, pair))
            found[_text(pair.key, pair.key_len)] = _text(pair.value, pair.value_len)
        return found


def _text(data: Any, length: int) -> str:
    return bytes(ffi.buffer(data, length)).decode()
