"""What the terminal talks to: a core in this process, or one that a server holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from lila import events

if TYPE_CHECKING:
    from lila.client import Client
    from lila.core import LilaCore

__all__ = ["Door", "LocalDoor", "RemoteDoor"]

Context = Mapping[str, object]
Listener = Callable[[events.Event], None]


class Door(Protocol):
    """A conversation, wherever its core lives."""

    @property
    def conversation(self) -> str:
        """Its name, which no other door has."""
        ...

    @property
    def greeting(self) -> str:
        """Which Lila answers here, in one line."""
        ...

    def turn(self, text: str, context: Context) -> Iterator[events.Event]:
        """Say ``text``; ``context`` holds mode and private."""
        ...

    def interrupt(self) -> None:
        """Stop the reply under way; safe from a signal handler."""
        ...

    def reset(self) -> None:
        """Forget what was said in this conversation (not what is remembered)."""
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear what happens outside turns, such as a timer; returns the way to stop."""
        ...


class LocalDoor:
    """A conversation with a core in this process."""

    def __init__(self, core: LilaCore) -> None:
        self.core = core
        self._conversation = _new_name()

    @property
    def conversation(self) -> str:
        return self._conversation

    @property
    def greeting(self) -> str:
        return f"Lila is awake ({self.core.describe_backend()})."

    def turn(self, text: str, context: Context) -> Iterator[events.Event]:
        return self.core.stream(text, {**context, "conversation": self.conversation})

    def interrupt(self) -> None:
        self.core.interrupt(self.conversation)

    def reset(self) -> None:
        self.core.reset(self.conversation)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        return self.core.subscribe(listener)


class RemoteDoor:
    """A conversation over the harness."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._conversation = _new_name()

    @property
    def conversation(self) -> str:
        return self._conversation

    @property
    def greeting(self) -> str:
        return f"Lila is awake at {self._address}."

    def turn(self, text: str, context: Context) -> Iterator[events.Event]:
        return self._client.stream(text, {**context, "conversation": self.conversation})

    def interrupt(self) -> None:
        self._client.interrupt(self.conversation)

    def reset(self) -> None:
        self._client.reset(self.conversation)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        return self._client.subscribe(listener)


def _new_name() -> str:
    return f"terminal-{uuid.uuid4().hex[:12]}"
