"""What speaks against a fact for how its words are put together, where the person's own weren't: "a accountant", "Ada has's cat"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence, Set
from itertools import pairwise

from lila.backends.decoding.frames import is_framing
from lila.backends.decoding.naming import CALLING, OWNING, PEOPLE
from lila.backends.decoding.times import is_time
from lila.backends.decoding.verbs import (
    ARTICLES,
    BEING,
    LEADING,
    ONE,
    PLAIN_VERBS,
    leads_to_articles,
    may_be_a_verb,
    names_a_verb,
    words_in_front_of,
)
from lila.backends.decoding.wording import is_relative
from lila.backends.decoding.words import (
    DETERMINERS,
    DOES,
    DOING,
    FILLERS,
    IT,
    SUBJECTS,
    YOU,
    folded,
    is_mark,
    turned,
)
from memory.words import content_stems

__all__ = [
    "begins_ill",
    "disagrees",
    "has_wrong_article",
    "loses_a_modal",
    "puts_in_a_place",
    "runs_on",
    "stutters",
    "swallows_the_rest",
    "times_ill_formed",
]

_HANGING = frozenset(("is", "are", "was", "were", "in", "on", "at"))
"""What Lila puts in, and nothing ends with."""
_OWNING_NOTHING = frozenset(("while", "meanwhile", "i", "then", "also", "as", "like", "again"))
_OWNERS = frozenset(("your", "the", "their", "his", "her", "its"))
_JOINS = frozenset(("and", "but", "or", "that", "because", "so", "if", "is", "are"))
"""What nobody owns: "your but" is no thing."""
_THERE = frozenset(("there", "there's", "there’s", "theres"))
_SAYING_OF_ONESELF = frozenset(
    ["i", "i'm", "i’m", "im", "am", "we", "we're", "we’re", "were", "me", "this", "name"]
)
"""Without one of these nobody said what he is: "you are 517 06 21" of "our tutor is Ann, 517 06 21"."""
_GREETING = frozenset(("hi", "hello", "hey"))
_MODALS = frozenset(
    (
        "can",
        "could",
        "will",
        "would",
        "must",
        "may",
        "should",
        "might",
        "to",
        "cant",
        "can't",
        "wont",
        "won't",
    )
)
_THAT_IS = frozenset(("thats", "that's", "that’s", "its", "it's", "it’s", "whats", "hers", "his"))
_ONESELF = frozenset(("i", "we", "you", "me", "us", "i'm", "i’m", "im"))
_SPEAKING = frozenset(("I", "i", "I'd", "i'd", "I’d", "i’d"))
"""What Lila says of nobody."""
_DOES_IT = frozenset(
    ("is", "has", "was", "won't", "wont", "can't", "cant", "doesn't", "doesnt", "never", "only", "always")
)
_BEFORE_IT = frozenset(
    (
        "that",
        "because",
        "if",
        "when",
        "while",
        "so",
        "as",
        "but",
        "though",
        "says",
        "until",
        "where",
        "whether",
    )
)
"""Words behind which "it" begins no sentence of its own: "you're glad that it is over"."""
_OF_A_THING = frozenset(("for", "of", "in", "on", "to", "at"))
"""Behind these, and a word more, stands no subject: "the code for the keys is 12"."""
_WHO = frozenset(("who", "he", "she"))
_NO_NOUNS = frozenset(
    ("somebody", "someone", "everybody", "nobody", "there", "theres", "there's", "there’s", "we", "they")
)
_POSSESSIVES = frozenset(("its", "his", "their"))
_NOES = frozenset(
    ("not", "never", "no", "hardly", "cannot", "cant", "dont", "doesnt", "wont", "isnt", "arent")
)
LEAST_ABOUT_TWO = 3
"""Words of what somebody does to somebody: "Ada knows Ben"."""
_MANY = re.compile(r"[a-z]{2,}[^\W\daeiousy]s|[a-z]+[ey]{1,2}s")
"""Things, by their ending, and no name: "keys", "spoons"."""
Pairs = Set[tuple[str, str]]
"""Words that stand together and weren't said so."""


def stutters(words: Sequence[str]) -> bool:
    """Whether a word comes twice in a row, as an owner's or not, two of them twice at all, or the first once more last: "next next's birthday", "Ada is married to Ada"."""
    bare = [word.removesuffix("'s") for word in words]
    pairs = [(one, other) for one, other in pairwise(bare) if content_stems(f"{one} {other}")]
    meets_itself = len(bare) > LEAST_ABOUT_TWO and bare[0] == bare[-1] and bool(content_stems(bare[0]))
    return any(one == other for one, other in pairwise(bare)) or len(set(pairs)) < len(pairs) or meets_itself


