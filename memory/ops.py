"""Applying operations: what becomes of a claim, given what is known and who says it.

The rules, in order:
- words that state nothing (a question, a greeting, something supposed) store nothing;
- what the person didn't say themselves waits as pending, and touches nothing that is approved;
- the same claim again strengthens; a fuller one replaces the shorter; another value of a thing that has one value
  makes both contested, and Lila asks; things that can have many values simply add up;
- an answer promotes one claim and supersedes the others, which keep their row and the time they held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from memory import facts, fading, forgetting, neighbours, provenance, when
from memory.apart import apart, numbered_apart
from memory.choice import chosen, decides, points
from memory.facts import Relation
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Recall, Reflect, Store
from memory.happenings import same_happening
from memory.model import APPROVED, CONTESTED, PENDING, SUPERSEDED, Memory, OpContext, Outcome, Recalled
from memory.recall import nearest
from memory.related import Related, related, siblings, telling_of
from memory.rows import Rows, text_key
from memory.told import UNTOLD, told_keys
from memory.words import STOP_WORDS, content_stems, key, stem, words

SIMILAR_ENOUGH = 0.5
UNTRUSTED_CONFIDENCE = 0.5
ALIKE_AT_LEAST, LAST_WORDS = 3, 2
"""Words that a correction and what it corrects begin with alike, and words that they may end with, where many values may hold."""
MAX_TEXT_CHARS = 2000

_PUTS_RIGHT = re.compile(
    r"(?:(?:oh|um|uh|er|well|ah|hmm|ok|okay)[, ]+)*(?:no|nope|not|wait|sorry|oops|actually|rather|correction|i meant?|scratch that|"
    r"make that|change that|that['’]?s (?:not|wrong))\b",
    re.IGNORECASE,
)
"""How somebody begins who puts right what was just said."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be kept, with what it is about and how far the person's own words carry it."""

    op: Op
    text: str
    namespace: str
    subject: str
    attribute: str
    kind: str
    confidence: float
    doubt: str
    """Why it may not be approved by itself; empty when it may."""


