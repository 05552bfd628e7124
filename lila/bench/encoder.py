"""`lila bench encoder`: how long a sentence's embedding takes, and how many come out of a batch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from engine.encoder import Encoder
from engine.errors import EngineError
from lila.bench.machine import describe_machine, percentile
from lila.errors import BenchFailed

__all__ = ["EncoderReport", "run"]

SENTENCE = (
    "The nurse asked whether the swimming lesson could be moved to Thursday afternoon "
    "because her car needs new brake pads"
)
"""Twenty words."""
BATCH = 32
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class EncoderReport:
    """Figures of one encoder on this machine."""

    machine: str
    model: str
    threads: int
    tokens: int
    """Of the sentence, its frame included."""
    load_s: float
    median_s: float
    """Of one sentence, from text to embedding."""
    p95_s: float
    sentences_per_s: float
    """In batches of 32."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as text."""
        return [
            self.machine,
            f"{self.model}, {self.threads} threads, loaded in {self.load_s * 1000:.0f} ms",
            f"20 words ({self.tokens} tokens)  {self.median_s * 1000:8.2f} ms   (p95 {self.p95_s * 1000:.2f})",
            f"batches of {BATCH}          {self.sentences_per_s:8.0f} sentences a second",
        ]


def run(
    folder: Path, *, threads: int = 0, runs: int = 200, progress: Callable[[str], None] = lambda line: None
) -> EncoderReport:
    """Measure the encoder in ``folder``; BenchFailed when it can't be opened."""
    progress(f"opening {folder}")
    start = time.perf_counter()
    try:
        encoder = Encoder.open(folder, threads=threads or None)
    except EngineError as error:
        raise BenchFailed(f"{folder} can't be measured: {error}") from error
    loaded = time.perf_counter() - start
    progress(f"one sentence, {runs} times")
    alone = _seconds(encoder, 1, runs)
    progress(f"batches of {BATCH}")
    batches = _seconds(encoder, BATCH, max(runs // 20, 3))
    return EncoderReport(
        machine=describe_machine(),
        model=folder.resolve().name,
        threads=encoder.threads,
        tokens=len(encoder.tokens(SENTENCE)),
        load_s=loaded,
        median_s=median(alone),
        p95_s=percentile(alone, 95),
        sentences_per_s=BATCH / median(batches),
    )


def _seconds(encoder: Encoder, texts: int, runs: int) -> list[float]:
    taken = []
    for _ in range(_WARM_UP + runs):
        start = time.perf_counter()
        encoder.embed([SENTENCE] * texts)
        taken.append(time.perf_counter() - start)
    return taken[_WARM_UP:]
