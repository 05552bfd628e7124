"""A run that goes on from a published file: its weights and its vocabulary, with momenta that begin at nothing.

    python -m training_log.nano.again --model lila/models/lila-nano.gguf --out .runs/again --shard 5000000
    python -m training_log.nano.train --run .runs/again --resume --minutes 120 --lr 0.006

The learning rate warms up anew. ``--shard`` is the first of the corpus to be read: one that no run has read yet.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from training_log.nano.checkpoint import Progress, write_checkpoint
from training_log.nano.export import gguf_names, halve_rows
from training_log.nano.model import NanoConfig, NanoModel
from training_log.nano.optimiser import build_optimisers
from training_log.nano.tokenizer import VOCABULARY, tokenizer_of

__all__ = ["begin_again", "read_gguf"]


def read_gguf(path: Path) -> tuple[NanoModel, Tokenizer]:
    """The network and the tokenizer of a file that `export` wrote. Raises `ValueError` where it holds another kind."""
    reader = gguf.GGUFReader(path)
    config = _hyper_parameters(reader, path)
    model = NanoModel(config)
    held = {tensor.name: tensor.data for tensor in reader.tensors}
    weights = {}
    for name, (theirs, heads) in gguf_names(model).items():
        if theirs not in held:
            raise ValueError(f"{path} has no {theirs}: it isn't a file of training_log.nano.export")
        array = np.asarray(held[theirs], dtype=np.float32)
        weights[name] = torch.from_numpy(halve_rows(array, heads) if heads else array.copy())
    model.load_state_dict(weights)
    tokens, merges = (_field(reader, f"tokenizer.ggml.{what}", path) for what in ("tokens", "merges"))
    return model, tokenizer_of(tokens, merges)


def begin_again(path: Path, out: Path, *, first_shard: int) -> NanoModel:
    """Write a run to ``out`` that begins with the weights of ``path`` and reads the corpus from ``first_shard`` on."""
    model, tokenizer = read_gguf(path)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / VOCABULARY))
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    optimisers = build_optimisers(model, "muon", 0.0, 0.0)
    write_checkpoint(out, model, average, optimisers, Progress(next_shard=first_shard))
    return model


def _hyper_parameters(reader: gguf.GGUFReader, path: Path) -> NanoConfig:
    def of(name: str) -> Any:
        return _field(reader, f"llama.{name}", path)

    return NanoConfig(
        depth=of("block_count"),
        width=of("embedding_length"),
        heads=of("attention.head_count"),
        kv_heads=of("attention.head_count_kv"),
        ffn=of("feed_forward_length"),
        vocab=of("vocab_size"),
        context=of("context_length"),
        rope_theta=of("rope.freq_base"),
        rms_eps=of("attention.layer_norm_rms_epsilon"),
    )


def _field(reader: gguf.GGUFReader, name: str, path: Path) -> Any:
    field = reader.get_field(name)
    if field is None:
        raise ValueError(f"{path} says nothing of {name}: it isn't a file of training_log.nano.export")
    return field.contents()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.again",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("lila/models/lila-nano.gguf"),
        help="the file (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run, to be made")
    parser.add_argument("--shard", type=int, required=True, help="first shard of the corpus to be read")
    args = parser.parse_args()
    try:
        model = begin_again(args.model, args.out, first_shard=args.shard)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{args.out}: {sum(each.numel() for each in model.parameters()) / 1e6:.2f}M parameters")


if __name__ == "__main__":
    main()