@dataclass(frozen=True, slots=True)
class Applier:
    """Applies the operations of one turn inside one transaction."""

    rows: Rows
    context: OpContext
    lookup: Callable[[Recall], list[Recalled]]

    def apply(self, op: Op) -> Outcome:
        match op:
            case Store() | Episode():
                return self._store(op)
            case Consolidate():
                return self._consolidate(op)
            case Reflect():
                return self._reflect(op)
            case Conflict():
                return self._conflict(op)
            case Forget():
                if not self.context.trusted:
                    return _refused(op, "Only the person themselves can have something forgotten.")
                return forgetting.forget(self.rows, op, self.context.speaker)
            case Recall():
                found = self.lookup(op)
                return Outcome(op, "applied", tuple(hit.memory.id for hit in found), recalled=tuple(found))
            case _:
                assert_never(op)

    # ---- storing -------------------------------------------------------------------------------------

    def _store(self, op: Store | Episode) -> Outcome:
        if refusal := self._refusal(op, op.content, op.namespace):
            return refusal
        return self._keep(self._claim(op, ()))

    def _keep(self, claim: Claim) -> Outcome:
        """Store a claim next to what is known about the same thing."""
        if claim.doubt:
            return self._pend(claim)
        same = self._same_text(claim.text, (APPROVED, CONTESTED))
        relations = {} if claim.kind == "episode" else self._related(claim)
        siblings = [known for known, _ in relations.values()]
        for known in [*same, *siblings]:
            if known in same or relations[known.id][1] in (Relation.SAME, Relation.COVERED):
                return self._again(claim, known)
        others = [
            (one, how)
            for one, how in relations.values()
            if not (self._in_one_breath(one, claim) or self._was_of_another(one))
        ]
        against = [one for one, how in others if how is Relation.CONTRADICTS]
        if against and facts.tells_of_a_move(claim.text):  # what was true was true until then
            return self._replace(claim, against)
        if against:
            return self._contest(claim, against)
        fuller = [one for one, how in others if how is Relation.REFINES]
        if fuller:
            return self._replace(claim, fuller)
        return self._insert(claim)

    def _in_one_breath(self, known: Memory, claim: Claim) -> bool:
        """Whether both come from this turn and, by their sentences, tell of different things, however they were tagged."""
        about = told_keys(claim.text)
        same = about == told_keys(known.text) != UNTOLD
        return self.context.turn_id == known.source_turn != "" and not same

    def _was_of_another(self, known: Memory) -> bool:
        """Whether the person spoke of another room, say, by its number, even if what was made of it leaves that out."""
        said = self.context.source_text
        return _PUTS_RIGHT.match(said) is None and numbered_apart(known.source_text, said)

    def _insert(self, claim: Claim) -> Outcome:
        waiting = self._same_text(claim.text, (PENDING,))
        if waiting:  # what was only hearsay so far, the person has now said
            self.rows.update(
                waiting[0].id, "approved", state=APPROVED, reason="", confidence=claim.confidence,
                source_turn=self.context.turn_id, source_text=self.context.source_text, used_at=self.rows.now,
            )  # fmt: skip
            return Outcome(claim.op, "applied", (waiting[0].id,), f"Noted: {claim.text}.", claim.namespace)
        added = self.rows.insert(self._values(claim, APPROVED), "stored")
        return Outcome(claim.op, "applied", (added,), f"Noted: {claim.text}.", claim.namespace)

    def _pend(self, claim: Claim) -> Outcome:
        known = self._same_text(claim.text, (PENDING, APPROVED, CONTESTED))
        if known:
            return Outcome(
                claim.op, "refused", (known[0].id,), "This is on record already.", known[0].namespace
            )
        added = self.rows.insert(self._values(claim, PENDING, reason=claim.doubt), "pending")
        return Outcome(claim.op, "pending", (added,), claim.doubt, claim.namespace)

    def _again(self, claim: Claim, known: Memory) -> Outcome:
        if known.state == CONTESTED:
            members = self._members(known)
            if known.source_turn != self.context.turn_id and self._decided(known, members):
                return self._settle(claim.op, known, members)
            return self._asked(claim.op, members)
        self.rows.update(
            known.id, "strengthened", confidence=fading.strengthened(known.confidence), repeats=known.repeats + 1,
            used_at=self.rows.now,
        )  # fmt: skip
        return Outcome(
            claim.op, "strengthened", (known.id,), f"Yes, I have that: {known.text}.", known.namespace
        )

    def _replace(self, claim: Claim, old: Sequence[Memory]) -> Outcome:
        added = self.rows.insert(self._values(claim, APPROVED), "stored")
        supersede(self.rows, old, added)
        ids = (added, *(one.id for one in old))
        return Outcome(claim.op, "superseded", ids, f"Updated: {claim.text}.", claim.namespace)

    # ---- conflicts -----------------------------------------------------------------------------------

    def _contest(self, claim: Claim, against: Sequence[Memory]) -> Outcome:
        number = contest(self.rows, against)
        self.rows.insert({**self._values(claim, CONTESTED), **contested_as(number)}, "contested")
        return self._asked(claim.op, self._of_conflict(number))

    def _asked(self, op: Op, members: Sequence[Memory]) -> Outcome:
        return Outcome(op, "contested", tuple(one.id for one in members), question(members), "contested")

    def _settle(self, op: Op, winner: Memory, members: Sequence[Memory]) -> Outcome:
        settle(self.rows, winner, members)
        ids = (winner.id, *(one.id for one in members if one.id != winner.id))
        return Outcome(op, "resolved", ids, _sentence(winner.text), winner.home)

    def _conflict(self, op: Conflict) -> Outcome:
        if not self.context.trusted:
            return _refused(op, "Only the person themselves can put a memory in doubt or decide about it.")
        old, _, new = (part.strip() for part in op.description.partition(" / "))
        return self._open(op, old, new) if op.resolution.strip() == "ask" else self._decide(op, old, new)

    def _open(self, op: Conflict, old: str, new: str) -> Outcome:
        if not new:
            return _refused(op, 'The description of a conflict names both claims: "old / new".')
        if refusal := self._refusal(op, new, "personal"):
            return refusal
        known = self._best(old, (APPROVED, CONTESTED))
        # Set against what has nothing in common with it, or tells of another thing, it was a slip of the model's.
        if (
            known is None
            or not facts.similarity(known.text, new)
            or apart(known.text, new)
            or self._was_of_another(known)
        ):
            return self._keep(self._claim(op, (), text=new))
        claim = self._claim(op, (known.text,), text=new, like=known)
        if claim.doubt:
            return self._pend(claim)
        stands = _relation(known, claim)
        if stands in (Relation.SAME, Relation.COVERED) or self._same_text(claim.text, (APPROVED, CONTESTED)):
            return self._again(claim, (self._same_text(claim.text, (APPROVED, CONTESTED)) or [known])[0])
        told_of_one = told_keys(known.text) == told_keys(claim.text) != UNTOLD
        if told_of_one or facts.many_valued(known.subject, known.attribute, claim.text):
            return self._keep(
                claim
            )  # which asks, where both can't be true: "your car is red", "your car is a Volvo"
        return self._contest(claim, self._members(known) if known.state == CONTESTED else [known])

    def _decide(self, op: Conflict, old: str, new: str) -> Outcome:
        members = self._open_for((old, new, op.resolution))
        if not members:
            return self._consolidate(op, text=op.resolution)
        named = chosen(self.context.source_text, [one.text for one in members])
        # A model may slip where the person plainly named the other one: their words win.
        winner = _meant(op.resolution, members) if named is None else members[named]
        if winner is None:
            claim = self._claim(op, tuple(one.text for one in members), text=op.resolution, like=members[0])
            if claim.doubt:
                return _refused(op, "You haven't said that this one is right, so both stay open.")
            added = self.rows.insert(self._values(claim, APPROVED), "stored")
            supersede(self.rows, members, added)
            ids = (added, *(one.id for one in members))
            return Outcome(op, "resolved", ids, _sentence(claim.text), claim.namespace)
        if named is None and not self._decided(winner, members):
            return _refused(op, "You haven't said which one is right, so both stay open.")
        return self._settle(op, winner, members)

    def _decided(self, winner: Memory, members: Sequence[Memory]) -> bool:
        """Whether the person's own words choose: by the value, or by pointing ("the second one")."""
        if not decides(self.context.source_text):
            return False
        others = {stemmed for one in members if one.id != winner.id for stemmed in content_stems(one.text)}
        telling = [w for w in words(winner.text) if w not in STOP_WORDS and stem(w) not in others]
        said = provenance.unsupported(" ".join(telling), [self.context.source_text])
        return len(said) < len(telling) or points(self.context.source_text)

    def _open_for(self, texts: Sequence[str]) -> list[Memory]:
        """The members of the open conflict that these texts are about."""
        contested = self.rows.find("owner = ? AND state = ?", [self.context.speaker, CONTESTED])
        keys = {text_key(self._dated(text)) for text in texts if text}
        best = max(
            contested,
            key=lambda one: (
                text_key(one.text) in keys,
                max(facts.similarity(one.text, t) for t in texts if t),
            ),
            default=None,
        )
        if best is None:
            return []
        alike = max(facts.similarity(best.text, text) for text in texts if text)
        alone = len({one.conflict for one in contested}) == 1
        wanted = text_key(best.text) in keys or alike >= SIMILAR_ENOUGH or (alone and alike > 0)
        return self._members(best) if wanted else []

    def _members(self, memory: Memory) -> list[Memory]:
        return [memory] if memory.conflict is None else self._of_conflict(memory.conflict)

    def _of_conflict(self, number: int) -> list[Memory]:
        return self.rows.find("conflict = ? AND state = ?", [number, CONTESTED])

    # ---- consolidating, reflecting -------------------------------------------------------------------

    def _consolidate(self, op: Consolidate | Conflict, text: str | None = None) -> Outcome:
        content = text or (op.content if isinstance(op, Consolidate) else "")
        namespace = op.namespace if isinstance(op, Consolidate) else "personal"
        if refusal := self._refusal(op, content, namespace):
            return refusal
        draft = self._claim(op, (), text=content)
        old = self._outdated(draft)
        claim = self._claim(op, tuple(one.text for one in old), text=content, like=old[0] if old else None)
        if claim.doubt:
            return self._pend(claim)
        same = [one for one in old if _relation(one, claim) is Relation.SAME]
        if not old or (same and len(old) == 1 and same[0].state == APPROVED):
            return self._again(claim, same[0]) if same else self._keep(claim)
        if same:  # one of several contested claims: the person decided for it
            return self._settle(op, same[0], old)
        return self._replace(claim, old)

    def _outdated(self, claim: Claim) -> list[Memory]:
        """What a correction replaces: what it denies, else the same happening on another day or at another price, else
        the same subject and attribute, else the closest sentence. Never what plainly tells of another thing."""
        near = [one for one in self._near(claim.text) if not self._spares(one, claim)]
        if denied := [one for one in near if facts.deny_each_other(one.text, claim.text)]:
            return denied
        if retold := [one for one in near if same_happening(one.text, claim.text)]:
            return self._whole(retold)
        alike = siblings(self.rows, self.context.speaker, claim.subject, claim.attribute)
        alike = [one for one in alike if not self._spares(one, claim)]
        told = [one for one in self._telling_otherwise(claim.text, near) if not self._spares(one, claim)]
        if told:  # tags may be amiss: what shares no word with the sentence isn't what it is about
            said = set(content_stems(claim.text))
            alike = [one for one in alike if not said.isdisjoint(content_stems(one.text))]
        if alike and not facts.many_valued(claim.subject, claim.attribute, claim.text):
            touched = [one for one in alike if _relation(one, claim) is not Relation.UNRELATED]
            return touched or alike[:1] if len(alike) == 1 else touched
        if told:
            return told
        closest = self._closest(claim, near)
        if closest is None:
            return [one for one in alike if _relation(one, claim) in (Relation.SAME, Relation.CONTRADICTS)]
        return self._whole([closest])

    def _closest(self, claim: Claim, near: Sequence[Memory]) -> Memory | None:
        """The sentence that a correction is likeliest of; where many values may hold, only one that begins as it does."""
        puts_right = _PUTS_RIGHT.match(self.context.source_text) is not None
        begun = [one for one in near if puts_right and _begin_alike(one.text, claim.text)]
        best = self._best(claim.text, (APPROVED, CONTESTED))
        if best is None or self._spares(best, claim):
            return begun[0] if begun else None
        if facts.many_valued(best.subject, best.attribute, claim.text) and best not in begun:
            return None
        return best

    def _spares(self, known: Memory, claim: Claim) -> bool:
        """Whether a correction leaves this alone: it tells of another thing, and that isn't what is put right."""
        if not apart(known.text, claim.text):
            return self._was_of_another(known)
        values = [facts.value_of(text) for text in (known.text, claim.text)]
        return not (_PUTS_RIGHT.match(self.context.source_text) and values[0] == values[1] != "")

    def _near(self, text: str) -> list[Memory]:
        return nearest(self.rows.db, text, self.context.speaker, self.rows.now)

    def _whole(self, memories: Sequence[Memory]) -> list[Memory]:
        """These, each with all that it is in an open conflict with."""
        members = {member.id: member for one in memories for member in self._members(one)}
        return list(members.values())

    def _telling_otherwise(self, text: str, near: Sequence[Memory]) -> list[Memory]:
        """What tells of what the sentence by itself is about, whatever either was tagged as.

        Where that can be many things it is the same sentence with another number: "you have two cats".
        """
        about = facts.subject_and_attribute(text, ())
        if facts.many_valued(*about, text):
            return [one for one in near if _differ_in_numbers(one.text, text)]
        known = [
            one
            for each in facts.ways_to_name(*about, text)
            for one in telling_of(self.rows, self.context.speaker, *map(key, each))
        ]
        return [one for one in known if facts.relation(one.text, text, *about) is not Relation.UNRELATED]

    def _reflect(self, op: Reflect) -> Outcome:
        claim = Claim(
            op, self._dated(op.content), "episodic", "", "", "reflection", UNTRUSTED_CONFIDENCE,
            "A thought of Lila's own; it becomes a memory if you approve it.",
        )  # fmt: skip
        return self._pend(claim)

    # ---- building blocks -----------------------------------------------------------------------------

    def _refusal(self, op: Op, content: str, namespace: str) -> Outcome | None:
        if namespace == "contested":
            return _refused(op, "Nothing is stored as contested directly; the store decides that.")
        if len(content) > MAX_TEXT_CHARS:
            return _refused(op, f"A memory holds at most {MAX_TEXT_CHARS} characters. Say it shorter.")
        if not provenance.holds_claim(content):
            return _refused(op, "That states nothing to remember.")
        nothing = provenance.states_nothing(self.context.source_text) if self.context.trusted else None
        return _refused(op, nothing) if nothing else None

    def _claim(self, op: Op, also_known: Sequence[str], text: str = "", like: Memory | None = None) -> Claim:
        """The claim of an operation; `like` is the memory that it takes subject, attribute and namespace from."""
        content = text or op.content  # type: ignore[union-attr]
        tags = op.tags if isinstance(op, Store | Consolidate | Episode) else ()
        subject, attribute = facts.subject_and_attribute(content, tags)
        if like is not None:
            subject, attribute = like.subject, like.attribute
        doubt = self._doubt(content, also_known)
        stated = op.confidence if isinstance(op, Store | Consolidate | Episode) else 0.9
        home = like.home if like else getattr(op, "namespace", "personal")
        return Claim(
            op, self._dated(content), home, subject, attribute,
            "episode" if isinstance(op, Episode) else "fact",
            min(stated, UNTRUSTED_CONFIDENCE) if doubt else stated, doubt,
        )  # fmt: skip

    def _doubt(self, content: str, also_known: Sequence[str]) -> str:
        if not self.context.trusted:
            return "This didn't come from you, so it waits for your approval."
        support = [self.context.source_text, *self.context.recent, *also_known]
        missing = provenance.unsupported(content, support)
        if missing:
            return f"You didn't say this yourself ({', '.join(missing[:5])}), so it waits for your approval."
        return ""

    def _values(self, claim: Claim, state: str, reason: str = "") -> dict[str, object]:
        said_at = self.context.said_at or self.rows.now
        heard = [*self.context.recent[-neighbours.TURNS :], self.context.source_text]
        around = [neighbours.line_of(text) for text in heard] if self.context.trusted else []
        return {
            "text": claim.text, "namespace": claim.namespace, "home": claim.namespace, "subject": claim.subject,
            "attribute": claim.attribute, "kind": claim.kind, "owner": self.context.speaker,
            "audience": json.dumps(list(self.context.audience)), "source_turn": self.context.turn_id,
            "source_text": self.context.source_text, "context": "\n".join(around), "learned_at": said_at,
            "valid_from": said_at, "valid_to": None, "confidence": claim.confidence, "uses": 0, "repeats": 0,
            "used_at": self.rows.now, "state": state, "reason": reason, "superseded_by": None, "conflict": None,
        }  # fmt: skip

    def _dated(self, text: str) -> str:
        return when.resolve(" ".join(text.split()), self._today()).rstrip(".! ")

    def _today(self) -> date:
        return datetime.fromtimestamp(
            self.context.said_at or self.rows.now
        ).date()  # the house's own time zone

    def _same_text(self, text: str, states: Sequence[str]) -> list[Memory]:
        marks = ", ".join("?" * len(states))
        return self.rows.find(
            f"owner = ? AND text_key = ? AND state IN ({marks})",
            [self.context.speaker, text_key(text), *states],
        )

    def _related(self, claim: Claim) -> Related:
        return related(self.rows, self.context.speaker, claim.subject, claim.attribute, claim.text)

    def _best(self, text: str, states: tuple[str, ...]) -> Memory | None:
        exact = self._same_text(self._dated(text), states) or self._same_text(text, states)
        if exact:
            return exact[0]
        close = nearest(self.rows.db, text, self.context.speaker, self.rows.now, states)
        best = max(close, key=lambda one: facts.similarity(one.text, text), default=None)
        return best if best and facts.similarity(best.text, text) >= SIMILAR_ENOUGH else None