def has_wrong_article(words: Sequence[str]) -> bool:
    """Whether "a" stands before a vowel, or "an" before none: what a new value left of the old one's article."""
    articles = ((folded(one), folded(other)[:1] in set("aeiou")) for one, other in pairwise(words))
    return any((one == "a" and vowel) or (one == "an" and not vowel) for one, vowel in articles)


def times_ill_formed(content: Sequence[str], spoken: Sequence[str]) -> int:
    """In how many ways words stand together that can't and weren't `spoken` so, or a verb has an owner's ending: "is are", "at between"."""
    words = [folded(word) for word in content]
    together = set(pairwise(words)) - set(pairwise(spoken))
    return sum(
        (
            any(_is_no_pair(pair, spoken) for pair in together),
            begins_ill(words),
            _opens_or_hangs(words, together),
            _has_two_verbs(words, together),
            _links_in_vain(words, spoken),
            _loses_a_no(together, spoken),
            _has_what_does_more(words, spoken, together),
            _is_nobody(words, spoken, together),
            _is_there(spoken, together),
            _is_owned_ill(words, spoken),
            _calls_an_owner(words, spoken),
            _takes_the_place_of_a_verb(words, spoken),
            _is_of_a_person(words, spoken),
            _is_done_by_nobody(words, spoken),
            _is_of_ones_own_name(content, spoken),
        )
    )


def _is_no_pair(pair: tuple[str, str], spoken: Sequence[str]) -> bool:
    """Whether two words never stand together: "is are", "at between", "your but", "your its"."""
    one, other = pair
    return (
        {one, other} <= BEING
        or {one, other} <= LEADING
        or (one in _OWNERS and other in _JOINS)
        or (one in YOU and other in _POSSESSIVES)
        or _is_no_thing(pair, spoken)
        or _stands_for_a_subject(pair, spoken)
        or _owns_nothing(pair, spoken)
    )


def _opens_or_hangs(words: Sequence[str], together: Pairs) -> bool:
    """Whether it begins or ends with a word that was put in and does neither: "at the sink is", "is Ada in"."""
    led = words[0] in LEADING | BEING and tuple(words[:2]) in together
    return led or (words[-1] in _HANGING | ARTICLES and tuple(words[-2:]) in together)


def _has_two_verbs(words: Sequence[str], together: Pairs) -> bool:
    """Whether an "is" was put behind another verb: "your mother wears size is 42", "you is ill"."""
    return not together.isdisjoint((("you", "am"), ("you", "is"))) or any(
        verb in ("is", "are") and (before, verb) in together and not DOING.isdisjoint(words[:place])
        for place, (before, verb) in enumerate(pairwise(words))
    )


def _links_in_vain(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether "is" or "at" was put between words that were said one behind the other, where there is a verb already."""
    heard = set(pairwise(map(turned, spoken)))
    was_put = [
        word in _HANGING and (before, word) not in heard and (word, behind) not in heard
        for before, word, behind in zip(["", *words], words, [*words[1:], ""], strict=False)
    ]
    kept = [place for place, put in enumerate(was_put) if not put]
    verbs = {place for place in kept if words[place] in BEING | DOES}
    return bool(verbs) and any(
        other - one > 1 and (words[one], words[other]) in heard for one, other in pairwise(kept)
    )


def _loses_a_no(together: Pairs, spoken: Sequence[str]) -> bool:
    """Whether a "never" that was said between two words is gone: "it snows here" of "it never snows here"."""
    heard = list(map(turned, spoken))
    return any(
        place > 0 and one == heard[place - 1] and (word in _NOES or word.endswith(("n't", "n’t")))
        for one, other in together
        for place, (word, behind) in enumerate(pairwise(heard))
        if behind == other and word != one
    )


def _has_what_does_more(words: Sequence[str], spoken: Sequence[str], together: Pairs) -> bool:
    """Whether what they have, and what is told of it, were taken for one: "you have a husband has five aunts"."""
    has = words[0] == "you've" or words[:2] == ["you", "have"]
    return has and any(pair[1] == "is" or _does_for_a_subject(pair, spoken) for pair in together)


def _is_nobody(words: Sequence[str], spoken: Collection[str], together: Pairs) -> bool:
    """Whether somebody is said to be what nobody said of himself: "you are 517 06 21"."""
    return (
        words[:2] == ["you", "are"] and ("you", "are") in together and _SAYING_OF_ONESELF.isdisjoint(spoken)
    )


def _is_there(spoken: Sequence[str], together: Pairs) -> bool:
    """Whether "you are" was put in for "there are 5 keys", "theres a class"."""
    return ("you", "are") in together and any(
        word in _THERE and before not in _GREETING for before, word in pairwise(("", *spoken))
    )


def _is_owned_ill(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether what owns nothing does: "you have a dog's a beagle", "in's", "you's"."""
    owners = {word.removesuffix("'s") for word in words if word.endswith("'s")}
    if not owners.isdisjoint(_OWNING_NOTHING) or any(_does_something(owner, spoken) for owner in owners):
        return True
    owned = any(
        one in ONE and other.endswith("'s") and third in {*ONE, "the"}
        for one, other, third in zip(words, words[1:], words[2:], strict=False)
    )
    return (owned and not _triples(words) & _triples(spoken)) or not (BEING | LEADING | YOU).isdisjoint(
        owners
    )


def _does_something(word: str, spoken: Sequence[str]) -> bool:
    """Whether it was `spoken` of somebody with an article behind it, as a verb is: "catches" of "Ada catches the bus"."""
    before = words_in_front_of(word, spoken)
    return leads_to_articles(word, spoken) and word.endswith("s") and before.isdisjoint(DETERMINERS)


def begins_ill(words: Sequence[str]) -> bool:
    """Whether no fact begins so: "the somebody left …", "ada his day …", "a wife gets …"; nor is anything "mine" to Lila."""
    first, second = [*words, "", ""][:2]
    return (
        (first in ("the", "you") and second in _NO_NOUNS)
        or second in _POSSESSIVES - {"its"} | {"her"}
        or (first in ONE and second in PEOPLE)
        or "mine" in words
    )


def _takes_the_place_of_a_verb(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether "is" stands for what was said before the rest: "your son is hired by Ada" of "my son got hired by Ada"."""
    for place in range(1, len(words) - 1):
        verb, *rest = words[place : place + 3]
        if verb not in ("is", "are") or verb in spoken:
            continue
        begins = [at for at in range(1, len(spoken)) if spoken[at : at + len(rest)] == rest]
        if begins and all(_may_be_done(spoken[at - 1]) and spoken[at - 1] not in words for at in begins):
            return True
        if begins and rest[0].endswith("s") and all(spoken[at - 1] in SUBJECTS for at in begins):
            return True  # "your son is golfs" of "he golfs"
        if (
            len(words) == 3
            and words[2].endswith("s")
            and (words[0], words[2]) in pairwise(spoken)
            and words[0] not in YOU
        ):
            return True  # "ada is snores"
    return False


def _is_of_ones_own_name(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether "your" stands before a name that wasn't `spoken` of so: "your Ada's number" of "her number"."""
    after_your = [other.removesuffix("'s") for one, other in pairwise(content) if one == "your"]
    named = {word.casefold() for word in after_your if word[:1].isupper() and word[1:].islower()}
    plainly = [word for word in spoken if word not in FILLERS]
    return any(
        name in plainly and words_in_front_of(name, plainly).isdisjoint(OWNING | ONE) for name in named
    )


def _is_done_by_nobody(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether "you" was put before what is no verb: "you ada is ill" of "I sing and ada is ill", "you cooking", or what one "who …" does."""
    first, does = [*words, "", ""][:2]
    before = words_in_front_of(does, spoken)
    if first != "you" or not before or not before.isdisjoint(_ONESELF):
        return False
    verb = next((place for place in range(2, len(words)) if words[place] in ("is", "has")), 0)
    named = verb > 0 and not any(map(may_be_a_verb, words[1:verb]))
    return named or does.endswith("ing") or before <= _WHO


def _may_be_done(word: str) -> bool:
    """Whether a word may be a verb that says more than that something is."""
    return word in ("got", "know", "knows") or (
        word not in BEING | _THAT_IS and bool(content_stems(word)) and may_be_a_verb(word)
    )


def _calls_an_owner(words: Sequence[str], spoken: Collection[str]) -> bool:
    """Whether somebody's took the place of "her": "everybody calls your wife's Ola" of "everybody calls her Ola"."""
    *before, owner, _ = ["", "", *words][-4:]
    return owner.endswith("'s") and owner not in spoken and not CALLING.isdisjoint(before)


def _is_of_a_person(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether "its" was taken for a person's: "your sister's name" of "its name", where she has a cat."""
    owners = [place for place, word in enumerate(words) if word.endswith("'s")]
    whom = {word.removesuffix("'s") for word in words[: owners[0] + 1]} if len(owners) == 1 else set[str]()
    named = {word.removesuffix("'s") for word in spoken}
    return not whom.isdisjoint(PEOPLE) and "its" in spoken and whom.isdisjoint(named)


def puts_in_a_place(content: Sequence[str], spoken: Collection[str]) -> bool:
    """Whether "on" was put in before what is no time: "they call your wife on Ola"."""
    words = [folded(word) for word in content]
    return "on" in words and "on" not in spoken and not is_time(words[words.index("on") :])


def runs_on(content: Sequence[str]) -> bool:
    """Whether two sentences were taken for one fact: "your uncle is Tom he knits", "your hobby is chess -- I must go", "you sing and you paint"."""
    words = [folded(word) for word in content]
    joined = {other for one, other in pairwise(words) if one == "and"}
    leads = any(content_stems(word) and is_framing(word) for word in joined)
    oneself = YOU - {"your", "yours"}
    again = words[0] in oneself and not joined.isdisjoint(oneself)
    besides = any(
        pair[0] == "and" and pair[1] in oneself and any(map(may_be_a_verb, words[1:place]))
        for place, pair in enumerate(pairwise(words))
    )  # "Ada owns a boat and you rent it", but "Ada and you met"
    return (
        not _SPEAKING.isdisjoint(content)
        or again
        or besides
        or leads
        or any(map(is_mark, content[1:]))
        or not joined.isdisjoint(IT | {"they", "they're"})
        or not {"he", "she"}.isdisjoint(words[2:])
        or any(
            one == "it" and other in _DOES_IT and before not in _BEFORE_IT
            for before, one, other in zip(words[2:], words[3:], words[4:], strict=False)
        )
    )


def _owns_nothing(pair: tuple[str, str], spoken: Sequence[str]) -> bool:
    """Whether no owner took the place of "its": "your car plate is AB 12" of "its plate is AB 12", and not of "its 7123"."""
    owner, owned = pair
    places = [place for place, word in enumerate(spoken) if word == owned]
    return bool(places) and all(
        place > 0
        and spoken[place - 1] in _POSSESSIVES
        and not BEING.isdisjoint(spoken[place + 1 :])
        and not owner.endswith(("'s", "s'"))
        and owner not in YOU
        for place in places
    )


def _is_no_thing(pair: tuple[str, str], spoken: Sequence[str]) -> bool:
    """Whether "your" or "the" was put before what is no noun: "your hates figs", "the are on Monday"."""
    article, word = pair
    return (
        article in ("your", "the")
        and word in DOES | BEING | LEADING
        and words_in_front_of(word, spoken).isdisjoint(DETERMINERS)
    )


def _triples(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def loses_a_modal(words: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether the "can" of "she can speak Welsh" was lost on the way to "your aunt speak Welsh"."""
    return any(
        before not in _MODALS
        and verb in PLAIN_VERBS
        and bool(found := words_in_front_of(verb, spoken))
        and found <= _MODALS
        for before, verb in pairwise(words)
    )


def _stands_for_a_subject(pair: tuple[str, str], spoken: Iterable[str]) -> bool:
    """Whether an owner took the place of somebody who does something: "Ada's saves stamps", "your saves stamps" of "she saves stamps"."""
    owner = pair[0]
    return (owner.endswith("'s") or owner in YOU) and _does_for_a_subject(pair, spoken)


def _does_for_a_subject(pair: tuple[str, str], spoken: Iterable[str]) -> bool:
    """Whether a word stands before a verb that was only said of "he", "she" or "they"."""
    before = words_in_front_of(pair[1], spoken)
    return bool(before) and before <= SUBJECTS


def swallows_the_rest(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether what somebody "who …" does, and what is told of him, were taken for one: "your son plays chess lives in Rome"."""
    words, spoken = [folded(word) for word in content], [folded(word) for word in said]
    place = next((place for place in range(1, len(said) - 1) if is_relative(said, place)), 0)
    if not place or not (BEING | {"got"}).isdisjoint(spoken[:place]):
        return False  # "I have a son who plays chess"
    if "who" in words:
        return said[place - 1].endswith(",")
    rest = spoken[place + 1 :]
    does = names_a_verb(rest[2:]) or any(word.endswith("s") for word in rest[2:])
    return does and words[-len(rest) :] == rest


def disagrees(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether several things are said to be as one is, or one as several, and weren't `spoken` of so: "the keys is in the car"."""
    heard = set(pairwise(spoken))
    together = set(pairwise(content)) - heard
    within = {word for before, word in zip(content, content[2:], strict=False) if before in _OF_A_THING}
    return any(
        (verb == "is" and _MANY.fullmatch(thing) and thing not in {"series", "species"} | within)
        or (verb == "are" and (thing, "is") in heard)
        for thing, verb in together
    )
