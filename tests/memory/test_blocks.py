"""The incremental parser: the same result for every split, nothing of a block shown, nothing half done."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.blocks import BlockParser, MalformedPiece, OpPiece, Piece, TextPiece, ToolPiece
from memory.grammar import SPECIAL_TOKENS, Recall, Store, render, render_tool_call

STORE = Store("your door code is 4821", tags=("you", "door code"))
REPLY = render(STORE) + "\nNoted: your door code is 4821.<|end|>"


def run(*stretches: str) -> list[Piece]:
    parser = BlockParser()
    pieces = [piece for stretch in stretches for piece in parser.feed(stretch)]
    return pieces + parser.finish()


def shown(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


def acts(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not isinstance(piece, TextPiece)]


def test_a_block_and_its_reply() -> None:
    assert run(REPLY) == [OpPiece(STORE, render(STORE)), TextPiece("Noted: your door code is 4821.")]


def test_every_split_gives_the_same() -> None:
    whole = run(REPLY)
    for at in range(len(REPLY)):
        pieces = run(REPLY[:at], REPLY[at:])
        assert (shown(pieces), acts(pieces)) == (shown(whole), acts(whole))
    assert shown(run(*REPLY)) == shown(whole)


_bits = st.one_of(st.sampled_from([*SPECIAL_TOKENS, render(STORE), "\n", " ", "<|", "|>", "<", "hello",
                                   'clock(what="time")', "content: x"]), st.text(max_size=5))  # fmt: skip


@given(st.lists(_bits, max_size=12).map("".join), st.randoms(use_true_random=False))
def test_any_stream_is_safe_and_independent_of_its_splits(text: str, random) -> None:  # type: ignore[no-untyped-def]
    whole = run(text)
    stretches = []
    rest = text
    while rest:
        cut = random.randint(1, 6)
        stretches.append(rest[:cut])
        rest = rest[cut:]
    pieces = run(*stretches)
    assert (shown(pieces), acts(pieces)) == (shown(whole), acts(whole))
    assert not any(token in shown(pieces) for token in SPECIAL_TOKENS)


def test_several_blocks_follow_each_other() -> None:
    other = Store("your bike is red")
    pieces = run(render(STORE) + "\n" + render(other) + "\nNoted.")
    assert [p.op for p in pieces if isinstance(p, OpPiece)] == [STORE, other]
    assert shown(pieces) == "Noted."


def test_tool_calls_and_results_are_taken_out() -> None:
    call = render_tool_call("clock", {"what": "time"})
    pieces = run(" One moment. ", call, "<|tool_result|>It's 4:05 pm.<|/tool_result|>\nIt's 4:05 pm.")
    assert acts(pieces) == [ToolPiece("clock", {"what": "time"}, call)]
    assert shown(pieces) == "One moment. It's 4:05 pm."


def test_a_recall_block_is_handed_over_at_once() -> None:
    parser = BlockParser()
    assert parser.feed(render(Recall("Anna"))) == [OpPiece(Recall("Anna"), render(Recall("Anna")))]


@pytest.mark.parametrize(
    "reply",
    [
        "<|memory_start|>\n<|mem_store|> namespace=",
        '<|memory_start|>\n<|mem_store|> namespace="nope"\ncontent: secret\n<|memory_end|>',
        '<|mem_store|> namespace="personal"\ncontent: secret\n<|memory_end|>',
        "<|memory_start|>secret<|end|>",
        "<|tool_call|>clock(<|/tool_call|>",
        "<|memory_start|>" + "secret " * 3000 + "<|memory_end|>",
    ],
)
def test_a_malformed_block_does_nothing_and_logs_one_warning(
    reply: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        pieces = run("Hello. ", reply)
    assert [type(piece) for piece in acts(pieces)] == [MalformedPiece]
    assert shown(pieces) == "Hello. "
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text


def test_a_good_block_after_a_broken_one_still_counts() -> None:
    pieces = run("<|memory_start|>\n<|mem_store|> na" + REPLY)
    assert [type(piece) for piece in acts(pieces)] == [MalformedPiece, OpPiece]


def test_plain_angle_brackets_are_text() -> None:
    assert shown(run("a < b <| c |> <|strange|> <")) == "a < b <| c |> <|strange|> <"
