"""A new value against a remembered one: Lila asks; the answer settles it."""

from __future__ import annotations

import re

from memory.grammar import Conflict, sanitise
from training_log.nano import replies
from training_log.nano.corpus import making
from training_log.nano.corpus.carriers import carry, explicit, plain
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.facts import Fact
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, memory_style
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.saying import Said, say
from training_log.nano.corpus.surface import Style, draw_style, fill, finish

__all__ = ["contradict", "lasting", "settle"]

_ACTUALLY = phrases("""
    actually {f} | actually, {f} | {f} actually | {f} | no, {f} | hmm, {f} | I think {f} | wait, {f} | well
    actually {f} | hold on, {f} | but {f} | it seems that {f} | in fact {f} | I was told that {f} | oh
    actually {f} | you know what, {f}
""")
_NEW = phrases("""
    {v} | {v} | {v} is right | it's {v} | {v} is correct | the right one is {v} | the correct one is {v} |
    {v} please | take {v} | it is {v} | definitely {v} | {v} of course | use {v} | {v}, the other one is
    wrong | that would be {v} | the answer is {v} | I'm sure it's {v} | keep {v} | {v} I think | should be
    {v} | {v} it is | it's {v} for sure | {v}, I'm sure | I say {v} | go with {v} | let's say {v} | right is
    {v}
""")
_SECOND = phrases("""
    the second one | the new one | the second | the new one is right | the latter | the last one | what I
    just said | the one I just told you | the newer one | second | the new one please | number two | take
    the new one | the second one is correct | the last one is right | it's the second one | the most recent
    one
""")
_FIRST = phrases("""
    the first one | the old one | the first | the old one is right | the former | the one you had | the one
    you knew | first | what you had | keep the old one | number one | stay with the old one | the first one
    is correct | the earlier one | it's the first one | the old one was right | the original one | you were
    right, the old one
""")


def lasting(lex: Lexicon, fact: Fact) -> str:
    """A wording of the fact without "now": with it, it would be an update and no contradiction."""
    for _ in range(20):
        template = fact.template(lex)
        if not re.search(r"\bnow\b", template):
            return template
    return fact.relation.states[0]


def _pair(lex: Lexicon, style: Style, *, same_wording: bool = False) -> tuple[Said, Said]:
    fact = making.conflictable(lex)
    other = fact.with_value(lex)
    if same_wording or lex.chance(0.4):
        template = lasting(lex, fact)
        old_style = style if same_wording else memory_style(lex)
        return say(lex, old_style, fact, statement=fact.put(template)), say(
            lex, style, other, statement=other.put(template)
        )
    held = fact.state(lex)
    return say(lex, memory_style(lex), fact, statement=held), say(
        lex, style, other, statement=other.put(lasting(lex, fact))
    )


def contradict(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    old, new = _pair(lex, style)
    carrier = lex.wording(_ACTUALLY) if lex.chance(0.55) else explicit(lex) if lex.chance(0.4) else plain(lex)
    user = finish(lex, style, fill(lex, style, carry(lex, style, carrier, new.words), middle=False))
    op = Conflict(f"{old.content} / {new.content}", "ask")
    reply = replies.conflict_question(old.value, new.value, _topic(old))
    if lex.chance(0.12):  # the old value was told a moment ago
        quiet = Style(lower=old.content == old.content.lower())
        told = say(lex, quiet, old.fact, statement=old.fact.plainest())
        op = Conflict(f"{told.content} / {new.content}", "ask")
        reply = replies.conflict_question(told.value, new.value, _topic(told))
        history = (
            ("user", sanitise(finish(lex, quiet, told.words))),
            ("assistant", replies.noted([told.content])),
        )
        return Turn("conflict", user, Gold((op,), (), reply), (told.content,), old.fact, history=history)
    return Turn("conflict", user, Gold((op,), (), reply), (old.content,), old.fact)


def _topic(old: Said) -> str:
    return old.topic


def _named(lex: Lexicon, value: str) -> str:
    """A value as somebody names it who was just asked: "Thursday at four", seldom "on Thursday at four"."""
    return replies.bare_value(value) if lex.chance(0.75) else value


def settle(lex: Lexicon) -> Turn:
    """The question is open; the person says which one holds."""
    style = draw_style(lex)
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    shown = lex.chance(0.75)
    old, new = _pair(lex, quiet, same_wording=not shown)
    said = finish(
        lex, quiet, carry(lex, quiet, lex.wording(_ACTUALLY) if lex.chance(0.6) else "{f}", new.words)
    )
    reply = replies.conflict_question(old.value, new.value, _topic(old))
    newer = lex.chance(0.6)
    winner = new if newer else old
    if lex.chance(0.65):
        words = style.plain(lex.wording(_NEW)).replace("{v}", _named(lex, winner.value))
    else:
        words = style.plain(lex.wording(_SECOND if newer else _FIRST))
    user = finish(lex, style, fill(lex, style, words, middle=False))
    op = Conflict(f"{old.content} / {new.content}", winner.content)
    history = (("user", sanitise(said)), ("assistant", reply))
    memories = (old.content, new.content) if shown else ()
    return Turn(
        "resolve",
        user,
        Gold((op,), (), replies.settled(winner.content)),
        memories,
        old.fact,
        history=history,
        noise=shown,
    )
