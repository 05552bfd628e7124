"""The words of one turn, and what they allow in each operation and call, as patterns in the language of `engine.pattern`.

The built-in model only ever copies: a memory's content is the person's own sentence turned to the second person, and
a conflict sets a remembered line against it. Which words may stand where, `lila.backends.decoding.wording` and
`lila.backends.decoding.corrections` say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import dropwhile

from lila.backends.base import Message
from lila.backends.decoding.answers import (
    adds_to_a_list,
    completed,
    denies,
    is_value,
    names_its_thing,
    of_oneself,
)
from lila.backends.decoding.asides import without_request
from lila.backends.decoding.contradiction import opposed
from lila.backends.decoding.corrections import revised
from lila.backends.decoding.plain_calls import may_be_of_timers, plain_call
from lila.backends.decoding.retiming import retimed
from lila.backends.decoding.saying_nothing import BOOKING, books
from lila.backends.decoding.taking_back import asks_to_forget
from lila.backends.decoding.telling import asks_to_keep_nothing, claims, is_for_memory
from lila.backends.decoding.times import times_in
from lila.backends.decoding.wording import either, linked, named, some, told
from lila.backends.decoding.words import (
    MENDING,
    OPENERS,
    PRONOUNS,
    bare,
    folded,
    is_mark,
    retold,
    spoken,
    without_ends,
)
from memory.grammar import operation_patterns, tool_pattern
from memory.provenance import CHANGING, only_asks, states_nothing
from memory.words import content_stems
from training_log.nano import replies

__all__ = [
    "begins_with",
    "gives_another",
    "grounded_call_pattern",
    "grounded_patterns",
    "just_told",
    "last_reply",
    "lines_shown",
    "words_before",
    "words_said",
]

CORRECTING = "<|mem_consolidate|>"
_UNTAUGHT: frozenset[str] = frozenset(("<|mem_reflect|>",))
"""What no reply of the closed set holds: words of one's own, which would run on without an end."""
_STORING = frozenset(("<|mem_store|>", "<|mem_consolidate|>", "<|mem_episode|>", "<|mem_conflict|>"))
LISTS = ("shopping", "to-do")
FIXED_VALUES = (*LISTS, "time", "date", "day", "today", "tomorrow", "yesterday")
"""Arguments that are understood rather than copied: "my groceries" are the shopping list."""
MOST_REVISED = 3
"""Remembered lines that a correction may be of, those first that share a word with it."""
LONGEST = 60
"""Words of an utterance that can be held to; the automaton of a longer one would be large."""
LONGEST_BEFORE = 40
"""Words of the exchange before that may come in."""

_ADDING = OPENERS | {"and", "also", "plus", "then", "too", "as", "well", "please"}
"""Words around what is added to a list: "and bread, too"."""
_OF_ALL = re.compile(r"\b(?:lists?|everything|all|it|tasks|to-?dos?|clear|empty)\b", re.IGNORECASE)
"""How somebody asks that a whole list go; "remove tape" names what goes."""
_WAKING = frozenset(("wake", "alarm", "timer", "alarms", "timers"))
_WAKING_TOOL = "(timer_(set|list|cancel)|list_(add|remove|show|clear))"
"""Who speaks of an alarm wants no plan made, and isn't told the time."""
_ANSWER = re.compile(r"(?:Your?|You['’](?:re|ve)|The) [^.?!]+\.")
"""A remembered line as a sentence."""
_DENIES = re.compile(r"(?:(?:um|uh|oh|er),? )*(?:no|nope|wrong)\b(?! joke)", re.IGNORECASE)
_OF_ITS_OWN = re.compile(
    r"\b(?:my|our|\w+['’]s) (?:[\w'’-]+ ){1,5}?(?:is|are) (?:now )?\S+"
    rf"|\b(?:{CHANGING}|postpone)e?d? (?:the|my|our|\w+['’]s) (?:[\w'’-]+ ){{1,6}}?to\b"
    r"|n['’]?t \w+ .*\b(?:anymore|any more|any longer)\b"
)
"""How a change is told that says of what it is: "they moved the exam to Friday", "I was wrong, my uncle is Tom"."""
_NOT_TO_FORGET = re.compile(
    r"\b(?:do not|don['’]?t|never|not to) (?:ever )?forget(?:(?: that| my| the| our| i| we)\b|[:,])",
    re.IGNORECASE,
)
"""How somebody asks that something be kept."""
_ANNOUNCED = re.compile(r"^(Noted:|Updated:|I'll remember that|Yes, I have that:|Thank you\.) ")


