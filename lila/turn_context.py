"""What the parts of a turn's shell share: who asks what of whom, and the account that the turn gathers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lila.backends.base import ModelInfo
from lila.confidence import calibration
from lila.conversation import Conversation, Question
from lila.events import RecalledMemory
from lila.prompt import Built
from lila.request import Request
from lila.tools.draft import Draft
from lila.turn import Turn
from memory.model import Outcome

if TYPE_CHECKING:
    from lila.core import LilaCore

__all__ = ["Account", "TurnContext"]


@dataclass(slots=True)
class Account:
    """What a turn gathers for its record and for /why."""

    began: datetime
    start: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    recalled: list[RecalledMemory] = field(default_factory=list)
    read_out: set[int] = field(default_factory=set)
    """Memories that a tool or a recall of the model's own gave back, beside those in the prompt."""
    built: Built | None = None
    info: ModelInfo | None = None
    logprobs: list[float] = field(default_factory=list)
    tokens: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def mark(self, name: str) -> None:
        """Note the seconds since the turn began, the first time only."""
        self.timings.setdefault(name, round(time.perf_counter() - self.start, 6))

    @property
    def confidence(self) -> float | None:
        """How sure the reply is, None where no probabilities are known."""
        sure = calibration().of(self.logprobs)
        return None if sure is None else round(sure, 4)


@dataclass(frozen=True, slots=True)
class TurnContext:
    """One turn in its place; thrown away with it."""

    core: LilaCore
    conversation: Conversation
    request: Request
    turn: Turn
    account: Account
    draft: Draft = field(default_factory=Draft)
    """What the tools of this turn would change."""

    @property
    def question(self) -> Question:
        """What the last reply to this person left open."""
        return self.conversation.question(self.request.speaker)

    @property
    def before(self) -> tuple[str, ...]:
        """What the person said in the turns before."""
        return self.conversation.own_words(self.request.speaker, private=self.request.private)

    @property
    def logged(self) -> bool:
        """Whether this turn leaves a line in the diary."""
        return self.core.config.log.enabled and not self.request.private

    @property
    def copies(self) -> bool:
        """The built-in model only copies, so what it wrote can be held to what was said."""
        return self.request.dialect == "native" and not self.request.reflection
