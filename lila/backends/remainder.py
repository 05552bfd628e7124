"""What of an utterance is left when a fact of it is stored, and so whether another fact is to be expected.

"My pin is 2209 and my sister lives in Kirn": behind "2209" there are words enough for a sentence, with a verb in it;
behind "Kirn" there is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.backends.wording import folded, spoken

__all__ = ["more_to_come"]

_SENTENCE, _NOTHING = 4, 2
"""Words that another fact needs at least, and that are none for certain."""
_VERB = re.compile(
    r"\b(is|are|was|were|has|have|had|am|will|can|does|do|goes|go|gets?|takes?|lives?|works?|likes?|loves?|hates?|speaks?|plays?"
    r"|drives?|owns?|needs?|wants?|keeps?|puts?|calls?|answers?|starts?|ends?|opens?|closes?|costs?|studies|teaches|collects?"
    r"|comes?|rides?|eats?|drinks?|wears?|knows?|prefers?|enjoys?)\b|['’](m|re|s|ve)\b",
    re.IGNORECASE,
)


def more_to_come(words: Sequence[str], contents: Sequence[str]) -> bool | None:
    """Whether there is another fact in the `words`, after those with these `contents`; None where that can't be told."""
    ends = [_end(words, content.split()) for content in contents]
    if not ends or None in ends:
        return None
    left = words[max(end for end in ends if end is not None) :]
    if len(left) <= _NOTHING:
        return False
    to_lila = any(folded(word) == "you" for word in left)  # "just so you know", "can you remember that"
    return True if len(left) >= _SENTENCE and not to_lila and _VERB.search(" ".join(left)) else None


def _end(words: Sequence[str], content: Sequence[str]) -> int | None:
    """Where the content ends among the words: behind its last word, where most of those before it stand before it too."""
    places = [place for place, word in enumerate(words) if _is(word, content[-1])]
    return 1 + max(places, key=lambda place: _alike(words[: place + 1], content)) if places else None


def _alike(words: Sequence[str], content: Sequence[str]) -> int:
    pairs = zip(reversed(words), reversed(content), strict=False)
    return next((count for count, (said, kept) in enumerate(pairs) if not _is(said, kept)), len(content))


def _is(said: str, kept: str) -> bool:
    return folded(said) == folded(kept) or kept in spoken(said, opens=True)
