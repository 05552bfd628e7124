"""Small talk, what is beyond the model, and what must not be stored: hypotheticals, quotes, exclamations."""

from __future__ import annotations

from collections.abc import Callable

from training_log.nano import replies
from training_log.nano.corpus import beyond, making, smalltalk, words
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import Slots, filled, pairs, phrases
from training_log.nano.corpus.surface import draw_style, fill, finish, slip

__all__ = ["chat"]

_IF = phrases("""
    if my {a} was {v}, what would you do | what if my {a} was {v} | if I had a {k} called {n}, would you
    remember | what if I lived in {t} | suppose my {a} was {v} | imagine my {a} is {v} | if I moved to
    {t} I'd be happy | let's pretend my {a} is {v} | if I were a {j} I'd be rich | what would you say if
    my {a} was {v} | if we had a {k} we would call it {n} | say my {a} was {v}, just as an example |
    hypothetically my {a} is {v} | what if {n} lived in {t} | if my name was {n}, would you like it |
    imagine I was a {j} | if I had a {k}, I'd call it {n} | let's say my {a} was {v} | suppose I lived
    in {t} | wouldn't it be nice if I lived in {t} | I wish I had a {k} | I wish I lived in {t} | what
    happens if my {a} is {v} | if I ever get a {k}, I'll name it {n} | assume my {a} is {v} | for
    example, if my {a} was {v} | if {n} was my {k}, what then | imagine we had a {k} called {n} | if I
    won the lottery I'd move to {t} | pretend I'm a {j} in {t} | I would love to be a {j} | what if I
    told you my {a} is {v} | if I was allergic to {f}, what could I eat | suppose I was allergic to {f}
    | if I liked {f} I'd eat it | imagine {s} | suppose {s} | let's pretend {s} | hypothetically, {s} |
    what if {s} | let's say {s}, just for fun | assume for a moment that {s} | imagine for a second that
    {s} | just pretend that {s} | for the sake of argument, {s} | as an example, say {s} | in a dream
    world {s} | if only {s} | pretend {s} | let us imagine that {s} | say, for example, {s} | suppose
    that {s}, what then | what would happen if {s} | what would you do if {s} | would it matter if {s} |
    how would it be if {s} | picture this, {s} | in another life {s} | let's assume {s} | theoretically
    {s} | just hypothetically, what if {s} | if {s}, that would be nice | if it were true that {s} | if
    I said that {s} | if somebody said {s} | only if {s} | even if {s} | unless {s} | as if {s} |
    provided that {s} | in case {s}, what then | would you mind if {s} | would it be funny if {s} | how
    funny if {s} | what then if {s} | just imagine, {s} | just imagine that {s} | just suppose, {s} |
    let's suppose {s} | let's imagine that {s} | let's play a game, {s} | for fun, let's say {s} | make
    believe {s} | in theory {s} | in a parallel world {s} | in my dream {s} | I dreamt that {s} | I
    dreamed {s} | I wish {s} | I'd love it if {s} | it would be great if {s} | one day perhaps {s} | say
    hypothetically {s} | presumably if {s} | assuming {s} | assuming that {s}, what would you do |
    supposing {s} | pretending that {s} | what would change if {s} | who knows what would be if {s} |
    could it be that {s}, what do you think | I could pretend {s} | a thought experiment, {s}
""")
_QUOTE = phrases("""
    she said her {a} is {v} | he said his {a} is {v} | in the film he says my {a} is {v} | the man on tv
    said my {a} is {v} | in the book she says I live in {t} | the song goes my name is {n} | {n} said
    "my {a} is {v}" | the actor said I'm a {j} | the character says my {a} is {v} | he told them I live
    in {t} | "my {a} is {v}" she said | then he says I work as a {j} | in the story the king says my
    name is {n} | on the radio somebody said my {a} is {v} | the sign said my {a} is {v} | in the show
    she says I have a {k} called {n} | she said I hate {f} | he goes, my name is {n} | the hero says I
    come from {t} | in the game the wizard says my {a} is {v} | my favourite line is when he says I live
    in {t} | the poem starts with my name is {n} | the detective says my {a} is {v} | somebody wrote my
    {a} is {v} on the wall | they said on the news that a man called {n} lives in {t} | the teacher read
    out a text, it said my {a} is {v} | the joke goes, my {k} is called {n} | there's a line in the
    song, I live in {t} | the movie starts with a man saying my {a} is {v} | in {w} somebody says my {a}
    is {v} | in {w} the girl says I'm from {t} | an old man in the film says I like {f} | in the film he
    says {s} | the actor says {s} | there's a song that goes {s} | in the book it says {s} | the man on
    the radio said {s} | somebody on tv said {s} | the character in the game says {s} | in {w} he says
    {s} | in the play she says {s} | a woman in the film says {s} | the clown shouts, {s} | in my book
    the hero says {s} | {n} said, quote, {s} | the stranger said, {s} | he said, {s} | she said, {s} |
    the joke starts with {s} | the caption says {s} | the robot in the film says {s} | in chapter two
    she says {s} | my book begins with the words {s} | the actress whispers {s} | in the advert they say
    {s} | the wizard says {s} | then the detective says {s} | in the comic the cat says {s} | the
    narrator says {s} | a line from the movie, {s} | quote, {s}, end of quote | as the song says, {s} |
    the headline read {s} | the poster says {s} | the letter in the film says {s} | the diary in the
    novel begins, {s} | the tattoo read {s} | the t-shirt says {s} | the plaque says {s} | the joke was
    that {s} | the punchline is {s} | the first line of the poem is {s} | the last words of the film are
    {s} | the slogan is {s} | the riddle goes {s} | the ringtone says {s} | my character in the play
    says {s} | I had to read out {s} | my line in the play is {s} | the sentence to translate was {s} |
    translate this sentence, {s} | the example in the textbook is {s} | the exercise says {s} | the doll
    says {s} when you press it | the robot toy says {s}
""")
# Who says it, how, and what is around it: with the wordings above, so that no frame is learnt by heart.
_SPEAKERS = phrases("""
    he | she | they | somebody | someone | a man | a woman | the man on tv | the woman on the radio |
    the actor | the actress | the singer | the king | the queen | the hero | the villain | the wizard |
    the detective | the narrator | a character | the main character | the cat in the comic | the robot |
    a child in the film | the girl in the book | the boy in {w} | the guy in the advert | the voice | a
    stranger | an old lady | the comedian | the priest in the movie | some guy | the clown | the judge
    in the show | the captain | {n} in the film | the man in {w} | a tourist | the dragon | the ghost in
    the play | the princess | one of them | the host | the presenter | the reporter | the newsreader |
    the weatherman | the pilot | the bus driver in the film | the grandmother in the story | the little
    mermaid | the pirate | the vampire | the witch | the knight | the prince | the spy | the soldier |
    the sheriff | the cowboy | the alien | the puppet | the parrot on tv | the bear in the cartoon | the
    mouse in the fable | the frog | the old man in the song | the chorus | the poet | the author | the
    writer of the letter | the lady in the painting | a voice on the phone in the film | the answering
    machine in the play | the father in {w} | the mother in the novel | the teacher in the cartoon | the
    doctor in the series | the nurse in the soap opera | two men on the train | a boy on the bus | a
    drunk | a fortune teller | a beggar | a waiter in the film | the bride in the film | the groom | the
    killer | the victim | the witness | the lawyer on tv | the mayor in the musical | the opera singer |
    the rapper | the streamer | the podcaster | the influencer | the politician | the coach on tv | the
    referee | the fan | my favourite character | everyone in the play | all of them | the twins in the
    film | the man behind me | the woman next to me in the cinema | people on the radio
""")
_SAYINGS = phrases("""
    said | says | told them | told her | told him | tells them | shouted | shouts | whispered | whispers
    | wrote | writes | sang | sings | announced | announces | claimed | claims | yelled | yells |
    replied | replies | answered | answers | mumbled | mutters | goes | went | was like | is like |
    cried | cries | declared | declares | read out | reads out | kept saying | keeps saying | always
    says | suddenly says | then said | lied and said | joked | boasts | had written | exclaims |
    exclaimed | screams | screamed | bellows | murmurs | murmured | hisses | growls | sighs | sighed |
    laughs | giggled | sobs | chants | chanted | raps | recites | recited | preaches | promises |
    promised | swears | swore | insists | insisted | admits | admitted | confesses | confessed |
    pretends | pretended | explains | explained | adds | added | thinks | thought | dreamt | believes |
    stated | states | texts | texted | types | typed | posted | tweets | prints | hints | hinted |
    suggests | goes on | went on | starts | started with | ends with | repeats | repeated | shouts back
    | calls out | called out | told the audience | tells the camera | asks and answers | spelled out |
    is heard saying | can be heard saying | was quoted saying
""")
_AROUND = phrases("""
    {q} {s} | {q} {s} | {q}, {s} | {q}: {s} | {q} "{s}" | {q}, "{s}" | {q} that {s} | in the film {q}
    {s} | in the book {q} {s} | in {w} {q} {s} | in the story {q}, {s} | on tv {q} {s} | in the song {q}
    {s} | in the play {q} {s} | at the end {q} {s} | "{s}", {q} | {s}, {q} | then {q} {s} | and then
    {q}, {s} | and {q} {s} | {q} {s} in the film | {q} {s} and everybody laughed | {q} {s}, it was funny
    | {q} {s} on the wall | there's a scene where {q} {s} | my favourite line is when {q} {s} | in
    chapter three {q} {s} | in the game {q} {s} | {q}... {s} | {q} - {s} | {q}: "{s}" | in the series
    {q} {s} | in the opera {q} {s} | in the cartoon {q} {s} | in the podcast {q} {s} | on the radio {q}
    {s} | in the advert {q} {s} | in the dream {q} {s} | in a scene {q} {s} | in the first act {q} {s} |
    on page ten {q} {s} | in the end {q} {s} | suddenly {q} {s} | so {q} {s} | and there {q} {s} | you
    know, {q} {s} | yesterday on tv {q} {s} | I was watching a film and {q} {s} | I read a book in which
    {q} {s} | I heard that in the play {q} {s} | it's a story in which {q} {s} | there's a song where
    {q} {s} | {q} {s}, the audience cried | {q} {s}, what a scene | {q} {s} and then the film ended |
    {q} {s}, end of story | {q} {s} on stage | {q} {s} in the trailer | {s} {q} | "{s}" {q} | {s}, as
    {q} | {q} {s} and she smiled | {q} {s} and he left | {q} {s} with tears | the best bit is when {q}
    {s} | I liked when {q} {s} | it was funny how {q} {s}
""")
_ATTRS = pairs("""
    door code > code | name > name | phone number > phone | password > password | birthday > date | address
    > address | favourite colour > colour | pin > code | home town > town | favourite food > food | car >
    anything | job > job | dog > pet | wifi password > password | alarm code > code | age > age | shoe size
    > size | boss > titled
""")


