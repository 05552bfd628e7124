"""What a socket may cost before its frames mean anything: sockets, unread bytes, fragments.

The library bounds the size of a message and the number of messages. It doesn't bound how many sockets wait for
their handshake, how many answers to pings pile up for a client that reads nothing, nor, before its version 17,
how many empty fragments a message may have: each costs memory for nothing that a client ever says.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

__all__ = ["MAX_FRAGMENTS", "MAX_UNREAD", "guarded_by"]

MAX_UNREAD: Final = 8 * 1024 * 1024
"""Bytes that wait to be read by a client; one frame of ours is far smaller."""
MAX_FRAGMENTS: Final = 1024
"""Of one message; 64 bytes each make the largest frame."""


def guarded_by(most: int) -> type[ServerConnection]:
    """The connections of one server: at most `most` sockets at once, also those without a handshake yet."""

    class Guarded(_Guarded):
        _sockets: ClassVar[set[ServerConnection]] = set()
        _most = most

    return Guarded


class _Guarded(ServerConnection):
    _sockets: ClassVar[set[ServerConnection]]
    _most: ClassVar[int]
    _fragments = 0
    """Of the message that comes in now."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._sockets.add(self)
        if len(self._sockets) > self._most:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._sockets.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_write_buffer_size() > MAX_UNREAD:
            self.transport.abort()

    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._fragments = 0 if event.fin else self._fragments + 1
            if self._fragments > MAX_FRAGMENTS:
                self.transport.abort()
                return
        super().process_event(event)
