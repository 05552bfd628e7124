"""The corpus of lila-nano: an endless, deterministic stream of short exchanges, all written by this code."""

from __future__ import annotations

from training_log.nano.corpus.example import Example, render
from training_log.nano.corpus.generate import examples

__all__ = ["Example", "examples", "render"]
