"""Teaches two attention heads to look back from each word to the same word in the memories.

Whether a memory answers a question, or contradicts a statement, takes a comparison: is what is asked about, and of
whom, in one of the lines? Nothing rewards its first half, finding the same word, before the second half works, and
a network trained on replies alone had learnt to copy but not to compare after 100M tokens. So the first half is
taught outright: after the memories, two heads of one layer should attend to the places where the lines hold the same
word, and to the beginning of the text where they don't. The attention's cross-entropy is added to the loss. It changes
nothing in the network, and is reached within a few hundred steps.
"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training_log.nano.model import Attention, Block, NanoModel, rotate
from training_log.nano.tokenizer import END, PAD, token_id

__all__ = ["LAYER", "Looking"]

LAYER = 1  # the second one
_SPACE = "Ġ"  # how a byte-level vocabulary writes a leading space


class Looking:
    """The lesson for one vocabulary."""

    def __init__(self, tokenizer: Tokenizer, device: torch.device | str = "cpu") -> None:
        first: dict[str, int] = {}
        vocabulary = tokenizer.get_vocab()
        words = sorted(vocabulary, key=vocabulary.__getitem__)
        # " Sister", "Sister" and " sister" are the same word.
        same = [first.setdefault(word.removeprefix(_SPACE).lower(), i) for i, word in enumerate(words)]
        self._word = torch.tensor(same, device=device)
        self._memories = token_id(tokenizer, "<|memories|>")
        self._end, self._pad = token_id(tokenizer, END), token_id(tokenizer, PAD)

    def places(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Where each position of (B, T) tokens should look, (B, T, T), and the positions after memories, (B, T)."""
        begun = (tokens == self._memories).cumsum(1) > 0
        over = (begun & (tokens == self._end)).cumsum(1) > 0
        inside = begun & ~over & (tokens != self._memories)
        words = self._word[tokens]
        same = ((words[:, :, None] == words[:, None, :]) & inside[:, None, :]).tril()
        same[:, :, 0] |= ~same.any(-1)
        return same, over & (tokens != self._pad)

    def loss(self, model: NanoModel, entering: Tensor, tokens: Tensor) -> Tensor:
        """Mean of -log(attention on the right places) in nats, given what enters the layer (B, T, D)."""
        same, counted = self.places(tokens)
        layer = model.model.layers[LAYER]
        assert isinstance(layer, Block)
        scores = _scores(model, layer.self_attn, layer.input_layernorm(entering))
        fallen = scores.log_softmax(-1).masked_fill(~same, -torch.inf).logsumexp(-1)
        mean: Tensor = -fallen.mean(0)[counted].sum() / counted.sum().clamp(min=1)
        return mean


def _scores(model: NanoModel, attention: Attention, x: Tensor) -> Tensor:
    """Causal attention scores (2, B, T, T) of the layer's first head and of its middle one, which has other keys."""
    length, width = x.shape[1:]
    d, shared = attention.head_dim, attention.heads // attention.kv_heads
    heads = [0, attention.heads // 2]
    wq = attention.q_proj.weight.view(-1, d, width)[heads]
    wk = attention.k_proj.weight.view(-1, d, width)[[head // shared for head in heads]]
    cos, sin = model.cos[:length], model.sin[:length]  # type: ignore[index]
    q, k = (rotate(torch.einsum("btw,hdw->hbtd", x, w), cos, sin) for w in (wq, wk))
    future = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
    scores: Tensor = q @ k.mT * d**-0.5
    return scores.masked_fill(future, -torch.inf)
