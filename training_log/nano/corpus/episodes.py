"""What happened: "yesterday we went to the zoo" becomes an episode."""

from __future__ import annotations

from memory.grammar import Episode
from training_log.nano import replies
from training_log.nano.corpus import words
from training_log.nano.corpus.carriers import explicit
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, memory_style
from training_log.nano.corpus.phrases import Slots, filled, pairs, phrases
from training_log.nano.corpus.surface import Style, draw_style, fill, finish, slip
from training_log.nano.corpus.times import past

__all__ = ["asked_about", "episode", "happened"]

_PLACES = phrases("""
    the zoo | the beach | the museum | the dentist | the market | the cinema | the lake | a concert | the
    mountains | the theatre | the farm | the castle | the hospital | the park | a wedding | the aquarium |
    the library | an exhibition | the harbour | the forest | a football match | the new restaurant
""")
_VERBS = pairs("""
    visit > went to {p} | visit > visited {p} | meeting > met {n} | meeting > had lunch with {n} | meeting >
    ran into {n} | call > called {n} | call > talked to {n} on the phone | purchase > bought a {o} |
    purchase > bought {f} | loss > lost the {o} | loss > lost my {o} | find > found the {o} {s} | repair >
    fixed the {o} | accident > broke the {o} | meal > ate {f} | meal > cooked {f} for {n} | meal > had {f}
    for dinner | trip > drove to {t} | trip > flew to {t} | trip > took the train to {t} | sport > went {a}
    | exam > passed the {j} exam | exam > failed the {j} exam | work > started a new job at {c} | present >
    gave {n} a {o} | present > got a {o} from {n} | film > watched {w} | book > finished reading {w} |
    illness > had a headache | illness > had a fever | walk > walked to {p} with {n} | visit > visited {n}
    in {t} | move > moved to {t} | party > went to {n}'s party | garden > planted {f} | loan > lent {n} the
    {o} | loan > borrowed a {o} from {n} | quarrel > argued with {n} | repair > painted the {r} | game > won
    at chess against {n} | sleep > slept badly | run > ran {k} kilometres | cleaning > cleaned the {r} |
    sale > sold the {o} | delay > missed the train to {t} | baking > baked bread with {n} | visit > saw {n}
    at {p} | letter > got a letter from {n} | payment > paid {c} {m} | building > built a {o} with {n} | talk >
    told {n} about {t} | news > heard from {n} | letter > wrote to {n} | book > read {w} | drink > drank {f} at
    {n}'s place | game > beat {n} at {a} | music > sang with {n} | swim > swam in the lake | fishing > caught {k}
    fish | lesson > taught {n} {a} | parcel > sent {n} a {o} | repair > mended the {o} | garden > dug up the {f} |
    garden > picked {k} kilos of {f} | haircut > cut {n}'s hair | injury > hurt my back | injury > cut my finger |
    cooking > burnt the {f} | accident > dropped the {o} | tidying > tidied up the {r} | tidying > threw away the
    {o} | decorating > hung up the {o} | decorating > papered the {r} | move > moved the {o} {s} | shopping >
    ordered a {o} | shopping > returned the {o} to {c} | paperwork > signed the contract with {c} | paperwork >
    cancelled the {o} insurance | bank > opened an account with {c} | travel > cycled to {t} | travel > got stuck
    in {t} | travel > stayed with {n} in {t} | outing > took {n} to {p} | outing > showed {n} {p} | party > danced
    with {n} | party > celebrated {n}'s birthday | party > baked a cake for {n} | help > helped {n} with the {o} |
    help > drove {n} to {p} | help > looked after {n}'s dog | sport > played {a} with {n} | sport > started {a} |
    sport > gave up {a} | illness > caught a cold | illness > stayed in bed | illness > lost my voice | doctor >
    had a tooth out | doctor > had my eyes tested | work > finished the {j} report | work > got a raise | work >
    quit the job at {c} | talk > made up with {n} | talk > apologised to {n} | talk > promised {n} a {o} | money >
    lent {n} {m} | money > won {m} | money > spent {m} on a {o} | loss > left the {o} on the train | find > found
    {m} in the {r} | animal > saw a fox | animal > fed the ducks | pet > took the cat to the vet | cinema > fell
    asleep during {w} | walk > walked {k} kilometres | walk > got lost in {t} | study > learned {k} words of {l}
""")
_OTHERS = pairs("""
    visit > {n} came to visit | call > {n} called | birth > {n} had a baby | accident > {n} fell off the
    bike | accident > {n} broke a leg | exam > {n} passed the {j} exam | visit > {n} came over for dinner |
    delivery > the {o} arrived | breakdown > the {o} broke | move > {n} moved to {t} | wedding > {n} got
    married | work > {n} started at {c} | tooth > {n} lost a tooth | illness > {n} was ill | present > {n}
    gave me a {o} | win > {n} won the {a} tournament | power cut > the power went out | visit > the plumber
    came | first steps > {n} took the first steps | snow > it snowed in {t} | meal > {n} cooked {f} | visit
    > {n} visited {t} | loss > {n} lost the {o} | goal > {n} scored {k} goals | illness > {n} had a fever |
    building > {n} built a {o} | snow > {n} built a snowman | talk > {n} told us about {t} | story > {n} told a
    story about {t} | news > {n} wrote from {t} | music > {n} sang at {p} | music > {n} played the {a} concert |
    swim > {n} swam across the lake | win > {n} beat {n2} at {a} | quarrel > {n} and {n2} had a row | wedding >
    {n} and {n2} got engaged | help > {n} helped me with the {o} | repair > {n} mended the {o} | repair > {n}
    fixed the {r} window | damage > {n} broke the {o} | damage > {n} spilled {f} on the {o} | theft > somebody
    stole the {o} | theft > somebody broke into the {r} | visit > {n} stayed the night | visit > {n} dropped by
    with {f} | present > {n} brought us {f} | work > {n} lost the job at {c} | work > {n} got promoted | work >
    {n} retired | exam > {n} failed the driving test | travel > {n} came back from {t} | travel > {n} left for {t}
    | travel > {n} flew to {t} | pet > the dog ate the {f} | pet > the cat caught a mouse | weather > it rained in
    the {r} | weather > it hailed in {t} | damage > a pipe burst in the {r} | damage > the {o} caught fire | damage
    > the window in the {r} cracked | delivery > {c} delivered the {o} | delivery > the {o} got lost in the post |
    sleep > {n} slept on the sofa | illness > {n} threw up | illness > {n} went to hospital | illness > {n} hurt a
    knee | first words > {n} said a first word | school > {n} got a prize for {j} | school > {n} skipped school |
    sport > {n} ran a marathon in {t} | sport > {n} came third in {a} | game > {n} lost at chess | dance > {n}
    danced with {n2} | laugh > {n} laughed all day
""")
_KIN = phrases("""
    my sister | my brother | my mum | my dad | my wife | my husband | my son | my daughter | my neighbour |
    grandma | my boss | my friend | grandpa | the kids | my kids | the twins | our neighbours | my uncle | my aunt
    | my cousin | the baby | my colleague | the neighbours | our guests | my nephew | my niece | the plumber | my
    flatmate | the children | granny | the landlord | my teacher | my in-laws
""")
_PLAIN = phrases("""
    by the way, {f} | guess what, {f} | just so you know, {f} | you know, {f} | I wanted to tell you that
    {f} | so {f} | imagine, {f} | you won't believe it, {f} | today's news, {f} | oh, {f} | well, {f} | listen,
    {f} | fyi, {f} | just to let you know, {f} | I have to tell you, {f} | funny story, {f} | sad news, {f} | good
    news, {f} | did you know that {f} | let me tell you, {f} | for the record, {f} | it so happened that {f} |
    believe it or not, {f} | at last, {f} | luckily, {f} | unfortunately, {f} | what a day, {f} | I must tell you
    that {f} | before I forget, {f} | something happened, {f} | news from me, {f}
""")


