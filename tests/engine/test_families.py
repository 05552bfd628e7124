"""Every family against transformers, layer by layer, and against llama.cpp, on tiny random models.

Each model is made by transformers and written under llama.cpp's names and conventions: Q and K rows permuted for
families that turn adjacent pairs, Gemma's norms with their 1 added, RoPE factors as tensors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_families import (
    CONTEXT,
    FAMILIES,
    PROMPT,
    VOCAB,
    WIDTH,
    WINDOW,
    Family,
    Tiny,
    check_layers,
    check_next_tokens,
    log_softmax,
    random_model,
    traced,
)

from engine import Model
from engine.errors import MalformedFile, UnsupportedFeature

YARN_KEYS = {
    "beta_fast": "yarn_beta_fast",
    "beta_slow": "yarn_beta_slow",
    "attention_factor": "yarn_attn_factor",
}
PATTERN = "attention.sliding_window_pattern"
TENSORS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
OUTSIDE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


Change = Callable[[Any], None]


def build(family: Family, path: Path, kind: str, change: Change = lambda _: None) -> Tiny:
    model = random_model(family)
    write(family, model.config, model, path, kind, change)
    return Tiny(family, path, model)


def write(family: Family, config: Any, model: Any, path: Path, kind: str, change: Change) -> None:
    """Write the file, and round the model's weights to what the file holds."""
    import gguf
    import torch

    writer = gguf.GGUFWriter(str(path), family.architecture)
    metadata(writer, family, config)
    vocabulary(writer)
    rope_tensors(writer, family, config, model)
    for name, parameter in model.named_parameters():
        matrix = parameter.ndim == 2
        encoding = gguf.GGMLQuantizationType[kind if matrix else "F32"]
        heads = {"q_proj": 4, "k_proj": 2}.get(name.split(".")[-2], 0) if family.permuted else 0
        weight = parameter.detach().numpy()
        stored = permute(weight, heads) if heads and matrix else weight
        stored = stored + family.norm_shift if name.endswith("norm.weight") else stored
        data = gguf.quants.quantize(np.ascontiguousarray(stored, np.float32), encoding)
        writer.add_tensor(gguf_name(name, family), data, raw_dtype=encoding)
        if matrix and kind != "F32":
            rounded = gguf.quants.dequantize(data, encoding).reshape(weight.shape)
            parameter.data = torch.from_numpy(
                np.ascontiguousarray(unpermute(rounded, heads) if heads else rounded)
            )
    change(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str, family: Family) -> str:
    stem, _, ending = name.rpartition(".")
    if stem in OUTSIDE:
        return f"{OUTSIDE[stem]}.{ending}"
    _, _, layer, rest = stem.split(".", 3)
    if rest == "post_attention_layernorm":  # Gemma's stands behind attention, the others' before the FFN
        return f"blk.{layer}.{'post_attention_norm' if family.norm_shift else 'ffn_norm'}.{ending}"
    return f"blk.{layer}.{TENSORS[rest]}.{ending}"


def permute(weight: np.ndarray, heads: int) -> np.ndarray:
    rows, cols = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, cols).swapaxes(1, 2).reshape(rows, cols)


def unpermute(weight: np.ndarray, heads: int) -> np.ndarray:
    rows, cols = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, cols).swapaxes(1, 2).reshape(rows, cols)


def metadata(writer: Any, family: Family, config: Any) -> None:
    head = getattr(config, "head_dim", None) or WIDTH // 4
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(family.layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    if family.settings.get("sliding_window"):
        writer.add_sliding_window(WINDOW)
    if kinds := family.settings.get("layer_types"):
        writer.add_array(f"{family.architecture}.{PATTERN}", [kind == "sliding_attention" for kind in kinds])
    if family.architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)


def rope_tensors(writer: Any, family: Family, config: Any, model: Any) -> None:
    import gguf

    rope = family.settings["rope_parameters"]
    base = rope.get("full_attention", rope)
    writer.add_rope_freq_base(base["rope_theta"])
    if base["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(base["factor"])
    if base["rope_type"] == "llama3":
        head = WIDTH // 4
        plain = base["rope_theta"] ** (-np.arange(0, head, 2) / head)
        factors = plain / model.model.rotary_emb.inv_freq.numpy()
        writer.add_tensor("rope_freqs.weight", factors.astype(np.float32))
    if base["rope_type"] == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(base["factor"])
        writer.add_rope_scaling_orig_ctx_len(base["original_max_position_embeddings"])
        for key, name in YARN_KEYS.items():
            if key in base:
                writer.add_float32(f"{family.architecture}.rope.scaling.{name}", base[key])
    if base["rope_type"] == "longrope":
        original = base["original_max_position_embeddings"]
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(CONTEXT / original) / math.log(original)))
        writer.add_tensor("rope_factors_long.weight", np.array(base["long_factor"], np.float32))
        writer.add_tensor("rope_factors_short.weight", np.array(base["short_factor"], np.float32))


