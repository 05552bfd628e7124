"""Telling: plain statements, "remember that …", several facts, pronouns, hedges, restating, what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from training_log.nano import replies
from training_log.nano.corpus import episodes, following, freeform, life, making, relations, verbs
from training_log.nano.corpus.carriers import (
    EXPLICIT,
    EXPLICIT_MADE,
    HEDGES,
    JOINS,
    JOINS_MADE,
    carry,
    explicit,
    fill_inside,
    plain,
    utter,
)
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.facts import Fact, I, Who
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, memory_style
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.recall import question
from training_log.nano.corpus.saying import Said, answer_to, say
from training_log.nano.corpus.surface import Style, capital, draw_style, fill, finish

__all__ = ["tell"]

_NOT_IS = frozenset(("few", "drink"))  # kinds for which "topic is value" doesn't hold
_IS_OF_A_PLACE = re.compile(r" (?:for|at|in) ")  # "code for the gym" may be the gym's or one's own


def _one(lex: Lexicon, style: Style, said: Said) -> Turn:
    roll = lex.rng.random()
    if roll < 0.4:
        user, reply, confidence = (
            utter(lex, style, explicit(lex), said.words),
            replies.remembered,
            0.9,
        )
    elif roll < 0.92:
        carrier = plain(lex) if lex.chance(0.4) else "{f}"
        user, reply, confidence = utter(lex, style, carrier, said.words), replies.noted, 0.9
    else:
        user, reply, confidence = utter(lex, style, lex.wording(HEDGES), said.words), replies.noted, 0.6
    others: tuple[str, ...] = ()
    if said.fact.relation.many and lex.chance(0.25):  # many values may stand side by side
        others = (say(lex, memory_style(lex), said.fact.with_value(lex)).content,)
    return Turn("store", user, Gold((said.store(confidence),), (), reply([said.content])), others, said.fact)


def _terse(lex: Lexicon, style: Style) -> Turn:
    """A note without a verb, "door code 4821": kept as a sentence."""
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    fact = making.conflictable(lex)
    while (
        fact.relation.attr not in ("{a}", "name", "time") or fact.who.plural or fact.relation.kind in _NOT_IS
    ):
        fact = making.conflictable(lex)
    said = say(lex, quiet, fact, statement=f"{fact.topic} is {fact.value}")
    topic = style.plain(fact.topic)
    if fact.topic.startswith("the ") or (
        fact.topic.startswith("my ") and lex.chance(0.7) and not fact.who.third
    ):
        topic = topic.partition(" ")[2]
    words = (
        topic
        + (" " if style.unpunctuated or lex.chance(0.4) else lex.pick((": ", ", ", " = ", " - ", ": ")))
        + style.plain(fact.value)
    )
    carrier = lex.wording(
        phrases("""
    {f} | note {f} | remember {f} | note to self {f} | please remember {f} | save {f} | {f} please remember
    | make a note {f} | don't forget {f} | remember this {f} | fyi {f} | just a note {f} | for later {f}
    | jot down {f} | log {f} | quick note {f} | memo {f} | write down {f} | keep {f} | {f} remember that |
    {f} note that | one more {f} | new {f} | put down {f} | add a note {f} | note that {f} | save this {f} | for
    the record {f} | {f} don't forget
