"""What a turn leaves in the memory, so that it can be compared with what it should leave.

Operations written differently may come to the same: a value that was told as news is found to contradict a
remembered one, a contradiction between things that have nothing in common is none. What counts in the end is what
the memory holds, so the operations that a model wrote and those that are right are applied to two equal stores.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from memory.grammar import Conflict, Op
from memory.model import OpContext
from memory.store import OWNER, Store

__all__ = ["Held", "memory_after"]

Held = frozenset[tuple[str, str, str]]
"""(text, namespace, state) of every memory that isn't superseded or forgotten."""

NOW = 1_790_000_000.0
"""When every such turn is said, so that "tomorrow" is the same day in both stores."""


def memory_after(messages: Sequence[tuple[str, str]], ops: Sequence[Op], right: Sequence[Op]) -> Held:
    """What the memory holds once `ops` are applied to the lines that the turn was shown.

    `messages` are (role, content) with the current utterance last. Where what is `right` settles an open question,
    that question is opened first.
    """
    lines = [
        line.partition("] ")[2]
        for role, content in messages
        if role == "memory"
        for line in content.splitlines()
    ]
    said = [content for role, content in messages if role == "user"]
    with (
        tempfile.TemporaryDirectory(prefix="lila-effects-") as folder,
        Store(Path(folder) / "memory.db", clock=lambda: NOW) as store,
    ):
        for line in lines:
            store.add("personal", line)
        for op in right:
            if isinstance(op, Conflict) and op.resolution != "ask":
                asked = Conflict(op.description, "ask", op.severity, op.type)
                store.apply([asked], OpContext("before", OWNER, op.description.partition(" / ")[2]))
        store.apply(list(ops), OpContext("turn", OWNER, said[-1], recent=tuple(said[:-1])))
        return frozenset((each.text, each.namespace, each.state) for each in store.list())
