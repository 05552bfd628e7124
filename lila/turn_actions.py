"""What a turn asks of the world and what it hears back: the values that the turn machine and its shell exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lila.events import Event, MemoryOp
from memory import grammar

__all__ = [
    "Action",
    "Applied",
    "Apply",
    "Call",
    "Generate",
    "Look",
    "Preview",
    "Proposed",
    "Settlement",
    "Step",
    "Stop",
    "ToolUse",
    "Verdict",
    "memory_op",
    "sanitise",
]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A writing operation of this turn, with the block as the model wrote it."""

    op: grammar.Op
    raw: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call of this turn and what it gave back."""

    name: str
    arguments: Mapping[str, str]
    result: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of an operation. A `reply` replaces what the model says about it.

    `op` replaces the operation itself, where a slip in copying was mended; the reply is then its plain
    acknowledgement, for the model's would repeat the slip. `drop` forgets the operation: there was no claim.
    `settles` says that this operation settles the open question (`Settlement`).
    """

    fate: str
    reply: str | None = None
    op: grammar.Op | None = None
    drop: bool = False
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the person's own words decide about the question that Lila asked, and how she thanks for it."""

    op: grammar.Conflict
    reply: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an operation."""

    fate: str
    ids: tuple[int, ...] = ()
    namespace: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Generate:
    """Start generating, the reply so far being `continuation`; drop any generation under way."""

    continuation: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Ask the store what would become of `op`; answer with `previewed`."""

    op: grammar.Op


@dataclass(frozen=True, slots=True)
class Look:
    """Recall for the model; answer with `looked`."""

    op: grammar.Recall


@dataclass(frozen=True, slots=True)
class Call:
    """Run a tool; answer with `returned`."""

    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stop:
    """The reply is complete: drop the generation under way, then call `ended`."""


@dataclass(frozen=True, slots=True)
class Apply:
    """Apply these in one transaction; answer with `applied`, one each."""

    proposed: tuple[Proposed, ...]


Action = Generate | Preview | Look | Call | Stop | Apply


@dataclass(frozen=True, slots=True)
class Step:
    """What a feeding brought about, in order: events to pass on, then actions to carry out."""

    events: tuple[Event, ...] = ()
    actions: tuple[Action, ...] = ()


def sanitise(text: str) -> str:
    """Text from people, memories and tools can't hold a special token: `<|` becomes `< |`."""
    return text.replace("<|", "< |")


def memory_op(op: grammar.Op) -> MemoryOp:
    """The operation as doors see it."""
    kind = type(op).__name__.lower()
    match op:
        case grammar.Store() | grammar.Consolidate() | grammar.Episode():
            return MemoryOp(kind, namespace=op.namespace, content=op.content, tags=op.tags)
        case grammar.Reflect():
            return MemoryOp(kind, content=op.content)
        case grammar.Recall():
            return MemoryOp(kind, namespace=op.namespace or "", query=op.query)
        case grammar.Forget():
            return MemoryOp(kind, query=op.query if op.query is not None else f"memory {op.id}")
        case grammar.Conflict():
            return MemoryOp(kind, description=op.description, resolution=op.resolution)
