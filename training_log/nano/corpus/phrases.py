"""Wordings written as text: one string, its phrases parted by bars, is easier to read and to widen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["Slots", "filled", "pairs", "phrases"]

Slots = Sequence[tuple[str, Callable[[], str]]]


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, parted by " | "; line breaks are blanks."""
    return tuple(phrase.strip() for phrase in " ".join(text.split()).split(" | ") if phrase.strip())


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Phrases of the form "left > right"."""
    found = []
    for phrase in phrases(text):
        left, _, right = phrase.partition(" > ")
        found.append((left, right))
    return tuple(found)


def filled(text: str, slots: Slots) -> str:
    """The text with each slot that occurs in it filled by its maker, in the order of the slots."""
    for slot, make in slots:
        if slot in text:
            text = text.replace(slot, make())
    return text
