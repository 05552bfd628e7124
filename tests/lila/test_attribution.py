"""Attribution: a memory counts as used only if the reply holds what only it could give."""

from __future__ import annotations

import pytest

from lila.attribution import used_memories
from lila.events import RecalledMemory

LESSON = RecalledMemory(1, "schedule", "the swimming lesson is on Thursday at 4:30 pm", 0.9)
CODE = RecalledMemory(2, "personal", "your door code is 9917", 0.8)
ANNA = RecalledMemory(3, "personal", "your sister Anna lives in Bergen", 0.7)
ALL = (LESSON, CODE, ANNA)


@pytest.mark.parametrize(
    ("question", "reply", "used"),
    [
        ("when is the swimming lesson?", "On Thursday at 4:30 pm.", (1,)),
        ("what is my door code?", "Your door code is 9917.", (2,)),
        ("where does Anna live?", "Your sister Anna lives in Bergen.", (3,)),
        ("what is my name?", "I don't know that yet. Tell me, and I'll remember it.", ()),
        ("hello", "Hello! It's good to hear you.", ()),
        ("tell me both", "Your door code is 9917. Anna lives in Bergen.", (3, 2)),
        ("is my door code 9917?", "Yes.", ()),
    ],
)
def test_used(question: str, reply: str, used: tuple[int, ...]) -> None:
    assert set(used_memories(reply, question, ALL)) == set(used)


def test_nothing_recalled_is_nothing_used() -> None:
    assert used_memories("Your door code is 9917.", "what is my door code?", ()) == ()
