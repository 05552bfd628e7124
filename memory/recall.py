"""Finding memories: full-text search, and the gate that lets only relevant ones through.

The index has four columns: the memory itself, its subject and attribute, what was said around it, and the words of the
day it was learned on. Search ranks with bm25 over them. Recall adds the gate: a memory must share enough of what the
query asks for, weighed by how telling each word is, and mustn't be far behind the best one. Nothing relevant is a fine
answer: then the list is empty. What a person types never reaches SQLite as query syntax.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from sqlite_utils import Database

from memory import rows
from memory.asking import asked_otherwise
from memory.model import APPROVED, CONTESTED, EVERYONE, FORGOTTEN, Memory, Recalled
from memory.told import UNTOLD, claimed_keys
from memory.words import GENERIC_WORDS, SMALL_WORDS, STOP_WORDS, fold, key, stem, stems, unique

WEIGHT_TEXT, WEIGHT_TAGS, WEIGHT_CONTEXT, WEIGHT_DATES = 1.0, 0.5, 0.45, 0.5
MAX_TERMS = 48
GATE_COVERAGE = 0.34
"""The least share of the query's weight that a memory must cover."""
GATE_OWN_COVERAGE = 0.5
"""Or the least share of the memory's own words that a long query must mention, two words at least."""
GATE_OF_BEST = 0.55
"""A memory that covers less than this share of what the best one covers is left out."""
GENERIC_WEIGHT = 0.35
CONTEXT_SHARE = 0.5
"""What a word that was only said around a memory counts for, against one in the memory itself."""
RANKED_PER_RESULT = 3
FEW = 100
COMMON_SHARE = 0.05
"""A word that more memories hold than these, as a number and as a share, is a common one."""
MAX_COMMON = 8
COVERAGE_BASE = 0.6
LIVE: tuple[str, ...] = (APPROVED, CONTESTED)

