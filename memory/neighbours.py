"""What was said around a memory is found with it: the turns before are there when it is stored, these come after."""

from __future__ import annotations

import json
from collections.abc import Sequence

from memory.model import APPROVED, CONTESTED, PENDING
from memory.rows import Rows

TURNS = 2
"""How many turns on each side are a memory's context."""
CONTEXT_CHARS = 400
"""How much of each turn is kept: enough to find a memory by, not a pasted page."""


def line_of(text: str) -> str:
    """A turn's words as one line of a context."""
    return " ".join(text.split())[:CONTEXT_CHARS]


def said_after(rows: Rows, turns: Sequence[str], text: str) -> None:
    """The writer's memories from these turns may be found by `text` too, which was said next.

    No change in the sense of the history: nothing that a memory says is touched, and undoing works as before.
    """
    line = line_of(text)
    known = rows.db.execute(
        "SELECT id, context FROM memories WHERE source_turn IN (SELECT value FROM json_each(?)) AND owner = ? "
        "AND state IN (?, ?, ?)",
        [json.dumps(list(turns)), rows.actor, APPROVED, CONTESTED, PENDING],
    ).fetchall()
    for row in known:
        if line and line not in row["context"].split("\n"):
            rows.surround(row["id"], f"{row['context']}\n{line}".strip())
