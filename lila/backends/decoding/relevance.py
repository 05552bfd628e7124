"""Whether a remembered line bears on what was asked: what the built-in model may answer from, or set a new fact against.

A line and a question belong together when they share a telling word, or when the question is put in words
that stand for the line's ("what's my job?", "you work as a baker"). They don't when each names
something that the other doesn't ("the farewell party", "the garden party").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lila.backends.decoding.inverted import put_straight
from lila.backends.decoding.slips import is_slip_of
from lila.backends.decoding.times import names_time
from lila.backends.decoding.words import has_digit
from memory.facts import as_lila_says, subject_and_attribute, topic_of
from memory.words import STOP_WORDS, content_stems, words

__all__ = ["LIKING", "Asked", "respelt"]

_FIRST_PERSON = frozenset(("i", "me", "my", "mine", "we", "us", "our", "i'm", "im"))
_ABOUT_THEM = re.compile(r"(your?|call you|they call you)\b", re.IGNORECASE)
_OWNER = re.compile(r"(?<!\bat my )(?<!\bat your )(?<!\bat )\b([^\W\d]+)(?:['’]s|(?<=s)['’]) ", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)['’]s? ")
_CLAUSES = re.compile(r"[,:;.!?] |\bthat ")
_MAX_CLAIM = 200
"""Letters of what was said that are read for claims."""
_THEIRS = re.compile(r"\byou\b|\byour", re.IGNORECASE)
_CONTRACTED_WORDS = "what who where when how why that there here it he she let time day name today tomorrow"
_CONTRACTED = frozenset(_CONTRACTED_WORDS.split())
"""What stands before "'s" without owning anything: "what's", "the time's"."""
_MINE = re.compile(
    r"\b(my|our)\b|\b(do|am|did|was|should|must|can) i\b|\bi (have|own|drive|need|live|work)\b", re.IGNORECASE
)
_OF_IT = re.compile(r"\b(?:its|his|her|their) \w", re.IGNORECASE)
_IN_A_PLACE = frozenset(
    [
        "in",
        "on",
        "at",
        "under",
        "behind",
        "between",
        "above",
        "below",
        "beside",
        "inside",
        "near",
        "next",
        "to",
        "by",
        "with",
        "from",
        "around",
        "over",
        "outside",
        "upstairs",
        "downstairs",
    ]
)
"""What a line holds that says where: "your bike is a Canyon" doesn't."""
_ONES_OWN = frozenset(
    ("car", "van", "bike", "motorbike", "phone", "laptop", "computer", "house", "flat", "office")
)
"""Things of which one mostly has one: "what's my licence plate?" is answered by that of "your car's"."""
_NAMES_ONESELF = re.compile(
    r"\b(i['’]?m called|i am called|call me|calls me|i go by|my name)\b", re.IGNORECASE
)
_ASKS_NO_NAME = re.compile(
    r"\b(?:where|when|how (?:old|tall|big|much))\b|\bwhat (?:does|do|did) (?!you\b)", re.IGNORECASE
)
_NAMES_SOMEBODY = re.compile(r"\b(?:is|are|['’]s) (?:called|named)\b|['’]s name is\b", re.IGNORECASE)
"""A line that answers nothing but how somebody is called, or who somebody is."""
_WHO_IS = re.compile(
    r"^your (?:[\w-]+ ){1,2}?(?:(?:is|are|is called|is named|named|called) )?([\w’'-]+)\b|^([\w-]+) is (?:your|\w+['’]s)\b",
    re.IGNORECASE,
)
"""Who somebody is to the person: "your wife is called Anna", "your wife Anna is ill", "Anna is your dentist"."""
_WHO_OF_THEIRS = re.compile(r"\W*who(?:['’]?s| is) (?:my|our) [\w -]+\W*\Z", re.IGNORECASE)
_IS_SOMEBODY = re.compile(
    r"[Yy]our (?:[\w-]+ ){1,3}?(?:(?:is|are) (?:called |named )?|(?:called|named) )?(?:(?:Dr|Mrs?|Ms|Prof)\.? )?[A-Z]|.*\b(?:called|named|name is)\b|[\w’'-]+ is your\b"
)
"""A line that says who somebody of theirs is, or what he is called."""
_COMPOUND = re.compile(
    r"\bwhat(?:['’]?s| is| was) (?:the|my|our) (?:[\w'’-]+ )+?([\w-]+)\W*\Z", re.IGNORECASE
)
"""A question for the last of its words: "what's the wifi password?" asks for a password."""
_NAMED = re.compile(r"(?<=[\w,] )[A-Z][\w’'-]+")
"""Somebody or something that is called by name, within a sentence."""
_IS_NAME = re.compile(r"(?i:you(?:['’]re| are)) [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
"""A line that tells how the person is called without saying so."""
_SAME = {
    "call": "name",
    "telephon": "phone",
    "bdai": "birthdai",
    "flat": "apart",
    "dad": "father",
    "mum": "mother",
    "mom": "mother",
    "cell": "phone",
    "mobil": "phone",
    "pastim": "hobbi",
    "movi": "film",
    "telli": "tv",
    "televis": "tv",
    "couch": "sofa",
}
_ASKING_WORDS = """number name favourite favorite new day time kind place know remember tell remind one um uh er erm hmm
lila forgot forget forgotten forgetting try trying keep happen wonder wondering look looking help somebody someone
ask asking say said mention mentioned give need want please thanks thank sorry hello good morning evening listen
wait quick question think case ever still again yeah ok okay told reach find show awful memory bother late important
always moment hang hurry standing door form filling phone shop friend card writing wants long many much often lot lots
lady desk model brand sort exactly whens whats wheres whos hows thats wouldnt
excuse idea eh ehm uhm alright dont cant disturb hope people true come week before way up
ah believe supposed currently full checking after down got"""
_GENERIC = frozenset(content_stems(_ASKING_WORDS))
"""Words that many a question is put in; alone they don't tell what it asks for."""
_FILLERS = _GENERIC | STOP_WORDS | frozenset(_ASKING_WORDS.split())
_DOING_WORDS = """put keep kept leave left find found take takes took get gets got go goes going see seen saw meet met start
starts begin begins end ends open opens close closes have live lives stay move moved hide hid store stored place
placed lie lay sit stand set do does did make made use uses used talk talked speak spoke plan planned visit visits
call called reach ring buy bought sell sold pay paid come came leave wake wakes bed sleep sleeps send sent due happen
look seen spent ate lost scheduled fixed arrive lose broken work works bear read recite check give address answer"""
_DOING = frozenset(content_stems(_DOING_WORDS))
"""Verbs that a line may leave out or put in other words without being about something else."""
_PLANNING = frozenset(
    content_stems("agree agreed arrange arranged book booked fix fixed plan planned schedule scheduled")
)
"""What is done with plans: "you agreed on a viewing" is about the viewing."""
_PLACING = frozenset(
    content_stems("put keep kept leave left find found hide hid store stored place placed lie lay")
)
"""What is done with things that are somewhere: what it is in the question says nothing of where they are."""
_LIKED_BEST = frozenset(content_stems("best most prefer")) | {"like"}
_OF_PEOPLE = frozenset(
    content_stems("born live work study play speak like love hate eat drink take sleep own wear prefer")
)
"""What is told of anybody: that alone makes no line of theirs one about somebody else."""
_TOWNS = frozenset(content_stems("town city"))
_NAMES = frozenset(("name", "number"))
"""Generic words that a line must have to answer a question for them."""
_APART = frozenset(("live", "work", "like", "name"))
"""Of what is told of one, no two are of the same: "you like figs", "you live in Leeds"."""
_DENYING = frozenset(("not", "never"))
_MONTHS = frozenset(
    content_stems("january february march april may june july august september october november december")
)
_CALLED = frozenset(("call", "called"))
_CALLED_SO = _CALLED | {"known", "named", "christened", "baptised"}
_COUNTED = frozenset(content_stems("number age"))
_AGE = frozenset(content_stems("age"))
_ASKING_AGE = _AGE | {"old"}
_STANDS_FOR_WORDS = """
eat food diet hate love dislike like enjoy stand adore fond fan crazy prefer mad fancy partial weakness soft spot detest
    avoid refuse touch sick bear loathe stay away live > like love hate detest fan sick fond dislike crazy enjoy adore stand bear
    vegetarian vegan pescatarian kosher halal gluten free dairy carb eat diet food allergic allergy rash react prefer partial
    fancy weakness devour loathe refuse avoid mad soft touch gave room live disgusted care
diet eat follow > vegetarian vegan pescatarian kosher halal gluten free dairy carb lactose intolerant
birthday birth born date > born birthday big
born birthplace > come born grew raised childhood
bedtime > bed sleep
bed sleep late > bedtime bed turn hay
travel get transport commute line take > catch bus train tram take cycle
vegetarian vegan pescatarian kosher halal gluten dairy lactose carb > vegetarian vegan pescatarian kosher halal gluten
    dairy lactose carb
partner together girlfriend boyfriend wife husband married spouse marry engaged dating seeing half > dating seeing going half
    couple spouse partner share married engaged together wife husband partner
    girlfriend boyfriend
work job career profession occupation employer company living firm employed trade hired payroll wages join train become earn start shift > work job
    employed employer started company firm group profession post hired payroll joined trade living serve
wake alarm get rise up day > wake alarm up rise
live home town city hometown address based stay settled reside place > live home town city flat house moved come born from
    stay settled resident based
study subject school university college course degree major student enrolled classes lessons thesis choose > study school university
    college degree major attend student read enrolled classes thesis subject pupil
age old young birthday turn > years old age aged born birthday turned turn reached
language languages speak tongue learn understand > speak fluent language tongue know write dream get study
collect hoard save hunt collection > collect save hoard hunt trade shelf collection collecting
height tall high measure > tall measure foot height cm metres
weight weigh heavy > kilos weigh pounds kg stone
hobby hobbies play free fun sport sports instrument learn keen practise > play taken learning into hobby sport collect
    practise keen started great talent bit
scare scared fear afraid terrified dread phobia most > afraid scared fear terrified dread phobia panic
allergy allergies allergic eat intolerance react avoid > allergic rash react intolerant intolerance hives spots swell
    avoid
computer laptop > laptop computer
car drive park parked space vehicle bay deck level row spot ride > park parked car drive van bike scooter motorbike
name called nickname call > name called call known go answer christened
height size > size tall foot
blood group type > blood group type
reading book > reading book
medicine pill pills medication tablet tablets > take tablet pill medicine mg
"""
LIKING = re.compile(
    r"\b(?:really |quite )?(?:likes?|loves?|enjoys?|adores?|prefers?|fanc(?:y|ies)|devours?|(?:are|is|am) (?:a big )?(?:fond of|crazy about|mad about|"
    r"partial to|fan of))\b"
)
"""That somebody likes something."""
_COUNTS = re.compile(
    r"\d|\b(?:no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b",
    re.IGNORECASE,
)
"""What a line tells a number with."""
_ADDRESSED = re.compile(r"\baddress(?:es)? me\b", re.IGNORECASE)
_MAX_TELLING, _MAX_SAID = 12, 40
"""Telling words, and words in all, that are looked at; a longer text is no question and no single fact."""
_SAYS_NOTHING = (
    STOP_WORDS - {"s", "m", "t", "d", "first", "second", "third", "no", "not", "never"}
) | frozenset(("way", "wai", "record", "news", "information", "fyi", "store"))
"""Words without which a statement says the same; sizes are single letters, and days of the month are ordinals."""


_AGED = re.compile(
    r"\b(?:is|are|turned|['’]s|['’]re) (?:now |just |already |only )*(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[ -]\w+)?)[.!]?$",
    re.IGNORECASE,
)
"""How an age is told without a word for it: "your daughter Lena is six"."""


def _stems(text: str) -> frozenset[str]:
    spoken = words(text)
    kept = ("like", "old") if "look" in spoken else ("like", "old", "up")  # "look up" tells nothing
    return frozenset(_SAME.get(each, each) for each in content_stems(text)) | frozenset(
        each for each in spoken if each in kept
    )


def _told_in(line: str) -> frozenset[str]:
    """The stems of a line, and that of "age" where it tells one without the word."""
    return _stems(line) | (_AGE if _AGED.search(line) else frozenset())


def _groups(text: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = re.sub(r"\n +", " ", text.strip()).splitlines()
    return tuple(
        (_stems(left), _stems(right)) for left, _, right in (line.partition(" > ") for line in lines)
    )


_STANDS_FOR = _groups(_STANDS_FOR_WORDS)
_MEANT = frozenset(stem for asked, told in _STANDS_FOR for stem in (*asked, *told)) | _GENERIC | _DOING
"""Stems that are no slip of another word."""
_ASKED_IN = frozenset(word for word in words(_STANDS_FOR_WORDS) if len(word) > 4)
"""Words that questions are put in, and what stands for them."""


class Asked:
    """What was asked, taken to words once, to be held against many lines."""

    def __init__(self, text: str) -> None:
        text = _ADDRESSED.sub("call me", text)
        every, spoken = _stems(text), words(text)
        self._words = frozenset(spoken[:_MAX_SAID])
        self._every = frozenset(sorted(every)[:_MAX_TELLING])
        self._telling = frozenset(each for each in self._every - _GENERIC if not _misspelt_filler(each))
        self._mine = _MINE.search(text) is not None
        self._has_number = has_digit(text)
        self._owners = [
            _stems(owner)
            for owner in _OWNER.findall(text)
            if _stems(owner) and owner.lower() not in _CONTRACTED
        ]
        self._names = _NAMES & self._every | ({"name"} if _CALLED & self._words else frozenset())
        self._first_person = not _FIRST_PERSON.isdisjoint(spoken)
        clauses = (as_lila_says(clause.strip()) for clause in _CLAUSES.split(text[:_MAX_CLAIM]))
        claimed = (subject_and_attribute(clause, ()) for clause in clauses)
        self._claimed = frozenset(about for about in claimed if all(about) and about[1] != "be")
        asks_what = not {"what", "which"}.isdisjoint(spoken) and "not" not in spoken
        self.asks_for_likes = asks_what and LIKING.search(text) is not None
        self._named = _stems(" ".join(_NAMED.findall(text)))
        self._asked_who = re.match(r"\W*who(?:['’]?s| is)\b", text, re.IGNORECASE) is not None
        self._who_of_theirs = _WHO_OF_THEIRS.match(text) is not None
        head = _COMPOUND.search(text)
        self._head = _stems(head[1]) if head else frozenset[str]()
        self._asks_where = re.match(r"\W*where\b", text, re.IGNORECASE) is not None
        self._names_oneself = _NAMES_ONESELF.search(text) is not None
        self._of_it = not self._mine and _OF_IT.search(text) is not None
        self._asks_no_name = not self._names and _ASKS_NO_NAME.search(text) is not None

    def bears_on(self, line: str) -> bool:
        """Whether `line` may answer. A line about somebody's own thing answers no question about another's."""
        held = _told_in(line)
        if self._of_another(line, held) or (self._asks_no_name and _NAMES_SOMEBODY.search(line)):
            return False
        shared = _shared(self._telling, held)
        if shared - _DOING or (shared and not self._telling - _DOING):
            return not self._about_another_thing(shared, line)
        topic = _stems(topic_of(line)) - _GENERIC
        if self._first_person and _ABOUT_THEM.match(line) and self._put_in_other_words(held, topic):
            return True
        if not self._telling:  # "what am I called?", "what's my number?"
            if self._names:
                called = not _CALLED_SO.isdisjoint(words(line)) or self._is_answered_by_name(line)
                return called or bool(self._names & held)
            return bool(_shared(self._every, held)) or (not topic and _OWNER.search(line) is None)
        return False

    def _says_who(self, line: str) -> bool:
        """Whether somebody who was asked for is said to be theirs, or somebody's: "your wife Anna is a doctor"."""
        named = _WHO_IS.search(line)
        return named is not None and bool(_shared(self._telling, _stems(named[1] or named[2])))

    def _is_answered_by_name(self, line: str) -> bool:
        """Whether one's own name was asked for, and `line` is "you're Marta"."""
        return "name" in self._names and self._first_person and _IS_NAME.fullmatch(line) is not None

    def is_covered_by(self, line: str) -> bool:
        """Whether a line that bears on it has every telling word that was asked, or words that stand for those that it lacks."""
        held, missing = _told_in(line), self._missing_in(line)
        return not missing or any(missing <= asked | _DOING and held & told for asked, told in _STANDS_FOR)

    def narrowed(self, lines: Sequence[str]) -> Sequence[str]:
        """Of lines that bear on it, those that say who somebody is, where or how old where that is asked for, if there are any, and those that give a number."""
        if self._asked_who:
            return [line for line in lines if self._says_who(line)] or [
                line for line in lines if not self._who_of_theirs or _IS_SOMEBODY.match(line)
            ]
        if self._telling & _ASKING_AGE:
            return [line for line in lines if _told_in(line) >= _AGE] or lines
        if "name" in self._names and (named := [line for line in lines if _IS_SOMEBODY.match(line)]):
            return named
        if self._head and (told := [line for line in lines if self._head & _told_in(line)]):
            lines = told
        if self._asks_where:
            return [line for line in lines if not _IN_A_PLACE.isdisjoint(words(line))] or lines
        if "number" not in self._names:
            return lines
        numbered = [line for line in lines if _COUNTS.search(line)]
        return numbered or [line for line in lines if "number" in _stems(line)]

    def is_told_otherwise_by(self, line: str) -> bool:
        """Whether a line has all that was asked, some of it in words that stand for it: "allergies" in "comes out in spots from"."""
        return bool(self._missing_in(line)) and self.is_covered_by(line)

    def _missing_in(self, line: str) -> frozenset[str]:
        """The telling words that the line lacks, but for what is done."""
        return self._telling - _shared(self._telling, _told_in(line)) - _DOING

    def holds_all(self, line: str) -> bool:
        """Whether a line that bears on it has every telling word that was asked: then it isn't unknown.

        What somebody asks of himself is only held by a line about him, or about somebody who was named.
        """
        held = _stems(line)
        named = _stems(topic_of(line) or " ".join(line.split()[:2])) - _GENERIC - _DOING
        theirs = _THEIRS.search(line) is not None and not line.startswith("your ")
        if self._first_person and not theirs and _shared(named, self._every) != named:
            return False
        telling = self._telling - _PLACING - (_TOWNS if "live" in self._every else frozenset())
        if telling & _ASKING_AGE and _told_in(line) >= _AGE:  # "how old am I?", "you're 44"
            return _shared(telling - _ASKING_AGE, held) == telling - _ASKING_AGE
        if "favorit" in held:  # "what soup do I like best?"
            telling -= _LIKED_BEST
        if not telling:  # "what am I called?"
            named_so = self._first_person and subject_and_attribute(line, ()) == ("you", "name")
            mine = named_so or self._is_answered_by_name(line)
            return bool(self._names & (_stems(topic_of(line)) | ({"name"} if mine else set())))
        return _shared(telling, held) == telling

    def shares(self, line: str) -> frozenset[str]:
        """The telling words that the line has."""
        return _shared(self._telling, _stems(line))

    def is_told_by(self, line: str) -> bool:
        """Whether a line says the same, perhaps with other verbs."""
        if self._denies_otherwise(line):
            return False
        held = _stems(line) | frozenset(words(line))
        said = (self._words | (self._telling - _DOING)) - _SAYS_NOTHING
        return _shared(said, held) == said

    def tells(self, line: str) -> bool:
        """Whether every word of the line that says something was said."""
        held = frozenset(words(line)) - _SAYS_NOTHING
        return bool(held) and _shared(held, self._words) == held

    def may_repeat(self, line: str) -> bool:
        """Whether what was said could be the line in other words: of the same thing, with every number in it."""
        if self._denies_otherwise(line):
            return False
        held = _stems(line) | frozenset(words(line))
        said = (self._words | self._every) - _SAYS_NOTHING
        numbers = {word for word in said if has_digit(word)}
        topic = _stems(topic_of(line)) - _GENERIC - _DOING
        return len(_shared(said, held)) > 1 and numbers <= held and _shared(topic, self._every) == topic

    def _denies_otherwise(self, line: str) -> bool:
        """Whether the one says that something is so, the other that it isn't: "you like figs", "you don't like figs"."""
        return _DENYING.isdisjoint(self._words) is not _DENYING.isdisjoint(words(line))

    def is_about_the_thing_of(self, line: str) -> bool:
        """Whether what was said, as a statement, may give what `line` is about another value."""
        line = put_straight(line)
        held = _stems(line)
        if self._of_another(line, held) or self._misses_what_is_owned(line):
            return False
        about = subject_and_attribute(line, ())
        apart = any(subject == about[0] and {what, about[1]} <= _APART for subject, what in self._claimed)
        if apart and about not in self._claimed:
            return False
        theirs = self._first_person and _ABOUT_THEM.match(line) is not None
        if theirs and any(self._every & asked and held & told for asked, told in _STANDS_FOR):
            return True
        if (theirs and self._names_oneself and about == ("you", "name")) or about in self._claimed:
            return True
        if self._of_it and about[0] == "you":  # "its name is Rex", and "your name is Ada"
            return False
        topic = _stems(topic_of(line)) - _GENERIC - _DOING
        shared, named = _shared(self._every, held), _shared(topic, self._every)
        if shared - _GENERIC - _DOING:
            if not topic:  # "Ada catches the 58": of whom it is stands first
                of = [each for word in line.split() if not names_time([word]) for each in content_stems(word)]
                of = [each for each in of if each not in _DOING | _PLANNING | {"am", "pm"}]
                return theirs or bool(_shared(of[:1], self._every))
            return named == topic or (len(named) > 1 and len(topic - named) == 1)
        return bool(shared) and not topic

    def _misses_what_is_owned(self, line: str) -> bool:
        """Whether the tortoise of "your wife Ada's tortoise" wasn't said, nor anything that stands for it.

        A number or an age may be said by itself; that somebody is called something goes without "name".
        """
        *owner, owned = _POSSESSIVE.split(topic_of(line))
        what = _stems(owned)
        if not owner or _shared(what, self._every) or not what - _NAMES:
            return bool(owner) and "number" in what - self._every and not self._has_number
        if what <= _COUNTED and self._has_number:
            return False
        return not any(self._every & asked and what & told for asked, told in _STANDS_FOR)

    def _of_another(self, line: str, held: frozenset[str]) -> bool:
        """Whether the line is of somebody else's thing than what was said."""
        owner = _OWNER.search(line)
        if owner and owner[1].lower() not in _CONTRACTED | _ONES_OWN and self._mine:
            whose = _stems(line[: owner.end(1)])  # "my godfather's" may be "your godfather Morag's"
            if not _shared(whose, self._every):
                return True
        return any(not _shared(of, held) for of in self._owners)

    def _put_in_other_words(self, held: frozenset[str], topic: frozenset[str]) -> bool:
        return any(
            self._every & asked
            and held & told
            and not self._telling - asked - told - held - _DOING
            and not topic - asked - told
            for asked, told in _STANDS_FOR
        )

    def _about_another_thing(self, shared: frozenset[str], line: str) -> bool:
        """Both name something that the other doesn't: "Anna's shoe size", "Anna's jacket size"."""
        missing = self._telling - shared - _DOING
        if not missing:
            return False
        of_them = not self._first_person and _ABOUT_THEM.match(line)
        if of_them and (shared <= _OF_PEOPLE or missing & self._named):
            return True  # when Karin was born isn't when they were
        held, topic = _told_in(line), _stems(topic_of(line)) - _GENERIC - _DOING
        if not topic - _shared(topic, self._every):
            return False
        return not any(missing <= asked | _DOING and held & told for asked, told in _STANDS_FOR)


def _misspelt_filler(word: str) -> bool:
    """A slip in a word that tells nothing: "pelase", "remembber"; a brother is no "bother"."""
    return len(word) > 4 and word != "brother" and any(is_slip_of(word, filler) for filler in _FILLERS)


def respelt(text: str, lines: Iterable[str]) -> Iterator[str]:
    """The text with each word put right that no line holds, nor what questions are put in, but that is one slip away from such a word."""
    known = sorted({word for line in lines for word in words(line) if len(word) > 3} | _ASKED_IN)
    spoken = text.split()
    right = [_put_right(word, known) for word in spoken]
    if right != spoken:
        yield " ".join(right)


def _put_right(word: str, known: Sequence[str]) -> str:
    plain = word.strip(".,!?;:\"'").lower()
    stems = _stems(plain)
    if len(plain) < 4 or not plain.isalpha() or plain in known or not stems or stems & _MEANT:
        return word
    return next((each for each in known if is_slip_of(plain, each)), word)


def _shared(wanted: Iterable[str], held: Iterable[str]) -> frozenset[str]:
    """The wanted words that are among those held."""
    return frozenset(one for one in wanted if any(_akin(one, other) for other in held))


def _akin(one: str, other: str) -> bool:
    """The same stem, one that differs by its ending ("allergi", "allerg"), or by one slip of the keys ("dirll")."""
    if one == other or not (one.isalpha() and other.isalpha()):
        return one == other
    short, long = sorted((one, other), key=len)
    if short in _MONTHS and long.startswith(short):
        return False  # Julia isn't July
    if len(short) > 4 and len(long) - len(short) <= 2 and long.startswith(short[:-1]):
        return True
    return is_slip_of(one, other)
