"""Sentences: whole ones, as soon as they are whole, the same for any split of the stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.sentences import MAX_CHARS, SentenceSplitter


def cut(text: str, *, pieces: list[int] | None = None) -> list[str]:
    splitter = SentenceSplitter()
    found: list[str] = []
    start = 0
    for length in pieces or [len(text)]:
        found += splitter.feed(text[start : start + length])
        start += length
    return [*found, *splitter.feed(text[start:]), *splitter.finish()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I had 4821. Which is right?", ["I had 4821.", "Which is right?"]),
        ("It costs 3.50 today. Fine!", ["It costs 3.50 today.", "Fine!"]),
        ("At 4 p.m. on Thursday.", ["At 4 p.m. on Thursday."]),
        ("Dr. Miller called. J. Smith too.", ["Dr. Miller called.", "J. Smith too."]),
        ('He said "Stop!" Then he left.', ['He said "Stop!"', "Then he left."]),
        ("One\ntwo\n\nthree", ["One", "two", "three"]),
        ("So am I. You too.", ["So am I.", "You too."]),
        ("  ", []),
        ("No end", ["No end"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_sentence_comes_when_the_next_begins() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("Yes. ") == []
    assert splitter.feed("A") == ["Yes."]


def test_a_stretch_without_end_is_cut() -> None:
    parts = cut("word, " * 300)
    assert all(len(part) <= MAX_CHARS for part in parts[:-1])
    assert len(parts) > 3


@given(
    st.text(alphabet='aB.!? \n,"1', max_size=200) | st.text(alphabet="abc ,", min_size=500, max_size=1500),
    st.lists(st.integers(1, 40), max_size=60),
)
def test_any_split_gives_the_same_and_loses_nothing(text: str, pieces: list[int]) -> None:
    assert cut(text, pieces=pieces) == cut(text, pieces=[1] * len(text)) == cut(text)
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_a_stretch_without_a_blank_is_cut_at_the_limit_and_not_letter_by_letter() -> None:
    parts = cut("x" * (MAX_CHARS * 4))
    assert [len(part) for part in parts[:2]] == [MAX_CHARS, MAX_CHARS]