def _statement(lex: Lexicon) -> str:
    """A statement that would be stored, had it been meant."""
    fact = making.draw_fact(lex)
    while fact.relation.when:
        fact = making.draw_fact(lex)
    return fact.put(fact.relation.states[0])


def _put(lex: Lexicon, text: str) -> str:
    a, kind = lex.pick(_ATTRS)
    if "a} was" in text and kind == "date":
        a, kind = _ATTRS[0]
    slots: Slots = (
        ("{a}", lambda: a),
        ("{v}", lambda: lex.value(kind)),
        ("{k}", lambda: lex.word(words.ANIMALS)),
        ("{n}", lex.name),
        ("{n2}", lambda: lex.pseudo().capitalize()),
        ("{t}", lex.place),
        ("{t2}", lex.place),
        ("{j}", lambda: lex.word(words.JOBS)),
        ("{f}", lex.food),
        ("{o}", lex.thing),
        ("{p}", lex.pseudo),
        ("{l}", lambda: lex.value("language")),
        ("{c}", lex.company),
        ("{c2}", lex.company),
        ("{w}", lambda: lex.value("title")),
        ("{y}", lambda: str(lex.rng.randint(10, 99))),
    )
    text = filled(text, slots)
    text = text.replace("{g}", lex.word(words.ACTIVITIES))
    return text.replace("{s}", _statement(lex)) if "{s}" in text else text


