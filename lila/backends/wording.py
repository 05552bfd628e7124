"""How what was said may be worded in memory, as patterns in the language of `engine.pattern`.

The built-in model only ever copies. A fact is the person's own sentence turned to the second person: one stretch of it, or
two where they mended it on the way ("on March 22, wait, no, at half past two"). A correction is that, or what was
known with one part of it exchanged for a stretch of what was said. Every word brings the space before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from training_log.nano.corpus.deixis import SECOND_PERSON, SPEAKERS_VERBS

__all__ = ["bare", "either", "linked", "named", "retold", "revised", "some", "spoken", "told"]

_SECOND_PERSON = {**SECOND_PERSON, **SPEAKERS_VERBS}
_PRONOUN_WORDS = "he she it they him her his its their them hers he's she's it's they're hes shes theyre"
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_LEAD = "( (your|the|you))?"
_LINK = "( (is|are|on|at|in)){0,2}"
"""Words that Lila puts in: "door code 4821" is kept as "your door code is 4821"."""
_OPENING = "\"“‘'([{"
_CLOSING = "\"”’')]}.,!?;:…"
_FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "hmm", "hm", "eh", "ehm"))
_OPENERS = _FILLERS | {"ok", "okay", "yeah", "yes", "oh", "ah", "hey", "hi", "hello", "lila", "alright"}
"""Words that say nothing; those that may open a sentence are kept where they stand later."""
_REPAIR_WORDS = """no nope not wait sorry actually rather instead mean meant misspoke said say its it's it is was should be
make made that thats that's change correct correction oops right wrong please lila i"""
_REPAIRS = _OPENERS | frozenset(_REPAIR_WORDS.split())
"""Words around a value that is put right, and no part of it."""
_SETTING_WORDS = """at on in under behind between above below beside next inside near by from until since every each this
today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday"""
_SETTINGS = frozenset(_SETTING_WORDS.split())
"""What a place or a time begins with, where it isn't a number."""
_DETERMINERS = frozenset(("a", "an", "the", "my", "our", "your", "his", "her", "its", "their"))
_NO_NAMES = _DETERMINERS | {"i", "i'm", "i've"}
"""Words that may have a capital without being part of a name."""
_ARTICLES = {"a": "an", "an": "a"}
"""Each with the one that may stand before another word."""
LONGEST_REVISED = 12
"""Words of a line of which a part may be exchanged, and of what is said against it: the pattern is as long as their product."""


def told(words: Sequence[str], before: Sequence[str] = ()) -> str:
    """A fact in the `words` said; what the exchange `before` holds may stand in front, and for a pronoun."""
    again = _again(before)
    front = f"{again}{_LEAD}{_LINK}"
    parts = _with_names_whole(list(_parts(words, again)))
    return f"{front}(?cut:{_LINK}|{'|'.join(parts)})" if parts else front


def _again(before: Sequence[str]) -> str:
    """Some of the words from before as they follow each other, or none."""
    forms = [f" {either(map(re.escape, found))}" for found in map(retold, before) if found]
    return f"(?run:{'|'.join(forms)})?" if forms else ""


def _with_names_whole(parts: Sequence[tuple[str, str]]) -> list[str]:
    """The parts of a stretch: a name of several words is one, so that "Harriet Vance" isn't cut to "Harriet"."""
    capital = [word[:1].isupper() and _folded(word) not in _NO_NAMES for word, _ in parts]
    marked = 2 * sum(capital[1:]) < len(parts)  # where most words are, capitals tell nothing
    found: list[str] = []
    for place, (_, pattern) in enumerate(parts):
        opens = place < 2 or not parts[place - 2][0][-1].isalnum()  # the word before opened a sentence
        goes_on = not opens and capital[place - 1] and capital[place] and parts[place - 1][0][-1].isalnum()
        if marked and goes_on:
            found[-1] += pattern
        else:
            found.append(pattern)
    return found


def _parts(words: Sequence[str], again: str) -> Iterator[tuple[str, str]]:
    """Each word and how it may be written down, those that say nothing left out."""
    opens = begins = True
    for word in words:
        plain = bare(word).lower()
        begins = begins and plain in _OPENERS
        if begins or plain in _FILLERS:
            continue
        if forms := spoken(word, opens=opens):
            stand_in = f"|{again}" if again and plain in _PRONOUNS else ""
            yield word, f"( {either(map(re.escape, forms))}{stand_in})"
        opens = word[-1] in ".!?:"


