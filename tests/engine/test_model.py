"""The forward pass against transformers and llama.cpp; what is refused, and by what name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model
from engine.errors import ArgumentError, Closed, MalformedFile, Unavailable, UnsupportedFeature

KINDS = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL"]
SUPER_KINDS = ["Q4_K", "Q5_K", "Q6_K"]  # rows in blocks of 256
SUPER_SHAPE = {"embedding": 256, "feed_forward": 512, "heads": 8, "layers": 1}


def reference_logits(model: Any, tokens: list[int]) -> np.ndarray:
    import torch

    with torch.no_grad():
        return model.reference(torch.tensor([tokens])).logits[0].numpy()


def logits_after_each(path: Path, tokens: list[int], **opening: Any) -> np.ndarray:
    with (
        Model.open(path, **{"threads": 1, "panels": "off"} | opening) as model,
        model.session(kv="f32") as session,
    ):
        rows = []
        for token in tokens:
            session.prefill([token])
            rows.append(session.logits())
        return np.array(rows)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [{}, {"kv_heads": 4, "tied": True}, {"kv_heads": 1, "heads": 2}])
def test_logits_equal_transformers(
    kind: str, shape: dict[str, Any], make_model: Any, prompt: list[int]
) -> None:
    tiny = make_model(kind, **shape)
    expected = reference_logits(tiny, prompt)
    found = logits_after_each(tiny.path, prompt)
    assert np.abs(expected).max() > 1  # else closeness would say little
    np.testing.assert_allclose(found, expected, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("kind", SUPER_KINDS)
def test_logits_of_super_blocks_equal_transformers(kind: str, make_model: Any, prompt: list[int]) -> None:
    tiny = make_model(kind, **SUPER_SHAPE)
    expected = reference_logits(tiny, prompt)
    assert np.abs(expected).max() > 1
    np.testing.assert_allclose(logits_after_each(tiny.path, prompt), expected, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("cpu_mask", [0, 1, 3])
@pytest.mark.parametrize("threads", [1, 3])
def test_every_kernel_table_and_team_gives_the_same(
    cpu_mask: int, threads: int, make_model: Any, prompt: list[int]
) -> None:
    tiny = make_model("Q8_0")
    found = logits_after_each(tiny.path, prompt, cpu_mask=cpu_mask, threads=threads)
    np.testing.assert_allclose(found, reference_logits(tiny, prompt), rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("kind", KINDS + SUPER_KINDS)
def test_next_tokens_agree_with_llama_cpp(kind: str, make_model: Any, prompt: list[int]) -> None:
    llama_cpp = pytest.importorskip("llama_cpp")
    tiny = make_model(kind, **(SUPER_SHAPE if kind in SUPER_KINDS else {}))
    theirs = llama_cpp.Llama(str(tiny.path), n_ctx=256, logits_all=True, verbose=False, n_threads=1)
    theirs.eval(prompt)
    expected = np.array(theirs.scores[: len(prompt)], np.float64)
    found = logits_after_each(tiny.path, prompt).astype(np.float64)
    log_p, log_q = log_softmax(expected), log_softmax(found)
    divergence = (np.exp(log_p) * (log_p - log_q)).sum(axis=1)
    assert divergence.mean() < 1e-3
    tie = 0.0
    if kind != "F32":
        # llama.cpp rounds activations to the weights' precision: within twice its own error either may win.
        exact = reference_logits(tiny, prompt)
        tie = 2 * np.abs(expected - exact).max()
        assert np.abs(found - exact).max() < np.abs(expected - exact).max()
    chosen = np.take_along_axis(expected, found.argmax(1)[:, None], 1)[:, 0]
    assert (expected.max(1) - chosen <= tie).mean() >= 0.99


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def test_rope_factors_and_linear_scaling_change_the_positions(make_model: Any, prompt: list[int]) -> None:
    plain = logits_after_each(make_model("F32").path, prompt[:8])

    def factors(_: Any, tensors: dict[str, Any]) -> None:
        import gguf

        tensors["rope_freqs.weight"] = (np.full(8, 2.0, np.float32), gguf.GGMLQuantizationType.F32)

    def linear(writer: Any, _: dict[str, Any]) -> None:
        import gguf

        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(2.0)

    by_factors = logits_after_each(make_model("F32", factors).path, prompt[:8])
    by_scale = logits_after_each(make_model("F32", linear).path, prompt[:8])
    np.testing.assert_array_equal(by_factors, by_scale)
    np.testing.assert_array_equal(by_factors[0], plain[0])  # position 0 has no angle
    assert np.abs(by_factors[1:] - plain[1:]).max() > 1e-3


def test_metadata_and_description(make_model: Any) -> None:
    tiny = make_model("F16")
    with Model.open(tiny.path) as model:
        assert model.architecture == "llama"
        assert (model.vocab_size, model.context_length, model.layers) == (320, 256, 3)
        assert model.metadata["llama.attention.layer_norm_rms_epsilon"] == pytest.approx(1e-4)
        assert model.metadata["tokenizer.ggml.tokens"][1] == "<s>"
        assert model.metadata["tokenizer.ggml.add_bos_token"] is True
        assert model.chat_template is None
        assert "nothing.here" not in model.metadata
        assert model.digest == hashlib.sha256(tiny.path.read_bytes()).hexdigest()
        assert model.tokenizer.vocab_size == 320


def test_a_replaced_file_has_no_digest(make_model: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(make_model("F16").path.read_bytes())
    model = Model.open(path)
    path.unlink()
    path.write_bytes(make_model("F32").path.read_bytes())
    with pytest.raises(Unavailable, match="replaced"):
        _ = model.digest


def test_a_closed_model_closes_its_sessions(make_model: Any) -> None:
    model = Model.open(make_model("F16").path)
    session = model.session()
    model.close()
    model.close()
    with pytest.raises(Closed):
        session.prefill([1])
    with pytest.raises(Closed):
        model.session()


def rename_architecture(writer: Any, _: dict[str, Any]) -> None:
    writer.kv_data[0]["general.architecture"].value = "mamba"


def add_norm(_: Any, tensors: dict[str, Any]) -> None:
    import gguf

    tensors["blk.0.attn_q_norm.weight"] = (np.ones(16, np.float32), gguf.GGMLQuantizationType.F32)


def add_experts(writer: Any, _: dict[str, Any]) -> None:
    writer.add_expert_count(8)


def dynamic_rope(writer: Any, _: dict[str, Any]) -> None:
    writer.add_string("llama.rope.scaling.type", "dynamic")


def uneven_layers(writer: Any, _: dict[str, Any]) -> None:
    writer.kv_data[0].pop("llama.attention.head_count_kv")
    writer.add_head_count_kv([2, 2, 4])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (rename_architecture, "mamba"),
        (add_norm, "attn_q_norm.weight"),
        (add_experts, "expert"),
        (dynamic_rope, "dynamic"),
        (uneven_layers, "head_count_kv"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(change: Any, name: str, make_model: Any) -> None:
    with pytest.raises(UnsupportedFeature, match=name):
        Model.open(make_model("F16", change).path)


def drop(key: str) -> Any:
    return lambda writer, tensors: writer.kv_data[0].pop(key)


def replace(key: str, value: Any) -> Any:
    def change(writer: Any, tensors: dict[str, Any]) -> None:
        writer.kv_data[0][key].value = value

    return change


def lose_tensor(_: Any, tensors: dict[str, Any]) -> None:
    del tensors["blk.1.ffn_up.weight"]


def shorten_tensor(_: Any, tensors: dict[str, Any]) -> None:
    data, kind = tensors["blk.1.ffn_up.weight"]
    tensors["blk.1.ffn_up.weight"] = (np.ascontiguousarray(data[:-1]), kind)


def lose_tokens(writer: Any, _: dict[str, Any]) -> None:
    writer.kv_data[0]["tokenizer.ggml.tokens"].value.pop()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (drop("llama.embedding_length"), "llama.embedding_length, found none"),
        (drop("llama.attention.layer_norm_rms_epsilon"), "layer_norm_rms_epsilon, found none"),
        (replace("llama.attention.head_count", 0), "expected 1 to .*, found 0"),
        (replace("llama.attention.head_count_kv", 3), "not a multiple"),
        (replace("llama.rope.dimension_count", 9), "even number, found 9"),
        (replace("llama.rope.freq_base", -1.0), "positive number"),
        (replace("llama.vocab_size", 7), "expected 320 .* found 7"),
        (replace("llama.feed_forward_length", 32), "ffn_gate.weight: expected shape .64, 32."),
        (lose_tensor, "blk.1.ffn_up.weight, found none"),
        (shorten_tensor, "blk.1.ffn_up.weight: expected shape .64, 96., found .64, 95."),
        (lose_tokens, "expected 320 entries .* found 319"),
    ],
)
def test_inconsistent_models_say_expected_and_found(change: Any, sentence: str, make_model: Any) -> None:
    with pytest.raises(MalformedFile, match=sentence):
        Model.open(make_model("F16", change).path)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"):
        Model.open(tmp_path / "none.gguf")
    with pytest.raises(Unavailable, match="not a regular file"):
        Model.open(tmp_path)


def test_a_small_model_takes_one_thread_unless_told_otherwise(make_model: Any) -> None:
    path = make_model("F16").path
    with Model.open(path) as by_size, Model.open(path, threads=2) as told:
        assert (by_size.threads, told.threads) == (1, 2)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"threads": -1}, "threads is -1; expected a whole number from 0 to 4294967295"),
        ({"threads": "2"}, "threads is '2'"),
        ({"threads": 2**40}, "threads is 1099511627776"),
        ({"cpu_mask": -1}, "cpu_mask is -1"),
        ({"panels": "x"}, "panels is 'x'; expected one of auto, off, on"),
        ({"panels": None}, "panels is None"),
        ({"cache_limit_bytes": -1}, "cache_limit_bytes is -1"),
        ({"cache_limit_bytes": 2**64}, "cache_limit_bytes is 18446744073709551616"),
    ],
)
def test_settings_that_the_library_cannot_take(asked: dict[str, Any], sentence: str, make_model: Any) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        Model.open(make_model("F16").path, **asked)


def test_too_many_threads(make_model: Any) -> None:
    with pytest.raises(ArgumentError, match="1 to 256"):
        Model.open(make_model("F16").path, threads=100000)
