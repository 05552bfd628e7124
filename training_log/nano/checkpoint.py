"""A run on disk: everything that a killed training needs to go on, proof against kill -9."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training_log.nano.model import NanoConfig, NanoModel

__all__ = ["CHECKPOINT", "Progress", "load_model", "read_checkpoint", "write_checkpoint"]

CHECKPOINT = "checkpoint.pt"


@dataclass(slots=True)
class Progress:
    """Where a run is. The decay, once begun, is a share of tokens or of seconds."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    next_shard: int = 0
    decay_unit: str = ""
    decay_from: float = 0.0
    decay_length: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)

    def measure(self, unit: str) -> float:
        """Tokens or seconds so far."""
        return float(self.tokens) if unit == "tokens" else self.seconds

    def begin_decay(self, unit: str, length: float) -> None:
        """Let the learning rate fall to nothing over the next ``length`` tokens or seconds."""
        self.decay_unit, self.decay_from, self.decay_length = unit, self.measure(unit), max(length, 1e-9)

    def decay_left(self) -> float:
        """1 before the decay, falling linearly to 0 at its end."""
        if not self.decay_unit:
            return 1.0
        return max(0.0, 1 - (self.measure(self.decay_unit) - self.decay_from) / self.decay_length)


def write_checkpoint(
    folder: Path,
    model: NanoModel,
    average: dict[str, Tensor],
    optimisers: dict[str, torch.optim.Optimizer],
    progress: Progress,
) -> None:
    """Write beside the old checkpoint, flush to disk, then put it in its place."""
    state = {
        "config": model.config.to_dict(),
        "model": model.state_dict(),
        "average": average,
        "optimisers": {name: optimiser.state_dict() for name, optimiser in optimisers.items()},
        "progress": asdict(progress),
    }
    fresh = folder / (CHECKPOINT + ".new")
    with fresh.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / CHECKPOINT)


def read_checkpoint(folder: Path) -> dict[str, Any]:
    """The last whole checkpoint of a run folder."""
    state: dict[str, Any] = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
    return state


def load_model(folder: Path, *, weights: str = "model") -> NanoModel:
    """The network of a run, with its last weights (``model``) or their running mean (``average``)."""
    state = read_checkpoint(folder)
    model = NanoModel(NanoConfig(**state["config"]))
    model.load_state_dict(state[weights])
    return model.eval()
