"""Thoughts never reach the person, however the stream was cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.reasoning import MARKS, ReasoningParser, Said, Thought, mark_tokens, opened_thought

STREAMS = [
    ("<think>They ask for the code.</think>It is 4821.", "They ask for the code.", "It is 4821."),
    ("<think>\nstep one\n\nstep two\n</think>\n\nDone.", "step one\n\nstep two", "\n\nDone."),
    ("<think>\n\n</think>\n\nHello.", "", "\n\nHello."),
    (" \n<think>a</think>b", "a", " \nb"),
    ("<think>never closed", "never closed", ""),
    ("<think>", "", ""),
    ("<think>a<b and x</thin </think>c", "a<b and x</thin", "c"),
    ("<think>one</think>\n<think>two</think>three", "onetwo", "\nthree"),
    ("one\n<think>two</think>three", "two", "one\nthree"),
    ("[THINK]a[/THINK]b", "a", "b"),
    ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "a", "b"),
    ("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>b<|end_of_solution|>", "a", "b"),
    ("the mark <think> opens a thought", "", "the mark <think> opens a thought"),
    ("`<think>` and `</think>`", "", "`<think>` and `</think>`"),
    ("</think>Hello.", "", "Hello."),
    ("2 < 3 <|", "", "2 < 3 <|"),
    ("<|memory_end|> <think>a</think>b", "a", "<|memory_end|> b"),
    (
        "<think>remember <|memory_start|>x<|memory_end|></think>ok",
        "remember <|memory_start|>x<|memory_end|>",
        "ok",
    ),
    ("<thinker>no</thinker>", "", "<thinker>no</thinker>"),
    ("", "", ""),
]


def parsed(parts: list[str]) -> tuple[str, str]:
    parser = ReasoningParser()
    found = [piece for part in parts for piece in parser.feed(part)] + parser.finish()
    thought = "".join(each.text for each in found if isinstance(each, Thought))
    return thought, "".join(each.text for each in found if isinstance(each, Said))


@pytest.mark.parametrize(("stream", "thought", "said"), STREAMS)
def test_thought_and_reply_are_told_apart_at_every_split(stream: str, thought: str, said: str) -> None:
    assert parsed([stream]) == (thought, said)
    assert parsed(list(stream)) == (thought, said)
    for cut in range(len(stream) + 1):
        for other in range(cut, len(stream) + 1):
            assert parsed([stream[:cut], stream[cut:other], stream[other:]]) == (thought, said)


PARTS = st.sampled_from(
    ["<think>", "</think>", "<th", "ink>", "|>", "<|", "\n", " ", "a", "[THINK]", "[/THINK]", *MARKS]
)


@given(st.lists(PARTS, max_size=12), st.data())
def test_cutting_changes_nothing(parts: list[str], data: st.DataObject) -> None:
    stream = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parsed(pieces) == parsed([stream])


@given(st.text(alphabet="abc <>/think|\n", max_size=60))
def test_text_without_whole_marks_is_the_reply(text: str) -> None:
    if not any(mark in text for mark in (*MARKS, *MARKS.values())):
        assert parsed([text]) == ("", text)


def test_text_is_not_held_back_longer_than_needed() -> None:
    parser = ReasoningParser()
    assert parser.feed("It is ") == [Said("It is ")]
    assert parser.feed("4 <") == [Said("4 ")]
    assert parser.feed("5") == [Said("<5")]
    assert parser.feed("\n<think>a") == [Said("\n"), Thought("a")]


def test_a_template_may_open_a_thought() -> None:
    assert opened_thought("<|im_start|>assistant\n<think>\n") == "<think>"
    assert opened_thought("<|im_start|>assistant\n<think>\n\n</think>\n\n") == ""
    assert opened_thought("<|im_start|>assistant\n") == ""


def test_which_tokens_stand_around_thoughts() -> None:
    assert mark_tokens(["<think>", "</think>", "<|im_end|>", "<|end|>"]) == ["<think>", "</think>"]
    assert mark_tokens(["<|channel|>", "<|end|>", "<|return|>"]) == ["<|channel|>", "<|end|>"]
