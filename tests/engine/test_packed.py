"""Products over panels: as close to the exact ones as llama.cpp's, and the same bits however they are split."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model
from engine.binding import ffi, lib

ROOT = Path(__file__).parents[2]
KINDS = ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL"]
SUPER_KINDS = ["Q4_K", "Q5_K", "Q6_K"]  # rows in blocks of 256
SUPER_SHAPE = {"embedding": 256, "feed_forward": 512, "heads": 8, "layers": 1}


def tiny(make_model: Any, kind: str) -> Path:
    path: Path = make_model(kind, **(SUPER_SHAPE if kind in SUPER_KINDS else {})).path
    return path


def logits_after(path: Path, pieces: list[list[int]], **opening: Any) -> np.ndarray:
    """[pieces][vocabulary]: after each piece."""
    with Model.open(path, **{"threads": 1} | opening) as model, model.session(kv="f32") as session:
        rows = []
        for piece in pieces:
            session.prefill(piece)
            rows.append(session.logits())
        return np.array(rows)


def singles(tokens: list[int]) -> list[list[int]]:
    return [[token] for token in tokens]


def divergence(p: np.ndarray, q: np.ndarray) -> float:
    log_p, log_q = log_softmax(p), log_softmax(q)
    return float((np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean())


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x.astype(np.float64)
    x = x - x.max(axis=1, keepdims=True)
    normal: np.ndarray = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    return normal


@pytest.mark.parametrize("kind", KINDS + SUPER_KINDS)
def test_no_further_from_the_exact_product_than_llama_cpp(
    kind: str, make_model: Any, prompt: list[int]
) -> None:
    llama_cpp = pytest.importorskip("llama_cpp")
    path = tiny(make_model, kind)
    reference = llama_cpp.Llama(str(path), n_ctx=256, logits_all=True, verbose=False, n_threads=1)
    reference.eval(prompt)
    theirs = np.array(reference.scores[: len(prompt)])
    exact = logits_after(path, singles(prompt), panels="off")
    ours = logits_after(path, singles(prompt), panels="on")
    assert np.abs(ours - exact).max() > 0  # else the panels weren't used
    assert divergence(theirs, ours) < 1e-3
    # Both round activations to eight bits by block; the two errors differ by chance, so a fifth is left to it.
    assert divergence(exact, ours) < 1.2 * divergence(exact, theirs)
    tie = 2 * max(np.abs(ours - exact).max(), np.abs(theirs - exact).max())
    chosen = np.take_along_axis(theirs, ours.argmax(1)[:, None], 1)[:, 0]
    assert (theirs.max(axis=1) - chosen <= tie).all()


@pytest.mark.parametrize("cpu_mask", [0, 1, 3, 7, 15])
@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "IQ4_NL", "Q4_K", "Q6_K"])
def test_bits_do_not_depend_on_how_a_prompt_is_split(
    kind: str, cpu_mask: int, make_model: Any, prompt: list[int]
) -> None:
    path = tiny(make_model, kind)
    opening: dict[str, Any] = {"cpu_mask": cpu_mask, "panels": "on"}
    one_by_one = logits_after(path, singles(prompt), **opening)
    splits = [[prompt], [prompt[:1], prompt[1:]], [prompt[:13], prompt[13:38], prompt[38:]]]
    for pieces in splits:
        for threads in (1, 3):
            found = logits_after(path, pieces, threads=threads, **opening)
            ends = np.cumsum([len(piece) for piece in pieces]) - 1
            np.testing.assert_array_equal(found, one_by_one[ends])


def test_one_matrix_of_another_type_keeps_its_rows(make_model: Any, prompt: list[int]) -> None:
    """A layer may mix packed and plain matrices, as real files do."""

    def float_values(_: Any, tensors: dict[str, Any]) -> None:
        import gguf

        data, kind = tensors["blk.1.attn_v.weight"]
        plain = gguf.quants.dequantize(data, kind).astype(np.float16)
        tensors["blk.1.attn_v.weight"] = (plain, gguf.GGMLQuantizationType.F16)

    mixed = make_model("Q8_0", float_values).path
    whole = make_model("Q8_0").path
    with Model.open(mixed, panels="on") as some, Model.open(whole, panels="on") as every:
        assert 0 < some.panel_bytes < every.panel_bytes
    exact, ours = (logits_after(mixed, singles(prompt), panels=choice) for choice in ("off", "on"))
    assert 0 < divergence(exact, ours) < 1.5e-3


def test_a_scale_beyond_f16_is_held(make_model: Any, prompt: list[int]) -> None:
    """65504 · 63 is a scale that Q4_K can mean and f16 can't hold."""

    def huge_scale(_: Any, tensors: dict[str, Any]) -> None:
        data, kind = tensors["blk.0.attn_q.weight"]
        data = data.copy()
        data[5, :16] = np.frombuffer(b"\xff\x7b\0\0" + b"\x3f" * 4 + b"\0" * 8, np.uint8)
        data[5, 16:144] = 0  # every quant is zero, so the row is still a small one
        tensors["blk.0.attn_q.weight"] = (data, kind)

    path = make_model("Q4_K", huge_scale, **SUPER_SHAPE).path
    exact, ours = (logits_after(path, singles(prompt[:20]), panels=choice) for choice in ("off", "on"))
    assert np.isfinite(ours).all()
    assert 0 < divergence(exact, ours) < 1e-3


