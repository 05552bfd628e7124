"""Draws facts: chooses whose, which relation and which values."""

from __future__ import annotations

from training_log.nano.corpus import life, plans, relations, tastes, verbs, words
from training_log.nano.corpus.facts import Fact, I, Who
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.relations import OWN_TOPIC

__all__ = ["conflictable", "distractors", "draw_fact", "draw_who", "event", "has_one_value"]

_FEMALE = frozenset(
    phrases("""
    sister | mother | mum | mom | wife | girlfriend | daughter | grandmother | grandma | granny | aunt |
    niece | landlady
""")
)
_MALE = frozenset(
    phrases("""
    brother | father | dad | husband | boyfriend | son | grandfather | grandpa | uncle | nephew | landlord
""")
)

_PROFESSIONALS = frozenset(
    phrases("""
    dentist | doctor | vet | landlord | landlady | lawyer | accountant | teacher | therapist | tutor |
    physiotherapist | boss | coach
""")
)
_MANY = phrases("""
    my parents | my kids | the kids | my children | our neighbours | my grandparents | the twins | my
    in-laws | my sisters | my brothers | my cousins | the neighbours | my boys | the girls | my flatmates |
    our friends | the children
""")


def draw_who(lex: Lexicon, *, own: float = 0.4) -> Who:
    """The person, somebody of theirs, or somebody by name."""
    roll = lex.rng.random()
    if roll < own:
        return I if lex.chance(0.93) else Who("our", "we", "you", third=False, plural=True)
    if roll < own + (1 - own) * 0.06:
        many = lex.word(_MANY)
        return Who(
            f"{many}'" if many.endswith("s") else f"{many}'s",
            many,
            many.removeprefix("my ").removeprefix("the ").removeprefix("our "),
            third=False,
            plural=True,
        )
    if roll < own + (1 - own) * 0.5:
        kin = lex.word(words.KIN)
        last = kin.replace("-in-law", " in law").removesuffix(" in law").split(" ")[-1]
        pronoun = ("she", "her") if last in _FEMALE else ("he", "his") if last in _MALE else ("", "")
        if lex.chance(0.2):
            name = lex.name()
            return Who(f"my {kin} {name}'s", f"my {kin} {name}", name, pronoun=pronoun)
        return Who(f"my {kin}'s", f"my {kin}", kin, pronoun=pronoun)
    name = lex.name()
    return Who(f"{name}'s", name, name, pronoun=lex.pick((("she", "her"), ("he", "his"))))


def event(lex: Lexicon) -> str:
    if lex.chance(0.25):
        first = lex.pseudo().capitalize() if lex.chance(0.5) else lex.pseudo()
        return f"{first} {lex.pick(('meeting', 'lesson', 'party', 'concert', 'interview', 'class', 'appointment', 'workshop', 'festival'))}"
    if lex.chance(0.2):
        return f"{lex.word(words.ACTIVITIES)} {lex.pick(('lesson', 'class', 'practice', 'training', 'tournament', 'exam', 'course'))}"
    return lex.word(words.APPOINTMENTS)


def _own(lex: Lexicon) -> Fact:
    a, kind = lex.pick(relations.OWN)
    if lex.chance(0.12):
        a = f"{lex.pseudo()} {a.split(' ')[-1]}"
    elif lex.chance(0.1):
        a = f"{a} {lex.pick(('for', 'for', 'at', 'in'))} {_somewhere(lex)}"
    who = I if lex.chance(0.85) else Who("our", "we", "you", third=False, plural=True)
    return Fact(who, relations.attribute(kind), lex.value(kind), a)


def _somewhere(lex: Lexicon) -> str:
    """Where or for what one of several codes, sizes or numbers is meant."""
    return lex.one_of(
        lex.place,
        lex.company,
        lambda: lex.word(words.ACTIVITIES),
        lambda: f"the {lex.pick(plans.PLACES)}",
        lambda: f"the {lex.word(words.ROOMS)}",
        lambda: f"the {lex.thing()}",
        lambda: f"{lex.pseudo()}s",
    )


