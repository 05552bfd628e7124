"""How what was said may be worded in memory, as patterns in the language of `engine.pattern`.

The built-in model only ever copies. A fact is the person's own sentence turned to the second person: one stretch of it, or
two where they mended it on the way ("on March 22, wait, no, at half past two"). Every word brings the space before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, takewhile

from lila.backends.times import names_time
from memory.words import content_stems
from training_log.nano.corpus.deixis import SECOND_PERSON, SPEAKERS_VERBS

__all__ = [
    "ARTICLES", "CLOSING", "DETERMINERS", "DOES", "DOING", "ENDING", "FILLERS", "ITS", "MENDING", "adds_to_a_list", "denies", "OPENERS", "OWNERS", "PRONOUNS", "SUPPOSING", "YOU", "bare", "completed", "either", "folded", "is_mark", "is_relative", "is_title", "is_mended", "is_value", "leads_on", "linked", "of_oneself", "named", "names_its_thing", "names_oneself", "retold", "some", "without_lead_in", "without_request", "without_slips",
    "spoken", "told", "written",
]  # fmt: skip

_SECOND_PERSON = {**SECOND_PERSON, **SPEAKERS_VERBS}
_PRONOUN_WORDS = "he she it they him her his its their them hers he's she's it's they're hes shes theyre"
PRONOUNS = frozenset(_PRONOUN_WORDS.split())
OWNERS = frozenset(("his", "her", "their", "its"))
_PERSONS = frozenset(("he", "she", "him", "her", "his", "hers", "he's", "she's"))
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof", "st"))
_WHOM_NOBODY_MEANS = frozenset(
    [
        "isn't",
        "isnt",
        "aren't",
        "arent",
        "doesn't",
        "doesnt",
        "don't",
        "dont",
        "somebody",
        "someone",
        "who",
        "what",
        "when",
        "where",
        "which",
        "how",
        "whose",
        "why",
    ]
)
"""Words of a question that stand for nobody: no "somebody's team" of "her team" after "somebody is asking about Ada"."""
_NO_THINGS = frozenset(
    [
        "i",
        "i'm",
        "im",
        "i've",
        "we",
        "we're",
        "we've",
        "you",
        "you're",
        "you've",
        "me",
        "us",
        "he",
        "she",
        "him",
    ]
)
_TOWARDS = frozenset(("with", "to", "for", "from", "of", "about"))
_THINGS = frozenset(("it", "it's", "it’s", "them", "they", "they're", "they’re"))
_ASKED_OF_WORDS = "know knows knew remember ask asked tell wonder guess and is was one"
_ASKED_OF = frozenset(_ASKED_OF_WORDS.split())
"""Words behind which "who" asks."""
DETERMINERS = frozenset(("a", "an", "the", "my", "our", "your", "his", "her", "its", "their"))
_OF_A_QUESTION = DETERMINERS | frozenset(("i", "you", "we", "they", "he", "she", "it", "to", "do", "did"))
"""Words before which "who" asks."""
_ALWAYS_TURNED = frozenset(("my", "me", "our", "we", "us", "i'm", "i've", "i'll", "we're", "we've", "we'll"))
"""Words of the person's that Lila never keeps as they are."""
_LEAD = "( (your|the|you))?"
_LINK = "( (is|are|on|at|in)){0,2}"
"""Words that Lila puts in: "door code 4821" is kept as "your door code is 4821"."""
_NOTHING = "( the)?"
"""What may stand between two stretches that are taken out of one text, as good as nothing."""
_OPENING = "\"“‘'([{"
CLOSING = "\"”’')]}.,!?;:…"
FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "hmm", "hm", "eh", "ehm"))
OPENERS = FILLERS | {"ok", "okay", "yeah", "yes", "oh", "ah", "hey", "hi", "hello", "yo", "lila", "alright"}
"""Words that say nothing; those that may open a sentence are kept where they stand later."""
_MENDING_WORDS = "no not wait sorry mean meant rather oops correction actually make scratch pardon mistake"
MENDING = frozenset(_MENDING_WORDS.split())
"""Words with which somebody puts right what he is saying."""
_LEADS_ON = re.compile(
    r"(?<=\w )(?:(?:and|but|plus|also) )?(?:on top of (?:that|this|it)|in addition|apart from (?:that|this)|besides|moreover|"
    r"furthermore|additionally|by the way|(?:an)?other thing(?: is(?: that)?)?|one more thing|(?:the )?(?:second|next|last) thing is(?: that)?|nor should you forget(?: that)?|(?:before|lest) i forget|"
    r"for good measure|what's more|not to forget|not to mention(?: that)?|speaking of which|whereas|meanwhile|likewise|similarly|"
    r"(?:second|third|last)ly|incidentally|separately|more news|on another note|to continue|in the same vein|for the record|"
    r"et cetera(?= and\b)|along with (?:this|that)|as well as(?= (?:then|that|what['’]?s|finally|my|our|i|we)\b)|that aside|even though|although|next(?= (?:the|my|our|i|we|his|her|their|he|she|they|some(?:body|one))\b))(?= \w)"
)
"""Words between two facts that belong to neither."""
_REQUEST = re.compile(
    r"(?<=\w )(?:(?:can|could|would|will) you (?:please )?(?:remember|keep|note|save|store|write|make|put|jot|log)"
    r"|(?<!n[o']t )(?<!nt )(?<! to )(?<!can )(?<!and )(?<!you )(?<!we )(?<!they )(?<! i )(?:please )?"
    r"(?:remember|keep(?: (?:a note|hold|track) of)?|note|save|store|write|make a note of|put|jot|log|record) (?:that|this|it)(?! \w+ing))"
    r"(?: (?:a|note|of|that|it|this|down|in|mind|for|me|p[leas]{4,6}))*$"
)
"""How somebody asks at the end that what he said be remembered: "… could you note that", "… save it please"."""
_AFTERTHOUGHT = re.compile(
    r"(?<=\w )(?:no doubt about it|give or take|of course|as you (?:may |might )?know|got (?:that|it)|hold that thought|believe it or not|to (?:tell|be) (?:you )?(?:the truth|honest)|"
    r"in fact|after all|in case(?: (?:you (?:need|want|ask|wonder|forget|were wondering)|it (?:matters|helps))(?: it| that| this)?)?|unless i['’]?m (?:very much )?(?:mistaken|wrong)|i thought you(?:['’]d| would| should| might) (?:like |want )?(?:to )?know|so now you know|if i['’]?m not mistaken|i['’]?m (?:fairly|pretty|quite|almost|very) (?:certain|sure|positive)|to be (?:exact|precise)|just so (?:that['’]?s|it['’]?s) clear|just so you know|needless to say|i must say|by the way)$"
)
"""What somebody says last that is no part of a fact."""
_GREETING = "(?:(?:hi|hello|hey|yo|howdy|greetings|there|again|lila|well|(?:good )?(?:morning|afternoon|evening)|(?:nice|pleased) to meet you) )"
_CALL_ME = re.compile(
    r"\A(?:(?:(?:hi|hello|hey|well|so|just|please|you (?:can|may)|everybody) )*call me (?!back\b|later\b|when\b|if\b|at\b|on\b|in\b|an?\b|the\b|tomorrow\b|today\b|tonight\b|again\b|about\b)"
    rf"|{_GREETING}*it['’]?s me (?!again\b|who\b|that\b|or\b|and\b)|{_GREETING}+this is (?!an?\b|the\b|my\b|our\b|important\b|what\b|how\b|for\b))(?=\w)"
)
SUPPOSING = "suspect|reckon|guess|suppose|presume|assume|gather"
"""With "I" in front, how somebody says that he isn't sure; "think" and "believe" say more than that."""
_LEAD_IN = re.compile(
    rf"\A(?:[\w']+ ){{0,2}}?(?:chances are(?: that)?(?= \w+ \w)|i have a (?:hunch|feeling|suspicion)(?: that)?(?= [\w'’]+ \w)|i (?:{SUPPOSING})(?: that)?(?= [\w'’]+ \w))"
)
"""How sure somebody is, before what it is: "I suspect the …"."""
_MORE = re.compile(
    r"(?:(?:oh|um|uh|er|well),? )*(?:(?:and|also|plus) (?!that['’]?s\b|thanks\b|thank\b|you\b|what\b|how\b)[^?]{1,60}|[^?]{1,60} (?:too|as well)(?: please)?[.!]?)$",
    re.IGNORECASE,
)
"""How somebody goes on who has just put something on a list: "and bread" is no small talk."""
_SLIP = re.compile(
    r"\b(?:my (?:mistake|bad|fault|error|apologies)|the (?:right|correct|real) (?:one|answer)(?: is)?|"
    r"(?:i|you) (?:got (?:that|it) wrong|misheard(?: (?:that|it|me))?|misspoke)|let me (?:fix|correct) (?:that|it))(?= |$)"
)
"""How somebody says that something was said, or heard, amiss."""
_THEY_ARE = frozenset(("they're", "they’re", "theyre"))
ITS = _THEY_ARE | {"it's", "it’s", "its", "that's", "that’s", "thats"}
_OF_MANY = re.compile(r"\b(?:are|do) (?:the|my|our|those|these)\b")
"""How somebody asks for several things: "where do the insurance papers go?"."""
_MY_NAME = re.compile(r"\bcall me\b|\b(?:am i|i'm|i am) (?:called|known|named)\b|\bi go by\b|^who am i\b")
"""How somebody asks for the own name without the word."""
_PLACES = frozenset(
    ["in", "on", "at", "under", "behind", "between", "above", "below", "beside", "inside", "near", "next"]
)
_REQUESTING = frozenset(("need", "want", "tell", "me", "know", "remember", "remind", "give", "find", "show"))
_POLITE = frozenset(("please", "thanks", "lila", "cheers", "ta"))
_LIGHTLY = frozenset(("easy", "simple", "sure", "right", "well", "so", "fine"))
"""What an answer may begin with, before a comma."""
_ANSWERING = re.compile(
    r"(?:ok(?:ay)?|well|right|sure|then|so|ah|oh|no problem|no worries|all right|alright|here you go|i['’]?ll tell you|(?:please )?remember(?: that| this)?|of course|certainly) (?=\w)"
)
"""What an answer may begin with anyway: "no problem, it's Ada"."""
_ASIDE = frozenset(("supposed", "again", "please"))
"""Words of a question that are no part of what it asks for."""
ENDING = frozenset(("be", "go", "by", "called", "named", "known", "as", "end", "up", "belong", "for", "me"))
"""Words that a question may end with, which are no part of the thing: "what does my cat go by", "… for me"."""
_ONESELF = frozenset(("i'm", "i’m", "im", "i've", "i’ve", "my", "our", "we", "we're", "we’re"))
"""How a sentence begins that has its subject, whatever was asked before."""
_OF_SPEAKER = frozenset(("a", "an", "the", "my", "our", "your"))
LEAST_OF_A_SENTENCE = 5
"""Words; fewer that begin with one of those are a value: "the grey cat"."""
_SENTENCE_WORDS = (
    "is are was were has have isn't i he she it they we and or what how who where when why which about"
)
_SENTENCE = frozenset(_SENTENCE_WORDS.split())
"""Words that no mere thing is named with."""
_ARTICLES = frozenset(("the", "a", "an"))
LONGEST_THING = 4
"""Words of a thing that is named as an answer: "the red van"."""
LONGEST_VALUE = 6
"""Words of an answer that is a value alone: "behind the box of old shoes"."""
_DOING_WORDS = """works lives has goes plays likes loves hates drives speaks studies takes teaches wants needs owns rides
collects comes wears eats drinks knows keeps"""
DOING = frozenset(_DOING_WORDS.split())
"""What somebody is told to do or have."""
DOES = DOING | frozenset(("gets", "makes", "weighs", "was", "were", "had", "lived", "worked", "moved"))
"""What somebody does: "works as a vet" of "Ola lives in Rome and works as a vet" is said of the one at the beginning."""
LONGEST_SUBJECT = 4
"""Words of whom is spoken, before what they do: "my best friend Ola"."""
LONGEST_DENIAL = 7
"""Words of "it's with Sandra, not Sarah"; a longer sentence has a subject of its own."""
YOU = frozenset(("you", "your", "yours", "you've", "you're", "yourself"))
"""Lila, in the person's mouth; in hers they are the person, of whom "my" and "me" speak."""
_IN_NAMES = re.compile(r"of (?:the )?[A-Z]\w+")
_IN_TITLES = re.compile(r"(?:of|and|in|to|for) (?:the )?[A-Z]\w+")
"""What the names of things hold between their words, and those of books and songs."""
_NO_NAME_BEGINS = frozenset(("there's", "there’s", "theres", "there", "it", "they"))
"""Words that begin a sentence and never a name."""
_NO_NAMES = DETERMINERS | {"i", "i'm", "i've"}
"""Words that may have a capital without being part of a name."""
ARTICLES = {"a": "an", "an": "a"}
"""Each with the one that may stand before another word."""