@pytest.mark.parametrize(("kind", "needed"), [("F16", lib.LILA_CPU_AVX2), ("BF16", lib.LILA_CPU_BF16)])
def test_floats_are_packed_only_into_a_cache(
    kind: str, needed: int, make_model: Any, prompt: list[int], tmp_path: Path
) -> None:
    """Their panels are as large as their rows and give the same bits, so that memory isn't spent on them."""
    path = make_model(kind).path
    expected = logits_after(path, singles(prompt), panels="on")
    with Model.open(path, panels="on") as model:
        assert model.panel_bytes == 0
        packs = bool(model.cpu_features & needed)
    for state in ("written", "read"):
        for pieces in (singles(prompt), [prompt[:1], prompt[1:14], prompt[14:]]):
            for threads in (1, 3):
                found = logits_after(path, pieces, panels="on", threads=threads, cache=tmp_path)
                ends = np.cumsum([len(piece) for piece in pieces]) - 1
                np.testing.assert_array_equal(found, expected[ends])
        with Model.open(path, panels="on", cache=tmp_path) as model:
            assert (model.panel_bytes > 0, model.cache) == ((True, "read") if packs else (False, "unused")), (
                state
            )
    with Model.open(path, panels="on", cache=tmp_path, cache_limit_bytes=1) as model:
        assert model.cache in ("read", "unused")  # what is there is taken
    for file in tmp_path.iterdir():
        file.unlink()
    opening: dict[str, Any] = {"panels": "on", "cache": tmp_path, "cache_limit_bytes": 1}
    np.testing.assert_array_equal(logits_after(path, [prompt], **opening)[0], expected[-1])
    with Model.open(path, **opening) as model:
        assert model.panel_bytes == 0
        assert model.cache == ("failed" if packs else "unused")
        assert ("exceed the cache's limit of 1" in model.cache_note) == packs


def test_what_finds_no_room_beside_floats_is_kept(make_model: Any, tmp_path: Path) -> None:
    """Where the cache doesn't take floats as well, it takes the rest."""

    def one_plain(_: Any, tensors: dict[str, Any]) -> None:
        import gguf

        data, kind = tensors["output.weight"]
        plain = gguf.quants.dequantize(data, kind)
        bf16 = gguf.GGMLQuantizationType.BF16
        tensors["output.weight"] = (gguf.quants.quantize(plain, bf16), bf16)

    path = make_model("Q8_0", one_plain).path
    with Model.open(path, panels="on") as model:
        quantised = model.panel_bytes
    with Model.open(path, panels="on", cache=tmp_path, cache_limit_bytes=quantised) as model:
        assert (model.cache, model.panel_bytes) == ("written", quantised)


@pytest.mark.parametrize(("kind", "packed"), [("Q4_0", True), ("F16", False)])
def test_what_the_options_choose(kind: str, packed: bool, make_model: Any) -> None:
    path = make_model(kind).path
    with Model.open(path, panels="off") as off, Model.open(path, panels="on") as on, Model.open(path) as auto:
        assert off.panel_bytes == 0
        assert (on.panel_bytes > 0) == packed
        assert auto.panel_bytes in (0, on.panel_bytes)


_SHORT_OF_MEMORY = """
import gc, resource, sys
from pathlib import Path
from engine import Model
from engine.errors import Unavailable

def run(choice):
    with Model.open(path, threads=1, panels=choice) as model, model.session(context=8, batch=8) as session:
        session.prefill([1, 5, 9])
        return f"{model.panel_bytes} {session.logits().tobytes().hex()} {model.cache_note}"

path, panels = Path(sys.argv[1]), int(sys.argv[2])
run("off")  # loads the library
gc.collect()
in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = in_use + path.stat().st_size + panels // 2
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    run("on")
except Unavailable as error:
    print(error)
print(run("auto"))
gc.collect()
print(run("off"))
"""


def test_a_model_whose_panels_find_no_memory_runs_from_its_rows(make_model: Any) -> None:
    path = make_model("Q4_0", embedding=1024, feed_forward=4096, layers=1).path
    with Model.open(path, threads=1) as model:
        panels = model.panel_bytes
    if not panels:
        pytest.skip("this processor has no kernels for packed weights")
    command = [sys.executable, "-c", _SHORT_OF_MEMORY, str(path), str(panels)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    refused, auto, off = done.stdout.splitlines()
    assert refused == f"out of memory for {panels} bytes of packed weights"
    size, logits, note = auto.split(" ", 2)
    assert (size, logits) == tuple(off.split(" ")[:2]) and size == "0"
    assert note.startswith(f"none: out of memory for {panels} bytes")


def test_heads_that_are_not_whole_groups_keep_their_rows(make_model: Any, prompt: list[int]) -> None:
    """Key length 8: a head begins inside a group of 16 rows, and heads are what threads share."""
    path = make_model("Q8_0", heads=8, kv_heads=2).path
    exact = logits_after(path, singles(prompt), panels="off")
    for threads in (1, 3):
        ours = logits_after(path, singles(prompt), panels="on", threads=threads)
        assert 0 < divergence(exact, ours) < 2e-3


@pytest.mark.parametrize("kind", ["Q8_0", "F16"])
def test_the_manifest_tells_packed_from_plain(kind: str, make_model: Any) -> None:
    path = make_model(kind).path
    runtimes = set()
    for choice in ("off", "on"):
        with Model.open(path, panels=choice) as model, model.session() as session:
            runtimes.add(session.manifest().runtime)
    assert len(runtimes) == 2


def test_a_choice_that_there_is_not(make_model: Any) -> None:
    params = ffi.new("lila_model_params *", {"panels": 7})
    out, err = ffi.new("lila_model **"), ffi.new("char[]", 256)
    status = lib.lila_model_open(str(make_model("Q8_0").path).encode(), params, out, err, 256)
    assert status == 5
    assert b"found 7" in ffi.string(err)
