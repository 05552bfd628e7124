"""The harness's asyncio shell: sockets, clocks and tasks around `session`, `resume` and `turns`.

It stands on `websockets` alone and not on an ASGI server: this port speaks WebSocket and nothing else, pings,
size limits and the handshake's checks are then one library's, and nothing lies between a token and its frame.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from lila.config import Config
from lila.errors import ConfigError
from lila.events import Event, Notice, to_json
from lila.server.auth import Doorkeeper, check_start
from lila.server.limits import Limits
from lila.server.protocol import (
    PROTOCOL_VERSION,
    Ask,
    Frame,
    FrameError,
    Heartbeat,
    Hello,
    Interrupt,
    Leave,
    Query,
    Reset,
    Resume,
    State,
)
from lila.server.resume import Stream, Streams
from lila.server.session import TRY_LATER, Farewell, Session, zero_state
from lila.server.turns import Core, Turns, follow_reply
from training_log.records import new_id

__all__ = ["Harness", "serve"]

log = logging.getLogger(__name__)

_wire = logging.getLogger("lila.server.wire")
# The library would log what people say (DEBUG), and a traceback for every broken handshake (ERROR).
_wire.setLevel(logging.CRITICAL)

_SWEEP_S: Final = 15.0
GOING_AWAY: Final = 1001


def serve(
    config: Config,
    core: Core,
    *,
    host: str | None = None,
    port: int | None = None,
    token: str | None = None,
    ready: Callable[[str], None] | None = None,
    limits: Limits | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; a second one doesn't wait for running turns.

    What is None comes from `config.server`. `ready` is called once with the URL. Raises `ConfigError` where it
    may not listen (no token, the port is taken).
    """
    asyncio.run(_serve(Harness(config, core, host=host, port=port, token=token, limits=limits), ready))


