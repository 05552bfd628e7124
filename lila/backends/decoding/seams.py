"""What speaks against a fact where its beginning was taken from elsewhere: the words on both sides of the seam must belong together.

"My aunt Bea who paints rents a van" holds "your aunt Bea rents a van", whose beginning stands before the "who"; a fact "your aunt Bea a
van" has lost what she does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lila.backends.decoding.frames import is_framing
from lila.backends.decoding.verbs import PAST, lacks_any_verb, may_be_a_verb
from lila.backends.decoding.words import DETERMINERS, FILLERS, OWNERS, folded, turned
from memory.words import content_stems

__all__ = ["WEATHER", "joins_ill", "loses_its_object", "makes_weather"]

_SUBJECTS = frozenset(("he", "she"))
_DONE_WORDS = "got chose became went left met took gave had began lost bought sold made kept"
_DONE = PAST | frozenset(_DONE_WORDS.split())
"""Somebody's doing, where it comes behind somebody; by itself "made a mistake" is as good as a note."""
_IS = frozenset(("is", "are", "was", "has", "this"))
_JOINING = frozenset(("", "and", "but", "or", "also", "plus", "because", "since", "so"))
"""Behind these "her" begins something, and is no object: "… and her nickname is …"."""
_WEATHER_WORDS = "raining rains rained snowing snows snowed pouring pours hailing drizzling freezing sunny windy foggy stormy cloudy"
WEATHER = frozenset(_WEATHER_WORDS.split())
_BEFORE_VERBS_WORDS = (
    "really often always never also still now just quite only usually already currently then"
)
_BEFORE_VERBS = frozenset(_BEFORE_VERBS_WORDS.split())


def joins_ill(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether at its seam a verb, or a second one, or an owner is wrong: "your aunt in Leeds" of "my aunt who paints lives in Leeds"."""
    words = [folded(word) for word in content]
    spoken = [each for each in map(folded, said) if each not in FILLERS]
    seam = _seam(words, spoken)
    if seam is None:
        return False
    cut, place = seam
    return (
        _loses_an_owner(words, cut, spoken[:place])
        or _loses_its_verb(words, cut, spoken[:place])
        or _has_two_verbs(words[:cut], words[cut], spoken, spoken[place - 1])
    )


def loses_its_object(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether two words stand together between which "it" was said: "you inherited from Ada" of "I inherited it from Ada"."""
    words = [folded(word) for word in content]
    spoken = [turned(folded(word)) for word in said]
    parted = {
        (spoken[place - 1], spoken[place + 1])
        for place in range(1, len(spoken) - 1)
        if spoken[place] == "it" and said[place - 1][-1].isalnum() and not may_be_a_verb(spoken[place + 1])
    }
    return not parted.isdisjoint(set(pairwise(words)) - set(pairwise(spoken)))


def makes_weather(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether somebody rains: "your mum is raining" of "it's raining", which says nothing of whom was spoken of before."""
    words, spoken = [folded(word) for word in content], [folded(word) for word in said]
    return (
        words[0] != "it"
        and spoken[:1] in (["it"], ["it's"], ["its"], ["it’s"])
        and not WEATHER.isdisjoint(set(words) & set(spoken[1:4]))
    )


def _seam(words: Sequence[str], spoken: Sequence[str]) -> tuple[int, int] | None:
    """Where the longest end of a fact that was said in one begins, in it and in what was `spoken`; None where it is all of it."""
    heard = list(map(turned, spoken))
    for cut in range(len(words)):
        rest = list(map(turned, words[cut:]))
        for place in range(len(heard) - len(rest), -1, -1):
            if heard[place : place + len(rest)] == rest:
                return (cut, place) if cut and place else None
    return None


def _loses_an_owner(words: Sequence[str], cut: int, passed: Sequence[str]) -> bool:
    """Whether nobody's name stands for the "his" that was `passed` right before the seam: "ada nickname" of "her nickname"."""
    front, owns = words[:cut], words[cut + 1 : cut + 2]
    *_, before, owner = ["", "", *passed]
    is_object = owner == "her" and before not in _JOINING and _IS.isdisjoint(owns)
    if owner not in OWNERS or is_object:
        return False
    return tuple(front) != ("your",) and not front[-1].endswith(("s", "'", "’"))


def _loses_its_verb(words: Sequence[str], cut: int, passed: Sequence[str]) -> bool:
    """Whether what somebody does was `passed` over right before the seam: "your aunt in Leeds" of "lives in Leeds"."""
    front, lost = words[:cut], passed[-1]
    subject = lacks_any_verb(front) and not front[-1].endswith(("'s", "s'")) and front[0] != "you"
    if not subject or may_be_a_verb(words[cut]) or words[cut] in _BEFORE_VERBS | _DONE:
        return False
    if is_framing(words[cut]) and content_stems(words[cut]):
        return True  # "your aunt luckily her bus is red"
    return bool(content_stems(lost)) and lost not in words and (may_be_a_verb(lost) or not is_framing(lost))


def _has_two_verbs(front: Sequence[str], verb: str, spoken: Sequence[str], passed: str) -> bool:
    """Whether a beginning took what somebody does besides along: "your aunt rides sings" of "my aunt rides a van and sings"."""
    last = front[-1]
    if passed not in _JOINING | _SUBJECTS or len(front) < 2 or not (_may_do(last) and _may_be_said_of(verb)):
        return False
    places = [place for place in range(1, len(spoken) - 1) if spoken[place] == last]
    return bool(places) and all(
        spoken[place - 1] not in DETERMINERS
        and spoken[place + 1] not in ("and", "who", verb)
        and not may_be_a_verb(spoken[place + 1])
        for place in places
    )


def _may_be_said_of(word: str) -> bool:
    return _may_do(word) or word in _DONE or word in ("has", "is", "was", "can", "must", "will")


def _may_do(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "'s")) and word not in _IS
