"""What people say around a fact: "remember that …", "by the way, …", "I think …"."""

from __future__ import annotations

from training_log.nano.corpus.draws import is_reserved
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.surface import Style, chatter, fill, finish, slip

__all__ = [
    "EXPLICIT",
    "EXPLICIT_MADE",
    "HEDGES",
    "JOINS",
    "JOINS_MADE",
    "carry",
    "explicit",
    "fill_inside",
    "plain",
    "utter",
]

EXPLICIT = phrases("""
    remember that {f} | please remember that {f} | can you remember that {f} | don't forget that {f} |
    make a note that {f} | note that {f} | keep in mind that {f} | remember {f} | note to self, {f} |
    could you remember that {f} | make a note, {f} | write down that {f} | I want you to remember that
    {f} | you should remember that {f} | please note that {f} | remember this, {f} | {f}, please
    remember that | {f}, don't forget | {f}, remember that | {f}, keep that in mind | {f}, don't forget
    that | {f}, please remember it | please don't forget that {f} | please keep in mind that {f} | will
    you remember that {f} | would you remember that {f} | save that {f} | store that {f} | do not forget
    that {f} | try to remember that {f} | I need you to remember that {f} | take a note that {f} |
    please make a note that {f} | jot down that {f} | memorise that {f} | memorize that {f} | remember
    for me that {f} | can you make a note that {f} | can you save that {f} | can you note that {f} | let
    me have you remember that {f} | could you note down that {f} | it's important that you remember {f}
    | keep a note that {f} | for later remember that {f} | remember for later, {f} | before I forget,
    remember that {f} | by the way, remember that {f} | also remember that {f} | please store this, {f}
    | {f}, can you remember that | {f}, make a note of that | {f}, write that down | {f}, note that down
    please | {f}, could you remember that for me | you must not forget that {f} | always remember that
    {f} | I'd like you to remember that {f} | be sure to remember that {f} | remind yourself that {f} |
    put down that {f} | would you please keep in mind that {f} | I'm asking you to remember that {f} |
    remember please {f} | remeber that {f} | dont forget that {f} | make sure you remember that {f} |
    help me remember that {f} | can you keep in mind that {f} | can you please remember that {f} | note
    down that {f} | pop it in your notes that {f} | for your files, {f} | keep this for me, {f} | hold
    on to this, {f} | take this down, {f} | write this in your book, {f} | make sure to keep that {f} |
    I don't want to forget that {f} | so that I don't forget, {f} | please hang on to this, {f} | would
    you jot down that {f} | could you hold on to the fact that {f} | log this, {f} | let me dictate
    something, {f} | add this to what you know, {f} | one to remember, {f} | this is one for your
    memory, {f} | and don't lose this, {f} | please know by heart that {f} | stick this in your memory,
    {f} | {f}, hold that thought | {f}, got that | {f}, log that please | {f}, and please keep that |
    {f}, that's one to remember | {f}, keep hold of that | {f}, save that for me | {f}, save it please |
    {f}, I want you to keep that | {f}, put that in your notes
""")


# The same put together of its parts, so that no whole sentence is learnt by heart.
EXPLICIT_MADE = phrases("""
    (please|can you|could you|would you|will you|can you please|could you please|I want you to|I'd like you
    to|I need you to|you should|you must|make sure to|be sure to|try to|do|kindly|also|now|and|would you
    kindly|may I ask you to|you have to|let's|it would be good to|it would help to|would you mind trying to|are
    you able to|is it possible to|it's time to|you'd better|you might want to|) (remember|note|keep in
    mind|bear in mind|write down|note down|make a note|take a note|save|store|record|log|memorise|memorize|learn|file
    away|jot down|put down|keep a record|register|commit to memory|add to your memory|add to your notes|never
    forget|keep hold of the fact|make a mental note|keep track of the fact|mark down|take down|scribble
    down|remember for later|remember for me|put on record) (that|that|that|:|,|this,|this:|the following:|) {f}
""")
PLAIN_MADE = phrases("""
    (so|well|oh|right|okay|and|also|hey|look|yes||||||) (you know|you see|I mean|to tell you the truth|as it
    happens|in case you didn't know|just to say|to be honest|honestly|for what it's worth|as a matter of fact|as
    I said|like I said|as I mentioned|for your notes|for your memory|this may help|small thing|quick
    note|news|important|one thing|heads up|good to know|useful to know|something else|a note|note|something
    about me|another fact|my turn|fun fact|no secret|as everyone knows|between us|just for you|let it be
    known|today I learned|I've decided to tell you|now you know|as of today|turns out|strange but true|believe it
    or not|did you know|did you know that|have I told you that|have I mentioned that|you'll want to know that|you may
    want to know that|I thought you should know that|what I haven't said yet is that|I noticed that|please know
    that|funny enough|sadly|luckily|happily|obviously|of course|naturally|in my family|at our place|over
    here)(,|:|...| -|) {f}
""")


