"""What is forgotten leaves the diary: the turns that said it, changed it, or had it in their prompt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lila.forgetting import redact_forgotten
from memory.grammar import Forget
from memory.model import Outcome
from training_log import Journal, OpRecord, TurnRecord


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    now = datetime.now(UTC)
    with Journal(tmp_path) as journal:
        touched = (OpRecord("store", "block", "strengthened", (7,)),)
        journal.append(TurnRecord("said", "c", "owner", now, "my code is 4821", "Noted."))
        journal.append(TurnRecord("used", "c", "owner", now, "my code?", "4821.", used=(3, 7)))
        journal.append(TurnRecord("again", "c", "owner", now, "it is 4821", "Yes.", ops=touched))
        journal.append(TurnRecord("other", "c", "owner", now, "hello", "Hello.", used=(3,)))
        yield journal


def outcome(fate: str, *ids: int, turns: tuple[str, ...] = ()) -> Outcome:
    return Outcome(Forget(query="code"), fate, ids, "", turns=turns)


def wordless(journal: Journal) -> set[str]:
    return {
        each.record.turn for each in journal.tail(9) if isinstance(each.record, TurnRecord) and each.redacted
    }


def test_turns_that_said_used_or_changed_it_lose_their_words(journal: Journal) -> None:
    turns = redact_forgotten(journal, [outcome("forgotten", 7, turns=("said",))])
    assert set(turns) == wordless(journal) == {"said", "used", "again"}
    assert journal.verify().ok


@pytest.mark.parametrize("fate", ["refused", "applied", "superseded"])
def test_nothing_happens_where_nothing_was_forgotten(journal: Journal, fate: str) -> None:
    assert redact_forgotten(journal, [outcome(fate, 7, turns=("said",))]) == ()
    assert redact_forgotten(journal, []) == ()
    assert len(journal.tail(9)) == 4


def test_a_memory_that_no_turn_knows_redacts_nothing(journal: Journal) -> None:
    assert redact_forgotten(journal, [outcome("forgotten", 99)]) == ()
    assert wordless(journal) == set()
