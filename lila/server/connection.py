"""The life of one connection: what it may send is read and handled, what is for it is written, and its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from lila.server import frames
from lila.server.auth import Doorkeeper
from lila.server.hall import Hall
from lila.server.protocol import PROTOCOL_VERSION, FrameError, Heartbeat, Query
from lila.server.queries import handle
from lila.server.session import Farewell, Session

__all__ = ["Connection"]

log = logging.getLogger(__name__)

_PARTING_S: Final = 2.0
"""For the last words to a client that must go."""


class Connection:
    """One client's socket, from the handshake to the end."""

    def __init__(self, hall: Hall, doorkeeper: Doorkeeper, socket: ServerConnection) -> None:
        self._hall, self._socket, self._doorkeeper = hall, socket, doorkeeper
        self._wake = asyncio.Event()
        self._session = Session(doorkeeper, hall.limits, self._wake.set, frames.missed)

    async def live(self) -> None:
        """Serve this client until it leaves, or must."""
        self._hall.here.add(self._session)
        writer = asyncio.get_running_loop().create_task(self._write())
        try:
            self._meet()
            await self._read()
        except Farewell as farewell:
            await self._dismiss(writer, farewell)
        except (ConnectionClosed, TimeoutError):
            pass
        except Exception:
            log.exception("a client's connection broke")
        finally:
            writer.cancel()
            self._hall.see_off(self._session)
            with suppress(asyncio.CancelledError, ConnectionClosed, TimeoutError):
                await writer

    def _meet(self) -> None:
        headers: Mapping[str, str] = self._socket.request.headers if self._socket.request else {}
        shown = bool(self._doorkeeper.bearer(headers.get("Authorization")))
        if shown or not self._doorkeeper.needs_token:
            self._hall.welcome(self._session, "")
        else:
            needed = {"do": "hello", "protocol": PROTOCOL_VERSION, "token": "needed"}
            self._session.answer(frames.unasked(needed))

    async def _read(self) -> None:
        deadline = asyncio.get_running_loop().time() + self._hall.limits.auth_s
        while True:
            try:
                async with asyncio.timeout_at(None if self._session.authorised else deadline):
                    raw = await self._socket.recv()
            except TimeoutError:
                message = f"no token came within {self._hall.limits.auth_s:g} seconds"
                raise Farewell(1008, FrameError("unauthorised", message)) from None
            try:
                await self._take(raw)
            except FrameError as error:
                self._session.answer(frames.error_frame(error))

    async def _take(self, raw: str | bytes) -> None:
        known = self._session.authorised
        frame = self._session.receive(raw, time.monotonic(), time.time())
        if isinstance(frame, Heartbeat):
            self._session.answer(frames.heartbeat(frame.id))
        elif not known:
            self._hall.welcome(self._session, frame.id)
        else:
            await self._handle(frame)

    async def _handle(self, query: Query) -> None:
        """A query that fails is answered; its fault is ours, and no reason to hang up."""
        try:
            await handle(self._hall, self._session, query)
        except FrameError as error:
            raise FrameError(
                error.code, error.message, re=query.id, conversation=query.conversation
            ) from None
        except Farewell:
            raise
        except Exception:
            log.exception("a query broke")
            message = "something broke in Lila; her log says what"
            raise FrameError("internal", message, re=query.id, conversation=query.conversation) from None

    async def _write(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while (text := self._session.next()) is not None:
                    async with asyncio.timeout(self._hall.limits.send_s):
                        await self._socket.send(text)
        except TimeoutError:
            log.info("a client took nothing for %g s and is cut off", self._hall.limits.send_s)
            self._socket.transport.abort()
        except ConnectionClosed:
            pass

    async def _dismiss(self, writer: asyncio.Task[None], farewell: Farewell) -> None:
        """Say why, as far as the client listens, and close."""
        writer.cancel()
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(_PARTING_S):
                with suppress(asyncio.CancelledError):
                    await writer
                while self._session.owes and (text := self._session.next()) is not None:
                    await self._socket.send(text)
                await self._socket.send(frames.error_frame(farewell.error))
        with suppress(ConnectionClosed):
            await self._socket.close(farewell.code, farewell.reason)
