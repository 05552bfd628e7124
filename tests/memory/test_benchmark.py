"""The synthetic benchmark runs, and the store finds what it asks for."""

from __future__ import annotations

from memory.benchmark import measure


def test_it_measures_a_small_store() -> None:
    heard: list[int] = []
    speed = measure(120, 40, progress=heard.append)
    assert heard == [50, 100, 120]
    assert speed.memories == 120 and speed.found_first >= 0.95
    assert 0 < speed.recall_p50_ms <= speed.recall_p95_ms