def told(words: Sequence[str], before: Sequence[str] = (), *, mended: bool = False) -> str:
    """A fact in the `words` said; what the exchange `before` holds may stand in front, and for a pronoun; for "she", somebody named before.

    Where it was `mended`, or sounds as if it were, something may be left out in the middle.
    """
    whole = _introduced(without_request(words))
    words = without_lead_in(whole)
    lead = _LEAD if len(words) == len(whole) else ""
    named = list(takewhile(lambda word: folded(word) not in _PERSONS | {"its"}, words))
    of_another = len(named) < len(words)
    if of_another and _is_whose(words, len(named)) and _names_somebody(named):
        before = named
    again = _again(before)
    # What "its" is of was spoken of last.
    *others, nearest = _told_apart(named)
    thing = nearest if others and len(nearest) > 1 else [*before, *named]
    of_it = "its" in map(folded, words[len(named) : len(named) + 1])
    again = _again(before, owned=True) if of_it else again
    meant = _again(thing if of_it else [*before, *named], apart=of_it) if of_another else again
    things = [*before, *_thing_named(takewhile(lambda word: folded(word) not in _THINGS, words))]
    it = _stretch_of([word for word in things if folded(word) not in _NO_THINGS])
    it = f"( your)?{it}" if it else ""
    front = f"{either((again, _subject_again(words)))}{lead}{_LINK}"
    if mended or is_mended(words):
        parts = _with_names_whole(list(written(words, again, meant, it)))
        return f"{front}(?cut:{_LINK}|{'|'.join(parts)})" if parts else front
    runs = [_with_names_whole(list(written(part, again, meant, it))) for part in _told_apart(words)]
    found = [f"(?run:{'|'.join(f'{_LINK}{part}' for part in parts)})" for parts in runs if parts]
    return f"{front}{either(found)}" if found else front


