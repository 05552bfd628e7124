"""Widen the feed-forward of a run: the network computes what it did, with room for more, and the training goes on.

    python -m training_log.nano.grow --run .runs/nano --out .runs/wider --ffn 1024
    python -m training_log.nano.train --run .runs/wider --resume

The new rows of gate and up are drawn as at the start of a run, and the new columns of down are zero, so that they add
nothing until they have learnt something (a function-preserving widening, as in Net2Net, Chen et al. 2016). The learning
rate begins anew; what the optimiser remembers of the old weights stays.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from training_log.nano.checkpoint import Progress, read_checkpoint, write_checkpoint
from training_log.nano.model import NanoConfig, NanoModel
from training_log.nano.optimiser import build_optimisers
from training_log.nano.tokenizer import VOCABULARY

__all__ = ["grow"]


def grow(run: Path, out: Path, ffn: int) -> NanoModel:
    """Write a run with a feed-forward of width ``ffn`` to ``out``. Raises `ValueError` where it wouldn't be wider."""
    state = read_checkpoint(run)
    narrow = NanoConfig(**state["config"])
    if ffn <= narrow.ffn:
        raise ValueError(f"the feed-forward of {run} is {narrow.ffn} wide already: --ffn must be more")
    wide = NanoModel(replace(narrow, ffn=ffn))
    drawn = {name: value.clone() for name, value in wide.state_dict().items()}
    wide.load_state_dict({name: _into(drawn[name], value) for name, value in state["model"].items()})
    average = {name: _into(drawn[name], value) for name, value in state["average"].items()}
    optimisers = build_optimisers(wide, "muon" if "muon" in state["optimisers"] else "adamw", 0.0, 0.0)
    for name, optimiser in optimisers.items():
        held = state["optimisers"][name]
        parameters = [each for group in optimiser.param_groups for each in group["params"]]
        for number, memory in held["state"].items():
            for what, value in memory.items():
                if value.shape and value.shape != parameters[number].shape:
                    memory[what] = _into(torch.zeros_like(parameters[number]), value)
        optimiser.load_state_dict(held)
    progress = Progress(**state["progress"])
    progress.decay_unit = ""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run / VOCABULARY, out / VOCABULARY)
    write_checkpoint(out, wide, average, optimisers, progress)
    return wide


def _into(wide: Tensor, narrow: Tensor) -> Tensor:
    """``wide`` with ``narrow`` in its first rows and columns."""
    found = wide.detach().clone()
    found[tuple(slice(0, size) for size in narrow.shape)] = narrow
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.grow",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, default=Path(".runs/nano"), help="folder of the run")
    parser.add_argument("--out", type=Path, required=True, help="folder of the wider run, to be made")
    parser.add_argument("--ffn", type=int, default=NanoConfig().ffn, help="its width (default: %(default)s)")
    args = parser.parse_args()
    try:
        wide = grow(args.run, args.out, args.ffn)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{args.out}: {sum(each.numel() for each in wide.parameters()) / 1e6:.2f}M parameters")


if __name__ == "__main__":
    main()
