"""The measurement of deep steps, on a model that is small enough."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kv", ["f16", "f32", "q8_0"])
def test_every_depth_gets_a_row(kv: Any, tmp_path: Path) -> None:
    models = load("models")
    path = models.write(tmp_path / "tiny.gguf", models.SHAPES["tiny"], "Q4_0")
    rows = load("depth").measure(path, kv, [64, 128], threads=1)
    assert [row.depth for row in rows] == [32, 64, 128]
    assert all(row.seconds > 0 for row in rows)
    assert rows[0].bytes_a_second == 0 < rows[2].bytes_a_second
