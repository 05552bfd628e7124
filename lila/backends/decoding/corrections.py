"""How a correction may be worded in memory: what was known, with one part of it exchanged for a value that was said.

"No, on Tuesday" after "the lesson is on Monday" makes "the lesson is on Tuesday". The value is the end of a stretch between
words of correction and marks, and says something that the line doesn't; a place or a time takes the place of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from lila.backends.decoding.asides import without_slips
from lila.backends.decoding.times import is_time, names_day
from lila.backends.decoding.wording import either, written
from lila.backends.decoding.words import (
    ARTICLES,
    CLOSING,
    DETERMINERS,
    OPENERS,
    bare,
    folded,
    has_digit,
    is_mark,
)

__all__ = ["drops_its_preposition", "drops_its_unit", "ends_alike", "revised", "words_lost"]

_REPAIR_WORDS = """no nope not wait sorry actually rather instead mean meant misspoke said say its it's it is was should be
make made that thats that's change correct correction oops right wrong please lila i"""
_REPAIRS = OPENERS | frozenset(_REPAIR_WORDS.split())
"""Words around a value that is put right, and no part of it."""
_SETTING_WORDS = """at on in under behind between above below beside next inside near by from until since every each this
today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday"""
_SETTINGS = frozenset(_SETTING_WORDS.split())
"""What a place or a time begins with, where it isn't a number."""
_BEFORE_TIMES = frozenset(("at", "on", "in", "by", "from", "until", "since"))
"""Those that don't come twice: "on Friday at" goes on with "half past six"."""
_OF_HOURS = frozenset(("am", "pm", "a.m", "p.m", "o'clock", "o’clock", "oclock"))
_LINKS = frozenset(("is", "are", "was", "were", "be", "named", "called"))
"""What stands between a thing and its value, and goes with neither."""
LONGEST_REVISED = 12
"""Words of a line of which a part may be exchanged, and of what is said against it: the pattern is as long as their product."""


def revised(words: Sequence[str], lines: Iterable[str]) -> str:
    """One of the `lines` with a part of it exchanged for something said that is new to it; "" where none can be."""
    words = without_slips(words)
    if len(words) > LONGEST_REVISED:
        return ""
    found = [each for line in dict.fromkeys(lines) if (each := _exchanged(line.split(), words))]
    return either(found) if found else ""


def words_lost(content: str, lines: Iterable[str]) -> int:
    """How many more words the line that became `content` lost than it got; 0 where it is none of the `lines`."""
    found = [
        (shared, len(line) - len(words))
        for words, line in ((content.split(), line.split()) for line in lines)
        if (shared := sum(ends_alike(line, words)))
    ]
    return max(0, max(found)[1]) if found else 0


def _names_day(words: Iterable[str]) -> bool:
    return names_day([folded(word) for word in words])


