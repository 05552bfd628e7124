"""The shell around the turn machine: it carries out the machine's actions on store, tools and backend.

One `TurnShell` runs one turn and is then thrown away. It owns the clock and every side effect; what is said,
and in which order, the machine decides.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lila.attribution import used_memories
from lila.backends.base import ModelInfo, Piece
from lila.backends.base import Prompt as ModelPrompt
from lila.confidence import calibration
from lila.conversation import AskedTool, Conversation
from lila.errors import LilaError, ToolError
from lila.events import Event, RecalledMemory
from lila.own_words import mended_arguments, mended_op
from lila.prompt import Built, Ingredients, build
from lila.recollection import as_event, recollect
from lila.request import Request
from lila.settling import Answer, answer_to
from lila.tools.registry import Tool, ToolContext
from lila.turn import Action, Applied, Apply, Call, Generate, Look, Preview, Step, Stop, Turn, Verdict
from lila.turn_record import signals_of, turn_record
from lila.verdicts import IN_PRIVATE, SWITCHED_OFF, acknowledged, answer_instead, verdict_of
from lila.why import Why
from lila.wishes import KEPT, wished
from memory.errors import LilaMemoryError
from memory.grammar import Conflict, Forget, Op, Recall, render_tool_call
from memory.model import OpContext, Outcome
from memory.neighbours import TURNS
from training_log.errors import TrainingLogError

if TYPE_CHECKING:
    from lila.core import LilaCore

__all__ = ["Account", "TurnShell"]

logger = logging.getLogger(__name__)

MISHEARD = "I didn't get that right. Could you say it another way?"
_YES = re.compile(r"^(yes|yep|yeah|sure|ok|okay|do it|go ahead|please do|allow it|you may)\b", re.IGNORECASE)


@dataclass(slots=True)
class Account:
    """What a turn gathers for its record and for /why."""

    began: datetime
    start: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    recalled: list[RecalledMemory] = field(default_factory=list)
    built: Built | None = None
    info: ModelInfo | None = None
    logprobs: list[float] = field(default_factory=list)
    tokens: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def mark(self, name: str) -> None:
        """Note the seconds since the turn began, the first time only."""
        self.timings.setdefault(name, round(time.perf_counter() - self.start, 6))


class TurnShell:
    """Runs one turn of `conversation`; `run` yields its events."""

    def __init__(self, core: LilaCore, conversation: Conversation, request: Request, turn: str) -> None:
        self._core = core
        self._conversation = conversation
        self._request = request
        self._turn = Turn(turn, thinking=request.reflection, says_results=request.dialect == "native")
        self._account = Account(core.now())
        self._pieces: Iterator[Piece] | None = None
        self._granted: AskedTool | None = None
        self._answer: Answer | None = None
        self._written = False
        self._events: deque[Event] = deque()

    def run(self) -> Iterator[Event]:
        """The events of the turn. Closing the iterator early interrupts it: what was shown is kept."""
        try:
            yield from self._whole_turn()
        except GeneratorExit:
            if not self._turn.over:
                self._turn.cut(self._conversation.heard)
                self._keep()
            raise
        except (LilaError, LilaMemoryError, TrainingLogError) as error:
            yield from self._turn.failed(error.code, str(error)).events
        except Exception as error:
            # A fault of ours must not become a traceback in front of a person.
            logger.exception("turn %s failed: %s", self._turn.turn, type(error).__name__)
            yield from self._turn.failed("internal", "Something went wrong in me. Please try again.").events
        finally:
            self._close_pieces()

    def _whole_turn(self) -> Iterator[Event]:
        request, turn = self._request, self._turn
        yield from turn.began(
            conversation=self._conversation.name,
            speaker=request.speaker,
            persona=request.persona.name,
            mode="reflection" if request.reflection else request.mode,
            text=request.text,
        ).events
        self._granted = self._permission()
        self._account.recalled = [] if self._granted else self._recall()
        self._answer = self._answered()
        if self._answer is not None:
            turn.answered(self._answer.settlement)
        self._account.mark("recall_s")
        step = turn.recalled(self._account.recalled)
        yield from self._drive(step)
        if turn.over and not turn.interrupted:
            return
        self._account.mark("total_s")
        self._keep()
        yield from self._done()

    # ---- the loop -----------------------------------------------------------------------------------

    def _drive(self, step: Step) -> Iterator[Event]:
        """Carry out actions and feed the model's text until the operations are applied."""
        actions: deque[Action] = deque(step.actions)
        yield from step.events
        while True:
            if self._conversation.cancel.is_set():
                self._close_pieces()
                yield from self._turn.cut(self._conversation.heard).events
                return
            if actions:
                action = actions.popleft()
                step = self._carry_out(action)
                yield from step.events
                actions.extend(step.actions)
                if isinstance(action, Apply):
                    return
                continue
            piece = next(self._pieces, None) if self._pieces is not None else None
            if piece is not None:
                yield from self._handed_over(piece)
                step = self._turn.text(self._note(piece))
            if piece is None or (piece.finish is not None and not step.actions):
                if piece is not None:
                    yield from step.events
                if self._conversation.cancel.is_set():
                    continue
                step = self._turn.ended()
            yield from step.events
            actions.extend(step.actions)

    def _carry_out(self, action: Action) -> Step:
        match action:
            case Generate(continuation):
                self._close_pieces()
                self._pieces = self._generate(continuation)
                return Step()
            case Preview(op):
                return self._turn.previewed(self._verdict(op))
            case Look(op):
                return self._turn.looked(self._look(op))
            case Call(name, arguments):
                meant = self._meant(name, arguments)
                text, ok = (MISHEARD, False) if meant is None else self._use_tool(name, meant)
                return self._turn.returned(text, ok=ok, arguments=meant)
            case Stop():
                self._close_pieces()
                return self._turn.ended()
            case Apply(proposed):
                self._account.mark("reply_s")
                return self._apply([each.op for each in proposed])

    def _note(self, piece: Piece) -> str:
        if piece.text:
            self._account.mark("first_token_s")
        self._account.logprobs.extend(piece.logprobs)
        self._account.tokens += len(piece.tokens) or len(piece.logprobs) or bool(piece.text)
        return piece.text

    def _handed_over(self, piece: Piece) -> Iterator[Event]:
        if piece.handover is not None:
            told = piece.handover
            message = f"{told.failed} failed ({told.reason}), so {told.successor} answers now."
            yield from self._turn.notice("handover", message).events

    def _close_pieces(self) -> None:
        pieces, self._pieces = self._pieces, None
        close = getattr(pieces, "close", None)
        if close is not None:
            close()

    # ---- the model ----------------------------------------------------------------------------------

    def _generate(self, continuation: str) -> Iterator[Piece]:
        if self._granted is not None:
            return self._scripted(self._granted, continuation)
        request = self._request
        if request.wish is not None and self._copies():
            return iter([Piece(KEPT, finish="stop")])

        def prompt_for(info: ModelInfo) -> ModelPrompt:
            self._account.info = info
            self._account.built = self._build(info)
            return ModelPrompt(self._account.built.messages, continuation)

        return self._core.chain.generate(
            prompt_for,
            request.settings.sampling(),
            max_tokens=request.settings.max_tokens,
            conversation=self._conversation.name,
            cancel=self._conversation.cancel,
        )

    def _build(self, info: ModelInfo) -> Built:
        request, prompt = self._request, self._core.config.prompt
        have = Ingredients(
            text=request.text,
            history=self._conversation.history(private=request.private),
            memories=tuple(self._account.recalled),
            persona=request.persona,
            style=request.settings.style,
            tools=self._core.tools.tools,
            speaker=request.speaker,
            reflection=request.reflection,
        )
        return build(
            have,
            info.dialect,
            self._core.chain.count,
            context_tokens=info.context_tokens,
            reply_tokens=request.settings.max_tokens,
            recall_tokens=prompt.recall_tokens,
            history_turns=prompt.history_turns,
        )

    def _scripted(self, asked: AskedTool, continuation: str) -> Iterator[Piece]:
        """The person said yes to a tool: no model is needed to call it and to say its result."""
        if not continuation:
            yield Piece(render_tool_call(asked.name, asked.arguments), finish="stop")
        else:
            yield Piece(self._turn.tools[-1].result, finish="stop")

    # ---- memory -------------------------------------------------------------------------------------

    def _before(self) -> tuple[str, ...]:
        return self._conversation.own_words(self._request.speaker, private=self._request.private)

    def _recall(self) -> list[RecalledMemory]:
        core = self._core
        if not core.config.memory.enabled or not core.config.prompt.recall_limit:
            return []
        found = recollect(
            core.store,
            self._request.text,
            self._before(),
            asked_about=self._conversation.asked_about,
            speaker=core.visible_to(self._request.speaker),
            limit=core.config.prompt.recall_limit,
        )
        return list(found)

    def _look(self, op: Recall) -> list[RecalledMemory]:
        core = self._core
        if not core.config.memory.enabled:
            return []
        spaces = (op.namespace,) if op.namespace else None
        speaker = core.visible_to(self._request.speaker)
        hits = core.store.recall(
            op.query, limit=core.config.prompt.recall_limit, namespaces=spaces, speaker=speaker
        )
        found = [as_event(each) for each in hits]
        known = {each.id for each in self._account.recalled}
        self._account.recalled.extend(each for each in found if each.id not in known)
        return found

    def _context(self) -> OpContext:
        request = self._request
        return OpContext(
            turn_id="" if request.private else self._turn.turn,
            speaker=request.speaker,
            source_text=request.text,
            trusted=not request.reflection,
            recent=self._before(),
        )

    def _answered(self) -> Answer | None:
        """What this turn's words settle of the question that the last reply ended with."""
        request = self._request
        if request.private or request.reflection or not self._core.config.memory.enabled:
            return None
        return answer_to(self._core.store, self._conversation.asked_about, self._context())

    def _unable(self, op: Op) -> str | None:
        """Why this turn may not write to the memory, or None where it may."""
        if not self._core.config.memory.enabled:
            return SWITCHED_OFF
        if self._request.private and not isinstance(op, Forget):
            return IN_PRIVATE
        return None

    def _verdict(self, op: Op) -> Verdict:
        if unable := self._unable(op):
            return Verdict("refused", unable)
        if self._answer is not None:
            outcome = self._core.store.preview(op, self._context())
            if (settled := self._answer.verdict(op, outcome)) is not None:
                return settled
        mended = mended_op(op, self._request.text, self._before()) if self._copies() else None
        outcome = self._core.store.preview(mended or op, self._context())
        verdict = verdict_of(mended or op, outcome)
        reply = verdict.reply
        if self._copies() and (instead := answer_instead(op, outcome, self._account.recalled)):
            return Verdict(verdict.fate, instead, drop=True)
        if mended is not None:
            reply = reply or acknowledged(mended, self._request.text)
        return Verdict(verdict.fate, reply, mended)

    def _copies(self) -> bool:
        """The built-in model only copies, so what it wrote can be held to what was said."""
        return self._request.dialect == "native" and not self._request.reflection

    def _apply(self, ops: list[Op]) -> Step:
        """All or nothing, the diary's line included; what came out otherwise than previewed is told as it is."""
        self._account.mark("total_s")
        unable = [self._unable(op) for op in ops]
        able = [op for op, why in zip(ops, unable, strict=True) if why is None]

        def settle(outcomes: Sequence[Outcome]) -> None:
            real = iter(outcomes)
            self._account.outcomes = [
                next(real) if why is None else Outcome(op, "refused", (), why)
                for op, why in zip(ops, unable, strict=True)
            ]
            self._write_down()

        if able:
            self._commit(able, settle)
        else:
            settle([])
        results = [
            Applied(each.fate, each.ids, each.namespace or "", each.message)
            for each in self._account.outcomes
        ]
        return self._turn.applied(results)

    def _commit(self, ops: list[Op], settle: Callable[[Sequence[Outcome]], None]) -> None:
        """The diary's line is on the disk before the store commits; a crash in between is made good at boot."""
        try:
            self._core.store.apply(ops, self._context(), before_commit=settle)
        except BaseException:
            if self._written and not self._request.private and self._core.config.log.enabled:
                # The line says what didn't happen. Its words go, and with them what would be made good.
                with suppress(TrainingLogError):
                    self._core.journal.redact([self._turn.turn])
            raise

    def _write_down(self) -> None:
        """The turn's line, durable when this returns, and what was forgotten out of the earlier ones."""
        if self._written:
            return
        request, turn, core = self._request, self._turn, self._core
        account, conversation = self._account, self._conversation
        if core.config.log.enabled and not request.private:
            record = turn_record(turn, request, account, conversation, self._confidence(), core.session)
            core.journal.append(record, *signals_of(record, account.outcomes, conversation))
        self._written = True
        core.follow_forgetting(account.outcomes, turn.turn)

    # ---- tools --------------------------------------------------------------------------------------

    def _permission(self) -> AskedTool | None:
        """The call that the last reply asked leave for, if this turn gives it."""
        asked, self._conversation.asked_tool = self._conversation.asked_tool, None
        return asked if asked is not None and _YES.match(self._request.text.strip()) else None

    def _meant(self, name: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """The arguments to run with: the person's own words, or None where they aren't to be recognised."""
        tool = self._core.tools.find(name)
        if tool is None or self._granted is not None or not self._copies():
            return arguments
        arguments = _named(arguments, tool)
        copied = {each.name for each in tool.parameters if each.copied}
        required = frozenset(each.name for each in tool.parameters if each.required)
        own = {key: value for key, value in arguments.items() if key in copied}
        mended = mended_arguments(own, required, self._request.text, self._before()[-1:])
        if mended is None:
            return None
        return {
            key: mended.get(key, value)
            for key, value in arguments.items()
            if key in mended or key not in copied
        }

    def _use_tool(self, name: str, arguments: Mapping[str, str]) -> tuple[str, bool]:
        request, granted = self._request, self._granted
        context = ToolContext(
            turn=self._turn.turn,
            conversation=self._conversation.name,
            speaker=request.speaker,
            text=request.text,
            now=self._core.now(),
            private=request.private,
            granted=frozenset({granted.name})
            if granted is not None and granted.name == name
            else frozenset(),
        )
        try:
            return self._core.tools.call(name, arguments, context), True
        except ToolError as error:
            if error.code == "tool_asks":
                self._conversation.asked_tool = AskedTool(name, dict(arguments))
            return error.message, False

    # ---- the end ------------------------------------------------------------------------------------

    def _used(self) -> tuple[int, ...]:
        """Memories that the reply rests on; an acknowledgement rests on what was just said."""
        if self._turn.proposed:
            return ()
        return used_memories(self._turn.reply, self._request.text, self._account.recalled)

    def _keep(self) -> None:
        """The turn becomes part of the log and of the conversation, the log first."""
        request, turn, conversation = self._request, self._turn, self._conversation
        self._write_down()
        self._surround()
        conversation.wishes = wished(conversation.wishes, request.wish)
        conversation.asked_about = self._asked_about()
        if not request.reflection:
            conversation.add(turn.turn, request.text, turn.reply, request.speaker, private=request.private)
        conversation.why = self._why()

    def _surround(self) -> None:
        """What was stored in the turns just before is found by this turn's words too."""
        request = self._request
        forgets = any(isinstance(each.op, Forget) for each in self._account.outcomes)
        if request.private or request.reflection or forgets or not self._core.config.memory.enabled:
            return  # what somebody wants forgotten must not turn up beside something else
        turns = self._conversation.turns_before(request.speaker, TURNS)
        if self._core.store.has_from(turns):
            self._core.store.said_after(turns, request.text, request.speaker)

    def _asked_about(self) -> tuple[int, ...]:
        """The claims of the question that this reply ends with; one that stays open may be answered yet."""
        asked = [each.ids for each in self._account.outcomes if each.fate == "contested"]
        if asked:
            return asked[-1]
        undecided = any(
            isinstance(each.op, Conflict) and each.fate == "refused" for each in self._account.outcomes
        )
        return self._conversation.asked_about if undecided else ()

    def _confidence(self) -> float | None:
        sure = calibration().of(self._account.logprobs)
        return None if sure is None else round(sure, 4)

    def _backend(self) -> str:
        return self._account.info.backend if self._account.info else ""

    def _done(self) -> Iterator[Event]:
        yield from self._turn.done(
            confidence=self._confidence(),
            used=self._used(),
            backend=self._backend(),
            should_speak=self._request.settings.speak and bool(self._turn.reply),
            timings=dict(self._account.timings),
        ).events

    def _why(self) -> Why:
        account, request, info = self._account, self._request, self._account.info
        return Why(
            turn=self._turn.turn,
            persona=request.persona.name,
            mode=request.mode,
            recalled=tuple(account.recalled),
            in_prompt=tuple(each.id for each in account.built.memories) if account.built else (),
            used=self._used(),
            settings=tuple(request.settings.explain()),
            backend=self._backend(),
            model=info.model if info else "",
            dialect=info.dialect if info else "",
            chain=tuple(self._core.chain_report()),
            history_turns=len(account.built.history) if account.built else 0,
            prompt_tokens=account.built.tokens if account.built else 0,
            reply_tokens=account.tokens,
            confidence=self._confidence(),
            tools=tuple(f"{each.name}: {each.result}" for each in self._turn.tools),
            timings=dict(account.timings),
        )


def _named(arguments: Mapping[str, str], tool: Tool) -> Mapping[str, str]:
    """One argument under a wrong name, where only one is missing, can mean only that one."""
    known = {each.name for each in tool.parameters}
    missing = [each.name for each in tool.parameters if each.required and each.name not in arguments]
    unknown = [name for name in arguments if name not in known]
    if len(missing) == 1 and len(unknown) == 1:
        return {missing[0] if name == unknown[0] else name: value for name, value in arguments.items()}
    return arguments
