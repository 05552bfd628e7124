"""What speaks against a fact where its beginning was taken from elsewhere."""

from __future__ import annotations

import pytest

from lila.backends.decoding.costs import ILL_FORMED
from lila.backends.decoding.seams import joins_ill, loses_its_object, makes_weather
from tests.support.doubting import doubts


@pytest.mark.parametrize(
    ("said", "content", "wrong"),
    [
        ("my aunt bea who paints comes from Ghent", "your aunt bea comes from Ghent", "your aunt bea from Ghent"),
        ("my aunt bea who is ill turns in at ten", "your aunt bea turns in at ten", "your aunt bea in at ten"),
        ("my aunt rides a van and sings alto", "your aunt sings alto", "your aunt rides sings alto"),
        ("bea is ill plus her nickname is Bo", "bea's nickname is Bo", "bea nickname is Bo"),
        ("bea is ill as of today: her spouse is bo", "bea's spouse is bo", "bea spouse is bo"),
        ("my aunt is bea and luckily her bus is red", "your aunt's bus is red", "your aunt luckily her bus is red"),
    ],
)  # fmt: skip
def test_both_sides_of_a_seam_belong_together(said: str, content: str, wrong: str) -> None:
    assert joins_ill(wrong.split(), said.split())
    assert not joins_ill(content.split(), said.split())
    assert doubts(wrong, said) <= ILL_FORMED


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("my aunt Bea who paints grew to 160 cm", "your aunt Bea grew to 160 cm"),
        ("the party is on Tuesday no actually this Friday", "the party is this Friday"),
        ("I have known her since school", "you have known Bea since school"),
        ("my boss has a dog and sings alto", "your boss sings alto"),
        ("my aunt Bea who is ill really likes figs", "your aunt Bea really likes figs"),
    ],
)
def test_what_belongs_together_is_left_as_it_is(said: str, content: str) -> None:
    assert not joins_ill(content.split(), said.split())


def test_what_is_done_to_it_is_not_lost() -> None:
    said = "the shed is red and I inherited it from Bea"
    assert loses_its_object(["you", "inherited", "from", "Bea"], said.split())
    assert not loses_its_object(["you", "inherited", "the", "shed", "from", "Bea"], said.split())
    assert doubts("you inherited from Bea", said, "the shed is red") <= ILL_FORMED
    assert not loses_its_object(
        ["your", "cat", "hates", "figs"], ["I", "have", "a", "cat.", "It", "hates", "figs"]
    )
    assert not loses_its_object(
        ["your", "cat", "hates", "figs"], ["I", "have", "a", "cat", "it", "hates", "figs"]
    )


@pytest.mark.parametrize("said", ["it's raining again", "It is snowing!", "its really windy"])
def test_nobody_rains(said: str) -> None:
    content = "your mum is " + said.rstrip("!").split()[-1 if "again" not in said else -2]
    assert makes_weather(content.split(), said.split())
    assert doubts(content, said, exchange="my mum sings") <= ILL_FORMED
    assert not makes_weather(["it", *said.split()[1:]], said.split())
    assert not makes_weather(["your", "umbrella", "is", "windy"], ["my", "umbrella", "is", "windy"])
