"""Letters beyond ASCII are written only as they were given."""

from __future__ import annotations

import pytest

from lila.backends.decoding.letters import misspelling

GIVEN = ("Hạnh's drill is a Makita", "Zoë's drill is brown")
LETTER = "ạ".encode()


@pytest.mark.parametrize(
    ("written", "piece", "may"),
    [
        (b"for H", LETTER[:1], True),
        (b"for H" + LETTER[:1], LETTER[1:2], True),
        (b"for H" + LETTER[:1], "é".encode()[1:], False),
        (b"for H" + LETTER[:1], b"n", False),
        (b"for", b" H" + LETTER, True),
        (b"for", b" Z" + LETTER, False),
        ("for Hạnh".encode(), b"'s", True),
        ("for Hạnh's".encode(), b" drill", True),
        ("for Hạnh's".encode(), b"y", False),
        ("for Hạ".encode(), b" drill", False),
        (b"for my drill", b" and", True),
        (b"for my ca", "fé".encode(), False),
    ],
)
def test_a_letter_comes_as_it_was_given(written: bytes, piece: bytes, may: bool) -> None:
    assert list(misspelling(written, GIVEN, [(7, piece)])) == ([] if may else [7])
