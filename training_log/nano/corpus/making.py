"""Draws facts: chooses whose, which relation and which values."""

from __future__ import annotations

from training_log.nano.corpus import life, relations, verbs, words
from training_log.nano.corpus.facts import Fact, I, Relation, Who
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.relations import OWN_TOPIC

__all__ = ["conflictable", "distractors", "draw_fact", "draw_who", "event"]

_FEMALE = frozenset("sister mother mum mom wife girlfriend daughter grandmother grandma granny aunt niece landlady".split())
_MALE = frozenset("brother father dad husband boyfriend son grandfather grandpa uncle nephew landlord".split())

_PROFESSIONALS = frozenset("dentist doctor vet landlord landlady lawyer accountant teacher therapist tutor physiotherapist boss coach".split())
_MANY = ("my parents", "my kids", "the kids", "my children", "our neighbours", "my grandparents", "the twins", "my in-laws", "my sisters", "my brothers", "my cousins", "the neighbours", "my boys", "the girls", "my flatmates", "our friends", "the children")

_EVENT_STATES = (
    "the {x} is {v}", "{P} {x} is {v}", "we have the {x} {v}", "I have a {x} {v}", "I've got a {x} {v}", "there's a {x} {v}",
    "the {x} starts {v}", "{P} {x} is {v}", "I have {P} {x} {v}", "the {x} is planned {v}", "the {x} will be {v}", "{v} I have a {x}",
    "the {x} takes place {v}", "there is a {x} {v}", "we've got a {x} {v}", "{v} there's the {x}",
    "I'm going to the {x} {v}", "the {x} is happening {v}", "{v} we have the {x}", "my {x} got scheduled {v}",
)  # fmt: skip
_EVENT_ASKS = (
    "when is the {x}", "when's the {x}", "when is {P} {x}", "what time is the {x}", "what day is the {x}", "when does the {x} start",
    "when do I have the {x}", "at what time is the {x}", "when was the {x} again", "on which day is the {x}", "when will the {x} be",
    "when's my {x}", "what time's the {x}", "when do we have the {x}", "when have I got the {x}", "when do I need to go to the {x}",
    "what date is the {x}", "when exactly is the {x}", "when is that {x}", "the {x} is when", "when did I say the {x} is", "how soon is the {x}",
)  # fmt: skip
_EVENT_INDIRECT = ("when the {x} is", "when {P} {x} is", "what time the {x} is", "what day the {x} is", "when the {x} starts", "when the {x} was", "when I have the {x}")
_EVENT_CHECKS = ("is the {x} {v}", "is the {x} today", "do I have the {x} {v}", "is {P} {x} tomorrow", "the {x} is {v} right", "isn't the {x} {v}")
EVENT = Relation("time", "time", _EVENT_STATES, _EVENT_ASKS, _EVENT_INDIRECT, _EVENT_CHECKS, "the {x}", "schedule", when=True)

_ROUTINE_STATES = (
    "{N} [have|has] {x} {v}", "{N} [go|goes] to {x} {v}", "{P} {x} is {v}", "{P} {x} class is {v}", "{N} [have|has] {O} {x} lesson {v}", "{v} {N} [have|has] {x}",
    "{N} [do|does] {x} {v}", "{N} [take|takes] {x} lessons {v}", "{P} {x} training is {v}", "{N} [train|trains] {x} {v}", "{N} [practise|practises] {x} {v}",
)  # fmt: skip
_ROUTINE_ASKS = (
    "when [do|does] {N} have {x}", "when is {P} {x}", "when [do|does] {N} go to {x}", "what day is {x}", "when's {x}", "which day [do|does] {N} have {x}", "when is {P} {x} class",
    "what days [do|does] {N} have {x}", "when is {x}", "what time is {x}", "how often [do|does] {N} have {x}", "when's {P} {x} lesson",
)  # fmt: skip
ROUTINE = Relation("{x}", "regular", _ROUTINE_STATES, _ROUTINE_ASKS, ("when {N} [have|has] {x}", "when {P} {x} is", "which day {N} [have|has] {x}"), (), "{P} {x}", "schedule", when=True)