def _introduced(words: Sequence[str]) -> Sequence[str]:
    """The words with "you are Ada" for "call me Ada" and "hi, it's me, Ada", which is what is kept of it; "call me back" is something else."""
    asked = _CALL_ME.match(_plainly(words))
    if not asked:
        return words
    called, *rest = words[asked[0].count(" ") :]
    return [f"you are {called}", *rest]


def names_oneself(words: Sequence[str]) -> bool:
    """Whether somebody says by what name to call him: "you can call me Ada", "hello, this is Ada"."""
    return _CALL_ME.match(_plainly(words)) is not None


def _subject_again(words: Sequence[str]) -> str:
    """Of whom a sentence is, where it goes on with "and works as …": some of the words it begins with, or none."""
    relative = next((place for place in range(1, len(words) - 1) if is_relative(words, place)), 0)
    joins = [
        place
        for place in range(2, len(words) - 1)
        if folded(words[place]) == "and" and _goes_on(words[place + 1])
    ]
    if not joins and not relative:
        return ""
    subject = words[: min(LONGEST_SUBJECT + 1, relative) or min(LONGEST_SUBJECT, joins[0] - 1)]
    opening = [pattern for _, pattern in written(subject, "")]
    return "".join(f"({pattern}" for pattern in opening) + ")?" * len(opening)