PLAIN = phrases("""
    {f} | by the way, {f} | before I forget, {f} | just so you know, {f} | for your information, {f} |
    fyi {f} | you should know that {f} | I wanted to tell you that {f} | did you know that {f} | I have
    to tell you, {f} | also, {f} | oh, and {f} | {f}, just so you know | {f}, by the way | one more
    thing, {f} | just to let you know, {f} | so you know, {f} | for the record, {f} | let me tell you,
    {f} | guess what, {f} | it turns out that {f} | I just found out that {f} | I should mention that
    {f} | and {f} | actually {f} | as you may know, {f} | I'd like to add that {f} | here's something,
    {f} | listen, {f} | well, {f} | you know, {f} | I can tell you that {f} | let me tell you that {f} |
    the thing is, {f} | what you should know is that {f} | another thing, {f} | to be clear, {f} | the
    fact is that {f} | good news, {f} | bad news, {f} | I forgot to say that {f} | I forgot to mention,
    {f} | I think I never told you that {f} | maybe I haven't told you yet but {f} | just to mention it,
    {f} | apropos, {f} | incidentally, {f} | in case you need it, {f} | in case it matters, {f} | in
    case you wonder, {f} | {f}, in case you need it | {f}, if you need it | {f} you know | {f}, for your
    information | since you ask, {f} | to answer that, {f} | I just wanted to say that {f} | my news is
    that {f} | I'm telling you that {f} | look, {f} | see, {f} | mind you, {f} | as for me,
    {f} | as of today {f} | these days {f} | nowadays {f} | currently {f} | for now
    {f} | at the moment {f} | it so happens that {f} | as luck would have it, {f} | the funny thing is
    that {f} | the good thing is that {f} | the trouble is that {f} | what matters is that {f} | the
    main thing is, {f} | what I meant to tell you is that {f} | the reason I'm calling is that {f} | I
    called to let you know that {f} | I'm just here to tell you that {f} | I keep meaning to tell you
    that {f} | I've been meaning to say that {f} | let me add that {f} | may I add that {f} | I might
    add that {f} | I'm happy to report that {f} | I can confirm that {f} | I can now reveal that {f} |
    it's official, {f} | here's a fact,
    {f} | here's one for you, {f} | fact, {f} | reminder to both of us, {f} | while we're at it, {f} |
    while I'm here, {f} | since we're talking, {f} | that reminds me, {f} | speaking of that, {f} | on
    that note, {f} | on another subject, {f} | changing the subject, {f} | to start with, {f} | first of
    all, {f} | for starters, {f} | to sum up, {f} | in short, {f} | basically {f} | simply put, {f} |
    frankly {f} | seriously {f} | yes indeed, {f} | true story, {f} | no joke, {f} | hand on heart, {f}
    | trust me, {f} | believe me, {f} | I swear {f} | I promise you {f} | as you can imagine, {f} | as
    you might guess, {f} | {f}, as you know | {f}, I should say | {f}, mind you | {f}, just so that's
    clear | {f}, in case you were wondering | {f}, to be exact | {f}, by now | {f}, that's all | {f}, so
    now you know | {f}, I thought you'd like to know | {f}, believe it or not | just to say that {f} | just
    to say, {f} | let me say this, {f} | I'd just like to say that {f} | I must say {f} | needless to say,
    {f} | what I want to say is that {f} | sad to say, {f} | I have to say {f} | may I say that {f} | I can
    say that {f} | I wanted to say {f} | like I was saying, {f} | as I was saying, {f} | you could say {f} |
    to say it plainly, {f} | to tell the truth, {f} | I'll tell you what, {f} | I tell you, {f} | have I told
    you yet that {f} | let me tell you something, {f} | all I'm saying is that {f} | what I'm saying is, {f} |
    I've got something to tell you, {f} | I want to tell you something, {f} | there's something I should say,
    {f} | for a start, {f} | to begin with, {f} | first things first, {f} | firstly, {f} | in other words, {f}
    | in any case {f} | anyway, {f} | anyhow {f} | at any rate, {f} | after all, {f} | at least {f} | in fact
    {f} | as it turns out, {f} | it's like this, {f} | here we go, {f} | to be precise, {f} | strictly
    speaking {f} | between you and me, {f} | it's true that {f} | it is a fact
    that {f} | the point is that {f} | the point being, {f} | my point is, {f} | here's the thing, {f} | get
    this, {f} | wait for it, {f} | you'll never guess, {f} | you won't believe this, {f} |
    surprise, {f} | ta-da, {f} | good to know, {f} | worth knowing, {f} | of interest, {f} | in passing, {f} |
    {f}, I must say | {f}, needless to say | {f}, to tell the truth | {f}, in fact | {f}, after all | {f},
    anyway | {f}, that's a fact | {f}, that's for sure | {f}, that's how it is | {f}, no doubt about it |
    {f}, I can tell you | {f}, let me tell you | {f}, if you must know | {f}, I might add
""")


