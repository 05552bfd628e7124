"""Reading patterns: letters that stand for themselves are read in runs, and runs end where something else begins."""

from __future__ import annotations

import pytest

from engine.automaton import DEAD, DONE, build_automaton
from engine.errors import GrammarError
from engine.pattern import Nfa, PatternParser


def accepts(pattern: str, letters: list[int], symbols: list[str]) -> bool:
    """Whether the pattern takes these letters, bytes and 256 + a symbol's index, and ends."""
    automaton = build_automaton([pattern], symbols)
    state = automaton.starts[0]
    for letter in letters:
        if state in (DEAD, DONE):
            return False
        byte = automaton.byte_classes[letter] if letter < 256 else None
        column = automaton.n_byte_classes + letter - 256 if byte is None else byte
        state = int(automaton.transitions[state, column])
    return state == DONE


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("door code?", b"door cod", True),
        ("door code?", b"door code", True),
        ("door code?", b"", False),
        ("ab{3}", b"abbb", True),
        ("ab{3}", b"ababab", False),
        (r"a\.\?*b", b"a.??b", True),
        (r"a\.\?*b", b"a..b", False),
        ("ab|cd", b"cd", True),
        ("ab|cd", b"abd", False),
    ],
)
def test_a_repeat_is_of_the_last_letter_of_a_run(pattern: str, text: bytes, fits: bool) -> None:
    assert accepts(rf"({pattern})<\|end\|>", [*text, 256], ["<|end|>"]) is fits


def test_a_symbol_is_one_letter_whatever_its_name_begins_with() -> None:
    assert accepts("so end", [*b"so ", 256], ["end"])
    assert accepts(r"to \[end\]", [*b"to ", 256], ["[end]"])


def test_a_run_of_letters_takes_one_state_each() -> None:
    nfa = Nfa()
    PatternParser("swimming lesson", [], nfa).parse()
    assert len(nfa.edges) == len("swimming lesson") + 1
    assert not any(nfa.empty)


def test_a_mistake_is_said_with_its_place() -> None:
    with pytest.raises(GrammarError, match="position 10"):
        PatternParser("door code )", [], Nfa()).parse()


@pytest.mark.parametrize(
    ("text", "run", "cut"),
    [
        ("a", True, True),
        ("bc", True, True),
        ("abcd", True, True),
        ("", False, False),
        ("ac", False, False),
        ("a-c", False, True),
        ("ab-d", False, True),
        ("a-b", False, True),
        ("c-a", False, False),
        ("a-a", False, False),
        ("a-", False, False),
        ("a-c-d", False, False),
    ],
)
def test_a_run_is_what_stands_one_behind_the_other_and_a_cut_leaves_something_out(
    text: str, run: bool, cut: bool
) -> None:
    letters = [*text.encode(), 256]
    assert accepts(r"(?run:a|b|c|d)<\|end\|>", letters, ["<|end|>"]) is run
    assert accepts(r"(?cut:-|a|b|c|d)<\|end\|>", letters, ["<|end|>"]) is cut


def test_a_run_takes_states_by_the_number_of_its_parts() -> None:
    def states(kind: str, count: int) -> int:
        nfa = Nfa()
        PatternParser(f"(?{kind}:{'|'.join(['word'] * count)})", [], nfa).parse()
        return len(nfa.edges)

    for kind in ("run", "cut"):
        assert states(kind, 80) - states(kind, 40) == states(kind, 120) - states(kind, 80)
