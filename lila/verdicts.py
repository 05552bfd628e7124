"""What Lila says when the store sees an operation otherwise than the model does.

The model's own words stand where the store agrees. Where it doesn't (a conflict that the model overlooked or
invented, something that only waits for approval, something that can't be kept), the truth replaces them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.events import RecalledMemory
from lila.turn_actions import Verdict
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Reflect, Store
from memory.model import Outcome

__all__ = ["DONT_KNOW", "IN_PRIVATE", "SWITCHED_OFF", "acknowledged", "answer_instead", "verdict_of"]

_REMEMBER = re.compile(r"\b(remember|don'?t forget|make a note|note that|keep in mind)\b", re.IGNORECASE)

DONT_KNOW = "I don't know that yet. Tell me, and I'll remember it."
IN_PRIVATE = "We're private, so I won't remember that."
SWITCHED_OFF = "My memory is switched off, so I won't remember that."


def verdict_of(op: Op, outcome: Outcome) -> Verdict:
    """The verdict for what the store would make of `op`."""
    return Verdict(outcome.fate, _instead(op, outcome))


def acknowledged(op: Op, said: str) -> str | None:
    """How a mended fact is acknowledged: as a promise where the person asked for one; None for the rest."""
    if isinstance(op, (Store, Episode)) and _REMEMBER.search(said):
        return f"I'll remember that {op.content.rstrip('.')}."
    return None


def answer_instead(op: Op, outcome: Outcome, recalled: Sequence[RecalledMemory]) -> str | None:
    """A small model wrote a memory where it was asked a question: what was recalled is the answer, or nothing."""
    if outcome.fate != "refused" or not isinstance(op, (Store, Episode, Consolidate)):
        return None
    if outcome.message.startswith("A greeting"):
        return "Hello. It's good to hear from you."
    if not outcome.message.startswith("A question"):
        return None
    if not recalled:
        return DONT_KNOW
    best = recalled[0].text
    return f"{best[:1].upper()}{best[1:].rstrip('.')}."


def _instead(op: Op, outcome: Outcome) -> str | None:
    """The sentence that replaces the model's, or None where the model's may stand."""
    if isinstance(op, Reflect):
        return None
    match outcome.fate:
        case "contested":
            return outcome.message or None
        case "resolved":
            return f"Thank you. {outcome.message}"
        case "refused":
            return (
                outcome.message
                if isinstance(op, (Forget, Conflict))
                else f"I didn't store that. {outcome.message}"
            )
        case "pending":
            return f"I've put that aside until you approve it: {_content(op).rstrip('.')}."
        case "applied" if isinstance(op, Consolidate):
            return outcome.message or None  # nothing was known that it could take the place of
        case _:
            # A conflict that is none: the store kept or strengthened the claim, and says which.
            return outcome.message or None if isinstance(op, Conflict) else None


def _content(op: Op) -> str:
    match op:
        case Store() | Consolidate() | Episode() | Reflect():
            return op.content
        case Conflict():
            return op.description
        case _:
            return ""
