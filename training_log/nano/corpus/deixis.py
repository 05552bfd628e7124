"""From the person's mouth to Lila's: "my door code" becomes "your door code", every other word stays."""

from __future__ import annotations

import re

__all__ = ["SECOND_PERSON", "SPEAKERS_VERBS", "to_second_person"]

SECOND_PERSON = {
    "my": "your", "mine": "yours", "i": "you", "me": "you", "i'm": "you're", "im": "you're", "i've": "you've",
    "ive": "you've", "i'd": "you'd", "i'll": "you'll", "myself": "yourself", "our": "your", "ours": "yours",
    "we": "you", "us": "you", "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll",
    "ourselves": "yourselves",
}  # fmt: skip
SPEAKERS_VERBS = {"am": "are", "was": "were"}
_PHRASE = re.compile(
    r"(?<![\w'@.-])(?:(i|we) (am|was)\b|([a-z]+(?:'[a-z]+)?)(?![\w'@-]|\.\w))", re.IGNORECASE
)


def _swap(match: re.Match[str]) -> str:
    if match[1]:
        return f"you {SPEAKERS_VERBS[match[2].lower()]}"
    return SECOND_PERSON.get(match[3].lower(), match[3])


def to_second_person(text: str) -> str:
    """The statement as Lila would say it back; words that don't point at the speaker are copied."""
    return _PHRASE.sub(_swap, text)