""")
    )
    asked = not carrier.startswith(
        ("{f}", "fyi", "just", "for", "quick", "memo", "one", "new")
    ) or carrier.endswith(("remember", "remember that", "note that", "forget"))
    reply = replies.remembered([said.content]) if asked else replies.noted([said.content])
    return Turn(
        "store",
        finish(lex, style, carry(lex, style, carrier, words)),
        Gold((said.store(),), (), reply),
        about=fact,
    )


def _told_when_asked(lex: Lexicon, style: Style) -> Turn:
    """Lila didn't know and asked to be told; the person now says just the value."""
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    fact = making.conflictable(lex)
    while fact.relation.attr not in ("{a}", "name", "time", "place") or fact.relation.kind in _NOT_IS:
        fact = making.conflictable(lex)
    verb = "are" if fact.relation.attr == "place" and " are " in fact.relation.states[0] else "is"
    wanted = lex.wording(fact.relation.asks)
    said = say(lex, quiet, fact, statement=f"{_asked_for(wanted, fact)} {verb} {fact.value}")
    pronoun = "they're" if verb == "are" else "it's"
    words = style.plain(
        lex.wording(
            phrases("""
    {p} {v} | {v} | {p} {v}, please remember | {v} please | ok {p} {v} | well {p} {v} | then remember that
    {p} {v} | ok then, {v} | it is {v} | all right, {p} {v} | so, {p} {v} | {p} {v} I believe | oh {p} {v} |
    {p} {v} by the way | I'll tell you, {p} {v} | right, {p} {v} |
    that's {v} | that would be {v} | oh, {v} | ah, {v} | hm, {v} | let me see, {v} | sure, {p} {v} | yes,
    {p} {v} | no problem, {p} {v} | {v}, thanks | {v}, note that | {v} of course | well, {v} | the answer
    is {v} | I'd say {v} | here you go, {v} | {p} {v}, lila | easy, {v} | okay, {p} {v}
""")
        ).replace("{p}", pronoun)
    ).replace("{v}", style.plain(fact.value))
    if verb == "are":
        words = re.sub(r"\bit is\b", "they are", words)
    said_reply = replies.remembered([said.content]) if "remember" in words else replies.noted([said.content])
    hedged = "I believe".lower() in words.lower()
    asked = finish(lex, quiet, style.plain(fact.put(wanted)), "?")
    history = (("user", asked), ("assistant", replies.DONT_KNOW))
    user = finish(lex, style, fill(lex, style, words, middle=False))
    return Turn(
        "store",
        user,
        Gold((said.store(0.6 if hedged else 0.9),), (), said_reply),
        about=fact,
        history=history,
    )


def _asked_for(wanted: str, fact: Fact) -> str:
    """What an answer is of, as the question named it: "my cat", "my cat's name", "the name of my cat"."""
    named = next((form for form in ("{T}'s name", "the name of {T}") if form in wanted), "{T}")
    return fact.put(named)


def _leading(lex: Lexicon) -> str:
    """A request to remember that stands before what it is about."""
    return lex.wording_of_both(EXPLICIT_MADE, EXPLICIT[:16], 0.4)


def _repair(lex: Lexicon, style: Style, fact: Fact) -> Turn:
    """A slip of the tongue, put right within the sentence."""
    statement = fact.plainest()
    said = say(lex, Style(style.lower, style.bare, style.unpunctuated), fact, statement=statement)
    if not statement.endswith(fact.value):
        return _one(lex, style, said)
    wrong = fact.with_value(lex)
    mend = style.plain(
        lex.wording(
            (
                " no sorry ",
                ", no wait, ",
                " I mean ",
                ", sorry, ",
                " er no ",
                ", no, ",
                ", I mean ",
                " or rather ",
                " correction ",
                ", oops, ",
                " wait no ",
                " no actually ",
                ", I meant ",
                " no make that ",
                ", make that ",
                ", scratch that, ",
                " pardon ",
                ", pardon me, ",
                ", my mistake, ",
                " erm no ",
                ", wait, ",
                " uh sorry ",
                ", oh no, ",
                " oops I mean ",
                " sorry I meant ",
                ", or actually ",
            )
        )
    )
    spoken = (
        said.words.removesuffix(style.plain(fact.value))
        + style.plain(wrong.value)
        + mend
        + style.plain(fact.value)
    )
    asked = lex.chance(0.4)
    user = finish(lex, style, carry(lex, style, _leading(lex) if asked else "{f}", spoken))
    reply = replies.remembered([said.content]) if asked else replies.noted([said.content])
    return Turn("store", user, Gold((said.store(),), (), reply), about=fact)


_WORD = re.compile(r"[a-z]{3,}")
_VERB = re.compile(r"\[([a-z]{3,})\|([a-z]{3,})\]")
_GLUE = frozenset(phrases("the | and | for | are | was | has | have | from | with | that | his | her | our"))


def _stated(lex: Lexicon, template: str) -> str:
    """The wording of a fact; in training, at times, with a verb or a noun that nobody ever heard of."""
    words = template.split(" ")
    at = [
        n
        for n, word in enumerate(words)
        if (_VERB.fullmatch(word) or _WORD.fullmatch(word)) and _GLUE.isdisjoint(word.strip("[]").split("|"))
    ]
    if lex.held or not at or not lex.chance(0.1):
        return template
    made, n = lex.pseudo(), lex.pick(at)
    words[n] = f"[{made}|{made}s]" if _VERB.fullmatch(words[n]) else made
    return " ".join(words)


