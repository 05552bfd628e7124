"""The engine on lila-nano as it ships, against llama.cpp and transformers; holds for any weights of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from engine import Model
from lila.backends.local import builtin_model_path

FACTS = "my door code is {n} and the lamp is in the cellar on shelf {n}"
TURNS = [
    ("remember that the swimming lesson is on Thursday at 4:30 pm", "I'll remember that."),
    ("actually Zoë's birthday is 12 May, not the 11th", "I had 11 May for Zoë's birthday. Which is right?"),
    ("what is 12 times 7?", "12 times 7 is 84."),
    ("qxv 8f3-kk 🌱 ∑ (unusual, on purpose)", "That's beyond my built-in model."),
]
BLOCK = (
    '<|memory_start|>\n<|mem_store|> namespace="personal" tags=["you","door code"] confidence=0.9\n'
    "content: your door code is {n}\n<|memory_end|>\nNoted: your door code is {n}."
)


def conversation() -> str:
    """Turns in lila-nano's chat format, some of them with memories and blocks."""
    text = "<|bos|>"
    for number, (user, reply) in enumerate(TURNS):
        text += f"<|memories|> [1] {FACTS.format(n=4821 + number)}<|end|><|user|> {user}<|end|>"
        text += f"<|assistant|> {reply}<|end|><|user|> {FACTS.format(n=77 * number)}<|end|>"
        text += f"<|assistant|>{BLOCK.format(n=77 * number)}<|end|>"
    return text


@pytest.fixture(scope="module")
def tokens() -> list[int]:
    with Model.open(builtin_model_path()) as model:
        found = model.tokenizer.encode(conversation(), add_bos=False)
    assert len(found) > 300
    return found


def log_probabilities(tokens: list[int], kv: Literal["f16", "f32"]) -> np.ndarray:
    """[position, token], with the cache in this type."""
    with Model.open(builtin_model_path()) as model, model.session(context=len(tokens), kv=kv) as session:
        rows = []
        for token in tokens:
            session.prefill([token])
            rows.append(session.logits())
    return log_softmax(np.array(rows, np.float64))


@pytest.fixture(scope="module")
def ours(tokens: list[int]) -> np.ndarray:
    return log_probabilities(tokens, "f16")


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def divergence(theirs: np.ndarray, ours: np.ndarray) -> float:
    """Mean Kullback-Leibler divergence over all positions, in nats."""
    return float((np.exp(theirs) * (theirs - ours)).sum(axis=1).mean())


def same_first(theirs: np.ndarray, ours: np.ndarray) -> float:
    return float((theirs.argmax(axis=1) == ours.argmax(axis=1)).mean())


def test_next_tokens_agree_with_llama_cpp(tokens: list[int], ours: np.ndarray) -> None:
    import llama_cpp

    peer = llama_cpp.Llama(
        str(builtin_model_path()), n_ctx=len(tokens), logits_all=True, verbose=False, n_threads=1
    )
    peer.eval(tokens)
    theirs = log_softmax(np.array(peer.scores[: len(tokens)], np.float64))
    peer.close()
    assert divergence(theirs, ours) < 1e-3
    assert same_first(theirs, ours) >= 0.99


def test_logits_equal_transformers(tokens: list[int]) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    path = builtin_model_path()
    peer: Any = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, local_files_only=True, dtype=torch.float32
    ).eval()
    with torch.inference_mode():
        theirs = log_softmax(peer(torch.tensor([tokens])).logits[0].double().numpy())
    exact = log_probabilities(tokens, "f32")  # the f16 cache rounds, which is its business
    assert divergence(theirs, exact) < 1e-6
    assert same_first(theirs, exact) >= 0.99


def test_llama_cpp_splits_the_text_alike(tokens: list[int]) -> None:
    import llama_cpp

    peer = llama_cpp.Llama(str(builtin_model_path()), vocab_only=True, verbose=False)
    assert peer.tokenize(conversation().encode(), add_bos=False, special=True) == tokens
    peer.close()


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="the system doesn't list what a process maps"
)
def test_the_file_lies_where_large_pages_can_map_it() -> None:
    path, huge = builtin_model_path(), 2 << 20
    assert path.stat().st_size > 2 * huge
    with Model.open(path):
        lines = [
            line.split() for line in Path("/proc/self/maps").read_text().splitlines() if str(path) in line
        ]
    assert lines
    for span, _, offset, *_ in lines:
        assert (int(span.split("-")[0], 16) - int(offset, 16)) % huge == 0
