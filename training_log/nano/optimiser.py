"""Muon for the matrices, AdamW for everything else.

Muon (Jordan et al. 2024): momentum, then the nearest orthogonal matrix by a quintic Newton–Schulz iteration.
torch has one of its own, which iterates in bfloat16: several times slower than float32 on a CPU without it.
Here that is done only where the hardware multiplies it, and equal shapes are stacked, so that a step is a few batched
products.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import torch
from torch import Tensor, nn

from training_log.nano.model import NanoModel

__all__ = ["Muon", "build_optimisers", "multiplies_bfloat16", "orthogonalise"]

_A, _B, _C = 3.4445, -4.7750, 2.0315


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether the hardware does: emulated, bfloat16 is several times slower than float32."""
    return device.type == "cuda" or (device.type == "cpu" and torch.cpu._is_avx512_bf16_supported())


def orthogonalise(grads: Tensor, steps: int = 5) -> Tensor:
    """Roughly U·Vᵀ of each matrix U·S·Vᵀ in (N, rows, cols), iterated in the type of ``grads``."""
    tall = grads.shape[-2] > grads.shape[-1]
    x = grads.mT if tall else grads
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    direction: Tensor = x.mT if tall else x
    return direction


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; the step is lr · √max(1, rows/cols) in spectral norm."""

    def __init__(
        self, parameters: list[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.01
    ):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update of every matrix that has a gradient."""
        for group in self.param_groups:
            shapes: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes[parameter.shape].append(parameter)
            for shape, parameters in shapes.items():
                self._update(parameters, shape, group)

    def _update(self, parameters: list[nn.Parameter], shape: torch.Size, group: dict[str, Any]) -> None:
        directions = []
        for parameter in parameters:
            grad = parameter.grad
            assert grad is not None
            momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(grad))
            momentum.lerp_(grad, 1 - group["momentum"])
            directions.append(grad.lerp(momentum, group["momentum"]))
        stacked = torch.stack(directions)
        updates = orthogonalise(stacked.bfloat16() if multiplies_bfloat16(stacked.device) else stacked)
        scale = group["lr"] * math.sqrt(max(1.0, shape[0] / shape[1]))
        for parameter, update in zip(parameters, updates, strict=True):
            parameter.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-scale)


def build_optimisers(
    model: NanoModel, kind: str, lr: float, embedding_lr: float
) -> dict[str, torch.optim.Optimizer]:
    """``muon``: Muon at ``lr`` for matrices, AdamW at ``embedding_lr`` for the rest; ``adamw``: one AdamW."""
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    rest = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    if kind == "adamw":
        groups = [{"params": matrices, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]
        return {"adamw": torch.optim.AdamW(groups, lr=embedding_lr, betas=(0.9, 0.98), fused=True)}
    adam = torch.optim.AdamW(rest, lr=embedding_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    return {"muon": Muon(matrices, lr), "adamw": adam}
