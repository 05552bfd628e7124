"""The vocabulary: special tokens stay whole, text survives, digits stand alone."""

from __future__ import annotations

import pytest

pytest.importorskip("tokenizers")
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from memory.grammar import SPECIAL_TOKENS as GRAMMAR_TOKENS
from training_log.nano.tokenizer import (
    CHAT_TEMPLATE,
    SPECIAL_TOKENS,
    damped,
    train_tokenizer,
)

TOKENIZER = train_tokenizer(["<|bos|><|user|> my door code is 4821, café"] * 9, vocab=340)


def test_the_specials_are_the_grammar_s_and_come_first() -> None:
    assert set(SPECIAL_TOKENS) == set(GRAMMAR_TOKENS)
    assert [TOKENIZER.token_to_id(token) for token in SPECIAL_TOKENS] == list(range(20))
    assert TOKENIZER.encode("<|bos|><|user|> hi").ids[:2] == [0, 4]


@given(st.text().filter(lambda text: "<|" not in text))
def test_any_text_comes_back_unchanged(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text).ids, skip_special_tokens=False) == text


def test_digits_stand_alone() -> None:
    assert TOKENIZER.encode(" 4821").tokens == ["Ġ", "4", "8", "2", "1"]


def test_frequent_words_are_damped_and_rare_ones_left_out() -> None:
    words = list(damped(["<|user|> often often often often"] * 4 + [" zorbik"], words=["kettle"]))
    assert words.count(" often") == 4
    assert words.count(" kettle") == 1
    assert " zorbik" not in words


def test_template_writes_the_chat_format() -> None:
    template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(CHAT_TEMPLATE)
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "memory", "content": "[1] your door code is 4821\n[2] you like plums"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello."},
        {"role": "assistant", "content": "<|tool_call|>timer_list()<|/tool_call|>"},
    ]
    start = (
        "<|bos|><|system|> Be kind.<|end|><|memories|> [1] your door code is 4821\n[2] you like plums<|end|>"
        "<|user|> hi<|end|><|assistant|> Hello.<|end|>"
        "<|assistant|><|tool_call|>timer_list()<|/tool_call|><|end|>"
    )
    assert template.render(messages=messages, add_generation_prompt=True) == start + "<|assistant|>"
    assert template.render(messages=messages, add_generation_prompt=False) == start