def vocabulary(writer: Any) -> None:
    tokens = [b"<unk>", b"<s>", b"</s>", *(f"<0x{b:02X}>".encode() for b in range(256))]
    words = [f"w{i}".encode() for i in range(VOCAB - len(tokens))]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([*tokens, *words])
    writer.add_token_scores([0.0] * len(tokens) + [-float(i) for i in range(len(words))])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * len(words))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tiny]:
    kept: dict[tuple[str, str], Tiny] = {}

    def made(name: str, kind: str = "F32") -> Tiny:
        if (name, kind) not in kept:
            path = tmp_path_factory.mktemp("family") / f"{name}-{kind}.gguf"
            kept[name, kind] = build(FAMILIES[name], path, kind)
        return kept[name, kind]

    return made


@pytest.mark.parametrize("name", FAMILIES)
def test_every_layer_equals_transformers(name: str, make: Callable[..., Tiny]) -> None:
    check_layers(make(name))


# llama.cpp ignores the window of the others, which transformers and this engine keep to.
@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.in_llama_cpp])
def test_next_tokens_agree_with_llama_cpp(name: str, make: Callable[..., Tiny]) -> None:
    check_next_tokens(make(name))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("kv", ["f16", "f32"])
def test_warm_equals_cold(name: str, kv: Any, make: Callable[..., Tiny]) -> None:
    """To the bit, for a prompt in one piece, in odd pieces and token by token, on one thread and on three."""
    tiny = make(name)
    found = []
    for threads, pieces, batch in [(1, [PROMPT], 64), (3, [17, 40, 33], 7), (2, [1] * PROMPT, 64)]:
        with Model.open(tiny.path, threads=threads) as model, model.session(kv=kv, batch=batch) as session:
            at = 0
            for size in pieces:
                session.prefill(tiny.prompt[at : at + size])
                at += size
            found.append(session.logits())
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])