def is_relative(words: Sequence[str], place: int) -> bool:
    """Whether "who" stands there behind somebody, before what they do: "my aunt Bea, who paints, …"."""
    return (
        folded(words[place]) == "who"
        and place + 1 < len(words)
        and place > 0
        and folded(words[place - 1]) not in _ASKED_OF
        and folded(words[place + 1]) not in _OF_A_QUESTION
    )


def _goes_on(word: str) -> bool:
    """Whether a word behind "and" may say what somebody does, and doesn't begin with somebody else."""
    return word.isalpha() and word.islower() and word not in DETERMINERS | PRONOUNS | _ONESELF | {"i"}


def _thing_named(words: Iterable[str]) -> list[str]:
    """What of the words names a thing: from "a", "my" and the like on."""
    return list(dropwhile(lambda word: folded(word) not in DETERMINERS, words))


def _is_whose(words: Sequence[str], place: int) -> bool:
    """Whether "she", "his" or "her" stands there, and no "with her": "I speak French with him" is of somebody else than French."""
    behind = folded(words[place - 1]) if place else ""
    return folded(words[place]) in _PERSONS - {"him"} and behind not in _TOWARDS


def _names_somebody(words: Sequence[str]) -> bool:
    """Whether somebody is named in them, who is then meant by the "she" behind them: "a dog, Biscuit, she's a labrador"."""
    return any(
        word[:1].isupper() and folded(word) not in _NO_NAMES and not names_time([folded(word)])
        for word in words[1:]
    )


