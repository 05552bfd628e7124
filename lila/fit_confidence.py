"""Fit the confidence curve to the built-in model on turns that it was never trained on.

    python -m lila.fit_confidence                 # prints the curve and how good it is
    python -m lila.fit_confidence --write         # and puts it into confidence.json

Each held-out turn is played on the native engine; it counts as right when the model wrote exactly what it
should have, up to where the shell takes over. Half of the turns fit the curve, the other half judges it.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from lila.backends.base import Message, Prompt, SamplingSettings
from lila.backends.native import NativeBackend
from lila.confidence import Calibration, fit
from lila.config import Native
from training_log.nano.corpus import Example
from training_log.nano.heldout import held_out

__all__ = ["Judged", "brier", "error_of", "main", "played"]

Judged = tuple[tuple[float, ...], bool]
"""A turn's log-probabilities, and whether what the model wrote was right."""
_PAUSES = ("<|/tool_call|>",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, fit, judge, print; with --write, replace confidence.json."""
    parser = argparse.ArgumentParser(
        prog="python -m lila.fit_confidence", description="Fit the confidence curve."
    )
    parser.add_argument("--each", type=int, default=30, help="held-out turns of every intent")
    parser.add_argument("--seed", type=int, default=7, help="seed of the held-out stream")
    parser.add_argument("--model", default="", help='a GGUF file; "" is the built-in model')
    parser.add_argument("--write", action="store_true", help="replace confidence.json")
    chosen = parser.parse_args(arguments)
    backend = NativeBackend(Native(model=chosen.model))
    try:
        turns = [played(backend, each) for each in _shown(held_out(chosen.each, seed=chosen.seed))]
    finally:
        backend.close()
    curve = fit(turns[::2])
    judged = turns[1::2]
    report = asdict(curve) | {
        "fitted_on": f"{len(turns[::2])} held-out turns of lila-nano {backend.info.digest[:12]}",
        "judged_on": len(judged),
        "right": round(sum(right for _, right in judged) / max(1, len(judged)), 4),
        "brier": round(brier(curve, judged), 4),
        "calibration_error": round(error_of(curve, judged), 4),
    }
    print(json.dumps(report, indent=1))
    if chosen.write:
        path = Path(__file__).with_name("confidence.json")
        path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def _shown(examples: Sequence[Example]) -> Iterator[Example]:
    for number, each in enumerate(examples, 1):
        print(f"\r{number} of {len(examples)} turns", end="", file=sys.stderr, flush=True)
        yield each
    print(file=sys.stderr)


def played(backend: NativeBackend, example: Example) -> Judged:
    """Let the model write the turn up to where the shell takes over, and compare."""
    roles = {"memory": "memory", "user": "user", "assistant": "assistant", "system": "system"}
    messages = tuple(Message(roles[role], content) for role, content in example.messages)  # type: ignore[arg-type]
    written = ""
    logprobs: list[float] = []
    pieces = backend.generate(
        Prompt(messages), SamplingSettings(), max_tokens=256, conversation="fit", cancel=threading.Event()
    )
    for piece in pieces:
        written += piece.text
        logprobs.extend(piece.logprobs)
        if any(pause in written for pause in _PAUSES) or (
            "<|mem_recall|>" in written and "<|memory_end|>" in written
        ):
            break
    expected = example.target[0][0].removesuffix("<|end|>")
    return tuple(logprobs), written.removesuffix("<|end|>").rstrip() == expected.rstrip()


def brier(curve: Calibration, turns: Sequence[Judged]) -> float:
    """Mean squared difference between the confidence and what was right; 0 is perfect."""
    pairs = [(curve.of(logprobs), right) for logprobs, right in turns]
    known = [(sure, right) for sure, right in pairs if sure is not None]
    return sum((sure - right) ** 2 for sure, right in known) / max(1, len(known))


def error_of(curve: Calibration, turns: Sequence[Judged], *, bins: int = 10) -> float:
    """Expected calibration error: in bins of confidence, how far the mean confidence is from the share right."""
    boxes: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for logprobs, right in turns:
        sure = curve.of(logprobs)
        if sure is not None:
            boxes[min(bins - 1, int(sure * bins))].append((sure, right))
    total = sum(map(len, boxes)) or 1
    return sum(abs(sum(sure - right for sure, right in box)) for box in boxes) / total


if __name__ == "__main__":
    raise SystemExit(main())
