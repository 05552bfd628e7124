"""Whether the person really said it: the guard between what a model wants to store and what becomes theirs.

A model can be talked into writing a block by a web page, by another person's words, or by its own invention. So a
memory is approved by itself only if every word that carries its claim was said by the person, in this turn or just
before; anything else waits for approval. A question, a greeting and a hypothetical state nothing, whatever the model
makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from memory.words import FUNCTION_WORDS, STOP_WORDS, fold, stem, word_set, words

_QUOTED = re.compile(
    r"\b(?:says?|said|saying|wrote|writes?|reads?|read|goes|tells?|told(?: me| us)?|asks?|asked)\b[^\"“”«»']{0,20}"
    r"(?:\"[^\"]*\"|“[^”]*”|«[^»]*»|'[^']{8,}'(?!\w))",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:(?:and|so|but|ok|okay|hey|hi|hello|lila|um|uh|ah|oh|er|erm|hmm|well|please|tell me)[\s,]+)*"
    r"(?!are you (?:listening|there)\b,? \w|where was i\b(?! (?:born|going|when|at|in|on)\b),? \w)"
    r"(?:(?:somebody|someone) is asking\b|i(?: was|['’]m)? wonder(?:ing)? (?:what|when|where|who|how|which|if|whether)\b"
    r"|(?:what|when|where|who|why|how|which|whose|whom)(?:'s|s)?\s+(?:is|are|was|were|do|does|did|will|would|can|"
    r"could|should|has|have|had|many|much|old|long|far|time|day|colour|color|of)\b"
    r"|(?:what|when|where|who|how)['’]?s\b"
    r"|(?:is|are|was|were|do|does|did|has|am|will|would|should)\s+(?:i|you|we|they|he|she|it|my|your|the|there|this|that)\b)",
    re.IGNORECASE,
)
_ASKS_TO_REMEMBER = re.compile(
    r"\b(remember|note|forget|store|save|remind|know that|memori[sz]e|(?:keep|bear) in mind|hold of the fact|track of the fact"
    r"|(?:write|jot|put|mark|take|scribble) (?:(?:this|that|it) )?down|file away|(?:learn|record|log|register),? (?:that|this)"
    r"|(?:(?:can|could|will|would) you|possible to),? (?:please )?(?:log(?! (?:in|on|out|off)\b)|record|register)|may i (?:add|say|tell you)|did you know\b(?!.*\?$)"
    r"|keep a record|put on record|commit to memory|to your (?:memory|notes)|(?:hold|hang) on to)\b",
    re.IGNORECASE,
)
CHANGING = "adjust|alter|amend|change|correct|edit|fix|modify|move|put|revise|set|shift|switch|update"
"""What is done with what is known, so that it is otherwise; as alternatives of a pattern."""
_ASKS_TO_CHANGE = re.compile(
    rf"\b(?:can|could|will|would) you,? (?:please )?(?:{CHANGING}|make|reschedule|reset)\b.* (?:to|so|instead|from now on)\b",
    re.IGNORECASE,
)
"""How somebody asks that what is known be put right: "can you move the concert to Monday?"."""
_REMEMBERING = frozenset(map(stem, ("remember", "memorise", "record")))
_TO_SOMEBODY = re.compile(
    r"\b(?:you|your|please|let's|lila|forget|delete|erase|remove|wipe|drop|clear|unlearn|memory)\b",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(
    r"^(?:(?:and|so|but|well|um|uh|ok|okay|hey|lila)[\s,]+)*"
    r"(?:(?:if|even if)\s+(?:i|we|my|our|you|the|he|she|they)\b.*\b(?:would|could|might|had|were|was|wouldn't)\b"
    r"|what\s+if\b|(?:suppose|supposing|imagine|assuming|pretend|let's say|say)\s+(?:if|that|i|we|my|our)\b)",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"(?:(?:^|[,.;:!]\s*)(?:(?:and|so|but|please|lila|ok|okay|hey|just|oh|well|psst)[\s,]+)*|\bplease )"
    r"(?:don['’]?t|do not|never|no need to) (?:you )?(?:ever )?(?:remember|store|save|keep|note|record|log|memori[sz]e|write|jot)"
    r" (?:this|that|it|the following|any of (?:this|that|it)|what i (?:say|tell|told|said)\b[^:]*)(?: down| in mind| in your memory| anywhere)?\s*(?:[:,.!;–-]|$|but\b)",
    re.IGNORECASE,
)
"""How somebody says that what he tells is not to be kept: "don't remember this: …", "…, don't store that"."""
_GREETING = word_set(
    """hello hi hey good morning evening afternoon night day bye goodbye thanks thank you thx cheers welcome lila how
    are there see later tomorrow soon nice to meet greetings yo again very much so and but ok okay um uh er well please"""
)
_NAME = re.compile(r"\b[A-Z][^\W\d_]+")
_CLAUSES = re.compile(r"(?<=[.?!])\s+|[,;]\s+")
_TYPO_RATIO = 0.8
_NEGATIONS = word_set("not never no stopped stop quit hate dislike without")
_ALLOWED = FUNCTION_WORDS | frozenset({"not", "no", "never"})


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a person's text supports."""

    words: frozenset[str]
    stems: frozenset[str]
    squeezed: str
    negated: bool


