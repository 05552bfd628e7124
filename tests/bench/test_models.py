"""The files that benchmarks run on are models that the engines take."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.model import Model


@pytest.fixture(scope="module")
def models() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_models", Path(__file__).with_name("models.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"])
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
