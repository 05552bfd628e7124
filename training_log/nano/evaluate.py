"""Measure a run on held-out turns of the corpus: wordings, names, words and numbers it was never shown.

    python -m training_log.nano.evaluate --run .runs/nano --each 40
    python -m training_log.nano.evaluate --run .runs/nano --each 40 --json --weights average
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from training_log.nano.checkpoint import load_model, read_checkpoint
from training_log.nano.generate import TorchGenerator
from training_log.nano.scoring import Outcome, Tally, score, tally
from training_log.nano.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from training_log.nano.corpus import Example

__all__ = ["failures", "held_out", "table"]


def held_out(each: int, *, seed: int = 0, split: str = "heldout", look: int = 400) -> list[Example]:
    """``each`` held-out examples of every intent, from at most ``look`` · ``each`` of the stream."""
    from training_log.nano.corpus import examples

    taken: Counter[str] = Counter()
    chosen = []
    for index, example in enumerate(examples(seed, split)):
        if taken[example.intent] < each:
            taken[example.intent] += 1
            chosen.append(example)
        if index >= each * look:
            break
    return chosen


def table(tallies: dict[str, Tally]) -> str:
    """A table with a line for each intent; figures are percentages."""
    lines = [f"{'intent':<22}{'n':>6}{'exact':>8}{'ops':>8}{'tags':>8}{'tools':>8}{'reply':>8}{'syntax':>8}{'silent':>8}"]
    for intent, t in tallies.items():
        shares = (t.exact, t.ops, t.tags, t.tools, t.reply, t.syntax, t.silent)
        lines.append(f"{intent:<22}{t.n:>6}" + "".join(f"{100 * share:>8.1f}" for share in shares))
    return "\n".join(lines)


def failures(outcomes: Sequence[Outcome], per_intent: int) -> str:
    """Some turns of each intent that went wrong: what was asked, what was right, what was written."""
    shown: Counter[str] = Counter()
    lines = []
    for outcome in outcomes:
        if outcome.exact or shown[outcome.intent] >= per_intent:
            continue
        shown[outcome.intent] += 1
        prompt = outcome.prompt.replace("<|bos|>", "").replace("<|end|>", " ").replace("\n", " / ")
        lines.append(f"[{outcome.intent}] {prompt}\n    right: {outcome.expected!r}\n    wrote: {outcome.wrote!r}")
    return "\n".join(lines)


def main() -> None:
    """Evaluate a run."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, default=Path(".runs/nano"), help="folder of the run")
    parser.add_argument("--weights", choices=("model", "average"), default="model", help="last weights or their mean")
    parser.add_argument("--each", type=int, default=30, help="examples of every intent")
    parser.add_argument("--seed", type=int, default=0, help="seed of the held-out stream")
    parser.add_argument("--split", default="heldout", help="split of the corpus")
    parser.add_argument("--failures", type=int, default=2, help="failures to show for every intent")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    args = parser.parse_args()
    from training_log.nano.corpus import render

    torch.set_num_threads(args.threads)
    tokenizer = load_tokenizer(args.run / "tokenizer.json")
    generator = TorchGenerator(load_model(args.run, weights=args.weights), tokenizer)
    chosen = held_out(args.each, seed=args.seed, split=args.split)
    outcomes = score(generator, [(example, render(example)) for example in chosen])
    tallies = tally(outcomes)
    tokens = read_checkpoint(args.run)["progress"]["tokens"]
    if args.json:
        print(json.dumps({"tokens": tokens, **{intent: asdict(t) for intent, t in tallies.items()}}, indent=1))
        return
    print(f"after {tokens / 1e6:.2f}M tokens, {args.weights} weights, split {args.split}\n{table(tallies)}")
    print(failures(outcomes, args.failures))


if __name__ == "__main__":
    main()
