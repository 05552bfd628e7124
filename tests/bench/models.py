"""Writes GGUF files of real shapes with random weights: what a benchmark needs of a model without a download.

    python tests/bench/models.py 1b Q4_0 /tmp/1b-q4_0.gguf

The text such a model writes means nothing; its speed and memory are those of the real one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from numpy.typing import NDArray

__all__ = ["SHAPES", "Shape", "write"]


@dataclass(frozen=True)
class Shape:
    """The sizes of a model of the Llama architecture."""

    layers: int
    embedding: int
    heads: int
    kv_heads: int
    head: int
    feed_forward: int
    vocabulary: int
    context: int
    tied: bool


SHAPES = {
    "tiny": Shape(2, 256, 4, 2, 64, 512, 400, 256, tied=True),
    "135m": Shape(30, 576, 9, 3, 64, 1536, 49152, 8192, tied=True),
    "0.6b": Shape(28, 1024, 16, 8, 128, 3072, 151936, 8192, tied=True),
    "1b": Shape(16, 2048, 32, 8, 64, 8192, 128256, 8192, tied=True),
    "4b": Shape(36, 2560, 32, 8, 128, 9728, 151936, 8192, tied=True),
}
"""SmolLM2-135M, Qwen3-0.6B, Llama-3.2-1B and Qwen3-4B; "tiny" is for tests."""

_SCALES = {Kind.Q4_K: (144, (0, 2)), Kind.Q5_K: (176, (0, 2)), Kind.Q6_K: (210, (208,))}
"""Types that the gguf package can't write: bytes of a 256-value block, and where its half-precision scales stand."""
_SAMPLE = 1 << 18


def tensors(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Name and size of every tensor, rows first."""
    width, keys = shape.embedding, shape.kv_heads * shape.head
    inside: dict[str, tuple[int, ...]] = {
        "attn_norm": (width,),
        "attn_q": (shape.heads * shape.head, width),
        "attn_k": (keys, width),
        "attn_v": (keys, width),
        "attn_output": (width, shape.heads * shape.head),
        "ffn_norm": (width,),
        "ffn_gate": (shape.feed_forward, width),
        "ffn_up": (shape.feed_forward, width),
        "ffn_down": (width, shape.feed_forward),
    }
    sizes: dict[str, tuple[int, ...]] = {"token_embd.weight": (shape.vocabulary, width)}
    for layer in range(shape.layers):
        sizes |= {f"blk.{layer}.{name}.weight": size for name, size in inside.items()}
    sizes["output_norm.weight"] = (width,)
    if not shape.tied:
        sizes["output.weight"] = (shape.vocabulary, width)
    return sizes


def _sample(kind: Kind, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blocks of random weights of about 0.02, one after the other."""
    if kind not in _SCALES:
        weights = rng.normal(0, 0.02, (1, _SAMPLE)).astype(np.float32)
        return np.ascontiguousarray(gguf.quants.quantize(weights, kind)).view(np.uint8).reshape(-1)
    size, scales = _SCALES[kind]
    blocks = rng.integers(0, 256, (_SAMPLE // 256, size), np.uint8)
    for offset in scales:
        value = np.full(len(blocks), 5e-5, np.float16).view(np.uint8).reshape(-1, 2)
        blocks[:, offset : offset + 2] = value
    return blocks.reshape(-1)


def _rows(sample: NDArray[np.uint8], kind: Kind, size: tuple[int, ...]) -> NDArray[np.uint8]:
    """The sample again and again, as the bytes of a tensor [rows, bytes of a row]."""
    values, bytes_ = gguf.GGML_QUANT_SIZES[kind]
    row = size[1] // values * bytes_
    return np.resize(sample, size[0] * row).reshape(size[0], row)


def _vocabulary(writer: Any, count: int) -> None:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256))]
    tokens += [f"▁w{i}" for i in range(count - len(tokens))]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(i) for i in range(count)])
    writer.add_token_types([2, 3, 3, *[6] * 256, *[1] * (count - 259)])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)


def write(path: Path, shape: Shape, kind: str) -> Path:
    """Write a model whose matrices are all of ``kind``, a name of ggml's such as Q4_0; norms are F32."""
    writer: Any = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.embedding)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(500_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(shape.vocabulary)
    _vocabulary(writer, shape.vocabulary)
    quantised = Kind[kind]
    sample = _sample(quantised, np.random.default_rng(1))
    for name, size in tensors(shape).items():
        if len(size) == 1:
            writer.add_tensor(name, np.ones(size, np.float32))
        else:
            writer.add_tensor(name, _rows(sample, quantised, size), raw_dtype=quantised)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


if __name__ == "__main__":
    write(Path(sys.argv[3]), SHAPES[sys.argv[1]], sys.argv[2])
