"""The harness benchmark really serves and really talks; its figures are nobody's business here."""

from __future__ import annotations

import json

from lila.bench import harness


def test_a_small_run() -> None:
    told: list[str] = []
    report = harness.run((1, 2), turns=4, progress=told.append)
    assert [load.clients for load in report.loads] == [1, 2]
    assert [load.turns + load.failed for load in report.loads] == [4, 4]
    assert all(load.failed == 0 and load.turns_per_s > 0 for load in report.loads)
    assert all(load.first_token_p50_ms <= load.whole_turn_p50_ms for load in report.loads)
    assert json.loads(json.dumps(report.as_dict()))["backend"] == report.backend
    assert len(report.lines()) == 4
    assert told == ["1 client", "2 clients"]
