"""Tiny random models of every family, made by transformers, and what the engine must compute with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model
from engine.binding import ffi, lib

VOCAB, WIDTH, CONTEXT, WINDOW, PROMPT = 512, 64, 256, 24, 90
SIZES: dict[str, Any] = {
    "vocab_size": VOCAB,
    "hidden_size": WIDTH,
    "intermediate_size": 96,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": CONTEXT,
    "rms_norm_eps": 1e-4,
    "attn_implementation": "eager",
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
DEFAULT_ROPE = {"rope_type": "default", "rope_theta": 12345.0}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
GEMMA3_ROPE = {
    "full_attention": {"rope_type": "linear", "rope_theta": 1e6, "factor": 8.0},
    "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
}
LONG_ROPE = {
    "rope_type": "longrope",
    "rope_theta": 10000.0,
    "short_factor": [1.0 + 0.1 * i for i in range(8)],
    "long_factor": [1.5 + 0.5 * i for i in range(8)],
    "original_max_position_embeddings": 64,
}


YARN = {
    "rope_type": "yarn",
    "rope_theta": 10000.0,
    "factor": 4.0,
    "original_max_position_embeddings": 64,
}
OTHER_YARN = YARN | {"factor": 2.5, "beta_fast": 4.0, "beta_slow": 0.5, "attention_factor": 1.3}
LAYERS = ["full_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"]


@dataclass(frozen=True)
class Family:
    """How transformers makes the model, and what its GGUF is like."""

    model: str
    """transformers' class; its configuration is called the same with Config."""
    architecture: str
    layers: int = 4
    settings: dict[str, Any] = field(default_factory=dict)
    permuted: bool = False
    norm_shift: float = 0.0
    in_llama_cpp: bool = True
    """llama.cpp computes it as transformers does."""


SLIDING = {"sliding_window": WINDOW}
GEMMA = {"head_dim": 32, "query_pre_attn_scalar": 32, **SLIDING}
FAMILIES = {
    "llama2": Family("LlamaForCausalLM", "llama", settings={"rope_parameters": DEFAULT_ROPE}, permuted=True),
    "llama3": Family(
        "LlamaForCausalLM",
        "llama",
        settings={"rope_parameters": LLAMA3_ROPE, "tie_word_embeddings": True},
        permuted=True,
    ),
    "mistral": Family(
        "MistralForCausalLM", "llama", settings={"rope_parameters": DEFAULT_ROPE}, permuted=True
    ),
    "mistral-sliding": Family(
        "MistralForCausalLM",
        "llama",
        settings={"rope_parameters": DEFAULT_ROPE, **SLIDING},
        permuted=True,
        in_llama_cpp=False,  # it sees everything
    ),
    "qwen2": Family("Qwen2ForCausalLM", "qwen2", settings={"rope_parameters": DEFAULT_ROPE}),
    "qwen3": Family("Qwen3ForCausalLM", "qwen3", settings={"rope_parameters": DEFAULT_ROPE, "head_dim": 32}),
    "gemma2": Family(
        "Gemma2ForCausalLM",
        "gemma2",
        settings={
            "rope_parameters": DEFAULT_ROPE,
            "attn_logit_softcapping": 5.0,
            "final_logit_softcapping": 10.0,
            **GEMMA,
        },
        norm_shift=1.0,
    ),
    "gemma3-layers": Family(
        "Gemma3ForCausalLM",
        "gemma3",
        layers=5,
        settings={"rope_parameters": GEMMA3_ROPE, "layer_types": LAYERS, **GEMMA},
        norm_shift=1.0,
    ),
    "qwen2-yarn": Family("Qwen2ForCausalLM", "qwen2", settings={"rope_parameters": YARN}),
    "llama-yarn": Family(
        "LlamaForCausalLM",
        "llama",
        settings={"rope_parameters": OTHER_YARN},
        permuted=True,
        in_llama_cpp=False,  # it goes without the attention factor
    ),
    "gemma3": Family(
        "Gemma3ForCausalLM",
        "gemma3",
        layers=7,
        settings={"rope_parameters": GEMMA3_ROPE, **GEMMA},
        norm_shift=1.0,
    ),
    "phi3": Family(
        "Phi3ForCausalLM", "phi3", settings={"rope_parameters": DEFAULT_ROPE, "sliding_window": None}
    ),
    "phi3-long": Family(
        "Phi3ForCausalLM",
        "phi3",
        settings={
            "rope_parameters": LONG_ROPE,
            "original_max_position_embeddings": 64,
            "sliding_window": None,
        },
    ),
    "smollm3": Family(
        "SmolLM3ForCausalLM",
        "smollm3",
        layers=5,
        settings={"rope_parameters": DEFAULT_ROPE, "no_rope_layer_interval": 4},
        permuted=True,
    ),
}


