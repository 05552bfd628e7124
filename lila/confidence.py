"""How sure a reply is, from the probabilities of its tokens, calibrated on held-out turns.

Each token's log-probability is among those that were allowed in its place, so that their sum is that of the
whole reply, P, among all that could have been written. The chance that it is right is a logistic function of P's
log-odds (Platt, 1999):

    p = 1 / (1 + exp(-(bias + slope · ln(P / (1 - P)))))        slope ≥ 0

`confidence.json` holds the numbers and what they were fitted on; `python -m lila.fit_confidence` makes it. They are
lila-nano's: for a model that writes long and freely, P is small, and so is what is made of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Calibration", "calibration", "fit", "log_odds"]

_FLOOR = -20.0
"""Log-probabilities below this are all the same to us: the token was out of the question."""


_SUREST = 1e-6
"""Nothing is surer than one in a million wrong: float32 tells no more."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted curve; the slope is not negative, so likelier tokens never lower the confidence."""

    bias: float
    slope: float

    def of(self, logprobs: Sequence[float]) -> float | None:
        """0..1, or None where the backend gave no probabilities."""
        return _logistic(self.bias + self.slope * log_odds(logprobs)) if logprobs else None


def log_odds(logprobs: Sequence[float]) -> float:
    """ln(P / (1 - P)) of the tokens together, each at least the floor (nan counts as the floor)."""
    whole = sum(max(_FLOOR, min(0.0, each)) if each == each else _FLOOR for each in logprobs)
    return whole - math.log(max(_SUREST, -math.expm1(whole)))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The curve that ships with Lila."""
    data = json.loads(Path(__file__).with_name("confidence.json").read_text(encoding="utf-8"))
    return Calibration(float(data["bias"]), float(data["slope"]))


def fit(
    turns: Sequence[tuple[Sequence[float], bool]], *, steps: int = 50, ridge: float = 1e-3
) -> Calibration:
    """Fit the curve to (log-probabilities, was it right) by Newton's steps on the log loss."""
    rows = [(log_odds(logprobs), float(right)) for logprobs, right in turns if logprobs]
    bias, slope = 0.0, 0.5
    for _ in range(steps if rows else 0):
        down_bias, down_slope = 0.0, ridge * slope * len(rows)
        both, bias_bias, slope_slope = 0.0, ridge * len(rows), ridge * len(rows)
        for odds, right in rows:
            sure = _logistic(bias + slope * odds)
            down_bias += sure - right
            down_slope += (sure - right) * odds
            curved = sure * (1.0 - sure)
            bias_bias += curved
            both += curved * odds
            slope_slope += curved * odds * odds
        area = bias_bias * slope_slope - both * both
        bias -= (slope_slope * down_bias - both * down_slope) / area
        slope = max(0.0, slope - (bias_bias * down_slope - both * down_bias) / area)
    return Calibration(round(bias, 4), round(slope, 4))


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
