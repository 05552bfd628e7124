"""Tiny random Llama models, written as GGUF from transformers' own weights, and random texts for tokenizers."""

from __future__ import annotations

import ctypes
import json
import platform
import random
import shutil
import struct
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from build_tools import sanitizing, tool

VOCAB = 320
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Shape:
    """What varies between the test models."""

    heads: int = 4
    kv_heads: int = 2
    tied: bool = False
    embedding: int = 64
    feed_forward: int = 96
    layers: int = 3
    context: int = 256
    theta: float = 12345.0
    epsilon: float = 1e-4
    seed: int = 1


@dataclass(frozen=True)
class TinyModel:
    path: Path
    shape: Shape
    weights: dict[str, np.ndarray]
    """By transformers' names: what the file holds, after its rounding."""

    @cached_property
    def reference(self) -> Any:
        """The transformers model with these weights; imported only by the tests that compare with it."""
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        shape = self.shape
        config = LlamaConfig(
            vocab_size=VOCAB,
            hidden_size=shape.embedding,
            intermediate_size=shape.feed_forward,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            num_key_value_heads=shape.kv_heads,
            max_position_embeddings=shape.context,
            rms_norm_eps=shape.epsilon,
            rope_parameters={"rope_type": "default", "rope_theta": shape.theta},
            tie_word_embeddings=shape.tied,
        )
        model = LlamaForCausalLM(config).eval().float()
        state = {name: torch.from_numpy(weight.copy()) for name, weight in self.weights.items()}
        if shape.tied:
            state["lm_head.weight"] = state["model.embed_tokens.weight"]
        model.load_state_dict(state, strict=True)
        return model


def _random_weights(shape: Shape) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(shape.seed)
    head = shape.embedding // shape.heads
    embedding, kv = shape.embedding, shape.kv_heads * head
    sizes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCAB, embedding)}
    for layer in range(shape.layers):
        inside = {
            "self_attn.q_proj": (embedding, embedding),
            "self_attn.k_proj": (kv, embedding),
            "self_attn.v_proj": (kv, embedding),
            "self_attn.o_proj": (embedding, embedding),
            "mlp.gate_proj": (shape.feed_forward, embedding),
            "mlp.up_proj": (shape.feed_forward, embedding),
            "mlp.down_proj": (embedding, shape.feed_forward),
            "input_layernorm": (embedding,),
            "post_attention_layernorm": (embedding,),
        }
        sizes |= {f"model.layers.{layer}.{name}.weight": size for name, size in inside.items()}
    sizes["model.norm.weight"] = (embedding,)
    if not shape.tied:
        sizes["lm_head.weight"] = (VOCAB, embedding)
    deviation = 0.15 * min(1.0, (64 / embedding) ** 0.5)  # wide rows must not make logits of another size
    scale = {1: (1.0, 0.2), 2: (0.0, deviation)}  # by dimensions: mean, deviation
    return {name: rng.normal(*scale[len(size)], size).astype(np.float32) for name, size in sizes.items()}


def _permute(weight: np.ndarray, heads: int) -> np.ndarray:
    """Half-split rotary rows to adjacent pairs, as converters to GGUF do."""
    rows, cols = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, cols).swapaxes(1, 2).reshape(rows, cols)


def _unpermute(weight: np.ndarray, heads: int) -> np.ndarray:
    rows, cols = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, cols).swapaxes(1, 2).reshape(rows, cols)


_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
_OUTSIDE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def gguf_name(name: str) -> str:
    if name in _OUTSIDE:
        return _OUTSIDE[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{_NAMES[rest.removesuffix('.weight')]}.weight"


def _vocabulary(writer: Any) -> None:
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{b:02X}>".encode() for b in range(256))]
    types = [2, 3, 3] + [6] * 256
    scores = [0.0] * 259
    letters = "\u2581etaoinshrdlucmfwypvbgkjqxzETAOINSHRDLUCMFWYPVBGKJQXZ0123456789"
    for index in range(VOCAB - len(tokens)):
        tokens.append(letters[index].encode())
        types.append(1)
        scores.append(-float(index))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)


def _metadata(writer: Any, shape: Shape) -> None:
    head = shape.embedding // shape.heads
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.embedding)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(shape.theta)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(VOCAB)
    _vocabulary(writer)


