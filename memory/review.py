"""What a person does with their memories: approve, edit, undo, look at open conflicts.

A person's decision outweighs everything, but it never overwrites silently: approving hearsay that disagrees with what
is approved opens a conflict first.
"""

from __future__ import annotations

from memory import facts, provenance
from memory.errors import NotAllowed, NotFound
from memory.facts import Relation, as_lila_says
from memory.grammar import Store
from memory.model import (
    APPROVED,
    CONTESTED,
    FORGOTTEN,
    SUPERSEDED,
    Memory,
    OpenConflict,
    Outcome,
)
from memory.ops import MAX_TEXT_CHARS, contest, contested_as, question, settle, supersede
from memory.related import contradicted, related
from memory.rows import FIELDS, Rows, changes
from memory.told import UNTOLD, told_keys

_KEPT_ON_UNDO = frozenset({"uses", "used_at", "context"})


def approve(rows: Rows, memory_id: int) -> Outcome:
    """Make a pending memory the person's own, or decide a conflict for this one."""
    memory = rows.get(memory_id)
    op = Store(memory.text or "forgotten", memory.home)
    match memory.state:
        case "pending":
            return _approve_pending(rows, op, memory)
        case "contested":
            members = rows.find("conflict = ? AND state = ?", [memory.conflict, CONTESTED])
            settle(rows, memory, members)
            others = tuple(one.id for one in members if one.id != memory.id)
            return Outcome(op, "resolved", (memory.id, *others), "That settles it.", memory.home)
        case "approved":
            return Outcome(op, "applied", (memory.id,), "It was approved already.", memory.namespace)
    why = "is forgotten" if memory.state == FORGOTTEN else f"was replaced by memory {memory.superseded_by}"
    raise NotAllowed(f"Memory {memory_id} {why}, so it can't be approved. Add it anew if it is true.")


def _approve_pending(rows: Rows, op: Store, memory: Memory) -> Outcome:
    if memory.kind == "fact":
        against = contradicted(rows, memory.owner, memory.subject, memory.attribute, memory.text)
        if against:
            return _contest(rows, op, memory, against)
    rows.update(memory.id, "approved", state=APPROVED, reason="", used_at=rows.now)
    return Outcome(op, "applied", (memory.id,), f"Approved: {memory.text}.", memory.home)


def _contest(rows: Rows, op: Store, memory: Memory, against: list[Memory]) -> Outcome:
    number = contest(rows, against)
    rows.update(memory.id, "contested", **contested_as(number), used_at=rows.now)
    members = rows.find("conflict = ? AND state = ?", [number, CONTESTED])
    ids = tuple(one.id for one in members)
    return Outcome(op, "contested", ids, f"{question(members)} Approve the right one.", "contested")


def edit(rows: Rows, memory_id: int, text: str, version: int | None) -> Memory:
    """Change the wording; what a person wrote themselves is approved. `version` guards against a lost update.

    The new words meet what else is known as a new claim would: with another value for one thing both become contested,
    what they say more fully than another memory replaces it, and what is on record already is refused.
    """
    memory = rows.get(memory_id)
    if memory.state in (FORGOTTEN, SUPERSEDED):
        raise NotAllowed(f"Memory {memory_id} is {memory.state} and can't be edited. Add it anew.")
    wording = _wording(text)
    subject, attribute = _about(memory, wording)
    stands = _others(rows, memory, subject, attribute, wording)
    same = [one for one, how in stands if how in (Relation.SAME, Relation.COVERED)]
    if same:
        raise NotAllowed(
            f"Memory {same[0].id} says that already: {same[0].text}. Keep that one, and forget memory {memory_id}."
        )
    against = [one for one, how in stands if how is Relation.CONTRADICTS]
    old = [one for one, how in stands if how is Relation.REFINES]
    if facts.tells_of_a_move(wording):
        old, against = [*old, *against], []
    changed = {"text": wording, "subject": subject, "attribute": attribute, "used_at": rows.now}
    place = contested_as(contest(rows, against)) if against else _settled(memory)
    rows.change(memory_id, "edited", {**changed, **place}, version)
    if not against:
        supersede(rows, old, memory_id)
    _release(rows, memory)
    return rows.get(memory_id)