_BINS = ("the bins", "the recycling", "the paper bin", "the glass", "the garden waste", "the rubbish", "the black bin", "the trash", "the compost")
BINS = Relation("collection", "regular", ("{x} [go|goes] out {v}", "{x} [am|is] collected {v}", "we put out {x} {v}", "{x} [get|gets] picked up {v}", "they collect {x} {v}", "{x} [have|has] to go out {v}"),
                ("when [do|does] {x} go out", "when [am|is] {x} collected", "when do we put out {x}", "what day [am|is] {x}", "when [do|does] {x} get picked up", "which day do they collect {x}", "when do I take out {x}"),
                ("when {x} [go|goes] out", "when we put out {x}", "what day they collect {x}"), (), "{x}", "schedule", when=True)
_PLACES = ("library", "bakery", "pharmacy", "swimming pool", "post office", "butcher", "town hall", "gym", "market", "museum", "playground", "bank", "surgery", "corner shop", "ice rink", "farm shop", "tip", "garden centre", "school office", "hairdresser", "canteen", "kindergarten")
OPENING = Relation("opening time", "clock", ("the {x} opens at {v}", "the {x} is open from {v}", "the {x} doesn't open until {v}", "the {x} opens its doors at {v}", "the {x} is open at {v}"),
                   ("when does the {x} open", "what time does the {x} open", "when is the {x} open", "from when is the {x} open", "how early does the {x} open"),
                   ("when the {x} opens", "what time the {x} opens"), (), "when the {x} opens", "schedule", when=True)
CLOSING = Relation("closing time", "clock", ("the {x} closes at {v}", "the {x} shuts at {v}", "the {x} is open until {v}", "the {x} stays open until {v}", "the {x} closes its doors at {v}"),
                   ("when does the {x} close", "what time does the {x} close", "until when is the {x} open", "how long is the {x} open", "when does the {x} shut"),
                   ("when the {x} closes", "how long the {x} is open", "what time the {x} shuts"), (), "when the {x} closes", "schedule", when=True)
_NEEDS = ("inspection", "service", "oil change", "new battery", "new filter", "check-up", "vaccination", "repair", "bath", "cleaning", "paint job")
_NEEDY = ("car", "van", "bike", "boiler", "motorbike", "dog", "cat", "lawnmower", "roof", "caravan", "heating", "boat", "piano", "fish tank", "chimney", "coffee machine")
NEED = Relation("{a}", "deadline", ("the {x} needs a {a} {v}", "{P} {x} needs a {a} {v}", "the {x} has to get a {a} {v}", "the {x} is due for a {a} {v}", "{P} {x} must get a {a} {v}", "the {x} is getting a {a} {v}"),
                ("when does the {x} need a {a}", "when is the {x} due for a {a}", "by when does the {x} need a {a}", "when does {P} {x} need a {a}", "when does the {x} get a {a}", "when is the {a} of the {x}", "when is {P} {x}'s {a}"),
                ("when the {x} needs a {a}", "when {P} {x} is due for a {a}", "by when the {x} needs a {a}"), (), "when the {x} needs a {a}", "schedule", when=True)
MEDICINE = Relation("{x}", "dose", ("{N} [take|takes] {x} {v}", "{N} [have|has] to take {x} {v}", "{N} [need|needs] {x} {v}", "{v} {N} [take|takes] {x}", "{N} [must|must] take {x} {v}", "{N} [get|gets] {x} {v}"),
                    ("when [do|does] {N} take {x}", "when [do|does] {N} have to take {x}", "how often [do|does] {N} take {x}", "when [do|does] {N} need {x}", "what time [do|does] {N} take {x}"),
                    ("when {N} [take|takes] {x}", "how often {N} [take|takes] {x}", "when {N} [have|has] to take {x}"), (), "{x}", "personal", when=True)
