"""Text streams: nothing half is ever shown, however the bytes were split."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.stream import TextStream


def run(pieces: list[bytes], stops: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    stream = TextStream(stops)
    shown = [stream.push(piece) for piece in pieces]
    return [*shown, stream.finish()], stream.stopped


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


def expected(text: str, stops: tuple[str, ...]) -> tuple[str, bool]:
    """The first stop string to be complete ends the text; of two that end together the longer."""
    for end in range(1, len(text) + 1):
        ended = [stop for stop in stops if text[:end].endswith(stop)]
        if ended:
            return text[: end - max(map(len, ended))], True
    return text, False


def test_a_character_is_shown_whole():
    shown, _ = run([b"\xf0\x9f", b"\x8c", b"\xb1 ok"])
    assert shown == ["", "", "🌱 ok", ""]


def test_a_stop_string_that_spans_tokens_is_never_shown():
    shown, stopped = run([b"Hello <", b"|en", b"d|", b"> more"], ("<|end|>",))
    assert shown == ["Hello ", "", "", "", ""] and stopped


def test_what_only_looked_like_a_stop_string_is_shown():
    shown, stopped = run([b"a <|e", b"ast"], ("<|end|>",))
    assert "".join(shown) == "a <|east" and not stopped
    assert shown[0] == "a "


def test_a_beginning_of_a_stop_string_is_shown_at_the_end():
    assert run([b"wait <|en"], ("<|end|>",)) == (["wait ", "<|en"], False)


def test_nothing_comes_after_a_stop_string():
    stream = TextStream(("STOP",))
    assert stream.push(b"a STOP b") == "a " and stream.stopped
    assert stream.push(b" c") == "" and stream.finish() == ""


def test_a_stop_string_may_overlap_itself():
    assert run([b"aab", b"aabaaab"], ("aabaaab",)) == (["", "aab", ""], True)
    assert run([b"abab", b"abac!"], ("abac",)) == (["ab", "ab", ""], True)


def test_of_several_stop_strings_the_first_to_be_complete_counts():
    assert run([b"xabcd"], ("abcd", "bc")) == (["xa", ""], True)
    assert run([b"xabc"], ("bc", "abc")) == (["x", ""], True)


def test_an_incomplete_character_is_replaced_only_at_the_end():
    stream = TextStream()
    assert stream.push(b"caf\xc3") == "caf"
    assert stream.finish() == "\ufffd"


@pytest.mark.parametrize("stops", [("",), ("ok", "")])
def test_an_empty_stop_string_is_refused(stops):
    with pytest.raises(EngineError, match="1 to 65536"):
        TextStream(stops)


@settings(max_examples=300)
@given(st.binary(max_size=40), st.lists(st.integers(0, 100), max_size=8))
def test_any_bytes_in_any_split_decode_as_unicode_says(data, cuts):
    assert "".join(run(split(data, cuts))[0]) == data.decode("utf-8", "replace")


@settings(max_examples=300)
@given(
    st.text("ab€\n", max_size=30),
    st.lists(st.text("ab€", min_size=1, max_size=5), max_size=3),
    st.lists(st.integers(0, 100), max_size=8),
)
def test_stop_strings_do_not_depend_on_the_split(text, stops, cuts):
    shown, stopped = run(split(text.encode(), cuts), tuple(stops))
    assert ("".join(shown), stopped) == expected(text, tuple(stops))
