"""A client of the harness: blocking, safe to use from several threads, and back by itself after a dropped line.

    with Client.connect("ws://127.0.0.1:8765") as lila:
        print(lila.ask("when is the swimming lesson?").text)
        for memory in lila.memories("swimming").memories:
            print(memory.id, memory.text)

No event is lost or repeated when the line drops: see `client_line`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, TypeVar, cast

from lila.client_line import Line, Listener, Pending
from lila.errors import ConnectionLost, EventFormatError, ProtocolError
from lila.events import Error, Event, Notice, TurnDone, from_json
from lila.plain import build
from lila.shelf import Forgotten, Shelved
from lila.why import Why

__all__ = ["Client"]

_ASK_FIELDS: Final = ("speaker", "persona", "mode", "private", "settings")
DEFAULT_CONVERSATION: Final = "default"

Answer = TypeVar("Answer")


class Client:
    """A connection to `lila serve`. Use it as a context manager, or `close` it."""

    def __init__(self, line: Line, timeout_s: float, retry_s: float) -> None:
        self._line, self._timeout_s, self._retry_s = line, timeout_s, retry_s

    @classmethod
    def connect(
        cls, url: str, *, token: str | None = None, timeout_s: float = 10.0, retry_s: float = 30.0
    ) -> Client:
        """Connect to `url` (ws://…), with the server's token if it has one.

        `timeout_s`: for connecting and for answers. `retry_s`: how long to try to come back after the line
        dropped; 0 never does. Raises `ConnectionLost`, or `ProtocolError` if the other side isn't a harness.
        """
        line = Line(url, token, timeout_s, retry_s)
        line.open()
        return cls(line, timeout_s, retry_s)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave; turns that run on the server go on there."""
        self._line.close()

    @property
    def session(self) -> str:
        """Which run of the server this is; another one after it was restarted."""
        return self._line.session

    @property
    def backend(self) -> str:
        """Which model answers there."""
        return self._line.backend

    # Turns

    def stream(self, text: str, context: Mapping[str, object] | None = None) -> Iterator[Event]:
        """Say `text`; the events of the turn as they come, `TurnDone`, `Error` or what an interruption leaves last.

        `context`: conversation, speaker, persona, mode, private, settings, as in `LilaCore.stream`. Raises
        `ProtocolError` if the server refuses (its `.code` says why), `ConnectionLost` if it is gone for good.
        """
        asked = dict(context or {})
        conversation = str(asked.pop("conversation", None) or DEFAULT_CONVERSATION)
        payload: dict[str, Any] = {"do": "ask", "text": text}
        payload |= {key: asked[key] for key in _ASK_FIELDS if asked.get(key) is not None}
        unknown = sorted(set(asked) - set(_ASK_FIELDS))
        if unknown:
            raise ProtocolError(
                f"there is no context '{unknown[0]}'; use {', '.join(_ASK_FIELDS)}", code="schema"
            )
        pending = self._line.post(conversation, payload)
        try:
            yield from self._events(pending)
        finally:
            self._line.drop(pending)

    def ask(self, text: str, context: Mapping[str, object] | None = None) -> TurnDone:
        """Say `text` and wait for the end of the turn. Raises also `ProtocolError` for a turn that failed."""
        last: Event | None = None
        for event in self.stream(text, context):
            last = event
            if isinstance(event, Error):
                raise ProtocolError(event.message, code=event.code)
        if not isinstance(last, TurnDone):
            raise ProtocolError("the turn was interrupted", code="interrupted")
        return last

    def interrupt(self, conversation: str = DEFAULT_CONVERSATION) -> None:
        """Stop the turn in this conversation. Returns at once; safe in a signal handler."""
        # From a thread of its own: the handler may have stopped this thread while it held the socket's lock.
        told = (conversation, {"do": "interrupt"})
        threading.Thread(target=self._line.tell, args=told, daemon=True).start()

    def reset(self, conversation: str = DEFAULT_CONVERSATION) -> None:
        """Forget what was said in this conversation, not what is remembered."""
        self._call(conversation, {"do": "reset"})

    def state(self, conversation: str = DEFAULT_CONVERSATION) -> dict[str, Any]:
        """Where the conversation stands: seq, oldest, running, turn, said."""
        return cast("dict[str, Any]", self._call(conversation, {"do": "state"})["state"])

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear what happens outside turns (timers; notices of the server). Returns the way to stop.

        Called from the client's thread; it must not wait for this client.
        """
        return self._line.listen(listener)

    # What she remembers

    def memories(self, words: str = "", limit: int = 30) -> Shelved:
        """What is remembered, newest first; with `words`, what matches them, best first; `limit` is at most 200."""
        payload = {"do": "memories", "words": words, "limit": limit}
        return self._known("", payload, Shelved)

    def forget(self, what: str) -> Forgotten:
        """Forget a memory by its number, or what `what` plainly means, for good.

        Raises `ConnectionLost` with the code "unanswered" if the line dropped before the answer: it is not asked
        again, for the same words could then mean another memory; look what `memories` has.
        """
        return self._known("", {"do": "forget", "what": what}, Forgotten, again=False)

    def why(self, conversation: str = DEFAULT_CONVERSATION) -> Why:
        """What the conversation's last answer rests on."""
        return self._answer(self._call(conversation, {"do": "why"})["why"], Why)

    def check_mode(self, mode: str) -> None:
        """Raise `ProtocolError`, which names the nearest known one, for a mode that doesn't exist."""
        self._call("", {"do": "mode", "name": mode})

    # Queries

    def _known(
        self, conversation: str, payload: dict[str, Any], kind: type[Answer], *, again: bool = True
    ) -> Answer:
        return self._answer(self._call(conversation, payload, again=again), kind)

    @staticmethod
    def _answer(data: dict[str, Any], kind: type[Answer]) -> Answer:
        try:
            return cast("Answer", build(kind, data, kind.__name__))
        except EventFormatError as error:
            raise ProtocolError(f"the answer can't be read: {error}", code="schema") from error

    def _call(self, conversation: str, payload: dict[str, Any], *, again: bool = True) -> dict[str, Any]:
        pending = self._line.post(conversation, payload, again=again)
        try:
            return cast("dict[str, Any]", self._line.next(pending, self._timeout_s)["payload"])
        except ProtocolError as error:
            if error.code != "unknown_type":
                raise
            message = f"the Lila there is older and doesn't know '{payload['do']}'; use `lila` where she runs"
            raise ProtocolError(message, code=error.code) from None
        finally:
            self._line.drop(pending)

    def _events(self, pending: Pending) -> Iterator[Event]:
        while True:
            # No limit once it is accepted: the server ends a turn that takes too long, pings find a dead line.
            frame = self._line.next(pending, None if pending.accepted else self._timeout_s + self._retry_s)
            if frame["type"] == "response":
                pending.accepted = True
            elif frame["type"] == "event":
                with suppress(EventFormatError):  # of a newer server: what isn't known is left out
                    yield from_json(frame["payload"])
                if frame["eof"]:
                    return
            else:
                yield Notice("", 0, frame["payload"]["code"], frame["payload"]["message"])
                if not frame["payload"]["state"]["running"]:
                    raise ConnectionLost("the end of the turn was missed; it is over", code="expired")
