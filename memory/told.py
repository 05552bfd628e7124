"""What a sentence by itself tells about, as keys that another sentence about the same thing has too."""

from __future__ import annotations

from memory.facts import subject_and_attribute
from memory.words import key

__all__ = ["UNTOLD", "told_keys"]

UNTOLD = ("", "")
"""Where the sentence doesn't say whose what it is: "you are late" tells nothing that another could contradict."""


def told_keys(text: str) -> tuple[str, str]:
    """The keys of its subject and attribute, or `UNTOLD`."""
    subject, attribute = subject_and_attribute(text, ())
    if not attribute or (subject, attribute) == ("you", "be"):
        return UNTOLD
    return key(subject), key(attribute)
