"""What callers pass, held against what the C library takes: an ArgumentError here, not cffi's or NumPy's own error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ArgumentError

__all__ = ["UINT32", "UINT64", "choice", "number", "token_ids", "whole"]

UINT32 = (1 << 32) - 1
UINT64 = (1 << 64) - 1
_SHOWN = 60


def whole(name: str, value: object, low: int, high: int) -> int:
    """`value`, where it is a whole number from `low` to `high`."""
    if not _is_whole(value) or not low <= value <= high:  # type: ignore[operator]
        raise ArgumentError(f"{name} is {_shown(value)}; expected a whole number from {low} to {high}.")
    return int(value)  # type: ignore[call-overload, no-any-return]


def number(name: str, value: object) -> float:
    """`value`, where a double can hold it; infinity and NaN are left to the callee."""
    try:
        if isinstance(value, int | float | np.integer | np.floating):
            return float(value)
    except OverflowError:
        pass
    raise ArgumentError(f"{name} is {_shown(value)}; expected a number.")


def choice(name: str, value: object, known: Mapping[str, int]) -> int:
    """What `known` has for `value`."""
    if not isinstance(value, str) or value not in known:
        raise ArgumentError(f"{name} is {_shown(value)}; expected one of {', '.join(known)}.")
    return known[value]


def token_ids(tokens: Iterable[int], vocab_size: int) -> NDArray[np.int32]:
    """[len(tokens)], each from 0 to vocab_size - 1."""
    if isinstance(tokens, np.ndarray) and tokens.ndim == 1 and tokens.dtype.kind in "iu":
        array = tokens
    else:
        array = _as_array(tokens, vocab_size)
    bad = (array < 0) | (array >= vocab_size)
    if bad.any():
        raise _outside(array[bad][0], vocab_size)
    return array.astype(np.int32)


def _as_array(tokens: Iterable[int], vocab_size: int) -> NDArray[Any]:
    if isinstance(tokens, str | bytes) or not isinstance(tokens, Iterable):
        raise ArgumentError(f"Tokens are {_shown(tokens)}; expected a flat sequence of ids.")
    listed = list(tokens)
    for token in listed:
        if not _is_whole(token):
            raise ArgumentError(
                f"Token {_shown(token)} is no id; expected a whole number, in a flat sequence of ids."
            )
    try:
        return np.array(listed, np.int64)
    except OverflowError:
        raise _outside(next(t for t in listed if not -(1 << 63) <= t < 1 << 63), vocab_size) from None


def _outside(token: object, vocab_size: int) -> ArgumentError:
    return ArgumentError(f"Token {_shown(token)} is outside of the vocabulary's 0 to {vocab_size - 1}.")


def _is_whole(value: object) -> bool:
    """True and False count as a mistake."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """Short, whatever it is: the digits of a very long number are more than Python prints."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits"
    text = str(value) if isinstance(value, int | np.integer) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
