"""Lila in a process of her own, killed at a point of a turn."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from lila.core import LilaCore
from lila.turn import Turn
from lila.turn_shell import TurnShell
from training_log.journal import Journal

__all__ = ["POINTS", "killed"]


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(real: Callable[..., object]) -> Callable[..., object]:
    def run(*arguments: object, **named: object) -> None:
        real(*arguments, **named)
        die()

    return run


POINTS: dict[str, tuple[type, str, Callable[[Callable[..., object]], Callable[..., object]]]] = {
    "before the line": (Journal, "append", lambda real: die),
    "after the line": (Journal, "append", then_die),
    "before what follows forgetting": (LilaCore, "follow_forgetting", lambda real: die),
    "before the commit": (LilaCore, "follow_forgetting", then_die),
    "after the commit": (Turn, "applied", lambda real: die),
    "before it is reported done": (TurnShell, "_done", lambda real: die),
}


def killed(boot: Callable[[], LilaCore], said: str, point: str) -> None:
    """In a process of its own: say it, and be killed at this point of the turn."""
    child = os.fork()
    if child == 0:
        try:
            core = boot()
            owner, name, patched = POINTS[point]
            setattr(owner, name, patched(getattr(owner, name)))
            core.think(said)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