def contest(rows: Rows, against: Sequence[Memory]) -> int:
    """Put memories in doubt that a claim disagrees with; returns the number of the conflict, for the claim to share."""
    number = min(one.conflict or one.id for one in against)
    for one in against:
        rows.update(one.id, "contested", **contested_as(number), used_at=rows.now)
    return number


def contested_as(conflict: int) -> dict[str, object]:
    """How a memory stands that another one disagrees with."""
    reason = "Another claim disagrees."
    return {"state": CONTESTED, "namespace": "contested", "conflict": conflict, "reason": reason}


def supersede(rows: Rows, old: Sequence[Memory], winner: int) -> None:
    """What held until now is kept with the time that it held."""
    for one in old:
        rows.update(
            one.id, "superseded", state=SUPERSEDED, namespace=one.home, valid_to=rows.now,
            superseded_by=winner, conflict=None, reason="",
        )  # fmt: skip


def settle(rows: Rows, winner: Memory, members: Sequence[Memory]) -> None:
    """Promote one contested memory and supersede the others."""
    rows.update(
        winner.id, "resolved", state=APPROVED, namespace=winner.home, conflict=None, reason="", valid_to=None,
        confidence=fading.strengthened(winner.confidence), used_at=rows.now,
    )  # fmt: skip
    supersede(rows, [one for one in members if one.id != winner.id], winner.id)


