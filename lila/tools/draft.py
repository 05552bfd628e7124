"""What the tools of one turn read, and what they would change: held back until the turn's line is on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from memory.grammar import Op

__all__ = ["Change", "Draft"]

Change = Callable[[sqlite3.Connection], object]
"""A change of the shelf. It may be tried and taken back any number of times before it is made."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes of one turn in their order. A turn that fails or is interrupted just drops it."""

    changes: list[Change] = field(default_factory=list)
    """Of lists and timers; the tools of the same turn see them as made (`Shelf.rows_after`)."""
    ops: list[Op] = field(default_factory=list)
    """Memory operations, for the turn to propose as its own."""
    read: set[int] = field(default_factory=set)
    """Memories that were read out: forgotten, they take what was said with them."""

    def take_ops(self) -> tuple[Op, ...]:
        """The operations that were not taken yet."""
        taken = tuple(self.ops)
        self.ops.clear()
        return taken