def revised(words: Sequence[str], lines: Iterable[str]) -> str:
    """One of the `lines` with a part of it exchanged for something said that is new to it; "" where none can be."""
    if len(words) > LONGEST_REVISED:
        return ""
    found = [each for line in dict.fromkeys(lines) if (each := _exchanged(line.split(), words))]
    return either(found) if found else ""


def _exchanged(line: Sequence[str], words: Sequence[str]) -> str:
    """What is left of `line` in front, a value that was said, and what is left behind.

    A place or a time takes the place of one, where the line has one.
    """
    known = {_folded(word) for word in line}
    endings = [
        ending
        for value in _values(words)
        if not known >= {_folded(word) for word in value}
        for ending in _endings(value, known)
    ]
    if not endings or len(line) > LONGEST_REVISED:
        return ""
    settings = [_is_setting(line[place:]) for place in range(len(line))]
    kept = [f" {either(map(re.escape, (word, _ARTICLES.get(word, ''))))}" for word in line]
    pattern = ""
    for place in reversed(range(len(line))):
        rest = ""
        for word in kept[place + 1 :]:
            rest = f"({rest}{word})?"
        fitting = [
            text for text, is_setting in endings if not is_setting or settings[place] or not any(settings)
        ]
        ways = [f"{either(fitting)}{rest}"] if fitting else []
        if pattern:
            ways.append(f"{kept[place]}{pattern}")
        pattern = either(ways) if ways else ""
    return pattern


def _is_setting(words: Sequence[str]) -> bool:
    """Whether a place or a time begins here: "at the sink", "6:40 pm", "the 24th"."""
    first, second = (_folded(word) for word in (*words, "")[:2])
    numbered = any(map(str.isdigit, first)) or (first == "the" and second[:1].isdigit())
    return numbered or first in _SETTINGS


def _values(words: Sequence[str]) -> list[list[str]]:
    """What may be a value: the stretches between words of correction and marks."""
    found: list[list[str]] = [[]]
    for word in words:
        plain = bare(word)
        if plain.casefold() in _REPAIRS or not any(map(str.isalnum, plain)):
            found.append([])
            continue
        found[-1].append(word)
        if word[-1] in _CLOSING:
            found.append([])
    return [value for value in found if value]


def _endings(value: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The value from each of its words on, and whether that is a place or a time.

    Not from the middle of "the piano", and not from what was `known`: it is what isn't so.
    """
    parts = [pattern for _, pattern in _parts(value, "")]
    small = _SETTINGS | _DETERMINERS
    for place, word in enumerate(value if len(parts) == len(value) else ()):
        inside = place > 0 and _folded(value[place - 1]) in _DETERMINERS
        if not inside and (_folded(word) not in known or _folded(word) in small):
            yield "".join(parts[place:]), _is_setting(value[place:])


def named(words: Sequence[str], before: Sequence[str]) -> str:
    """Something that was named: one of the words, and others in their order."""
    forms = [[*retold(word), *spoken(word, opens=True)] for word in (*before, *words)]
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
    forms += [lowered] if opens and lowered != plain else []
    turned = _SECOND_PERSON.get(plain.lower().replace("’", "'"))
    return [form for form in [*forms, turned] if form]


def retold(word: str) -> list[str]:
    """How a word from before may come back: in the second person, capital or not, as an owner."""
    plain = bare(word)
    stem = plain.removesuffix("'s")
    lowered = plain[:1].lower() + plain[1:]
    turned = _SECOND_PERSON.get(plain.lower())
    single = stem[:-1] if len(stem) > 3 and stem.endswith("s") else ""  # "anna" in an apostrophe-less "annas"
    forms = (plain, lowered, stem, f"{stem}'s", single, _ARTICLES.get(plain.lower(), ""), turned)
    return list(dict.fromkeys(form for form in forms if form))


def bare(word: str) -> str:
    """Without the marks around it."""
    return word.lstrip(_OPENING).rstrip(_CLOSING)


def _folded(word: str) -> str:
    return bare(word).casefold()


def some(words: Iterable[Sequence[str]]) -> str:
    return "".join(f"( {either(map(re.escape, forms))})?" for forms in words if forms)


def linked(words: Iterable[str]) -> str:
    """The words as they may come back, with the "on" that a question about a time leaves out."""
    return "".join(f"( (on|at|in))?{some([retold(word)])}" for word in words)


def either(patterns: Iterable[str]) -> str:
    return f"({'|'.join(pattern for pattern in patterns if pattern)})"
