"""The queries about what Lila remembers and why she answered so. They wait for the disk: run them in a thread."""

from __future__ import annotations

from typing import Any

from lila.errors import BadValue, NotAwake
from lila.plain import plain
from lila.server.answers import Account, ModeKnown
from lila.server.protocol import FrameError
from lila.server.requests import Forget, Memories, Mode, Why
from lila.server.turns import Core
from lila.shelf import Forgotten, Shelf, Shelved
from memory.errors import LilaMemoryError
from training_log.errors import TrainingLogError

__all__ = ["answer_about_memory"]


def answer_about_memory(
    core: Core, request: Memories | Forget | Why | Mode, conversation: str
) -> dict[str, Any]:
    """The payload that answers. Raises `FrameError`."""
    try:
        answer: dict[str, Any] = plain(_answer(core, request, conversation))
    except (LilaMemoryError, TrainingLogError) as error:
        raise FrameError("memory", str(error)) from error
    except BadValue as error:
        raise FrameError("bad_value", str(error)) from error
    except NotAwake as error:
        raise FrameError("closing", "Lila is going to sleep") from error
    return answer


def _answer(
    core: Core, request: Memories | Forget | Why | Mode, conversation: str
) -> Shelved | Forgotten | Account | ModeKnown:
    match request:
        case Memories(words, limit):
            return Shelf(core).memories(words, limit)
        case Forget(what):
            return Shelf(core).forget(what)
        case Why():
            why = core.why(conversation)
            return Account(why, tuple(why.lines()))
        case Mode(name):
            core.check_mode(name)
            return ModeKnown(name)
