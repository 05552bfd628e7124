"""Widen the feed-forward of a run, or give it more layers: it computes what it did, with room for more, and goes on.

    python -m training_log.nano.grow --run .runs/nano --out .runs/larger --ffn 1024 --depth 7
    python -m training_log.nano.train --run .runs/larger --resume

The new rows of gate and up are drawn as at the start of a run, and the new columns of down are zero; a new layer is a
copy of the last one, but what it adds is zero. So both add nothing until they have learnt something (function-preserving
growth, as in Net2Net, Chen et al. 2016, and LLaMA Pro, Wu et al. 2024). The learning rate begins anew; what the
optimiser remembers of the old weights stays.
"""

from __future__ import annotations

import argparse
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training_log.nano.checkpoint import Progress, read_checkpoint, write_checkpoint
from training_log.nano.model import NanoConfig, NanoModel
from training_log.nano.optimiser import build_optimisers
from training_log.nano.tokenizer import VOCABULARY

__all__ = ["grow"]

_LAYER = re.compile(r"layers\.(\d+)\.")


def grow(run: Path, out: Path, *, ffn: int, depth: int) -> NanoModel:
    """Write a run with ``depth`` layers and feed-forwards of width ``ffn`` to ``out``.

    Raises `ValueError` where it would be smaller in one of them, or larger in neither.
    """
    state = read_checkpoint(run)
    config = NanoConfig(**state["config"])
    if ffn < config.ffn or depth < config.depth or (ffn, depth) == (config.ffn, config.depth):
        raise ValueError(
            f"{run} has {config.depth} layers with feed-forwards of {config.ffn}: --ffn or --depth must be more, and neither less"
        )
    small, large = NanoModel(config), NanoModel(replace(config, ffn=ffn, depth=depth))
    large.load_state_dict(_grown(state["model"], large, config.depth))
    average = _grown(state["average"], large, config.depth)
    optimisers = _remembering(state["optimisers"], small, large)
    progress = Progress(**state["progress"])
    progress.decay_unit = ""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run / VOCABULARY, out / VOCABULARY)
    write_checkpoint(out, large, average, optimisers, progress)
    return large


def _grown(weights: dict[str, Tensor], large: NanoModel, depth: int) -> dict[str, Tensor]:
    """``weights`` of a network of ``depth`` layers, in the shapes of ``large``, as drawn where they hold nothing."""
    grown = {}
    for name, drawn in large.state_dict().items():
        known = _LAYER.sub(lambda found: f"layers.{min(int(found[1]), depth - 1)}.", name)
        adds = known != name and name.endswith(("o_proj.weight", "down_proj.weight"))
        grown[name] = drawn.clone() if adds else _into(drawn, weights[known])
    return grown


def _remembering(
    held: dict[str, Any], small: NanoModel, large: NanoModel
) -> dict[str, torch.optim.Optimizer]:
    """Optimisers of ``large`` with what those of ``small`` ``held``; of what is new they remember nothing."""
    kind = "muon" if "muon" in held else "adamw"
    optimisers = build_optimisers(large, kind, 0.0, 0.0)
    parameters = dict(large.named_parameters())
    before = build_optimisers(small, kind, 0.0, 0.0)
    for what, optimiser in optimisers.items():
        numbers = {name: number for number, name in enumerate(_names(large, optimiser))}
        fresh = optimiser.state_dict()
        for number, name in enumerate(_names(small, before[what])):
            if number in held[what]["state"]:
                fresh["state"][numbers[name]] = {
                    part: _into(torch.zeros_like(parameters[name]), value) if value.shape else value
                    for part, value in held[what]["state"][number].items()
                }
        optimiser.load_state_dict(fresh)
    return optimisers


def _names(model: NanoModel, optimiser: torch.optim.Optimizer) -> list[str]:
    """The names of an optimiser's parameters, in its order."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    return [names[each] for group in optimiser.param_groups for each in group["params"]]


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
    parser.add_argument("--out", type=Path, required=True, help="folder of the larger run, to be made")
    parser.add_argument(
        "--ffn", type=int, default=NanoConfig().ffn, help="width of the feed-forward (default: %(default)s)"
    )
    parser.add_argument("--depth", type=int, default=NanoConfig().depth, help="layers (default: %(default)s)")
    args = parser.parse_args()
    try:
        large = grow(args.run, args.out, ffn=args.ffn, depth=args.depth)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{args.out}: {sum(each.numel() for each in large.parameters()) / 1e6:.2f}M parameters")


if __name__ == "__main__":
    main()