def quantise(weight: np.ndarray, kind: Any) -> np.ndarray:
    """Rows in `kind`; by llama.cpp's own library for the types that the gguf package only reads."""
    import gguf

    weight = np.ascontiguousarray(weight, np.float32)
    try:
        quantised: np.ndarray = gguf.quants.quantize(weight, kind)
        return quantised
    except NotImplementedError:
        llama_cpp = pytest.importorskip("llama_cpp")
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        rows, cols = weight.shape
        out = np.empty((rows, cols // elements * size), np.uint8)
        base = ctypes.CDLL(str(next((Path(llama_cpp.__file__).parent / "lib").glob("libggml-base.so*"))))
        base.ggml_quantize_chunk.restype = ctypes.c_size_t
        written = base.ggml_quantize_chunk(
            int(kind),
            weight.ctypes.data_as(ctypes.c_void_p),
            out.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int64(0),
            ctypes.c_int64(rows),
            ctypes.c_int64(cols),
            None,
        )
        assert written == out.nbytes
        return out


def write_model(
    path: Path, shape: Shape, kind: str, change: Callable[[Any, dict[str, Any]], None] | None = None
) -> TinyModel:
    """Write the model; `change` may alter the writer or the tensors (name -> (data, type)) before that."""
    import gguf

    quantised = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(str(path), "llama")
    _metadata(writer, shape)
    tensors: dict[str, Any] = {}
    weights: dict[str, np.ndarray] = {}
    for name, weight in _random_weights(shape).items():
        heads = {"q_proj": shape.heads, "k_proj": shape.kv_heads}.get(name.split(".")[-2], 0)
        stored = _permute(weight, heads) if heads else weight
        kind_here = quantised if weight.ndim == 2 else gguf.GGMLQuantizationType.F32
        data = quantise(stored, kind_here)
        tensors[gguf_name(name)] = (data, kind_here)
        rounded = gguf.quants.dequantize(data, kind_here).reshape(weight.shape)
        weights[name] = np.ascontiguousarray(_unpermute(rounded, heads) if heads else rounded)
    if change is not None:
        change(writer, tensors)
    for name, (data, data_type) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=data_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return TinyModel(path, shape, weights)


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., TinyModel]:
    """make_model(kind="F16", change=None, **shape) -> TinyModel, kept for the whole run where nothing changes."""
    kept: dict[tuple[str, Shape], TinyModel] = {}

    def make(kind: str = "F16", change: Any = None, **shape: Any) -> TinyModel:
        key = (kind, Shape(**shape))
        if change is None and key in kept:
            return kept[key]
        model = write_model(tmp_path_factory.mktemp("model") / f"tiny-{kind}.gguf", key[1], kind, change)
        if change is None:
            kept[key] = model
        return model

    return make


@pytest.fixture(scope="session")
def prompt() -> list[int]:
    return [1, *np.random.default_rng(7).integers(3, VOCAB, 60).tolist()]


_AVX2 = ["-mavx2", "-mfma", "-mf16c"]
_AVX512 = [*_AVX2, "-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mprefer-vector-width=512"]


def _compile(command: list[Any]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def _kernel_objects(compiler: list[str], folder: Path) -> list[Path]:
    """Every kernel of this machine's family and the ladder that chooses between them."""
    kernels = ROOT / "engine/kernels"
    jobs: list[tuple[Path, list[str]]] = [
        (kernels / "portable/kernels.c", ["-DLILA_KERNELS=kernels_portable"]),
        (kernels / "portable/dense.c", ["-DLILA_DENSE=dense_portable"]),
        (kernels / "portable/logits.c", ["-DLILA_LOGITS=logits_portable"]),
        (kernels / "dense_pack.c", []),
        (kernels / "panels_ref.c", []),
        (kernels / "floats_ref.c", []),
        (kernels / "dispatch.c", []),
        (ROOT / "engine/src/gguf_types.c", []),
    ]
    if platform.machine() == "x86_64":
        for name, flags in (("avx2", _AVX2), ("avx512", _AVX512)):
            jobs.append((kernels / "portable/kernels.c", [*flags, f"-DLILA_KERNELS=kernels_{name}"]))
            jobs.append((kernels / "portable/dense.c", [*flags, f"-DLILA_DENSE=dense_{name}"]))
            jobs.append((kernels / "portable/logits.c", [*flags, f"-DLILA_LOGITS=logits_{name}"]))
        jobs += [(path, []) for path in sorted(kernels.glob("x86_64/*.[cS]")) if path.name != "macros.S"]
    objects = [folder / f"{index}.o" for index in range(len(jobs))]
    for (source, flags), target in zip(jobs, objects, strict=True):
        _compile([*compiler, *flags, "-c", source, "-o", target])
    return objects


@pytest.fixture(scope="session")
def kernel_program(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """kernel_program("check_kernels.c", …) -> a program of these files of tests/engine/native and all kernels."""
    name = shutil.which("gcc") or shutil.which("cc")
    if name is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("kernels")
    compiler = [name, "-std=gnu11", "-O2", "-Wno-psabi"]
    compiler += [f"-I{ROOT / 'engine' / part}" for part in ("include", "src", "kernels")]
    objects = _kernel_objects(compiler, folder)

    def link(*sources: str) -> Path:
        program = folder / Path(sources[0]).stem
        native = [ROOT / "tests/engine/native" / source for source in sources]
        _compile([*compiler, *native, *objects, "-lm", "-o", program])
        return program

    return link


# ---- programs under AddressSanitizer and UndefinedBehaviorSanitizer


@pytest.fixture(scope="session")
def sanitizing_compiler(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A compiler and its options; skips where what it makes can't run."""
    folder = tmp_path_factory.mktemp("probe")
    compiler = sanitizing("AddressSanitizer", "-fsanitize=address,undefined", folder)
    return [*compiler, "-std=gnu11", "-O1", "-g", "-fno-sanitize-recover=all"]


@pytest.fixture(scope="session")
def sanitized_program(
    sanitizing_compiler: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[list[str], list[str]], Path]:
    """sanitized_program(["fuzz_gguf", …], ["gguf", …]) -> a program of files of tests/engine/native and engine/src."""
    folder = tmp_path_factory.mktemp("sanitized")

    def build(native: list[str], sources: list[str]) -> Path:
        files = [ROOT / f"tests/engine/native/{name}.c" for name in native]
        files += [ROOT / f"engine/src/{name}.c" for name in sources]
        includes = [f"-I{ROOT / 'engine' / part}" for part in ("include", "src")]
        _compile([*sanitizing_compiler, *includes, *files, "-o", folder / native[0]])
        return folder / native[0]

    return build


@pytest.fixture(scope="session")
def sanitized_engine(sanitizing_compiler: list[str]) -> Callable[[str], Path]:
    """sanitized_engine("check_faults") -> that program with the whole engine; only what changed is built again."""
    build = ROOT / "build/asan"
    options = ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DLILA_SANITIZE=address", "-DLILA_CHECK_FAULTS=ON"]

    def target(name: str) -> Path:
        cmake, ninja = tool("cmake"), f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}"
        _compile([cmake, "-S", ROOT, "-B", build, "-G", "Ninja", ninja, *options])
        _compile([cmake, "--build", build, "--target", name])
        return build / "engine" / name

    return target


@pytest.fixture
def write_encoder(tmp_path: Path) -> Callable[..., Path]:
    """write_encoder(width, inner, layers) -> the random weights of a BERT of 41 words, 64 positions and two types."""

    def write(width: int, inner: int, layers: int = 1) -> Path:
        rng, header, parts, size = np.random.default_rng(1), {}, [], 0
        for name, shape in _encoder_tensors(width, inner, layers).items():
            parts.append(rng.normal(0.1, 0.25, shape).astype("<f4").tobytes())
            offsets = [size, size := size + len(parts[-1])]
            header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": offsets}
        text = json.dumps(header).encode()
        path = tmp_path / "model.safetensors"
        path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
        return path

    return write


def _encoder_tensors(width: int, inner: int, layers: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (41, width),
        "embeddings.position_embeddings.weight": (64, width),
        "embeddings.token_type_embeddings.weight": (2, width),
    }
    linear: dict[str, tuple[int, int]] = {}
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{index}" for index in range(layers)):
        linear |= {f"{layer}.attention.self.{name}": (width, width) for name in ("query", "key", "value")}
        linear[f"{layer}.attention.output.dense"] = (width, width)
        linear[f"{layer}.intermediate.dense"] = (inner, width)
        linear[f"{layer}.output.dense"] = (width, inner)
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    for name, shape in linear.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    for name in norms:
        shapes |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    return shapes


# ---- random texts: mostly what tokenizers' patterns care about, with any other character now and then

# Assigned since Unicode 3.2 and of the same category ever since, so that no two implementations' tables differ.
_ASSIGNED = [
    c
    for c in map(chr, range(0x110000))
    if (old := unicodedata.ucd_3_2_0.category(c)) not in ("Cn", "Cs") and old == unicodedata.category(c)
]
_POOLS = [
    "abcdefghij klmnopqrstuvwxyz ",
    "ABCSTMDREVL'’ſ",
    "0123456789 ",
    " \t\n\r\v\f\x85\xa0\u2003\u2028\u3000",
    "!?.,:;-_()[]{}<|>@#$%^&*~`\"'/\\+=",
    "éüßñçøåÀÎÇŁǅİΣſ\u0301\u0308\u200d\ufe0f",
    "你好世界これはひらがなカタカナ한국어、。！",
    "مرحبا שלום नमस्ते สวัสดี १२٣٤",
    "😀👍🏽🇫🇷👩‍👩‍👧½²Ⅷ٣५①€©▁",
]
_WORDS = ["'s", "'LL", "'Re", "'ve", "don't", " the", "  ", "\n\n", "\r\n ", " 1234567", "hello", " world"]
_WORDS += ["HTTPServer", "camelCase", "\0", "\u200b", "e\u0301", "\u0301", "/\n", "://", " = {\n\t\t"]


def _random_texts(seed: int, count: int) -> Iterator[str]:
    source = random.Random(seed)
    for _ in range(count):
        pools = source.sample(_POOLS, source.randint(1, 4))
        yield "".join(
            source.choice(_WORDS)
            if (chance := source.random()) < 0.15
            else source.choice(_ASSIGNED)
            if chance < 0.25
            else source.choice(source.choice(pools)) * (1 if chance < 0.97 else source.randint(2, 40))
            for _ in range(source.randint(0, 60))
        )


@pytest.fixture(scope="session")
def random_texts() -> Callable[[int, int], Iterator[str]]:
    """random_texts(seed, count): the same texts for the same seed."""
    return _random_texts
