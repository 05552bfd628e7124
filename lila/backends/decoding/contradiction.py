"""What the built-in model may set against what: a new fact against a line about the same thing, or the two claims of an
open question against each other.

The question that is open stands in Lila's last reply, in the one form in which she asks it
(`training_log.nano.replies.conflict_question`). Where the answer names one of the claims for certain, that one is
the resolution, and nothing else can be written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lila.backends.decoding.corrections import ends_alike
from lila.backends.decoding.relevance import Asked
from lila.backends.decoding.times import is_time
from lila.backends.decoding.words import folded
from memory import facts
from memory.choice import chosen
from memory.grammar import Store
from memory.words import SMALL_WORDS, content_stems, key

__all__ = ["Opposed", "is_contradicted", "is_denied", "opposed"]

_QUESTION = re.compile(r"I had (?P<old>.+) for .+\. Which is right, (?P=old) or (?P<new>.+)\?$")


@dataclass(frozen=True, slots=True)
class Opposed:
    """The lines that may stand on each side of a conflict; what may settle it, "ask" among it where it may stay open.

    An empty `new` means that the words just said are the other side. `retold` says whether the words of the
    exchange before may stand in for a line that isn't shown; of them, those that are `rejected` settle nothing.
    """

    old: Sequence[str]
    new: Sequence[str]
    settled: Sequence[str]
    retold: bool
    rejected: frozenset[str] = frozenset()


def opposed(said: str, before: str, answered: str, lines: Sequence[str]) -> Opposed:
    """Of these remembered `lines`, with `said` now, the exchange `before` it, and Lila's last reply in it."""
    question = _QUESTION.search(answered)
    if question is None:
        asked = Asked(said)
        same = [line for line in lines if asked.is_told_by(line) or asked.tells(line)]
        about = [line for line in lines if asked.is_about_the_thing_of(line) and line not in same]
        return Opposed(about, (), ("ask", *about), retold=asked.is_about_the_thing_of(before))
    old, new = (_holding(question[name], lines) for name in ("old", "new"))
    if len(old) == 1 and len(new) == 1 and old != new:
        place = chosen(said, (old[0], new[0]))
        return Opposed(old, new, (old[0], new[0]) if place is None else ((old + new)[place],), retold=False)
    values = (question["old"], question["new"])
    place = chosen(said, [f"it is {value}" for value in values])
    rejected = (
        frozenset[str]() if place is None else _words(values[1 - place]) - _words(values[place]) - SMALL_WORDS
    )
    fitting = [line for line in lines if not rejected & _words(line)]
    return Opposed(
        lines, lines, ("ask", *fitting) if place is None else fitting, retold=True, rejected=rejected
    )


def is_contradicted(op: Store, lines: Sequence[str]) -> bool:
    """Whether one of the `lines` says otherwise of the same thing, so that the memory would find a conflict in `op`."""
    names = {tuple(map(key, facts.subject_and_attribute(op.content, tags))) for tags in (op.tags, ())}
    topic = key(facts.topic_of(op.content))
    is_name = op.content.split()[-1][:1].isupper()
    if any(_differ_in_a_time(line, op.content) for line in lines):
        return True
    read = ((line, facts.subject_and_attribute(line, ())) for line in lines)
    return any(
        facts.relation(line, op.content, *about) is facts.Relation.CONTRADICTS
        for line, about in read
        if about[1]
        and (
            tuple(map(key, about)) in names
            or (key(facts.topic_of(line)) == topic != "" and (about[1] != "name" or is_name))
        )
    )


def is_denied(op: Store, lines: Sequence[str]) -> bool:
    """Whether one of the `lines` says in the same words that it isn't so, or `op` of one that it isn't: "you don't like figs"."""
    return any(facts.deny_each_other(line, op.content) for line in lines)


def _differ_in_a_time(line: str, content: str) -> bool:
    """Whether two sentences begin or end the same, and else are a time or a number: "… every Friday", "… at six"."""
    one, other = ([folded(word) for word in text.split()] for text in (line, content))
    front, back = ends_alike(one, other)
    left, right = one[front : len(one) - back], other[front : len(other) - back]
    shared = " ".join([*one[:front], *one[len(one) - back :]])
    return bool(content_stems(shared)) and is_time(left) and is_time(right)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,!?\"'").casefold() for word in text.split())


def _holding(value: str, lines: Sequence[str]) -> list[str]:
    whole = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
    return [line for line in lines if whole.search(line)]