async def _serve(harness: Harness, ready: Callable[[str], None] | None) -> None:
    stop, hurry = asyncio.Event(), asyncio.Event()

    def asked_to_stop() -> None:
        (hurry if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
            loop.add_signal_handler(number, asked_to_stop)
    await harness.start()
    if ready is not None:
        ready(harness.url)
    await stop.wait()
    closing = asyncio.ensure_future(harness.stop())
    hurried = asyncio.ensure_future(hurry.wait())
    await asyncio.wait((closing, hurried), return_when=asyncio.FIRST_COMPLETED)
    if not closing.done():
        await harness.stop(grace_s=0.0)
    hurried.cancel()
    await closing


class Harness:
    """The server. `start` and `stop` it on one event loop; what is None comes from `config.server`."""

    def __init__(
        self,
        config: Config,
        core: Core,
        *,
        host: str | None = None,
        port: int | None = None,
        token: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        own = config.server
        self.limits = limits or Limits.of(own)
        self.session = new_id()
        """One run of the server: event numbers of another one mean nothing."""
        self.url = ""
        """Where it listens; known once it is started."""
        self._host = own.host if host is None else host
        self._port = own.port if port is None else port
        self._doorkeeper = Doorkeeper(self._host, own.token if token is None else token, own.origins)
        check_start(self._host, self._doorkeeper.token)
        self._core = core
        keep = (self.limits.kept_events, self.limits.kept_bytes)
        self._streams = Streams(self.limits.conversations, *keep, self.limits.resume_s)
        self._outside = Stream("", *keep)
        self._clients: dict[ServerConnection, Session] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._closing = False
        self._server: Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listen. Raises `ConfigError` if the address can't be had."""
        self._loop = asyncio.get_running_loop()
        self._turns = Turns(self._core, self.limits, self._publish)
        limits = self.limits
        try:
            self._server = await listen(
                self._client,
                self._host,
                self._port,
                process_request=self._greet,
                compression=None,
                server_header=None,
                open_timeout=limits.auth_s,
                ping_interval=limits.ping_s,
                ping_timeout=limits.ping_s,
                close_timeout=2,
                max_size=limits.frame_bytes,
                max_queue=16,
                logger=_wire,
            )
        except OSError as error:
            reason = error.strerror or error
            message = f"can't listen on {self._host}:{self._port} ({reason}); choose another with --port"
            raise ConfigError(message, place="server.port") from error
        address = self._server.sockets[0].getsockname()
        self.url = f"ws://{f'[{address[0]}]' if ':' in address[0] else address[0]}:{address[1]}"
        self._tasks.append(self._loop.create_task(self._sweep()))

    async def stop(self, grace_s: float | None = None) -> None:
        """Tell the clients, finish or interrupt what runs (each within `grace_s`), and close."""
        server = self._server
        if server is None:
            return
        if not self._closing:
            self._closing = True
            server.close(close_connections=False)
            self._publish_outside(Notice("", self._outside.last, "closing", "Lila is going to sleep."))
        await self._turns.drain(self.limits.grace_s if grace_s is None else grace_s)
        for _ in range(20):  # what was said last is still on its way
            if all(session.sent for session in self._clients.values()):
                break
            await asyncio.sleep(0.05)
        closing = [client.close(GOING_AWAY, "Lila is going to sleep") for client in list(self._clients)]
        await asyncio.gather(*closing, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        await server.wait_closed()

    # The handshake

    def _greet(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            host, origin = request.headers.get("Host"), request.headers.get("Origin")
            bearer = self._doorkeeper.bearer(request.headers.get("Authorization"))
        except LookupError:  # a header twice
            return connection.respond(HTTPStatus.BAD_REQUEST, "Send Host, Origin and Authorization once.\n")
        if not self._doorkeeper.allows_host(host):
            return connection.respond(HTTPStatus.FORBIDDEN, "This Host is not this machine's name.\n")
        if not self._doorkeeper.allows_origin(origin, host):
            message = "Pages of this origin may not connect; list it in server.origins if they should.\n"
            return connection.respond(HTTPStatus.FORBIDDEN, message)
        if bearer is False:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "This is not the token.\n")
        strangers = sum(not session.authorised for session in self._clients.values())
        if self._full() or (
            self._doorkeeper.needs_token and not bearer and strangers >= self.limits.strangers
        ):
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many clients; try later.\n")
        return None

    def _full(self) -> bool:
        return sum(session.authorised for session in self._clients.values()) >= self.limits.clients

    # One client

    async def _client(self, connection: ServerConnection) -> None:
        wake = asyncio.Event()
        headers = connection.request.headers if connection.request else {}
        authorised = not self._doorkeeper.needs_token or bool(
            self._doorkeeper.bearer(headers.get("Authorization"))
        )
        session = Session(self._doorkeeper, self.limits, wake.set, self._missed)
        self._clients[connection] = session
        writer = self._loop.create_task(self._write(connection, session, wake))
        try:
            if authorised:
                self._welcome(session, "")
            else:
                token = {"do": "hello", "protocol": PROTOCOL_VERSION, "token": "needed"}
                self._send(session, "response", token)
            await self._read(connection, session)
        except Farewell as farewell:
            await self._dismiss(connection, writer, farewell)
        except (ConnectionClosed, TimeoutError):
            pass
        except Exception:
            log.exception("a client's connection broke")
        finally:
            writer.cancel()
            session.leave_all(time.monotonic())
            del self._clients[connection]
            self._mind_the_door()
            with suppress(asyncio.CancelledError, ConnectionClosed, TimeoutError):
                await writer

    async def _read(self, connection: ServerConnection, session: Session) -> None:
        deadline = self._loop.time() + self.limits.auth_s
        while True:
            try:
                async with asyncio.timeout_at(None if session.authorised else deadline):
                    raw = await connection.recv()
            except TimeoutError:
                message = f"no token came within {self.limits.auth_s:g} seconds"
                raise Farewell(1008, FrameError("unauthorised", message)) from None
            was = session.authorised
            try:
                frame = session.receive(raw, time.monotonic(), time.time())
                if isinstance(frame, Heartbeat):
                    self._send(session, "heartbeat", {}, re=frame.id)
                elif not was:
                    self._welcome(session, frame.id)
                else:
                    await self._handle(session, frame)
            except FrameError as error:
                self._refuse(session, error)

    async def _write(self, connection: ServerConnection, session: Session, wake: asyncio.Event) -> None:
        try:
            while True:
                await wake.wait()
                wake.clear()
                while (text := session.next()) is not None:
                    async with asyncio.timeout(self.limits.send_s):
                        await connection.send(text)
        except TimeoutError:
            log.info("a client took nothing for %g s and is cut off", self.limits.send_s)
            connection.transport.abort()
        except ConnectionClosed:
            pass

    async def _dismiss(
        self, connection: ServerConnection, writer: asyncio.Task[None], farewell: Farewell
    ) -> None:
        """Say why, as far as the client listens, and close."""
        writer.cancel()
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(2):
                with suppress(asyncio.CancelledError):
                    await writer
                await connection.send(self._error_frame(farewell.error))
        with suppress(ConnectionClosed):
            await connection.close(farewell.code, farewell.error.message[:100])

    def _welcome(self, session: Session, re: str) -> None:
        if self._full():
            session.authorised = False
            raise Farewell(TRY_LATER, FrameError("backpressure", "too many clients; try later", re=re))
        session.authorised = True
        session.follow(self._outside, self._outside.last)
        self._answer_hello(session, re)
        self._mind_the_door()

    def _mind_the_door(self) -> None:
        """Hear of timers only while somebody is here: else the core keeps them for the next who comes."""
        present = any(session.authorised for session in self._clients.values())
        if present and self._unsubscribe is None:
            self._unsubscribe = self._core.subscribe(self._from_outside)
        elif not present and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    # Queries

    async def _handle(self, session: Session, query: Query) -> None:
        match query.request:
            case Hello():
                self._answer_hello(session, query.id)
            case Ask() as ask:
                self._ask(session, query, ask)
            case Interrupt(said):
                stream = self._streams.get(query.conversation)
                done = stream is not None and self._turns.interrupt(stream, said)
                self._respond(session, query, {"interrupted": done})
            case Reset():
                await self._reset(session, query)
            case Resume() as resume:
                self._resume(session, query, resume)
            case State():
                stream = self._streams.get(query.conversation)
                self._respond(session, query, {"state": stream.state() if stream else zero_state()})
            case Leave():
                left = session.leave(query.conversation, time.monotonic())
                self._respond(session, query, {"left": left})

    def _answer_hello(self, session: Session, re: str) -> None:
        limits = self.limits
        payload = {
            "do": "hello",
            "protocol": PROTOCOL_VERSION,
            "session": self.session,
            "seq": self._outside.last,
            "backend": self._core.describe_backend(),
            "limits": {
                "frame_bytes": limits.frame_bytes,
                "frames_per_minute": limits.frames_per_minute,
                "conversations": limits.conversations_per_client,
                "kept_events": limits.kept_events,
                "resume_s": limits.resume_s,
                "ping_s": limits.ping_s,
            },
        }
        self._send(session, "response", payload, re=re)

    def _ask(self, session: Session, query: Query, ask: Ask) -> None:
        if self._closing:
            raise FrameError(
                "closing", "Lila is going to sleep", re=query.id, conversation=query.conversation
            )
        stream = self._streams.open(query.conversation, time.monotonic())
        if stream is None:
            message = f"{self.limits.conversations} conversations are in use; try later"
            raise FrameError("backpressure", message, re=query.id, conversation=query.conversation)
        seq = stream.asked.get(query.id)
        if seq is not None:
            self._ask_again(session, query, stream, seq)
            return
        followed, seq = session.follows(stream), stream.last
        try:
            if not followed:
                session.follow(stream, seq)
            self._turns.start(stream, query, ask)
        except FrameError as error:
            if not followed:
                session.leave(stream.name, time.monotonic())
            raise FrameError(error.code, error.message, re=query.id, conversation=stream.name) from None
        stream.accept(query.id)
        self._respond(session, query, {"seq": seq, "repeated": False}, eof=False)

    def _ask_again(self, session: Session, query: Query, stream: Stream, seq: int) -> None:
        """The query came before, over a line that dropped: its events are sent, its turn is not run again."""
        if session.follows(stream) or stream.holds_after(seq):
            if not session.follows(stream):
                session.follow(stream, seq)
            self._respond(session, query, {"seq": seq, "repeated": True}, eof=False)
            return
        session.follow(stream, stream.last)
        self._expired(session, query, "the events of this turn are no longer kept", stream.state())

    async def _reset(self, session: Session, query: Query) -> None:
        stream = self._streams.get(query.conversation)
        if stream is not None and stream.running:
            message = "this conversation is still answering; interrupt it first"
            raise FrameError("backpressure", message, re=query.id, conversation=query.conversation)
        await asyncio.to_thread(self._core.reset, query.conversation)
        self._respond(session, query, {"reset": True})

    def _resume(self, session: Session, query: Query, resume: Resume) -> None:
        stream = self._streams.get(query.conversation) if query.conversation else self._outside
        if stream is None:
            self._expired(session, query, "this conversation is not known here", zero_state())
            return
        whole = resume.session == self.session and stream.holds_after(resume.after)
        try:
            session.follow(stream, resume.after if whole else stream.last)
        except FrameError as error:
            raise FrameError(error.code, error.message, re=query.id, conversation=stream.name) from None
        if whole:
            self._respond(session, query, {"state": stream.state()})
        else:
            message = "the events after that one are no longer kept; go on from the state"
            self._expired(session, query, message, stream.state())

    # Frames

    def _expired(self, session: Session, query: Query, message: str, state: dict[str, Any]) -> None:
        error = FrameError("expired", message, re=query.id, conversation=query.conversation)
        session.answer(self._error_frame(error, state))

    def _refuse(self, session: Session, error: FrameError) -> None:
        session.answer(self._error_frame(error))

    def _respond(self, session: Session, query: Query, payload: dict[str, Any], *, eof: bool = True) -> None:
        full = {"do": query.request.do, **payload}
        frame = Frame("response", new_id(), _now(), full, query.id, query.conversation, 0, eof)
        session.answer(frame.encode())

    def _send(self, session: Session, kind: Any, payload: dict[str, Any], *, re: str = "") -> None:
        session.answer(Frame(kind, new_id(), _now(), payload, re).encode())

    def _error_frame(self, error: FrameError, state: dict[str, Any] | None = None) -> str:
        payload: dict[str, Any] = {"code": error.code, "message": error.message}
        if state is not None:
            payload["state"] = state
        return Frame("error", new_id(), _now(), payload, error.re, error.conversation).encode()

    def _missed(self, stream: Stream) -> str:
        message = "you read too slowly, and events were dropped for you; go on from the state"
        return self._error_frame(
            FrameError("backpressure", message, re=stream.running, conversation=stream.name), stream.state()
        )

    def _publish(self, stream: Stream, query: Query, event: Event, last: bool) -> None:
        follow_reply(stream, event)
        payload = to_json(event)
        if last:
            stream.idle_since = time.monotonic()
        stream.publish(
            lambda seq: Frame("event", new_id(), _now(), payload, query.id, stream.name, seq, last).encode()
        )

    def _from_outside(self, event: Event) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._publish_outside, event)

    def _publish_outside(self, event: Event) -> None:
        payload = to_json(event)
        self._outside.publish(
            lambda seq: Frame("event", new_id(), _now(), payload, "", "", seq, True).encode()
        )

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP_S, max(0.05, self.limits.resume_s / 2)))
            self._streams.sweep(time.monotonic())


def _now() -> datetime:
    return datetime.now(UTC)
