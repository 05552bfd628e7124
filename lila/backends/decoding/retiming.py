"""A correction that gives another time and nothing else: "no, on Tuesday at midday" leaves no choice of what is meant.

What was noted names one time, and so does what is said; the rest of that are words of putting right. Where it isn't plain what the new
time takes the place of ("on Thursday" of "on Friday at 3": is it still at 3?), the model is to find it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.backends.decoding.asides import without_slips
from lila.backends.decoding.times import is_proper, is_time, may_stand_in_a_time, names_day
from lila.backends.decoding.verbs import may_be_a_verb
from lila.backends.decoding.words import MENDING, OPENERS, OWNERS, PRONOUNS, bare, folded, is_mark

__all__ = ["puts_right", "retimed"]

_REPAIRING_WORDS = "should instead fix nope said change put wrong hang hold it's it’s"
_REPAIRING = MENDING | frozenset(_REPAIRING_WORDS.split())
"""One of these tells that something is put right, and isn't told besides."""
_AROUND_WORDS = """be its it is was to that that's thats please i i'm im trying try say what let me so well have on of stop listen
want wanted right quite think one time day date than"""
_AROUND = _REPAIRING | OPENERS | frozenset(_AROUND_WORDS.split())
"""Words around a time that is put right."""
_IT = PRONOUNS - OWNERS
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = re.compile(
    rf"\d{{1,2}}[:.]\d\d|\d ?(?:am|pm|a\.m|p\.m)\b|\bo['’]?clock\b|\b(?:noon|mid(?:day|night)|half|quarter|morning|afternoon|evening|night)\b"
    rf"|\b(?:at|between|from) (?:\d|(?:{_HOURS})\b)|\b(?:{_HOURS}) (?:fifteen|thirty|forty|twenty|ten)"
)
_DAYS = re.compile(r"\b(?:month|year|weekend)s?\b")
"""What else than a day is one for a plan: "at the end of the month"."""
_PREPOSITIONS = frozenset(("on", "at", "in", "by", "from", "until", "after", "before", "since"))
_WITHOUT_ONE = frozenset(("every", "each", "this", "next", "last", "tomorrow", "today", "tonight", "between"))
"""What a time begins with that has no preposition."""
_ROUGHLY = frozenset(("early", "late", "earlier", "later"))
"""What a time may have in front: "early next week"."""
_LEADING_ON = _PREPOSITIONS | {
    "the",
    "a",
    "an",
    "of",
    "to",
    "past",
    "and",
    "till",
    "between",
    "this",
    "next",
    "every",
}
"""What no time ends with."""


def retimed(words: Sequence[str], noted: Sequence[str]) -> str | None:
    """The line that was `noted` with the time that is said in its time's place; None where it isn't plain that no more is meant."""
    plain = without_slips(words)
    spoken = [word for word in plain if not is_mark(word)]
    lines = [line.split() for line in noted]
    times = [(line, time) for line in lines for time in _times_in(line)]
    if len(times) != 1:
        return None
    line, old = times[0]
    known = _without_preposition(line, old)
    given = [part for time in _times_in(spoken) for part in _apart(spoken, time, known)]
    new = [time for time in given if _without_preposition(spoken, time) != known]
    around = [folded(word) for place, word in enumerate(spoken) if not any(place in time for time in given)]
    if len(new) != 1 or not _puts_right(around, line, slipped=len(plain) < len(words)):
        return None
    time = [bare(spoken[place]) for place in new[0]]
    time[0] = time[0] if is_proper(folded(time[0])) else time[0].lower()
    return _exchanged(line, old, time, whole=len(given) > len(new))


def puts_right(around: Sequence[str]) -> bool:
    """Whether the words, folded, `around` what is said anew are of putting right, one of them at least, and tell nothing besides."""
    return not _REPAIRING.isdisjoint(around) and _AROUND.issuperset(around)


def _without_preposition(words: Sequence[str], time: range) -> list[str]:
    plain = [folded(words[place]) for place in time]
    return plain[1:] if plain[0] in _PREPOSITIONS else plain


def _apart(words: Sequence[str], time: range, known: list[str]) -> list[range]:
    """A time, parted behind the `known` one where it goes on: "not on Friday on Monday"."""
    plain = _without_preposition(words, time)
    ends = time.stop - len(plain) + len(known)
    if plain[: len(known)] != known or ends == time.stop:
        return [time]
    return [range(time.start, ends), range(ends, time.stop)]


def _puts_right(around: Sequence[str], line: Sequence[str], *, slipped: bool) -> bool:
    """Whether nothing is said `around` the times but words of putting right, and one of these at least or that somebody `slipped`.

    "It starts at eight" may say again what "it" does; who names it claims something, and is asked.
    """
    again = (
        {word for word in map(folded, line) if may_be_a_verb(word)}
        if _IT.intersection(around)
        else set[str]()
    )
    return (slipped or not _REPAIRING.isdisjoint(around)) and (_AROUND | _IT | again).issuperset(around)


def _times_in(words: Sequence[str]) -> list[range]:
    """Where the words name a time, each from its preposition to its end or to a mark."""
    plain = [folded(word) for word in words]
    found, place = list[range](), 0
    while place < len(plain):
        end = _end_of_time(words, plain, place)
        if end > place and _says_when(plain[place:end]):
            found.append(range(place, end))
        place = max(end, place + 1)
    return found


def _end_of_time(words: Sequence[str], plain: Sequence[str], place: int) -> int:
    """Where the time ends that begins at `place`; `place` itself where none does."""
    first, second = [*plain[place:], ""][:2]
    goes_in_front = first in _PREPOSITIONS and second in _PREPOSITIONS | _WITHOUT_ONE
    waits = first == "on" and plain[max(place - 1, 0)] in ("hold", "hang")
    begins = is_time(plain[place + (first in _ROUGHLY) :])
    if not begins or goes_in_front or waits or first == "for":
        return place  # "the bill must be in on Friday", "it's booked for Friday", "hang on, at six"
    end = place
    while end < len(plain) and may_stand_in_a_time(plain[end]):
        end += 1
        if not words[end - 1][-1].isalnum():
            break
    while end > place and plain[end - 1] in _LEADING_ON:
        end -= 1
    return end


def _says_when(time: Sequence[str]) -> bool:
    """Whether it is of a day or of a clock, and no mere number."""
    return _names_day(time) or _names_clock(time)


def _names_day(time: Sequence[str]) -> bool:
    return names_day(time) or _DAYS.search(" ".join(time)) is not None


def _names_clock(time: Sequence[str]) -> bool:
    return _CLOCK.search(" ".join(time)) is not None


def _exchanged(line: Sequence[str], old: range, time: Sequence[str], *, whole: bool) -> str | None:
    """`line` with `time` for its `old` one; None where a part of that might be left, unless the `whole` was named to be gone."""
    was, now = ([folded(word) for word in each] for each in (line[old.start : old.stop], time))
    had, has = ((_names_day(each), _names_clock(each)) for each in (was, now))
    if not whole and ((had[0] and not has[0]) or (had[1] and not has[1])):
        return None
    if was[0] in _PREPOSITIONS and now[0] not in _PREPOSITIONS | _WITHOUT_ONE:
        if had != has:
            return None  # "on Friday" and "half past six": on, or at?
        time = [line[old.start].lower(), *time]
    return " ".join([*line[: old.start], *time, *line[old.stop :]])