TRAVEL = Relation("trip to {x}", "time", ("{N} [fly|flies] to {x} {v}", "{N} [am|is] flying to {x} {v}", "{N} [am|is] going to {x} {v}", "{N} [leave|leaves] for {x} {v}", "{N} [travel|travels] to {x} {v}", "{v} {N} [go|goes] to {x}", "{P} train to {x} leaves {v}", "{P} flight to {x} is {v}", "{N} [am|is] off to {x} {v}"),
                  ("when [do|does] {N} fly to {x}", "when [am|is] {N} going to {x}", "when [do|does] {N} leave for {x}", "when is {P} trip to {x}", "when [do|does] {N} go to {x}", "what day [am|is] {N} going to {x}"),
                  ("when {N} [go|goes] to {x}", "when {N} [leave|leaves] for {x}", "when {N} [fly|flies] to {x}"), (), "{P} trip to {x}", "schedule", when=True)
VISIT = Relation("visit", "time", ("{N} [come|comes] to visit {v}", "{N} [am|is] coming over {v}", "{N} [arrive|arrives] {v}", "{N} [am|is] visiting {v}", "{N} [am|is] coming to dinner {v}", "{v} {N} [come|comes] round", "{N} will be here {v}", "{N} [drop|drops] by {v}"),
                 ("when [do|does] {N} come", "when [am|is] {N} coming", "when [do|does] {N} arrive", "when [am|is] {N} visiting", "what day [do|does] {N} come over", "when [do|does] {N} get here"),
                 ("when {N} [come|comes]", "when {N} [arrive|arrives]", "when {N} [am|is] coming"), (), "when {N} [come|comes]", "schedule", when=True)


SELF = Relation("name", "fullname", ("my name is {v}", "I'm {v}", "my name's {v}", "I am {v}", "call me {v}", "you can call me {v}", "I'm called {v}", "people call me {v}", "my friends call me {v}", "{v} is my name", "I go by {v}", "they call me {v}", "the name is {v}", "everybody calls me {v}", "my full name is {v}"),
                ("what is my name", "what's my name", "do you know my name", "tell me my name", "do you remember my name", "what am I called", "what do you call me", "have I told you my name", "say my name", "what was my name", "my name please", "what do people call me", "you know my name"),
                ("what my name is", "what I'm called", "what you call me"), ("is my name {v}", "am I {v}", "my name is {v} right"), "my name")
_COUNTED = ("cats", "dogs", "children", "kids", "sisters", "brothers", "cars", "bikes", "rabbits", "hens", "houses", "tattoos", "grandchildren", "laptops", "umbrellas", "guitars", "goldfish", "cousins", "nieces", "nephews", "sheep", "horses", "aunts", "monitors", "plants", "keys", "jobs", "phones", "daughters", "sons")
COUNT = Relation("{a}", "few", ("{N} [have|has] {v} {a}", "{N} [have|has] got {v} {a}", "{N} [own|owns] {v} {a}", "there are {v} {a} at {P} place", "{N} [have|has] {v} {a} at home", "{N} now [have|has] {v} {a}"),
                 ("how many {a} [do|does] {N} have", "how many {a} [have|has] {N} got", "what number of {a} [do|does] {N} have", "how many {a} are there at {P} place", "how many {a} did I say {N} [have|has]", "tell me how many {a} {N} [have|has]"),
                 ("how many {a} {N} [have|has]", "how many {a} {N} [have|has] got"), ("[do|does] {N} have {v} {a}", "[have|has] {N} got {v} {a}"), "{P} {a}")
