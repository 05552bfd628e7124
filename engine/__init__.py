"""Lila's native inference engine: GGUF models of the Llama architecture, sessions, sampling, grammars.

Names are imported when they are first used, so that `import engine` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.constraint import Constraint, Grammar, compile_constraint
    from engine.errors import EngineError
    from engine.model import Model
    from engine.sampling import Sampling
    from engine.session import Decoded, Session
    from engine.template import ChatTemplate
    from engine.tokenizer import Tokenizer

__all__ = [
    "ChatTemplate",
    "Constraint",
    "Decoded",
    "EngineError",
    "Grammar",
    "Model",
    "Sampling",
    "Session",
    "Tokenizer",
    "compile_constraint",
]

_HOMES = {
    "ChatTemplate": "engine.template",
    "Constraint": "engine.constraint",
    "Decoded": "engine.session",
    "EngineError": "engine.errors",
    "Grammar": "engine.constraint",
    "Model": "engine.model",
    "Sampling": "engine.sampling",
    "Session": "engine.session",
    "Tokenizer": "engine.tokenizer",
    "compile_constraint": "engine.constraint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
