"""What Lila knows: a namespaced store in SQLite, recall, conflicts, forgetting and review."""

from __future__ import annotations

__all__: list[str] = []
