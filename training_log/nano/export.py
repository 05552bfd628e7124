"""Write a run as one GGUF that llama.cpp, transformers and Lila's own engine load.

    python -m training_log.nano.export --run .runs/nano --out lila/models/lila-nano.gguf

- Q and K rows are permuted from half-split to adjacent rotary pairs, as every llama GGUF has them.
- The tokenizer is kind ``gpt2`` with the pre-tokenizer ``smollm``; each special is of type CONTROL.
- ``add_bos_token`` is false: the chat template writes ``<|bos|>`` itself, so that no runtime doubles it. Text
  that is fed without the template must begin with ``<|bos|>``.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from torch import Tensor

from training_log.nano.checkpoint import load_model
from training_log.nano.corpus import examples, render
from training_log.nano.model import NanoConfig, NanoModel
from training_log.nano.tokenizer import (
    BOS,
    CHAT_TEMPLATE,
    END,
    PAD,
    SPECIAL_TOKENS,
    VOCABULARY,
    load_tokenizer,
    merge_lines,
    token_id,
    tokens_in_order,
)
from training_log.nano.trim import trimmed

__all__ = ["gguf_names", "gguf_tensors", "halve_rows", "pair_rows", "write_gguf"]

Array = npt.NDArray[np.float32]

SAMPLE = 20_000
"""Examples by which the use of an entry is counted."""
_OUTSIDE = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
_LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def pair_rows(matrix: Array, heads: int) -> Array:
    """Rows (heads · d, D) from halves (i, i + d/2) to adjacent pairs (2i, 2i + 1) within each head."""
    rows, width = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


def halve_rows(matrix: Array, heads: int) -> Array:
    """What `pair_rows` did, undone."""
    rows, width = matrix.shape
    return matrix.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def gguf_names(model: NanoModel) -> dict[str, tuple[str, int]]:
    """For every weight of the network its GGUF name and, where its rows are paired, in how many heads; otherwise 0."""
    heads = {"attn_q": model.config.heads, "attn_k": model.config.kv_heads}
    names: dict[str, tuple[str, int]] = {}
    for name in model.state_dict():
        if name in _OUTSIDE:
            names[name] = (_OUTSIDE[name], 0)
        else:
            _, _, layer, rest = name.split(".", 3)
            part = _LAYER_NAMES[rest.removesuffix(".weight")]
            names[name] = (f"blk.{layer}.{part}.weight", heads.get(part, 0))
    return names


def gguf_tensors(model: NanoModel) -> dict[str, Array]:
    """Every weight under its GGUF name, in float32."""
    weights = model.state_dict()
    return {
        theirs: pair_rows(_array(weights[name]), heads) if heads else _array(weights[name])
        for name, (theirs, heads) in gguf_names(model).items()
    }


def _array(value: Tensor) -> Array:
    return value.detach().cpu().float().numpy()


def write_gguf(
    model: NanoModel, tokenizer: Tokenizer, out: Path, *, version: str = "1", notes: str = ""
) -> Path:
    """Write ``out`` atomically: matrices in F16, norms in F32. Returns the path."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    writer = gguf.GGUFWriter(fresh, "llama")
    _describe(writer, version, notes)
    _hyper_parameters(writer, model.config)
    _vocabulary(writer, tokenizer)
    for name, array in gguf_tensors(model).items():
        writer.add_tensor(name, array.astype(np.float32 if array.ndim == 1 else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    fresh.replace(out)
    return out


def _describe(writer: gguf.GGUFWriter, version: str, notes: str) -> None:
    writer.add_name("lila-nano")
    writer.add_version(version)
    writer.add_description(
        "The small model built into Lila: it stores, recalls, corrects and forgets what a person tells it. "
        + notes
    )
    writer.add_license("Apache-2.0")
    writer.add_languages(["en"])
    writer.add_string("lila.dialect", "native")


def _hyper_parameters(writer: gguf.GGUFWriter, config: NanoConfig) -> None:
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(config.vocab)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_block_count(config.depth)
    writer.add_feed_forward_length(config.ffn)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_eps)


def _vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    tokens = tokens_in_order(tokenizer)
    specials = set(SPECIAL_TOKENS)
    kinds = [gguf.TokenType.CONTROL if token in specials else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merge_lines(tokenizer))
    writer.add_bos_token_id(token_id(tokenizer, BOS))
    writer.add_eos_token_id(token_id(tokenizer, END))
    writer.add_eot_token_id(token_id(tokenizer, END))
    writer.add_pad_token_id(token_id(tokenizer, PAD))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def mix(model: NanoModel, other: NanoModel, share: float) -> None:
    """Move `model`'s weights by `share` towards those of another state of its run (Wortsman et al. 2022)."""
    towards = other.state_dict()
    for name, value in model.state_dict().items():
        value.lerp_(towards[name], share)


def main() -> None:
    """Export a run."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.export",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, default=Path(".runs/nano"), help="folder of the run")
    parser.add_argument("--out", type=Path, default=Path("lila/models/lila-nano.gguf"), help="file to write")
    parser.add_argument(
        "--weights",
        choices=("model", "average"),
        default="model",
        help="the last weights, or their running mean (better before the learning rate has fallen)",
    )
    parser.add_argument("--mix", type=Path, help="folder of an earlier state of the same run, to be mixed in")
    parser.add_argument("--share", type=float, default=0.25, help="how much of it (default: %(default)s)")
    parser.add_argument(
        "--trim",
        type=int,
        default=0,
        help="entries of the vocabulary to drop, those that the corpus uses least",
    )
    parser.add_argument("--version", default="1", help="general.version of the file")
    args = parser.parse_args()
    model = load_model(args.run, weights=args.weights)
    if args.mix:
        mix(model, load_model(args.mix, weights=args.weights), args.share)
    tokenizer = load_tokenizer(args.run / VOCABULARY)
    if args.trim:
        sample = ("".join(text for text, _ in render(example)) for example in examples(0, "train"))
        model, tokenizer = trimmed(model, tokenizer, islice(sample, SAMPLE), args.trim)
    out = write_gguf(model, tokenizer, args.out, version=args.version)
    print(f"{out}: {out.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()