def _kin_or_name(lex: Lexicon, kin: float = 0.7) -> str:
    return lex.word(_KIN) if lex.chance(kin) else lex.name()


def _put(lex: Lexicon, text: str) -> str:
    if "{n}" in text:
        whom = _kin_or_name(lex, 0.3)
        whose = f"{whom}'" if whom in _KIN and whom.endswith("s") else f"{whom}'s"
        text = text.replace("{n}'s", whose).replace("{n}", whom)
    slots: Slots = (
        ("{n2}", lex.name),
        ("{l}", lambda: lex.value("language")),
        ("{p}", lambda: lex.word(_PLACES)),
        ("{o}", lex.thing),
        ("{f}", lex.food),
        ("{s}", lambda: lex.word(words.SPOTS)),
        ("{t}", lex.place),
        ("{a}", lambda: lex.word(words.ACTIVITIES)),
        ("{j}", lambda: lex.word(words.SUBJECTS)),
        ("{c}", lex.company),
        ("{w}", lambda: lex.value("title")),
        ("{r}", lambda: lex.word(words.ROOMS)),
        ("{k}", lambda: str(lex.rng.randint(2, 42))),
        ("{m}", lambda: lex.value("price")),
    )
    return filled(text, slots)


def episode(lex: Lexicon) -> tuple[str, tuple[str, str]]:
    """A sentence about the past in the person's words, and its tags."""
    if lex.chance(0.68):
        subject = lex.pick(("I", "we", "I", "we", f"{_kin_or_name(lex)} and I"))
        attr, verb = lex.wording(_VERBS)
        body, tag = f"{subject} {_put(lex, verb)}", "you"
    else:
        attr, template = lex.wording(_OTHERS)
        body = _put(lex, template)
        if template.startswith("{n}"):
            name = body[: len(body) - len(_tail(template, body))]
            tag = name.strip().removeprefix("my ")
        else:
            tag = attr
    when = past(lex.rng)
    text = f"{when} {body}" if lex.chance(0.45) else f"{body} {when}"
    return text, (tag, attr)


