"""What Lila says when the store sees an operation otherwise than the model does.

The model's own words stand where the store agrees. Where it doesn't (a conflict that the model overlooked or
invented, something that only waits for approval, something that can't be kept), the truth replaces them.
"""

from __future__ import annotations

from lila.turn import Verdict
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Reflect, Store
from memory.model import Outcome

__all__ = ["IN_PRIVATE", "SWITCHED_OFF", "verdict_of"]

IN_PRIVATE = "We're private, so I won't remember that."
SWITCHED_OFF = "My memory is switched off, so I won't remember that."


def verdict_of(op: Op, outcome: Outcome) -> Verdict:
    """The verdict for what the store would make of `op`."""
    return Verdict(outcome.fate, _instead(op, outcome))


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
