"""How confidence fades: computed from the last use whenever it is read, never written back.

    strength = confidence · exp(−rate · idle hours)

so reading it twice fades nothing twice, and a use starts it anew. What a person approved never falls below a floor.
Repetition strengthens: each time, a share of what is missing to certainty.
"""

from __future__ import annotations

import math

from memory.model import APPROVED

RATE_PER_HOUR: dict[str, float] = {
    "personal": 0.001,
    "episodic": 0.01,
    "wiki": 0.0001,
    "schedule": 0.05,
    "contested": 0.02,
}
APPROVED_FLOOR = 0.3
REPETITION_SHARE = 0.3
PROMOTIONS: dict[str, tuple[str, int]] = {"episodic": ("personal", 8), "personal": ("wiki", 64)}
"""After so many uses, what is in this namespace moves to the next, more lasting one."""


def strength(confidence: float, namespace: str, state: str, used_at: float, now: float) -> float:
    """What is left of `confidence` at `now` (both times in seconds); a clock set back fades nothing."""
    idle_hours = max(0.0, now - used_at) / 3600.0
    faded = confidence * math.exp(-RATE_PER_HOUR[namespace] * idle_hours)
    floor = min(confidence, APPROVED_FLOOR) if state == APPROVED else 0.0
    return max(faded, floor)


def strengthened(confidence: float) -> float:
    """The confidence after the same was said once more."""
    return min(1.0, confidence + (1.0 - confidence) * REPETITION_SHARE)


def promoted(namespace: str, uses: int) -> str:
    """Where a memory belongs after so many uses."""
    target, needed = PROMOTIONS.get(namespace, (namespace, 0))
    return target if uses >= needed else namespace
