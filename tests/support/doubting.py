"""How a fact is held against what was said, in the tests of doubts."""

from __future__ import annotations

from lila.backends.decoding.doubts import doubts_about
from memory.grammar import Store

__all__ = ["doubts"]


def doubts(
    content: str,
    said: str,
    *before: str,
    namespace: str = "personal",
    answering: bool = False,
    exchange: str = "",
) -> float:
    """What it costs to store `content` of what was `said`, behind the contents `before`."""
    fact = Store(content, namespace, ("you", "x"), 0.9)
    return doubts_about(fact, before, said.split(), answering=answering, exchange=exchange.split())