@pytest.mark.parametrize("name", ["phi3", "gemma3", "qwen2"])
@pytest.mark.parametrize(("panels", "limit"), [("off", 1e-7), ("on", 3e-3)])
def test_quantised_weights(name: str, panels: Any, limit: float, make: Callable[..., Tiny]) -> None:
    """Fused rows, biases and q/k norms with packed weights too, against the same weights in full
    precision. Panels round activations to eight bits, which in rows as short as these is worth about 1e-3."""
    tiny = make(name, "Q8_0")
    log_p, log_q = (
        log_softmax(x.astype(np.float64)) for x in (tiny.exact[1], traced(tiny, panels=panels)[1])
    )
    assert (np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean() < limit


def test_a_short_session_uses_the_short_factors(make: Callable[..., Tiny]) -> None:
    import torch

    tiny = make("phi3-long")
    tokens = tiny.prompt[:40]
    with torch.no_grad():
        expected = tiny.reference(torch.tensor([tokens])).logits[0, -1].numpy()
    with Model.open(tiny.path) as model:
        assert model.rope_switch == 64
        with model.session(kv="f32", context=64) as short, model.session(kv="f32", context=65) as long:
            for session in (short, long):
                session.prefill(tokens)
            np.testing.assert_allclose(
                short.logits(), expected, rtol=5e-4, atol=5e-4 * np.abs(expected).max()
            )
            assert np.abs(long.logits() - expected).max() > 1e-2
            assert short.manifest() != long.manifest()  # their rows can't be exchanged


# ---- metadata that says otherwise


def changed(family: str, change: Change, folder: Path) -> Path:
    """A file of the family whose metadata `change` may alter, key by key, before it is written."""
    return build(FAMILIES[family], folder / "changed.gguf", "F32", change).path


def last_logits(path: Path, tokens: list[int]) -> np.ndarray:
    with Model.open(path, threads=1) as model, model.session(kv="f32") as session:
        session.prefill(tokens)
        return session.logits()


def every_second(writer: Any) -> None:
    writer.add_uint32(f"gemma3.{PATTERN}", 2)


def every_second_one_by_one(writer: Any) -> None:
    writer.add_array(f"gemma3.{PATTERN}", [1, 0, 1, 0, 1, 0, 1])


def test_a_group_of_sliding_layers_is_the_same_one_by_one(make: Callable[..., Tiny], tmp_path: Path) -> None:
    (one := tmp_path / "one").mkdir()
    (other := tmp_path / "other").mkdir()
    tokens = make("gemma3").prompt
    found = last_logits(changed("gemma3", every_second, one), tokens)
    np.testing.assert_array_equal(
        last_logits(changed("gemma3", every_second_one_by_one, other), tokens), found
    )
    assert np.abs(last_logits(make("gemma3").path, tokens) - found).max() > 1e-2


def test_a_factor_without_a_type_is_linear(make: Callable[..., Tiny], tmp_path: Path) -> None:
    path = changed("gemma3", lambda writer: writer.kv_data[0].pop("gemma3.rope.scaling.type"), tmp_path)
    tokens = make("gemma3").prompt
    np.testing.assert_array_equal(last_logits(path, tokens), last_logits(make("gemma3").path, tokens))


@pytest.mark.parametrize(
    ("key", "method", "value", "words"),
    [
        (PATTERN, "add_array", [True, False], "expected one for each of 4 layers, found 2"),
        (PATTERN, "add_array", [0, 1, 2, 1], "expected booleans, found 2"),
        (PATTERN, "add_string", "all", "found another type"),
        (PATTERN, "add_array", [0.0, 1.0, 1.0, 0.0], "expected booleans, found value type 6"),
        (PATTERN, "add_array", ["a", "b", "c", "d"], "expected booleans, found value type 8"),
        ("attention.head_count", "add_array", [4.0, 4.0, 4.0, 4.0], "expected integers, found value type 6"),
        ("attention.head_count_kv", "add_array", [True] * 4, "expected integers, found value type 7"),
        ("attention.head_count", "add_array", [4, 4, 2, 4], "layers with different values"),
        ("attention.head_count_kv", "add_array", [2, 2, 2, 1], "layers with different values"),
        ("feed_forward_length", "add_array", [96, 64, 96, 96], "layers with different values"),
        ("attention.head_count_kv", "add_array", [2, 2, 2], "expected one for each of 4 layers, found 3"),
        ("rope.scaling.type", "add_string", "dynamic", "'dynamic' is not supported"),
        ("rope.scaling.type", "add_uint32", 3, "expected a string"),
        ("rope.scaling.yarn_log_multiplier", "add_float32", 0.1, "not supported; 0 is"),
        ("rope.scaling.alpha", "add_float32", 1000.0, "not supported; 0 is"),
        ("logit_scale", "add_float32", 0.5, "not supported; 1 is"),
        ("residual_scale", "add_float32", 0.2, "not supported; 1 is"),
        ("embedding_scale", "add_float32", 12.0, "not supported; 1 is"),
        ("attention.temperature_scale", "add_float32", 0.1, "not supported; 0 is"),
        ("attention.clamp_kqv", "add_float32", 8.0, "not supported; 0 is"),
        ("attention.causal", "add_bool", False, "not supported; 1 is"),
        ("nextn_predict_layers", "add_uint32", 1, "not supported; 0 is"),
        ("expert_count", "add_uint32", 8, "not supported; 0 is"),
        ("expert_count", "add_string", "many", "is not supported"),
    ],
)
def test_what_would_run_wrong_is_refused_by_its_key(
    key: str, method: str, value: Any, words: str, tmp_path: Path
) -> None:
    def change(writer: Any) -> None:
        writer.kv_data[0].pop(f"qwen2.{key}", None)
        getattr(writer, method)(f"qwen2.{key}", value)

    path = changed("qwen2", change, tmp_path)
    with pytest.raises((UnsupportedFeature, MalformedFile), match=f"qwen2.{key}.*{words}"):
        Model.open(path)


@pytest.mark.parametrize("key", ["logit_scale", "residual_scale", "embedding_scale"])
def test_what_changes_nothing_is_taken(key: str, make: Callable[..., Tiny], tmp_path: Path) -> None:
    path = changed("qwen2", lambda writer: writer.add_float32(f"qwen2.{key}", 1.0), tmp_path)
    tokens = make("qwen2").prompt
    np.testing.assert_array_equal(last_logits(path, tokens), last_logits(make("qwen2").path, tokens))
