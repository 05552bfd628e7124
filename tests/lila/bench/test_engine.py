"""`lila bench engine`: what is run, how it is put together, and what happens when a peer can't be measured.

No figure is asserted: a machine may be busy.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from lila.backends.local import builtin_model_path
from lila.bench.bandwidth import read_bandwidth
from lila.bench.engine import BenchOptions, EngineReport, Rate, run
from lila.bench.engine_worker import measure, open_engine
from lila.errors import BenchFailed

QUICK = BenchOptions(prompt=12, generate=3, depth=20, rounds=2, threads=1, bandwidth_bytes=1 << 20)


def figures(report: EngineReport) -> dict[str, Any]:
    document = json.loads(json.dumps(report.as_dict()))
    assert isinstance(document, dict)
    return document


def test_the_native_engine_alone() -> None:
    report = run(builtin_model_path(), options=QUICK)
    found = figures(report)
    assert [rate["name"] for rate in found["rates"]] == ["prefill 12", "decode 3", "decode at 20"]
    assert all(rate["native"] > 0 and rate["peer"] is None for rate in found["rates"])
    names = ["load", "first token, cold", "first token, warm", "resident memory"]
    assert [cost["name"] for cost in found["costs"]] == names
    assert found["threads"] == 1 and found["bandwidth"] > 0 and found["bandwidth_share"] > 0
    assert found["costs"][-1]["native"] > 1e6  # the weights at least
    assert len(report.lines()) == 4 + 3 + 4


def test_beside_llama_cpp() -> None:
    pytest.importorskip("llama_cpp")
    report = run(builtin_model_path(), "llama.cpp", QUICK)
    for rate in report.rates:
        assert rate.peer is not None and rate.peer > 0
        assert rate.ratio is not None and rate.ratio > 0
    assert all(cost.peer is not None and cost.peer > 0 for cost in report.costs)
    assert any("llama.cpp" in line for line in report.lines())


LLAMA_BENCH = """#!{python}
import json, sys
given = sys.argv[1:]
of = lambda name: given[given.index(name) + 1] if name in given else "0"
assert of("-r") == "1" and of("-o") == "json" and of("-t") == "1"
tokens = int(of("-p")) + int(of("-n"))
print(json.dumps([{{"avg_ns": tokens * 1_000_000_000 // 50}}]))
"""


def test_beside_a_llama_bench_program(tmp_path: Path) -> None:
    program = tmp_path / "llama-bench"
    program.write_text(LLAMA_BENCH.format(python=sys.executable))
    program.chmod(0o755)
    report = run(builtin_model_path(), str(program), QUICK)
    assert [rate.peer for rate in report.rates] == pytest.approx([50, 50, 50], rel=1e-6)
    assert report.against == "llama-bench"
    assert all(cost.peer is None for cost in report.costs)  # that program tells speeds alone


def test_a_peer_that_fails_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"none can't be run"):
        run(builtin_model_path(), str(tmp_path / "none"), QUICK)
    broken = tmp_path / "broken"
    broken.write_text(f"#!{sys.executable}\nraise SystemExit('no such model')\n")
    broken.chmod(0o755)
    with pytest.raises(BenchFailed, match="gave no result: no such model"):
        run(builtin_model_path(), str(broken), QUICK)


def test_a_file_that_is_no_model_is_the_engines_error(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("not a model")
    with pytest.raises(EngineError):
        run(tmp_path / "text.gguf", options=QUICK)


def test_lengths_are_cut_to_the_context() -> None:
    rates: tuple[Rate, ...] = run(
        builtin_model_path(), options=BenchOptions(4, 2, 1 << 20, 1, 1, 1 << 20)
    ).rates
    depth = int(rates[-1].name.removeprefix("decode at "))
    assert 500 < depth < 10_000


def test_every_measurement_starts_from_nothing() -> None:
    engine = open_engine("native", str(builtin_model_path()), 1, 64)
    for command in (["prefill", 60], ["decode", 4, 50], ["warm", 40], ["first", 60], ["memory"]):
        assert measure(engine, command) > 0  # a timeline that was kept would run out of room
    engine.close()


def test_the_bandwidth_is_that_of_all_threads() -> None:
    assert read_bandwidth(2, 1 << 20, runs=1) > 0
