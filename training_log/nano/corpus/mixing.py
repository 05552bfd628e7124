"""Puts a turn together: memories that matter among those that don't, history before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from memory.grammar import sanitise
from training_log.nano import replies
from training_log.nano.corpus import making
from training_log.nano.corpus.example import Example, Gold, Message, memory_lines, respond
from training_log.nano.corpus.facts import Fact
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.saying import say
from training_log.nano.corpus.surface import Style

__all__ = ["Turn", "finish_turn", "ids_for", "memory_style", "noise", "put_before"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn before it is an example: `memories` are contents that the turn needs; None when there may be none."""

    intent: str
    user: str
    gold: Gold
    memories: tuple[str, ...] = ()
    about: Fact | None = None
    found: str | None = None
    history: tuple[Message, ...] = ()
    noise: bool = True
    many_noise: bool = False
    joined: bool = (
        False  # the reply is the needed memories as sentences, in the order in which they are shown
    )


def memory_style(lex: Lexicon) -> Style:
    """How a fact was typed when it was stored."""
    if lex.chance(0.22):
        return Style(lower=True, bare=lex.chance(0.15), unpunctuated=True)
    return Style()


def ids_for(lex: Lexicon, count: int) -> list[int]:
    top = lex.pick((20, 20, 300, 9999))
    return lex.rng.sample(range(1, top + 1), count)


def noise(lex: Lexicon, fact: Fact | None, count: int) -> list[str]:
    """Contents that don't matter to the turn."""
    return [say(lex, memory_style(lex), other).content for other in making.distractors(lex, fact, count)]


def finish_turn(lex: Lexicon, turn: Turn, history: tuple[Message, ...] = ()) -> Example:
    """The example: memories shuffled and numbered, history in front."""
    count = 0
    if turn.noise:
        if turn.memories or turn.many_noise:
            count = lex.pick((0, 0, 1, 1, 2, 2, 3, 4))
        elif lex.chance(0.35):
            count = lex.pick((1, 1, 2, 2, 3))
    contents = list(turn.memories) + noise(lex, turn.about, count)
    lex.rng.shuffle(contents)
    if turn.joined:
        shown = [content for content in contents if content in turn.memories]
        turn = replace(turn, gold=replace(turn.gold, reply=replies.known(shown)))
    lines = list(zip(ids_for(lex, len(contents)), contents, strict=True))
    memory: tuple[Message, ...] = (("memory", memory_lines(lines)),) if lines else ()
    before = turn.history or history
    messages = (*before, *memory, ("user", sanitise(turn.user)))
    return Example(messages, respond(turn.gold, found=turn.found), turn.intent, turn.gold)


def put_before(turn: Turn) -> tuple[Message, ...]:
    """A turn as later turns see it: what the person said and the visible reply."""
    return (*turn.history[-2:], ("user", sanitise(turn.user)), ("assistant", turn.gold.reply))[-4:]
