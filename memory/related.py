"""What is known about the same thing as a claim, and how the claim stands to it.

The same thing goes by two names where one claim came with tags and the other was read off its sentence ("boss", "name"
and "you", "boss"), so the sentences of both are read too. And one name may stand for two things where a model tagged
both alike ("locker"), so what by its sentence plainly tells of another thing is no more than said in the same words.
"""

from __future__ import annotations

from memory import facts
from memory.apart import apart
from memory.facts import Relation
from memory.model import APPROVED, CONTESTED, Memory
from memory.rows import Rows
from memory.words import key

__all__ = ["contradicted", "related", "siblings", "telling_of"]

Related = dict[int, tuple[Memory, Relation]]


def related(rows: Rows, owner: str, subject: str, attribute: str, text: str) -> Related:
    """The owner's memories about this, by number, each with how `text` stands to it."""
    found: Related = {}
    own, read = (subject, attribute), facts.subject_and_attribute(text, ())

    def add(one: Memory, about: tuple[str, str]) -> None:
        stands = facts.relation(one.text, text, *about)
        if stands is not Relation.SAME and apart(one.text, text):
            stands = Relation.UNRELATED
        found.setdefault(one.id, (one, stands))

    for about in (own, read):
        for one in siblings(rows, owner, *about):
            add(one, about)
    if facts.many_valued(*own, text):
        return found
    names = {(key(about[0]), key(about[1])): about for about in (read, own)}
    for keys, about in names.items():
        for one in telling_of(rows, owner, *keys):
            if not facts.many_valued(one.subject, one.attribute, one.text):
                add(one, about)
    return found


def contradicted(rows: Rows, owner: str, subject: str, attribute: str, text: str) -> list[Memory]:
    """The owner's memories that hold now and can't be true beside this."""
    known = related(rows, owner, subject, attribute, text).values()
    return [one for one, stands in known if stands is Relation.CONTRADICTS]


def siblings(rows: Rows, owner: str, subject: str, attribute: str) -> list[Memory]:
    """What the owner said that holds now under the same subject and attribute."""
    if not key(attribute):
        return []
    return rows.find(
        "owner = ? AND subject_key = ? AND attribute_key = ? AND kind = 'fact' AND state IN (?, ?)",
        [owner, key(subject), key(attribute), APPROVED, CONTESTED],
    )


def telling_of(rows: Rows, owner: str, subject_key: str, attribute_key: str) -> list[Memory]:
    """Facts of the owner's whose sentence by itself tells about this, whatever they were stored as."""
    if not attribute_key:
        return []
    return rows.find(
        "owner = ? AND told_subject_key = ? AND told_attribute_key = ? AND kind = 'fact' AND state IN (?, ?)",
        [owner, subject_key, attribute_key, APPROVED, CONTESTED],
    )
