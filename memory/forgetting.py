"""Forgetting: the words go, from the row, the index, the history, and from what other memories quoted.

A tombstone (a number and the state) remains, so that numbers are never given out twice and what was trained on a memory
can be told. What a request means must be plain: if it fits unlike memories, or none, nothing is forgotten and the
message says what to say instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from memory.errors import NotFound
from memory.grammar import Forget
from memory.model import APPROVED, CONTESTED, FORGOTTEN, SUPERSEDED, Memory, Outcome
from memory.recall import Filter, query_words, ranked
from memory.rows import Rows, changes
from memory.words import key, stem, stems, word_set

ANY_STATE = ("pending", "approved", "superseded", "contested")
_SHOWN = 4
_KIN = frozenset(
    map(
        stem,
        word_set(
            """sister brother mother father mum mom dad daughter son wife husband partner friend boss colleague
            neighbour neighbor aunt uncle cousin grandma grandpa grandmother grandfather dog cat teacher doctor"""
        ),
    )
)


def forget(rows: Rows, op: Forget, speaker: str | None) -> Outcome:
    """Forget by number or by description; `speaker` None may forget anyone's."""
    if op.id is not None:
        return _by_number(rows, op, op.id, speaker)
    query = op.query or ""
    chosen, refusal = _choose(rows, query, speaker)
    if refusal:
        return Outcome(op, "refused", (), refusal)
    return _erase(rows, op, chosen)


def _by_number(rows: Rows, op: Forget, number: int, speaker: str | None) -> Outcome:
    try:
        memory = rows.get(number)
    except NotFound as error:
        return Outcome(op, "refused", (), str(error))
    if memory.state == FORGOTTEN:
        return Outcome(op, "refused", (), f"Memory {number} is forgotten already.")
    if speaker is not None and memory.owner != speaker:
        return Outcome(op, "refused", (), f"Memory {number} belongs to someone else.")
    return _erase(rows, op, [memory])


def _choose(rows: Rows, query: str, speaker: str | None) -> tuple[list[Memory], str]:
    wanted = {stem(word) for word in query_words(query)}
    if not wanted:
        return [], "Say what to forget, for example: forget my door code."
    hits = ranked(rows.db, query_words(query), Filter(ANY_STATE), 200, rows.now)
    near = [memory for memory, _, _ in hits if speaker is None or memory.owner == speaker]
    full = [memory for memory in near if wanted <= _stems(memory)]
    if not full:
        return [], _nothing(query, near)
    for choose in (_named_exactly, _about_subject):
        if chosen := choose(full, wanted):
            return chosen, ""
    if len({_topic(memory) for memory in full}) == 1:
        return full, ""
    return [], f"That fits different memories: {_listed(full)}. Say which one, or give its number."


def _named_exactly(full: Sequence[Memory], wanted: set[str]) -> list[Memory]:
    """The ones whose attribute, or subject and attribute, is what was asked for; the person's own first."""
    exact = [
        memory
        for memory in full
        if memory.attribute and wanted in (set(stems(memory.attribute)), set(stems(_tags(memory))) - {"you"})
    ]
    own = [memory for memory in exact if key(memory.subject) == "you"]
    chosen = own or exact
    return chosen if len({_topic(memory) for memory in chosen}) == 1 else []


def _about_subject(full: Sequence[Memory], wanted: set[str]) -> list[Memory]:
    """Everything about a person or a thing that was asked for by its name."""
    about = [memory for memory in full if memory.subject and _is_named(set(stems(memory.subject)), wanted)]
    return list(full) if about and len(about) == len(full) else about


def _is_named(subject: set[str], wanted: set[str]) -> bool:
    """Whether the subject is what was asked for, but for how it is related: "sister Anna" is Anna."""
    return wanted <= subject and subject - wanted <= _KIN


def _nothing(query: str, near: Sequence[Memory]) -> str:
    live = [memory for memory in near if memory.state in (APPROVED, CONTESTED)]
    if not live:
        return "I don't have anything like that to forget."
    return f"I don't have exactly that. The closest: {_listed(live)}. Say which one, or give its number."


def _listed(memories: Sequence[Memory]) -> str:
    live = [one for one in memories if one.state != SUPERSEDED] or list(memories)
    shown = "; ".join(f"[{one.id}] {one.text}" for one in live[:_SHOWN])
    return shown if len(live) <= _SHOWN else f"{shown}; and {len(live) - _SHOWN} more"


def _tags(memory: Memory) -> str:
    return f"{memory.subject} {memory.attribute}"


def _stems(memory: Memory) -> set[str]:
    return {stem(word) for word in query_words(f"{memory.text} {_tags(memory)}")}


def _topic(memory: Memory) -> tuple[str, str]:
    return (key(memory.subject), key(memory.attribute)) if memory.attribute else ("", memory.text)


def _erase(rows: Rows, op: Forget, chosen: Sequence[Memory]) -> Outcome:
    doomed = _with_versions(rows, chosen)
    turns = _turns(rows, doomed)
    left_alone = {one.conflict for one in doomed if one.conflict is not None}
    for one in doomed:
        rows.erase(one.id)
    _redact_quotes(rows, doomed)
    for number in left_alone:
        _reconcile(rows, number)
    return Outcome(op, "forgotten", tuple(one.id for one in doomed), "I've forgotten it.", turns=turns)


def _turns(rows: Rows, doomed: Sequence[Memory]) -> tuple[str, ...]:
    """Every turn in which one of these memories was said, repeated, or changed."""
    said = [one.source_turn for one in doomed]
    said += [change.turn for one in doomed for change in changes(rows.db, "memory = ?", [one.id])]
    return tuple(dict.fromkeys(turn for turn in said if turn))


def _with_versions(rows: Rows, chosen: Sequence[Memory]) -> list[Memory]:
    """The memories with all that they superseded, back to the first version."""
    doomed = {one.id: one for one in chosen}
    queue = list(doomed)
    while queue:
        older = rows.find("superseded_by = ? AND state != ?", [queue.pop(), FORGOTTEN])
        for one in older:
            if one.id not in doomed:
                doomed[one.id] = one
                queue.append(one.id)
    return list(doomed.values())


def _redact_quotes(rows: Rows, doomed: Sequence[Memory]) -> None:
    """Remove the forgotten words where other memories carry them: as their source, or as what was said around."""
    spoken = [
        " ".join(text.split()) for one in doomed for text in (one.source_text, one.text) if text.strip()
    ]
    turns = {one.source_turn for one in doomed if one.source_turn}
    for row in rows.db.execute("SELECT id, source_turn, source_text, context FROM memories").fetchall():
        same_turn = row["source_turn"] in turns
        source = "" if same_turn or _quotes(row["source_text"], spoken) else row["source_text"]
        kept = [line for line in row["context"].split("\n") if not _quotes(line, spoken)]
        context = "" if same_turn else "\n".join(kept)
        if (source, context) != (row["source_text"], row["context"]):
            rows.redact(row["id"], source, context)


def _quotes(line: str, spoken: Sequence[str]) -> bool:
    """Whether a line holds what was said, or is the beginning of it (what is kept around is cut short)."""
    folded = " ".join(line.split())
    return bool(folded) and any(text in folded or text.startswith(folded) for text in spoken)


def _reconcile(rows: Rows, number: int) -> None:
    """When only one side of a disagreement is left, it holds again."""
    left = rows.find("conflict = ? AND state = ?", [number, CONTESTED])
    if len(left) == 1:
        rows.update(
            left[0].id, "resolved", state=APPROVED, namespace=left[0].home, conflict=None, reason="",
            used_at=rows.now,
        )  # fmt: skip
