"""Lines that begin with what they tell: "behind the boiler is where the spanner is", "on Monday you have a picnic"."""

from __future__ import annotations

import re

from lila.backends.decoding.times import may_stand_in_a_time
from lila.backends.decoding.words import folded
from memory.plainer import BACKWARDS

__all__ = ["put_straight"]

_INVERTED = re.compile(rf"{BACKWARDS}(.+?)(?: (is|are))?$", re.IGNORECASE)
"""Wider than what `plainer` puts straight: of "Leeds is where Ada lives", too, the thing is to stand in front."""


def put_straight(line: str) -> str:
    """The line with the thing in front of what is told of it: "the spanner is behind the boiler", "you have a picnic on Monday"."""
    if found := _INVERTED.match(line):
        told, thing, verb = found.groups()
        return f"{thing} {verb or 'is'} {told}"
    words = line.split()
    begins = next((place for place, word in enumerate(words) if not may_stand_in_a_time(folded(word))), 0)
    if begins and words[begins - 1] in ("the", "a", "an"):
        begins -= 1
    return " ".join([*words[begins:], *words[:begins]])