def grounded_patterns(messages: Sequence[Message]) -> dict[str, str]:
    """What may follow each operation's token after these messages; empty where nothing can be held to them.

    Nothing is stored of what states nothing.
    """
    words = words_said(messages)
    if not words:
        return {}
    just_noted = just_told(messages)
    if (moved := retimed(words, just_noted)) is not None:
        of_it = f'"(you|{named(words, moved.split())})"'
        plainly = operation_patterns(subject=of_it, revision=f" {re.escape(moved)}")
        return {CORRECTING: plainly[CORRECTING]}
    before = words_before(messages)
    again = some(map(retold, before))
    answered = last_reply(messages)
    answers_only = answered.endswith(replies.DONT_KNOW) and is_value(without_request(words))
    asked = words_before(messages, answers=False)
    unasked = answered.endswith(replies.DONT_KNOW) and of_oneself(words)
    content = completed(words, asked) if answers_only and asked else told(words, () if unasked else before)
    lines = lines_shown(messages)
    sides = opposed(" ".join(words), " ".join(before), answered, lines)
    relinked = linked(before) + again if sides.retold else ""
    kept = [word for word in before if bare(word).casefold() not in sides.rejected]
    old, new, settled = (
        [f" {re.escape(each)}" for each in side] for side in (sides.old, sides.new, sides.settled)
    )
    thing = named(words, before)
    near = [line for line in lines if _shares(words, line)]
    known = [*just_noted, *(near or lines)[:MOST_REVISED]]
    revisions = [
        revised(words, [line for line in known if _shares(words, line)] if names_its_thing(words) else known)
    ]
    apart = not near and not any(_shares(words, line) for line in just_noted)
    of_its_own = _OF_ITS_OWN.search(" ".join(map(folded, words))) is not None
    another = gives_another(words, just_noted) or (apart and not of_its_own)
    if not revisions[0] or not just_noted or not another:
        revisions.append(told(words, mended=True))
    other = [*new, relinked, content if sides.retold or not new else ""]
    patterns = operation_patterns(
        subject=f'"(you|{thing})"',
        query=f'"{thing}"',
        content=content,
        revision=either(revisions),
        description=f"{either([*old, relinked])} /{either(other)}" if old or relinked else None,
        resolution=either([*settled, linked(kept) + some(map(retold, kept)) if sides.retold else ""]),
    )
    refused = _refused(words, answered, just_noted)
    return {token: pattern for token, pattern in patterns.items() if token not in refused}


def _refused(words: Sequence[str], answered: str, just_noted: Sequence[str]) -> frozenset[str]:
    """The operations that the words said to what Lila `answered` can't be: the memory would refuse them, or it is a correction."""
    said = " ".join(words)
    refused = set(_UNTAUGHT)
    if only_asks(said) or _NOT_TO_FORGET.search(said) or not asks_to_forget(words):
        refused.add("<|mem_forget|>")
    if claims(said) or asks_to_keep_nothing(said):
        refused |= {"<|mem_forget|>", "<|mem_recall|>"}
    if books(words) or (states_nothing(said) and not answered.endswith("?")):
        refused |= _STORING
    meant = not PRONOUNS.isdisjoint(map(folded, words)) or any(_shares(words, line) for line in just_noted)
    denied = meant and _DENIES.match(said) is not None
    if just_noted and (denied or gives_another(words, just_noted)):
        # What was misheard is put right, not asked about.
        refused |= {"<|mem_conflict|>", "<|mem_store|>"}
    return frozenset(refused)


def gives_another(words: Sequence[str], noted: Sequence[str]) -> bool:
    """Whether another value is given for what was just `noted`: "actually it's at half past eleven", "Leo instead", "Leo, not Theo"."""
    if any(denies(words, line) for line in noted):
        return True
    given = [word for word in words if not is_mark(word)]
    value = list(dropwhile(lambda word: folded(word) in MENDING, given))
    if value and folded(value[-1]) in ("instead", "rather"):
        value.pop()
    return 0 < len(value) < len(given) and is_value(value)


def begins_with(messages: Sequence[Message], patterns: Collection[str]) -> str | None:
    """The token that the reply to these messages plainly begins with; None where the model is to find it.

    Of the operations that have `patterns`, a correction stands alone where it is plain.
    """
    if plain_call(words_said(messages), last_reply(messages)) is not None:
        return "<|tool_call|>"
    corrects = {*patterns} - {"<|tool_call|>"} == {CORRECTING}
    return "<|memory_start|>" if corrects or is_for_memory(" ".join(words_said(messages))) else None


