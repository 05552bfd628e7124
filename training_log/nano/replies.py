"""What Lila's built-in model says: canonical replies, each a pure function of what was understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = [
    "BEYOND", "DONT_KNOW", "FORGOTTEN", "NOT_STORED", "answer", "answer_when", "bare_value", "conflict_question", "known",
    "noted", "remembered", "restated", "sentence", "settled", "unknown_about", "updated",
]  # fmt: skip

DONT_KNOW = "I don't know that yet. Tell me, and I'll remember it."
BEYOND = "That's beyond my built-in model. Connect a larger one and ask me again."
FORGOTTEN = "I've forgotten it."
NOT_STORED = "All right. I won't store that, since you didn't say it about yourself."


def sentence(text: str) -> str:
    """The text as a sentence: first letter capital, a full stop at the end."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _joined(contents: Sequence[str]) -> str:
    return ", and ".join(contents)


def noted(contents: Sequence[str]) -> str:
    """After a plain statement."""
    return f"Noted: {_joined(contents)}."


def remembered(contents: Sequence[str]) -> str:
    """After an explicit "remember that …"."""
    return f"I'll remember that {_joined(contents)}."


def restated(content: str) -> str:
    return f"Yes, I have that: {content}."


def updated(content: str) -> str:
    return f"Updated: {content}."


def answer(content: str) -> str:
    return sentence(content)


def answer_when(time: str) -> str:
    return sentence(time)


_PREPOSITION = re.compile(r"(?:on|at) (?!the |my |your |a )", re.IGNORECASE)


def bare_value(value: str) -> str:
    """A value as it is named in a question: a time without the "on" or "at" before it."""
    match = _PREPOSITION.match(value)
    return value[match.end() :] if match else value


def conflict_question(old: str, new: str, topic: str) -> str:
    """The question which of two values holds."""
    old, new = bare_value(old), bare_value(new)
    return f"I had {old} for {topic}. Which is right, {old} or {new}?"


def settled(content: str) -> str:
    return f"Thank you. {sentence(content)}"


def known(contents: Sequence[str]) -> str:
    """What is known about somebody or something, joined as sentences."""
    return " ".join(sentence(content) for content in contents)


def unknown_about(query: str) -> str:
    return f"I don't know anything about {query} yet."
