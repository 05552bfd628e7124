"""A client of the harness: blocking, safe to use from several threads, and back by itself after a dropped line.

One thread reads the connection and hands events to the turns that wait for them. When the line drops, it connects
again, resumes every conversation after the last event it got, and sends again what was never answered under its
old id, which the server runs only once: no event is lost or repeated.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, cast

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_socket

from lila.errors import ConnectionLost, EventFormatError, ProtocolError
from lila.events import Error, Event, Notice, TurnDone, from_json
from training_log.records import new_id

__all__ = ["Client"]

log = logging.getLogger(__name__)

_wire = logging.getLogger("lila.client.wire")
_wire.setLevel(logging.CRITICAL)  # at DEBUG the library would log what people say

_ASK_FIELDS: Final = ("speaker", "persona", "mode", "private", "settings")
_MAX_FRAME: Final = 16 * 1024 * 1024
DEFAULT_CONVERSATION: Final = "default"

Listener = Callable[[Event], None]


@dataclass(slots=True, eq=False)
class _Pending:
    """A query that waits for its answer, and a turn for its events."""

    id: str
    conversation: str
    text: str
    """The frame, to send it again."""
    inbox: queue.SimpleQueue[dict[str, Any] | Exception] = field(default_factory=queue.SimpleQueue)
    accepted: bool = False


class Client:
    """A connection to `lila serve`. Use it as a context manager, or `close` it."""

    def __init__(self, url: str, token: str | None, timeout_s: float, retry_s: float) -> None:
        self._url, self._token, self._timeout_s, self._retry_s = url, token, timeout_s, retry_s
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}
        self._seen: dict[str, int] = {}
        self._listeners: list[Listener] = []
        self._closed = threading.Event()
        self._socket: ClientConnection | None = None
        self.session = ""
        """Which run of the server this is; another one after it was restarted."""
        self.backend = ""
        """Which model answers there."""

    @classmethod
    def connect(
        cls, url: str, *, token: str | None = None, timeout_s: float = 10.0, retry_s: float = 30.0
    ) -> Client:
        """Connect to `url` (ws://…), with the server's token if it has one.

        `timeout_s`: for connecting and for answers. `retry_s`: how long to try to come back after the line
        dropped; 0 never does. Raises `ConnectionLost`, or `ProtocolError` if the other side isn't a harness.
        """
        client = cls(url, token, timeout_s, retry_s)
        client._open()
        threading.Thread(target=client._read, name="lila-client", daemon=True).start()
        return client

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave; turns that run on the server go on there."""
        self._closed.set()
        socket = self._socket
        if socket is not None:
            socket.close()
        self._fail_all(ConnectionLost("this client was closed", code="closed"))

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
        pending = self._post(conversation, payload)
        try:
            yield from self._events(pending)
        finally:
            with self._lock:
                self._pending.pop(pending.id, None)

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
        frame = _query(conversation, {"do": "interrupt"})[1]
        threading.Thread(target=self._send_if_open, args=(frame,), daemon=True).start()

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
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    # Queries

    def _call(self, conversation: str, payload: dict[str, Any]) -> dict[str, Any]:
        pending = self._post(conversation, payload)
        try:
            return cast("dict[str, Any]", self._next(pending, self._timeout_s)["payload"])
        finally:
            with self._lock:
                self._pending.pop(pending.id, None)

    def _post(self, conversation: str, payload: dict[str, Any]) -> _Pending:
        if self._closed.is_set():
            raise ConnectionLost("this client was closed or gave up; connect again", code="closed")
        own, text = _query(conversation, payload)
        pending = _Pending(own, conversation, text)
        with self._lock:
            self._pending[own] = pending
        self._send_if_open(text)  # if the line is down, it is sent when it is up again
        return pending

    def _events(self, pending: _Pending) -> Iterator[Event]:
        while True:
            # No limit once it is accepted: the server ends a turn that takes too long, pings find a dead line.
            frame = self._next(pending, None if pending.accepted else self._timeout_s + self._retry_s)
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

    def _next(self, pending: _Pending, timeout_s: float | None) -> dict[str, Any]:
        try:
            frame = pending.inbox.get(timeout=timeout_s)
        except queue.Empty:
            raise ConnectionLost("the server doesn't answer", code="timeout") from None
        if isinstance(frame, Exception):
            raise frame
        if frame["type"] == "error" and not (pending.accepted and "state" in frame["payload"]):
            raise ProtocolError(frame["payload"]["message"], code=frame["payload"]["code"])
        return frame

    def _send_if_open(self, text: str) -> None:
        socket = self._socket
        with suppress(ConnectionClosed, OSError):
            if socket is not None:
                socket.send(text)

    # The connection

    def _open(self) -> None:
        """Connect and read the welcome. Raises `ConnectionLost`, `ProtocolError`."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            socket = open_socket(
                self._url,
                additional_headers=headers,
                compression=None,
                max_size=_MAX_FRAME,
                max_queue=1024,
                open_timeout=self._timeout_s,
                close_timeout=2,
                proxy=None,
                user_agent_header=None,
                logger=_wire,
            ).__enter__()  # it is closed by close(), from another thread than this
        except InvalidURI as error:
            raise ProtocolError(
                f"{self._url} is not an address like ws://127.0.0.1:8765", code="url"
            ) from error
        except InvalidStatus as error:
            said = (error.response.body or b"").decode("utf-8", "replace").strip()
            raise ProtocolError(
                f"the server refused ({error.response.status_code}): {said}",
                code="unauthorised" if error.response.status_code in (401, 403) else "backpressure",
            ) from error
        except InvalidHandshake as error:
            raise ProtocolError(f"{self._url} is not a Lila harness ({error})", code="handshake") from error
        except (OSError, EOFError, TimeoutError) as error:
            message = f"nothing answers at {self._url}; is 'lila serve' running?"
            raise ConnectionLost(message, code="unreachable") from error
        self._greet(socket)

    def _greet(self, socket: ClientConnection) -> None:
        try:
            frame = _frame(socket.recv(timeout=self._timeout_s))
        except (ConnectionClosed, TimeoutError, OSError) as error:
            socket.close()
            message = f"nothing was said at {self._url}; is it Lila's harness?"
            raise ConnectionLost(message, code="unreachable") from error
        if frame.get("type") != "response" or frame["payload"].get("do") != "hello":
            socket.close()
            payload = frame.get("payload", {})
            raise ProtocolError(
                str(payload.get("message", "no welcome")), code=str(payload.get("code", "schema"))
            )
        welcome = frame["payload"]
        if welcome.get("token") == "needed":
            socket.close()
            raise ProtocolError("the server needs its token: set LILA_SERVER_TOKEN", code="unauthorised")
        if self.session != welcome["session"]:
            self._new_session(welcome)
        self.session, self.backend = welcome["session"], welcome["backend"]
        self._socket = socket

    def _new_session(self, welcome: Mapping[str, Any]) -> None:
        """The server was restarted: what it had accepted is gone."""
        self._seen = {"": welcome["seq"]}
        with self._lock:
            gone = [each for each in self._pending.values() if each.accepted]
        for pending in gone:
            pending.inbox.put(ConnectionLost("the server was restarted during the turn", code="expired"))

    def _read(self) -> None:
        while not self._closed.is_set():
            try:
                assert self._socket is not None
                while True:
                    self._take(_frame(self._socket.recv()))
            except ConnectionClosed as error:
                self._told_off(error)
            except OSError:
                pass
            except ProtocolError as error:
                self._fail_all(error)
            if not self._closed.is_set() and not self._come_back():
                self._closed.set()
                self._fail_all(ConnectionLost("the server is gone; start it and connect again"))

    def _told_off(self, error: ConnectionClosed) -> None:
        """Closed for what this client sent: to send it again would end in the same way."""
        if error.rcvd is None or error.rcvd.code not in (1008, 1009):
            return
        code = "schema" if error.rcvd.code == 1009 else "backpressure"
        reason = error.rcvd.reason or "the frame is too big"
        with self._lock:
            blamed = [each for each in self._pending.values() if not each.accepted]
        for pending in blamed:
            pending.inbox.put(ProtocolError(f"the server closed the connection: {reason}", code=code))
            with self._lock:
                self._pending.pop(pending.id, None)

    def _come_back(self) -> bool:
        deadline, wait_s = time.monotonic() + self._retry_s, 0.05
        self._socket = None
        while not self._closed.is_set() and time.monotonic() < deadline:
            try:
                self._open()
                self._catch_up()
                return True
            except ProtocolError as error:
                if error.code in ("unauthorised", "url", "handshake"):
                    self._fail_all(error)
                    return False
            except ConnectionLost:
                pass
            self._closed.wait(wait_s * random.uniform(0.5, 1.0))
            wait_s = min(2.0, wait_s * 2)
        return False

    def _catch_up(self) -> None:
        """Follow again what was followed; send again what was not answered."""
        with self._lock:
            waiting = list(self._pending.values())
        followed = {each.conversation for each in waiting if each.accepted} | {""}
        for conversation, seq in list(self._seen.items()):
            if conversation in followed:
                payload = {"do": "resume", "after": seq, "session": self.session}
                self._send_if_open(_query(conversation, payload)[1])
            else:
                del self._seen[conversation]
        for pending in waiting:
            if not pending.accepted:
                self._send_if_open(pending.text)

    def _take(self, frame: dict[str, Any]) -> None:
        conversation, seq = str(frame.get("conversation", "")), frame.get("seq", 0)
        if frame["type"] == "event":
            if seq <= self._seen.get(conversation, 0):
                return  # sent again after a resume
            self._seen[conversation] = seq
            if not conversation:
                self._tell(frame["payload"])
                return
        state = frame["payload"].get("state")
        with self._lock:
            pending = self._pending.get(frame.get("re", ""))
            if pending is None and frame["type"] == "error" and state is not None:
                # An answer to a resume: it concerns the turn that waits in this conversation.
                pending = next(
                    (each for each in self._pending.values() if each.conversation == conversation), None
                )
        if frame["type"] == "error" and state is not None:
            self._seen[conversation] = state["seq"]
        if pending is None:
            return
        if frame["type"] == "response" and "seq" in frame["payload"]:
            self._accepted(pending, frame["payload"])
        pending.inbox.put(frame)

    def _accepted(self, pending: _Pending, payload: Mapping[str, Any]) -> None:
        pending.accepted = True
        self._seen[pending.conversation] = max(payload["seq"], self._seen.get(pending.conversation, 0))

    def _tell(self, payload: object) -> None:
        try:
            event = from_json(payload)
        except EventFormatError:
            return
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed")

    def _fail_all(self, error: Exception) -> None:
        with self._lock:
            waiting = list(self._pending.values())
        for pending in waiting:
            pending.inbox.put(error)


def _query(conversation: str, payload: dict[str, Any]) -> tuple[str, str]:
    own = new_id()
    frame = {"v": 1, "id": own, "ts": datetime.now(UTC).isoformat(), "type": "query"}
    return own, json.dumps({**frame, "conversation": conversation, "payload": payload})


def _frame(raw: str | bytes) -> dict[str, Any]:
    try:
        frame = json.loads(raw)
    except ValueError:
        frame = None
    if not isinstance(frame, dict) or frame.get("v") != 1 or not isinstance(frame.get("payload"), dict):
        raise ProtocolError("the other side doesn't speak version 1 of the harness protocol", code="schema")
    return frame
