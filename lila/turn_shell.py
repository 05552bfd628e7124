"""The shell around the turn machine: it carries out the machine's actions on store, tools and backend.

One `TurnShell` runs one turn and is then thrown away. It owns the clock and every side effect; what is said,
and in which order, the machine decides.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lila.attribution import used_memories
from lila.backends.base import Piece
from lila.conversation import Conversation
from lila.errors import LilaError
from lila.events import Event
from lila.request import Request
from lila.turn import Turn
from lila.turn_actions import Action, Apply, Call, Generate, Look, Preview, Step, Stop
from lila.turn_context import Account, TurnContext
from lila.turn_memory import TurnMemory
from lila.turn_model import TurnModel
from lila.turn_tools import TurnTools
from lila.why import Why
from lila.wishes import wished
from memory.errors import LilaMemoryError
from training_log.errors import TrainingLogError

if TYPE_CHECKING:
    from lila.core import LilaCore

__all__ = ["TurnShell"]

logger = logging.getLogger(__name__)

UNDONE = "The reply was interrupted, so lists and timers are as they were."


class TurnShell:
    """Runs one turn of `conversation`; `run` yields its events."""

    def __init__(self, core: LilaCore, conversation: Conversation, request: Request, turn: str) -> None:
        self._core = core
        self._conversation = conversation
        self._request = request
        self._turn = Turn(turn, thinking=request.reflection, says_results=request.dialect == "native")
        self._account = Account(core.now())
        at = self._at = TurnContext(core, conversation, request, self._turn, self._account)
        self._memory, self._tools, self._model = TurnMemory(at), TurnTools(at), TurnModel(at)
        self._pieces: Iterator[Piece] | None = None
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
        self._core.catch_up(self._conversation)
        self._tools.take_permission()
        self._account.recalled = [] if self._tools.granted else self._memory.recall()
        settlement = self._memory.answered()
        if settlement is not None:
            turn.answered(settlement)
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
                if self._at.draft.changes:
                    yield from self._turn.notice("undone", UNDONE).events
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
                self._pieces = self._model.generate(continuation, self._tools.granted)
                return Step()
            case Preview(op):
                return self._turn.previewed(self._memory.verdict(op))
            case Look(op):
                return self._turn.looked(self._memory.look(op))
            case Call(name, arguments):
                return self._tools.run(name, arguments)
            case Stop():
                self._close_pieces()
                return self._turn.ended()
            case Apply(proposed):
                self._account.mark("reply_s")
                return self._memory.apply([each.op for each in proposed])

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

    # ---- the end ------------------------------------------------------------------------------------

    def _used(self) -> tuple[int, ...]:
        """Memories that the reply rests on; an acknowledgement rests on what was just said."""
        if self._turn.proposed:
            return ()
        return used_memories(self._turn.reply, self._request.text, self._account.recalled)

    def _keep(self) -> None:
        """The turn becomes part of the log and of the conversation, the log first."""
        request, turn, conversation = self._request, self._turn, self._conversation
        self._memory.write_down()
        self._memory.surround()
        conversation.wishes = wished(conversation.wishes, request.wish)
        self._at.question.about = self._memory.asked_about()
        if not request.reflection:
            conversation.add(
                turn.turn,
                request.text,
                turn.reply,
                request.speaker,
                private=request.private,
                memories=self._memory.touched(),
            )
        conversation.why = self._why()

    def _backend(self) -> str:
        return self._account.info.backend if self._account.info else ""

    def _done(self) -> Iterator[Event]:
        yield from self._turn.done(
            confidence=self._account.confidence,
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
            confidence=self._account.confidence,
            tools=tuple(f"{each.name}: {each.result}" for each in self._turn.tools),
            timings=dict(account.timings),
        )
