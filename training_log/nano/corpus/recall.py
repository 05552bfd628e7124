"""Asking: answered from a memory, or honestly not known; what is known about somebody."""

from __future__ import annotations

import re
from dataclasses import replace

from memory.grammar import Recall, sanitise
from training_log.nano import replies
from training_log.nano.corpus import episodes, freeform, life, making, relations, synonyms, tastes, words
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Gold, memory_lines
from training_log.nano.corpus.facts import Fact, Who
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, ids_for, memory_style, noise
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.saying import answer_to, say
from training_log.nano.corpus.surface import Style, chatter, draw_style, fill, finish, polite_end, slip

__all__ = ["ask", "ask_known", "ask_unknown", "question"]

_ABOUT = phrases("""
    what do you know about {x} | tell me what you know about {x} | what can you tell me about {x} | tell me
    everything about {x} | what have I told you about {x} | what did I tell you about {x} | do you know
    anything about {x} | tell me about {x} | what do you remember about {x} | list everything you know about
    {x} | everything about {x} please | what's known about {x} | what do you have on {x} | is there anything
    you know about {x} | show me what you know about {x} | what information do you have about {x}
""")
_ABOUT_MADE = phrases("""
    (please|can you|could you|would you|will you|I want you to|now|lila|just|and|so|do|) (tell me|show me|list|give
    me|read me|repeat|sum up|recite|go through|say|print|read out|let me hear|let me see) (everything|all|all
    the things|what|the facts|anything|whatever|every single thing|the notes) (you know|you have|I told you|you
    remember|you've stored|you've kept|you've got|you've learned|I've said|I said|you have noted|is known)
    (about|about|on|regarding|concerning|to do with|of) {x} (please|so far|again|now|if anything|in short|||) | (what|
    what all|what exactly|what else|how much) (do you know|have I told you|do you remember|have you got|do you
    have|have you stored|did I say|have you kept|is stored|can you say) (about|about|on|regarding|concerning) {x}
    (so far|by now|again|please|at the moment|exactly|||) | (everything|all|anything|the facts|all facts|the notes|your
    notes|whatever you have|what you have|the lot|all the news|the whole story) (about|on|regarding|concerning)
    {x} (please|now|again|lila||)
""")
_NAMES_IT = re.compile(r"\{[TPNx]\}")
_SCENE = phrases("""
    I'm standing at the door | I'm filling in a form | somebody wants to know | I'm at the shop right now |
    I need it for a form | I'm on the phone with somebody | my friend is asking | I'm in a hurry | I've been
    thinking about it all day | I have to tell my boss | I want to write it down | it's on the tip of my
    tongue | I should know this but | I'm looking everywhere | I'm getting old | I need to plan the week |
    I'm writing a card | the lady at the desk wants to know
""")
_SELF = phrases("""
    who am I | what do you know about me | what have I told you about myself | tell me what you know about
    me | what do you remember about me | do you know who I am | tell me about myself | what can you tell me
    about me | what did I tell you about myself | do you know anything about me | do you know me | tell me
    everything about me
""")
_SELF_MADE = phrases("""
    (please|can you|could you|would you|so|now|lila|and||) (tell me|show me|list|say|repeat|sum up|recite|let me hear)
    (everything|all|what|anything|whatever|the facts) (you know|you remember|you have stored|you've noted|I've told you|
    I said|you have learned) (about|about|on|regarding) me (so far|please|again|by now||) | (what|what all|what
    else|how much) (do you know|do you remember|have I told you|have you stored|have you learned|did I say) (about|about|
    regarding) (me|myself|me|me) (so far|by now|again||)
""")


def question(lex: Lexicon, style: Style, fact: Fact) -> str:
    """A question for the fact, as this person says it."""
    asked = fact.ask(lex)
    if lex.chance(0.1):
        asked = synonyms.reworded(lex, asked)
    text = slip(lex.rng, style.plain(asked), style.typos)
    text = chatter(lex, style, polite_end(lex, style, fill(lex, style, text)))
    if lex.chance(0.03):
        text = f"{style.plain(lex.wording(_SCENE))}{'' if style.unpunctuated else ','} {text}"
    return finish(lex, style, text, "?" if lex.chance(0.9) else ".")


def ask_known(lex: Lexicon) -> Turn:
    """The memories hold the answer."""
    style, fact = draw_style(lex), making.draw_fact(lex)
    held = say(lex, memory_style(lex), fact)
    asked = _by_one_name(lex, fact) if lex.chance(0.9) else _mistaken(lex, fact)
    if fact.relation.many and "{v}" not in fact.relation.asks[0] and lex.chance(0.3):
        second = say(lex, memory_style(lex), fact.with_value(lex))
        if second.content != held.content:
            user = question(lex, style, replace(fact, value="\0"))
            while "\0" in user:
                user = question(lex, style, replace(fact, value="\0"))
            return Turn("recall", user, Gold((), (), ""), (held.content, second.content), fact, joined=True)
    if lex.chance(0.12):  # it was told a moment ago
        told = say(lex, Style(style.lower, style.bare, style.unpunctuated), fact)
        history = (
            ("user", sanitise(finish(lex, style, told.words))),
            ("assistant", replies.noted([told.content])),
        )
        return Turn(
            "recall",
            question(lex, style, fact),
            Gold((), (), answer_to(told)),
            (told.content,),
            fact,
            history=history,
        )
    return Turn("recall", question(lex, style, asked), Gold((), (), answer_to(held)), (held.content,), asked)