def _wording(text: str) -> str:
    """The person's words as a memory is worded; raises `NotAllowed` where they state nothing."""
    wording = as_lila_says(text)
    if not wording:
        raise NotAllowed("A memory needs words. To remove it, forget it.")
    if len(wording) > MAX_TEXT_CHARS:
        raise NotAllowed(f"A memory holds at most {MAX_TEXT_CHARS} characters. Say it shorter.")
    if not provenance.holds_claim(wording) or provenance.states_nothing(text):
        raise NotAllowed("That states nothing to remember. Give the whole sentence as it should be.")
    return wording


def _about(memory: Memory, wording: str) -> tuple[str, str]:
    """What the new words are about: what the old ones were, where both sentences tell of the same."""
    if told_keys(memory.text) == told_keys(wording) != UNTOLD:
        return memory.subject, memory.attribute
    return facts.subject_and_attribute(wording, ())


def _others(
    rows: Rows, memory: Memory, subject: str, attribute: str, wording: str
) -> list[tuple[Memory, Relation]]:
    """How the new words stand to whatever else is known of what they are about."""
    if memory.kind != "fact":
        return []
    found = related(rows, memory.owner, subject, attribute, wording)
    return [each for number, each in found.items() if number != memory.id]


def _settled(memory: Memory) -> dict[str, object]:
    """How a memory stands that nothing disagrees with."""
    return {"state": APPROVED, "reason": "", "conflict": None, "namespace": memory.home}


def _release(rows: Rows, memory: Memory) -> None:
    """What disagreed with nothing but this memory's old words is no longer contested."""
    left = rows.find("conflict = ? AND state = ?", [memory.conflict, CONTESTED])
    if len(left) == 1:
        rows.update(left[0].id, "released", **_settled(left[0]))


def conflicts(rows: Rows, speaker: str | None) -> list[OpenConflict]:
    """The disagreements that wait for a decision, oldest first."""
    contested = rows.find("state = ? AND (? IS NULL OR owner = ?)", [CONTESTED, speaker, speaker])
    groups: dict[int, list[Memory]] = {}
    for memory in contested:
        groups.setdefault(memory.conflict or memory.id, []).append(memory)
    return [
        OpenConflict(number, tuple(members), question(members) if len(members) > 1 else members[0].text)
        for number, members in sorted(groups.items())
    ]


def undo(rows: Rows, group: int | None) -> list[Memory]:
    """Take back the last operation, or the one with this number; raises `NotAllowed` when that isn't possible."""
    if group is None:
        latest = changes(rows.db, "undone = 0 AND action != 'undone'", [])
        if not latest:
            raise NotAllowed("There is nothing to undo.")
        group = latest[-1].group
    entries = changes(rows.db, "change_group = ?", [group])
    if not entries:
        raise NotFound(f"There is no change {group}. The history lists their numbers.")
    for entry in entries:
        if entry.action == "undone" or entry.undone:
            raise NotAllowed("This was undone already.")
        if entry.before is None and entry.after is None:
            raise NotAllowed(
                "Forgetting is real: the words are gone, so it can't be undone. Tell me again instead."
            )
        now = rows.snapshot(entry.memory)
        last = [one for one in entries if one.memory == entry.memory][-1]
        if any(now[name] != (last.after or {}).get(name) for name in FIELDS if name not in _KEPT_ON_UNDO):
            raise NotAllowed(f"Memory {entry.memory} was changed since. Undo the later change first.")
    for entry in reversed(entries):
        if entry.before is None:
            rows.update(entry.memory, "undone", state=SUPERSEDED, valid_to=rows.now, conflict=None, reason="undone",
                        namespace=str((entry.after or {})["home"]))  # fmt: skip
        else:
            restored = {name: value for name, value in entry.before.items() if name not in _KEPT_ON_UNDO}
            rows.change(entry.memory, "undone", restored)
    rows.db.execute("UPDATE history SET undone = 1 WHERE change_group = ?", [group])
    return [rows.get(number) for number in dict.fromkeys(entry.memory for entry in entries)]
