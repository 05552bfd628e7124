"""Measure a run on held-out turns of the corpus: wordings, names, words and numbers it was never shown.

python -m training_log.nano.evaluate --run .runs/nano --each 40
python -m training_log.nano.evaluate --run .runs/nano --each 40 --json --weights average
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from training_log.nano.checkpoint import load_model, read_checkpoint
from training_log.nano.generate import TorchGenerator
from training_log.nano.heldout import failures, held_out, table
from training_log.nano.scoring import score, tally
from training_log.nano.tokenizer import VOCABULARY, load_tokenizer

__all__ = ["failures", "held_out", "table"]


def main() -> None:
    """Evaluate a run."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, default=Path(".runs/nano"), help="folder of the run")
    parser.add_argument(
        "--weights", choices=("model", "average"), default="model", help="last weights or their mean"
    )
    parser.add_argument("--each", type=int, default=30, help="examples of every intent")
    parser.add_argument("--seed", type=int, default=0, help="seed of the held-out stream")
    parser.add_argument("--split", default="heldout", help="split of the corpus")
    parser.add_argument("--failures", type=int, default=2, help="failures to show for every intent")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    args = parser.parse_args()
    from training_log.nano.corpus import render

    torch.set_num_threads(args.threads)
    tokenizer = load_tokenizer(args.run / VOCABULARY)
    generator = TorchGenerator(load_model(args.run, weights=args.weights), tokenizer)
    chosen = held_out(args.each, seed=args.seed, split=args.split)
    outcomes = score(generator, [(example, render(example)) for example in chosen])
    tallies = tally(outcomes)
    tokens = read_checkpoint(args.run)["progress"]["tokens"]
    if args.json:
        print(
            json.dumps({"tokens": tokens, **{intent: asdict(t) for intent, t in tallies.items()}}, indent=1)
        )
        return
    print(f"after {tokens / 1e6:.2f}M tokens, {args.weights} weights, split {args.split}\n{table(tallies)}")
    print(failures(outcomes, args.failures))


if __name__ == "__main__":
    main()
