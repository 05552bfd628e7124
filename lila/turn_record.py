"""The diary's line for a turn, and the signals that a turn sends about the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lila.conversation import Conversation
from lila.prompt import Built, memory_line
from lila.turn import Turn
from memory.grammar import Consolidate
from memory.model import Outcome
from training_log.records import OpRecord, PromptPart, SignalKind, SignalRecord, ToolRecord, TurnRecord

if TYPE_CHECKING:
    from lila.request import Request
    from lila.turn_context import Account

__all__ = ["signals_of", "turn_record"]

_MEANT = re.compile(r"^(no|nope|sorry)[,.! ]+(i|it)\b.{0,12}\b(meant|mean|said)\b|^i meant\b", re.IGNORECASE)


def turn_record(
    turn: Turn,
    request: Request,
    account: Account,
    conversation: Conversation,
    confidence: float | None,
    session: str,
) -> TurnRecord:
    """The record of a turn that is over; the reply is what was really said."""
    info = account.info
    return TurnRecord(
        turn=turn.turn,
        conversation=conversation.name,
        person=request.speaker,
        time=account.began,
        text=request.text,
        reply=turn.reply,
        session=session,
        persona=request.persona.name,
        mode="reflection" if request.reflection else request.mode,
        prompt=tuple(_parts(account.built, request, conversation)) if account.built else (),
        ops=tuple(_ops(turn, account.outcomes)),
        tools=tuple(ToolRecord(each.name, dict(each.arguments), each.result, each.ok) for each in turn.tools),
        used=_used(account),
        backend=info.backend if info else "",
        model=info.model if info else "",
        model_digest=info.digest if info else "",
        confidence=confidence,
        interrupted=turn.interrupted,
        timings=dict(account.timings),
    )


def _used(account: Account) -> tuple[int, ...]:
    """What the reply may hold the words of: when it is forgotten, they go from this line too."""
    in_prompt = [each.id for each in account.built.memories] if account.built else []
    return tuple(dict.fromkeys([*in_prompt, *sorted(account.read_out)]))


def _parts(built: Built, request: Request, conversation: Conversation) -> Iterator[PromptPart]:
    if built.system:
        yield PromptPart.of("persona", built.system)
    if built.history:
        numbers = {each.number for each in built.history}
        turns = tuple(each.turn for each in conversation.turns if each.exchange.number in numbers)
        yield PromptPart.of(
            "history", "\n".join(f"{each.text}\n{each.reply}" for each in built.history), turns
        )
    if built.memories:
        lines = "\n".join(map(memory_line, built.memories))
        yield PromptPart.of("memories", lines, tuple(str(each.id) for each in built.memories))
    yield PromptPart.of("user", request.text)


def _ops(turn: Turn, outcomes: Sequence[Outcome]) -> Iterator[OpRecord]:
    for proposed, outcome in zip(turn.proposed, outcomes, strict=False):
        kind = type(proposed.op).__name__.lower()
        namespace = outcome.namespace or ""
        yield OpRecord(kind, proposed.raw, outcome.fate, outcome.ids, namespace, outcome.message)


def signals_of(
    record: TurnRecord, outcomes: Sequence[Outcome], conversation: Conversation
) -> Iterator[SignalRecord]:
    """What this turn says about the one before: a correction, "no, I meant", the same question again."""
    before = conversation.turns[-1] if conversation.turns else None
    if before is None or before.private or before.speaker != record.person:
        return
    kind: SignalKind | None = None
    if _MEANT.match(record.text):
        kind = "meant"
    elif any(isinstance(each.op, Consolidate) and each.fate == "superseded" for each in outcomes):
        kind = "correction"
    elif _plain(before.exchange.text) == _plain(record.text):
        kind = "repeat"
    if kind is not None:
        yield SignalRecord(
            turn=before.turn,
            kind=kind,
            time=record.time,
            conversation=record.conversation,
            person=record.person,
            text=record.text,
            source=record.turn,
        )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
