"""A question that Lila has just asked is settled by the person's own words, whatever the model makes of them.

Where the answer names one of the claims and says little else (`memory.choice`), a model that resolves the conflict
that way is left alone. One that wrote something else, or nothing, is put right: the decision is the person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lila.turn_actions import Settlement, Verdict
from memory.choice import chosen
from memory.errors import LilaMemoryError
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Store
from memory.model import CONTESTED, Memory, OpContext, Outcome
from memory.store import Store as MemoryStore

__all__ = ["Answer", "answer_to"]


@dataclass(slots=True)
class Answer:
    """What the person decided, and the judgement of a model's operations under it."""

    settlement: Settlement
    winner: int
    members: frozenset[int]
    settled: bool = field(default=False)

    def verdict(self, op: Op, outcome: Outcome) -> Verdict | None:
        """How an operation stands to the decision, `outcome` being the store's word on it; None leaves it as it is."""
        if not self._about(op, outcome):
            return None
        if self.settled:
            return Verdict("refused", "", drop=True)
        self.settled = True
        if outcome.fate == "resolved" and outcome.ids[:1] == (self.winner,):
            return Verdict("resolved", self.settlement.reply, settles=True)
        return Verdict("resolved", self.settlement.reply, self.settlement.op, settles=True)

    def _about(self, op: Op, outcome: Outcome) -> bool:
        """Nothing but the answer was said, so a claim can only be about it."""
        if isinstance(op, (Store, Consolidate, Episode, Conflict)):
            return True
        return isinstance(op, Forget) and not self.members.isdisjoint(outcome.ids)


def answer_to(store: MemoryStore, asked_about: Sequence[int], context: OpContext) -> Answer | None:
    """What `context`'s words decide about the memories that Lila asked about; None where they decide nothing."""
    members = _open(store, asked_about, context.speaker)
    place = chosen(context.source_text, [each.text for each in members])
    if place is None:
        return None
    winner = members[place]
    op = Conflict(f"{members[0].text} / {members[-1].text}", winner.text)
    outcome = store.preview(op, context)
    if outcome.fate != "resolved" or outcome.ids[:1] != (winner.id,):
        return None
    settlement = Settlement(op, f"Thank you. {outcome.message}")
    return Answer(settlement, winner.id, frozenset(each.id for each in members))


def _open(store: MemoryStore, asked_about: Sequence[int], speaker: str) -> list[Memory]:
    """The claims that still disagree, oldest first, as they stood in the question."""
    held: list[Memory] = []
    for number in sorted(asked_about):
        try:
            memory = store.get(number)
        except LilaMemoryError:
            continue
        if memory.state == CONTESTED and memory.owner == speaker:
            held.append(memory)
    return held if len({each.conflict for each in held}) == 1 else []
