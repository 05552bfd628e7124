"""The network of lila-nano: a small Llama, written so that its state dict is already the Hugging Face one.

Shapes: B examples, T tokens, D model width, H query heads, K key/value heads, d = D / H, V vocabulary.

    x  = E[tokens]                                        (B, T, D)
    x += W_o · attention(rope(W_q n), rope(W_k n), W_v n)     n = rms(x)
    x += W_down · (silu(W_gate n) * W_up n)                   n = rms(x)
    logits = E · rms(x)                                   the head is tied to the embeddings

RoPE turns half-split pairs (i, i + d/2) as transformers does; the GGUF wants adjacent pairs, which is the
business of ``export``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["SIZES", "KeyValues", "NanoConfig", "NanoModel"]

KeyValues = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class NanoConfig:
    """Every hyper-parameter of the network; ``depth`` is the dial and the rest follows from it in SIZES."""

    depth: int = 6
    width: int = 256
    heads: int = 8
    kv_heads: int = 4
    ffn: int = 1024
    vocab: int = 4096
    context: int = 1024
    rope_theta: float = 10_000.0
    rms_eps: float = 1e-5

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def to_dict(self) -> dict[str, int | float]:
        """Plain mapping for checkpoints."""
        return asdict(self)


SIZES: dict[str, NanoConfig] = {
    "test": NanoConfig(depth=2, width=64, heads=2, kv_heads=1, ffn=160, vocab=512, context=256),
    "tiny": NanoConfig(depth=4, width=160, heads=5, kv_heads=5, ffn=448),
    "nano": NanoConfig(),
    "small": NanoConfig(depth=8, width=320, heads=10, kv_heads=5, ffn=864),
}


class RmsNorm(nn.Module):
    """x · w / sqrt(mean(x²) + eps)."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


class Attention(nn.Module):
    """Causal attention with grouped key/value heads."""

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = config.heads, config.kv_heads, config.head_dim
        self.q_proj = nn.Linear(config.width, config.heads * config.head_dim, bias=False)
        self.k_proj = nn.Linear(config.width, config.kv_heads * config.head_dim, bias=False)
        self.v_proj = nn.Linear(config.width, config.kv_heads * config.head_dim, bias=False)
        self.o_proj = nn.Linear(config.heads * config.head_dim, config.width, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, past: KeyValues | None, mask: Tensor | None
    ) -> tuple[Tensor, KeyValues]:
        batch, length, _ = x.shape
        q = self.q_proj(x).view(batch, length, self.heads, self.head_dim).transpose(1, 2)
        k = self.k_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if past is not None:
            k, v = torch.cat((past[0], k), dim=2), torch.cat((past[1], v), dim=2)
        groups = self.heads // self.kv_heads
        wide_k = k.repeat_interleave(groups, dim=1) if groups > 1 else k
        wide_v = v.repeat_interleave(groups, dim=1) if groups > 1 else v
        if x.device.type == "cpu":  # there torch's own attention is slower in bfloat16 than in float32
            with torch.autocast("cpu", enabled=False):
                y = _attend(q.float(), wide_k.float(), wide_v.float(), mask)
        else:
            y = _attend(q, wide_k, wide_v, mask)
        return self.o_proj(y.transpose(1, 2).reshape(batch, length, -1)), (k, v)


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.width, config.ffn, bias=False)
        self.up_proj = nn.Linear(config.width, config.ffn, bias=False)
        self.down_proj = nn.Linear(config.ffn, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))  # type: ignore[no-any-return]


class Block(nn.Module):
    """One layer: attention and feed-forward, each behind its own norm and added to the stream."""

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.input_layernorm = RmsNorm(config.width, config.rms_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RmsNorm(config.width, config.rms_eps)
        self.mlp = FeedForward(config)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, past: KeyValues | None, mask: Tensor | None
    ) -> tuple[Tensor, KeyValues]:
        attended, present = self.self_attn(self.input_layernorm(x), cos, sin, past, mask)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), present


class Trunk(nn.Module):
    """Embeddings, layers and the last norm, under the names transformers gives them."""

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab, config.width)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = RmsNorm(config.width, config.rms_eps)


class NanoModel(nn.Module):
    """The whole network. ``hidden`` gives (B, T, D); ``head`` turns any rows of it into logits."""

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        cos, sin = rope_table(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(self._initialise)

    def _initialise(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features**-0.5 * 0.6)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, Attention):
            nn.init.zeros_(module.o_proj.weight)
        elif isinstance(module, FeedForward):
            nn.init.zeros_(module.down_proj.weight)

    def hidden(
        self,
        tokens: Tensor,
        past: list[KeyValues] | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        entering: list[Tensor] | None = None,
    ) -> tuple[Tensor, list[KeyValues]]:
        """Normed last states of (B, T) tokens, and each layer's keys and values.

        Without ``mask`` attention is causal within each row (right padding needs no more than that).
        ``positions`` (B, T) and a boolean ``mask`` (B, 1, T, S) are for batched generation. A list given as
        ``entering`` receives what enters each layer, (B, T, D).
        """
        x = self.model.embed_tokens(tokens)
        if positions is None:
            cos, sin = self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]]  # type: ignore[index]
        else:
            cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]  # type: ignore[index]
        presents: list[KeyValues] = []
        for index, layer in enumerate(self.model.layers):
            if entering is not None:
                entering.append(x)
            x, present = layer(x, cos, sin, past[index] if past else None, mask)
            presents.append(present)
        return self.model.norm(x), presents

    def head(self, states: Tensor) -> Tensor:
        """Logits (..., V) of normed states (..., D)."""
        return F.linear(states, self.model.embed_tokens.weight)

    def loss(
        self,
        tokens: Tensor,
        at: Tensor,
        targets: Tensor,
        weights: Tensor,
        entering: list[Tensor] | None = None,
    ) -> Tensor:
        """Mean cross-entropy at flat positions ``at`` (N,) of ``tokens`` (B, T); the rest costs no head.

        ``weights`` (N,) say how much each counts; ``entering`` is as for ``hidden``.
        """
        states, _ = self.hidden(tokens, entering=entering)
        logits = self.head(states.flatten(0, 1)[at])
        return (F.cross_entropy(logits, targets, reduction="none") * weights).sum() / weights.sum()


def rope_table(config: NanoConfig) -> tuple[Tensor, Tensor]:
    """cos and sin (context, d) for half-split rotation."""
    half = torch.arange(0, config.head_dim, 2, dtype=torch.float64) / config.head_dim
    angles = torch.outer(torch.arange(config.context, dtype=torch.float64), config.rope_theta**-half)
    both = torch.cat((angles, angles), dim=-1)
    return both.cos().float(), both.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x·cos + (−x₂, x₁)·sin over (B, heads, T, d)."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin
