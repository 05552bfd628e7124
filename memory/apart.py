"""Whether two sentences plainly tell of different things, so that neither can stand against the other.

Read off the words alone, because what a model tagged both with, or set against each other, may be a slip: the password
of one network is nothing against that of another. Where it can't be told they aren't apart: a question too many loses
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from memory.facts import Parts, parts_of, similarity, stem_of_verb, topic_of
from memory.happenings import happening, was_done
from memory.kinds import kinds
from memory.words import FUNCTION_WORDS, content_stems, stem, stems

__all__ = ["apart", "numbered_apart"]

_LITTLE_IN_COMMON = 0.25
"""Sentences that can't be read and share less of their words than this tell of different things."""
_MATTERS = {
    stem(verb): frozenset(stems(things))
    for verb, things in {
        "live": "home address town city village house flat apartment place country street",
        "work": "job profession occupation career employer company workplace work office",
        "study": "school university college subject course degree",
        "drive": "car vehicle van",
        "ride": "bike bicycle motorbike scooter horse",
        "speak": "language tongue",
        "play": "instrument hobby sport",
        "earn": "salary wage income pay",
        "weigh": "weight",
        "measure": "height size",
        "park": "car space place spot",
        "like": "favourite",
        "love": "favourite",
        "want": "wish plan goal",
        "need": "wish",
    }.items()
}
"""Verbs that each tell of one matter, with the things that it is told of by too: "you live in Rome", "your home is Rome"."""
_ONE_THING = tuple(
    frozenset(stems(names))
    for names in (
        "phone telephone mobile cell number", "birthday birth date", "job profession occupation work career",
        "flat apartment home house place", "mum mother mom", "dad father", "car vehicle", "bike bicycle",
        "film movie", "sofa couch", "tv television telly", "meal dish food", "password passcode code pin",
        "physician doctor gp", "husband wife partner spouse", "town city hometown",
    )
)  # fmt: skip
"""Names that one thing may go by."""


def apart(one: str, other: str) -> bool:
    """Whether the two plainly tell of different things."""
    left, right = parts_of(one), parts_of(other)
    if left is None or right is None:
        return similarity(one, other) < _LITTLE_IN_COMMON or _happened_otherwise(one, other)
    if _of_other_topics(left, right) or _of_other_matters(left, right):
        return True
    done = {was_done(one), was_done(other)}
    return len(done) == 2 and "" not in done


def numbered_apart(one: str, other: str) -> bool:
    """Whether two sentences are about things that only a number tells apart: "room 12", "room 13"."""
    topics = [content_stems(topic_of(said), FUNCTION_WORDS) for said in (one, other)]
    left, right = ([word for word in topic if not word.isdigit()] for topic in topics)
    return left == right != [] and topics[0] != topics[1] and all(map(_numbered, topics))


def _numbered(topic: Sequence[str]) -> bool:
    return any(map(str.isdigit, topic))


def _topic(parts: Parts) -> frozenset[str]:
    """The telling words of what a sentence is about; none where that is a person by a pronoun."""
    return frozenset(content_stems(parts.topic, FUNCTION_WORDS))


def _of_other_topics(left: Parts, right: Parts) -> bool:
    """Whether each names something that the other doesn't: "locker 1", "locker 2"."""
    one, other = _topic(left), _topic(right)
    one, other = one - other, other - one
    for names in _ONE_THING:
        if one & names and other & names:
            one, other = one - names, other - names
    return bool(one and other)


def _of_other_matters(left: Parts, right: Parts) -> bool:
    """Whether one tells where somebody lives, say, and the other what somebody does, or is."""
    verbs = {stem_of_verb(left.verb), stem_of_verb(right.verb)}
    if len(verbs) == 1:
        return False
    if verbs <= _MATTERS.keys():
        return True
    person, thing = (left, right) if stem_of_verb(right.verb) == "be" else (right, left)
    matter = _MATTERS.get(stem_of_verb(person.verb))
    if matter is None or stem_of_verb(thing.verb) != "be" or not _topic(thing) or _topic(person):
        return False
    return _topic(thing).isdisjoint(matter) and kinds(person.value).isdisjoint(kinds(thing.value))


def _happened_otherwise(one: str, other: str) -> bool:
    """Whether each tells of something that the other doesn't, and of another day or amount too."""
    (left, told), (right, tells) = happening(one), happening(other)
    return bool(set(left) - set(right) and set(right) - set(left) and told and tells and told != tells)
