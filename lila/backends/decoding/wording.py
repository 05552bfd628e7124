"""How what was said may be worded in memory, as patterns in the language of `engine.pattern`.

The built-in model only ever copies. A fact is the person's own sentence turned to the second person: one stretch of it, or
two where they mended it on the way ("on March 22, wait, no, at half past two"). Every word brings the space before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, pairwise, takewhile

from lila.backends.decoding.asides import GREETING, is_mended, told_apart, without_lead_in, without_request
from lila.backends.decoding.times import names_time
from lila.backends.decoding.whole_names import LONGEST_SUBJECT, NO_NAMES, together, with_names_whole
from lila.backends.decoding.words import (
    ALWAYS_TURNED,
    DETERMINERS,
    FILLERS,
    ONESELF,
    OPENERS,
    PRONOUNS,
    YOU,
    bare,
    folded,
    plainly,
    retold,
    spoken,
)

__all__ = [
    "LEAD",
    "LINK",
    "either",
    "is_relative",
    "linked",
    "named",
    "names_oneself",
    "some",
    "stretch_of",
    "told",
    "written",
]

_PERSONS = frozenset(("he", "she", "him", "her", "his", "hers", "he's", "she's"))
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
_OF_A_QUESTION = DETERMINERS | frozenset(("i", "you", "we", "they", "he", "she", "it", "to", "do", "did"))
"""Words before which "who" asks."""
LEAD = "( (your|the|you))?"
LINK = "( (is|are|on|at|in)){0,2}"
"""Words that Lila puts in: "door code 4821" is kept as "your door code is 4821"."""
_NOTHING = "( the)?"
"""What may stand between two stretches that are taken out of one text, as good as nothing."""
_GREETING = f"(?:(?:{GREETING}|greetings|well|(?:nice|pleased) to meet you) )"
_CALL_ME = re.compile(
    r"\A(?:(?:(?:hi|hello|hey|well|so|just|ok|okay|oh|yes|yeah|alright|anyway|please|you (?:can|may)|everybody) )*call me (?!back\b|later\b|when\b|if\b|at\b|on\b|in\b|an?\b|the\b|tomorrow\b|today\b|tonight\b|again\b|about\b)"
    rf"|{_GREETING}*it['’]?s me (?!again\b|who\b|that\b|or\b|and\b)|{_GREETING}+this is (?!an?\b|the\b|my\b|our\b|important\b|what\b|how\b|for\b))(?=\w)"
)


def told(words: Sequence[str], before: Sequence[str] = (), *, mended: bool = False) -> str:
    """A fact in the `words` said; what the exchange `before` holds may stand in front, and for a pronoun; for "she", somebody named before.

    Where it was `mended`, or sounds as if it were, something may be left out in the middle.
    """
    whole = _introduced(without_request(words))
    words = [
        "yours" if folded(word) == "mine" and folded(before_it) in ("is", "are", "was") else word
        for before_it, word in pairwise(("", *without_lead_in(whole)))
    ]
    of_one_before = folded(words[0]) in PRONOUNS if words else False  # "I suspect she sings"
    lead = LEAD if len(words) == len(whole) or of_one_before else ""
    named = list(takewhile(lambda word: folded(word) not in _PERSONS | {"its"}, words))
    of_another = len(named) < len(words)
    if of_another and _is_whose(words, len(named)) and _names_somebody(named):
        before = named
    again = _again(before)
    # What "its" is of was spoken of last.
    *others, nearest = told_apart(named)
    thing = nearest if others and len(nearest) > 1 else [*before, *named]
    of_it = "its" in map(folded, words[len(named) : len(named) + 1])
    again = _again(before, owned=True) if of_it else again
    meant = _again(thing if of_it else [*before, *named], apart=of_it) if of_another else again
    things = [*before, *_thing_named(takewhile(lambda word: folded(word) not in _THINGS, words))]
    it = stretch_of([word for word in things if folded(word) not in _NO_THINGS])
    it = f"( your)?{it}" if it else ""
    front = f"{either((again, _subject_again(words)))}{lead}{LINK}"
    if mended or is_mended(words):
        parts = with_names_whole(list(written(words, again, meant, it)))
        return f"{front}(?cut:{LINK}|{'|'.join(parts)})" if parts else front
    runs = [with_names_whole(list(written(part, again, meant, it))) for part in told_apart(words)]
    found = [f"(?run:{'|'.join(f'{LINK}{part}' for part in parts)})" for parts in runs if parts]
    return f"{front}{either(found)}" if found else front


def _introduced(words: Sequence[str]) -> Sequence[str]:
    """The words with "you are Ada" for "call me Ada" and "hi, it's me, Ada", which is what is kept of it; "call me back" is something else."""
    asked = _CALL_ME.match(plainly(words))
    if not asked:
        return words
    called, *rest = words[asked[0].count(" ") :]
    return [f"you are {called}", *rest]


def names_oneself(words: Sequence[str]) -> bool:
    """Whether somebody says by what name to call him: "you can call me Ada", "hello, this is Ada"."""
    return _CALL_ME.match(plainly(words)) is not None


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
    return word.isalpha() and word.islower() and word not in DETERMINERS | PRONOUNS | ONESELF | {"i"}


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
        word[:1].isupper() and folded(word) not in NO_NAMES and not names_time([folded(word)])
        for word in words[1:]
    )


def _again(before: Sequence[str], *, owned: bool = False, apart: bool = False) -> str:
    """Some of the words from before as they follow each other, or none; `apart`, of a thing's owner and of the thing `owned`.

    So "your sister's cat's name" may be of "its name", after "my sister has a cat".
    """
    stretch = stretch_of(
        [word for word in before if folded(word) not in _WHOM_NOBODY_MEANS], owned=owned or apart
    )
    if apart:
        stretch = stretch.replace("(?run:", f"(?cut:{_NOTHING}|")
    return f"{stretch}?" if stretch else ""


def stretch_of(before: Sequence[str], *, owned: bool = False) -> str:
    """Some of the words from before as they follow each other; "" where there were none.

    "My landlord Ben" is one; so is "Ann's van" where something that is `owned` is spoken of.
    """
    turned = ((word, [form for form in retold(word) if form.lower() not in ALWAYS_TURNED]) for word in before)
    forms = [(word, f" {either(map(re.escape, found))}") for word, found in turned if found]
    forms = list(together(forms, owned=owned))
    return f"(?run:{'|'.join(with_names_whole(forms))})" if forms else ""


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


def some(words: Iterable[Sequence[str]]) -> str:
    return "".join(f"( {either(map(re.escape, forms))})?" for forms in words if forms)


def linked(words: Iterable[str]) -> str:
    """The words as they may come back, with the "on" that a question about a time leaves out."""
    return "".join(f"( (on|at|in))?{some([retold(word)])}" for word in words)


def either(patterns: Iterable[str]) -> str:
    return f"({'|'.join(pattern for pattern in patterns if pattern)})"
