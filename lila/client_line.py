"""One line to a harness: it sends queries, hands what comes to those who wait, and comes back when it drops.

One thread reads the connection. When it drops, the line connects again, resumes every conversation after the last
event it got, and sends again what was never answered under its old id, which the server runs only once.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_socket

from lila.errors import ConnectionLost, EventFormatError, ProtocolError
from lila.events import Event, from_json
from training_log.records import new_id

__all__ = ["Line", "Listener", "Pending"]

log = logging.getLogger(__name__)

_wire = logging.getLogger("lila.client.wire")
_wire.setLevel(logging.CRITICAL)  # at DEBUG the library would log what people say

_MAX_FRAME: Final = 16 * 1024 * 1024

Listener = Callable[[Event], None]


@dataclass(slots=True, eq=False)
class Pending:
    """A query that waits for its answer, and a turn for its events."""

    id: str
    conversation: str
    text: str
    """The frame, to send it again."""
    again: bool = True
    """Whether it may be sent again after the line dropped without an answer."""
    inbox: queue.SimpleQueue[dict[str, Any] | Exception] = field(default_factory=queue.SimpleQueue)
    accepted: bool = False


class Line:
    """The connection of a client; safe to use from several threads. `open` it first."""

    def __init__(self, url: str, token: str | None, timeout_s: float, retry_s: float) -> None:
        self._url, self._token, self._timeout_s, self._retry_s = url, token, timeout_s, retry_s
        self._lock = threading.Lock()
        self._pending: dict[str, Pending] = {}
        self._seen: dict[str, int] = {}
        self._listeners: list[Listener] = []
        self._closed = threading.Event()
        self._socket: ClientConnection | None = None
        self.session = ""
        """Which run of the server this is; another one after it was restarted."""
        self.backend = ""
        """Which model answers there."""

    def open(self) -> None:
        """Connect, and read from now on. Raises `ConnectionLost`, `ProtocolError`."""
        self._open()
        threading.Thread(target=self._read, name="lila-client", daemon=True).start()

    def close(self) -> None:
        """Leave; turns that run on the server go on there."""
        self._closed.set()
        socket = self._socket
        if socket is not None:
            socket.close()
        self._fail_all(ConnectionLost("this client was closed", code="closed"))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what happens outside turns; returns the way to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    # Queries

    def post(self, conversation: str, payload: Mapping[str, Any], *, again: bool = True) -> Pending:
        """Send a query; `next` gets what is answered, and `drop` ends it. Raises `ConnectionLost`."""
        if self._closed.is_set():
            raise ConnectionLost("this client was closed or gave up; connect again", code="closed")
        own, text = _query(conversation, payload)
        pending = Pending(own, conversation, text, again)
        with self._lock:
            self._pending[own] = pending
        self._send_if_open(text)  # if the line is down, it is sent when it is up again
        return pending

    def drop(self, pending: Pending) -> None:
        """Nobody waits for this any more."""
        with self._lock:
            self._pending.pop(pending.id, None)

    def tell(self, conversation: str, payload: Mapping[str, Any]) -> None:
        """Send a query whose answer nobody waits for, if the line is up."""
        self._send_if_open(_query(conversation, payload)[1])

    def next(self, pending: Pending, timeout_s: float | None) -> dict[str, Any]:
        """The next frame for it. Raises `ProtocolError` for a refusal, `ConnectionLost` when none comes."""
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
            if pending.accepted:
                continue
            if pending.again:
                self._send_if_open(pending.text)
            else:
                pending.inbox.put(
                    ConnectionLost("the line dropped before the answer came", code="unanswered")
                )

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

    def _accepted(self, pending: Pending, payload: Mapping[str, Any]) -> None:
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


def _query(conversation: str, payload: Mapping[str, Any]) -> tuple[str, str]:
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
