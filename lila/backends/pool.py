"""One warm session per conversation, as many as memory allows; the least recently used makes room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from lila.errors import BackendError

__all__ = ["SessionPool"]


class _Closable(Protocol):
    def close(self) -> None: ...


SessionT = TypeVar("SessionT", bound=_Closable)


class SessionPool(Generic[SessionT]):
    """Lends sessions by conversation. A session that is lent belongs to its borrower alone."""

    def __init__(self, make: Callable[[], SessionT], limit: int) -> None:
        """At most `limit` idle sessions are kept."""
        self._make = make
        self._limit = limit
        self._idle: OrderedDict[str, SessionT] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def lend(self, conversation: str) -> Iterator[SessionT]:
        """The conversation's session, or a new one. One whose use failed is not kept."""
        session = self._take(conversation)
        try:
            yield session
        except GeneratorExit:  # generation was stopped early: the session is sound
            self._give_back(conversation, session)
            raise
        except BaseException:
            session.close()
            raise
        self._give_back(conversation, session)

    def close(self) -> None:
        """Close every idle session; those that are lent close when they come back."""
        with self._lock:
            self._closed = True
            idle = list(self._idle.values())
            self._idle.clear()
        for session in idle:
            session.close()

    def _take(self, conversation: str) -> SessionT:
        with self._lock:
            if self._closed:
                raise BackendError("closed", "this model was closed; start Lila again")
            session = self._idle.pop(conversation, None)
            spare = (
                self._idle.popitem(last=False)[1]
                if session is None and len(self._idle) >= self._limit
                else None
            )
        if spare is not None:  # before a new one is made, so that memory never holds one too many
            spare.close()
        return self._make() if session is None else session

    def _give_back(self, conversation: str, session: SessionT) -> None:
        with self._lock:
            extra = session if self._closed else self._idle.pop(conversation, None)
            if not self._closed:
                self._idle[conversation] = session
                if len(self._idle) > self._limit:
                    extra = self._idle.popitem(last=False)[1]
        if extra is not None:
            extra.close()