def _by_one_name(lex: Lexicon, fact: Fact) -> Fact:
    """Who was told of as "my daughter Lena" is asked for so, as "my daughter", or as "Lena"."""
    who = fact.who
    kin = who.nom.removesuffix(f" {who.tag}")
    if not (who.third and who.nom.startswith("my ")) or kin in ("my", who.nom) or lex.chance(0.5):
        return fact
    called = who.tag if lex.chance(0.4) else kin
    return replace(fact, who=Who(f"{called}'s", called, called.removeprefix("my "), pronoun=who.pronoun))


def ask_by_other_name(lex: Lexicon) -> Turn:
    """One line says how somebody is called, another tells of them by the name or by what they are; asked for as the other.

    At times nothing is known of what is asked.
    """
    style, fact = draw_style(lex), making.draw_fact(lex)
    while (
        not fact.who.third
        or fact.who.plural
        or "the " in fact.who.nom
        or "{N}" not in fact.relation.states[0] + fact.relation.asks[0]
    ):
        fact = making.draw_fact(lex)
    kin = lex.word(
        words.ANIMALS if lex.chance(0.3) and fact.relation in (life.TRAIT, *tastes.LIKES) else words.KIN
    )
    name = lex.name()
    by_kin, by_name = Who(f"my {kin}'s", f"my {kin}", kin), Who(f"{name}'s", name, name)
    told, asked = (by_kin, by_name) if lex.chance(0.5) else (by_name, by_kin)
    naming = say(
        lex, memory_style(lex), Fact(Who("my", "I", kin, third=False), relations.NAMED, name, kin)
    ).content
    if lex.chance(0.2):
        naming = f"you have a {kin}{lex.pick((',', ' called', ' named'))} {name}"
    held = say(lex, memory_style(lex), replace(fact, who=told))
    wanted = replace(fact, who=asked)
    if lex.chance(0.2):
        other = making.draw_fact(lex)
        while other.near(fact) or "{P}" not in other.relation.asks[0] + other.relation.states[0]:
            other = making.draw_fact(lex)
        wanted = replace(other, who=asked)
        user = question(lex, style, wanted)
        return Turn("dont_know", user, Gold((), (), replies.DONT_KNOW), (naming, held.content), wanted)
    return Turn(
        "recall", question(lex, style, wanted), Gold((), (), answer_to(held)), (naming, held.content), wanted
    )


def _mistaken(lex: Lexicon, fact: Fact) -> Fact:
    """With another value, as somebody asks who has it wrong: "is my cat called Tom?", but not "who is Tom?"."""
    checks = tuple(check for check in fact.relation.checks if _NAMES_IT.search(check))
    return replace(fact.with_value(lex), relation=replace(fact.relation, checks=checks))


def ask_unknown(lex: Lexicon) -> Turn:
    """They don't, though they may look as if."""
    fact = making.draw_fact(lex)
    return Turn(
        "dont_know",
        question(lex, draw_style(lex), fact),
        Gold((), (), replies.DONT_KNOW),
        about=fact,
        many_noise=lex.chance(0.75),
    )


def about(lex: Lexicon) -> Turn:
    """What is known about somebody: a recall block, then its results as sentences."""
    style = draw_style(lex)
    first = making.draw_fact(lex)
    while first.who.tag == "you" or first.who.nom == "I":
        first = making.draw_fact(lex)
    contents = [
        say(lex, memory_style(lex), Fact(first.who, other.relation, other.value, other.a, other.x)).content
        for other in _others(lex, first, lex.pick((0, 1, 2, 2, 3)))
    ]
    spoken = style.plain(first.who.nom)
    user = finish(
        lex,
        style,
        fill(
            lex,
            style,
            slip(
                lex.rng,
                style.plain(lex.wording_of_both(_ABOUT_MADE, _ABOUT, 0.4)),
                style.typos,
            ).replace("{x}", spoken),
            middle=False,
        ),
        "?",
    )
    tag = first.who.tag if first.who.nom.endswith(first.who.tag) else first.who.nom
    return _told(lex, user, style.plain(tag), contents)


def _others(lex: Lexicon, first: Fact, count: int) -> list[Fact]:
    found: list[Fact] = []
    while len(found) < count:
        other = making.draw_fact(lex)
        if other.who.third and not any(other.relation is one.relation for one in found):
            found.append(other)
    return found


def about_me(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    count = lex.pick((0, 1, 2, 2, 3))
    contents = [content for content in noise(lex, None, count + 3) if content.startswith("you")][:count]
    return _told(
        lex,
        finish(lex, style, fill(lex, style, style.plain(lex.wording_of_both(_SELF_MADE, _SELF, 0.3))), "?"),
        "you",
        contents,
    )


def _told(lex: Lexicon, user: str, query: str, contents: list[str]) -> Turn:
    lines = list(zip(ids_for(lex, len(contents)), contents, strict=True))
    found = memory_lines(lines) if lines else "nothing"
    reply = replies.known(contents) if contents else replies.unknown_about(to_second_person(query))
    return Turn(
        "about",
        user,
        Gold((Recall(query),), (), reply),
        tuple(contents) if lex.chance(0.5) else (),
        found=found,
    )


def ask(lex: Lexicon) -> Turn:
    roll = lex.rng.random()
    if roll < (0.03 if lex.held else 0.06):
        return ask_by_other_name(lex)
    if roll < 0.83:
        return ask_known(lex)
    if roll < 0.88:
        return episodes.asked_about(lex)
    if roll < 0.93:
        return freeform.asked_about(lex)
    return about(lex) if roll < 0.98 else about_me(lex)
