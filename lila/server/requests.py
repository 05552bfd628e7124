"""What a client may ask: every query as a frozen value, named in a frame's `do` as its class is, in small letters.

The schema and the document are made from these, the bounds of their fields stand in `lila.server.bounds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, get_args

__all__ = [
    "QUERIES",
    "WITHOUT_CONVERSATION",
    "Ask",
    "Forget",
    "Hello",
    "Interrupt",
    "Leave",
    "Memories",
    "Mode",
    "Request",
    "Reset",
    "Resume",
    "State",
    "Why",
    "name_of",
]


@dataclass(frozen=True, slots=True)
class Hello:
    """Says who connects. Needed only where a token is, and could not be sent as a Bearer header."""

    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A turn: `text` is what the person says. The rest chooses for this turn; null is Lila's own choice."""

    text: str
    speaker: str | None = None
    persona: str | None = None
    mode: str | None = None
    private: bool = False
    settings: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Stops the conversation's turn. `said`: what was heard of it, where a voice knows better."""

    said: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Forgets what was said in the conversation, not what is remembered."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Follows the conversation again, from the event after number `after` of that `session`."""

    after: int
    session: str


@dataclass(frozen=True, slots=True)
class State:
    """Asks where the conversation stands."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Stops following the conversation; a turn that runs in it goes on."""


@dataclass(frozen=True, slots=True)
class Memories:
    """What is remembered, newest first; with `words`, what matches them, best first. At most `limit`, 200."""

    words: str = ""
    limit: int = 30


@dataclass(frozen=True, slots=True)
class Forget:
    """Forgets for good, in memory, diary and conversations. `what`: a memory's number, or words that plainly mean it."""

    what: str


@dataclass(frozen=True, slots=True)
class Why:
    """Asks what the conversation's last answer rests on."""


@dataclass(frozen=True, slots=True)
class Mode:
    """Asks whether there is the mode `name`, before a turn is said in it."""

    name: str


Request = Hello | Ask | Interrupt | Reset | Resume | State | Leave | Memories | Forget | Why | Mode


def name_of(kind: type[Request]) -> str:
    """What a frame's `do` says for such a query."""
    return kind.__name__.lower()


QUERIES: Final[Mapping[str, type[Request]]] = MappingProxyType(
    {name_of(kind): kind for kind in get_args(Request)}
)
WITHOUT_CONVERSATION: Final = ("hello", "resume", "memories", "forget", "mode")
"""`resume` without one follows what happens outside turns."""