@lru_cache(maxsize=32)
def _heard(text: str) -> _Heard:
    """Cached: the operations of a turn all lean on the same few texts."""
    spoken = words(_QUOTED.sub(" ", text))
    return _Heard(
        frozenset(spoken), frozenset(map(stem, spoken)), "".join(spoken), not _NEGATIONS.isdisjoint(spoken)
    )


def forget_what_was_heard() -> None:
    """Drop the cached texts."""
    _heard.cache_clear()
    states_nothing.cache_clear()


@lru_cache(maxsize=32)
def states_nothing(source_text: str) -> str | None:
    """Why the person's words hold nothing to keep, or None when they may."""
    text = " ".join(source_text.split())
    spoken = words(text)
    if spoken and all(word in _GREETING for word in spoken):
        return "A greeting holds nothing to remember."
    if _HYPOTHETICAL.match(text):
        return "That was only supposed, so nothing was stored."
    if declines(text):
        return "You asked for it not to be kept, so nothing was stored."
    clauses = [part for part in _CLAUSES.split(text) if not _GREETING.issuperset(words(part))]
    asks_to_keep = (
        _ASKS_TO_REMEMBER.search(text)
        or _ASKS_TO_CHANGE.search(text)
        or any(_similar(word, _REMEMBERING) for word in spoken)
    )
    if clauses and not asks_to_keep and all(map(_is_question, clauses)):
        return "A question holds nothing to remember."
    return None


def declines(text: str) -> bool:
    """Whether somebody asks that what he says not be kept."""
    return _DECLINED.search(text) is not None


_ASKING = re.compile(
    r"\W*(?:which|what|whose|where|when|how)\b(?!.*\b(?:forget|delete|remove|erase)\b).*\b(?:do|does|did|is|are|was|were|can|will|shall)\b",
    re.IGNORECASE,
)
"""A question without its mark: "which size batteries does the torch need"."""


def only_asks(text: str) -> bool:
    """Whether it is a question that asks nobody to do anything: "can orchids have a lot of water?"."""
    asks = text.rstrip().endswith("?") or _ASKING.match(text) is not None
    return asks and _TO_SOMEBODY.search(text) is None


def _is_question(clause: str) -> bool:
    return clause.endswith("?") or _QUESTION.match(clause) is not None


def unsupported(content: str, support: Iterable[str]) -> list[str]:
    """The words of `content` that carry a claim and that none of the supporting texts holds.

    Numbers and names must be exact; another longer word may differ by a typo. Words that someone else is quoted with don't count.
    """
    heard = [_heard(text) for text in support]
    spoken = frozenset[str]().union(*(one.words for one in heard))
    said = frozenset[str]().union(*(one.stems for one in heard))
    squeezed = " ".join(one.squeezed for one in heard)
    claimed = words(content)
    pairs = [pair for pair in pairwise(claimed) if "".join(pair) in spoken]
    compounds = {word for pair in pairs for word in pair}  # "door code" for a heard "doorcode"
    names = {fold(name) for name in _NAME.findall(content)}
    missing = []
    for word in claimed:
        if word in _ALLOWED or word in compounds or stem(word) in said:
            continue
        if (len(word) > 4 and word in squeezed) or (word not in names and _similar(word, said)):
            continue
        missing.append(word)
    if not _NEGATIONS.isdisjoint(claimed) and not any(one.negated for one in heard):
        missing.append("not")
    return missing


def _similar(word: str, said: Set[str]) -> bool:
    if len(word) < 5 or not word.isalpha():
        return False
    stemmed = stem(word)
    return any(
        abs(len(other) - len(stemmed)) < 3
        and other[:1] == stemmed[:1]
        and SequenceMatcher(None, stemmed, other).ratio() >= _TYPO_RATIO
        for other in said
    )


def holds_claim(content: str) -> bool:
    """Whether the content has at least one word that says something, and isn't a question itself."""
    return not content.rstrip().endswith("?") and any(word not in STOP_WORDS for word in words(content))
