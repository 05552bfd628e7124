"""How Lila hears and speaks: a pipeline of stages. No stage ships yet; the terminal and the harness are her doors."""

from __future__ import annotations

__all__: tuple[str, ...] = ()
