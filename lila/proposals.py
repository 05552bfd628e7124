"""The operations that a turn proposes, what the store makes of each, and what is to be said about them."""

from __future__ import annotations

from lila.turn_actions import Proposed, Settlement, Verdict
from memory import grammar

__all__ = ["Proposals", "acknowledgement", "sentence", "unknown"]


class Proposals:
    """The writing operations of one turn in their order, with the answer to an open question among them."""

    def __init__(self) -> None:
        self._judged: list[tuple[Proposed, Verdict]] = []
        self.settlement: Settlement | None = None
        """What the person's words decide, until an operation settles it or it is taken."""

    def __len__(self) -> int:
        """How many were proposed, those that are dropped among them."""
        return len(self._judged)

    @property
    def kept(self) -> tuple[Proposed, ...]:
        """Those that are to be applied."""
        return tuple(proposed for proposed, verdict in self._judged if not verdict.drop)

    def judged(self, op: grammar.Op, raw: str, verdict: Verdict) -> None:
        """The store's word on an operation; one that it mends takes the place of the model's."""
        if verdict.settles:
            self.settlement = None
        proposed = Proposed(op, raw)
        if verdict.op is not None:
            proposed = Proposed(verdict.op, grammar.render(verdict.op))
            verdict = Verdict(verdict.fate, verdict.reply or acknowledgement(verdict.op))
        self._judged.append((proposed, verdict))

    def add(self, op: grammar.Op) -> None:
        """An operation that a tool wants, which says what becomes of it."""
        self._judged.append((Proposed(op, grammar.render(op)), Verdict("applied")))

    def take_settlement(self) -> Settlement | None:
        """The settlement that no operation has made, now one of the operations."""
        settlement, self.settlement = self.settlement, None
        if settlement is not None:
            proposed = Proposed(settlement.op, grammar.render(settlement.op))
            self._judged.append((proposed, Verdict("resolved", settlement.reply)))
        return settlement

    @property
    def replace(self) -> bool:
        """Whether the store knows better than the model what to say."""
        return any(verdict.reply is not None for _, verdict in self._judged)

    def told(self) -> str:
        """What is said in place of the model's words: the store's, or the plain acknowledgement, each once."""
        said = (
            verdict.reply if verdict.reply is not None else acknowledgement(proposed.op)
            for proposed, verdict in self._judged
        )
        return " ".join(dict.fromkeys(filter(None, said)))

    def acknowledged(self) -> str:
        """The plain acknowledgements, where the model said nothing at all."""
        return " ".join(filter(None, (acknowledgement(proposed.op) for proposed, _ in self._judged)))

    def clear(self) -> None:
        """Nothing of this turn is applied."""
        self._judged.clear()


def sentence(text: str) -> str:
    """A remembered line as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def unknown(query: str) -> str:
    """What is said where a recall of the model's own found nothing."""
    return f"I don't know anything about {query} yet."


def acknowledgement(op: grammar.Op) -> str:
    """The plain word on an operation, where the model has none; empty for what needs none."""
    match op:
        case grammar.Store() | grammar.Episode():
            return f"Noted: {op.content.rstrip('.')}."
        case grammar.Consolidate():
            return f"Updated: {op.content.rstrip('.')}."
        case grammar.Forget():
            return "I've forgotten it."
        case grammar.Conflict() if op.resolution != "ask":
            return f"Thank you. {sentence(op.resolution)}"
        case _:
            return ""
