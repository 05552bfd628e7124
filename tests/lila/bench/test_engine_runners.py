"""What a llama-bench is asked, whichever options its build knows, and what is said where it can't tell."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lila.backends.local import builtin_model_path
from lila.bench.engine import BenchOptions, run
from lila.bench.engine_runners import LlamaBench, Untold, Worker
from lila.errors import BenchFailed

QUICK = BenchOptions(prompt=12, generate=3, depth=20, prefix=10, rounds=2, threads=1, bandwidth_bytes=1 << 20)

PROGRAM = """#!{python}
import json, sys
given = sys.argv[1:]
if "--help" in given:
    sys.exit("options: -p, --n-prompt <n> -n <n> {options}")
open("{log}", "a").write(" ".join(given) + chr(10))
of = lambda name: given[given.index(name) + 1] if name in given else "0"
assert of("-r") == "1" and of("-o") == "json" and of("-t") == "1"
tokens = int(of("-p")) + int(of("-n")) + int(of("-gp").split(",")[-1])
print(json.dumps([{{"avg_ns": tokens * 1_000_000_000 // 50}}] * {rows}))
"""


def program(folder: Path, options: str = "-d <n> -ctk <t> -fa <0|1>", rows: int = 1) -> Path:
    path = folder / "llama-bench"
    path.write_text(PROGRAM.format(python=sys.executable, options=options, log=folder / "asked", rows=rows))
    path.chmod(0o755)
    return path


def peer(folder: Path, options: str = "-d <n>", kv: str = "f16", *flags: str) -> LlamaBench:
    return LlamaBench(program(folder, options), Path("m.gguf"), 1, kv, flags)


def asked(folder: Path) -> str:
    """The options of the last run, without those that every run has."""
    return (folder / "asked").read_text().splitlines()[-1].partition("-o json ")[2]


def test_beside_a_llama_bench_program(tmp_path: Path) -> None:
    report = run(builtin_model_path(), str(program(tmp_path)), QUICK)
    assert [rate.peer for rate in report.rates] == pytest.approx([50, 50, 50], rel=1e-6)
    assert report.against == "llama-bench" and report.peer_kv == "f16"
    assert report.turn is not None
    assert report.turn.cold.peer == pytest.approx(42 / 50) and report.turn.warm.peer == pytest.approx(32 / 50)
    assert report.turn.peer_gain == pytest.approx(42 / 32)
    costs = {cost.name: cost for cost in report.costs}
    assert costs["first token, cold"].peer is None and "warms up" in costs["first token, cold"].why
    assert costs["first token, warm"].peer == pytest.approx(4 / 50)


def test_a_program_that_knows_no_depth_says_so_in_that_row_alone(tmp_path: Path) -> None:
    report = run(builtin_model_path(), str(program(tmp_path, "--defer")), replace(QUICK, rounds=1))
    prefill, decode, deep = report.rates
    assert prefill.peer and decode.peer and deep.peer is None and deep.why == "it doesn't know -d"
    assert report.turn is not None and report.turn.cold.peer and report.turn.warm.peer is None
    assert any("decode at 20" in line and "(it doesn't know -d)" in line for line in report.lines())


ASKED: list[tuple[str, tuple[Any, ...], str]] = [
    ("-d <n>", ("turn", 0, 9), "-p 9 -n 0"),
    ("-d <n>", ("turn", 7, 9), "-p 9 -n 0 -d 7"),
    ("-d <n>", ("decode", 3, 1), "-p 0 -n 3"),
    ("-d <n>", ("decode", 3, 8), "-p 0 -n 3 -d 8"),
    ("-gp <pp,tg>", ("decode", 3, 8), "-p 0 -n 0 -gp 8,3"),
    ("-gp <pp,tg>", ("turn", 0, 9), "-p 9 -n 0"),
]


@pytest.mark.parametrize(("options", "command", "words"), ASKED)
def test_the_options_that_the_build_knows_are_used(
    options: str, command: tuple[Any, ...], words: str, tmp_path: Path
) -> None:
    assert isinstance(peer(tmp_path, options).ask(*command), float)
    assert asked(tmp_path) == words


def test_what_the_program_cant_tell(tmp_path: Path) -> None:
    told = peer(tmp_path, "-gp <pp,tg>")
    assert told.ask("turn", 7, 9) == Untold("it doesn't know -d")
    assert told.ask("memory") == Untold("it doesn't tell")


CACHES = [
    ("-ctk <t> -fa <0|1>", "q8_0", (), "q8_0", "-ctk q8_0 -ctv q8_0 -fa 1 "),
    ("-ctk <t> -fa <0|1>", "q8_0", ("-fa", "on"), "q8_0", "-ctk q8_0 -ctv q8_0 -fa on "),
    ("-ctk <t> -fa <0|1>", "f32", (), "f16", ""),  # a type that its options don't take
    ("-fa <0|1>", "q8_0", (), "f16", ""),
    ("-ctk <t>", "f16", ("-rtr", "1"), "f16", "-rtr 1 "),
]


@pytest.mark.parametrize(("options", "kv", "flags", "used", "words"), CACHES)
def test_the_cache_that_was_used_is_the_one_reported(
    options: str, kv: str, flags: tuple[str, ...], used: str, words: str, tmp_path: Path
) -> None:
    told = peer(tmp_path, options, kv, *flags)
    told.ask("turn", 0, 9)
    assert told.kv == used
    assert asked(tmp_path) == words + "-p 9 -n 0"


def test_a_peer_that_fails_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"none can't be run"):
        run(builtin_model_path(), str(tmp_path / "none"), QUICK)
    broken = tmp_path / "broken"
    broken.write_text(f"#!{sys.executable}\nraise SystemExit('no such model')\n")
    broken.chmod(0o755)
    with pytest.raises(BenchFailed, match="gave no result: no such model"):
        run(builtin_model_path(), str(broken), QUICK)


def test_flags_that_make_several_runs_of_one_are_said(tmp_path: Path) -> None:
    doubled = LlamaBench(program(tmp_path, rows=2), Path("m.gguf"), 1, "f16", ("-fa", "0,1"))
    with pytest.raises(BenchFailed, match="gave 2 results for -p 9 -n 0"):
        doubled.ask("turn", 0, 9)


def test_an_engine_that_cant_open_the_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"native can't be measured: .*none\.gguf"):
        Worker("native", tmp_path / "none.gguf", 1, 64, "f16")