_IRREGULAR = {
    "went": "go",
    "met": "meet",
    "had": "have",
    "ran": "run",
    "bought": "buy",
    "lost": "lose",
    "found": "find",
    "broke": "break",
    "ate": "eat",
    "drove": "drive",
    "flew": "fly",
    "took": "take",
    "gave": "give",
    "got": "get",
    "fell": "fall",
    "came": "come",
    "lent": "lend",
    "won": "win",
    "slept": "sleep",
    "sold": "sell",
    "saw": "see",
    "paid": "pay",
    "argued": "argue",
    "moved": "move",
    "baked": "bake",
    "arrived": "arrive",
    "scored": "score",
    "was": "be",
    "called": "call",
    "talked": "talk",
    "visited": "visit",
    "cooked": "cook",
    "passed": "pass",
    "failed": "fail",
    "started": "start",
    "watched": "watch",
    "finished": "finish",
    "walked": "walk",
    "planted": "plant",
    "borrowed": "borrow",
    "painted": "paint",
    "cleaned": "clean",
    "missed": "miss",
    "fixed": "fix",
    "snowed": "snow",
    "built": "build",
    "told": "tell",
    "heard": "hear",
    "wrote": "write",
    "drank": "drink",
    "beat": "beat",
    "sang": "sing",
    "swam": "swim",
    "caught": "catch",
    "taught": "teach",
    "sent": "send",
    "mended": "mend",
    "dug": "dig",
    "picked": "pick",
    "burnt": "burn",
    "dropped": "drop",
    "tidied": "tidy",
    "threw": "throw",
    "hung": "hang",
    "papered": "paper",
    "ordered": "order",
    "returned": "return",
    "signed": "sign",
    "cancelled": "cancel",
    "opened": "open",
    "cycled": "cycle",
    "stayed": "stay",
    "showed": "show",
    "danced": "dance",
    "celebrated": "celebrate",
    "helped": "help",
    "looked": "look",
    "played": "play",
    "made": "make",
    "apologised": "apologise",
    "promised": "promise",
    "spent": "spend",
    "left": "leave",
    "fed": "feed",
    "learned": "learn",
}
_WHEN = phrases("""
    when did {s} {b} | when was it that {s} {p} | do you remember when {s} {p} | tell me when {s} {p} | what
    day did {s} {b} | do you know when {s} {p} | when exactly did {s} {b} | remind me when {s} {p} | how
    long ago did {s} {b} | I forgot when {s} {p} | can you tell me when {s} {p}
""")
_DID = phrases("""
    did {s} {b} | did {s} {b} {w} | is it true that {s} {p} | have I told you that {s} {p} | what did {s} do
    {w} | what did I say {s} did {w} | tell me what {s} did {w} | do you remember what {s} did {w} | do you
    know what {s} did {w}
""")


def asked_about(lex: Lexicon) -> Turn:
    """A question about something that happened, with the memory of it."""
    style = draw_style(lex)
    subject, verb, when = (
        lex.pick(("I", "we", lex.name(), lex.word(_KIN))),
        _put(lex, lex.wording(_VERBS)[1]),
        past(lex.rng),
    )
    if subject not in ("I", "we"):
        verb = verb.replace(" my ", " the ")
    text = f"{when} {subject} {verb}" if lex.chance(0.45) else f"{subject} {verb} {when}"
    content = to_second_person(memory_style(lex).plain(text))
    first, _, rest = verb.partition(" ")
    base = f"{_IRREGULAR.get(first, first)} {rest}".strip()
    timed = lex.chance(0.55)
    asked = (
        lex.wording(_WHEN if timed else _DID)
        .replace("{s}", subject)
        .replace("{b}", base)
        .replace("{p}", verb)
        .replace("{w}", when)
    )
    at = content.lower().find(when.lower())
    reply = replies.answer_when(content[at : at + len(when)]) if timed else replies.answer(content)
    user = finish(lex, style, fill(lex, style, slip(lex.rng, style.plain(asked), style.typos)), "?")
    if lex.chance(0.2):
        return Turn("dont_know", user, Gold((), (), replies.DONT_KNOW), many_noise=lex.chance(0.6))
    return Turn("recall", user, Gold((), (), reply), (content,), many_noise=True)


def _tail(template: str, body: str) -> str:
    first = template.removeprefix("{n} ").split(" ")[0]
    return body[body.index(f" {first}") :]


def happened(lex: Lexicon, style: Style) -> Turn:
    """The person tells what happened."""
    text, tags = episode(lex)
    spoken = slip(lex.rng, style.plain(text), style.typos * 0.3) if tags[0] == "you" else style.plain(text)
    content = to_second_person(spoken)
    asked = lex.chance(0.15)
    carrier = explicit(lex) if asked else lex.wording(_PLAIN) if lex.chance(0.2) else "{f}"
    user = finish(lex, style, fill(lex, style, style.plain(carrier).replace("{f}", spoken), middle=False))
    op = Episode(content, (style.plain(tags[0]), style.plain(tags[1])))
    return Turn(
        "episode",
        user,
        Gold((op,), (), replies.remembered([content]) if asked else replies.noted([content])),
    )
