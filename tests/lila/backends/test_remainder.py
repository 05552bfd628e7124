"""Whether another fact is to be expected behind those that were stored."""

from __future__ import annotations

import pytest

from lila.backends.remainder import more_to_come


@pytest.mark.parametrize(
    ("said", "contents", "more"),
    [
        ("my pin is 2209 and my sister lives in Kirn", ["your pin is 2209"], True),
        (
            "my pin is 2209 and my sister lives in Kirn",
            ["your pin is 2209", "your sister lives in Kirn"],
            False,
        ),
        ("I'm 52 and I work as a baker", ["you're 52"], True),
        ("I'm 52 and I work as a baker", ["you work as a baker"], False),
        ("her birthday is on the 5th", ["Ada's birthday is on the 5th"], False),
        ("my pin is 2209, can you remember that", ["your pin is 2209"], None),
        ("my pin is 2209, please remember it", ["your pin is 2209"], None),
        ("on Friday", ["the lesson is on Tuesday"], None),
        ("my pin is 2209", [], None),
    ],
)
def test_more_to_come(said: str, contents: list[str], more: bool | None) -> None:
    assert more_to_come(said.split(), contents) is more
