"""A smaller vocabulary for a trained network: the entries that are used least go, and their words are spelled in two pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import torch
from tokenizers import Tokenizer

from training_log.nano.model import NanoModel
from training_log.nano.tokenizer import merge_lines, tokenizer_of, tokens_in_order

__all__ = ["trimmed"]


def trimmed(
    model: NanoModel, tokenizer: Tokenizer, texts: Iterable[str], count: int
) -> tuple[NanoModel, Tokenizer]:
    """Both without the ``count`` entries that ``texts`` use least among those that no other entry is made of.

    Raises `ValueError` where there are fewer of those.
    """
    merges = [(left, right) for left, right in (line.split(" ") for line in merge_lines(tokenizer))]
    parts = {part for merge in merges for part in merge}
    used = Counter(
        token for text in texts for token in tokenizer.encode(text, add_special_tokens=False).tokens
    )
    leaves = sorted({left + right for left, right in merges} - parts, key=lambda token: (used[token], token))
    if count > len(leaves):
        raise ValueError(f"of this vocabulary {len(leaves)} entries can go, and not {count}")
    gone = set(leaves[:count])
    tokens = tokens_in_order(tokenizer)
    kept = [number for number, token in enumerate(tokens) if token not in gone]
    smaller = NanoModel(replace(model.config, vocab=len(kept)))
    weights = model.state_dict()
    name = "model.embed_tokens.weight"
    weights[name] = weights[name][torch.tensor(kept)]
    smaller.load_state_dict(weights)
    lines = [f"{left} {right}" for left, right in merges if left + right not in gone]
    return smaller.eval(), tokenizer_of([tokens[number] for number in kept], lines)
