"""The harness as a server: it listens, judges handshakes, sweeps, and goes to sleep.

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
from http import HTTPStatus
from typing import Final

from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.http11 import Request, Response

from lila.config import Config
from lila.errors import ConfigError
from lila.events import Notice
from lila.server.auth import Doorkeeper, check_start
from lila.server.connection import Connection
from lila.server.hall import Hall
from lila.server.limits import Limits
from lila.server.turns import Core
from lila.server.wire import guarded_by
from training_log.records import new_id

__all__ = ["Harness", "serve"]

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
        self._hall: Hall
        self._server: Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises `ConfigError` if the address can't be had."""
        self._hall = Hall(self._core, self.limits, self.session)
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
                create_connection=guarded_by(limits.sockets),
            )
        except OSError as error:
            reason = error.strerror or error
            message = f"can't listen on {self._host}:{self._port} ({reason}); choose another with --port"
            raise ConfigError(message, place="server.port") from error
        address = self._server.sockets[0].getsockname()
        self.url = f"ws://{f'[{address[0]}]' if ':' in address[0] else address[0]}:{address[1]}"
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self, grace_s: float | None = None) -> None:
        """Tell the clients, finish or interrupt what runs (each within `grace_s`), and close."""
        server = self._server
        if server is None:
            return
        hall = self._hall
        if not hall.closing:
            hall.closing = True
            server.close(close_connections=False)
            hall.publish_outside(Notice("", hall.outside.last, "closing", "Lila is going to sleep."))
        await hall.turns.drain(self.limits.grace_s if grace_s is None else grace_s)
        for _ in range(20):  # what was said last is still on its way
            if all(session.sent for session in hall.here):
                break
            await asyncio.sleep(0.05)
        closing = [each.close(GOING_AWAY, "Lila is going to sleep") for each in list(server.connections)]
        await asyncio.gather(*closing, return_exceptions=True)
        if self._sweeper is not None:
            self._sweeper.cancel()
        hall.stop_listening()
        await server.wait_closed()

    @property
    def clients(self) -> int:
        """How many connections are open."""
        return len(self._hall.here)

    async def _client(self, socket: ServerConnection) -> None:
        await Connection(self._hall, self._doorkeeper, socket).live()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP_S, max(0.05, self.limits.resume_s / 2)))
            self._hall.streams.sweep(time.monotonic())

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
        crowded = (
            self._doorkeeper.needs_token and not bearer and self._hall.strangers >= self.limits.strangers
        )
        if self._hall.full or crowded:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many clients; try later.\n")
        return None