def grounded_call_pattern(messages: Sequence[Message]) -> str | None:
    """What may follow ``<|tool_call|>``: a tool's name, and arguments in words that were said."""
    if (call := plain_call(words_said(messages), last_reply(messages))) is not None:
        return re.escape(call) + r"<\|/tool_call\|>"
    said = without_request(words_said(messages))
    asked = list(dropwhile(lambda word: folded(word) in OPENERS | {"please"}, said))
    listing = last_reply(messages).startswith("Added ")  # "book the flights too" goes on the list
    if asked and folded(asked[0]) in BOOKING and not listing:
        del asked[0]
    more = adds_to_a_list(" ".join(asked), last_reply(messages))
    if more:
        asked = list(without_ends(asked, _ADDING))
    words = [word for word in (each.strip('"“”') for each in asked) if word and not set('"\\') & set(word)]
    if not words:
        return None
    said = "".join(f"( ?{either(map(re.escape, forms))},?)?" for forms in map(_asked, words) if forms)
    if more:
        return rf'list_add\(list="{either(LISTS)}", items="({said})"\)<\|/tool_call\|>'
    if not _WAKING.isdisjoint(map(folded, words)):
        return tool_pattern(name=_WAKING_TOOL, value=either([*FIXED_VALUES, said]))
    name = _tool_name(clearing=_OF_ALL.search(" ".join(asked)) is not None, timing=may_be_of_timers(words))
    return tool_pattern(name=name, value=either([*FIXED_VALUES, said]))


def _tool_name(*, clearing: bool, timing: bool) -> str:
    """A tool's name, but no list_clear without `clearing` and no timer_… without `timing`: of names in l and t there are no others."""
    name = f"[a-k{'l' * clearing}m-s{'t' * timing}u-z][a-z0-9_]*"
    return name if clearing else f"(list_(add|remove|show)|{name})"


def words_said(messages: Sequence[Message]) -> list[str]:
    """What the person said now; nothing where it is too long to be held to."""
    words = next((each.content for each in reversed(messages) if each.role == "user"), "").split()
    return words if len(words) <= LONGEST else []


def _asked(word: str) -> list[str]:
    """How a word of a request may stand in a tool's argument: "a 5 minute timer" asks for "5 minutes"."""
    plain = bare(word)
    units = [f"{plain}s"] if plain.lower() in ("minute", "hour", "second") else []
    return [form for form in (*spoken(word, opens=True), *units) if not form.endswith(",")]


def lines_shown(messages: Sequence[Message]) -> list[str]:
    """The remembered lines that the model is shown."""
    shown = "\n".join(each.content for each in messages if each.role == "memory")
    return [line.partition("] ")[2].strip() for line in shown.splitlines() if "] " in line]


def words_before(messages: Sequence[Message], *, answers: bool = True) -> list[str]:
    """The words of the exchange before this turn: what the person said, then what Lila answered."""
    exchange = [each for each in messages if each.role in ("user", "assistant")][-3:-1]
    spoken = [each.content for each in exchange if answers or each.role == "user"]
    return [word for text in spoken for word in _ANNOUNCED.sub("", text).split()][-LONGEST_BEFORE:]


def last_reply(messages: Sequence[Message]) -> str:
    """What Lila said last."""
    return next((each.content for each in reversed(messages) if each.role == "assistant"), "")


def just_told(messages: Sequence[Message]) -> list[str]:
    """What Lila said last that she keeps: what she noted, the line that she answered with, or one whose time she gave."""
    answered = last_reply(messages)
    return noted_in(answered) or [
        line
        for line in lines_shown(messages)
        if answered in (replies.known([line]), *map(replies.answer_when, times_in(line)))
    ]


def noted_in(answered: str) -> list[str]:
    """What a reply itself holds that Lila keeps."""
    if _ANNOUNCED.match(answered):
        return _ANNOUNCED.sub("", answered).rstrip(".").split(", and ")
    line = answered.rstrip(".")
    return [line[:1].lower() + line[1:]] if _ANSWER.fullmatch(answered) else []


def _shares(words: Sequence[str], line: str) -> bool:
    """Whether one of the `words` that tell something stands in the `line`."""
    return not set(content_stems(" ".join(words))).isdisjoint(content_stems(line))
