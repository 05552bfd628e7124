"""Teaches a few attention heads where to look: at the same word, and at the word to be written next.

Whether a memory answers a question, or contradicts a statement, takes a comparison: is what is asked about, and of
whom, in one of the lines? Nothing rewards its first half, finding the same word, before the second half works, and
a network trained on replies alone had learnt to copy but not to compare after 100M tokens. So the first half is
taught outright: after the memories, two heads of the second layer should attend to the places where the lines hold the
same word, and to the beginning of the text where they don't.

Copying is taught likewise: wherever something is to be written, two heads of a middle layer should attend to the places
where that word stands already, behind the same word as now if there are such places.

The cross-entropy of the attention is added to the loss. It changes nothing in the network.
"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training_log.nano.model import Attention, Block, NanoModel, rotate
from training_log.nano.tokenizer import END, PAD, SPECIAL_TOKENS, token_id, tokens_in_order

__all__ = ["Looking"]

_COMPARING = 1  # the layer that finds the same word; a middle one copies
_SPACE = "Ġ"  # how a byte-level vocabulary writes a leading space


class Looking:
    """The lessons for one vocabulary. Places are (B, T, T): where each position of (B, T) tokens should look."""

    def __init__(self, tokenizer: Tokenizer, device: torch.device | str = "cpu") -> None:
        first: dict[str, int] = {}
        words = tokens_in_order(tokenizer)
        # " Sister", "Sister" and " sister" are the same word.
        same = [first.setdefault(word.removeprefix(_SPACE).lower(), i) for i, word in enumerate(words)]
        self._word = torch.tensor(same, device=device)
        self._plain = torch.tensor([word not in SPECIAL_TOKENS for word in words], device=device)
        self._memories = token_id(tokenizer, "<|memories|>")
        self._end, self._pad = token_id(tokenizer, END), token_id(tokenizer, PAD)

    def to_compare(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """The places where the memories hold the same word; and the positions after them, (B, T)."""
        begun = (tokens == self._memories).cumsum(1) > 0
        over = (begun & (tokens == self._end)).cumsum(1) > 0
        inside = begun & ~over & (tokens != self._memories)
        words = self._word[tokens]
        same = ((words[:, :, None] == words[:, None, :]) & inside[:, None, :]).tril()
        return _or_the_beginning(same), over & (tokens != self._pad)

    def to_copy(self, tokens: Tensor) -> Tensor:
        """The places of the word that comes next, those behind the same word as now where there are any."""
        words = self._word[tokens]
        coming, before = words.roll(-1, 1), words.roll(1, 1)
        there = ((coming[:, :, None] == words[:, None, :]) & self._plain[tokens][:, None, :]).tril()
        alike = there & (words[:, :, None] == before[:, None, :])
        return _or_the_beginning(torch.where(alike.any(-1, keepdim=True), alike, there))

    def loss(self, model: NanoModel, entering: list[Tensor], tokens: Tensor, at: Tensor) -> Tensor:
        """Mean of -log(attention on the right places) in nats, of both lessons together, in a quarter of the examples.

        ``entering`` is what enters each layer, (B, T, D); ``at`` the flat positions where a word is to be written.
        """
        written = torch.zeros_like(tokens, dtype=torch.bool).flatten().index_fill(0, at, True).view_as(tokens)
        tokens, written, entering = tokens[::4], written[::4], [states[::4] for states in entering]
        same, told = self.to_compare(tokens)
        comparing = _cost(model, _COMPARING, entering, same, told)
        return comparing + _cost(model, model.config.depth // 2, entering, self.to_copy(tokens), written)


def _or_the_beginning(places: Tensor) -> Tensor:
    places[:, :, 0] |= ~places.any(-1)
    return places


def _cost(model: NanoModel, index: int, entering: list[Tensor], places: Tensor, counted: Tensor) -> Tensor:
    layer = model.model.layers[index]
    assert isinstance(layer, Block)
    scores = _scores(model, layer.self_attn, layer.input_layernorm(entering[index]))
    fallen = scores.log_softmax(-1).masked_fill(~places, -torch.inf).logsumexp(-1)
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