def without_request(words: Sequence[str]) -> Sequence[str]:
    """What was said without "can you remember that" or "no doubt about it" at its end, which is no part of a fact."""
    for ending in (_AFTERTHOUGHT, _REQUEST, _AFTERTHOUGHT):
        if found := ending.search(_plainly(words)):
            words = words[: found.string[: found.start()].count(" ")]
    return words


def without_lead_in(words: Sequence[str]) -> Sequence[str]:
    """What was said without "I suspect", "chances are" at its beginning."""
    leading = _LEAD_IN.match(_plainly(words))
    return words[leading[0].count(" ") + 1 :] if leading else words


def without_slips(words: Sequence[str]) -> list[str]:
    """What was said without "my mistake", "the right one is", "you misheard", which are no part of what is put right."""
    kept, spoken = list(words), _plainly(words)
    for slip in reversed(list(_SLIP.finditer(spoken))):
        del kept[spoken[: slip.start()].count(" ") : spoken[: slip.end()].count(" ") + 1]
    return kept


def leads_on(words: Sequence[str]) -> bool:
    """Whether they begin with what only leads from one fact to the next: "on top of that"."""
    return _LEADS_ON.match(f"x {_plainly(words)} x", 2) is not None


def _told_apart(words: Sequence[str]) -> list[Sequence[str]]:
    """What was said, parted at the words that only lead to something else, such as "on top of that"."""
    spoken = _plainly(words)
    found: list[Sequence[str]] = []
    begin = 0
    for leading in _LEADS_ON.finditer(spoken):
        place, end = (spoken[:at].count(" ") for at in leading.span())
        found.append(words[begin:place])
        begin = end + 1
    return [*found, words[begin:]]


def _plainly(words: Sequence[str]) -> str:
    """The words as one text without the marks around them; one that is all marks stays, so that the blanks count them."""
    return " ".join(folded(word) or word for word in words)


def is_mended(words: Sequence[str]) -> bool:
    """Whether a mark or a word of putting right stands within: "actually" in front mends nothing."""
    inner = list(dropwhile(lambda word: folded(word) in MENDING | OPENERS, words))
    return any(folded(word) in MENDING or is_mark(word) for word in inner)


