"""`lila bench memory`: how fast the store writes and recalls, and how well it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lila.bench.machine import describe_machine
from memory.benchmark import Speed, measure
from memory.locomo import Figures, evaluate

__all__ = ["MemoryReport", "run"]

_EVERY = 1000


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """Speed on made-up memories and, where a copy of LoCoMo was given, retrieval on it."""

    machine: str
    speed: Speed
    locomo: Figures | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as text."""
        speed = self.speed
        lines = [
            self.machine,
            f"{speed.memories} memories, filled at {speed.filled_per_s:.0f} a second in transactions of 50",
            f"durable single operations  {speed.applied_per_s:.0f} a second",
            f"recall                     p50 {speed.recall_p50_ms:.2f} ms, p95 {speed.recall_p95_ms:.2f} ms",
            f"right memory first         {100 * speed.found_first:.1f} percent",
        ]
        if self.locomo is not None:
            lines += ["", f"LoCoMo: {self.locomo.turns} turns, {self.locomo.questions} questions"]
            lines += [_row("all", self.locomo.recall_at)]
            lines += [_row(name, shares) for name, shares in self.locomo.by_category.items()]
            lines += [f"search p50 {self.locomo.p50_ms:.2f} ms, p95 {self.locomo.p95_ms:.2f} ms"]
        return lines


def run(
    size: int = 10_000, *, locomo: Path | None = None, progress: Callable[[str], None] = lambda line: None
) -> MemoryReport:
    """Measure with ``size`` memories; ``locomo`` is a user's copy of locomo10.json."""

    def filled(done: int) -> None:
        if done % _EVERY == 0:
            progress(f"{done} of {size} memories")

    speed = measure(size, progress=filled)
    if locomo is not None:
        progress("LoCoMo")
    return MemoryReport(describe_machine(), speed, evaluate(locomo) if locomo else None)


def _row(name: str, shares: Any) -> str:
    return f"{name:<12}" + "".join(f"  R@{k} {100 * share:5.1f}" for k, share in shares.items())
