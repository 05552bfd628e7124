"""What the terminal talks to: a conversation with a core in this process, or with one that a server holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from lila import events

if TYPE_CHECKING:
    from lila.client import Client
    from lila.core import LilaCore
    from lila.shelf import Forgotten, Shelved
    from lila.why import Why

__all__ = ["Door", "Lila", "Memory", "local_door", "remote_door"]

Context = Mapping[str, object]
Listener = Callable[[events.Event], None]


class Lila(Protocol):
    """Who answers: `LilaCore` is one, and so is a `Client`."""

    def stream(self, text: str, context: Context | None = None) -> Iterator[events.Event]: ...

    def interrupt(self, conversation: str) -> None: ...

    def reset(self, conversation: str) -> None: ...

    def subscribe(self, listener: Listener, /) -> Callable[[], None]: ...

    def why(self, conversation: str) -> Why: ...

    def check_mode(self, mode: str) -> None: ...


class Memory(Protocol):
    """What she remembers: a `Shelf` is one, and so is a `Client`."""

    def memories(self, words: str = "", limit: int = 30) -> Shelved: ...

    def forget(self, what: str) -> Forgotten: ...


class Door:
    """One conversation, wherever its Lila lives. `greeting` says which one answers, in a line."""

    def __init__(self, lila: Lila, memory: Memory, greeting: Callable[[], str]) -> None:
        self.lila, self.memory, self.greeting = lila, memory, greeting
        self.conversation = f"terminal-{uuid.uuid4().hex[:12]}"
        """Its name, which no other door has."""

    def turn(self, text: str, context: Context) -> Iterator[events.Event]:
        """Say ``text``; ``context`` holds mode and private."""
        return self.lila.stream(text, {**context, "conversation": self.conversation})

    def interrupt(self) -> None:
        """Stop the reply under way; safe from a signal handler."""
        self.lila.interrupt(self.conversation)

    def reset(self) -> None:
        """Forget what was said in this conversation (not what is remembered)."""
        self.lila.reset(self.conversation)

    def why(self) -> Why:
        """What the last answer here rests on."""
        return self.lila.why(self.conversation)


def local_door(core: LilaCore) -> Door:
    """A conversation with a core in this process."""
    from lila.shelf import Shelf

    return Door(core, Shelf(core), lambda: f"Lila is awake ({core.describe_backend()}).")


def remote_door(client: Client, address: str) -> Door:
    """A conversation over the harness."""
    return Door(client, client, lambda: f"Lila is awake at {address}.")