@dataclass(frozen=True)
class Tiny:
    family: Family
    path: Path
    reference: Any

    @cached_property
    def prompt(self) -> list[int]:
        return [1, *np.random.default_rng(7).integers(3, VOCAB, PROMPT - 1).tolist()]

    @cached_property
    def exact(self) -> tuple[np.ndarray, np.ndarray]:
        """transformers' embedding and layer outputs [layers + 1][PROMPT][WIDTH], and logits [PROMPT][VOCAB]."""
        import torch

        seen: list[np.ndarray] = []
        layers = self.reference.model.layers
        hooks = [
            layers[0].register_forward_pre_hook(
                lambda _, args, kwargs: seen.append((args or [kwargs["hidden_states"]])[0][0].numpy().copy()),
                with_kwargs=True,
            )
        ]
        for layer in layers:
            hooks.append(layer.register_forward_hook(lambda _, __, output: seen.append(_first(output))))
        with torch.no_grad():
            logits = self.reference(torch.tensor([self.prompt])).logits[0].numpy()
        for hook in hooks:
            hook.remove()
        return np.array(seen), logits


def _first(output: Any) -> np.ndarray:
    tensor = output[0] if isinstance(output, tuple) else output
    return tensor.reshape(-1, WIDTH).numpy().copy()  # type: ignore[no-any-return]


def random_model(family: Family, **sizes: Any) -> Any:
    """transformers' model with random weights; `sizes` instead of SIZES."""
    import torch
    import transformers

    config_class = getattr(transformers, family.model.removesuffix("ForCausalLM") + "Config", None)
    if family.architecture == "gemma3":
        config_class = transformers.Gemma3TextConfig
    assert config_class is not None
    config = config_class(**SIZES | sizes, num_hidden_layers=family.layers, **family.settings)
    model = getattr(transformers, family.model)(config).eval().float()
    generator = torch.Generator().manual_seed(3)
    for name, weight in model.named_parameters():
        mean, deviation = 0.0, 0.15
        if weight.ndim == 1 and name.endswith("weight"):
            mean, deviation = 1.0 - family.norm_shift, 0.2
        weight.data = mean + deviation * torch.randn(weight.shape, generator=generator)
    return model


def traced(tiny: Tiny, **opening: Any) -> tuple[np.ndarray, np.ndarray]:
    """The engine's residual stream and logits, as Tiny.exact has them; tokens one by one and in batches."""
    with Model.open(tiny.path, threads=1, **opening) as model, model.session(kv="f32") as session:
        hidden = np.zeros((model.layers + 1, CONTEXT, WIDTH), np.float32)
        lib.lila_session_trace(session._timeline.handle, ffi.cast("float *", hidden.ctypes.data))
        logits = []
        for token in tiny.prompt:
            session.prefill([token])
            logits.append(session.logits())
        return hidden[:, :PROMPT], np.array(logits)


def check_layers(tiny: Tiny) -> None:
    """Every layer's output and the logits are transformers'."""
    layers, logits = tiny.exact
    found_layers, found = traced(tiny)
    assert layers.shape == found_layers.shape
    for index, (expected, layer) in enumerate(zip(layers, found_layers, strict=True)):
        np.testing.assert_allclose(
            layer, expected, rtol=3e-4, atol=3e-4 * np.abs(expected).max(), err_msg=f"layer {index}"
        )
    assert logits.std() > 0.5  # else closeness would say little
    np.testing.assert_allclose(found, logits, rtol=5e-4, atol=5e-4 * np.abs(logits).max())


def check_next_tokens(tiny: Tiny) -> None:
    """The next tokens are llama.cpp's."""
    llama_cpp = pytest.importorskip("llama_cpp")
    peer = llama_cpp.Llama(str(tiny.path), n_ctx=CONTEXT, logits_all=True, verbose=False, n_threads=1)
    peer.eval(tiny.prompt)
    expected = np.array(peer.scores[:PROMPT], np.float64)
    found = traced(tiny)[1].astype(np.float64)
    log_p, log_q = log_softmax(expected), log_softmax(found)
    assert (np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean() < 1e-3
    tie = 2 * np.abs(expected - tiny.exact[1]).max()  # within twice its own error either token may win
    chosen = np.take_along_axis(expected, found.argmax(1)[:, None], 1)[:, 0]
    assert (expected.max(1) - chosen <= tie).mean() >= 0.99


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))  # type: ignore[no-any-return]
