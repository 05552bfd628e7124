"""The files that benchmarks run on are models that the engines take."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from gguf import GGMLQuantizationType

from engine.gguf import GgufFile
from engine.model import Model


@pytest.fixture(scope="module")
def models() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_models", Path(__file__).with_name("models.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K", "Q4_K_M"])
def test_every_type_gives_finite_numbers(kind: str, models: ModuleType, tmp_path: Path) -> None:
    shape = models.SHAPES["tiny"]
    path = models.write(tmp_path / "tiny.gguf", shape, kind)
    with Model.open(path, threads=1) as model, model.session(context=16) as session:
        assert (model.vocab_size, model.layers, model.context_length) == (400, 2, 256)
        session.prefill(model.tokenizer.encode("w1 w2"))
        logits = session.logits()
    assert np.isfinite(logits).all() and np.ptp(logits) > 0


@pytest.mark.parametrize(
    ("name", "billions"), [("135m", 0.135), ("0.6b", 0.596), ("1b", 1.236), ("4b", 4.02)]
)
def test_shapes_have_the_sizes_of_their_models(name: str, billions: float, models: ModuleType) -> None:
    sizes = models.tensors(models.SHAPES[name]).values()
    assert sum(float(np.prod(size)) for size in sizes) / 1e9 == pytest.approx(billions, rel=0.01)


def types(path: Path) -> dict[str, str]:
    return {name: GGMLQuantizationType(tensor.type).name for name, tensor in GgufFile(path).tensors().items()}


def test_a_file_says_the_mix(models: ModuleType, tmp_path: Path) -> None:
    found = types(models.write(tmp_path / "tiny.gguf", models.SHAPES["tiny"], "Q4_K_M"))
    assert found == {name: kind.name for name, kind in models.kinds(models.SHAPES["tiny"], "Q4_K_M").items()}
    best = {name for name, kind in found.items() if kind == "Q6_K"}
    assert best == {"token_embd.weight", "blk.1.attn_v.weight", "blk.1.ffn_down.weight"}
    assert found["blk.0.attn_q.weight"] == "Q4_K" and found["output_norm.weight"] == "F32"


def test_the_mix_gives_more_bits_to_half_of_the_layers(models: ModuleType) -> None:
    found = models.kinds(models.SHAPES["0.6b"], "Q4_K_M")
    for name in ("attn_v", "ffn_down"):
        best = [layer for layer in range(28) if found[f"blk.{layer}.{name}.weight"].name == "Q6_K"]
        assert best == [0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 24, 25, 26, 27]
    assert {found[f"blk.{layer}.ffn_up.weight"].name for layer in range(28)} == {"Q4_K"}


def test_the_head_has_more_bits_than_an_embedding_beside_it(models: ModuleType) -> None:
    found = models.kinds(replace(models.SHAPES["tiny"], tied=False), "Q4_K_M")
    assert (found["output.weight"].name, found["token_embd.weight"].name) == ("Q6_K", "Q4_K")


def test_rows_that_arent_whole_blocks_take_the_next_larger_type(models: ModuleType) -> None:
    found = models.kinds(models.SHAPES["135m"], "Q4_K_M")  # rows of 576
    assert (found["token_embd.weight"].name, found["blk.3.attn_q.weight"].name) == ("Q8_0", "Q5_0")
    assert found["blk.0.ffn_down.weight"].name == "Q6_K"  # rows of 1536
