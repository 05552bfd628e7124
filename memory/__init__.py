"""What Lila knows: a namespaced store in SQLite, recall, conflicts, forgetting and review."""

from __future__ import annotations

from memory.errors import LilaMemoryError
from memory.model import Memory, OpContext, Outcome, Recalled
from memory.store import Store

__all__ = ["LilaMemoryError", "Memory", "OpContext", "Outcome", "Recalled", "Store"]