_WORD = re.compile(r"[^\W_]+")
_ABOUT_ME = re.compile(
    r"^(?:about )?(?:you|me|myself|us|yourself)$|\babout (?:me|us|myself)\b|\bwho am i\b|^(?:about )?the user$"
)
_LIKING = frozenset(("like", "likes"))
"""What a query may ask for and nothing else: "what do I like?"."""
_GOING = re.compile(r"\b(?:get|gets|go|goes|come|comes) (up|out|off|down|back)\b")
"""What somebody does, in words that say nothing by themselves: "when do I get up?"; the latter is looked for."""
_GENERIC_STEMS = frozenset(map(stem, GENERIC_WORDS))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which memories may be found."""

    states: tuple[str, ...] = LIVE
    namespaces: tuple[str, ...] | None = None
    speaker: str | None = None
    """Only what this person may know; None is the owner of the machine, who may see everything."""

    def sql(self) -> tuple[str, list[object]]:
        marks = ", ".join("?" * len(self.states))
        where, parameters = f"m.state IN ({marks})", list[object](self.states)
        if self.namespaces is not None:
            marks = ", ".join("?" * len(self.namespaces))
            where += f" AND (m.namespace IN ({marks}) OR m.home IN ({marks}))"
            parameters += [*self.namespaces, *self.namespaces]
        if self.speaker is not None:
            where += (
                " AND (m.owner = ? OR EXISTS (SELECT 1 FROM json_each(m.audience) WHERE value IN (?, ?)))"
            )
            parameters += [self.speaker, self.speaker, EVERYONE]
        return where, parameters


def query_words(query: str, without: frozenset[str] = STOP_WORDS) -> list[str]:
    """The words of a query that are worth searching for, as the index splits them."""
    return unique(word for word in _WORD.findall(fold(query)) if word not in without)[:MAX_TERMS]


def ranked(
    db: Database, terms: Sequence[str], which: Filter, limit: int, now: float, among: str = ""
) -> list[tuple[Memory, str, float]]:
    """The memories that match any term, best first, each with its context and its bm25 score (higher is better).

    With `among`, an expression of FTS5's, only those that match it too; their scores are the same.
    """
    if not terms:
        return []
    where, parameters = which.sql()
    if among:  # the "+" keeps SQLite from asking the index for each of these rows apart
        where += " AND +memory_index.rowid IN (SELECT rowid FROM memory_index WHERE memory_index MATCH ?)"
        parameters.append(among)
    found = db.execute(  # in two steps: whole rows only of the best, not of every match
        f"""
        WITH best AS (
            SELECT m.id, -bm25(memory_index, {WEIGHT_TEXT}, {WEIGHT_TAGS}, {WEIGHT_CONTEXT}, {WEIGHT_DATES}) AS score
            FROM memory_index JOIN memories AS m ON m.id = memory_index.rowid
            WHERE memory_index MATCH ? AND {where} ORDER BY score DESC, m.id DESC LIMIT ?
        )
        SELECT m.*, best.score FROM best JOIN memories AS m ON m.id = best.id ORDER BY best.score DESC, m.id DESC
        """,
        [_any_of(terms), *parameters, limit],
    ).fetchall()
    return [(rows.memory_of(row, now), row["context"], row["score"]) for row in found]


def search(db: Database, query: str, which: Filter, limit: int, now: float) -> list[Recalled]:
    """Everything that matches at all, best first, without the gate.

    bm25 rewards one rare word that stands often; what covers more of the query is put before it.
    """
    terms = query_words(query, SMALL_WORDS) or query_words(query, frozenset())
    hits = ranked(db, terms, which, max(RANKED_PER_RESULT * limit, 24), now)
    if not hits:
        return []
    gate = Gate(_weights(_seen(db, terms), terms), own=False)
    scored = [
        (score * (COVERAGE_BASE + gate.share(memory, context)), memory) for memory, context, score in hits
    ]
    scored.sort(key=lambda one: (-one[0], -one[1].id))
    best = max(scored[0][0], 1e-9)
    return [Recalled(memory, max(0.0, score / best)) for score, memory in scored[:limit]]


def recall(db: Database, query: str, which: Filter, limit: int, now: float) -> list[Recalled]:
    """What is relevant to the query, best first, then what is to the same question in other words; empty when nothing is."""
    found = _recalled(db, query, which, limit, now)
    for other in asked_otherwise(query):
        if len(found) >= limit:
            break
        known = {one.memory.id for one in found}
        found += [one for one in _recalled(db, other, which, limit, now) if one.memory.id not in known]
    return found[:limit]


def _recalled(db: Database, query: str, which: Filter, limit: int, now: float) -> list[Recalled]:
    terms = query_words(query) or query_words(query, STOP_WORDS - _LIKING)
    terms = terms or _GOING.findall(fold(query))
    if _ABOUT_ME.search(" ".join(_WORD.findall(fold(query)))) and len(terms) < 2:
        return about_person(db, which, limit, now)
    if not terms:
        return []
    seen = _seen(db, terms)
    gate = Gate(_weights(seen, terms), own=_spoken_of(query))
    judged = _judged(db, terms, which, max(4 * limit, 24), now, gate, seen)
    if not judged:
        return []
    best_share = max(verdict.share for verdict, _, _ in judged)
    best_score = max(score for _, _, score in judged) or 1.0
    admitted = [
        Recalled(memory, _blend(verdict.share, score / best_score, memory.strength))
        for verdict, memory, score in judged
        if verdict.admitted and verdict.share >= GATE_OF_BEST * best_share
    ]
    return sorted(admitted, key=lambda one: (-one.score, -one.memory.id))[:limit]


def _judged(
    db: Database, terms: Sequence[str], which: Filter, limit: int, now: float, gate: Gate, seen: Seen
) -> list[tuple[Verdict, Memory, float]]:
    """The best matches under the gate.

    To rank by a word that many memories hold reads them all, and it says little. So what holds a telling word, or two
    of the others, is tried alone; what holds but one of the others only where that could still pass the gate.
    """

    def judged(among: str = "") -> list[tuple[Verdict, Memory, float]]:
        hits = ranked(db, terms, which, limit, now, among)
        return [(gate.judge(memory, context), memory, score) for memory, context, score in hits]

    common = [term for term in terms if seen.common(stem(term))]
    if 0 < len(common) <= MAX_COMMON and len(terms) > 1:
        found = judged(_telling([term for term in terms if term not in common], common))
        best = max((verdict.share for verdict, _, _ in found), default=0.0)
        if max(gate.most({stem(term)}) for term in common) < GATE_OF_BEST * best:
            return found
    return judged()


def _telling(rare: Sequence[str], common: Sequence[str]) -> str:
    """What holds a rare word, or two common ones."""
    pairs = [f'("{one}" AND "{other}")' for one, other in combinations(common, 2)]
    return " OR ".join([*(f'"{term}"' for term in rare), *pairs])


def _any_of(terms: Sequence[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)


def about_person(db: Database, which: Filter, limit: int, now: float) -> list[Recalled]:
    """What is known best about the person who asks."""
    where, parameters = which.sql()
    if which.speaker is not None:
        where, parameters = f"{where} AND m.owner = ?", [*parameters, which.speaker]
    found = db.execute(
        f"SELECT m.* FROM memories AS m WHERE {where} AND m.subject_key = ? ORDER BY m.used_at DESC LIMIT 500",
        [*parameters, key("you")],
    ).fetchall()
    memories = sorted((rows.memory_of(row, now) for row in found), key=lambda one: -one.strength)
    return [Recalled(memory, memory.strength) for memory in memories[:limit]]


def telling_of(db: Database, said: str, which: Filter, limit: int, now: float) -> list[Recalled]:
    """What is known of the one thing that a person's sentence tells: they may agree or not, whatever their words."""
    keys = claimed_keys(said)
    if keys == UNTOLD:
        return []
    where, parameters = which.sql()
    found = db.execute(
        f"SELECT m.* FROM memories AS m WHERE {where} AND m.told_subject_key = ? AND m.told_attribute_key = ? "
        "AND m.kind = 'fact' ORDER BY m.used_at DESC LIMIT ?",
        [*parameters, *keys, limit],
    ).fetchall()
    return [Recalled(rows.memory_of(row, now), 1.0) for row in found]


