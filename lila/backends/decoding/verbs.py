"""Whether words hold a verb, and facts that lack one, or its subject: "your badge number 4471", "makes jam"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from lila.backends.decoding.words import DOES, DOING, OWNERS, folded, has_digit

__all__ = [
    "ARTICLES", "BEING", "LEADING", "MORE_VERBS", "ONE", "PAST", "PLAIN_VERBS", "is_a_note", "is_rest_of_a_list", "lacks_any_verb", "lacks_its_subject",
    "lacks_its_verb", "leads_to_articles", "may_be_a_verb", "names_a_verb", "words_in_front_of",
]  # fmt: skip

BEING = frozenset(("is", "are", "was", "were", "has", "have", "will", "be"))
LEADING = frozenset(
    (
        "at",
        "on",
        "in",
        "by",
        "from",
        "between",
        "to",
        "until",
        "under",
        "behind",
        "beside",
        "above",
        "below",
        "near",
    )
)
_PLAIN_VERB_WORDS = """go do live work use call play like love hate drive speak study take teach want need own ride collect come wear eat drink know keep
get make weigh can could may might must should would will be am became went left met gave sold bought lost found put hid told said cost share practise prefer"""
PLAIN_VERBS = frozenset(_PLAIN_VERB_WORDS.split())
_BESIDES = frozenset(("and", "also"))
ARTICLES = frozenset(("a", "an", "the", "my", "our"))
_PAST_WORDS = "came grew rang spent wrote drove slept swam flew stood held fell felt heard sent ran sang won broke wore ate drank"
PAST = frozenset(_PAST_WORDS.split())
"""What was done, and doesn't end in "ed"."""
_MORE_VERB_WORDS = "turn store fly swim reflect produce park carry block grow breed"
MORE_VERBS = PAST | frozenset(_MORE_VERB_WORDS.split())
"""Verbs that are rarer, or that are the names of things as well."""
_CONTRACTED = frozenset(("its", "it's", "it’s", "weve", "ive", "youve", "theres"))
"""Words with a verb in them, as they are typed."""
LONGEST_LIKED = 3
"""Words of what somebody likes best, and what that is: "film Citizen Kane"."""
_FAVOURITE = frozenset(("favourite", "favorite"))
_NEGATED = frozenset(
    ("dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "cant", "wont", "hasnt", "havent")
)
_HAVING_A_VERB = frozenset(("you", "they", "you're", "you've", "there's", "theres"))
"""Words that have a verb behind them, or in them."""
ONE = frozenset(("a", "an"))
LONGEST_NAME = 5
"""Words of a thing with its owner and its number; what is longer may have its verb: "your van takes the lock code 12"."""
_NO_VERBS = (
    LEADING
    | ARTICLES
    | frozenset(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "some", "no", "your")
    )
)
"""What no "you" stands before that does something."""
_SIZES = frozenset(("s", "m", "l", "xs", "xl", "xxl"))
_NUMBERED = frozenset(("number", "code", "pin", "password", "plate", "id", "size", "key"))
"""What a number or a word is given for: "my badge number 4471"."""


def words_in_front_of(word: str, spoken: Iterable[str]) -> set[str]:
    """The words right behind which a word was `spoken`."""
    return {before for before, each in pairwise(spoken) if each == word}


def leads_to_articles(word: str, spoken: Iterable[str]) -> bool:
    """Whether it was `spoken` before articles alone, as what somebody does is: "catches" of "Ada catches the bus"."""
    behind = {other for one, other in pairwise(spoken) if one == word}
    return bool(behind) and behind <= ONE | {"the"}


