"""What is told of something that was just spoken of: "it has a pool", "I lent it to Ann", "…, who studies in Rome"."""

from __future__ import annotations

from dataclasses import replace

from memory.grammar import Store
from training_log.nano import replies
from training_log.nano.corpus import making, verbs, words
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.facts import Fact, Who
from training_log.nano.corpus.freeform import with_articles, with_slots
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.saying import Said, say
from training_log.nano.corpus.surface import Style, capital, finish

__all__ = ["of_it", "of_whom", "who_does"]

_OWNED = phrases("""
    car | bike | van | motorbike | caravan | boat | scooter | phone | laptop | tablet | camera | printer | tv | fridge |
    freezer | washing machine | dishwasher | boiler | heating | cooker | sofa | bed | desk | table | chair | wardrobe |
    piano | guitar | violin | watch | ring | coat | jacket | suitcase | bag | tent | drill | ladder | mower | lamp |
    kayak | telescope | record player | sewing machine | bookcase | carpet | mirror | umbrella | helmet | pram
""")
_BUILT = phrases("""
    hotel | flat | house | office | cottage | holiday flat | shop | studio | garage | garden | shed | kitchen | attic |
    cellar | gym | school | nursery | surgery | clinic | pub | library | club | campsite | hostel | allotment | workshop
""")
_OPENINGS = phrases("""
    {P} {T} is a {mo} | {P} {T} is {mo} | {N} have a new {T} | {N} bought a {T} | {N} have a {T} | {N} got a new {T} | {P} {T} is {s} |
    {P} {T} is from {t} | {P} {T} is called {b} | {P} new {T} came from {t} | {N} rent a {T} | {N} bought a new {T}
""")
_BUILT_OPENINGS = phrases("""
    {P} {T} is called {b} | {P} {T} is in {t} | {P} {T} is next to the {pl} | {N} have a {T} in {t} | {N} rent a {T} in {t} |
    {N} found a new {T} | {P} {T} is near {t} | {P} {T} is the {b} | {P} {T} belongs to {n}
""")
_PET_OPENINGS = phrases("""
    {N} have a {T} | {P} {T} is called {n} | {P} {T} is from {t} | {N} got a {T} | {P} {T} is {age} years old | {P} {T}'s name is {n} |
    {N} have a {T} called {n} | {P} {T} sleeps {s}
""")
_SAID_OF_IT = phrases("""
    it needs a new {o} | it needs new {o2} | it needs repairing | it needs a {p} | it needs a service {w} | it needs an oil change {w} |
    it needs cleaning {w} | it has a {c} {p} | it has {k} {o2} | it has a scratch on the left | it has a crack | it has a dent in the
    door | it has no lid | it has two keys | it has a new {p} | it has been {s} for weeks | it cost {m} | it was {m} | it costs {m} a
    month | it's {c} | it is {c} | it's broken | it's too small | it's {k} years old | it's made of {p} | it's from {n} | it comes from {t} |
    it was made in {t} | it belongs to {n} | it used to belong to {n} | it was a present from {n} | it runs on {p} | it weighs {k} kilos |
    it makes a funny noise | it smells of {f} | it leaks | it doesn't start in the rain | it doesn't work any more | it takes {p} batteries |
    it holds {k} litres | it's insured with {p} | it's {s} | it goes back {w} | it arrives {w} | it comes back from the workshop {w} |
    it has to be returned {w} | it's still under guarantee | it needs winter tyres | it has a flat tyre | it came with a {o} | it uses a lot
    of {p} | it only works with a {p} | it turns itself off | it gets too hot | it squeaks | it was repaired in {t} | it fits in the {r} |
    it won't fit in the {r} | it stands in the {r} | it has {n}'s name on it | it goes with the {o} | it's the best {p} in {t}
""")
_SAID_OF_HOUSES = phrases("""
    it has a pool on the roof | it has {k} rooms | it has two bathrooms | it has a garden | it has a view of the {p} | it has no lift | it has
    a sauna | it has a {c} door | it has free parking | it has a {p} | it needs a new roof | it needs painting | it's on the third floor |
    it's {k} minutes from the station | it's near the {pl} | it's next to the {pl} | it's above the {pl} | it costs {m} a night | it costs {m} a
    month | it cost {m} | it's in {t} | it's {k} square metres | it opens at {cl} | it closes at {cl} | it's open until {cl} | it opens {w} |
    it's closed for repairs | it allows dogs | it belongs to {n} | it used to be a {pl} | it was built in {y} | it smells of {f} | it has damp in
    the {r} | it gets very cold | it has room for {k} people | it's rented to {n} | it's for sale | it's too noisy | it's run by {n} |
    it takes no cards | it serves {f} | it's painted {c} | it has an alarm | it has {n}'s old {o} in it
""")
_SAID_OF_PETS = phrases("""
    it's afraid of {fe} | it eats {f} | it likes {f} | it loves {f} | it hates {f} | it won't touch {f} | it sleeps {s} | it's {age} years old |
    it needs its {me} {do} | it gets its {me} {do} | it takes {me} {do} | it has a chip | it has three legs | it has {c} fur | it has {c} eyes |
    it isn't allowed in the {r} | it bites | it comes from {t} | it belongs to {n} | it needs its shots {w} | it goes to the vet {w} | it weighs {k}
    kilos | it's allergic to {f} | it only has one eye | it's {c} | it used to live in {t} | it gets on with {n} | it doesn't like {n} | it barks
    at {n} | it has a bad tooth | it's a {p} | it runs away | it snores | it needs a walk at {cl}
""")
_DONE_WITH_IT = phrases("""
    I lent it to {n} | I've lent it to {n} | {n} borrowed it | {n} has it | I bought it in {t} | we bought it in {t} | I got it from {n} | {n} gave it
    to me | {n} gave it to us | I paid {m} for it | we paid {m} for it | I keep it {s} | we keep it {s} | I left it {s} | I locked it {s} | I parked
    it {s} | I put it {s} | I hid it {s} | I sold it to {n} | I want to sell it | we want to sell it {w} | I painted it {c} | I share it with {n} |
    I inherited it from {n} | we call it {b} | I had it repaired in {t} | {n} repaired it | I ordered it from {t} | I use it for {ac} | I need it for
    {ac} | I've had it for {k} years | {n} fixed it for {m} | I found it {s} | I lost it in {t} | I'm giving it to {n} | I promised it to {n} |
    the {q} wants to buy it | I pay {m} a month for it | we pay {m} a year for it | I pick it up {w} | I have to take it back {w} | {n} picks
    it up {w} | I named it {n} | I take it to {t} | {n} broke it | {n} is borrowing it {w} | I bought it second-hand | I got it for
    {m} | I can't stand it | {n} painted it {c} | I got it for Christmas | I never use it | I hardly use it | {n} wants it | I locked it
    with a {p}
""")
_DONE_WITH_WHOM = phrases("""
    I see {him} every {day} | I visit {him} every {day} | I call {him} every {day} | I call {him} {w} | I met {him} in {t} | I've known {him} since
    school | I've known {him} for {k} years | I work with {him} | I share an office with {him} | I went to school with {him} | I owe {him} {m} |
    I lent {him} the {o} | I lent {him} {m} | I gave {him} my {o} | I'm visiting {him} {w} | I'm meeting {him} {w} | I play {ac} with {him} | I'm
    having lunch with {him} {w} | I have to call {him} {w} | we're seeing {him} {w} | I pick {him} up {w} | I want to give {him} a {o} | I trust {him} |
    I can't stand {him} | I miss {him} | I promised {him} a {o} | I taught {him} {l} | I speak {l} with {him} | my {kin} knows {him} | {n} works for {him} |
    {n} is married to {him} | everybody likes {him} | I got the {o} from {him} | I bought the {o} from {him} | I can always ask {him} | I drive {him} to {t} {w}
""")
_PLACES = phrases(
    "bank | church | station | bakery | post office | school | library | cinema | museum | river | market"
)
_DAYS = phrases(
    "Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday | week | month | morning | evening | summer | day"
)
_TIMED = ("{w}", "{cl}", "{do}", "{day}")
"""Slots that name a time: what has one is kept in `schedule`."""
_HIM = {"he": "him", "she": "her"}