def _personal(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    who = draw_who(lex)
    if roll < 0.45:
        a, kind = lex.pick(relations.PERSONAL)
        return Fact(who, relations.attribute(kind, any_who=True), lex.value(kind), a)
    if roll < 0.6:
        return Fact(
            who,
            relations.attribute("date", when=True),
            lex.value("date"),
            lex.pick(relations.BIRTHDAYS) if lex.chance(0.5) else "birthday",
        )
    thing, kind = lex.pick(relations.FAVOURITES)
    if lex.chance(0.1):
        thing, kind = lex.pseudo(), "anything"
    return Fact(
        who,
        relations.attribute(kind, any_who=True),
        lex.value(kind),
        f"{lex.pick(('favourite', 'favourite', 'favorite'))} {thing}",
    )


def _named(lex: Lexicon) -> Fact:
    kin = lex.word(words.KIN) if lex.chance(0.6) else lex.word(words.ANIMALS)
    kind = (
        "pet" if kin in words.ANIMALS else "titled" if kin in _PROFESSIONALS and lex.chance(0.6) else "name"
    )
    if lex.chance(0.8):
        value = lex.value(kind)
        if kind == "titled" and lex.chance(0.12):  # "our dentist is Dr Nowak, 0151 22334"
            value = f"{value}, {lex.value('phone')}"
        return Fact(Who("my", "I", kin, third=False), relations.NAMED, value, kin)
    owner = lex.name()
    return Fact(Who(f"{owner}'s", owner, f"{owner}'s {kin}"), relations.NAMED, lex.value(kind), kin)


def _thing_of(lex: Lexicon) -> Fact:
    a, kind = lex.pick(relations.THINGS_OF)
    place = lex.one_of(
        lex.thing,
        lambda: lex.word(words.ROOMS),
        lambda: lex.pick(plans.PLACES),
        lambda: lex.pick(plans.NEEDY),
        lambda: f"{lex.pick(('house', 'flat', 'office', 'garage'))} in {lex.place()}",
        lambda: f"{lex.pseudo()} {lex.pick(('house', 'office', 'room', 'club', 'gate', 'flat', 'account'))}",
    )
    return Fact(
        Who("my", "I", place, third=False), relations.thing_of(kind), lex.value(kind), a, f"the {place}"
    )


def _living(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    if roll < 0.25:
        return Fact(draw_who(lex, own=0.5), life.TRAIT, lex.value("trait"))
    if roll < 0.65:
        return Fact(draw_who(lex), lex.pick(life.LIFE), lex.value("when"))
    if roll < 0.82:
        x = lex.pick(life.DUE_THINGS) if lex.chance(0.8) else f"{lex.pseudo()} bill"
        return Fact(Who("my", "I", x, third=False), life.DUE, lex.value("due"), x=x)
    return Fact(draw_who(lex, own=0.0), life.CONTACT, lex.value("phone"))


def _having(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    if roll < 0.34:
        return Fact(I, life.SELF, lex.full_name())
    if roll < 0.64:
        return Fact(draw_who(lex, own=0.6), life.COUNT, lex.value("few"), lex.word(life.COUNTED))
    thing = lex.pick(life.CLASSES)
    return Fact(draw_who(lex, own=0.6), life.MODEL, lex.value("model"), "car" if thing == "dog" else thing)


def _verb(lex: Lexicon) -> Fact:
    relation = lex.pick(verbs.LIVES)
    who = draw_who(lex, own=0.35)
    while who.plural and relation.kind in ("job", "company", "subject"):
        who = draw_who(lex, own=0.35)
    return Fact(who, relation, lex.value(relation.kind))


def _likes(lex: Lexicon) -> Fact:
    relation = lex.pick(tastes.LIKES[:4]) if lex.chance(0.8) else lex.pick(tastes.LIKES)
    return Fact(
        draw_who(lex),
        relation,
        lex.value(relation.kind),
        lex.pick(("coffee", "tea", "hot chocolate", "porridge")) if relation.attr == "{a}" else "",
    )


def _spot(lex: Lexicon) -> Fact:
    thing = lex.thing()
    plural = thing in words.PLURAL_THINGS
    return Fact(Who("my", "I", thing, third=False), tastes.SPOTS[plural], lex.value("spot"), x=thing)


def _event(lex: Lexicon) -> Fact:
    x = event(lex)
    return Fact(Who(lex.pick(("my", "our", "my")), "I", x, third=False), plans.EVENT, lex.value("time"), x=x)


def _routine(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    if roll < 0.4:
        return Fact(draw_who(lex), plans.ROUTINE, lex.value("regular"), x=lex.word(words.ACTIVITIES))
    if roll < 0.5:
        x = lex.pick(plans.BIN_NAMES)
        return Fact(
            Who("my", "I", x.removeprefix("the "), third=x != "the bins", plural=True),
            plans.BINS,
            lex.value("regular"),
            x=x,
        )
    if roll < 0.62:
        x = lex.pick(plans.PLACES) if lex.chance(0.8) else f"{lex.pseudo()} shop"
        return Fact(
            Who("my", "I", x, third=False), lex.pick((plans.OPENING, plans.CLOSING)), lex.value("clock"), x=x
        )
    if roll < 0.72:
        need, x = lex.pick(plans.NEEDS), lex.pick(plans.NEEDY) if lex.chance(0.8) else lex.pseudo()
        return Fact(Who("my", "I", x, third=False), plans.NEED, lex.value("deadline"), need, x)
    if roll < 0.82:
        return Fact(draw_who(lex, own=0.6), plans.MEDICINE, lex.value("dose"), x=lex.value("medicine"))
    if roll < 0.92:
        return Fact(draw_who(lex, own=0.6), plans.TRAVEL, lex.value("time"), x=lex.place())
    return Fact(_visitor(lex), plans.VISIT, lex.value("time"))


def _visitor(lex: Lexicon) -> Who:
    if lex.chance(0.55):
        return draw_who(lex, own=0.0)
    visitor = lex.word(plans.VISITORS) if lex.chance(0.85) else f"{lex.pseudo()} man"
    return Who(f"the {visitor}'s", f"the {visitor}", visitor)


_MAKERS = (
    (_own, 0.17),
    (_personal, 0.16),
    (_named, 0.09),
    (_thing_of, 0.06),
    (_verb, 0.11),
    (_likes, 0.07),
    (_spot, 0.08),
    (_event, 0.09),
    (_routine, 0.06),
    (_having, 0.05),
    (_living, 0.08),
)


def draw_fact(lex: Lexicon) -> Fact:
    """A fact of any relation."""
    roll = lex.rng.random()
    for maker, weight in _MAKERS:
        roll -= weight
        if roll < 0:
            return maker(lex)
    return _own(lex)


def has_one_value(fact: Fact) -> bool:
    """Whether another value would contradict it."""
    return not fact.relation.many and fact.relation.kind not in ("deadline", "dose")


def conflictable(lex: Lexicon) -> Fact:
    """A fact that has exactly one value, so that another value contradicts it."""
    while True:
        fact = draw_fact(lex)
        if has_one_value(fact):
            return fact


def distractors(lex: Lexicon, fact: Fact | None, count: int) -> list[Fact]:
    """Other facts, some of them near the given one, none that could answer its question."""
    found: list[Fact] = []
    while len(found) < count:
        other = draw_fact(lex)
        if fact is not None and lex.chance(0.35):
            other = _near_miss(lex, fact, other)
        if (fact is None or not fact.near(other)) and not any(other.near(one) for one in found):
            found.append(other)
    return found


def _near_miss(lex: Lexicon, fact: Fact, other: Fact) -> Fact:
    """Same attribute of somebody else, or another attribute of the same one; who is whose stays as it is, with its tags."""
    if relations.NAMED in (fact.relation, other.relation):
        return other
    if "{P}" in fact.relation.states[0] + fact.relation.asks[0] and fact.relation.topic == OWN_TOPIC:
        if lex.chance(0.6):
            return Fact(draw_who(lex, own=0.25), fact.relation, lex.value(fact.relation.kind), fact.a)
        if other.relation.topic == OWN_TOPIC:
            return Fact(fact.who, other.relation, other.value, other.a)
    if fact.relation in verbs.LIVES or fact.relation in tastes.LIKES:
        if lex.chance(0.6):
            return Fact(draw_who(lex, own=0.25), fact.relation, lex.value(fact.relation.kind), fact.a)
        if other.relation in verbs.LIVES:
            return Fact(fact.who, other.relation, other.value)
    return other
