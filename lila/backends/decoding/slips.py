"""Words that differ by one slip of the keys."""

from __future__ import annotations

__all__ = ["is_slip_of"]

SHORTEST = 4
"""Letters below which words are too like each other to tell."""


def is_slip_of(one: str, other: str) -> bool:
    """Whether one letter too many, or two that changed places, make the one of the other."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST or len(long) - len(short) > 1 or one[0] != other[0]:
        return False
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return swapped == long