_CLASSES = ("car", "phone", "bike", "laptop", "printer", "washing machine", "camera", "tv", "fridge", "sofa", "boat", "watch", "guitar", "bag", "jacket", "coat", "house", "van", "tent", "dog")
MODEL = Relation("{a}", "model", ("{P} {a} is a {v}", "{N} [have|has] a {v} {a}", "{N} [bought|bought] a {v} {a}", "{P} {a} is {v}", "{N} [own|owns] a {v} {a}", "{P} new {a} is a {v}"),
                 ("what {a} [do|does] {N} have", "what kind of {a} [do|does] {N} have", "what is {P} {a}", "which {a} [do|does] {N} have", "what make is {P} {a}", "what sort of {a} is {P} {a}", "what's {P} {a} like", "what model is {P} {a}"),
                 ("what {a} {N} [have|has]", "what kind of {a} {N} [have|has]", "which {a} {N} [have|has]"), ("is {P} {a} a {v}", "[do|does] {N} have a {v} {a}"), "{P} {a}")


def draw_who(lex: Lexicon, *, own: float = 0.4) -> Who:
    """The person, somebody of theirs, or somebody by name."""
    roll = lex.rng.random()
    if roll < own:
        return I if lex.chance(0.93) else Who("our", "we", "you", third=False, plural=True)
    if roll < own + (1 - own) * 0.06:
        many = lex.word(_MANY)
        return Who(f"{many}'" if many.endswith("s") else f"{many}'s", many, many.removeprefix("my ").removeprefix("the ").removeprefix("our "), third=False, plural=True)
    if roll < own + (1 - own) * 0.5:
        kin = lex.word(words.KIN)
        last = kin.split(" ")[-1]
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
    who = I if lex.chance(0.85) else Who("our", "we", "you", third=False, plural=True)
    return Fact(who, relations.attribute(kind), lex.value(kind), a)


