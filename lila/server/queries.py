"""What each query does. Refusals are `FrameError`s; the connection adds which query they answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from lila.server import frames
from lila.server.hall import Hall
from lila.server.memory_queries import answer_about_memory
from lila.server.protocol import FrameError, Query
from lila.server.requests import Ask, Hello, Interrupt, Leave, Reset, Resume, State
from lila.server.resume import Stream
from lila.server.session import Session, zero_state

__all__ = ["handle"]


async def handle(hall: Hall, session: Session, query: Query) -> None:
    """Carry out a query of a client that may ask it. Raises `FrameError`."""
    match query.request:
        case Hello():
            session.answer(frames.unasked(hall.greeting(), query.id))
        case Ask() as ask:
            _ask(hall, session, query, ask)
        case Interrupt(said):
            stream = hall.streams.get(query.conversation)
            done = stream is not None and hall.turns.interrupt(stream, said)
            _respond(session, query, {"interrupted": done})
        case Reset():
            await _reset(hall, session, query)
        case Resume() as resume:
            _resume(hall, session, query, resume)
        case State():
            stream = hall.streams.get(query.conversation)
            _respond(session, query, {"state": stream.state() if stream else zero_state()})
        case Leave():
            _respond(session, query, {"left": session.leave(query.conversation, time.monotonic())})
        case _ as about:
            if hall.closing:
                raise FrameError("closing", "Lila is going to sleep")
            # In a thread: the store may have to wait for another process.
            payload = await asyncio.to_thread(answer_about_memory, hall.core, about, query.conversation)
            _respond(session, query, payload)


def _ask(hall: Hall, session: Session, query: Query, ask: Ask) -> None:
    if hall.closing:
        raise FrameError("closing", "Lila is going to sleep")
    stream = hall.streams.open(query.conversation, time.monotonic())
    if stream is None:
        message = f"{hall.limits.conversations} conversations are in use; try later"
        raise FrameError("backpressure", message)
    seq = stream.asked.get(query.id)
    if seq is not None:
        _ask_again(session, query, stream, seq)
        return
    followed, seq = session.follows(stream), stream.last
    try:
        if not followed:
            session.follow(stream, seq)
        hall.turns.start(stream, query, ask)
    except FrameError:
        if not followed:
            session.leave(stream.name, time.monotonic())
        raise
    stream.accept(query.id)
    _respond(session, query, {"seq": seq, "repeated": False}, eof=False)


def _ask_again(session: Session, query: Query, stream: Stream, seq: int) -> None:
    """The query came before, over a line that dropped: its events are sent, its turn is not run again."""
    if session.follows(stream) or stream.holds_after(seq):
        if not session.follows(stream):
            session.follow(stream, seq)
        _respond(session, query, {"seq": seq, "repeated": True}, eof=False)
        return
    session.follow(stream, stream.last)
    _expired(session, query, "the events of this turn are no longer kept", stream.state())


async def _reset(hall: Hall, session: Session, query: Query) -> None:
    stream = hall.streams.get(query.conversation)
    if stream is not None and stream.running:
        raise FrameError("backpressure", "this conversation is still answering; interrupt it first")
    await asyncio.to_thread(hall.core.reset, query.conversation)
    _respond(session, query, {"reset": True})


def _resume(hall: Hall, session: Session, query: Query, resume: Resume) -> None:
    stream = hall.streams.get(query.conversation) if query.conversation else hall.outside
    if stream is None:
        _expired(session, query, "this conversation is not known here", zero_state())
        return
    whole = resume.session == hall.session and stream.holds_after(resume.after)
    session.follow(stream, resume.after if whole else stream.last)
    if whole:
        _respond(session, query, {"state": stream.state()})
    else:
        message = "the events after that one are no longer kept; go on from the state"
        _expired(session, query, message, stream.state())


def _respond(session: Session, query: Query, payload: dict[str, Any], *, eof: bool = True) -> None:
    session.answer(frames.answer(query, payload, eof=eof))


def _expired(session: Session, query: Query, message: str, state: dict[str, Any]) -> None:
    error = FrameError("expired", message, re=query.id, conversation=query.conversation)
    session.answer(frames.error_frame(error, state))
