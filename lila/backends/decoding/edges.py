"""What speaks against a fact for where it begins and ends: "your watch is a Breack" of "my watch is a Breack 551, and …"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from lila.backends.decoding.answers import ENDING
from lila.backends.decoding.costs import BROKEN_OFF, CUT, UNTAUGHT
from lila.backends.decoding.frames import is_framing, left_over
from lila.backends.decoding.times import is_time
from lila.backends.decoding.verbs import MORE_VERBS, may_be_a_verb, words_in_front_of
from lila.backends.decoding.words import (
    DETERMINERS,
    DOES,
    ITS,
    MENDING,
    OWNERS,
    PRONOUNS,
    folded,
    has_digit,
    is_title,
    turned,
)
from memory.words import content_stems

__all__ = [
    "doubts_about_edges",
    "ends_within_its_thing",
    "is_unfinished",
    "loses_what_leads",
]

MOST_CUT = 2
"""Words that such a fact leaves out; what follows it by more says something else."""
LONGEST_TIME = 5
"""Words of a time that ends what is said: "on Friday at half past"."""
LONGEST_PLACE = 3
"""Words that end what is said and tell from where: "from gate 8"."""
LONGEST_OPENING = 5
"""Words up to the verb of "my sister and I met"; an "and I" that comes later tells something else."""
_SPEAKING = frozenset(("i", "i'm", "i’m", "im", "i've", "i’ve"))
_SPEAKERS = _SPEAKING | {"we", "we're", "we’re", "we've", "we’ve", "me", "us", "my", "our", "you", "your"}
_PUT_IN = frozenset(("your", "you", "the"))
"""What may be put in front of a thing: "door code 4821" is kept as "your door code is 4821"."""
_ARTICLES = frozenset(("a", "an"))
_DONE = frozenset(
    ("hidden", "kept", "hung", "put", "left", "gone", "lent", "held", "set", "live", "found", "stay")
)
"""What is asked of a thing: "where is the drill kept?"."""
_HOW_OFTEN = frozenset(("once", "twice", "times"))
"""What "a day" may follow, and belongs to."""
_SHADES = frozenset(("light", "dark", "pale", "bright"))
"""What a colour follows: "light blue"."""
_GOING_ON = frozenset(("more", "also", "plus", "oh", "yes"))
"""Words that tell nothing and lead to something else."""
_OBJECTS = frozenset(("it", "him", "her", "them"))
_SUBJECT_PRONOUNS = frozenset(("it", "he", "she"))
LONGEST_STAND_IN = 4
"""Words that such a one stands for: "your best friend Ola"."""
_LEADING_TO = frozenset(("in", "on", "at", "to", "with", "for", "from", "of", "by"))
"""What a place, a time or a company begins with that a fact may have lost."""
_TRAILING_WORDS = """probably apparently presumably anyway though too indeed perhaps honestly believe think guess suppose
reckon imagine hope course fact record mistaken likely correct promise swear sure certain whats what's what’s thats that's that’s"""
_TRAILING = frozenset(_TRAILING_WORDS.split())
"""Words that may come behind a fact and be no part of it."""
_VERBS = frozenset(("is", "are", "was", "were", "has", "have"))
_IS = frozenset(("is", "are", "was", "were"))
_SUBJECT_WORDS = "i i'm im i've we he she it they you my our his her their the a an"
_SUBJECTS = frozenset(_SUBJECT_WORDS.split())
"""With a verb, or with one of these, another fact begins: "… is Ann Bea is …"."""
_UNENDING_WORDS = """a an the my your our doesn't doesnt don't dont isn't aren't whose named another and but or nor than when if because while as unless although though whereas et cetera under
below behind beside inside between above hardly very quite upside"""
_UNENDING = frozenset(_UNENDING_WORDS.split())
"""Words that no fact ends with."""
_CALLED = frozenset(("whose", "called", "named"))
"""What tells more of whom a fact ends with: "a neighbour whose name is Ada"."""
_AS_ONE = re.compile(r"and \w+ as one\b")
"""How a fact goes on that says nothing without its beginning: "trained as a cook and works as one"."""
_ASKING = frozenset(("where", "when", "what", "who", "how", "which"))
"""Words with which a fact may end in a verb: "the shed is where the keys are"."""


def doubts_about_edges(content: Sequence[str], before: Collection[str], said: Sequence[str]) -> float:
    """What it costs, as a logarithm, that the words of a fact begin and end where they do in what was `said`.

    The contents `before` are stored already.
    """
    is_cut = _is_cut(content, said)
    of_nothing = _ends_in_one_of(_IS, content)  # "the blue coat is"
    broken_off = not (is_cut or of_nothing) and (_is_broken_off(content, said) or _runs_on(content, said))
    faults = is_cut + _begins_late(content, before, said) + _ends_in_owner(content, said)
    return CUT * faults + BROKEN_OFF * broken_off + UNTAUGHT * of_nothing


def is_unfinished(content: Sequence[str]) -> bool:
    """Whether it ends in a word that no fact ends with."""
    return folded(content[-1]) in _UNENDING


def _ends_in_one_of(verbs: Collection[str], content: Sequence[str]) -> bool:
    """Whether it ends in one of the verbs with nothing behind it, and doesn't tell where or when something is."""
    return folded(content[-1]) in verbs and _ASKING.isdisjoint(map(folded, content))


