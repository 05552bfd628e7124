"""A fact as somebody says it, and what Lila keeps of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memory.grammar import Store
from training_log.nano import replies
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.facts import Fact
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.surface import Style, slip

__all__ = ["Said", "answer_to", "say", "when_of"]


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a fact (in the style, without carrier), its content, and its tags and value in that style."""

    fact: Fact
    words: str
    content: str
    tags: tuple[str, str]
    value: str
    topic: str

    def store(self, confidence: float = 0.9) -> Store:
        return Store(self.content, self.fact.ns, self.tags, confidence)


def say(lex: Lexicon, style: Style, fact: Fact, *, statement: str | None = None) -> Said:
    """The fact as stated in this style; a typo in it is kept, since content copies what was typed."""
    words = style.plain(statement or fact.state(lex))
    tags = style.plain(fact.tags[0]), style.plain(fact.tags[1])
    wrong = slip(lex.rng, words, style.typos * 0.5)
    if wrong != words:
        for old, new in zip(words.split(" "), wrong.split(" "), strict=True):
            if old != new:
                pattern = rf"\b{re.escape(old)}\b"
                if any(re.search(pattern, text) for text in (*tags, fact.value, fact.topic)):
                    wrong = words
    topic = to_second_person(style.plain(fact.topic))
    content = to_second_person(_CALL_ME.sub(style.plain("I am "), wrong))
    return Said(fact, wrong, content, tags, to_second_person(style.plain(fact.value)), topic)


_CALL_ME = re.compile(r"^(?:(?:please |you can )?call me|it['’]?s me,?|this is) (?=\S)", re.IGNORECASE)
"""How somebody says by what name he goes: kept, it says who he is."""
_BEFORE = re.compile(r"\b(at|on|from|until|by|in)$", re.IGNORECASE)


def when_of(said: Said) -> str:
    """The time phrase of a content: its value with the preposition before it."""
    start = said.content.find(said.value)
    before = _BEFORE.search(said.content[:start].rstrip())
    return f"{before[1]} {said.value}" if before else said.value


def answer_to(said: Said) -> str:
    """The reply to a question that this fact answers."""
    return replies.answer_when(when_of(said)) if said.fact.relation.when else replies.answer(said.content)
