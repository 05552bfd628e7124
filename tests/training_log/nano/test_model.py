"""The network: padding, caches and grouped heads must not change what is computed."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training_log.nano.model import SIZES, NanoModel


def random_model() -> NanoModel:
    torch.manual_seed(5)
    model = NanoModel(SIZES["test"]).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.15)
    return model


def test_a_token_sees_nothing_after_it() -> None:
    model, ids = random_model(), torch.randint(0, 512, (1, 12))
    with torch.no_grad():
        before, _ = model.hidden(ids[:, :7])
        whole, _ = model.hidden(ids)
    torch.testing.assert_close(before, whole[:, :7])


def test_cache_and_left_padding_compute_the_same() -> None:
    model, ids = random_model(), torch.randint(0, 512, (1, 9))
    with torch.no_grad():
        whole, _ = model.hidden(ids)
        padded = torch.cat((torch.ones(1, 3, dtype=torch.long), ids[:, :8]), dim=1)
        seen = torch.tensor([[False] * 3 + [True] * 8])
        positions = (seen.cumsum(1) - 1).clamp(min=0)
        mask = (seen[:, None, None] & torch.ones(11, 11, dtype=torch.bool).tril()) | torch.eye(
            11, dtype=torch.bool
        )
        first, past = model.hidden(padded, None, positions, mask)
        seen = torch.cat((seen, torch.ones(1, 1, dtype=torch.bool)), dim=1)
        last, _ = model.hidden(ids[:, 8:], past, torch.tensor([[8]]), seen[:, None, None])
    torch.testing.assert_close(first[:, 3:], whole[:, :8], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(last, whole[:, 8:], rtol=1e-4, atol=1e-5)


def test_loss_counts_only_the_positions_it_is_given() -> None:
    model, ids = random_model(), torch.randint(0, 512, (2, 6))
    with torch.no_grad():
        logits = model.head(model.hidden(ids)[0])
        expected = torch.nn.functional.cross_entropy(
            torch.stack((logits[0, 2], logits[1, 0])), torch.tensor([7, 9])
        )
        torch.testing.assert_close(
            model.loss(ids, torch.tensor([2, 6]), torch.tensor([7, 9]), torch.ones(2)), expected
        )


def test_nano_is_small_enough_for_the_wheel() -> None:
    size = SIZES["nano"]
    assert 2 * sum(p.numel() for p in NanoModel(size).parameters()) < 16 * 2**20
    assert size.width == size.heads * size.head_dim
