"""How a correction may be worded in memory: what was known, with one part of it exchanged for a value that was said.

"No, on Tuesday" after "the lesson is on Monday" makes "the lesson is on Tuesday". The value is the end of a stretch between
words of correction and marks, and says something that the line doesn't; a place or a time takes the place of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from lila.backends.wording import ARTICLES, CLOSING, DETERMINERS, OPENERS, bare, either, folded, written

__all__ = ["revised"]

_REPAIR_WORDS = """no nope not wait sorry actually rather instead mean meant misspoke said say its it's it is was should be
make made that thats that's change correct correction oops right wrong please lila i"""
_REPAIRS = OPENERS | frozenset(_REPAIR_WORDS.split())
"""Words around a value that is put right, and no part of it."""
_SETTING_WORDS = """at on in under behind between above below beside next inside near by from until since every each this
today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday"""
_SETTINGS = frozenset(_SETTING_WORDS.split())
"""What a place or a time begins with, where it isn't a number."""
LONGEST_REVISED = 12
"""Words of a line of which a part may be exchanged, and of what is said against it: the pattern is as long as their product."""


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
    known = {folded(word) for word in line}
    endings = [
        ending
        for value in _values(words)
        if not known >= {folded(word) for word in value}
        for ending in _endings(value, known)
    ]
    if not endings or len(line) > LONGEST_REVISED:
        return ""
    settings = [_is_setting(line[place:]) for place in range(len(line))]
    kept = [f" {either(map(re.escape, (word, ARTICLES.get(word, ''))))}" for word in line]
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
    first, second = (folded(word) for word in (*words, "")[:2])
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
        if word[-1] in CLOSING:
            found.append([])
    return [value for value in found if value]


def _endings(value: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The value from each of its words on, and whether that is a place or a time.

    Not from the middle of "the piano", and not from what was `known`: it is what isn't so.
    """
    parts = [pattern for _, pattern in written(value, "")]
    small = _SETTINGS | DETERMINERS
    for place, word in enumerate(value if len(parts) == len(value) else ()):
        inside = place > 0 and folded(value[place - 1]) in DETERMINERS
        if not inside and (folded(word) not in known or folded(word) in small):
            yield "".join(parts[place:]), _is_setting(value[place:])
