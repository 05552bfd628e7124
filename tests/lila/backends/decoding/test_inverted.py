"""Lines that begin with what they tell, put straight."""

from __future__ import annotations

import pytest

from lila.backends.decoding.contradiction import opposed
from lila.backends.decoding.inverted import put_straight


@pytest.mark.parametrize(
    ("line", "straight"),
    [
        ("behind the boiler is where the spanner is", "the spanner is behind the boiler"),
        ("the 8th of May is when your exam is", "your exam is the 8th of May"),
        ("Leeds is where Ada lives", "Ada lives is Leeds"),
        ("on Monday at 7 you have a picnic", "you have a picnic on Monday at 7"),
        ("every other Friday the bin goes out", "the bin goes out every other Friday"),
        ("your aunt is ill", "your aunt is ill"),
        ("on Friday", "on Friday"),
    ],
)
def test_the_thing_comes_first(line: str, straight: str) -> None:
    assert put_straight(line) == straight


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("the spanner is in the cool bag", "behind the boiler is where the spanner is"),
        ("I have a picnic on the eleventh", "on Monday at 7 you have a picnic"),
    ],
)
def test_a_line_told_backwards_may_be_contradicted(said: str, line: str) -> None:
    assert opposed(said, "", "", [line]).old == [line]
