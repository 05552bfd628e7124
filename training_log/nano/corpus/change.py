"""Putting right and taking back: updates, corrections right after telling, forgetting."""

from __future__ import annotations

import re

from memory.grammar import Consolidate, Forget, sanitise
from training_log.nano import replies
from training_log.nano.corpus import making
from training_log.nano.corpus.carriers import explicit, plain
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.facts import Fact
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, memory_style
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.saying import say
from training_log.nano.corpus.surface import Style, draw_style, fill, finish, slip

__all__ = ["change"]

_UPDATES = phrases("""
    change {T} to {v} | {T} is no longer {o}, it's {v} | update {T} to {v} | {T} has changed to {v} | {T}
    isn't {o} any more, it's {v} | correction, {T} is {v} | please change {T} to {v} | set {T} to {v} | {T}
    changed, it's {v} now | {T} is not {o} but {v} | correct {T} to {v} | I changed {T} to {v} | {T} was
    changed to {v} | we changed {T} to {v} | update, {T} is {v} | {T} used to be {o}, now it's {v} | can you
    change {T} to {v} | could you update {T} to {v} | make {T} {v} | replace {T} with {v} | {T} isn't {o},
    it's {v} | {T} has been changed to {v} | I was wrong, {T} is {v} | that's wrong, {T} is {v} | not {o},
    {T} is {v} | {T} is now {v} instead of {o} | instead of {o} {T} is now {v} | please update {T}, it's {v}
    now | {T} needs to be changed to {v} | forget {o}, {T} is {v} now | from now on {T} is {v} | it's not
    {o} any more, {T} is {v} | you have {T} wrong, it's {v} | correction {T} is {v} not {o} | change {T}
    from {o} to {v} | update {T} from {o} to {v} | {T} changed from {o} to {v} | i made a mistake, {T} is
    {v} | switch {T} to {v} | {T} just changed to {v} | I have a new one, {T} is {v} now | fix {T}, it
    should be {v} | {T} should be {v}, not {o}
""")
_UPDATES_MADE = phrases("""
    (please|can you|could you|would you|will you|I want you to|I'd like you to|I need you to|you should|now|now
    please|lila please|you can|you have to|we need to|let's|||) (change|update|set|correct|switch|amend|edit|adjust|
    modify|alter|fix|move over|turn|put|overwrite|revise|reset) {T} (to|to|so it's|to say|so that it is) {v}
    (please|now|from now on|instead|instead of {o}||||) | (correction|update|news|small change|change of plan|
    mistake|a fix|amendment|I was wrong|my mistake|sorry|oh no|not any more|things changed|careful|scratch that|wait|
    old news|that's outdated|it changed|that has changed|forget {o}|not {o}|no longer {o})(,|:|,| -|) {T} (is|is|
    is now|should be|has become|became|would be|turned into|must be) {v} (now|instead|instead of {o}|not {o}|these
    days|from today||||)
""")
_MOVES = phrases("""
    {T} has been moved to {v} | {T} was moved to {v} | they moved {T} to {v} | move {T} to {v} | {T} got
    postponed to {v} | {T} has changed to {v} | {T} was rescheduled to {v} | change {T} to {v} | {T} is no
    longer {o}, it's {k} | {T} isn't {o} any more, it's {k} | correction, {T} is {k} | {T} is not {o} but
    {k} | they've moved {T} from {o} to {v} | update, {T} is {k} | I was wrong, {T} is {k} | {T} is now {k}
    instead of {o} | from now on {T} is {k} | {T} isn't {o}, it's {k} | please move {T} to {v} | we had to
    move {T} to {v} | {T} has been put back to {v} | {T} was postponed to {v} | {T} shifted to {v} | can you
    move {T} to {v} | {T} is {k} now, not {o} | {T} has been brought forward to {v} | they changed {T} to
    {v}
""")
_PUTS = phrases("""
    {T} [is|are] no longer {o}, [it's|they're] {k} | {T} [isn't|aren't] {o} any more, [it's|they're] {k} |
    correction, {T} [is|are] {k} | {T} [is|are] not {o} but {k} | I was wrong, {T} [is|are] {k} | {T}
    [is|are] now {k} instead of {o} | from now on {T} [is|are] {k} | update, {T} [is|are] {k} | {T}
    [isn't|aren't] {o}, [it's|they're] {k} | not {o}, {T} [is|are] {k} | {T} [has|have] moved, now
    [it's|they're] {k} | {T} used to be {o}, now [it's|they're] {k} | that's wrong, {T} [is|are] {k} | {T}
    [is|are] {k} now, not {o} | I moved {T} {k} | I've moved {T} {k} |
    we moved {T} {k} | I moved {T} to {b} | I've moved {T} to {b} | we moved {T} to {b} | somebody moved {T} {k} |
    I put {T} {k} instead | {T} [has|have] moved to {b} | they moved {T} to {b} | I've put {T} {k} now | we've put
    {T} {k} now | I took {T} to {b} | {T} [was|were] moved to {b}
""")
_MEANT = phrases("""
    no, I meant {v} | sorry, {v} | no, {v} | I meant {v} | correction, {v} | no it's {v} | wait, it's {v} |
    that's wrong, it's {v} | oops, {v} | actually I meant {v} | sorry I meant {v} | no sorry, {v} | not {o},
    {v} | I said {v} | no, not {o}, {v} | I made a mistake, it's {v} | make that {v} | no no, {v} | wrong,
    it's {v} | that should be {v} | no, it should be {v} | it's {v}, not {o} | you misheard, it's {v} | my
    mistake, it's {v} | no that's not right, it's {v} | please correct that to {v} | change that to {v} | I
    mean {v} | hold on, I meant {v} | not quite, it's {v} | no, it is {v} | let me correct that, {v} |
    sorry, make it {v} | i misspoke, {v} | no, {v} I said | nope, {v} | {v}, not {o}
""")
_MEANT_MADE = phrases("""
    (no|sorry|wait|oops|hang on|my mistake|hmm no|er no|no no|ah|oh|actually|correction|well no|nope|hold on|stop|I
    misspoke|wrong|not right|that's wrong|you got that wrong|not {o}|whoops|pardon|excuse me|let me fix that|silly
    me|I got that wrong|that came out wrong|scratch that)(,|,|:|...| -|) (I meant|I mean|it's|it is|it should
    be|make that|make it|that's|I said|the right one is|what I meant was|I wanted to say|put|I was trying to
    say|of course it's|it was meant to be|||) {v} | {v}(,|,| -|) (not {o}|I meant|I mean|rather|instead|sorry|not what I
    said|instead of {o}|I should have said|it should be)
""")
_NUMBER = re.compile(r"\[([^|]*)\|([^\]]*)\]")
_GONE = phrases("""
    {g} any more, {s} | {g} anymore, {s} | {g} any longer, {s} | {g} any more, now {s} | {g} anymore but {s}
""")
_THAT = phrases("""
    forget that | no, forget that | forget that again | delete that | please forget that | forget what I
    just said | delete that again | you can forget that | erase that | don't remember that | forget what I
    said | remove that | scratch that | take that back, forget it again | undo that | I didn't mean to tell
    you that, forget it
""")
_THAT_MADE = phrases("""
    (no|no, wait|hmm|sorry|lila|please|can you|could you|you can|actually|on second thought|let's|just|||) (forget|delete|
    erase|undo|remove|drop|discard|take back|cancel|scrap|strike|throw out|lose|wipe|unlearn) (that|it|this|what I
    just said|what I said|what I just told you|my last sentence|the last bit|the last one|the last thing) (again|please|
    now|at once|right away|I didn't mean it|it was wrong||||)
""")
_FORGET_MADE = phrases("""
    (please|can you|could you|would you|will you|I want you to|I'd like you to|I need you to|you can|you should|you
    may|you must|now|lila|kindly|do|just|let's|it's time to|||) (forget|delete|erase|remove|wipe|drop|discard|clear|
    scrap|scrub|purge|throw away|get rid of|let go of|take out|strike|cancel|dump|lose|destroy|wipe out|cross out|
    ditch|bin|do away with) (everything about|all about|anything about|what you know about|what I said about|what
    I told you about|the note about|the memory of|the entry on|whatever you have on|all you know about|my words
    about|the fact about|your notes on|the information on|the record of|the stuff about||||||) {x} (please|from your
    memory|for good|again|now|for ever|completely|at once|from your notes|will you||||||) | (stop|quit) (remembering|
    storing|keeping|saving|holding on to) {x} (please|for me|now|from now on|) | (I don't want you to|you
    shouldn't|you needn't|you don't have to|don't|no need to|never) (know|remember|keep|store|hold on to|save|
    memorise) {x} (any more|any longer|anymore|from now on|now)
""")
_NOW = phrases("""
    {f} | {f} | by the way, {f} | just so you know, {f} | remember that {f} | fyi {f} | please note that {f}
    | actually {f} | oh, {f} | I changed it, {f}
""")
_FORGET = phrases("""
    forget {x} | please forget {x} | delete {x} | forget about {x} | erase {x} | remove {x} | delete what
    you know about {x} | forget what I said about {x} | can you forget {x} | you can forget {x} | forget
    what I told you about {x} | delete everything about {x} | forget everything about {x} | remove {x} from
    your memory | I want you to forget {x} | please delete {x} | don't remember {x} any more | wipe {x} |
    erase what you know about {x} | you don't need to remember {x} any more | forget everything you know
    about {x} | stop remembering {x} | please erase {x} from your memory | delete {x} please | could you
    forget {x} | get rid of {x} | drop {x} | you should forget {x} | delete the memory about {x} | remove
    everything about {x} | delete the note about {x} | scratch {x} from your memory | clear {x} from memory
    | please remove what you know about {x} | I'd like you to forget {x} | would you delete {x} | unlearn
    {x} | throw away {x}
""")


