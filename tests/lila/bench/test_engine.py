"""`lila bench engine`: what is run, how it is put together, and what happens when a peer can't be measured.

No figure is asserted: a machine may be busy.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from lila.backends.local import builtin_model_path
from lila.bench.bandwidth import read_bandwidth
from lila.bench.engine import BenchOptions, run
from lila.bench.engine_report import EngineReport
from lila.errors import BenchFailed

QUICK = BenchOptions(prompt=12, generate=3, depth=20, prefix=10, rounds=2, threads=1, bandwidth_bytes=1 << 20)


def figures(report: EngineReport) -> dict[str, Any]:
    document = json.loads(json.dumps(report.as_dict()))
    assert isinstance(document, dict)
    return document


def test_the_native_engine_alone() -> None:
    report = run(builtin_model_path(), options=QUICK)
    found = figures(report)
    assert [rate["name"] for rate in found["rates"]] == ["prefill 12", "decode 3", "decode at 20"]
    assert all(rate["native"] > 0 and rate["peer"] is None for rate in found["rates"])
    names = ["load, never seen", "load", "first token, cold", "first token, warm", "resident memory"]
    assert [cost["name"] for cost in found["costs"]] == names
    assert all(cost["peer"] is None and cost["why"] == "" for cost in found["costs"])
    assert (found["turn"]["prefix"], found["turn"]["tokens"]) == (10, 32)
    assert found["turn"]["gain"] > 0 and found["turn"]["peer_gain"] is None
    assert (found["kv"], found["peer_kv"]) == ("f16", None)
    assert found["threads"] == 1 and found["bandwidth"] > 0 and found["bandwidth_share"] > 0
    assert found["costs"][-1]["native"] > 1e6  # the weights at least


@pytest.mark.parametrize("kv", ["f16", "f32", "q8_0"])
def test_beside_llama_cpp_with_every_cache(kv: str) -> None:
    pytest.importorskip("llama_cpp")
    report = run(builtin_model_path(), "llama.cpp", replace(QUICK, kv=kv, rounds=1))
    for rate in report.rates:
        assert rate.peer is not None and rate.peer > 0
        assert rate.ratio is not None and rate.ratio > 0
    assert all(cost.peer is not None and cost.peer > 0 for cost in report.costs[1:])
    assert report.turn is not None and report.turn.peer_gain is not None and report.turn.peer_gain > 0
    assert (report.kv, report.peer_kv) == (kv, kv)


def test_a_turn_may_be_left_out() -> None:
    report = run(builtin_model_path(), options=replace(QUICK, prefix=0, rounds=1))
    assert report.turn is None and not any("turn" in line for line in report.lines())


def test_flags_without_a_program_are_one_sentence() -> None:
    for peer in ("", "llama.cpp"):
        with pytest.raises(BenchFailed, match="flags are for the program llama-bench"):
            run(builtin_model_path(), peer, replace(QUICK, peer_flags=("-fa", "1")))


def test_a_file_that_is_no_model_is_the_engines_error(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("not a model")
    with pytest.raises(EngineError):
        run(tmp_path / "text.gguf", options=QUICK)


def test_lengths_are_cut_to_the_context() -> None:
    options = BenchOptions(4, 2, 1 << 20, 1 << 20, rounds=1, threads=1, bandwidth_bytes=1 << 20)
    report = run(builtin_model_path(), options=options)
    depth = int(report.rates[-1].name.removeprefix("decode at "))
    assert 500 < depth < 10_000
    assert report.turn is not None and 500 < report.turn.prefix < 10_000


def test_the_bandwidth_is_that_of_all_threads() -> None:
    assert read_bandwidth(2, 1 << 20, runs=1) > 0
