"""What the built-in model can say at all: its canonical replies, what it is shown from memory, and what it did.

It was taught a closed set of replies (`training_log.nano.replies`), each a pure function of what was understood,
so that a reply can be held to that set while it is written: no word is misspelt on the way from a memory to
the answer, nothing is answered from a memory that has nothing to do with the question, and what it says
that it stored is what it stored. The model decides which of them it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from lila.backends.relevance import Asked
from lila.backends.times import times_in
from memory.facts import subject_and_attribute
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Store
from memory.words import key
from training_log.nano import replies
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.smalltalk import TALK

__all__ = ["CANONICAL", "Spelling", "acknowledgements", "answers", "going_on", "opening_replies", "reports"]

CANONICAL: tuple[str, ...] = (
    replies.DONT_KNOW, replies.BEYOND, replies.NOT_STORED, replies.FORGOTTEN, *dict.fromkeys(said for _, said in TALK),
)  # fmt: skip
NOT_ANSWERED = (replies.BEYOND, replies.NOT_STORED)
"""What may be said, too, where a line has every telling word of what was said: it is neither unknown nor chatter."""
_GIVEN = re.compile(r"<\|tool_result\|>([^<]*)<\|/tool_result\|>\n\Z")
_QUERY = re.compile(r'<\|mem_recall\|> query="([^"]*)"')
_ASKS = re.compile(r"(who|whose|where|when|which|how|what)\b(?! if\b)", re.IGNORECASE)
_ABOUT_ONESELF = re.compile(
    r"(i['’]?m|i am) (an? (?!bit\b|little\b|tad\b|mess\b|wreck\b|fan of you)|from |allergic |married |engaged |called |vegetarian|vegan|\d+\b)"
    r"[^,?!;:]*$",
    re.IGNORECASE,
)
"""What somebody says that he is, plainly: no feeling to be answered, nothing quoted, nothing to be looked up."""
MAX_JOINED = 4
"""Remembered lines that one answer may join."""


def opening_replies(asked: str, lines: Sequence[str]) -> list[str]:
    """What a reply without a block may be, to `asked`, with these remembered `lines` shown."""
    question = Asked(asked)
    may = [line for line in lines if question.bears_on(line)]
    told = list(answers(may, _alike(question, may)))
    if _ABOUT_ONESELF.match(asked):
        return [replies.BEYOND, *told]
    if not any(question.holds_all(line) for line in may):
        return [*CANONICAL, *told]
    return [*(NOT_ANSWERED[1:] if _ASKS.match(asked) else NOT_ANSWERED), *told]


def _alike(question: Asked, lines: Sequence[str]) -> list[set[str]]:
    """Lines that tell the same of the same, and as much of what was asked: what somebody likes, and what else they like."""
    found: dict[tuple[object, ...], set[str]] = {}
    for line in lines:
        if all(about := subject_and_attribute(line, ())):
            found.setdefault((*map(key, about), question.shares(line)), set()).add(line)
    return list(found.values())


def answers(lines: Sequence[str], together: Sequence[Collection[str]] = ()) -> Iterator[str]:
    """The lines as sentences, some of them joined, and the time that one of them names.

    Lines that stand `together` are all said, or none.
    """
    for count in range(1, min(len(lines), MAX_JOINED) + 1):
        for chosen in combinations(lines, count):
            if all(set(chosen) >= set(group) or not set(chosen) & set(group) for group in together):
                yield replies.known(chosen)
    yield from (replies.answer_when(time) for line in lines for time in times_in(line))


def acknowledgements(ops: Sequence[Op], lines: Sequence[str] = ()) -> list[str]:
    """What may be said after these operations, with these remembered `lines` shown.

    Empty where the words are the model's own, as in a question. "I have that" is for what a line holds already.
    """
    stored = [op.content for op in ops if isinstance(op, Store | Episode)]
    if stored and len(stored) == len(ops):
        news = [replies.noted(stored), replies.remembered(stored)]
        if len(stored) > 1:
            return news
        again = replies.restated(stored[0])
        told = Asked(stored[0])
        if any(told.is_told_by(line) and told.tells(line) for line in lines):
            return [again]
        return [*news, again] if any(told.may_repeat(line) for line in lines) else news
    match list(ops):
        case [Consolidate(content=content)]:
            return [replies.updated(content)]
        case [Forget()]:
            return [replies.FORGOTTEN]
        case [Conflict(resolution=resolution)] if resolution != "ask":
            return [replies.settled(resolution)]
        case _:
            return []


def reports(written: str) -> list[str]:
    """What may be said where the reply so far, `written`, ends in a result: a tool's own words, or what was recalled.

    Empty where it doesn't.
    """
    given = _GIVEN.search(written)
    if given is None:
        return []
    result = given[1]
    lines = [
        text
        for number, _, text in (line.partition("] ") for line in result.splitlines())
        if number[:1] == "["
    ]
    if lines:
        return [replies.known(lines), *answers(lines)]
    asked = _QUERY.findall(written) if result == "nothing" else []
    return [replies.unknown_about(to_second_person(asked[-1]))] if asked else [result]


class Spelling:
    """How texts are written in the tokens of one vocabulary, each in the one way in which it was taught."""

    def __init__(self, encode: Callable[[str], Sequence[int]]) -> None:
        self._encode = lru_cache(maxsize=4096)(lambda text: tuple(encode(text)))

    def of(self, texts: Iterable[str]) -> list[tuple[int, ...]]:
        """The tokens of each text."""
        return [self._encode(text) for text in texts]


def going_on(texts: Iterable[Sequence[int]], written: Sequence[int]) -> tuple[set[int], bool]:
    """The tokens after `written` that keep to a text, and whether one of the texts is complete."""
    count = len(written)
    kept = [text for text in texts if tuple(text[:count]) == tuple(written)]
    return {text[count] for text in kept if len(text) > count}, any(len(text) == count for text in kept)
