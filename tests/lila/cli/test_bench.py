"""`lila bench …`: the options reach the benchmark, and its report is printed. What it measures is tested there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
