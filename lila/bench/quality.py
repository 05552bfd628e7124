"""`lila bench quality`: how well a model on the native engine predicts a text, and how near it is to llama.cpp.

Both read the same tokens of the same file: llama.cpp in batches, as its own perplexity tool does, since token by token
it sums attention up in f16 and differs from itself in batches. The Kullback-Leibler divergence is of the native engine's
next-token distribution from the peer's, in nats. What the engine promises of both figures is in the report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tokenizer import Tokenizer
from lila.bench.engine_worker import Engine, open_engine
from lila.bench.machine import describe_machine
from lila.errors import BenchFailed

__all__ = ["LEAST_SAME_TOP", "MOST_KLD", "QualityReport", "compare", "run"]

Logits = NDArray[np.float32]
LEAST_TOKENS = 2
MOST_KLD = 1e-3
"""The mean divergence stays below this many nats."""
LEAST_SAME_TOP = 0.99
"""So often, or more, the same token is the likeliest."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Figures over ``tokens`` predictions; the peer's and the comparison are None without a peer."""

    machine: str
    model: str
    text: str
    against: str
    tokens: int
    perplexity: float
    peer_perplexity: float | None
    mean_kld: float | None
    """Nats."""
    same_top: float | None
    """Share of positions with the same most likely token, from 0 to 1."""

    @property
    def near(self) -> bool | None:
        """Whether the mean divergence is below MOST_KLD; None without a peer."""
        return None if self.mean_kld is None else self.mean_kld < MOST_KLD

    @property
    def agrees(self) -> bool | None:
        """Whether the most likely token is the same in LEAST_SAME_TOP of the positions; None without a peer."""
        return None if self.same_top is None else self.same_top >= LEAST_SAME_TOP

    def as_dict(self) -> dict[str, Any]:
        """The figures, their limits, and whether each limit is met."""
        limits = {"most_kld": MOST_KLD, "near": self.near}
        return asdict(self) | limits | {"least_same_top": LEAST_SAME_TOP, "agrees": self.agrees}

    def lines(self) -> list[str]:
        """The report as text."""
        shown = [
            f"{self.model} on {self.text}, {self.tokens} predictions",
            f"perplexity {self.perplexity:.4f}",
        ]
        if self.peer_perplexity is not None and self.mean_kld is not None and self.same_top is not None:
            shown[1] += f", {self.against} {self.peer_perplexity:.4f}"
            shown.append(f"mean KLD {self.mean_kld:.3g} nats; below {MOST_KLD:g}: {_verdict(self.near)}")
            shown.append(
                f"same top token {100 * self.same_top:.2f}%; at least {100 * LEAST_SAME_TOP:g}%: {_verdict(self.agrees)}"
            )
        return shown


def _verdict(met: bool | None) -> str:
    return "met" if met else "missed"


@dataclass(frozen=True, slots=True)
class Step:
    """One prediction: what it cost in nats on either side, and how the two distributions compare."""

    cost: float
    peer_cost: float
    kld: float
    same: bool


def compare(logits: Logits, peer: Logits, actual: int) -> Step:
    """Two logit vectors [vocab_size] before the token ``actual``."""
    ours, theirs = _log_softmax(logits), _log_softmax(peer)
    kld = float(np.sum(np.exp(theirs) * (theirs - ours)))
    return Step(-float(ours[actual]), -float(theirs[actual]), kld, int(ours.argmax()) == int(theirs.argmax()))


def _log_softmax(logits: Logits) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - float(logits.max())
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def run(
    model: Path,
    text: Path,
    against: str = "",
    *,
    tokens: int = 512,
    threads: int = 0,
    special: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> QualityReport:
    """Score up to ``tokens`` tokens of the text. ``against`` is "" or "llama.cpp".

    With ``special``, control tokens in the text are read as such, and one that begins a text begins afresh.

    EngineError where the engine can't take the model, BenchFailed where there is nothing to predict.
    """
    tokenizer = Tokenizer.from_gguf(model)
    ids = tokenizer.encode(text.read_bytes(), parse_special=special)[: tokens + 1]
    if len(ids) < LEAST_TOKENS:
        raise BenchFailed(f"{text} has fewer than {LEAST_TOKENS} tokens; give a longer text")
    pieces = _pieces(ids, tokenizer.bos_id if special else None)
    longest = max(len(piece) for piece in pieces)
    native = open_engine("native", str(model), threads, longest)
    peer = open_engine(against, str(model), threads or 1, longest) if against else native
    try:
        steps = list(_steps(native, peer, pieces, progress))
    finally:
        for engine in {id(native): native, id(peer): peer}.values():
            engine.close()
    ours, theirs = _perplexity([s.cost for s in steps]), _perplexity([s.peer_cost for s in steps])
    kld, same = float(np.mean([s.kld for s in steps])), float(np.mean([s.same for s in steps]))
    return QualityReport(
        describe_machine(), model.name, text.name, against, len(steps), ours,
        theirs if against else None, kld if against else None, same if against else None,
    )  # fmt: skip


def _pieces(ids: list[int], begins: int | None) -> list[list[int]]:
    """The texts that each begin with `begins`, or one of all."""
    starts = [0, *(at for at, token in enumerate(ids) if token == begins and at), len(ids)]
    return [ids[start:end] for start, end in pairwise(starts)]


def _steps(
    native: Engine, peer: Engine, pieces: list[list[int]], progress: Callable[[str], None]
) -> Iterator[Step]:
    total, done = sum(len(piece) - 1 for piece in pieces), 0
    for piece in pieces:
        for (logits, theirs), actual in zip(_both(native, peer, piece[:-1]), piece[1:], strict=True):
            yield compare(logits, theirs, actual)
            done += 1
            if done % 128 == 0:
                progress(f"{done} of {total} tokens")


def _both(native: Engine, peer: Engine, tokens: list[int]) -> Iterator[tuple[Logits, Logits]]:
    """After each token of a text, which begins afresh; twice the same where the native engine has no peer."""
    for engine in {id(native): native, id(peer): peer}.values():
        engine.keep(0)
    if peer is native:
        yield from ((logits, logits) for logits in native.read(tokens))
    else:
        yield from zip(native.read(tokens), peer.read(tokens), strict=True)


def _perplexity(costs: list[float]) -> float:
    return math.exp(sum(costs) / len(costs))
