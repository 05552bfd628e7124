"""Snapshots: a session's tokens and cache rows in a file.

    "LILASNAP"  u32 version  u32 header bytes  header (JSON)  tokens (u32 each)
    per layer: key rows, value rows            SHA-256 of everything before it

All integers are little-endian. The checksum guards against damage, not malice; a hostile file with a sound
checksum can only give wrong numbers, because every length is held against the session that reads it.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ContextOverflow, MalformedFile, ManifestMismatch, Unavailable
from engine.reports import Manifest
from engine.timeline import Rows, Timeline

__all__ = ["read_snapshot", "write_snapshot"]

_MAGIC = b"LILASNAP"
_VERSION = 1
_PREFIX = struct.Struct("<8sII")
_HEADER_LIMIT = 1 << 16
_CHECKSUM = 32


def write_snapshot(path: str | os.PathLike[str], timeline: Timeline, manifest: Manifest) -> None:
    """Write beside the target, sync, rename: the target is the old file or the new one. Mode 0600."""
    target = Path(path)
    header = _header(timeline, timeline.count, manifest)
    parts: Iterable[bytes | bytearray] = [
        _PREFIX.pack(_MAGIC, _VERSION, len(header)),
        header,
        timeline.tokens().astype("<u4").tobytes(),
    ]
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            digest = hashlib.sha256()
            for part in chain(parts, timeline.rows(0, timeline.count)):
                digest.update(part)
                file.write(part)
            file.write(digest.digest())
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise Unavailable(f"The snapshot can't be written: {error}.") from error


def read_snapshot(path: str | os.PathLike[str], timeline: Timeline, manifest: Manifest) -> Rows:
    """The rows of a snapshot that fits this timeline and manifest.

    MalformedFile, ManifestMismatch, ContextOverflow or Unavailable otherwise; nothing is changed here.
    """
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            magic, version, length = _PREFIX.unpack(_exactly(file, _PREFIX.size))
            if magic != _MAGIC:
                raise MalformedFile(f"expected the magic bytes {_MAGIC!r}, found {magic!r}: no snapshot")
            if version != _VERSION:
                raise MalformedFile(f"expected snapshot version {_VERSION}, found {version}")
            if length > _HEADER_LIMIT:
                raise MalformedFile(f"expected a header of at most {_HEADER_LIMIT} bytes, found {length}")
            raw = _exactly(file, length)
            count = _checked_count(raw, timeline, manifest)
            body = _body_bytes(timeline, count)
            expected = _PREFIX.size + length + body + _CHECKSUM
            if size != expected:
                raise MalformedFile(f"expected {expected} bytes for {count} tokens, found {size}")
            data = _exactly(file, body)
            digest = hashlib.sha256(_PREFIX.pack(magic, version, length) + raw)
            digest.update(data)
            if digest.digest() != _exactly(file, _CHECKSUM):
                raise MalformedFile("the checksum doesn't match: the snapshot is damaged")
    except OSError as error:
        raise Unavailable(f"The snapshot can't be read: {error}.") from error
    return _split(data, count, timeline)


def _header(timeline: Timeline, count: int, manifest: Manifest) -> bytes:
    keys, values = timeline.row_bytes()
    fields = {
        "manifest": manifest.to_json(),
        "tokens": count,
        "layers": timeline.layers,
        "key_row_bytes": keys,
        "value_row_bytes": values,
    }
    return json.dumps(fields, sort_keys=True).encode()


def _checked_count(raw: bytes, timeline: Timeline, manifest: Manifest) -> int:
    """Tokens in the file, once its header was found to be exactly what this session would write for them."""
    try:
        header: Any = json.loads(raw)
        theirs = Manifest.from_json(header["manifest"])
        count = header["tokens"]
        if type(count) is not int or count < 0:
            raise ValueError(f"expected a number of tokens, found {count!r}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MalformedFile(f"the snapshot's header can't be read: {error}") from error
    if reason := manifest.difference(theirs):
        raise ManifestMismatch(reason)
    if count > timeline.context:
        raise ContextOverflow("restore", 0, count, timeline.context)
    if raw != _header(timeline, count, manifest):
        raise MalformedFile("the snapshot's header doesn't describe this model's cache")
    return count


def _body_bytes(timeline: Timeline, count: int) -> int:
    keys, values = timeline.row_bytes()
    return count * (4 + timeline.layers * (keys + values))


def _split(data: bytes, count: int, timeline: Timeline) -> Rows:
    tokens = np.frombuffer(data, "<u4", count)
    if (tokens >= timeline.vocab_size).any():
        raise MalformedFile(f"a token of the snapshot is outside of 0 to {timeline.vocab_size - 1}")
    sizes = [count * size for size in timeline.row_bytes()] * timeline.layers
    rows, at = [], 4 * count
    for size in sizes:
        rows.append(data[at : at + size])
        at += size
    return Rows(tuple(tokens.tolist()), 0, tuple(rows))


def _exactly(file: Any, size: int) -> bytes:
    data: bytes = file.read(size)
    if len(data) != size:
        raise MalformedFile(f"expected {size} more bytes, found {len(data)}: the snapshot is cut short")
    return data


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