def completed(words: Sequence[str], before: Sequence[str]) -> str:
    """A fact of which only the value was said, as the answer to a question: what was asked stands in front.

    The value is kept from its first word on; what follows it, such as "I think", may be left out, but nothing of "the red van"; of two words the first
    may be: "well Rex".
    """
    inner = _without_opening(without_request(words))
    value = _with_names_whole(list(written(inner[1:] if folded(inner[0]) in ITS else inner, "")))
    kept = "".join(f"({part}" if place else part for place, part in enumerate(value))
    many = folded(inner[0]) in _THEY_ARE or _OF_MANY.search(_plainly(before))
    link = _LINK.replace("is|", "") if many else _LINK
    thing = _stretch_of(_asked_for(before))
    asked = f"( your name|{_LEAD}{thing})" if _MY_NAME.search(_plainly(before)) else f"{_LEAD}{thing}"
    whole = len(value) <= LONGEST_THING and folded(inner[0]) in _ARTICLES
    if len(value) == 2:
        return f"{asked}{link}({value[0]}{value[1]}|{value[1]})"
    return f"{asked}{link}{kept}{(')' if whole else ')?') * (len(value) - 1)}"


def _asked_for(words: Sequence[str]) -> Sequence[str]:
    """What a question asks for, without "I need", "tell me", "do you know", "… supposed to be"."""
    begins = max(
        (place + 1 for place, word in enumerate(words[:-1]) if folded(word) in _REQUESTING), default=0
    )
    asked = [word for word in words[begins:] if folded(word) not in _ASIDE]
    while len(asked) > 1 and folded(asked[-1]) in ENDING:
        asked.pop()
    return asked


def is_value(words: Sequence[str]) -> bool:
    """Whether the words say no more than a value: "it's between the books", "behind the door", "Rex", "the red van"."""
    inner = _without_opening(words)
    first = folded(inner[0]) if inner else ""
    if len(inner) == 1 or (len(inner) <= LONGEST_VALUE and (first in ITS or first in _PLACES)):
        return True
    thing = len(inner) <= LONGEST_THING if first in _ARTICLES else len(inner) == 2
    return thing and first not in MENDING | _OF_SPEAKER - _ARTICLES and not any(map(_tells, inner))


def _tells(word: str) -> bool:
    """Whether a word makes a sentence of those around it."""
    return folded(word) in DOES | _SENTENCE


def adds_to_a_list(asked: str, answered: str) -> bool:
    """Whether more is `asked` for the list to which Lila has just added, as she `answered`."""
    return answered.startswith("Added ") and " list" in answered and _MORE.match(asked) is not None


def denies(words: Sequence[str], line: str) -> bool:
    """Whether a value of the `line` is denied, and another given: "Leo, not Theo", "it's with Sandra, not Sarah"."""
    given = list(takewhile(lambda word: folded(word) != "not", words))
    denied = content_stems(" ".join(words[len(given) + 1 :]))
    told = content_stems(line)
    return bool(given and denied) and len(words) <= LONGEST_DENIAL and set(denied) <= set(told)


def _without_opening(words: Sequence[str]) -> list[str]:
    """An answer without what it begins with, "oh", "easy,", and without the "please" that it ends with."""
    inner = list(dropwhile(lambda word: folded(word) in OPENERS, words))
    while len(inner) > 1 and folded(inner[-1]) in _POLITE:
        inner.pop()
    while (leading := _ANSWERING.match(_plainly(inner))) is not None:
        inner = inner[leading[0].count(" ") :]
    lightly = len(inner) > 1 and folded(inner[0]) in _LIGHTLY
    return inner[1:] if lightly and (inner[0].endswith(",") or len(inner) == 2) else inner


def of_oneself(words: Sequence[str]) -> bool:
    """Whether a sentence begins with whom it is about: "I'm 44" is no passport number, whatever was asked."""
    return next((folded(word) for word in words if folded(word) not in OPENERS), "") in _ONESELF


def names_its_thing(words: Sequence[str]) -> bool:
    """Whether a sentence begins with a thing of its own: "the alarm code changed" puts right no other."""
    inner = [
        folded(word)
        for word in dropwhile(lambda word: folded(word) in MENDING | OPENERS, without_slips(words))
    ]
    return len(inner) >= LEAST_OF_A_SENTENCE and inner[0] in _OF_SPEAKER