def of_it(lex: Lexicon, style: Style) -> Turn:
    """A thing, a house or a pet was spoken of; then comes "it needs an oil change" or "I lent it to Ann"."""
    style = replace(style, bare=False)  # "were selling it" would be said of somebody else
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    thing, openings, told = lex.pick(
        (
            (lex.word(_OWNED), _OPENINGS, _SAID_OF_IT),
            (lex.word(_BUILT), _BUILT_OPENINGS, _SAID_OF_HOUSES),
            (lex.word(words.ANIMALS), _PET_OPENINGS, _SAID_OF_PETS),
        )
    )
    own, whose = lex.pick((("I", "my"), ("I", "my"), ("we", "our")))
    opening = lex.wording(openings)
    opening = opening.replace("{N}", own).replace("{P}", whose).replace("{T}", thing)
    following = lex.wording(_DONE_WITH_IT if lex.chance(0.4) else told)
    whole = f"{whose} {thing}"
    meant = (
        following.replace("it's ", f"{whole} is ", 1)
        if following.startswith("it's ")
        else _put(following, whole)
    )
    return _follow(lex, style, quiet, opening, (following, meant), (thing, "note"))


def of_whom(lex: Lexicon, style: Style) -> Turn:
    """Somebody was spoken of; then comes "I see her every Friday"."""
    style = replace(style, bare=False)
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    fact = making.draw_fact(lex)
    while not (fact.who.pronoun[0] and fact.who.third):
        fact = making.draw_fact(lex)
    him = _HIM[fact.who.pronoun[0]]
    following = lex.wording(_DONE_WITH_WHOM)
    pair = following.replace("{him}", him), following.replace("{him}", fact.who.nom)
    return _follow(lex, style, quiet, fact, pair, (fact.who.tag, "note"))


