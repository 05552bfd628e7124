"""Many questions, or many statements, about the same few memories.

Whether the memories hold an answer, and whether they hold something else than what is said, is decided at one token
of a reply. In an ordinary example that is one token of a hundred, too few for a network to learn to compare. Here
there are up to nine, and what would follow a decision about a statement is left out.
"""

from __future__ import annotations

from memory.grammar import sanitise
from training_log.nano import replies
from training_log.nano.corpus import making
from training_log.nano.corpus.carriers import explicit, plain, utter
from training_log.nano.corpus.conflict import lasting
from training_log.nano.corpus.example import Example, Gold, Segment, memory_lines, prompted, respond
from training_log.nano.corpus.facts import Fact
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import ids_for, memory_style
from training_log.nano.corpus.recall import question
from training_log.nano.corpus.relations import OWN_TOPIC
from training_log.nano.corpus.saying import Said, answer_to, say
from training_log.nano.corpus.surface import Style, draw_style

__all__ = ["quiz"]

_Turn = tuple[str, tuple[Segment, ...]]  # what is said, and what is written in answer

_STORES, _CONFLICTS = "<|memory_start|>\n<|mem_store|>", "<|memory_start|>\n<|mem_conflict|>"


def quiz(lex: Lexicon) -> Example:
    """Up to seven memories; four to nine questions or statements, about half of which they have nothing about."""
    facts = making.distractors(lex, None, lex.pick((1, 2, 3, 3, 4, 5)))
    for fact in list(facts):  # what is like one of them, so that both the subject and the attribute count
        if lex.chance(0.4):
            like = making.distractors(lex, fact, 1)[0]
            if not any(like.near(one) for one in facts):
                facts.append(like)
    lex.rng.shuffle(facts)
    held = [say(lex, memory_style(lex), fact) for fact in facts]
    style = draw_style(lex)
    count = lex.pick((4, 5, 6, 7, 8, 9))
    turns = _asked(lex, style, held, count) if lex.chance(0.6) else _told(lex, style, facts, count)
    lines = list(zip(ids_for(lex, len(held)), (said.content for said in held), strict=True))
    (opening, first), *others = turns
    target = list(first)
    for user, answer in others:
        target += [prompted([("user", sanitise(user))]), *answer]
    return Example(
        (("memory", memory_lines(lines)), ("user", sanitise(opening))), tuple(target), "quiz", Gold()
    )


def _asked(lex: Lexicon, style: Style, held: list[Said], count: int) -> list[_Turn]:
    turns: list[_Turn] = []
    facts = [said.fact for said in held]
    for _ in range(count):
        if lex.chance(0.5):
            said = lex.pick(held)
            user, reply = question(lex, style, said.fact), answer_to(said)
        else:
            user, reply = question(lex, style, _unknown(lex, facts)), replies.DONT_KNOW
        turns.append((user, respond(Gold(reply=reply))))
    return turns


def _told(lex: Lexicon, style: Style, facts: list[Fact], count: int) -> list[_Turn]:
    turns: list[_Turn] = []
    told = list(facts)  # of what was told before nothing is told again
    left = lex.rng.sample(told, len(told))
    while len(turns) < count:
        decision, roll = _STORES, lex.rng.random()
        if left and roll < 0.6:
            fact = left.pop()
            if roll < 0.4:  # otherwise it is told again
                fact = fact.with_value(lex)
                decision = _CONFLICTS if making.has_one_value(fact) else _STORES
        else:
            fact = _unknown(lex, told)
            told.append(fact)
        carrier = "{f}" if lex.chance(0.4) else explicit(lex) if lex.chance(0.5) else plain(lex)
        words = say(lex, style, fact, statement=fact.put(lasting(lex, fact))).words
        turns.append((utter(lex, style, carrier, words), ((decision, True),)))
    return turns


def _unknown(lex: Lexicon, facts: list[Fact]) -> Fact:
    """A fact that none of these could answer for, often like one of them, or with whose and what from two."""
    while True:
        one, two = lex.pick(facts), lex.pick(facts)
        if one.relation.topic == two.relation.topic == OWN_TOPIC and lex.chance(0.5):
            other = Fact(one.who, two.relation, two.value, two.a).with_value(lex)
        else:
            other = making.distractors(lex, one, 1)[0]
        if not any(other.near(fact) for fact in facts):
            return other