def _again(before: Sequence[str], *, owned: bool = False, apart: bool = False) -> str:
    """Some of the words from before as they follow each other, or none; `apart`, of a thing's owner and of the thing `owned`.

    So "your sister's cat's name" may be of "its name", after "my sister has a cat".
    """
    stretch = _stretch_of(
        [word for word in before if folded(word) not in _WHOM_NOBODY_MEANS], owned=owned or apart
    )
    if apart:
        stretch = stretch.replace("(?run:", f"(?cut:{_NOTHING}|")
    return f"{stretch}?" if stretch else ""


def _stretch_of(before: Sequence[str], *, owned: bool = False) -> str:
    """Some of the words from before as they follow each other; "" where there were none.

    "My landlord Ben" is one; so is "Ann's van" where something that is `owned` is spoken of.
    """
    turned = (
        (word, [form for form in retold(word) if form.lower() not in _ALWAYS_TURNED]) for word in before
    )
    forms = [(word, f" {either(map(re.escape, found))}") for word, found in turned if found]
    forms = list(_together(forms, owned=owned))
    return f"(?run:{'|'.join(_with_names_whole(forms))})" if forms else ""


def _together(parts: Sequence[tuple[str, str]], *, owned: bool) -> Iterator[tuple[str, str]]:
    """The parts of a stretch, those that stand for somebody by name and by what he is to them made one."""
    rest, before = list(parts), ""
    while rest:
        calling = before.startswith(("call", "name"))  # "everybody calls my uncle Ben"
        count = 0 if calling else _named_whom([word for word, _ in rest[:LONGEST_SUBJECT]])
        if not count and owned and rest[0][0].endswith(("'s", "’s")):
            count = 2
        taken = rest[: count or 1]
        del rest[: len(taken)]
        before = folded(taken[-1][0])
        yield taken[0][0], "".join(pattern for _, pattern in taken)


def _named_whom(words: Sequence[str]) -> int:
    """How many words are somebody of theirs with a name, as "my landlord Ben"; 0 where they don't begin with one."""
    owner, whom, name, *_ = [*words, "", "", ""]
    if folded(owner) not in ("my", "our", "your") or not (whom.isalpha() and whom.islower()):
        return 0
    if not name[:1].isupper() or folded(name) in _NO_NAMES or names_time([folded(name)]):
        return 0
    return 3


def _with_names_whole(parts: Sequence[tuple[str, str]]) -> list[str]:
    """The parts of a stretch: a name of several words is one, so that "Harriet Vance" isn't cut to "Harriet", nor "a dog whose name is Rex"."""
    capital = [word[:1].isupper() and folded(word) not in _NO_NAMES for word, _ in parts]
    marked = 2 * sum(capital[1:]) < len(parts)  # where most words are, capitals tell nothing
    found: list[str] = []
    whole = 0
    for place, (_, pattern) in enumerate(parts):
        opens = place < 2 or _ends_a_sentence(parts[place - 2][0])  # the word before opened one
        named = capital[place - 1] and capital[place] and not _ends_a_sentence(parts[place - 1][0])
        goes_on = named and not opens
        if marked and not goes_on and capital[place - 1 : place] == [True]:
            whole = max(whole, _end_of_title([word for word, _ in parts], place))
        whose = any(folded(word) == "whose" for word, _ in parts[max(place - 3, 0) : place + 1])
        if found and (whose or (marked and (goes_on or place < whole))):
            found[-1] += pattern
        else:
            found.append(pattern)
    return found


def _ends_a_sentence(word: str) -> bool:
    return not (word[-1].isalnum() or is_title(word))


def _end_of_title(words: Sequence[str], place: int) -> int:
    """Where the name ends that goes on at `place` with "of", or in a title with "and the": "The Old Man and the Sea"."""
    rest = " ".join(words[place:])
    titled = any(word in ("The", "A") for word in words[max(place - 3, 1) : place])
    linked = _IN_TITLES.match(rest) if titled else _IN_NAMES.match(rest)
    return place + linked[0].count(" ") + 1 if linked and words[place - 1][-1].isalnum() else place


