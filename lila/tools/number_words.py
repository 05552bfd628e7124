"""Numbers as people say them: "twelve", "twenty-five", "one hundred and five thousand", "2.5", "1,200"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["read_number"]

_ONES_SPOKEN = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_ONES = {word: value for value, word in enumerate(_ONES_SPOKEN.split())}
_TENS_SPOKEN = """
    twenty thirty forty fifty sixty seventy eighty ninety
"""
_TENS = {word: 10 * value for value, word in enumerate(_TENS_SPOKEN.split(), 2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DOZENS = {"dozen": 12, "score": 20}
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?")
MAX_DIGITS = 30
"""Longer figures are refused: nobody says them, and they are how a calculator is made to hang."""


def read_number(words: Sequence[str], at: int) -> tuple[Fraction, int] | None:
    """The number that begins at `words[at]` and the index behind it; None where none begins.

    Words are lower case, hyphens already split. A number in figures may be followed by a scale ("2 million").
    """
    if at >= len(words):
        return None
    figures = _figures(words[at])
    if figures is not None:
        value, end = figures, at + 1
    else:
        spoken = _spoken(words, at)
        if spoken is None:
            return None
        value, end = spoken
    while end < len(words) and words[end] in _SCALES:
        value, end = value * _SCALES[words[end]], end + 1
    return _decimals(words, value, end) if value.denominator == 1 else (value, end)


def _figures(word: str) -> Fraction | None:
    if not word or len(word) > MAX_DIGITS or not word.isascii() or not _DIGITS.fullmatch(word):
        return None
    return Fraction(word.replace(",", ""))


def _spoken(words: Sequence[str], at: int) -> tuple[Fraction, int] | None:
    """Cardinal words: groups below a thousand, each with its scale, added up."""
    total, group, end, seen, last = 0, 0, at, False, 0
    while end < len(words):
        word = words[end]
        if word in _ONES and (not seen or (last in (20, 100, 1000) and (last != 20 or _ONES[word] < 10))):
            group, seen, last = group + _ONES[word], True, 1
        elif word in _TENS and (not seen or last in (100, 1000)):
            group, seen, last = group + _TENS[word], True, 20
        elif word == "hundred" and (last == 1 or (not seen and _is_scale_start(words, end))):
            group, seen, last = max(group, 1) * 100, True, 100
        elif word in _SCALES and seen and group:
            total, group, last = total + group * _SCALES[word], 0, 1000
        elif word in _DOZENS and (last == 1 or not seen):
            group, seen, last = max(group, 1) * _DOZENS[word], True, 0
        elif word == "and" and last in (100, 1000) and _continues(words, end + 1):
            pass
        else:
            break
        end += 1
    return (Fraction(total + group), end) if seen else None


def _is_scale_start(words: Sequence[str], at: int) -> bool:
    return at > 0 and words[at - 1] == "a"


def _continues(words: Sequence[str], at: int) -> bool:
    return at < len(words) and (words[at] in _ONES or words[at] in _TENS)


def _decimals(words: Sequence[str], value: Fraction, end: int) -> tuple[Fraction, int]:
    """ "three point one four": digits spoken one by one after the point."""
    if end + 1 >= len(words) or words[end] != "point":
        return value, end
    if words[end + 1].isdigit() and len(words[end + 1]) <= MAX_DIGITS:
        return value + Fraction(f"0.{words[end + 1]}"), end + 2
    if _ONES.get(words[end + 1], 10) > 9:
        return value, end
    end, place = end + 1, Fraction(1, 10)
    while end < len(words) and place > Fraction(1, 10**12) and _ONES.get(words[end], 10) <= 9:
        value, place, end = value + _ONES[words[end]] * place, place / 10, end + 1
    return value, end
