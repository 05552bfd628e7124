"""The KV cache: its types, its rows outside of the engine, and attention over many blocks of positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model
from engine.errors import ArgumentError, ManifestMismatch
from engine.timeline import KV_TYPES

LENGTH = 700
"""Tokens of the prompt: three blocks of attention, the last one in part."""
TYPES: list[Any] = sorted(KV_TYPES)


def windowed(writer: Any, _: Any) -> None:
    writer.add_sliding_window(300)


@pytest.fixture(scope="module")
def tokens() -> list[int]:
    return [1, *np.random.default_rng(11).integers(3, 320, LENGTH - 1).tolist()]


@pytest.fixture(scope="module")
def tinies(make_model: Any) -> dict[str, Any]:
    """Three query heads on a KV head, of 32 elements; with and without a sliding window."""
    shape = {"heads": 3, "kv_heads": 1, "embedding": 96, "context": 1024}
    return {"full": make_model("F32", **shape), "window": make_model("F32", windowed, **shape)}


@pytest.fixture(scope="module")
def full(tinies: dict[str, Any]) -> Iterator[Model]:
    with Model.open(tinies["full"].path, threads=1) as model:
        yield model


def logits(model: Model, tokens: list[int], kv: Any, batch: int = 64) -> np.ndarray:
    with model.session(kv=kv, batch=batch) as session:
        session.prefill(tokens)
        return session.logits()


def test_a_long_prompt_is_that_of_transformers(
    full: Model, tinies: dict[str, Any], tokens: list[int]
) -> None:
    import torch

    with torch.no_grad():
        expected = tinies["full"].reference(torch.tensor([tokens])).logits[0, -1].numpy()
    np.testing.assert_allclose(
        logits(full, tokens, "f32"), expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max()
    )


@pytest.mark.parametrize(("kv", "least", "most"), [("f16", 1e-7, 1e-3), ("q8_0", 1e-4, 3e-2)])
def test_a_smaller_type_costs_what_its_bits_say(
    kv: Any, least: float, most: float, full: Model, tokens: list[int]
) -> None:
    exact = logits(full, tokens, "f32")
    error = np.sqrt(np.mean((logits(full, tokens, kv) - exact) ** 2) / np.mean(exact**2))
    assert least < error < most


@pytest.mark.parametrize("kind", ["full", "window"])
@pytest.mark.parametrize("kv", TYPES)
@pytest.mark.parametrize("cpu_mask", [0, 1, 3, 7])
def test_neither_split_nor_threads_change_a_bit(
    kind: str, kv: Any, cpu_mask: int, tinies: dict[str, Any], tokens: list[int]
) -> None:
    """With several threads the last tokens, one by one, are computed block by block."""
    found = []
    for threads, batch, single in [(1, 64, 0), (1, 5, 3), (3, 64, 2), (2, 3, 5)]:
        with (
            Model.open(tinies[kind].path, threads=threads, cpu_mask=cpu_mask) as model,
            model.session(kv=kv, batch=batch) as session,
        ):
            session.prefill(tokens[: LENGTH - single])
            for token in tokens[LENGTH - single :]:
                session.prefill([token])
            found.append(session.logits())
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize("kv", TYPES)
def test_a_window_hides_what_is_before_it(kv: Any, make_model: Any, tokens: list[int]) -> None:
    """Through one layer; through more, a token reaches further than the window."""
    tiny = make_model("F32", windowed, heads=3, kv_heads=1, embedding=96, context=1024, layers=1)
    with Model.open(tiny.path, threads=1) as model:
        seen = logits(model, tokens, kv)
        for change, hidden in ((LENGTH - 301, True), (LENGTH - 300, False)):
            other = list(tokens)
            other[change] = 3 if other[change] != 3 else 4
            assert np.array_equal(logits(model, other, kv), seen) is hidden


@pytest.mark.parametrize("kv", TYPES)
def test_rows_survive_the_way_out_and_in(kv: Any, full: Model, tokens: list[int], tmp_path: Path) -> None:
    with full.session(kv=kv) as first, full.session(kv=kv) as second:
        first.prefill(tokens[:77])
        first.snapshot(tmp_path / "s")
        second.prefill(tokens[300:400])
        second.restore(tmp_path / "s")
        for session in (first, second):
            session.prefill(tokens[77:90])
        np.testing.assert_array_equal(second.logits(), first.logits())


def test_rows_of_another_type_are_refused(full: Model, tokens: list[int], tmp_path: Path) -> None:
    with full.session(kv="q8_0") as first, full.session(kv="f16") as second:
        first.prefill(tokens[:5])
        first.snapshot(tmp_path / "s")
        with pytest.raises(ManifestMismatch, match=r"runtime is 'kv=q8_0 .*here it is 'kv=f16 "):
            second.restore(tmp_path / "s")


def test_a_step_that_is_taken_back_leaves_the_rows(full: Model, tokens: list[int]) -> None:
    for kv in TYPES:
        with full.session(kv=kv) as warm:
            warm.prefill(tokens[:50])
            warm.ensure_prefix([*tokens[:20], *tokens[100:140]])
            warm.ensure_prefix(tokens[:50])
            np.testing.assert_array_equal(warm.logits(), logits(full, tokens[:50], kv))


def test_q8_0_takes_heads_in_blocks_of_32(make_model: Callable[..., Any]) -> None:
    with (
        Model.open(make_model("F16").path, threads=1) as model,
        pytest.raises(ArgumentError, match="multiple of 32 elements, found keys of 16 and values of 16"),
    ):
        model.session(kv="q8_0")


def test_bytes_of_a_row(full: Model) -> None:
    sizes: dict[Any, int] = {"f32": 128, "f16": 64, "q8_0": 34}
    for kv, size in sizes.items():
        with full.session(kv=kv) as session:
            assert session._timeline.row_bytes() == (size, size)
