"""A turn and what Lila knows: recall, the store's word on an operation, and the one commit with its line in the diary."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from lila.events import RecalledMemory
from lila.own_words import mended_op
from lila.recollection import as_event, recollect
from lila.settling import Answer, answer_to
from lila.turn_actions import Applied, Settlement, Step, Verdict
from lila.turn_context import TurnContext
from lila.turn_record import signals_of, turn_record
from lila.verdicts import IN_PRIVATE, SWITCHED_OFF, acknowledged, answer_instead, verdict_of
from memory.errors import LilaMemoryError
from memory.grammar import Conflict, Forget, Op, Recall
from memory.model import OpContext, Outcome
from memory.neighbours import TURNS
from training_log.errors import TrainingLogError

__all__ = ["TurnMemory"]

logger = logging.getLogger(__name__)


class TurnMemory:
    """The memory's and the diary's side of one turn.

    Only what is the speaker's own, or meant for them too, is recalled, the owner being no exception: a memory is
    worded to whom it belongs to ("your bank pin"), so told to anybody else it would be false.
    """

    def __init__(self, at: TurnContext) -> None:
        self._at = at
        self._answer: Answer | None = None
        self._written = False

    def recall(self) -> list[RecalledMemory]:
        core = self._at.core
        if not core.config.memory.enabled or not core.config.prompt.recall_limit:
            return []
        found = recollect(
            core.store,
            self._at.request.text,
            self._at.before,
            asked_about=self._at.question.about,
            answered_from=self._at.conversation.answered_from(self._at.request.speaker),
            speaker=self._at.request.speaker,
            limit=core.config.prompt.recall_limit,
        )
        return list(found)

    def look(self, op: Recall) -> list[RecalledMemory]:
        core = self._at.core
        if not core.config.memory.enabled:
            return []
        spaces = (op.namespace,) if op.namespace else None
        hits = core.store.recall(
            op.query,
            limit=core.config.prompt.recall_limit,
            namespaces=spaces,
            speaker=self._at.request.speaker,
        )
        found = [as_event(each) for each in hits]
        self._at.account.read_out.update(each.id for each in found)
        known = {each.id for each in self._at.account.recalled}
        self._at.account.recalled.extend(each for each in found if each.id not in known)
        return found

    def _context(self) -> OpContext:
        request = self._at.request
        return OpContext(
            turn_id="" if request.private else self._at.turn.turn,
            speaker=request.speaker,
            source_text=request.text,
            trusted=not request.reflection,
            recent=self._at.before,
        )

    def answered(self) -> Settlement | None:
        """What this turn's words settle of the question that the last reply ended with."""
        request = self._at.request
        if not (request.private or request.reflection) and self._at.core.config.memory.enabled:
            self._answer = answer_to(self._at.core.store, self._at.question.about, self._context())
        return None if self._answer is None else self._answer.settlement

    def _unable(self, op: Op) -> str | None:
        """Why this turn may not write to the memory, or None where it may."""
        if not self._at.core.config.memory.enabled:
            return SWITCHED_OFF
        if self._at.request.private and not isinstance(op, Forget):
            return IN_PRIVATE
        return None

    def verdict(self, op: Op) -> Verdict:
        if unable := self._unable(op):
            return Verdict("refused", unable)
        if self._answer is not None:
            outcome = self._at.core.store.preview(op, self._context())
            if (settled := self._answer.verdict(op, outcome)) is not None:
                return settled
        mended = mended_op(op, self._at.request.text, self._at.before) if self._at.copies else None
        outcome = self._at.core.store.preview(mended or op, self._context())
        verdict = verdict_of(mended or op, outcome)
        reply = verdict.reply
        if self._at.copies and (instead := answer_instead(op, outcome, self._at.account.recalled)):
            return Verdict(verdict.fate, instead, drop=True)
        if mended is not None:
            reply = reply or acknowledged(mended, self._at.request.text)
        return Verdict(verdict.fate, reply, mended)

    def apply(self, ops: list[Op]) -> Step:
        """All or nothing, the diary's line included; what came out otherwise than previewed is told as it is."""
        self._at.account.mark("total_s")
        unable = [self._unable(op) for op in ops]
        able = [op for op, why in zip(ops, unable, strict=True) if why is None]

        def settle(outcomes: Sequence[Outcome]) -> None:
            real = iter(outcomes)
            self._at.account.outcomes = [
                next(real) if why is None else Outcome(op, "refused", (), why)
                for op, why in zip(ops, unable, strict=True)
            ]
            self.write_down()

        self._commit(able, settle)
        results = [
            Applied(each.fate, each.ids, each.namespace or "", each.message)
            for each in self._at.account.outcomes
        ]
        return self._at.turn.applied(results)

    def _commit(self, ops: list[Op], settle: Callable[[Sequence[Outcome]], None]) -> None:
        """The one order of every turn: what tools change is tried, what the memory is told is tried, then the line is
        written, then the memory commits, then the tools' shelf. What fails before the line leaves nothing; what is
        killed after it is made good at boot, from the line.
        """
        core, turn = self._at.core, self._at.turn.turn
        kept = False
        try:
            with core.hands.keeping(self._at.draft, turn if self._at.logged else ""):
                if ops:
                    core.store.apply(ops, self._context(), before_commit=settle)
                    kept = True
                else:
                    settle([])
        except BaseException:
            # The line says what didn't happen. Its words go, and with them what would be made good; except where the
            # memory has it, and only the shelf failed, which says so.
            if self._written and self._at.logged and not kept:
                with suppress(TrainingLogError):
                    core.journal.redact([turn])
            raise

    def write_down(self) -> None:
        """The turn's line, durable when this returns, and what was forgotten out of the earlier ones."""
        if self._written:
            return
        request, turn, core = self._at.request, self._at.turn, self._at.core
        account, conversation = self._at.account, self._at.conversation
        if self._at.logged:
            record = turn_record(turn, request, account, conversation, account.confidence, core.session)
            core.journal.append(record, *signals_of(record, account.outcomes, conversation))
        self._written = True
        core.follow_forgetting(account.outcomes, turn.turn)

    def surround(self) -> None:
        """What was stored in the turns just before is found by this turn's words too."""
        request = self._at.request
        forgets = any(isinstance(each.op, Forget) for each in self._at.account.outcomes)
        if request.private or request.reflection or forgets or not self._at.core.config.memory.enabled:
            return  # what somebody wants forgotten must not turn up beside something else
        turns = self._at.conversation.turns_before(request.speaker, TURNS)
        try:
            if self._at.core.store.has_from(turns):
                self._at.core.store.said_after(turns, request.text, request.speaker)
        except LilaMemoryError as error:
            # The turn is kept by now: it must not end in an error, which would say that nothing of it is.
            logger.warning(
                "what was said before turn %s isn't found by its words: %s", self._at.turn.turn, error
            )

    def touched(self) -> set[int]:
        """The memories whose words this turn may hold. What it forgot itself is none of them: its own words stay."""
        outcomes = self._at.account.outcomes
        forgotten = {number for each in outcomes if each.fate == "forgotten" for number in each.ids}
        changed = {number for each in outcomes for number in each.ids}
        recalled = {each.id for each in self._at.account.recalled}
        return (changed | recalled | self._at.account.read_out) - forgotten

    def asked_about(self) -> tuple[int, ...]:
        """The claims of the question that this reply ends with; one that stays open may be answered yet."""
        asked = [each.ids for each in self._at.account.outcomes if each.fate == "contested"]
        if asked:
            return asked[-1]
        undecided = any(
            isinstance(each.op, Conflict) and each.fate == "refused" for each in self._at.account.outcomes
        )
        return self._at.question.about if undecided else ()
