"""docs/memory.md against the code: its figures of fading, its states and fates, and its example, which is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memory.fading import RATE_PER_HOUR
from memory.model import FATES, STATES

TEXT = (Path(__file__).parents[2] / "docs" / "memory.md").read_text(encoding="utf-8")


def test_rates_states_and_fates_are_the_codes() -> None:
    for namespace, rate in RATE_PER_HOUR.items():
        assert re.search(rf"^\| {namespace} \|.*\| {rate} \|$", TEXT, re.MULTILINE)
    assert all(f"| {state} |" in TEXT for state in STATES)
    assert all(f"`{fate}`" in TEXT for fate in FATES)


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(example, "docs/memory.md", "exec"), {})
