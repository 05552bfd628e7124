"""Constrained decoding: a block can only come out whole, and nothing of it outside of a block."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Mapping

import numpy as np
import pytest

from engine.constraint import FREE, Constraint, Grammar, compile_constraint
from engine.errors import EngineError
from engine.sampling import Sampler, Sampling

OPEN, CLOSE, MARK, END, OTHER = "<|open|>", "<|/open|>", "<|mark|>", "<|end|>", "<|other|>"
TEXTS = ["ab", "abc", "b", "=", '="', '"', "\n", "x=", 'a="b"', " ", "é", "an", "and", "andy", "zoo", ""]
PATTERN = r'\n?[a-z]+="[^"\n]*"<\|/open\|>|<\|mark\|>[a-z]{1,3}<\|/open\|>'
GRAMMAR = Grammar({OPEN: PATTERN}, (CLOSE, MARK))


class SmallVocabulary:
    """All bytes, some longer tokens, five special ones."""

    def __init__(self, texts: list[str] | None = None, bytes_too: bool = True) -> None:
        singles = [bytes([byte]) for byte in range(256)] if bytes_too else []
        self.pieces = singles + [text.encode() for text in (TEXTS if texts is None else texts)]
        self.special_tokens: Mapping[str, int] = {
            name: len(self.pieces) + i for i, name in enumerate((OPEN, CLOSE, MARK, END, OTHER))
        }
        self.pieces += [name.encode() for name in self.special_tokens]
        self.vocab_size = len(self.pieces)
        self.eog_ids = frozenset({self.special_tokens[END]})

    def token_bytes(self, token: int) -> bytes:
        return self.pieces[token]


VOCABULARY = SmallVocabulary()
ID = VOCABULARY.special_tokens


@pytest.fixture(scope="module")
def constraint() -> Constraint:
    return compile_constraint(GRAMMAR, VOCABULARY)


def after(constraint: Constraint, *parts: str) -> int:
    state = constraint.start()
    for part in parts:
        tokens = [ID[part]] if part in ID else list(part.encode())
        for token in tokens:
            state = constraint.advance(state, token)
    return state


def test_outside_all_is_free_but_the_forbidden(constraint):
    mask = constraint.mask(constraint.start())
    assert set(np.flatnonzero(~mask)) == {ID[CLOSE], ID[MARK]}
    assert constraint.advance(FREE, 5) == constraint.advance(FREE, ID[END]) == FREE
    with pytest.raises(EngineError, match="outside of a block"):
        constraint.advance(FREE, ID[CLOSE])


def test_a_block_opens_at_its_trigger_and_closes_at_its_end(constraint):
    state = after(constraint, OPEN, 'name="val')
    assert state != FREE
    assert constraint.advance(constraint.advance(state, ord('"')), ID[CLOSE]) == FREE


def test_a_reply_may_be_resumed_in_the_middle_of_a_block(constraint):
    resumed = constraint.resumed(after(constraint, OPEN, 'a="b"'))
    assert resumed.mask(resumed.start()).nonzero()[0].tolist() == [ID[CLOSE]]
    assert constraint.start() == resumed.advance(resumed.start(), ID[CLOSE]) == FREE


def test_nothing_ends_generation_inside_a_block(constraint):
    for parts in ((OPEN,), (OPEN, 'a="'), (OPEN, 'a="b"'), (OPEN, MARK, "a")):
        mask = constraint.mask(after(constraint, *parts))
        assert not mask[ID[END]] and not mask[ID[OTHER]] and not mask[ID[OPEN]]
    assert constraint.mask(after(constraint, OPEN, 'a="b"')).nonzero()[0].tolist() == [ID[CLOSE]]


def test_a_token_that_reaches_beyond_the_pattern_is_not_allowed(constraint):
    mask = constraint.mask(after(constraint, OPEN, MARK, "ab"))
    pieces = {VOCABULARY.pieces[token] for token in np.flatnonzero(mask) if token not in ID.values()}
    assert b"b" in pieces and b"ab" not in pieces and b"=" not in pieces


def test_half_characters_are_allowed_only_where_they_can_be_completed(constraint):
    inside = after(constraint, OPEN, 'a="')
    assert constraint.mask(inside)[0xC3] and not constraint.mask(inside)[0xA9]
    half = constraint.advance(inside, 0xC3)
    assert set(np.flatnonzero(constraint.mask(half))) == set(range(0x80, 0xC0))


def test_masks_say_what_advance_does(constraint):
    """Brute force: every token in every state of a thousand random walks."""
    rng = random.Random(0)
    checked: set[int] = set()
    state = FREE
    for _ in range(1000):
        mask = constraint.mask(state)
        if state not in checked:
            checked.add(state)
            for token in range(VOCABULARY.vocab_size):
                try:
                    constraint.advance(state, token)
                    allowed = True
                except EngineError:
                    allowed = False
                assert allowed == mask[token], (state, token)
        choices = np.flatnonzero(mask)
        state = constraint.advance(state, ID[OPEN] if state == FREE else int(rng.choice(choices)))
    assert len(checked) > 5


def test_an_untrained_model_writes_only_whole_blocks():
    """Random logits: whatever comes between trigger and end is what the pattern describes."""
    constraint = compile_constraint(GRAMMAR, VOCABULARY)
    rng = np.random.default_rng(3)
    sampler = Sampler(Sampling(temperature=1.0, seed=3, logit_bias={ID[CLOSE]: 4.0}), VOCABULARY.vocab_size)
    whole = re.compile(PATTERN)
    blocks = 0
    for _ in range(30):
        state, written = constraint.advance(FREE, ID[OPEN]), b""
        while state != FREE and len(written) < 2000:
            logits = rng.normal(0, 3, VOCABULARY.vocab_size).astype(np.float32)
            token, _ = sampler.sample(logits, constraint.mask_words(state))
            state = constraint.advance(state, token)
            written += VOCABULARY.pieces[token]
        if state == FREE:
            blocks += 1
            assert whole.fullmatch(written.decode())
    assert blocks > 10


def test_a_vocabulary_that_was_laid_out_serves_another_grammar():
    first = compile_constraint(GRAMMAR, VOCABULARY)
    again = compile_constraint(GRAMMAR, VOCABULARY, table=first.table)
    state = first.advance(first.start(), VOCABULARY.special_tokens[OPEN])
    assert again.table is first.table
    assert (again.mask(state) == first.mask(state)).all()
    assert first.mask(state).any()


def test_a_cache_of_one_mask_gives_the_same_masks(constraint):
    small = compile_constraint(GRAMMAR, VOCABULARY, cache_bytes=0)
    for parts in ((OPEN,), (OPEN, "a"), (OPEN, 'a="'), (OPEN,), (OPEN, MARK), (OPEN, 'a="'), ()):
        assert (small.mask(after(small, *parts)) == constraint.mask(after(constraint, *parts))).all()


def test_threads_share_a_constraint(constraint):
    small = compile_constraint(GRAMMAR, VOCABULARY, cache_bytes=128)
    states = [
        after(small, *p) for p in ((OPEN,), (OPEN, "a"), (OPEN, 'a="'), (OPEN, MARK), (OPEN, MARK, "a"))
    ]
    wanted = [constraint.mask(state) for state in states]
    wrong: list[int] = []

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(300):
            index = rng.randrange(len(states))
            if not (small.mask(states[index]) == wanted[index]).all():
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_state_that_no_token_can_follow_is_an_error():
    vocabulary = SmallVocabulary(["a"], bytes_too=False)
    constraint = compile_constraint(Grammar({OPEN: r"ab<\|/open\|>"}), vocabulary)
    state = constraint.advance(FREE, vocabulary.special_tokens[OPEN])
    state = constraint.advance(state, 0)
    with pytest.raises(EngineError, match="no token of this vocabulary"):
        constraint.mask(state)


def test_states_and_tokens_are_checked(constraint):
    for state, token in ((10_000, 0), (-2, 0), (FREE, VOCABULARY.vocab_size), (FREE, -1)):
        with pytest.raises(EngineError, match=r"no state|no token"):
            constraint.advance(state, token)
    with pytest.raises(EngineError, match="no state"):
        constraint.mask(10_000)


@pytest.mark.parametrize(
    ("grammar", "says"),
    [
        (Grammar({"<|nothing|>": r"<\|/open\|>"}), "no special token"),
        (Grammar({END: r"<\|/open\|>"}), "ends generation"),
        (Grammar({OPEN: r"<\|/open\|>"}, (OPEN,)), "could never come"),
        (Grammar({OPEN: r"a<\|end\|>"}), "plain text"),
    ],
)
def test_a_grammar_that_can_not_work_is_refused(grammar, says):
    with pytest.raises(EngineError, match=says):
        compile_constraint(grammar, VOCABULARY)


def test_the_grammar_of_memory_blocks_compiles():
    from memory.grammar import MEMORY_PATTERN, SPECIAL_TOKENS, TOOL_PATTERN, Store, render

    vocabulary = SmallVocabulary()
    vocabulary.pieces = vocabulary.pieces[:256] + [name.encode() for name in SPECIAL_TOKENS]
    vocabulary.special_tokens = {name: 256 + i for i, name in enumerate(SPECIAL_TOKENS)}
    vocabulary.vocab_size = len(vocabulary.pieces)
    vocabulary.eog_ids = frozenset({vocabulary.special_tokens["<|end|>"]})
    constraint = compile_constraint(
        Grammar({"<|memory_start|>": MEMORY_PATTERN, "<|tool_call|>": TOOL_PATTERN}), vocabulary
    )
    text = render(Store('say "hi" é', tags=("you", "greeting"))) + "x"
    state = FREE
    for part in re.split(r"(<\|[^|]+\|>)", text):
        special = vocabulary.special_tokens.get(part)
        for token in [special] if special is not None else part.encode():
            state = constraint.advance(state, token)
    assert state == FREE