def _is_cut(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the words that it ends with go on to the end for a word or two without a mark, or in names: "two kids, Ben and Mia"."""
    at = _end_of(content, said)
    rest = [] if at is None else said[at + 1 :]
    if rest and (all(word[0].isupper() or word == "and" for word in rest) or is_title(said[at or 0])):
        return True
    follows = folded(rest[0]) if rest and said[at or 0][-1].isalnum() else ""
    if content[-2:-1] == ["whose"] or _AS_ONE.match(" ".join(rest)) or follows in _CALLED:
        return True
    if follows == "of" and [folded(word) for word in rest[1:2]] != ["course"]:
        return True  # "on level 3" of "on level 3 of the car park"
    if rest and folded(content[-1]) in _SHADES and said[at or 0][-1].isalnum():
        return True  # "light" of "light blue"
    if follows in _ARTICLES and folded(content[-1]) in _HOW_OFTEN:
        return True  # "takes it once" of "takes it once a day"
    if follows in _OBJECTS and len(rest) == 1:
        return True  # "where you reach" of "where you reach him"
    if follows in _VERBS and not _ASKING.isdisjoint(map(folded, content)) and _asks_only(content):
        return True  # "May 5 is when your exam" of "May 5 is when my exam is"
    if _interrupts(content, said, at):
        return False
    if 0 < len(rest) <= LONGEST_TIME and said[at or 0][-1].isalnum() and is_time(list(map(folded, rest))):
        return True  # "the key is lent" of "the key is lent in the summer"
    tail, behind = _tail(rest)
    opens = _VERBS | _SUBJECTS - DETERMINERS  # "a ticket inspector the …"
    noun = len(tail) == 1 and folded(content[-2]) in DETERMINERS and behind not in opens
    if noun and at is not None and said[at][-1].isalnum() and _tell_more(tail):
        return True  # "under the loose" of "under the loose floorboard and …"
    ended = at is None or not said[at][-1].isalnum()
    if (
        not ended
        and len(rest) == LONGEST_PLACE
        and folded(rest[0]) in ("from", "with")
        and _tells_where(rest)
    ):
        return True  # "at 11 pm" of "at 11 pm from gate 8"
    return not ended and len(rest) <= MOST_CUT and _tell_more([folded(word) for word in rest])


def _tells_where(rest: Sequence[str]) -> bool:
    """Whether words that lead somewhere tell something to the end and make no sentence."""
    words = [folded(word) for word in rest]
    return (
        (_VERBS | _SUBJECTS).isdisjoint(words)
        and all(map(content_stems, words[1:]))
        and not any(map(is_framing, words[1:]))
    )


def _asks_only(content: Sequence[str]) -> bool:
    """Whether no verb stands behind the last "when", "where" or "what" of a fact."""
    words = [folded(word) for word in content]
    behind = next(place for place in range(len(words) - 1, -1, -1) if words[place] in _ASKING)
    return not any(word in _VERBS | DOES or word.endswith("s") for word in words[behind + 2 :])


def _is_broken_off(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether it ends where nothing ends, or a word or two before what is said breaks off: "purple" of "purple Breack and …"."""
    at = _end_of(content, said)
    if at is None or not said[at][-1].isalnum() or at + 1 == len(said):
        return False
    if _interrupts(content, said, at):
        return False
    if is_unfinished(content) or _ends_in_one_of(_VERBS, content):
        return True
    tail, behind = _tail(said[at + 1 :])
    if tail[:1] == ["and"] and tail[1:] and not (behind or may_be_a_verb(tail[1]) or has_digit(tail[1])):
        return True  # "we have twins, Ada" of "we have twins, Ada and Ben, …"
    if tail[:1] == ["and"] and not (is_framing(behind) and (content_stems(behind) or behind in _GOING_ON)):
        return False  # "bangers and mash moreover …", but "Ada sings and works as …"
    return len(tail) <= MOST_CUT and _tell_more(tail) and behind not in _VERBS | _SUBJECTS


def _interrupts(content: Sequence[str], said: Sequence[str], at: int | None) -> bool:
    """Whether what is told of somebody goes on behind it: "Bea paints" of "my aunt Bea who paints has a shop"."""
    if at is None or "who" not in map(folded, said[:at]) or "who" in map(folded, content):
        return False
    return any(map(_goes_on, said[at + 1 : at + 2]))


def _goes_on(word: str) -> bool:
    """Whether a word may say what somebody does, who was told of in between."""
    return folded(word) in _VERBS | DOES | MORE_VERBS or folded(word).endswith(("s", "ed"))


def _tell_more(tail: Sequence[str]) -> bool:
    """Whether one or two words that follow a fact belong to it: "in Leeds", "and Jonas", "orange"."""
    told = tail[1:] if len(tail) > 1 and tail[0] in _LEADING_TO | {"and", "&"} else tail[:1]
    return any(word not in _TRAILING and not is_framing(word) for word in told)


def _runs_on(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether it ends in the beginning of what was said about it: "a cat keep" of "I have a cat keep that in mind"."""
    at = _end_of(content, said)
    about = at is not None and not {"that", "it", "this"}.isdisjoint(map(folded, said[at + 1 : at + 2]))
    around = takewhile(is_framing, map(folded, reversed(content)))
    return about and any(map(content_stems, around))


def _tail(words: Sequence[str]) -> tuple[list[str], str]:
    """The first of the words, up to a mark or to one that tells nothing or leads elsewhere, and that word."""
    tail = list[str]()
    for word in map(folded, words):
        leads = not tail and (word in _LEADING_TO or word in ("&", "and"))
        if not leads and (not content_stems(word) or is_framing(word)):
            return tail, word
        tail.append(word)
        if not words[len(tail) - 1][-1].isalnum() and word != "&":
            break
    return tail, ""


def _end_of(content: Sequence[str], said: Sequence[str]) -> int | None:
    """Where the last two words of the content stand in what was said, the last time; None where they don't."""
    ends, spoken = [folded(word) for word in content[-2:]], [folded(word) for word in said]
    if len(ends) < 2:
        return None
    found = next(
        (at for at in range(len(said) - 1, 0, -1) if all(map(_is_as_said, ends, spoken[at - 1 : at + 1]))),
        None,
    )
    return found if found is not None else _end_in_stand_in(content, spoken)


def _is_as_said(word: str, spoken: str) -> bool:
    """Whether a word was spoken so, or turned to the second person: "your" of "my"."""
    owner = word.endswith(("'s", "’s")) and spoken in OWNERS
    return owner or word in (spoken, turned(spoken))


def _end_in_stand_in(content: Sequence[str], spoken: Sequence[str]) -> int | None:
    """Where "it" or "him" was said for the last words of the content, behind the two before them; None where it wasn't."""
    words = [folded(word) for word in content]
    for at in range(len(spoken) - 1, 1, -1):
        if spoken[at] not in _OBJECTS or words[-1] in spoken[at + 1 :]:
            continue
        for count in range(1, min(LONGEST_STAND_IN, len(words) - 2) + 1):
            before = words[-count - 2 : -count]
            if all(map(_is_as_said, before, spoken[at - 2 : at])):
                return at
    return None


def _begins_late(content: Sequence[str], before: Collection[str], said: Sequence[str]) -> bool:
    """Whether a word that tells something stands in front of the first, without a mark: "sent you a chair" of "Ada sent us a chair"."""
    first = folded(content[0])
    spoken = [folded(word) for word in said]
    if first == "the" and any(
        spoken[at : at + 3] == ["the", "next", *map(folded, content[1:2])] for at in range(len(spoken))
    ):
        return True  # "the meeting" of "the next meeting"
    if first in _PUT_IN and len(content) > 1 and not _is_put_right_in(first, folded(content[1]), spoken):
        return _begins_late(content[1:], before, said)  # "the wakes up at six" of "Ada wakes up at six"
    if first == "you" and len(content) > 1:  # "you met in Rome" of "Ada and I met in Rome"
        opening = [folded(word) for word in said[:LONGEST_OPENING]]
        joined = [
            at for at in range(1, len(opening)) if opening[at : at + 3] == ["and", "i", folded(content[1])]
        ]
        return any(_SPEAKING.isdisjoint(opening[:at]) for at in joined)
    if not content_stems(first):
        return False
    if _follows_a_verb(content, said) or _lacks_what_is_done(content, said):
        return True
    places = [place for place, word in enumerate(said) if folded(word) == first]
    left = left_over([" ".join(content), *before], said)
    return bool(places) and all(
        place > 0
        and said[place - 1][-1].isalnum()
        and (said[place - 1] in ("a", "an") or not left.isdisjoint(content_stems(said[place - 1])))
        for place in places
    )


def ends_within_its_thing(content: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether what an answer is of stops short of what was `asked` for: "the code for the garden" of the "garden hose"."""
    words, spoken = [folded(word) for word in content], [folded(word) for word in asked]
    ends = next((place - 1 for place in range(len(words) - 1, 0, -1) if words[place] in _IS), 0)
    behind = [
        (asked[at][-1].isalnum(), spoken[at + 1])
        for at in range(len(spoken) - 1)
        if _is_as_said(words[ends], spoken[at])
    ]
    return bool(behind and ends) and all(
        goes_on
        and bool(content_stems(word))
        and not is_framing(word)
        and word not in {*words, *ENDING, *DOES}
        and not word.endswith("ed")
        and word not in _DONE
        and not (
            word == spoken[-1] and not {"do", "does", "did"}.isdisjoint(spoken) and "where" not in spoken
        )
        for goes_on, word in behind
    )


def loses_what_leads(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the value of an answer lacks the word before it: "your tea is mint" of "Wild mint" alone."""
    words, spoken = [folded(word) for word in content], [folded(word) for word in said]
    begins = next((place + 1 for place in range(len(words) - 1, 0, -1) if words[place] in _IS), len(words))
    places = [place for place, word in enumerate(spoken) if word in words[begins : begins + 1]]
    return bool(places) and all(
        place > 0
        and said[place - 1][-1].isalnum()
        and bool(content_stems(spoken[place - 1]))
        and not is_framing(spoken[place - 1])
        and spoken[place - 1] not in {*words, *ITS, *MENDING}
        for place in places
    )


def _follows_a_verb(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether it begins with a number that was only said behind "is": "6 years old turned" of "who is 6 years old turned"."""
    first, spoken = folded(content[0]), ["", *map(folded, said)]
    places = [place for place, word in enumerate(spoken) if word == first]
    return first.isdigit() and bool(places) and all(spoken[place - 1] in _IS for place in places)


def _lacks_what_is_done(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether what is done to its thing is lost: "your dog's shots on Monday" of "it needs its shots on Monday"."""
    words, spoken = [folded(word) for word in content], [folded(word) for word in said]
    owner = next((place for place, word in enumerate(words[:-1]) if word.endswith("'s")), None)
    if owner is None or owner > LONGEST_STAND_IN:
        return False
    owned = [
        at for at in range(2, len(spoken)) if spoken[at] == words[owner + 1] and spoken[at - 1] in OWNERS
    ]
    return bool(owned) and all(
        not _SUBJECT_PRONOUNS.isdisjoint(spoken[max(at - 3, 0) : at - 2])
        and bool(content_stems(spoken[at - 2]))
        and spoken[at - 2] not in words
        for at in owned
    )


def _is_put_right_in(first: str, second: str, spoken: Sequence[str]) -> bool:
    """Whether "your", "you" or "the" stood before a word when it was `spoken`, or stood for "my", "I" and the like.

    "Your car" is of "it", and "your aunt" of "she", too, where "I have a car" was said before.
    """
    if first == "your" and second in spoken:
        at = spoken.index(second)
        if not _ARTICLES.isdisjoint(spoken[max(at - 3, 0) : at]) and not PRONOUNS.isdisjoint(
            spoken[at + 1 :]
        ):
            return True
    meant = {"the"} if first == "the" else _SPEAKERS
    return not meant.isdisjoint(words_in_front_of(second, spoken))


def _ends_in_owner(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether it ends with somebody who owns nothing: "is where you reach your daughter's"."""
    return content[-1].endswith(("'s", "’s")) and content[-1] not in said