HEDGES = phrases("""
    I think {f} | maybe {f} | probably {f} | I believe {f} | I'm not sure but {f} | if I remember right,
    {f} | {f}, I think | {f}, probably | {f} I believe | I guess {f} | if I'm not mistaken {f} | I'm not
    certain but {f} | as far as I know {f} | perhaps {f} | {f}, if I'm not mistaken | {f} I guess | {f},
    not sure though | I suppose {f} | I'm fairly sure {f} | it could be that {f} | possibly {f} | I
    reckon {f} | I suspect {f} | I'd say {f} | I imagine that {f} | apparently {f} | supposedly {f} | I
    have a feeling that {f} | if memory serves, {f} | unless I'm wrong, {f} | don't quote me but {f} | I
    could be wrong but {f} | it seems that {f} | it looks like {f} | {f}, I suppose | {f}, apparently |
    {f}, as far as I remember | {f}, I'd guess | {f}, give or take | I assume {f} | I presume {f} | I gather
    that {f} | I dare say {f} | I'd guess {f} | I have an inkling that {f} | my guess is that {f} | my
    feeling is that {f} | I'm pretty sure {f} | I'm almost certain that {f} | I seem to remember that {f} |
    from memory, {f} | I understand that {f} | I take it that {f} | most likely {f} | in all likelihood {f} |
    presumably {f} | I'd bet {f} | as I recall, {f} | to the best of my knowledge {f} | I want to say {f} |
    could be wrong, {f} | as far as I can tell {f} | it may be that {f} | it might be that {f} | chances are
    {f} | odds are that {f} | seemingly {f} | I'm inclined to think that {f} | {f}, presumably | {f}, I dare
    say | {f}, I reckon | {f}, most likely | {f}, as I recall | {f}, unless I'm mistaken | {f}, or so I
    believe | {f}, I'm fairly certain | {f}, I take it | {f}, from memory | I would think {f} | I'm guessing
    {f} | I have a hunch that {f} | as I understand it, {f}
""")


_OPENING = tuple(
    sorted(
        {
            word.strip(",")
            for wording in PLAIN
            if not is_reserved(wording)
            for word in wording.split()
            if "{" not in word
        }
    )
)


