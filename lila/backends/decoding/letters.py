"""Keeps what a model writes in words of its own whole: letters beyond ASCII come only as they stand in words it was given.

A small vocabulary spells such a letter in two tokens or more, and a model that names "Hạnh" anew may join the first byte
of one letter to the second of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

__all__ = ["misspelling"]

_ENDING = (b" ", b",", b".", b"?", b"'", b"\n")
"""What may follow a word that is whole."""


def misspelling(written: bytes, given: Iterable[str], pieces: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    """The tokens, of `pieces` with their bytes, that would misspell a word beyond ASCII behind what was `written`."""
    foreign = {word.encode() for text in given for word in text.split() if not word.isascii()}
    begun = written.rsplit(b" ", 1)[-1].rsplit(b"\n", 1)[-1]
    for token, piece in pieces:
        if piece.isascii() and begun.isascii():
            continue
        before, _, word = (begun + piece).rpartition(b" ")
        if not all(_is_whole(each, foreign) for each in before.split(b" ")) or not _goes_on(word, foreign):
            yield token


def _is_whole(word: bytes, foreign: Collection[bytes]) -> bool:
    return word.isascii() or any(word == each or word.startswith(_ended(each)) for each in foreign)


def _goes_on(word: bytes, foreign: Collection[bytes]) -> bool:
    return word.isascii() or any(each.startswith(word) or word.startswith(_ended(each)) for each in foreign)


def _ended(word: bytes) -> tuple[bytes, ...]:
    return tuple(word + mark for mark in _ENDING)
