"""Words are swapped throughout an example or not at all, and its form stays whole."""

from __future__ import annotations

import itertools
import re

import pytest

from memory.blocks import BlockParser, MalformedPiece
from training_log.nano.corpus import examples, render
from training_log.nano.replies import NOT_STORED
from training_log.nano.swap import WordSwap, common_words
from training_log.nano.tokenizer import train_tokenizer

EXAMPLE = [
    (
        "<|bos|><|memories|> [7] Morag's kettle is purple<|end|><|user|> what colour is Morag's kettle<|end|>",
        False,
    ),
    (" Morag's kettle is purple.<|end|>", True),
]


@pytest.fixture(scope="module")
def corpus():
    return [render(each) for each in itertools.islice(examples(3, "train"), 300)]


@pytest.fixture(scope="module")
def tokenizer(corpus):
    return train_tokenizer(("".join(text for text, _ in each) for each in corpus), vocab=1500)


def swap(tokenizer, share=1.0, keep=frozenset(("what", "colour", "memories", "user", "end", "bos")), seed=1):
    return WordSwap(tokenizer, keep, share=share, seed=seed)


def test_a_copied_word_is_swapped_everywhere(tokenizer):
    for seed in range(20):
        swapped = swap(tokenizer, seed=seed)(EXAMPLE)
        given, written = (text for text, _ in swapped)
        owner, thing, value = re.fullmatch(r" (\w+)'s (\w+) is (\w+)\.<\|end\|>", written).groups()
        assert f"[7] {owner}'s {thing} is {value}<" in given
        assert f"what colour is {owner}'s {thing}<" in given
        assert owner[0].isupper()
        assert [taught for _, taught in swapped] == [False, True]


def test_something_is_swapped(tokenizer):
    assert any(swap(tokenizer, seed=seed)(EXAMPLE) != EXAMPLE for seed in range(5))


def test_words_to_keep_stay(tokenizer):
    keep = frozenset(("morag", "kettle", "purple"))
    assert swap(tokenizer, keep=keep)(EXAMPLE) == EXAMPLE


def test_no_share_changes_nothing(tokenizer, corpus):
    still = swap(tokenizer, share=0.0)
    assert all(still(each) is each for each in corpus)


def test_a_pair_that_differs_by_an_ending_stays_a_pair(tokenizer):
    example = [("<|user|> omars boat, Omar's boat<|end|>", False), (" Omar's boat<|end|>", True)]
    for seed in range(10):
        assert "omars" in swap(tokenizer, seed=seed)(example)[0][0]


def test_what_is_not_stored_is_known_by_its_form(tokenizer):
    quote = [("<|user|> the king shouts my kettle is purple<|end|>", False), (f" {NOT_STORED}<|end|>", True)]
    seen = {swap(tokenizer, seed=seed)(quote)[0][0] for seed in range(20)}
    assert any("shouts" not in text for text in seen)
    assert all(text.startswith("<|user|> ") and text.endswith("<|end|>") for text in seen)
    joke = [("<|user|> tell me a joke<|end|>", False), (" Two mice sat in a cellar.<|end|>", True)]
    assert all(swap(tokenizer, seed=seed)(joke) == joke for seed in range(20))


def test_a_hedge_keeps_its_words(tokenizer):
    hedged = [
        ("<|user|> possibly my kettle is purple<|end|>", False),
        ('<|memory_start|>\n<|mem_store|> namespace="personal" tags=["kettle","note"] confidence=0.6\n'
         "content: your kettle is purple\n<|memory_end|>\nNoted.<|end|>", True),
    ]  # fmt: skip
    assert all("possibly" in swap(tokenizer, seed=seed)(hedged)[0][0] for seed in range(20))


def test_the_same_seed_swaps_the_same(tokenizer, corpus):
    first, second = swap(tokenizer, seed=4), swap(tokenizer, seed=4)
    assert [first(each) for each in corpus] == [second(each) for each in corpus]


def test_blocks_and_calls_stay_whole(tokenizer, corpus):
    busy = swap(tokenizer, keep=common_words(corpus, 200))
    changed = 0
    for example in corpus:
        swapped = busy(example)
        changed += swapped != example
        parser = BlockParser()
        pieces = [*parser.feed("".join(text for text, _ in swapped[1:])), *parser.finish()]
        assert not any(isinstance(piece, MalformedPiece) for piece in pieces)
        marks = [
            re.findall(r"<\|[^|]*\|>|namespace=\"\w+\"", "".join(t for t, _ in each))
            for each in (example, swapped)
        ]
        assert marks[0] == marks[1]
    assert changed > 100


def test_the_commonest_words_are_counted_once_an_example():
    assert common_words([[("a a a b", False)], [("b c", True)]], 1) == {"b"}


def test_what_is_told_in_no_fixed_form_keeps_its_words(tokenizer):
    def told(attribute):
        return [
            ("<|bos|><|user|> truffles attract squirrels<|end|>", False),
            (
                f'<|memory_start|>\n<|mem_store|> namespace="wiki" tags=["truffles","{attribute}"] confidence=0.9\n'
                "content: truffles attract squirrels\n<|memory_end|>\nNoted: truffles attract squirrels.<|end|>",
                True,
            ),
        ]

    def contents(attribute):
        swaps = (swap(tokenizer, seed=seed)(told(attribute)) for seed in range(12))
        return {text.partition("content: ")[2].splitlines()[0] for (_, (text, _)) in swaps}

    assert all(contents(free) == {"truffles attract squirrels"} for free in ("fact", "note", "trait"))
    assert len(contents("likes")) > 4