JOINS = (
    " and ",
    ", and ",
    " and ",
    " and also ",
    ". ",
    ". also ",
    ", ",
    " plus ",
    ". and ",
    ", also ",
    " and then ",
    "; ",
    ", oh and ",
    " while ",
    ", but ",
    " but ",
    ", plus ",
    ". plus ",
    " besides ",
    ", besides ",
    ". besides, ",
    " and besides ",
    " and in addition ",
    ", in addition ",
    " as well as ",
    ", and on top of that ",
    " on top of that ",
    " and by the way ",
    ", by the way ",
    ". by the way, ",
    " and another thing, ",
    ". another thing, ",
    ". one more thing, ",
    " and one more thing ",
    ", moreover ",
    " furthermore ",
    ". furthermore ",
    " and furthermore ",
    ", likewise ",
    " and likewise ",
    " and secondly ",
    ". secondly, ",
    ", yet ",
    " though ",
    " whereas ",
    ", whereas ",
    " and meanwhile ",
    " meanwhile ",
    ", then ",
    " then ",
    ". next, ",
    " next ",
    " and next ",
    ", and finally ",
    " and finally ",
    " additionally ",
    ", additionally ",
    " along with this ",
    " apart from that ",
    ", apart from that ",
    " and apart from that ",
    " and oh ",
    " oh and ",
    " and yes ",
    ", and yes, ",
    " further ",
    " not to forget ",
    ", not to forget ",
    " and not to forget ",
    " and at the same time ",
    " similarly ",
    ". similarly, ",
    " & ",
    " + ",
    " - ",
    "... ",
    "! ",
    ", so ",
    " so ",
    " because ",
    " since ",
    " even though ",
    ", although ",
    " and as I said ",
    " and you know ",
    " and I should add that ",
    ", I should add that ",
    " and let me add that ",
    " and the other thing is that ",
    ". the other thing is, ",
    ", what is more, ",
    " and what is more ",
    ". what is more, ",
    " and on another subject ",
    ". on another subject, ",
    " and incidentally ",
    ". incidentally, ",
    " and for the record ",
    ". for the record, ",
    " and just so you know ",
    ". just so you know, ",
    " and while I'm at it ",
    ", and while we're at it, ",
    " and separately ",
    ". separately, ",
    " and equally ",
    ", equally, ",
    " and moreover ",
    ", and of course ",
    " and of course ",
    " and naturally ",
    " and luckily ",
    ", sadly ",
    " and sadly ",
    " and to top it all ",
    ", and to top it off ",
    " and that aside ",
    ". that aside, ",
    " and now ",
    ". now, ",
    " and there's more, ",
    ". there's more, ",
    " and remember that ",
    ", and remember, ",
    " and know that ",
    ", also note that ",
    " and note that ",
    " on the other hand ",
    ", on the other hand, ",
    " in the meantime ",
    ", in the meantime ",
    " and these days ",
    " and currently ",
    ", nor should you forget that ",
    " and last but not least ",
    ", last but not least ",
    ". last but not least, ",
    " / ",
    " -- ",
    " et cetera and ",
    " and so ",
    ", and so ",
    " and well ",
    ", well, ",
    ". well, ",
    " and um ",
    ", um, ",
    " and er ",
    ". right, ",
    ". okay, ",
    " okay and ",
    " ok and ",
    ", ok and ",
    " and hey ",
    ". hey, ",
)


JOINS_MADE = phrases("""
    (and|.|,|;| plus| but| as well as||) (also|besides|furthermore|secondly|on top of that|by the way|next|then|what's
    more|another thing|in addition|further|again|finally|likewise|oh|yes|well|in the same vein|more news|beyond that|to
    continue|on another note|before I forget|speaking of which|lastly|thirdly|the second thing is that|not to mention
    that|one more thing|for good measure|I also want to say that|let me also say that)(,|:|)
""")


def explicit(lex: Lexicon) -> str:
    """A way to ask for something to be remembered."""
    return lex.wording_of_both(EXPLICIT_MADE, EXPLICIT, 0.4)


def plain(lex: Lexicon) -> str:
    """A way to mention something."""
    if not lex.held and lex.chance(0.12):
        return _unheard_of(lex)
    return lex.wording_of_both(PLAIN_MADE, PLAIN, 0.3)


def _unheard_of(lex: Lexicon) -> str:
    """Words in no order, some of them made up, before what is told: it is told whatever stands there."""
    made = [lex.pseudo() if lex.chance(0.3) else lex.word(_OPENING) for _ in range(lex.pick((0, 0, 1, 2, 3)))]
    return f"{' '.join((*made, lex.word(_OPENING)))}{lex.pick((' that', ' that', ',', ',', ':', '...', ' -'))} {{f}}"


def carry(lex: Lexicon, style: Style, carrier: str, words: str) -> str:
    """The carrier around the fact, in this style, with its own slips and fillers."""
    text = slip(lex.rng, style.plain(carrier.replace("{f}", "\0")), style.typos)
    return text.replace("\0", words)


def utter(lex: Lexicon, style: Style, carrier: str, words: str) -> str:
    text = carry(lex, style, carrier, fill_inside(lex, style, words))
    return finish(lex, style, chatter(lex, style, fill(lex, style, text, middle=False)))


def fill_inside(lex: Lexicon, style: Style, words: str) -> str:
    """Hesitations inside the fact; content leaves them out."""
    if not style.fillers or not lex.chance(style.fillers * 0.4):
        return words
    parts = words.split(" ")
    if len(parts) < 4:
        return words
    parts.insert(
        1 + int(lex.rng.random() * (len(parts) - 2)), lex.pick(("um", "uh", "er", "erm", "uhm", "hmm"))
    )
    return " ".join(parts)
