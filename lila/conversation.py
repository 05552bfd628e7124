"""What a core holds for each conversation between turns. Nothing of it is on disk.

A conversation takes one turn at a time; `lock` makes a second one wait. `interrupt` may be called from
anywhere, a signal handler included, so it takes no lock.

Several people may speak in one conversation. What each said, and what each was asked, is kept apart: one's words are
neither read to another nor taken for another's answer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from lila.prompt import Exchange
from lila.why import Why
from lila.wishes import Wish

__all__ = ["AskedTool", "Conversation", "Question", "Remembered"]

KEPT_TURNS = 200


@dataclass(frozen=True, slots=True)
class AskedTool:
    """A tool call that waits for the person's yes."""

    name: str
    arguments: Mapping[str, str]


@dataclass(slots=True)
class Question:
    """What the last reply to one person left open."""

    about: tuple[int, ...] = ()
    """Memories of a conflict that it asked about."""
    tool: AskedTool | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """An earlier turn with what decides whether it may still be read."""

    exchange: Exchange
    turn: str
    private: bool
    speaker: str
    memories: frozenset[int]
    """What Lila had in mind or was told in it: forgotten, it takes the turn with it."""


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
    questions: dict[str, Question] = field(default_factory=dict)
    """By speaker."""
    why: Why | None = None
    wishes: tuple[Wish, ...] = ()
    """How this conversation's person asked to be spoken to."""

    def question(self, speaker: str) -> Question:
        """What is open between Lila and this person."""
        return self.questions.setdefault(speaker, Question())

    def history(self, speaker: str, *, private: bool) -> tuple[Exchange, ...]:
        """Earlier turns of this person; what was said in private is read only while it stays private."""
        return tuple(
            each.exchange for each in self.turns if each.speaker == speaker and (private or not each.private)
        )

    def own_words(self, speaker: str, *, private: bool, turns: int = 4) -> tuple[str, ...]:
        """What this person said last, oldest first: the support for what a model wants to store."""
        return tuple(each.text for each in self.history(speaker, private=private)[-turns:])

    def turns_before(self, speaker: str, count: int) -> tuple[str, ...]:
        """The ids of the turns just before this one, of this person and not private."""
        return tuple(
            each.turn for each in self.turns[-count:] if each.speaker == speaker and not each.private
        )

    def answered_from(self, speaker: str) -> tuple[int, ...]:
        """The memories that the last reply rested on, if it was to this person."""
        return self.why.used if self.why and self.turns and self.turns[-1].speaker == speaker else ()

    def add(
        self, turn: str, text: str, reply: str, speaker: str, *, private: bool, memories: Set[int]
    ) -> None:
        """A turn is over; `reply` is what was really said."""
        exchange = Exchange(text, reply, self.count)
        self.turns.append(Remembered(exchange, turn, private, speaker, frozenset(memories)))
        self.count += 1
        del self.turns[:-KEPT_TURNS]

    def clip(self, heard: str) -> None:
        """The last reply was cut short while it was being spoken."""
        if self.turns and self.turns[-1].exchange.reply.startswith(heard):
            last = self.turns[-1]
            exchange = Exchange(last.exchange.text, heard.rstrip(), last.exchange.number)
            self.turns[-1] = replace(last, exchange=exchange)

    @property
    def memories(self) -> Set[int]:
        """The memories whose words this conversation may still hold."""
        return frozenset().union(*(each.memories for each in self.turns))

    def forget(self, gone: Set[int]) -> None:
        """These memories were forgotten: what was said with them leaves the conversation too."""
        last = {each.speaker: each for each in self.turns}
        for speaker, each in last.items():
            if not gone.isdisjoint(each.memories):
                self.questions.pop(speaker, None)
        self.turns = [each for each in self.turns if gone.isdisjoint(each.memories)]

    def reset(self) -> None:
        """Begin anew."""
        self.turns.clear()
        self.count = 0
        self.questions.clear()
        self.why, self.wishes = None, ()