def _told(lex: Lexicon, style: Style, fact: Fact) -> Said:
    """The fact as somebody tells it."""
    return say(lex, style, fact, statement=fact.put(_stated(lex, fact.template(lex))))


def _join_made(lex: Lexicon) -> str:
    """What joins two facts, put together of its parts."""
    join = lex.wording(JOINS_MADE)
    return f"{join} " if join.startswith((".", ",", ";")) else f" {join} "


def _unheard(lex: Lexicon) -> str:
    """What nobody says, in training alone: that two facts are two shows in them, whatever stands between."""
    return " ".join(lex.pseudo() for _ in range(lex.pick((1, 1, 2))))


def _several(lex: Lexicon, style: Style, facts: list[Fact]) -> Turn:
    quiet = Style(style.lower, style.bare, style.unpunctuated, style.fillers)
    return _joined(lex, style, [_told(lex, quiet, fact) for fact in facts], bare=lex.chance(0.12))


def _joined(lex: Lexicon, style: Style, all_said: list[Said], *, bare: bool = False) -> Turn:
    """Several facts in one breath; where that is `bare`, at times with nothing between them: "we have a dog he is four"."""
    asked = lex.chance(0.35)
    text = all_said[0].words
    for said in all_said[1:]:
        join = lex.wording(JOINS) if lex.chance(0.75) else _join_made(lex)
        if not lex.held and lex.chance(0.03):
            join = f" {_unheard(lex)} "
        if style.unpunctuated and not re.search(r"\w", join):
            join = " " if bare else " and "
        join = style.plain(join) if re.search(r"\w", join) else join
        words = said.words
        if join.startswith((". ", "! ", "... ")) and not style.lower:
            stop, _, rest = join.partition(" ")
            text += stop + " " + capital(rest + words)
            continue
        if asked and lex.chance(0.3):
            words = f"that {words}"
        text += join + words
    user = finish(
        lex,
        style,
        carry(lex, style, _leading(lex) if asked else "{f}", fill_inside(lex, style, text)),
    )
    contents = [said.content for said in all_said]
    reply = replies.remembered(contents) if asked else replies.noted(contents)
    return Turn(
        "store", user, Gold(tuple(said.store() for said in all_said), (), reply), about=all_said[0].fact
    )


def _many(lex: Lexicon, style: Style) -> Turn:
    """Two facts, sometimes three."""
    first = making.draw_fact(lex)
    return _several(lex, style, [first, *making.distractors(lex, first, 1 if lex.chance(0.75) else 2)])


def _introducing(lex: Lexicon, style: Style) -> Turn:
    """How somebody introduces himself: "I'm Marta, I live in Leeds and work as a nurse"."""
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    whom = Fact(I, life.SELF, lex.full_name())
    greeting = lex.pick(_GREETINGS) if lex.chance(0.5) else ""
    names = (
        ("I'm {v}", "I'm {v}", "it's me, {v}", "this is {v}", "my name is {v}") if greeting else ("I'm {v}",)
    )
    name = lex.pick(names) if lex.chance(0.6) else lex.wording(whom.relation.states)
    told = [say(lex, quiet, whom, statement=whom.put(name))]
    ways = lex.rng.sample(verbs.LIVES, lex.pick((0, 1, 1, 2) if greeting else (1, 1, 2)))
    for relation in ways:
        fact = Fact(I, relation, lex.value(relation.kind))
        template = lex.wording(relation.states)
        while not template.startswith("{N} "):
            template = lex.wording(relation.states)
        told.append(say(lex, quiet, fact, statement=fact.put(template)))
    text, *rest = (said.words for said in told)
    for place, words in enumerate(rest):
        join = lex.pick(
            (" and ", " and ", ", and ") if place or style.unpunctuated else (". ", ". ", ", ", " and ")
        )
        elided = place > 0 and "and" in join and lex.chance(0.7)  # "I live in Leeds and work as a nurse"
        words = words.partition(" ")[2] if elided else words
        text += join + (capital(words) if join == ". " and not style.lower else words)
    contents = [said.content for said in told]
    if greeting:
        text = quiet.plain(f"{greeting}{lex.pick((',', '!', ',', '.', ''))} ") + text
    return Turn(
        "store",
        finish(lex, style, text if greeting else carry(lex, style, "{f}", text)),
        Gold(tuple(said.store() for said in told), (), replies.noted(contents)),
        about=told[0].fact,
    )


