"""One turn as a pure state machine: it is fed what happened and returns events and what to do next.

No clock, no input or output, no store, no model: a shell (`lila.core`) owns those and answers each action.

    began ──recalled──▶ generating ──text…──▶ generating
                            │   ▲
          a block or a call │   │ previewed · looked · returned
                            ▼   │
                         waiting                  generating ──ended──▶ applying ──applied──▶ over
                                                  any ──interrupted, failed──▶ over

While the machine waits, more text may be fed: it is kept for after a preview, and dropped before a pause
(a recall, a tool call), because generation starts again from `Generate.continuation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lila import events
from lila.events import Event, RecalledMemory
from lila.model_stream import ModelStream
from lila.proposals import Proposals, sentence, unknown
from lila.reasoning import Said, Thought
from lila.spoken import Spoken
from lila.turn_actions import (
    Action,
    Applied,
    Apply,
    Call,
    Generate,
    Look,
    Preview,
    Proposed,
    Settlement,
    Step,
    Stop,
    ToolUse,
    Verdict,
    memory_op,
    sanitise,
)
from memory import grammar
from memory.blocks import BlockParser, MalformedPiece, OpPiece, TextPiece, ToolPiece
from memory.blocks import Piece as ParsedPiece

__all__ = ["Turn"]

MAX_PAUSES = 4
MAX_OPS = 16

NOTHING_STORED = "I couldn't make sense of my own note just now, so nothing was stored. Please say it again."
NO_ANSWER = "I have no answer to that."
TOO_MANY_STEPS = "That took me too many steps, so I stopped there."


class Turn:
    """The machine of one turn. Not thread-safe.

    `thinking` turns what would be said into thought. `says_results` says what a tool or a recall gave back
    as it is, where the model would only copy it: a small model can slip in copying, the machine can't.
    """

    def __init__(self, turn: str, *, thinking: bool = False, says_results: bool = False) -> None:
        self.turn = turn
        self._says_results = says_results
        self.thinking = thinking
        self.tools: list[ToolUse] = []
        self.malformed = 0
        self.over = False
        self.interrupted = False
        self._seq = 0
        self._stream = ModelStream()
        self._parser = BlockParser()
        self._spoken = Spoken()
        self._waiting: Preview | Look | Call | None = None
        self._waiting_raw = ""
        self._pauses = 0
        self._proposals = Proposals()
        self._replaced = False
        self._events: list[Event] = []
        self._actions: list[Action] = []

    # ---- what happened ------------------------------------------------------------------------------

    def began(self, *, conversation: str, speaker: str, persona: str, mode: str, text: str) -> Step:
        """The person's words were taken up."""
        self._emit(
            events.TurnStarted,
            conversation=conversation,
            speaker=speaker,
            persona=persona,
            mode=mode,
            text=text,
        )
        return self._step()

    def recalled(self, memories: Sequence[RecalledMemory]) -> Step:
        """Recall is done; generation may begin."""
        self._emit(events.MemoriesRecalled, memories=tuple(memories))
        self._actions.append(Generate(""))
        return self._step()

    def answered(self, settlement: Settlement) -> None:
        """The person's words settle an open question: so it will be, whatever the model makes of them."""
        self._proposals.settlement = settlement

    def notice(self, code: str, message: str) -> Step:
        """Something to tell the person beside the reply."""
        self._emit(events.Notice, code=code, message=message)
        return self._step()

    def text(self, text: str) -> Step:
        """The model wrote `text`."""
        if not self.over and not self._replaced:
            self._stream.feed(text)
            self._run()
        return self._step()

    def previewed(self, verdict: Verdict) -> Step:
        """The store's word on the operation that was previewed."""
        waiting = self._waiting
        assert isinstance(waiting, Preview), "no preview was asked for"
        self._waiting = None
        self._proposals.judged(waiting.op, self._waiting_raw, verdict)
        self._run()
        return self._step()

    def looked(self, memories: Sequence[RecalledMemory]) -> Step:
        """What the model's own recall found."""
        waiting = self._waiting
        assert isinstance(waiting, Look), "no recall was asked for"
        self._emit(events.MemoriesRecalled, memories=tuple(memories))
        if self._says_results:
            self._tell(" ".join(sentence(each.text) for each in memories) or unknown(waiting.op.query))
            return self._step()
        lines = "\n".join(f"[{each.id}] {sanitise(each.text)}" for each in memories)
        self._go_on(f"\n<|tool_result|>{lines or 'nothing'}<|/tool_result|>\n")
        return self._step()

    def returned(
        self,
        text: str,
        *,
        ok: bool,
        arguments: Mapping[str, str] | None = None,
        ops: Sequence[grammar.Op] = (),
    ) -> Step:
        """What the tool said; `arguments` are those it ran with, where they aren't the model's.

        `ops` are the memory operations that it wants: they are applied with the turn's own, or not at all.
        """
        waiting = self._waiting
        assert isinstance(waiting, Call), "no tool was called"
        for op in ops:
            self._emit(events.OpProposed, op=memory_op(op))
            self._proposals.add(op)
        self.tools.append(ToolUse(waiting.name, arguments or waiting.arguments, text, ok))
        self._emit(events.ToolReturned, call=len(self.tools), text=text, ok=ok)
        if self._says_results:
            self._tell(text)
            return self._step()
        self._go_on(f"<|tool_result|>{sanitise(text)}<|/tool_result|>\n")
        return self._step()

    def ended(self) -> Step:
        """Generation is over; the last action is `Apply`, perhaps of nothing."""
        if not self._replaced:
            self._heard(self._stream.rest())
            self._pieces(self._parser.finish())
        self._settle_late()
        if not self._replaced:
            self._settle_reply()
        self._say_sentences(self._spoken.last_sentences())
        self._actions.append(Apply(self.proposed))
        return self._step()

    def applied(self, outcomes: Sequence[Applied]) -> Step:
        """What became of the operations, in their order."""
        for proposed, outcome in zip(self.proposed, outcomes, strict=True):
            op = memory_op(proposed.op)
            if outcome.fate == "refused":
                self._emit(events.OpRefused, op=op, reason=outcome.message)
                continue
            self._emit(
                events.OpApplied,
                op=op,
                fate=outcome.fate,
                ids=outcome.ids,
                namespace=outcome.namespace,
                message=outcome.message,
            )
        return self._step()

    def cut(self, said: str | None = None) -> Step:
        """The person cut in: nothing is applied; `said` is what they heard, None all that was shown."""
        heard = self.reply if said is None or not self.reply.startswith(said) else said
        self._spoken.reply, self.over, self.interrupted = heard.rstrip(), True, True
        self._emit(events.Interrupted, said=self.reply)
        for proposed in self.proposed:
            reason = "The reply was interrupted, so nothing was stored."
            self._emit(events.OpRefused, op=memory_op(proposed.op), reason=reason)
        self._proposals.clear()
        return self._step()

    def failed(self, code: str, message: str) -> Step:
        """The turn failed and nothing of it is kept."""
        self.over = True
        self._proposals.clear()
        self._emit(events.Error, code=code, message=message)
        return self._step()

    def done(
        self,
        *,
        confidence: float | None,
        used: tuple[int, ...],
        backend: str,
        should_speak: bool,
        timings: Mapping[str, float],
    ) -> Step:
        """The record is on disk: the turn is reported done."""
        self.over = True
        self._emit(
            events.TurnDone,
            text=self.reply,
            confidence=confidence,
            used=used,
            backend=backend,
            should_speak=should_speak and not self.thinking,
            timings=timings,
        )
        return self._step()

    # ---- inside -------------------------------------------------------------------------------------

    @property
    def reply(self) -> str:
        """What was said so far."""
        return self._spoken.reply

    @property
    def proposed(self) -> tuple[Proposed, ...]:
        """The writing operations so far."""
        return self._proposals.kept

    def _emit(self, kind: Callable[..., Event], **fields: Any) -> None:
        self._events.append(kind(turn=self.turn, seq=self._seq, **fields))
        self._seq += 1

    def _step(self) -> Step:
        step = Step(tuple(self._events), tuple(self._actions))
        self._events.clear()
        self._actions.clear()
        return step

    def _run(self) -> None:
        """Parse what is queued, until something must be waited for."""
        while self._waiting is None and not self._replaced and (found := self._stream.take()) is not None:
            self._heard(found)

    def _heard(self, found: Sequence[Said | Thought]) -> None:
        """What the model thinks is shown as thought; what it says is read for blocks."""
        for each in found:
            if isinstance(each, Said):
                self._pieces(self._parser.feed(each.text))
            elif not self._replaced:
                self._emit(events.ThinkingDelta, text=each.text)

    def _pieces(self, pieces: Sequence[ParsedPiece]) -> None:
        for piece in pieces:
            if self._replaced:
                return
            if self._strays(piece):
                self._replace()
                return
            match piece:
                case TextPiece(text):
                    self._text(text)
                case OpPiece(op, raw):
                    self._op(op, raw)
                case ToolPiece(name, arguments, _raw):
                    self._call(name, arguments)
                case MalformedPiece():
                    self.malformed += 1

    def _text(self, text: str) -> None:
        if self._proposals.replace:
            self._replace()
        else:
            self._show(self._spoken.add(text))

    def _op(self, op: grammar.Op, raw: str) -> None:
        if len(self._proposals) >= MAX_OPS:
            self._emit(events.OpRefused, op=memory_op(op), reason="Too many memory operations in one turn.")
            return
        self._emit(events.OpProposed, op=memory_op(op))
        if isinstance(op, grammar.Recall):
            self._pause(Look(op))
        else:
            self._waiting, self._waiting_raw = Preview(op), raw
            self._actions.append(self._waiting)

    def _call(self, name: str, arguments: Mapping[str, str]) -> None:
        if self._pauses < MAX_PAUSES:
            self._emit(events.ToolCalled, call=len(self.tools) + 1, name=name, arguments=arguments)
        self._pause(Call(name, arguments))

    def _pause(self, action: Look | Call) -> None:
        self._pauses += 1
        if self._pauses > MAX_PAUSES:
            self._say(TOO_MANY_STEPS)
            self._finish_early()
            return
        self._waiting = action
        self._actions.append(action)

    def _tell(self, text: str) -> None:
        self._waiting = None
        self._say(text)
        self._finish_early()

    def _go_on(self, insertion: str) -> None:
        self._waiting = None
        self._stream.insert(insertion)
        self._actions.append(Generate(self._stream.raw))

    def _strays(self, piece: ParsedPiece) -> bool:
        """Whether a copying model passes over the answer that it was given: it has nothing better to say."""
        if self._proposals.settlement is None or not self._says_results:
            return False
        return not isinstance(piece, OpPiece) or isinstance(piece.op, grammar.Recall)

    def _take_settlement(self) -> Settlement | None:
        settlement = self._proposals.take_settlement()
        if settlement is not None:
            self._emit(events.OpProposed, op=memory_op(settlement.op))
        return settlement

    def _settle_late(self) -> None:
        """The model is done and has not settled what the person decided."""
        settlement = self._take_settlement()
        if settlement is not None and self._replaced:
            self._say(settlement.reply)

    def _replace(self) -> None:
        """The store knows better than the model what to say about this turn's operations."""
        self._take_settlement()
        self._say(self._proposals.told())
        self._finish_early()

    def _finish_early(self) -> None:
        self._replaced = True
        self._stream.drop()
        self._actions.append(Stop())

    def _settle_reply(self) -> None:
        """A turn never ends without a word, and never with a false one."""
        if self._proposals.replace and not self._replaced:
            self._replace()
            self._actions.clear()  # generation is over already: there is nothing to stop
        elif not self.reply and self._proposals:
            self._say(self._proposals.acknowledged())
        if not self.reply:
            used = " ".join(each.result for each in self.tools)
            self._say(used or (NOTHING_STORED if self.malformed else NO_ANSWER))

    def _say(self, text: str) -> None:
        """Show a sentence of the machine's own, apart from what the model wrote before it."""
        self._show(self._spoken.add_apart(text))

    def _show(self, shown: str) -> None:
        if shown:
            self._emit(events.ThinkingDelta if self.thinking else events.TextDelta, text=shown)
            if not self.thinking:
                self._say_sentences(self._spoken.sentences(shown))

    def _say_sentences(self, sentences: Sequence[str]) -> None:
        for each in sentences:
            self._emit(events.Sentence, text=each)
