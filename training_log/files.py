"""The bytes of the diary's files: whole lines forwards and backwards, private files, atomic replacement.

Nothing here is written through a symbolic link: whoever placed one would choose what Lila overwrites.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = [
    "append_durably",
    "backwards",
    "make_folder",
    "private",
    "raw_lines",
    "replace_whole",
    "whole_bytes",
]

_BLOCK: Final = 64 * 1024


def raw_lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a file; one without its newline is still being written, or torn."""
    with path.open("rb") as file:
        for raw in file:
            if raw.endswith(b"\n"):
                yield raw


def backwards(path: Path) -> Iterator[bytes]:
    """The whole lines of a file, last first."""
    position = whole_bytes(path)
    rest = b""
    with path.open("rb") as file:
        while position:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            pieces = (file.read(step) + rest).split(b"\n")
            rest = pieces[0]
            yield from (piece + b"\n" for piece in reversed(pieces[1:]) if piece)
    if rest:
        yield rest + b"\n"


def whole_bytes(path: Path) -> int:
    """How many bytes of the file are whole lines."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        while position:
            step = min(_BLOCK, position)
            file.seek(position - step)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                return position - step + found + 1
            position -= step
    return 0


def append_durably(path: Path, data: bytes) -> None:
    """Append `data` with one write and wait until it is on the disk; on failure the file is as it was."""
    created = not path.exists()
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(fd, 0o600)
        start = os.fstat(fd).st_size
        try:
            written = os.write(fd, data)
            while written < len(data):  # short: the disk is nearly full, and the next write says so
                written += os.write(fd, data[written:])
            os.fsync(fd)
            if created:
                _sync_folder(path.parent)
        except OSError:
            with suppress(OSError):  # if this fails too, the torn line is repaired by the next writer
                os.ftruncate(fd, start)
            raise
    finally:
        os.close(fd)


def replace_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace `path` by `chunks`, readable by its owner only; all of it or nothing."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with open(draft, "wb", opener=private) as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def make_folder(folder: Path) -> None:
    """Make the folder, and what is missing above it, 0700 and durable."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def private(path: str, flags: int) -> int:
    """An opener for `open`: the file is made for its owner alone, and a link is refused (ELOOP)."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
