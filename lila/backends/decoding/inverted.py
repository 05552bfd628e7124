"""Lines that begin with what they tell: "behind the boiler is where the spanner is", "on Monday you have a picnic"."""

from __future__ import annotations

import re

from lila.backends.decoding.times import may_stand_in_a_time
from lila.backends.decoding.words import folded

__all__ = ["put_straight"]

_INVERTED = re.compile(
    r"(?P<told>.+?) is (?P<how>where|when) (?P<thing>.+?)(?: (?P<verb>is|are))?", re.IGNORECASE
)


def put_straight(line: str) -> str:
    """The line with the thing in front of what is told of it: "the spanner is behind the boiler", "you have a picnic on Monday"."""
    if found := _INVERTED.fullmatch(line):
        return f"{found['thing']} {found['verb'] or 'is'} {found['told']}"
    words = line.split()
    begins = next((place for place, word in enumerate(words) if not may_stand_in_a_time(folded(word))), 0)
    if begins and words[begins - 1] in ("the", "a", "an"):
        begins -= 1
    return " ".join([*words[begins:], *words[:begins]])
