"""Words are kept whole on any screen, however the text comes, and none of it steers the terminal."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.terminal.layout import Flow, columns_of, harmless, wrapped

TEXT = st.text(st.sampled_from("ab ü漢\n"), max_size=200)


def laid(pieces: list[str], width: int, indent: int = 0) -> str:
    flow = Flow(width, indent)
    return "".join(map(flow.feed, pieces)) + flow.rest()


def test_a_word_that_does_not_fit_begins_the_next_line() -> None:
    text = "one two three four five six seven"
    assert laid([text], 30, 2) == "one two three four five six\n  seven"
    assert laid([text], 80) == text


def test_a_word_is_shown_when_it_is_over() -> None:
    flow = Flow(40)
    assert (flow.feed("on"), flow.feed("e t"), flow.feed("wo"), flow.rest()) == ("", "one", "", " two")


@given(TEXT, st.lists(st.integers(0, 200), max_size=6), st.integers(24, 60))
def test_however_it_is_cut_it_looks_the_same(text: str, cuts: list[int], width: int) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]
    whole = laid([text], width)
    assert laid(pieces, width) == whole
    assert whole.split() == text.split()
    for line in whole.split("\n"):
        assert columns_of(line) <= width or len(line.split()) == 1


def test_a_line_without_spaces_is_not_waited_for() -> None:
    flow = Flow(20)
    assert [flow.feed(each) for each in ("a ", "x" * 15, "x" * 10, "yy", "zz b", " ")] == [
        "a",
        "",
        "\n" + "x" * 25,
        "yy",
        "zz",
        "\nb",
    ]


def test_lines_and_their_indentation_stay() -> None:
    assert laid(["a\n\n    b  c \nd"], 40) == "a\n\n    b  c\nd"


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert (columns_of("漢字"), columns_of("e\u0301"), columns_of("ü")) == (4, 1, 1)
    assert laid(["漢字 " * 8], 20) == "\n".join(["漢字 漢字 漢字 漢字"] * 2)


@pytest.mark.parametrize("text", ["\x1b[2J", "\x07", "\r", "\x9b2J", "\x00", "a\u202eb", "\x7f"])
def test_what_a_terminal_obeys_is_shown_and_not_obeyed(text: str) -> None:
    assert "·" in harmless(text)
    assert not set(harmless(text)) & set("\x1b\x07\r\x9b\x00\u202e\x7f")
    assert harmless("two\nlines\t") == "two\nlines\t"


def test_a_wrapped_line_hangs() -> None:
    line = "   memory 1 (schedule): the swimming lesson is on Thursday"
    assert wrapped(line, 40, 5) == "   memory 1 (schedule): the swimming\n     lesson is on Thursday"
    assert wrapped(line, 80, 5) == line
