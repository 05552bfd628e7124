"""`lila bench quality`: the arithmetic of the comparison, and both engines on the same text."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lila.backends.local import builtin_model_path
from lila.bench.quality import QualityReport, compare, run
from lila.errors import BenchFailed
from training_log.nano.corpus import render
from training_log.nano.heldout import held_out

TEXT = "the swimming lesson is on Thursday at half past four, and the door code is 4821. " * 3


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return path


def test_the_divergence_is_the_textbooks() -> None:
    peer = np.log(np.array([0.5, 0.25, 0.25], np.float32))
    ours = np.log(np.array([0.25, 0.5, 0.25], np.float32)) + 7  # a shift of all logits changes nothing
    step = compare(ours, peer, actual=1)
    assert step.kld == pytest.approx(0.5 * math.log(2) - 0.25 * math.log(2), rel=1e-5)
    assert (step.cost, step.peer_cost) == pytest.approx((math.log(2), math.log(4)), rel=1e-5)
    assert not step.same
    assert compare(peer, peer, 0).kld == 0 and compare(peer, peer, 0).same


def test_alone_it_tells_the_perplexity(text: Path) -> None:
    report = run(builtin_model_path(), text, tokens=30)
    assert report.tokens == 30
    assert 1 < report.perplexity < 1e5
    assert (report.peer_perplexity, report.mean_kld, report.same_top) == (None, None, None)
    assert (report.as_dict()["near"], report.as_dict()["agrees"]) == (None, None)
    assert len(report.lines()) == 2


def test_beside_llama_cpp_both_read_the_same(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    # Turns of its own kind: in a text that repeats itself a head is torn between the copies, and the last bit decides.
    text = tmp_path / "turns.txt"
    text.write_text("".join(said for turn in held_out(1) for said, _ in render(turn)))
    report = run(builtin_model_path(), text, "llama.cpp", tokens=400, special=True)
    assert report.peer_perplexity == pytest.approx(report.perplexity, rel=0.05)
    assert report.mean_kld is not None and 0 <= report.mean_kld < 1e-3
    assert report.same_top is not None and report.same_top >= 0.99
    assert report.near and report.agrees
    assert report.lines()[-1].startswith("same top token")


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0", "Q4_K", "Q6_K"])
def test_quantised_it_is_as_near_to_llama_cpp(kind: str, tmp_path: Path) -> None:
    """Over so few predictions a token or two decide about the last percent, so only the divergence is held here."""
    llama_cpp = pytest.importorskip("llama_cpp")
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}{'_S' if kind == 'Q4_K' else ''}")
    params.pure, params.nthread = True, 1
    path, text = tmp_path / f"{kind}.gguf", tmp_path / "turns.txt"
    assert llama_cpp.llama_model_quantize(bytes(builtin_model_path()), bytes(path), params) == 0
    text.write_text("".join(said for turn in held_out(1) for said, _ in render(turn)))
    report = run(path, text, "llama.cpp", tokens=600, special=True)
    assert report.mean_kld is not None and 0 < report.mean_kld < 1e-3
    assert report.same_top is not None and report.same_top > 0.98


@pytest.mark.parametrize(
    ("kld", "same", "near", "agrees"),
    [(9.9e-4, 0.99, True, True), (1e-3, 0.9899, False, False), (2e-7, 0.5, True, False)],
)
def test_the_report_says_which_promise_is_kept(kld: float, same: float, near: bool, agrees: bool) -> None:
    report = QualityReport("here", "m.gguf", "t.txt", "llama.cpp", 100, 5.0, 5.0, kld, same)
    told = report.as_dict()
    assert (told["most_kld"], told["near"], told["least_same_top"], told["agrees"]) == (
        1e-3,
        near,
        0.99,
        agrees,
    )
    kept = {True: "met", False: "missed"}
    assert report.lines()[-2].endswith(f"below 0.001: {kept[near]}")
    assert report.lines()[-1].endswith(f"at least 99%: {kept[agrees]}")


def test_both_read_a_file_whose_name_is_no_utf_8(text: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    (path := tmp_path / "caf\udce9.gguf").symlink_to(builtin_model_path())
    assert run(path, text, "llama.cpp", tokens=3).tokens == 3


def test_a_text_without_a_prediction_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(BenchFailed, match="longer text"):
        run(builtin_model_path(), tmp_path / "empty.txt")


def test_a_conversation_is_read_with_its_control_tokens_and_each_text_afresh(tmp_path: Path) -> None:
    one = "<|bos|><|user|> when is the party<|end|><|assistant|> I don't know that yet. Tell me, and I'll remember it.<|end|>"
    single, twice = tmp_path / "one.txt", tmp_path / "two.txt"
    single.write_text(one)
    twice.write_text(one + one)
    alone = run(builtin_model_path(), single, special=True)
    both = run(builtin_model_path(), twice, special=True)
    assert both.tokens == 2 * alone.tokens
    assert both.perplexity == pytest.approx(alone.perplexity, rel=1e-5)
    assert alone.perplexity < run(builtin_model_path(), single).perplexity