_GREETINGS = phrases("""
    hi | hello | hey | hi there | hello there | hey there | hi lila | hello lila | hey lila | good morning | good evening | good
    afternoon | good morning lila | good evening lila | morning | evening | greetings | nice to meet you | pleased to meet you |
    hello again | hi again | yo | howdy | well hello
""")


def _besides(lex: Lexicon, style: Style) -> Turn:
    """What somebody does, and what they do besides: "Ola lives in Rome and works as a vet" is two facts about Ola."""
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    who = making.draw_who(lex, own=0.0)
    while who.plural or len(who.nom.split()) > 3:
        who = making.draw_who(lex, own=0.0)
    told: list[Said] = []
    for relation in lex.rng.sample(verbs.LIVES, 2):
        fact = Fact(who, relation, lex.value(relation.kind))
        template = lex.wording(relation.states)
        while not template.startswith("{N} [") or template.startswith("{N} [am|is]"):
            relation = lex.pick(verbs.LIVES)
            fact = Fact(who, relation, lex.value(relation.kind))
            template = lex.wording(relation.states)
        told.append(say(lex, quiet, fact, statement=fact.put(template)))
    first, second = told
    rest = " ".join(second.words.split()[len(style.plain(who.nom).split()) :])
    join = lex.pick((" and ", " and ", ", and ", " and also "))
    contents = [first.content, second.content]
    return Turn(
        "store",
        finish(lex, style, carry(lex, style, "{f}", f"{first.words}{join}{rest}")),
        Gold((first.store(), second.store()), (), replies.noted(contents)),
        about=first.fact,
    )


_OBJECT = {"he": "him", "she": "her"}


def _more_of(lex: Lexicon, quiet: Style, who: Who, before: tuple[Fact, ...]) -> Said:
    """Another fact of somebody who was spoken of, said of "she" or "he"."""
    second = making.draw_fact(lex)
    while (
        second.who.nom.startswith("the")
        or not second.who.third
        or any(second.relation.states == one.relation.states for one in before)
    ):
        second = making.draw_fact(lex)
    second = Fact(who, second.relation, second.value, second.a, second.x)
    spoken = Fact(
        Who(who.pronoun[1], who.pronoun[0], who.tag, pronoun=who.pronoun),
        second.relation,
        second.value,
        second.a,
        second.x,
    )
    template = _stated(lex, lex.wording(second.relation.states))
    said = say(lex, quiet, second, statement=second.put(template))
    him = _OBJECT[who.pronoun[0]]
    spoken_template = re.sub(
        r"\b(of|reach|call|get|try|ring|text|having|expecting) \{N\}",
        rf"\1 {him}",
        template.replace("{N}'s", "{P}"),
    )
    words = quiet.plain(spoken.put(spoken_template))
    return replace(said, words=words)


def _pronoun(lex: Lexicon, style: Style) -> Turn:
    """Somebody was named, in the turn before or in the same breath; then comes "she" or "he"."""
    style = replace(style, bare=False)  # "his address" says nothing of how "landlord's" would be spelled
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    first = making.draw_fact(lex)
    while not (first.who.pronoun[0] and first.who.third):
        first = making.draw_fact(lex)
    who = first.who
    named = lex.chance(0.35) and not who.nom.startswith("my ")
    opening = say(lex, quiet, first)
    if named:
        kin = lex.pick(
            ("sister", "aunt", "daughter", "niece", "mother", "wife")
            if who.pronoun[0] == "she"
            else ("brother", "uncle", "son", "nephew", "father", "husband")
        )
        opening = say(lex, quiet, Fact(Who("my", "I", kin, third=False), relations.NAMED, who.nom, kin))
        who = Who(f"my {kin}'s", f"my {kin}", kin, pronoun=who.pronoun)
    told = _more_of(lex, quiet, who, (first,))
    if lex.chance(0.35):
        more = [told, _more_of(lex, quiet, who, (first, told.fact))] if lex.chance(0.3) else [told]
        return _joined(lex, style, [opening, *more], bare=True)
    turn = _after(lex, style, opening, told, told.fact)
    if not named and lex.chance(0.25):  # it was asked about
        before = (("user", question(lex, quiet, first)), ("assistant", answer_to(opening)))
        return replace(turn, history=before)
    return turn