def lacks_its_verb(content: Sequence[str]) -> bool:
    """Whether a value stands behind what it is of with nothing between them: "your badge number 4471", "Ada's cat Rex"."""
    words = [folded(word) for word in content]
    of_what, value = ["", "", *words][-2:]
    if words[0] == "you" and words[1:2] and (words[1] in _NO_VERBS or words[1].isdigit()):
        return True  # "you two cats" of "we have a dog and two cats"
    owner, thing = [*words, ""][:2]
    if words[:2] == ["your", "names"]:
        return False  # "my names Ada", as it is typed
    behind = words[2:] if owner == "your" and "'" not in thing else words[1:]  # but "your name's Ada"
    owned = words[0] == "your" or (words[0].endswith("'s") and not _says_what_one_is(words[1:]))
    if owned and "and" in words[1:-1] and not any(map(may_be_a_verb, words[1:-1])):
        return True  # "your wife Ann and your two kids"
    favourite = next((place for place, word in enumerate(words) if word in _FAVOURITE), len(words))
    rest = words[favourite + 1 :]
    if owned and 1 < len(rest) <= LONGEST_LIKED and not any(map(may_be_a_verb, rest)):
        return True  # "your aunt's favourite film Psycho"
    if not owned or len(words) > LONGEST_NAME or not DOING.isdisjoint(words[1:-2]):
        return False
    sized = has_digit(value) or value in _SIZES
    if of_what in _NUMBERED and sized and BEING.isdisjoint(words):
        return True
    return (len(words) > 2 or words[0] == "your") and not any(map(may_be_a_verb, behind))


def _says_what_one_is(words: Sequence[str]) -> bool:
    """Whether "'s" in front of them stands for "is": "a nurse", "losing weight", "keen on sailing"."""
    first, second = [*words, "", ""][:2]
    return (
        first in ("a", "an", "the")
        or first.endswith("ing")
        or second in ("on", "for", "of", "about", "with", "at")
    )


def lacks_its_subject(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it begins with what somebody does besides: "makes jam" of "my aunt has bees and also makes jam"."""
    does, what = [folded(word) for word in (*content, "")[:2]]
    before = words_in_front_of(does, spoken)
    behind = {folded(word) for word in content[1:]}
    named = not (BEING | PLAIN_VERBS | DOES).isdisjoint(behind) or what.endswith("ed")  # "spoons are here"
    return bool(before) and before <= _BESIDES and does.isalpha() and may_be_a_verb(does) and not named


def is_rest_of_a_list(content: Sequence[str]) -> bool:
    """Whether it only counts something, or is a number: "two cats" of "we have a dog and two cats"."""
    words = [folded(word) for word in content]
    counts = words[0] in _NO_VERBS - ARTICLES - LEADING - {"your"} | ONE | {"one"} or words[0].isdigit()
    return (
        counts
        and not any(map(may_be_a_verb, words[1:-1]))
        and (len(words) < LONGEST_NAME or all(map(has_digit, words)))
    )


def lacks_any_verb(content: Sequence[str]) -> bool:
    """Whether no word of it could be a verb: "the car on level 3"."""
    words = [folded(word) for word in content]
    return not any(map(may_be_a_verb, words[1:])) and _HAVING_A_VERB.isdisjoint(words)


def is_a_note(content: Sequence[str]) -> bool:
    """Whether no word of it could be a verb, be it a rarer one: "root canal on Saturday"."""
    words = [folded(word) for word in content]
    owner = any(word.endswith(("'s", "’s")) for word in words)
    verbs = MORE_VERBS | _CONTRACTED | {"up"}
    return lacks_any_verb(content) and verbs.isdisjoint(words) and not owner


def names_a_verb(words: Iterable[str]) -> bool:
    """Whether one of the words is a verb and hardly anything else."""
    return not (BEING | DOES | PLAIN_VERBS).isdisjoint(map(folded, words))


def may_be_a_verb(word: str) -> bool:
    """Whether a word, folded, has the form of a verb: many a name has it, too."""
    return word in BEING | DOES | _NEGATED | PLAIN_VERBS or (
        word.endswith(("s", "ed", "n't")) and word not in OWNERS
    )
