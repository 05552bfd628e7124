"""What a client may ask: every query as a frozen value. The schema and the document are made from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

__all__ = [
    "MAX_NAME",
    "MAX_SETTING",
    "MAX_SETTINGS",
    "MAX_SETTING_TEXT",
    "NOT_EMPTY",
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
    "longest",
    "span",
]

MAX_NAME: Final = 128
MAX_SETTINGS: Final = 32
MAX_SETTING_TEXT: Final = 1024
MAX_SETTING: Final = 2**53
"""No setting is near it; an integer of a thousand digits would overflow where it is used."""
_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"text": 32_768, "token": 32_768, "said": 32_768, "words": 1024, "what": 1024}
)
_SPANS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"limit": (1, 200)})
NOT_EMPTY: Final = ("text", "what")
"""Text fields that must hold more than blanks."""


def longest(name: str) -> int:
    """How many characters the text field `name` may have."""
    return _LONGEST.get(name, MAX_NAME)


def span(name: str) -> tuple[int, int]:
    """Least and greatest value of the whole number `name`; every JSON reader can hold them."""
    return _SPANS.get(name, (0, 2**53 - 1))


@dataclass(frozen=True, slots=True)
class Hello:
    """Says who connects. Needed only where a token is, and could not be sent as a Bearer header."""

    do: ClassVar[str] = "hello"
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A turn: `text` is what the person says. The rest chooses for this turn; null is Lila's own choice."""

    do: ClassVar[str] = "ask"
    text: str
    speaker: str | None = None
    persona: str | None = None
    mode: str | None = None
    private: bool = False
    settings: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Stops the conversation's turn. `said`: what was heard of it, where a voice knows better."""

    do: ClassVar[str] = "interrupt"
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Forgets what was said in the conversation, not what is remembered."""

    do: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True)
class Resume:
    """Follows the conversation again, from the event after number `after` of that `session`."""

    do: ClassVar[str] = "resume"
    after: int
    session: str


@dataclass(frozen=True, slots=True)
class State:
    """Asks where the conversation stands."""

    do: ClassVar[str] = "state"


@dataclass(frozen=True, slots=True)
class Leave:
    """Stops following the conversation; a turn that runs in it goes on."""

    do: ClassVar[str] = "leave"


@dataclass(frozen=True, slots=True)
class Memories:
    """What is remembered, newest first; with `words`, what matches them, best first. At most `limit`, 200."""

    do: ClassVar[str] = "memories"
    words: str = ""
    limit: int = 30


@dataclass(frozen=True, slots=True)
class Forget:
    """Forgets for good, in memory, diary and conversations. `what`: a memory's number, or words that plainly mean it."""

    do: ClassVar[str] = "forget"
    what: str


@dataclass(frozen=True, slots=True)
class Why:
    """Asks what the conversation's last answer rests on."""

    do: ClassVar[str] = "why"


@dataclass(frozen=True, slots=True)
class Mode:
    """Asks whether there is the mode `name`, before a turn is said in it."""

    do: ClassVar[str] = "mode"
    name: str


Request = Hello | Ask | Interrupt | Reset | Resume | State | Leave | Memories | Forget | Why | Mode
QUERIES: Final[Mapping[str, type[Request]]] = MappingProxyType(
    {
        kind.do: kind
        for kind in (Hello, Ask, Interrupt, Reset, Resume, State, Leave, Memories, Forget, Why, Mode)
    }
)
WITHOUT_CONVERSATION: Final = ("hello", "resume", "memories", "forget", "mode")
"""`resume` without one follows what happens outside turns."""
