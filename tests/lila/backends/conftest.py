"""A small random Llama with lila-nano's vocabulary kind, special tokens and chat template, as one GGUF."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from lila.backends.base import Backend, Message, Piece, Prompt, SamplingSettings

WORDS = """remember that my door code is 4821 when is the swimming lesson on Thursday at half past four
noted your sister is called Anna and she lives in Leeds what do you know about her content namespace personal
tags confidence query time of day schedule add list shopping milk eggs bread timer ten minutes pasta""".split()


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2 layers of random weights, scaled so that hardly two tokens are nearly as probable."""
    import torch

    from training_log.nano.export import write_gguf
    from training_log.nano.model import NanoConfig, NanoModel
    from training_log.nano.tokenizer import train_tokenizer

    tokenizer = train_tokenizer([" ".join(WORDS)] * 4, vocab=420, words=WORDS)
    torch.manual_seed(5)
    vocab = tokenizer.get_vocab_size()
    model = NanoModel(NanoConfig(depth=2, width=64, heads=2, kv_heads=1, ffn=160, vocab=vocab, context=512))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "proj" in name:  # strong enough that the layers, not the tied embedding, decide what comes next
                parameter.normal_(std=0.2)
        model.model.norm.weight.fill_(20)
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_gguf(model, tokenizer, path)
    return path


PROMPTS = (
    Prompt((Message("user", "when is the swimming lesson?"),)),
    Prompt((Message("memory", "[1] your door code is 4821"), Message("user", "remember that, café 🌱"))),
    Prompt(
        (Message("user", "hello"), Message("assistant", "Hello."), Message("user", "what time is it?")),
        "<|tool_call|>clock(what=\"time\")<|/tool_call|><|tool_result|>It's 4 pm.<|/tool_result|>\n",
    ),
    Prompt((Message("user", "my sister is called Anna"),), "<|memory_start|>\n<|mem_store|> namespace="),
)


@pytest.fixture(params=range(len(PROMPTS)))
def prompt(request: pytest.FixtureRequest) -> Prompt:
    return PROMPTS[request.param]


class Said:
    """A whole reply, with the pieces behind it."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = list(pieces)
        self.text = "".join(piece.text for piece in self.pieces)
        self.tokens = [token for piece in self.pieces for token in piece.tokens]
        self.logprobs = [logprob for piece in self.pieces for logprob in piece.logprobs]
        self.finish = self.pieces[-1].finish
        self.handovers = [piece.handover for piece in self.pieces if piece.handover]


@pytest.fixture
def say():
    def say(
        backend: Backend,
        prompt: Prompt = PROMPTS[0],
        *,
        max_tokens: int = 24,
        conversation: str = "c",
        cancel: threading.Event | None = None,
        **sampling: object,
    ) -> Said:
        return Said(
            backend.generate(
                prompt,
                SamplingSettings(**sampling),
                max_tokens=max_tokens,
                conversation=conversation,
                cancel=cancel or threading.Event(),
            )
        )

    return say