def _personal(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    who = draw_who(lex)
    if roll < 0.45:
        a, kind = lex.pick(relations.PERSONAL)
        return Fact(who, relations.attribute(kind, any_who=True), lex.value(kind), a)
    if roll < 0.6:
        return Fact(who, relations.attribute("date", when=True), lex.value("date"), lex.pick(relations.BIRTHDAYS) if lex.chance(0.5) else "birthday")
    thing, kind = lex.pick(relations.FAVOURITES)
    if lex.chance(0.1):
        thing, kind = lex.pseudo(), "anything"
    return Fact(who, relations.attribute(kind, any_who=True), lex.value(kind), f"{lex.pick(('favourite', 'favourite', 'favorite'))} {thing}")


def _named(lex: Lexicon) -> Fact:
    kin = lex.word(words.KIN) if lex.chance(0.6) else lex.word(words.ANIMALS)
    kind = "pet" if kin in words.ANIMALS else "titled" if kin in _PROFESSIONALS and lex.chance(0.6) else "name"
    if lex.chance(0.8):
        return Fact(Who("my", "I", kin, third=False), relations.NAMED, lex.value(kind), kin)
    owner = lex.name()
    return Fact(Who(f"{owner}'s", owner, f"{owner}'s {kin}"), relations.NAMED, lex.value(kind), kin)


def _thing_of(lex: Lexicon) -> Fact:
    a, kind = lex.pick(relations.THINGS_OF)
    place = lex.pick((lex.thing, lambda: lex.word(words.ROOMS), lambda: lex.pick(_PLACES), lambda: lex.pick(_NEEDY), lambda: f"{lex.pick(('house', 'flat', 'office', 'garage'))} in {lex.place()}", lambda: f"{lex.pseudo()} {lex.pick(('house', 'office', 'room', 'club', 'gate', 'flat', 'account'))}"))()
    return Fact(Who("my", "I", place, third=False), relations.thing_of(kind), lex.value(kind), a, f"the {place}")


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
        return Fact(I, SELF, lex.full_name())
    if roll < 0.64:
        return Fact(draw_who(lex, own=0.6), COUNT, lex.value("few"), lex.word(_COUNTED))
    thing = lex.pick(_CLASSES)
    return Fact(draw_who(lex, own=0.6), MODEL, lex.value("model"), "car" if thing == "dog" else thing)


def _verb(lex: Lexicon) -> Fact:
    relation = lex.pick(verbs.LIVES)
    who = draw_who(lex, own=0.35)
    while who.plural and relation.kind in ("job", "company", "subject"):
        who = draw_who(lex, own=0.35)
    return Fact(who, relation, lex.value(relation.kind))


def _likes(lex: Lexicon) -> Fact:
    relation = lex.pick(verbs.LIKES[:4]) if lex.chance(0.8) else lex.pick(verbs.LIKES)
    return Fact(draw_who(lex), relation, lex.value(relation.kind), lex.pick(("coffee", "tea", "hot chocolate", "porridge")) if relation.attr == "{a}" else "")


def _spot(lex: Lexicon) -> Fact:
    thing = lex.thing()
    plural = thing in words.PLURAL_THINGS
    return Fact(Who("my", "I", thing, third=False), verbs.SPOTS[plural], lex.value("spot"), x=thing)


def _event(lex: Lexicon) -> Fact:
    x = event(lex)
    return Fact(Who(lex.pick(("my", "our", "my")), "I", x, third=False), EVENT, lex.value("time"), x=x)


def _routine(lex: Lexicon) -> Fact:
    roll = lex.rng.random()
    if roll < 0.4:
        return Fact(draw_who(lex), ROUTINE, lex.value("regular"), x=lex.word(words.ACTIVITIES))
    if roll < 0.5:
        x = lex.pick(_BINS)
        return Fact(Who("my", "I", x.removeprefix("the "), third=x != "the bins", plural=True), BINS, lex.value("regular"), x=x)
    if roll < 0.62:
        x = lex.pick(_PLACES) if lex.chance(0.8) else f"{lex.pseudo()} shop"
        return Fact(Who("my", "I", x, third=False), lex.pick((OPENING, CLOSING)), lex.value("clock"), x=x)
    if roll < 0.72:
        need, x = lex.pick(_NEEDS), lex.pick(_NEEDY) if lex.chance(0.8) else lex.pseudo()
        return Fact(Who("my", "I", x, third=False), NEED, lex.value("deadline"), need, x)
    if roll < 0.82:
        return Fact(draw_who(lex, own=0.6), MEDICINE, lex.value("dose"), x=lex.value("medicine"))
    if roll < 0.92:
        return Fact(draw_who(lex, own=0.6), TRAVEL, lex.value("time"), x=lex.place())
    return Fact(draw_who(lex, own=0.0), VISIT, lex.value("time"))


_MAKERS = ((_own, 0.17), (_personal, 0.16), (_named, 0.09), (_thing_of, 0.06), (_verb, 0.11), (_likes, 0.07), (_spot, 0.08), (_event, 0.09), (_routine, 0.06), (_having, 0.05), (_living, 0.08))


def draw_fact(lex: Lexicon) -> Fact:
    """A fact of any relation."""
    roll = lex.rng.random()
    for maker, weight in _MAKERS:
        roll -= weight
        if roll < 0:
            return maker(lex)
    return _own(lex)


def conflictable(lex: Lexicon) -> Fact:
    """A fact that has exactly one value, so that another value contradicts it."""
    while True:
        fact = draw_fact(lex)
        if not fact.relation.many and fact.relation.kind not in ("deadline", "dose"):
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
    """Same attribute of somebody else, or another attribute of the same one."""
    if "{P}" in fact.relation.states[0] + fact.relation.asks[0] and fact.relation.topic == OWN_TOPIC:
        if lex.chance(0.6):
            return Fact(draw_who(lex, own=0.25), fact.relation, lex.value(fact.relation.kind), fact.a)
        if other.relation.topic == OWN_TOPIC:
            return Fact(fact.who, other.relation, other.value, other.a)
    if fact.relation in verbs.LIVES or fact.relation in verbs.LIKES:
        if lex.chance(0.6):
            return Fact(draw_who(lex, own=0.25), fact.relation, lex.value(fact.relation.kind), fact.a)
        if other.relation in verbs.LIVES:
            return Fact(fact.who, other.relation, other.value)
    return other