def ends_alike(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many words two sentences begin with alike, and how many of the others they end with."""
    front = _begin_alike(one, other)
    return front, _begin_alike(one[front:][::-1], other[front:][::-1])


def _begin_alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if folded(a) != folded(b)), min(len(one), len(other)))


def _exchanged(line: Sequence[str], words: Sequence[str]) -> str:
    """What is left of `line` in front, a value that was said, and what is left behind.

    A place or a time takes the place of one, where the line has one. A day stays where none is said. What stands before
    "is" is exchanged as a whole or stays: "a duck whose name is Rex" makes no "a duck whose Tom".
    """
    known = {folded(word) for word in line}
    values = [value for value in _values(words) if not known >= {folded(word) for word in value}]
    endings = [(value, end) for value in values if (end := _ending(value, known))]
    anything = [end for _, end in endings]
    others = [end for value in values if (end := _ending(value, known, no_settings=True))]
    behind = [
        "".join(pattern for _, pattern in written(value[1:], "")) if _is_whole_time(value) else end
        for value, end in endings
    ]
    if not anything or len(line) > LONGEST_REVISED:
        return ""
    settings = [_is_setting(line[place:]) for place in range(len(line))]
    day = range(0) if any(map(_names_day, values)) else _first_day(line)
    links = [place for place, word in enumerate(line) if _is_link(word, line[place - 1 : place])]
    kept = [f" {either(map(re.escape, (word, ARTICLES.get(word, ''))))}" for word in line]
    pattern = ""
    for place in reversed(range(len(line))):
        rest = ""
        stays = min((at for at in [*day[:1], *links] if at > place), default=len(line))
        for at, word in enumerate(kept[place + 1 :], place + 1):
            rest = f"{rest}{word}" if at >= stays else f"({rest}{word})?"
        fitting = anything if settings[place] or not any(settings) else others
        if place and folded(line[place - 1]) in _BEFORE_TIMES:  # "at" is there already
            fitting = behind
        within = place > (folded(line[0]) in DETERMINERS) and any(at > place for at in links)
        if place in day or within:
            fitting = []
        ways = [f"{either(fitting)}{rest}"] if fitting else []
        if pattern:
            ways.append(f"{kept[place]}{pattern}")
        pattern = either(ways) if ways else ""
    return pattern


def _is_link(word: str, before: Sequence[str]) -> bool:
    return folded(word) in _LINKS or (folded(word) == "of" and [folded(each) for each in before] == ["name"])


def _first_day(line: Sequence[str]) -> range:
    """Where the first day in `line` stands, with the "on" before it; empty where it has none."""
    place = next((at for at, word in enumerate(line) if _names_day([word])), None)
    if place is None:
        return range(0)
    return range(place - (place > 0 and folded(line[place - 1]) in _SETTINGS), place + 1)


def _is_whole_time(value: Sequence[str]) -> bool:
    """Whether it is a time with the word in front: "at half past six"."""
    return folded(value[0]) in _SETTINGS and is_time([folded(word) for word in value])


def _is_setting(words: Sequence[str]) -> bool:
    """Whether a place or a time begins here: "at the sink", "6:40 pm", "the 24th"."""
    first, second = (folded(word) for word in (*words, "")[:2])
    numbered = has_digit(first) or (first == "the" and second[:1].isdigit())
    return numbered or first in _SETTINGS


def _values(words: Sequence[str]) -> list[list[str]]:
    """What may be a value: the stretches between words of correction and marks."""
    found: list[list[str]] = [[]]
    for word in words:
        plain = bare(word)
        if plain.casefold() in _REPAIRS or is_mark(plain):
            found.append([])
            continue
        found[-1].append(word)
        if word[-1] in CLOSING:
            found.append([])
    return [value for value in found if value]


def _ending(value: Sequence[str], known: Collection[str], *, no_settings: bool = False) -> str:
    """The value from one of its words on; "" if it can begin nowhere.

    Not from the middle of "the piano" or of a time, and not from what was `known`: it is what isn't so.
    """
    parts = [pattern for _, pattern in written(value, "")]
    if len(parts) != len(value):
        return ""
    small = _SETTINGS | DETERMINERS
    whole = len(value) > 1 and folded(value[0]) in _SETTINGS
    begins = [
        place
        for place, word in enumerate(value)
        if (place == 0 or (folded(value[place - 1]) not in DETERMINERS and not whole))
        and (folded(word) not in known or folded(word) in small)
        and not (no_settings and _is_setting(value[place:]))
    ]
    pattern = ""
    for begin, end in pairwise([*begins, len(value)]):
        unit = "".join(parts[begin:end])
        pattern = f"({pattern})?{unit}" if pattern else unit
    return pattern


def drops_its_unit(content: str, lines: Iterable[str]) -> bool:
    """Whether a number that took the place of one lost what stood behind that: "you catch the number 12" of "… the number 8 bus"."""
    words = content.split()
    for line in (each.split() for each in lines):
        front, _ = ends_alike(line, words)
        behind = line[front + 1 :]
        if front and front + 1 == len(words) and behind and words[front].isdigit() and has_digit(line[front]):
            return folded(behind[0]) not in _SETTINGS | _OF_HOURS and not any(map(has_digit, behind))
    return False


def drops_its_preposition(content: str, lines: Iterable[str]) -> bool:
    """Whether what stands behind an "is" lost the "on" or "in" that the value before it had: "her birthday is the 4th" of "… is on June 5"."""
    words = [folded(word) for word in content.split()]
    for line in ([folded(word) for word in each.split()] for each in lines):
        front, _ = ends_alike(line, words)
        if (
            0 < front < min(len(line), len(words))
            and line[front - 1] in _LINKS
            and line[front] in _BEFORE_TIMES
        ):
            return words[front] not in _SETTINGS
    return False
