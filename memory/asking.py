"""The same question in other words: what somebody told of as work is asked for as a job."""

from __future__ import annotations

import re
from collections.abc import Iterator

from memory.words import fold

__all__ = ["asked_otherwise"]

_TABLE = """
how old: age, years
job, profession, occupation, career, for a living: work
employer, company: work
do for work: job
work: job
born: birthday
birthday, date of birth: born
live, living, address: home
home town, hometown, birthplace: born, from
eat: food
food: eat
partner, spouse: husband, wife, married
husband, wife: married
married to: husband, wife, partner
kids, children: son, daughter
drive, vehicle: car
car: drive
where is my car, where's my car: parked, park
hobby, hobbies, free time: play
instrument: play
allergic: allergy
allergy, allergies: allergic
afraid: scared
scared, fear: afraid
reach, call, ring: number
get up, wake up: alarm
alarm: get up
go to bed, sleep: bedtime
bedtime: bed
study, studying: school, subject
school, university: study
do i like, don't i like: love, enjoy, prefer, fond
like best, like most, like the most, prefer: favourite
movie: film
film: movie
tv, telly, television: series
couch: sofa
sofa: couch
meal: dish, food
nickname: name
how tall: height
height: tall
weigh, heavy: weight
"""
_WAYS = tuple(
    (
        re.compile(rf"\b(?:{'|'.join(part.strip() for part in asked.split(','))})\b"),
        tuple(map(str.strip, told.split(","))),
    )
    for asked, _, told in (line.partition(":") for line in _TABLE.strip().splitlines())
)


def asked_otherwise(query: str) -> Iterator[str]:
    """The query with one of its words exchanged, for each word that may stand in its place in what was told."""
    plain = fold(query)
    for asked, told in _WAYS:
        if asked.search(plain):
            yield from (asked.sub(word, plain) for word in told)
