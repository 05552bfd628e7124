"""The values that go in and out of the store. All times are seconds since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from memory.grammar import Op

PENDING, APPROVED, SUPERSEDED, CONTESTED, FORGOTTEN = STATES = (
    "pending", "approved", "superseded", "contested", "forgotten",
)  # fmt: skip
FATES = ("applied", "strengthened", "contested", "resolved", "superseded", "forgotten", "pending", "refused")
KINDS = ("fact", "episode", "reflection")
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Memory:
    """One remembered thing."""

    id: int
    text: str
    """As Lila would say it to its owner; empty once forgotten."""
    namespace: str
    home: str
    """The namespace it belongs to when it isn't contested."""
    subject: str
    attribute: str
    kind: str
    owner: str
    audience: tuple[str, ...]
    """Who else may know it; ("*",) is everyone at home."""
    source_turn: str
    source_text: str
    """The person's own words."""
    learned_at: float
    valid_from: float
    valid_to: float | None
    """When it stopped being true; None while it holds."""
    confidence: float
    """As it was when last used; `strength` is what is left of it."""
    strength: float
    """Confidence after fading, computed when read and never written."""
    uses: int
    repeats: int
    used_at: float
    state: str
    reason: str
    """Why it is in this state, for people."""
    superseded_by: int | None
    conflict: int | None
    """Memories that disagree share this number."""
    version: int


@dataclass(frozen=True, slots=True)
class OpContext:
    """Where operations come from: the turn, who spoke, and the words that may support a memory."""

    turn_id: str
    speaker: str
    source_text: str
    """The person's own words in this turn; for untrusted text, that text."""
    trusted: bool = True
    """False for tool output, web pages and other people's words: nothing of it is approved by itself."""
    recent: tuple[str, ...] = ()
    """What the person said in the turns before, oldest first."""
    said_at: float | None = None
    """When it was said, seconds since the epoch; None is now."""
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation."""

    op: Op
    fate: str
    """One of `FATES`."""
    ids: tuple[int, ...] = ()
    """The memories concerned, the one that now holds first."""
    message: str = ""
    """A sentence for the person, or the reason."""
    namespace: str | None = None
    turns: tuple[str, ...] = ()
    """After forgetting: the turns whose words must be redacted from the log."""
    recalled: tuple[Recalled, ...] = ()


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory that is relevant to a query; `score` lies between 0 and 1."""

    memory: Memory
    score: float


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """Claims that disagree until someone decides, oldest first."""

    id: int
    memories: tuple[Memory, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a memory's history. `before` and `after` are its fields then; None when forgotten since."""

    id: int
    group: int
    """Changes of one operation share this number and are undone together."""
    memory: int
    at: float
    action: str
    actor: str
    turn: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    undone: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A memory with its history and whatever it disagrees with."""

    memory: Memory
    history: tuple[Change, ...]
    disagrees_with: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: numbers of rows, and for each refused one its position and the reason."""

    imported: int
    known: int
    refused: tuple[tuple[int, str], ...] = field(default_factory=tuple)