def _blend(share: float, rank: float, strength: float) -> float:
    return min(1.0, 0.7 * share + 0.2 * max(0.0, rank) + 0.1 * strength)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many memories there are, and how many hold each stem of a query."""

    live: int
    indexed: int
    holding: dict[str, int]

    def common(self, term: str) -> bool:
        """Whether so many memories hold it that to rank by it takes long."""
        holding = self.holding.get(term, 0)
        return holding > FEW and holding > COMMON_SHARE * self.indexed


def _seen(db: Database, terms: Sequence[str]) -> Seen:
    by_state = db.execute("SELECT state, count(*) AS n FROM memories GROUP BY state").fetchall()
    states = {row["state"]: row["n"] for row in by_state}
    known = db.execute(
        "SELECT term, doc FROM memory_terms WHERE term IN (SELECT value FROM json_each(?))",
        [json.dumps(unique(map(stem, terms)))],
    ).fetchall()
    indexed = sum(states.values()) - states.get(FORGOTTEN, 0)
    return Seen(sum(states.get(s, 0) for s in LIVE), indexed, {row["term"]: row["doc"] for row in known})


def _weights(seen: Seen, terms: Sequence[str]) -> dict[str, float]:
    """How telling each stem of the query is here, 0 to 1: rare ones more, generic ones less."""
    scale = math.log(2 + seen.live)
    return {
        term: (GENERIC_WEIGHT if term in _GENERIC_STEMS else 1.0)
        * (0.5 + 0.5 * max(0.0, math.log((2 + seen.live) / (1 + seen.holding.get(term, 0))) / scale))
        for term in unique(map(stem, terms))
    }


@lru_cache(maxsize=4096)
def stem_set(text: str) -> frozenset[str]:
    """The stems of a text, as the index has them. Cached: the same few memories come up again and again."""
    return frozenset(stem(word) for word in _WORD.findall(fold(text)))


def _spoken_of(query: str) -> bool:
    """Whether the query asks about the speaker's own things ("my", "I")."""
    return not {"my", "i", "me", "mine"}.isdisjoint(_WORD.findall(fold(query)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's judgement: the share of the query that the memory covers, and whether it passes."""

    share: float
    admitted: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """Judges memories against one query; `weights` maps each stem of the query to how telling it is."""

    weights: dict[str, float]
    own: bool

    def judge(self, memory: Memory, context: str) -> Verdict:
        direct, near = self._matched(memory, context)
        share = self._share(direct, near)
        if (
            self.own
            and memory.subject
            and key(memory.subject) != "you"
            and not set(stems(memory.subject)) & set(direct)
        ):
            share *= 0.8
        telling = [term for term in direct if term not in _GENERIC_STEMS]
        return Verdict(share, self._passes(memory, share, direct, telling))

    def share(self, memory: Memory, context: str) -> float:
        """How much of the query's weight the memory covers, 0 to 1."""
        return self._share(*self._matched(memory, context))

    def most(self, terms: Set[str]) -> float:
        """The largest share that a memory can cover which holds no other words of the query than these."""
        return self._share([term for term in self.weights if term in terms], [])

    def _matched(self, memory: Memory, context: str) -> tuple[list[str], list[str]]:
        own = stem_set(f"{memory.text} {memory.subject} {memory.attribute}")
        around = stem_set(context) - own
        return [t for t in self.weights if t in own], [t for t in self.weights if t in around]

    def _share(self, direct: list[str], near: list[str]) -> float:
        return (self._sum(direct) + CONTEXT_SHARE * self._sum(near)) / sum(self.weights.values())

    def _passes(self, memory: Memory, share: float, direct: list[str], telling: list[str]) -> bool:
        if not direct:
            return False
        if not telling:  # "name" alone is an answer to "my name", not to "my dog's name"
            return self._sum(direct) >= 0.6 * sum(self.weights.values())
        if share >= GATE_COVERAGE:
            return True
        own = {stem(w) for w in _WORD.findall(fold(memory.text)) if w not in STOP_WORDS}
        mentioned = len(own.intersection(direct))
        return mentioned >= 2 and mentioned >= GATE_OWN_COVERAGE * len(own)

    def _sum(self, terms: list[str]) -> float:
        return sum(self.weights[term] for term in terms)


def nearest(
    db: Database, text: str, owner: str, now: float, states: tuple[str, ...] = LIVE, limit: int = 24
) -> list[Memory]:
    """The owner's memories with the most words in common with a sentence, likeliest first."""
    hits = ranked(db, query_words(text), Filter(states), limit, now)
    return [memory for memory, _, _ in hits if memory.owner == owner]
