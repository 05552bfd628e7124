"""Writes GGUF files of real shapes with random weights: what a benchmark needs of a model without a download.

    python tests/bench/models.py 1b Q4_0 /tmp/1b-q4_0.gguf
    python tests/bench/models.py 4b Q4_K_M /tmp/4b-q4_k_m.gguf

Q4_K_M is the mix of types that llama.cpp's quantiser makes under that name. The text such a model writes means nothing;
its speed and memory are those of the real one. Tensors are written as they are made, so a large file takes little memory.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from numpy.typing import NDArray

__all__ = ["SHAPES", "Shape", "kinds", "write"]


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


def kinds(shape: Shape, name: str) -> dict[str, Kind]:
    """The type of every tensor: vectors are F32, matrices of the type or mix ``name``, such as Q4_0 or Q4_K_M."""
    found = {}
    for tensor, size in tensors(shape).items():
        if len(size) == 1:
            found[tensor] = Kind.F32
        else:
            found[tensor] = _q4_k_m(tensor, shape) if name == "Q4_K_M" else Kind[name]
    return found


def _q4_k_m(tensor: str, shape: Shape) -> Kind:
    """What llama.cpp's `llama_tensor_get_type` chooses: more bits where fewer would cost the most.

    The head has Q6_K, and so have the values' and the feed-forward's last matrices of every layer of the first and last
    eighth and of every third between; the rest has Q4_K. Rows that aren't whole blocks of 256 take the next larger type
    with blocks of 32.
    """
    place, _, rest = tensor.removeprefix("blk.").partition(".")
    if place in ("output", "token_embd"):
        best = place == "output" or shape.tied
    else:
        best = rest in ("attn_v.weight", "ffn_down.weight") and _more_bits(int(place), shape.layers)
    if tensors(shape)[tensor][1] % 256:
        return Kind.Q8_0 if best else Kind.Q5_0
    return Kind.Q6_K if best else Kind.Q4_K


def _more_bits(layer: int, layers: int) -> bool:
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


@cache
def _sample(kind: Kind) -> NDArray[np.uint8]:
    """Blocks of random weights of about 0.02, one after the other."""
    rng = np.random.default_rng(1)
    if kind == Kind.F32:
        return np.ones(_SAMPLE, np.float32).view(np.uint8)
    if kind not in _SCALES:
        weights = rng.normal(0, 0.02, (1, _SAMPLE)).astype(np.float32)
        return np.ascontiguousarray(gguf.quants.quantize(weights, kind)).view(np.uint8).reshape(-1)
    size, scales = _SCALES[kind]
    blocks = rng.integers(0, 256, (_SAMPLE // 256, size), np.uint8)
    for offset in scales:
        value = np.full(len(blocks), 5e-5, np.float16).view(np.uint8).reshape(-1, 2)
        blocks[:, offset : offset + 2] = value
    return blocks.reshape(-1)


def _bytes(kind: Kind, size: tuple[int, ...]) -> int:
    values, block = gguf.GGML_QUANT_SIZES[kind]
    return math.prod(size) // int(values) * int(block)


def _parts(kind: Kind, size: tuple[int, ...]) -> Iterator[NDArray[np.uint8]]:
    """The sample again and again, as far as the tensor goes."""
    sample, left = _sample(kind), _bytes(kind, size)
    while left > 0:
        yield sample[:left]
        left -= len(sample)


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
    """Write a model whose matrices are of ``kind``, a name of ggml's such as Q4_0, or Q4_K_M; norms are F32."""
    writer: Any = gguf.GGUFWriter(path, "llama")
    _hyperparameters(writer, shape)
    _vocabulary(writer, shape.vocabulary)
    sizes, types = tensors(shape), kinds(shape, kind)
    for name, size in sizes.items():
        count = _bytes(types[name], size)
        writer.add_tensor_info(name, size, np.dtype(np.float32), count, raw_dtype=types[name])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    file: IO[bytes] = writer.fout[0]
    writer.write_padding(file, file.tell())
    for name, size in sizes.items():
        for part in _parts(types[name], size):
            file.write(part.data)
        writer.write_padding(file, _bytes(types[name], size))
    writer.close()
    return path


def _hyperparameters(writer: Any, shape: Shape) -> None:
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


if __name__ == "__main__":
    write(Path(sys.argv[3]), SHAPES[sys.argv[1]], sys.argv[2])