def question(members: Sequence[Memory]) -> str:
    """What to ask about claims that disagree."""
    return facts.question([one.text for one in members], members[0].subject, members[0].attribute)


def _begin_alike(one: str, other: str) -> bool:
    """Whether two sentences are the same up to the words that the shorter ends with: "you gave the key to …"."""
    pair = [words(one), words(other)]
    shared = next((at for at, (a, b) in enumerate(zip(*pair, strict=False)) if a != b), 0)
    return shared >= max(ALIKE_AT_LEAST, min(map(len, pair)) - LAST_WORDS)


def _differ_in_numbers(one: str, other: str) -> bool:
    """Whether two sentences are the same but for their numbers."""
    shapes = [["#" if word.isdigit() else word for word in words(text)] for text in (one, other)]
    return shapes[0] == shapes[1] and words(one) != words(other)


def _relation(known: Memory, claim: Claim) -> Relation:
    return facts.relation(known.text, claim.text, claim.subject, claim.attribute)


def _meant(resolution: str, members: Sequence[Memory]) -> Memory | None:
    """The claim that a resolution names: the same sentence, the same value, or one value alone."""
    for one in members:
        if text_key(one.text) == text_key(resolution):
            return one
    for one in members:
        if facts.relation(one.text, resolution, one.subject, one.attribute) is Relation.SAME:
            return one
    wanted = set(content_stems(resolution))
    holding = [one for one in members if wanted and wanted <= set(content_stems(one.text))]
    return holding[0] if len(holding) == 1 else None


def _sentence(text: str) -> str:
    return re.sub(r"^\w", lambda match: match[0].upper(), text) + "."


def _refused(op: Op, reason: str) -> Outcome:
    return Outcome(op, "refused", (), reason)
