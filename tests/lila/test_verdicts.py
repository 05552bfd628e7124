"""What Lila says where the store saw an operation otherwise than the model did."""

from __future__ import annotations

import pytest

from lila.verdicts import verdict_of
from memory.grammar import Consolidate
from memory.model import Outcome

MEND = Consolidate("your boiler was serviced on the 5th", "schedule", ("boiler", "service"))


@pytest.mark.parametrize(
    ("fate", "message", "said"),
    [
        (
            "applied",
            "Noted: your boiler was serviced on the 5th.",
            "Noted: your boiler was serviced on the 5th.",
        ),
        ("superseded", "Updated: your boiler was serviced on the 5th.", None),
    ],
)
def test_an_update_of_nothing_is_no_update(fate: str, message: str, said: str | None) -> None:
    outcome = Outcome(MEND, fate, (1,), message, "schedule")
    assert verdict_of(MEND, outcome).reply == said