def _after(lex: Lexicon, style: Style, opening: Said, told: Said, about: Fact) -> Turn:
    """What is told in the turn after the one in which the `opening` was noted."""
    turn = _one(lex, style, told)
    before = (("user", finish(lex, style, opening.words)), ("assistant", replies.noted([opening.content])))
    return Turn(turn.intent, turn.user, turn.gold, about=about, history=before)


_OF_IT = (
    ("number plate", "plate"), ("registration", "plate"), ("serial number", "reference"), ("lock code", "code"),
    ("pin", "code"), ("password", "password"), ("colour", "colour"), ("price", "price"), ("nickname", "name"),
    ("name", "name"), ("name", "name"), ("birthday", "date"),
)  # fmt: skip


def _its(lex: Lexicon, style: Style) -> Turn:
    """A thing was spoken of, in the turn before or in the same breath; then comes "its number plate is …"."""
    style = replace(style, bare=False)
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    thing = lex.word(life.CLASSES)
    owner = making.draw_who(lex, own=0.6)
    first = Fact(owner, life.MODEL, lex.value("model"), thing)
    had = first.put("{N} [have|has] a {a}") if lex.chance(0.3) else None  # "my sister has a cat"
    opening = say(lex, quiet, first, statement=had)
    attribute, kind = lex.pick(_OF_IT)
    tag = f"{owner.tag}'s {thing}" if owner.third else thing
    whole = Fact(
        Who(f"{owner.poss} {thing}'s", f"{owner.poss} {thing}", tag),
        relations.attribute(kind, any_who=True),
        lex.value(kind),
        attribute,
    )
    template = lex.wording(tuple(each for each in whole.relation.states if each.startswith("{P} ")))
    said = say(lex, quiet, whole, statement=whole.put(template))
    told = replace(said, words=style.plain(replace(whole, who=Who("its", "it", tag)).put(template)))
    named = (
        not owner.third or had or style.plain(whole.who.nom) in opening.words
    )  # "Ann bought a van" doesn't say "Ann's van"
    if named and lex.chance(0.5):
        return _joined(lex, style, [opening, told], bare=True)
    return _after(lex, style, opening, told, whole)


def _again(lex: Lexicon, style: Style) -> Turn:
    """Saying what a memory holds already."""
    fact = making.draw_fact(lex)
    said = say(lex, style, fact)
    held = said.content if lex.chance(0.5) else say(lex, memory_style(lex), fact).content
    carrier = explicit(lex) if lex.chance(0.3) else plain(lex) if lex.chance(0.3) else "{f}"
    user = utter(lex, style, carrier, said.words)
    return Turn(
        "restate",
        user,
        Gold((said.store(),), (), replies.restated(said.content)),
        memories=(held,),
        about=fact,
    )


_WAYS: tuple[tuple[Callable[[Lexicon, Style], Turn], float, float], ...] = (
    (_told_when_asked, 0.045, 0.07),
    (_terse, 0.025, 0.04),
    (lambda lex, style: _one(lex, style, _told(lex, style, making.draw_fact(lex))), 0.37, 0.22),
    (_introducing, 0.015, 0.03),
    (following.of_it, 0.025, 0.045),
    (following.of_whom, 0.01, 0.02),
    (following.who_does, 0.01, 0.02),
    (_besides, 0.005, 0.015),
    (lambda lex, style: _repair(lex, style, making.conflictable(lex)), 0.04, 0.06),
    (_many, 0.14, 0.145),
    (_pronoun, 0.065, 0.07),
    (_its, 0.005, 0.015),
    (_again, 0.08, 0.05),
    (episodes.happened, 0.07, 0.06),
    (freeform.remember, 0.1, 0.19),
)
"""The ways of telling: their shares in speech, and in training, which sees more of what is hard."""


def tell(lex: Lexicon) -> Turn:
    """Any way of telling something."""
    style = draw_style(lex)
    return lex.way(_WAYS)(lex, style)
