"""A wish about how Lila speaks is heard, holds for its conversation, and can be traced to who said it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lila.core import LilaCore
from lila.wishes import KEPT, Wish, wish_of, wished

Boot = Callable[..., LilaCore]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("can you be more direct?", "direct"),
        ("Be more direct.", "direct"),
        ("Lila, could you please be a bit more direct with me", "direct"),
        ("I'd like you to be less wordy", "direct"),
        ("shorter answers, please", "short"),
        ("keep it short", "short"),
        ("please keep your answers brief from now on", "short"),
        ("make your answers shorter", "short"),
        ("could you answer more concise?", "short"),
        ("give me more detail", "detailed"),
        ("can you give me longer answers", "detailed"),
        ("be friendlier", "friendly"),
        ("would you be a little warmer please", "friendly"),
        ("please be gentler", "gentle"),
        ("no more jokes", "serious"),
        ("be more playful", "playful"),
        ("use simpler words", "simple"),
        ("be more formal", "formal"),
        ("be yourself again", "usual"),
        ("talk normally again", "usual"),
    ],
)
def test_what_is_a_wish(said: str, name: str) -> None:
    wish = wish_of(said)
    assert wish is not None and wish.name == name


@pytest.mark.parametrize(
    "said",
    [
        "my sister should be more direct",
        "how can I be more direct?",
        "be more direct and remember that my code is 4821",
        "remember to be friendlier to Tom",
        "I like short answers to long questions",
        "is there a shorter way to the station?",
        "make the list shorter",
        "tell me more about Oslo",
        "give me the details of the trip",
        "I want to be warmer",
        "",
        "direct",
        "no jokes are funnier than hers",
    ],
)
def test_what_is_none(said: str) -> None:
    assert wish_of(said) is None


def test_a_later_wish_replaces_one_of_its_kind_only() -> None:
    direct, short, gentle = Wish("direct", "a"), Wish("short", "b"), Wish("gentle", "c")
    assert wished((direct, short), gentle) == (short, gentle)
    assert wished((direct,), None) == (direct,)
    assert wished((direct, short), Wish("usual", "d")) == ()


def test_it_holds_for_the_conversation_and_why_tells_it(scripted: Boot) -> None:
    core = scripted("Of course.", dialect="taught")
    assert core.think("can you be more direct?").text == "Of course."
    core.think("what is a fjord?")
    line = next(each for each in core.why("default").settings if each.startswith("style"))
    assert 'your words "can you be more direct"' in line
    assert "Be direct" in core.chain.seen[-1].messages[0].content  # type: ignore[attr-defined]
    core.think("what is a fjord?", {"conversation": "another"})
    assert "Be direct" not in core.chain.seen[-1].messages[0].content  # type: ignore[attr-defined]
    core.think("talk normally again")
    assert "Be direct" not in core.chain.seen[-1].messages[0].content  # type: ignore[attr-defined]
    core.think("be more direct")
    core.reset("default")
    core.think("hello")
    assert "Be direct" not in core.chain.seen[-1].messages[0].content  # type: ignore[attr-defined]


def test_the_built_in_model_does_not_promise_what_it_cannot_do(scripted: Boot) -> None:
    core = scripted("Never asked.")
    assert core.think("shorter answers please").text == KEPT
    assert core.chain.seen == []  # type: ignore[attr-defined]
    assert any("shorter answers please" in each for each in core.why("default").settings)
