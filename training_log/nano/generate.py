"""Greedy generation from a torch model, many prompts at a time, to measure a run that is still training."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training_log.nano.model import NanoModel
from training_log.nano.scoring import STOPS
from training_log.nano.tokenizer import PAD, token_id

__all__ = ["TorchGenerator"]


class TorchGenerator:
    """Continues prompts until a stop token. Prompts of like length share a batch, padded on the left."""

    def __init__(
        self, model: NanoModel, tokenizer: Tokenizer, *, max_tokens: int = 224, batch: int = 64
    ) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.max_tokens, self.batch = max_tokens, batch
        self.pad = token_id(tokenizer, PAD)
        self.stops = torch.tensor([token_id(tokenizer, stop) for stop in STOPS])

    def __call__(self, prompts: list[str]) -> list[str]:
        """What follows each prompt, up to and including the first stop token."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(prompts)]
        order = sorted(range(len(prompts)), key=lambda index: len(encoded[index]))
        texts = [""] * len(prompts)
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            for index, ids in zip(chosen, self._batch([encoded[i] for i in chosen]), strict=True):
                texts[index] = self.tokenizer.decode(ids, skip_special_tokens=False)
        return texts

    @torch.no_grad()
    def _batch(self, prompts: list[list[int]]) -> list[list[int]]:
        width = max(map(len, prompts))
        tokens = torch.tensor([[self.pad] * (width - len(ids)) + ids for ids in prompts])
        seen = torch.tensor([[False] * (width - len(ids)) + [True] * len(ids) for ids in prompts])
        positions = (seen.cumsum(1) - 1).clamp(min=0)
        causal = torch.ones(width, width, dtype=torch.bool).tril()
        # A padded row sees itself, so that no softmax is empty.
        mask = (seen[:, None, None, :] & causal) | torch.eye(width, dtype=torch.bool)
        states, past = self.model.hidden(tokens, None, positions, mask)
        return self._decode(states, past, seen, positions[:, -1])

    def _decode(
        self, states: Tensor, past: list[tuple[Tensor, Tensor]], seen: Tensor, last: Tensor
    ) -> list[list[int]]:
        rows: list[list[int]] = [[] for _ in range(len(seen))]
        alive = torch.ones(len(seen), dtype=torch.bool)
        for count in range(self.max_tokens):
            chosen = self.model.head(states[:, -1]).argmax(-1)
            for row in alive.nonzero()[:, 0].tolist():
                rows[row].append(int(chosen[row]))
            alive &= ~torch.isin(chosen, self.stops)
            if not alive.any() or int(last.max()) + count + 2 > self.model.config.context:
                break
            seen = torch.cat((seen, torch.ones(len(seen), 1, dtype=torch.bool)), dim=1)
            states, past = self.model.hidden(
                chosen[:, None], past, (last + count + 1)[:, None], seen[:, None, None, :]
            )
        return rows
