"""What a core holds for each conversation between turns. Nothing of it is on disk.

A conversation takes one turn at a time; `lock` makes a second one wait. `interrupt` may be called from
anywhere, a signal handler included, so it takes no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from lila.prompt import Exchange
from lila.why import Why
from lila.wishes import Wish

__all__ = ["AskedTool", "Conversation", "Remembered"]

KEPT_TURNS = 200


@dataclass(frozen=True, slots=True)
class AskedTool:
    """A tool call that waits for the person's yes."""

    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An earlier turn with what decides whether it may still be read."""

    exchange: Exchange
    turn: str
    private: bool
    speaker: str


@dataclass(slots=True)
class Conversation:
    """The state of one conversation."""

    name: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    cancel: threading.Event = field(default_factory=threading.Event)
    busy: bool = False
    heard: str | None = None
    """What an interruption says was heard; None is all that was shown."""
    turns: list[Remembered] = field(default_factory=list)
    count: int = 0
    asked_about: tuple[int, ...] = ()
    """Memories of a conflict that the last reply asked about."""
    asked_tool: AskedTool | None = None
    why: Why | None = None
    wishes: tuple[Wish, ...] = ()
    """How this conversation's person asked to be spoken to."""

    def history(self, *, private: bool) -> tuple[Exchange, ...]:
        """Earlier turns; what was said in private is read only while it stays private."""
        return tuple(each.exchange for each in self.turns if private or not each.private)

    def own_words(self, speaker: str, *, private: bool, turns: int = 4) -> tuple[str, ...]:
        """What this person said last, oldest first: the support for what a model wants to store."""
        said = [
            each.exchange.text
            for each in self.turns
            if each.speaker == speaker and (private or not each.private)
        ]
        return tuple(said[-turns:])

    def turns_before(self, speaker: str, count: int) -> tuple[str, ...]:
        """The ids of the turns just before this one, of this person and not private."""
        return tuple(
            each.turn for each in self.turns[-count:] if each.speaker == speaker and not each.private
        )

    def answered_from(self, speaker: str) -> tuple[int, ...]:
        """The memories that the last reply rested on, if it was to this person."""
        return self.why.used if self.why and self.turns and self.turns[-1].speaker == speaker else ()

    def add(self, turn: str, text: str, reply: str, speaker: str, *, private: bool) -> None:
        """A turn is over; `reply` is what was really said."""
        self.turns.append(Remembered(Exchange(text, reply, self.count), turn, private, speaker))
        self.count += 1
        del self.turns[:-KEPT_TURNS]

    def clip(self, heard: str) -> None:
        """The last reply was cut short while it was being spoken."""
        if self.turns and self.turns[-1].exchange.reply.startswith(heard):
            last = self.turns[-1]
            exchange = Exchange(last.exchange.text, heard.rstrip(), last.exchange.number)
            self.turns[-1] = Remembered(exchange, last.turn, last.private, last.speaker)

    def forget_turns(self, turns: tuple[str, ...]) -> None:
        """These turns held something that was forgotten: they leave the history too."""
        self.turns = [each for each in self.turns if each.turn not in turns]

    def reset(self) -> None:
        """Begin anew."""
        self.turns.clear()
        self.count = 0
        self.asked_about, self.asked_tool, self.why, self.wishes = (), None, None, ()
