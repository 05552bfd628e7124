"""How sure a reply is, from the probabilities of its tokens, calibrated on held-out turns.

A reply is as good as its weakest token: the features are the lowest and the mean natural log-probability of
its tokens, and the chance that the reply is right is a logistic function that rises in both:

    p = 1 / (1 + exp(-(bias + w_lowest · lowest + w_mean · mean)))        w ≥ 0

`confidence.json` holds the numbers and what they were fitted on; `python -m lila.fit_confidence` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Calibration", "calibration", "features", "fit"]

_FLOOR = -20.0
"""Log-probabilities below this are all the same to us: the token was out of the question."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted curve; weights are not negative, so likelier tokens never lower the confidence."""

    bias: float
    lowest: float
    mean: float

    def of(self, logprobs: Sequence[float]) -> float | None:
        """0..1, or None where the backend gave no probabilities."""
        if not logprobs:
            return None
        lowest, mean = features(logprobs)
        return _logistic(self.bias + self.lowest * lowest + self.mean * mean)


def features(logprobs: Sequence[float]) -> tuple[float, float]:
    """The lowest and the mean log-probability, each at least the floor (nan counts as the floor)."""
    bounded = [max(_FLOOR, min(0.0, each)) if each == each else _FLOOR for each in logprobs]
    return min(bounded), sum(bounded) / len(bounded)


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The curve that ships with Lila."""
    data = json.loads(Path(__file__).with_name("confidence.json").read_text(encoding="utf-8"))
    return Calibration(float(data["bias"]), float(data["lowest"]), float(data["mean"]))


def fit(
    turns: Sequence[tuple[Sequence[float], bool]], *, steps: int = 4000, ridge: float = 1e-3
) -> Calibration:
    """Fit the curve to (log-probabilities, was it right) by projected gradient descent on the log loss."""
    rows = [(*features(logprobs), 1.0 if right else 0.0) for logprobs, right in turns if logprobs]
    bias, lowest, mean = 1.0, 0.5, 0.5
    rate = 0.5
    for _ in range(steps):
        slope_bias, slope_lowest, slope_mean = 0.0, ridge * lowest, ridge * mean
        for low, average, right in rows:
            error = _logistic(bias + lowest * low + mean * average) - right
            slope_bias += error / len(rows)
            slope_lowest += error * low / len(rows)
            slope_mean += error * average / len(rows)
        bias -= rate * slope_bias
        lowest = max(0.0, lowest - rate * slope_lowest)
        mean = max(0.0, mean - rate * slope_mean)
    return Calibration(round(bias, 4), round(lowest, 4), round(mean, 4))


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
