"""The corpus of lila-nano: an endless, deterministic stream of short exchanges, all written by this code.

Names are imported when they are first used: a conversation needs the replies of small talk, not the grammars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training_log.nano.corpus.example import Example, render
    from training_log.nano.corpus.generate import examples, lessons

__all__ = ["Example", "examples", "lessons", "render"]

_HOMES = {
    "Example": "training_log.nano.corpus.example",
    "examples": "training_log.nano.corpus.generate",
    "lessons": "training_log.nano.corpus.generate",
    "render": "training_log.nano.corpus.example",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'training_log.nano.corpus' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