def written(words: Sequence[str], again: str, meant: str = "", it: str = "") -> Iterator[tuple[str, str]]:
    """Each word and how it may be written down, those that say nothing left out.

    What was said before, `again`, may stand for a pronoun, who or what may be `meant` for "she" and "its", and the thing for `it`.
    """
    opens = begins = True
    for place, word in enumerate(words):
        plain = bare(word).lower()
        begins = begins and plain in OPENERS
        if begins or plain in FILLERS:
            continue
        if forms := spoken(word, opens=opens):
            whom = (
                (meant or again)
                if plain in _PERSONS | {"its"}
                else (it or again)
                if plain in _THINGS
                else again
            )
            owned = (
                "( your)?" if whom and plain in _PERSONS and place else ""
            )  # "is your nephew's number" of "is his number"
            stand_in = (
                f"|{owned}{whom.removesuffix('?') if owned else whom}" if whom and plain in PRONOUNS else ""
            )
            left_out = "?" if is_relative(words, place) else ""
            yield word, f"( {either(map(re.escape, forms))}{stand_in}){left_out}"
        opens = word[-1] in ".!?:"


def named(words: Sequence[str], before: Sequence[str]) -> str:
    """Something that was named: one of the words, and others in their order."""
    others = [word for word in words if folded(word) not in YOU]
    others = [word for word in others if folded(word) not in OPENERS] or others
    forms = [[*retold(word), *spoken(word, opens=True)] for word in (*before, *others)]
    spelt = [
        [re.escape(form) for form in dict.fromkeys(each) if not set('"\\,') & set(form)] for each in forms
    ]
    rest = "".join(f"( {either(each)})?" for each in spelt if each)
    return f"({either(form for each in spelt for form in each)}{rest})"


def spoken(word: str, *, opens: bool) -> list[str]:
    """How a word of the person's may be written down."""
    plain = bare(word)
    forms = [plain, f"{plain},"] if word.endswith(",") else [plain]
    if word[-1:] in ".:'’" and plain:  # "Dr.", "neighbours'"
        forms.append(plain + word[-1])
    lowered = plain[:1].lower() + plain[1:]
    if opens and lowered in _NO_NAME_BEGINS:
        return [lowered]
    forms += [lowered] if opens and lowered != plain else []
    turned = _SECOND_PERSON.get(plain.lower().replace("’", "'"))
    if turned and plain.lower().replace("’", "'") in _ALWAYS_TURNED and plain != "US":
        return [turned]
    return [form for form in [*forms, turned] if form]


def retold(word: str) -> list[str]:
    """How a word from before may come back: in the second person, capital or not, as an owner."""
    plain = bare(word)
    stem = plain.removesuffix("'s")
    lowered = plain[:1].lower() + plain[1:]
    turned = _SECOND_PERSON.get(plain.lower())
    single = stem[:-1] if len(stem) > 3 and stem.endswith("s") else ""  # "anna" in an apostrophe-less "annas"
    many = f"{plain}'" if word.endswith(("s'", "s’")) else ""  # "my in-laws'"
    forms = (plain, lowered, stem, f"{stem}'s", many, single, ARTICLES.get(plain.lower(), ""), turned)
    return list(dict.fromkeys(form for form in forms if form))


def bare(word: str) -> str:
    """Without the marks around it."""
    return word.lstrip(_OPENING).rstrip(CLOSING)


def is_title(word: str) -> bool:
    """Whether it stands before a name, and its full stop ends nothing: "Dr." of "Dr. Patel"."""
    return word.endswith(".") and folded(word) in _TITLES


def is_mark(word: str) -> bool:
    """Whether it is a mark by itself, such as a dash; the "&" of a name is a word."""
    return not any(map(str.isalnum, word)) and word != "&"


def folded(word: str) -> str:
    return bare(word).casefold()


def some(words: Iterable[Sequence[str]]) -> str:
    return "".join(f"( {either(map(re.escape, forms))})?" for forms in words if forms)


def linked(words: Iterable[str]) -> str:
    """The words as they may come back, with the "on" that a question about a time leaves out."""
    return "".join(f"( (on|at|in))?{some([retold(word)])}" for word in words)


def either(patterns: Iterable[str]) -> str:
    return f"({'|'.join(pattern for pattern in patterns if pattern)})"