def _simple(lex: Lexicon, intent: str, wordings: tuple[str, ...], reply: str, mark: str = ".") -> Turn:
    style = draw_style(lex)
    text = style.plain(_put(lex, lex.wording(wordings)))
    text = slip(lex.rng, text, style.typos * 0.5)
    asks = text.lower().startswith(
        (
            "what",
            "who",
            "how",
            "why",
            "when",
            "is ",
            "can ",
            "will ",
            "would",
            "if ",
            "should",
            "does",
            "do ",
            "did ",
        )
    )
    return Turn(
        intent, finish(lex, style, fill(lex, style, text), "?" if asks else mark), Gold((), (), reply)
    )


def _small(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    roll = lex.rng.random()
    if roll < 0.8:
        wordings, reply = lex.pick(smalltalk.TALK)
        said = lex.wording(wordings)
    elif roll < 0.92:
        said, reply = lex.wording(smalltalk.EXCLAIMED), smalltalk.LISTENING
    else:
        said, reply = lex.wording(smalltalk.THANKED), smalltalk.WELCOME
    text = fill(lex, style, slip(lex.rng, style.plain(said), style.typos))
    question = text.lower().startswith(
        ("what", "who", "how", "why", "are ", "is ", "can ", "do ", "will ", "where")
    )
    return Turn("small_talk", finish(lex, style, text, "?" if question else "."), Gold((), (), reply))


_WAYS: tuple[tuple[Callable[[Lexicon], Turn], float, float], ...] = (
    (_small, 0.42, 0.32),
    (
        lambda lex: _simple(lex, "beyond", beyond.MADE if lex.chance(0.6) else beyond.PLAIN, replies.BEYOND),
        0.23,
        0.2,
    ),
    (lambda lex: _simple(lex, "hypothetical", _IF, replies.NOT_STORED), 0.15, 0.2),
    (
        lambda lex: _simple(
            lex, "quote", (_quote_frame(lex),) if lex.chance(0.6) else _QUOTE, replies.NOT_STORED
        ),
        0.2,
        0.28,
    ),
)
"""What is said in passing: its shares in speech, and in training, which sees more of what must not be stored."""


def chat(lex: Lexicon) -> Turn:
    return lex.way(_WAYS)(lex)


def _quote_frame(lex: Lexicon) -> str:
    """A way to quote, put together of its parts."""
    around = lex.wording(_AROUND)
    saying = f"{lex.wording(_SPEAKERS)} {lex.wording(_SAYINGS)}"
    return around.replace("{q}", saying)