def _put(following: str, whole: str) -> str:
    """The words with what "it" stands for in its place."""
    return " ".join(whole if word == "it" else word for word in following.split(" "))


def _follow(
    lex: Lexicon,
    style: Style,
    quiet: Style,
    opening: str | Fact,
    following: tuple[str, str],
    tags: tuple[str, str],
) -> Turn:
    """A turn of what follows, as it is said and as it is meant, in the same breath as the opening or in the next."""
    if isinstance(opening, Fact):
        said = say(lex, quiet, opening)
        before, known = said.words, said.store()
    else:
        before = quiet.plain(*_with_slots(lex, opening))
        known = Store(to_second_person(before), "personal", (quiet.plain(tags[0]), "note"))
    text, meant = map(quiet.plain, _with_slots(lex, *following))
    namespace = "schedule" if any(slot in following[0] for slot in _TIMED) else "personal"
    told = Store(to_second_person(meant), namespace, (quiet.plain(tags[0]), tags[1]))
    if lex.chance(0.35):
        joins = (" and ", " ") if style.unpunctuated else (" and ", ", ", ". ", " and ", ", and ")
        join = lex.pick(joins)
        text = before + join + (capital(text) if join == ". " and not style.lower else text)
        reply = replies.noted([known.content, told.content])
        return Turn("store", finish(lex, style, text), Gold((known, told), (), reply))
    history = (("user", finish(lex, style, before)), ("assistant", replies.noted([known.content])))
    text = lex.pick(("and ", "oh and ", "also ", "well ")) + text if lex.chance(0.1) else text
    reply = replies.noted([told.content])
    return Turn("store", finish(lex, style, text), Gold((told,), (), reply), history=history)


def _with_slots(lex: Lexicon, *texts: str) -> tuple[str, ...]:
    """The texts with their slots filled, the same in each."""
    joined = "\0".join(texts)
    for slot, kind in (
        ("{cl}", "clock"),
        ("{fe}", "fear"),
        ("{me}", "medicine"),
        ("{mo}", "model"),
        ("{do}", "dose"),
    ):
        if slot in joined:
            joined = joined.replace(slot, lex.value(kind))
    for slot, listed in (("{pl}", _PLACES), ("{day}", _DAYS), ("{kin}", words.KIN)):
        if slot in joined:
            joined = joined.replace(slot, lex.pick(listed))
    joined = (
        joined.replace("{k} years", "{age} years")
        .replace("{age}", str(lex.rng.randint(2, 19)))
        .replace("{y}", str(lex.rng.randint(1650, 2025)))
    )
    return tuple(map(with_articles, with_slots(lex, *joined.split("\0"))))


def who_does(lex: Lexicon, style: Style) -> Turn:
    """What somebody does behind "who": "I have a son, Leo, who studies law" and "my aunt Bea, who is a vet, likes figs"."""
    quiet = Style(style.lower, style.bare, style.unpunctuated)
    kin, name = lex.word(words.KIN), lex.name()
    had = lex.chance(0.5)
    whom = Who(f"{name}'s", name, name) if had else Who(f"my {kin} {name}'s", f"my {kin} {name}", name)
    told = [_doing(lex, quiet, whom) for _ in range(1 if had else 2)]
    comma = "" if style.unpunctuated else ","
    done = [said.words.removeprefix(quiet.plain(whom.nom)).strip() for said in told]
    if had:
        opening = quiet.plain(f"I have a {kin}{lex.pick((',', ' called', ' named'))} {name}")
        kept = Store(to_second_person(opening), "personal", (quiet.plain(name), "name"))
        text, stores = f"{opening}{comma} who {done[0]}", [kept, told[0].store()]
    else:
        text = f"{quiet.plain(whom.nom)}{comma} who {done[0]}{comma} {done[1]}"
        stores = [said.store() for said in told]
    contents = [store.content for store in stores]
    return Turn("store", finish(lex, style, text), Gold(tuple(stores), (), replies.noted(contents)))


def _doing(lex: Lexicon, quiet: Style, whom: Who) -> Said:
    """What somebody does, in a sentence that begins with who it is."""
    while True:
        relation = lex.pick(verbs.LIVES)
        fact = Fact(whom, relation, lex.value(relation.kind))
        template = lex.wording(relation.states)
        if template.startswith("{N} [") and "{" not in template.removeprefix("{N}").replace("{v}", ""):
            return say(lex, quiet, fact, statement=fact.put(template))
