"""Patterns to automata, against Python's own regular expressions."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.automaton import DEAD, DONE, Automaton, build_automaton
from engine.binding import ERROR_BYTES, error_buffer, ffi, lib
from engine.errors import EngineError

END = "<|end|>"


def accepts(automaton: Automaton, text: bytes, pattern: int = 0) -> bool:
    state = automaton.starts[pattern]
    for byte in text:
        state = int(automaton.transitions[state, automaton.byte_classes[byte]])
        if state == DEAD:
            return False
    return int(automaton.transitions[state, automaton.n_byte_classes]) == DONE


def build(pattern: str) -> Automaton:
    return build_automaton([f"(?:{pattern})<\\|end\\|>"], [END])


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("abc", ["abc"], ["ab", "abcd", ""]),
        ("a|bc|", ["a", "bc", ""], ["abc", "b"]),
        ("a?b*c+", ["c", "abbcc", "bc"], ["ab", "aac"]),
        ("a{2}", ["aa"], ["a", "aaa"]),
        ("a{2,}", ["aa", "aaaa"], ["a"]),
        ("(ab){1,3}", ["ab", "ababab"], ["", "abababab"]),
        ("a{0}b", ["b"], ["ab"]),
        ("a{0,2}", ["", "a", "aa"], ["aaa"]),
        (r"[a-c\]x-]+", ["abc]-x"], ["d", ""]),
        (r'[^"\\\n]*', ["héllo 🌱"], ['a"', "\\", "\n"]),
        (r"\d\w\s\.", ["1_ ."], ["a_ .", "1_ x"]),
        (r"\n\t\x41\u00e9", ["\n\tAé"], ["nt"]),
        (r"[à-ü]", ["é"], ["a", "ÿ"]),
        (".", ["x", "é", "🌱", "\U0010ffff", "\ud7ff", "\ue000"], ["\n", "xy"]),
    ],
)
def test_a_pattern_accepts_what_it_says(pattern, yes, no):
    automaton = build(pattern)
    assert all(accepts(automaton, text.encode()) for text in yes)
    assert not any(accepts(automaton, text.encode()) for text in no)


def test_a_class_never_accepts_half_a_character_or_a_surrogate():
    automaton = build("[^a]")
    for text in (b"\xc3", b"\xa9", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\xaf"):
        assert not accepts(automaton, text)


def test_a_special_token_is_one_letter_and_never_its_bytes():
    automaton = build_automaton([r"<\|x\|>a<\|end\|>"], [END, "<|x|>"])
    state = automaton.transitions[automaton.starts[0], automaton.n_byte_classes + 1]
    assert state >= 0
    assert automaton.transitions[automaton.starts[0], automaton.byte_classes[ord("<")]] == DEAD


def test_patterns_that_share_an_end_share_its_states():
    one = build_automaton([r"a[0-9]{20}<\|end\|>"], [END])
    two = build_automaton([r"a[0-9]{20}<\|end\|>", r"b[0-9]{20}<\|end\|>"], [END])
    assert len(two.transitions) == len(one.transitions) + 1
    assert accepts(two, b"b" + b"1" * 20, 1) and not accepts(two, b"b" + b"1" * 20, 0)


def test_every_state_can_still_complete():
    automaton = build_automaton([r"(a|b(c|[^\s\S]))<\|end\|>".replace(r"[^\s\S]", "c")], [END])
    assert (automaton.transitions != DEAD).any(axis=1).all()


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a", "without its"),
        ("a)", "unmatched"),
        ("[a", "without its"),
        ("a**", "repeat of a repeat"),
        ("*a", "bare"),
        ("a{2,1}", "repeat"),
        ("a{x}", "malformed repeat"),
        ("a{5000}", "within 0"),
        ("^a", "bare"),
        ("(?=a)", "extension"),
        (r"\b", "escape"),
        ("[z-a]", "range"),
        (r"[^\s\S]", "without members"),
        ("((a{1000}){1000})", "states"),
    ],
)
def test_a_malformed_pattern_is_refused_with_the_reason(pattern, says):
    with pytest.raises(EngineError, match=says):
        build(pattern)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [("abc", "plain text"), (r"a<\|end\|>*", "plain text"), (r"<\|end\|>+", "goes on")],
)
def test_a_pattern_must_end_in_a_special_token_and_there_alone(pattern, says):
    with pytest.raises(EngineError, match=says):
        build_automaton([pattern], [END])


ATOMS = st.sampled_from(["a", "b", "é", "[ab]", "[^a]", ".", r"\w", "(a|bé)", "(ab)?"])
PARTS = st.tuples(ATOMS, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,2}", "{0,1}"]))


@settings(max_examples=150)
@given(st.lists(st.lists(PARTS, max_size=4), min_size=1, max_size=3), st.lists(st.text("abé\n", max_size=6)))
def test_automata_agree_with_python(branches, texts):
    pattern = "|".join("".join(f"{atom}{times}" for atom, times in branch) for branch in branches)
    assume("?{" not in pattern and "??" not in pattern and "?*" not in pattern and "?+" not in pattern)
    automaton, reference = build(pattern), re.compile(pattern, re.ASCII)
    for text in [*texts, "", "a", "ab", "bé"]:
        assert accepts(automaton, text.encode()) == bool(reference.fullmatch(text))


WHOLE: dict[str, list[int]] = {
    "edge_at": [0, 2, 2], "edge_low": [0, 256], "edge_high": [255, 256], "edge_to": [0, 1],
    "empty_at": [0, 0, 0], "empty_to": [0], "starts": [0], "ends": [1],
}  # fmt: skip


def create(arrays: dict[str, list[int]], **sizes: int) -> tuple[int, str]:
    kinds = {
        "edge_at": "uint32_t[]",
        "empty_at": "uint32_t[]",
        "edge_low": "uint16_t[]",
        "edge_high": "uint16_t[]",
    }
    kept = {name: ffi.new(kinds.get(name, "int32_t[]"), values) for name, values in arrays.items()}
    numbers = {"n_states": 2, "n_symbols": 1, "n_starts": 1, "max_states": 9} | sizes
    out, err = ffi.new("lila_automaton **"), error_buffer()
    status = lib.lila_automaton_create(ffi.new("lila_nfa *", {**kept, **numbers}), out, err, ERROR_BYTES)
    lib.lila_automaton_free(out[0])
    return status, ffi.string(err).decode()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("edge_at", [1, 2, 2]),
        ("edge_at", [0, 2, 1]),
        ("edge_low", [3, 256]),
        ("edge_high", [256, 256]),
        ("edge_high", [255, 257]),
        ("edge_to", [0, 2]),
        ("edge_to", [-1, 1]),
        ("empty_at", [0, 1, 0]),
        ("starts", [2]),
        ("ends", [-1]),
    ],
)
def test_an_edge_that_leads_out_is_an_error(name, values):
    low = {"edge_high": [2, 256]} if name == "edge_low" else {}
    status, said = create({**WHOLE, **low, name: values})
    assert status == 5 and "leads out" in said


def test_sizes_that_can_t_be_are_errors():
    assert create(WHOLE) == (0, "")
    for sizes in ({"n_states": 0}, {"n_symbols": -1}, {"n_starts": 0}, {"max_states": 0}):
        assert create(WHOLE, **sizes)[0] == 5
    status, said = create(WHOLE, max_states=1)
    assert status == 3 and "more than 1 states" in said
