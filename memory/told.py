"""What a sentence by itself tells about, as keys that another sentence about the same thing has too."""

from __future__ import annotations

import re

from memory.facts import as_lila_says, many_valued, subject_and_attribute
from memory.words import key

__all__ = ["UNTOLD", "claimed_keys", "told_keys"]

UNTOLD = ("", "")
"""Where the sentence doesn't say whose what it is: "you are late" tells nothing that another could contradict."""

_OPENING = re.compile(
    r"^(?:(?:actually|no|nope|well|oh|um|uh|er|hey|lila|sorry|wait|look|listen|so|and|but|by the way|in fact"
    r"|i meant?|remember(?: that)?|note(?: that)?|it's|its)\b[\s,.!:;–-]+)+",
    re.IGNORECASE,
)
"""What people put before a claim: "no, actually my name is Beraun"."""


def told_keys(text: str) -> tuple[str, str]:
    """The keys of its subject and attribute, or `UNTOLD`."""
    subject, attribute = subject_and_attribute(text, ())
    if not attribute or (subject, attribute) == ("you", "be"):
        return UNTOLD
    return key(subject), key(attribute)


def claimed_keys(said: str) -> tuple[str, str]:
    """The same of what a person says in their own words, `UNTOLD` where such a thing can have many values."""
    text = as_lila_says(_OPENING.sub("", said))
    subject, attribute = subject_and_attribute(text, ())
    return UNTOLD if many_valued(subject, attribute, text) else told_keys(text)