def _nominal(lex: Lexicon) -> Fact:
    """A fact whose topic is a noun phrase, so that "topic is value" says it."""
    while True:
        fact = making.conflictable(lex)
        if (
            fact.relation.attr in ("{a}", "name", "time", "place")
            and fact.topic
            and fact.relation.kind != "few"
        ):
            return fact


def _verb(fact: Fact) -> str:
    return "are" if fact.relation.attr == "place" and " are " in fact.relation.states[0] else "is"


def _is(fact: Fact, topic: str) -> str:
    return f"{topic} {_verb(fact)} {fact.value}"


def _updating(lex: Lexicon, fact: Fact) -> str:
    """A wording that changes this fact, its topic as {t}."""
    if fact.relation.attr == "place":
        plural = " are " in fact.relation.states[0]
        return _NUMBER.sub(lambda m: m[2] if plural else m[1], lex.wording(_PUTS)).replace("{T}", "{t}")
    timed = fact.relation.attr == "time"
    wording = lex.wording(_MOVES) if timed else lex.wording_of_both(_UPDATES_MADE, _UPDATES, 0.35)
    return wording.replace("{T}", "{t}")


def _update(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    fact = _nominal(lex)
    new = fact.with_value(lex)
    held = say(lex, memory_style(lex), fact)
    content = to_second_person(style.plain(_is(new, fact.topic)))
    tags = style.plain(fact.tags[0]), style.plain(fact.tags[1])
    text = slip(lex.rng, style.plain(_updating(lex, fact)), style.typos).replace(
        "{t}", style.plain(fact.topic)
    )
    # "It was moved to the summer", though it is "in the summer".
    moved = re.sub(r"^(?:on|at|in) ", "", new.value) if fact.relation.attr == "time" else new.value
    # "I moved it to the shed", but "I moved it behind the shed".
    there = re.sub(r"^(?:in|on) (?=the )", "to ", new.value)
    text = (
        text.replace("{v}", style.plain(moved))
        .replace("to {b}", style.plain(there))
        .replace("{k}", style.plain(new.value))
        .replace("{o}", style.plain(fact.value))
    )
    user = finish(lex, style, fill(lex, style, text, middle=False))
    op = Consolidate(content, fact.ns, tags)
    memories = (held.content,) if lex.chance(0.7) else ()
    return Turn("update", user, Gold((op,), (), replies.updated(content)), memories, fact)


def _moved(lex: Lexicon) -> Turn:
    """ "Anna doesn't live in X any more, she lives in Y"."""
    style = draw_style(lex)
    fact = making.conflictable(lex)
    while not fact.relation.now_gone:
        fact = making.conflictable(lex)
    new = fact.with_value(lex)
    template = lex.wording(fact.relation.states[:2])
    gone, words = style.plain(fact.put(fact.relation.now_gone)), style.plain(new.put(template))
    content = to_second_person(words)
    spoken = words
    if fact.who.pronoun[0] and lex.chance(0.6):
        spoken = style.plain(template_with(new, template, fact.who.pronoun[0]))
    text = style.plain(lex.wording(_GONE)).replace("{g}", gone).replace("{s}", spoken)
    op = Consolidate(content, fact.ns, (style.plain(fact.tags[0]), style.plain(fact.tags[1])))
    memories = (say(lex, memory_style(lex), fact).content,) if lex.chance(0.7) else ()
    return Turn(
        "update",
        finish(lex, style, fill(lex, style, text, middle=False)),
        Gold((op,), (), replies.updated(content)),
        memories,
        fact,
    )


def template_with(fact: Fact, template: str, subject: str) -> str:
    return fact.put(template.replace("{N}", subject))


_CLOCK_ALONE = re.compile(r"at (?!the\b)(?:(?! on ).)*$")
"""A time of any day: "at half past six"."""


def _meant(lex: Lexicon) -> Turn:
    """A correction of what was told in the turn before."""
    style = draw_style(lex)
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    fact = making.conflictable(lex)
    new = fact.with_value(lex)
    while _CLOCK_ALONE.match(new.value) and not _CLOCK_ALONE.match(fact.value):
        new = fact.with_value(lex)  # "no, at six" leaves the day as it was, which isn't said
    template = lex.wording(fact.relation.states)
    first = say(lex, quiet, fact, statement=fact.put(template))
    content = to_second_person(style.plain(new.put(template)))
    text = (
        style.plain(lex.wording_of_both(_MEANT_MADE, _MEANT, 0.4))
        .replace("{v}", style.plain(new.value))
        .replace("{o}", style.plain(fact.value))
    )
    user = finish(lex, style, fill(lex, style, text, middle=False))
    reply = replies.remembered([first.content]) if lex.chance(0.3) else replies.noted([first.content])
    carrier = "remember that " if reply.startswith("I'll") else ""
    history = (("user", sanitise(finish(lex, quiet, carrier + first.words))), ("assistant", reply))
    op = Consolidate(content, fact.ns, first.tags)
    memories = (first.content,) if lex.chance(0.5) else ()
    return Turn("correct", user, Gold((op,), (), replies.updated(content)), memories, fact, history=history)


def _forget(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    fact = making.draw_fact(lex)
    while not fact.topic:
        fact = making.draw_fact(lex)
    roll = lex.rng.random()
    if fact.who.tag == "you" and fact.who.nom == "I" and roll < 0.08:
        spoken, query = "everything about me", "you"
        user = lex.pick(
            phrases("""
    forget everything about me | delete everything you know about me | forget all you know about me | erase
    everything about me
""")
        )
    else:
        spoken = (
            fact.topic
            if roll < 0.7 or fact.who.tag == "you"
            else fact.who.nom
            if fact.who.third
            else fact.topic
        )
        query = spoken
        for article in ("my ", "our ", "the "):
            query = query.removeprefix(article)
        user = lex.wording_of_both(_FORGET_MADE, _FORGET, 0.45)
    text = slip(lex.rng, style.plain(user), style.typos).replace("{x}", style.plain(spoken))
    user = finish(lex, style, fill(lex, style, text, middle=False))
    op = Forget(query=to_second_person(style.plain(query)))
    memories = (say(lex, memory_style(lex), fact).content,) if lex.chance(0.75) else ()
    return Turn("forget", user, Gold((op,), (), replies.FORGOTTEN), memories, fact)


def _now(lex: Lexicon) -> Turn:
    """A statement with "now" about something known: it has changed."""
    style = draw_style(lex)
    fact = _nominal(lex)
    new = fact.with_value(lex)
    held = say(lex, memory_style(lex), fact)
    verb, whole = _verb(fact), _is(new, fact.topic)
    statement = f"{fact.topic} {verb} now {new.value}" if lex.chance(0.5) else f"{whole} now"
    words = style.plain(statement)
    content = to_second_person(style.plain(_is(new, fact.topic)))
    text = slip(
        lex.rng,
        style.plain(
            lex.wording(_NOW) if lex.chance(0.6) else explicit(lex) if lex.chance(0.3) else plain(lex)
        ),
        style.typos,
    ).replace("{f}", words)
    op = Consolidate(content, fact.ns, (style.plain(fact.tags[0]), style.plain(fact.tags[1])))
    return Turn(
        "update",
        finish(lex, style, fill(lex, style, text, middle=False)),
        Gold((op,), (), replies.updated(content)),
        (held.content,),
        fact,
    )


def _forget_that(lex: Lexicon) -> Turn:
    """Right after telling something, the person takes it back."""
    style = draw_style(lex)
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    fact = _nominal(lex)
    first = say(lex, quiet, fact)
    query = fact.topic
    for article in ("my ", "our ", "the "):
        query = query.removeprefix(article)
    history = (
        ("user", sanitise(finish(lex, quiet, first.words))),
        ("assistant", replies.noted([first.content])),
    )
    user = finish(
        lex, style, fill(lex, style, style.plain(lex.wording_of_both(_THAT_MADE, _THAT, 0.3)), middle=False)
    )
    memories = (first.content,) if lex.chance(0.6) else ()
    op = Forget(query=to_second_person(style.plain(query)))
    return Turn("forget", user, Gold((op,), (), replies.FORGOTTEN), memories, fact, history=history)


def change(lex: Lexicon) -> Turn:
    roll = lex.rng.random()
    if roll < 0.24:
        return _update(lex)
    if roll < 0.29:
        return _now(lex)
    if roll < 0.37:
        return _moved(lex)
    if roll < 0.63:
        return _meant(lex)
    return _forget_that(lex) if roll < 0.69 else _forget(lex)
