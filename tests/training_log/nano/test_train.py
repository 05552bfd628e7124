"""Training: it learns, it can be killed and resumed, and a control file steers it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytest.importorskip("tokenizers")

from training_log.nano.again import begin_again
from training_log.nano.checkpoint import Progress, load_model, read_checkpoint
from training_log.nano.data import (
    Batch,
    Making,
    Sample,
    Segments,
    ShardStream,
    Weighing,
    encode,
    shard_batches,
)
from training_log.nano.export import write_gguf
from training_log.nano.grow import grow
from training_log.nano.model import SIZES, NanoConfig
from training_log.nano.optimiser import orthogonalise
from training_log.nano.tokenizer import VOCABULARY, load_tokenizer, train_tokenizer
from training_log.nano.train import Settings, Trainer

WORDS = ["plums", "apples", "trains", "Monday", "Tuesday", "code", "garden", "lesson"]
TOKENIZER = train_tokenizer([f"you like my {' '.join(WORDS)}"] * 5, vocab=330, words=WORDS)


def toy(seed: int) -> Iterator[Segments]:
    """A corpus in which the reply copies the last word of the question."""
    for index in itertools.count(seed * 977):
        word = WORDS[index % len(WORDS)]
        yield [(f"<|bos|><|user|> my {word}<|end|><|assistant|>", False), (f" you like {word}<|end|>", True)]


def batches(first_shard: int) -> Iterator[Batch]:
    for shard in itertools.count(first_shard):
        samples = encode(TOKENIZER, list(itertools.islice(toy(shard), 32)))
        yield from shard_batches(samples, shard=shard, batch_tokens=256, longest=64, pad=1, prompt_share=0.0)


def settings(run: Path, **changes: Any) -> Settings:
    plain: dict[str, Any] = {
        "run": run,
        "size": "test",
        "compile": False,
        "device": "cpu",
        "threads": 1,
        "warmup_steps": 5,
    }
    return Settings(**{**plain, **changes})


def config() -> NanoConfig:
    return NanoConfig(**{**SIZES["test"].to_dict(), "depth": 2, "vocab": TOKENIZER.get_vocab_size()})


def test_only_what_the_model_writes_is_taught() -> None:
    (sample,) = encode(TOKENIZER, [next(toy(0))])
    assert (
        TOKENIZER.decode(sample.ids[sample.trained].tolist(), skip_special_tokens=False)
        == " you like plums<|end|>"
    )
    (batch,) = shard_batches([sample, sample], shard=0, batch_tokens=99, longest=64, pad=1, prompt_share=0.0)
    taught = batch.targets[: len(batch.targets) // 2].tolist()
    assert TOKENIZER.decode(taught, skip_special_tokens=False) == " you like plums<|end|>"
    assert np.array_equal(batch.tokens.reshape(-1)[batch.at + 1], batch.targets)


def weighed(reply: str) -> Sample:
    """An example with `reply`, whose decisions count 4, its facts 3 and its labels a half."""
    asked = "<|bos|><|user|> my code<|end|><|assistant|>"
    (sample,) = encode(TOKENIZER, [[(asked, False), (reply, True)]], Weighing(4.0, 3.0, 0.5))
    return sample


def of_weight(sample: Sample, weight: float) -> str:
    return TOKENIZER.decode(sample.ids[sample.weights == weight].tolist(), skip_special_tokens=False)


def test_what_a_reply_begins_with_and_what_a_block_does_weigh_more() -> None:
    sample = weighed("<|memory_start|>\n<|mem_store|> my code<|end|>")
    assert of_weight(sample, 4.0) == "<|memory_start|><|mem_store|>"
    (batch,) = shard_batches([sample], shard=0, batch_tokens=99, longest=64, pad=1, prompt_share=1.0)
    assert batch.weights.tolist() == sample.weights[1:].tolist()  # what is asked counts once, where it counts
    assert set(batch.weights.tolist()) == {1.0, 4.0}


def test_where_a_fact_is_kept_weighs_more() -> None:
    sample = weighed(' namespace="wiki" tags="wiki"<|end|>')
    assert of_weight(sample, 4.0) == " w"  # the block's beginning, and the first token of the first "wiki"


def test_what_follows_a_block_weighs_more() -> None:
    sample = weighed("<|memory_end|>\n<|memory_start|>\n<|mem_store|><|memory_end|>\ncode<|end|>")
    assert of_weight(sample, 4.0) == "<|memory_end|><|memory_start|><|mem_store|>co"


def test_the_words_of_a_fact_weigh_more_and_its_labels_less() -> None:
    facts = "\ncontent: my code\ndescription: my garden / my code\nresolution: ask\n"
    sample = weighed(f'<|mem_store|> tags=["you","co]de"] confidence=0.9{facts}content: apples<|end|>')
    assert of_weight(sample, 3.0) == " my code\n my garden / my code\n"  # a line without an end is no fact
    assert of_weight(sample, 0.5) == ' tags=["you","co]de"]'


def test_batches_keep_within_their_cost_and_lose_nothing() -> None:
    samples = encode(TOKENIZER, list(itertools.islice(toy(1), 50)))
    made = shard_batches(samples, shard=3, batch_tokens=120, longest=64, pad=1, prompt_share=0.0)
    assert sum(batch.real for batch in made) == sum(len(sample.ids) for sample in samples)
    assert all(batch.tokens.shape[0] * (batch.tokens.shape[1] - 7) <= 120 for batch in made)


@pytest.mark.parametrize("optimiser", ["muon", "adamw"])
def test_it_learns(tmp_path: Path, optimiser: str) -> None:
    trainer = Trainer(settings(tmp_path, optimiser=optimiser, embedding_lr=0.01), config(), TOKENIZER)
    stream = batches(0)
    losses = [trainer.step(next(stream)) for _ in range(60)]
    assert losses[0] > 4
    assert losses[-1] < 1.0


def test_resumed_weights_equal_uninterrupted_ones(tmp_path: Path) -> None:
    whole = Trainer(settings(tmp_path / "a"), config(), TOKENIZER)
    for batch in itertools.islice(batches(7), 12):
        whole.step(batch)
    (tmp_path / "b").mkdir()
    first = Trainer(settings(tmp_path / "b"), config(), TOKENIZER)
    for batch in itertools.islice(batches(7), 6):
        first.step(batch)
    first.save()
    second = Trainer(settings(tmp_path / "b", resume=True), config(), TOKENIZER)
    assert second.progress == first.progress
    for batch in itertools.islice(batches(7), 6, 12):
        second.step(batch)
    for one, other in zip(whole.model.parameters(), second.model.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def to_be_grown(run: Path, optimiser: str) -> Trainer:
    """A trainer whose folder has what `grow` reads once it is saved."""
    run.mkdir()
    TOKENIZER.save(str(run / "tokenizer.json"))
    return Trainer(settings(run, optimiser=optimiser, embedding_lr=0.01), config(), TOKENIZER)


def grown_trainer(run: Path, larger: Path, optimiser: str, *, ffn: int, depth: int) -> Trainer:
    """One that goes on with the grown run."""
    grown = grow(run, larger, ffn=ffn, depth=depth)
    going_on = settings(larger, optimiser=optimiser, embedding_lr=0.01, resume=True)
    return Trainer(going_on, grown.config, TOKENIZER)


@pytest.mark.parametrize("optimiser", ["muon", "adamw"])
def test_a_larger_run_goes_on_where_it_was(tmp_path: Path, optimiser: str) -> None:
    run, larger = tmp_path / "run", tmp_path / "larger"
    first = to_be_grown(run, optimiser)
    stream = batches(0)
    for batch in itertools.islice(stream, 20):
        first.step(batch)
    first.progress.begin_decay("tokens", 100)
    first.save()
    depth = first.model.config.depth
    second = grown_trainer(run, larger, optimiser, ffn=first.model.config.ffn + 32, depth=depth + 2)
    tokens = torch.from_numpy(next(stream).tokens)
    for weights in ("model", "average"):
        before, after = (load_model(folder, weights=weights) for folder in (run, larger))
        torch.testing.assert_close(after.hidden(tokens)[0], before.hidden(tokens)[0])
    assert (larger / "tokenizer.json").exists()
    assert read_checkpoint(larger)["progress"]["step"] == 20
    assert second.rate() == 1.0  # the decay is over
    layers = second.model.model.layers
    new = [
        layers[0].mlp.down_proj.weight[:, -32:],
        layers[depth].mlp.down_proj.weight,
        layers[depth].self_attn.o_proj.weight,
    ]
    assert not any(weight.any() for weight in new)
    second.step(next(stream))
    assert all(weight.any() for weight in new)


@pytest.mark.parametrize("optimiser", ["muon", "adamw"])
def test_what_the_optimiser_remembers_stays_with_its_weight(tmp_path: Path, optimiser: str) -> None:
    run, larger = tmp_path / "run", tmp_path / "larger"
    first = to_be_grown(run, optimiser)
    first.step(next(batches(0)))
    first.save()
    held = first.model.config
    second = grown_trainer(run, larger, optimiser, ffn=held.ffn, depth=held.depth + 1)
    remembered = _memories(second)
    assert remembered.keys() == _memories(first).keys()  # nothing of the layer that is new
    for name, memory in _memories(first).items():
        torch.testing.assert_close(remembered[name], memory)


def _memories(trainer: Trainer) -> dict[str, dict[str, torch.Tensor]]:
    names = {parameter: name for name, parameter in trainer.model.named_parameters()}
    return {
        names[parameter]: dict(memory)
        for optimiser in trainer.optimisers.values()
        for parameter, memory in optimiser.state.items()
    }


@pytest.mark.parametrize(("ffn", "depth"), [(0, 0), (-8, 1), (8, -1)])
def test_a_run_is_never_made_smaller(tmp_path: Path, ffn: int, depth: int) -> None:
    trainer = Trainer(settings(tmp_path), config(), TOKENIZER)
    trainer.save()
    held = trainer.model.config
    with pytest.raises(ValueError, match="neither less"):
        grow(tmp_path, tmp_path / "out", ffn=held.ffn + ffn, depth=held.depth + depth)
    assert not (tmp_path / "out").exists()


def test_a_torn_checkpoint_never_replaces_a_whole_one(tmp_path: Path) -> None:
    trainer = Trainer(settings(tmp_path), config(), TOKENIZER)
    trainer.save()
    (tmp_path / "checkpoint.pt.new").write_bytes(b"cut off")
    assert read_checkpoint(tmp_path)["progress"]["step"] == 0
    load_model(tmp_path, weights="average")


def test_token_budget_ends_in_a_decayed_rate(tmp_path: Path) -> None:
    trainer = Trainer(settings(tmp_path, tokens=12_000), config(), TOKENIZER)
    trainer.fit(batches(0))
    assert trainer.progress.decay_unit == "tokens"
    assert trainer.progress.decay_from >= 12_000 * (1 - trainer.settings.decay_share)
    assert trainer.rate() < 0.05
    assert (tmp_path / "checkpoint.pt").exists()


def test_control_file_begins_the_decay_and_stops(tmp_path: Path) -> None:
    (tmp_path / "control.json").write_text(json.dumps({"decay_tokens": 4000}), encoding="utf-8")
    trainer = Trainer(settings(tmp_path), config(), TOKENIZER)
    trainer.fit(batches(0))
    assert trainer.progress.decay_left() == 0.0
    assert not (tmp_path / "control.json").exists()
    (tmp_path / "control.json").write_text(json.dumps({"stop_after_tokens": 0}), encoding="utf-8")
    again = Trainer(settings(tmp_path), config(), TOKENIZER)
    again.fit(batches(0))
    assert again.progress.step == 20


def test_a_decay_that_was_asked_for_may_outlast_the_budget(tmp_path: Path) -> None:
    (tmp_path / "control.json").write_text(json.dumps({"decay_tokens": 8000}), encoding="utf-8")
    trainer = Trainer(settings(tmp_path, tokens=9000), config(), TOKENIZER)
    trainer.fit(batches(0))
    assert trainer.progress.tokens > 11_000
    assert trainer.progress.decay_left() == 0.0


def test_decay_by_the_clock() -> None:
    progress = Progress(seconds=100.0)
    assert progress.decay_left() == 1.0
    progress.begin_decay("seconds", 50.0)
    progress.seconds = 125.0
    assert progress.decay_left() == pytest.approx(0.5)
    progress.seconds = 151.0
    assert progress.decay_left() == 0.0


def test_worker_goes_on_where_it_is_told() -> None:
    making = Making(first_shard=5, shard_examples=8, batch_tokens=256, prompt_share=0.0)
    stream = ShardStream(toy, TOKENIZER, making, ahead=2)
    try:
        made = list(itertools.islice(stream, 3))
    finally:
        stream.close()
    assert [batch.shard for batch in made] == sorted(batch.shard for batch in made)
    assert made[0].shard == 5
    again = ShardStream(toy, TOKENIZER, making, ahead=2)
    try:
        assert np.array_equal(next(iter(again)).tokens, made[0].tokens)
    finally:
        again.close()


def test_the_first_shards_have_batches_of_half_the_size() -> None:
    stream = ShardStream(
        toy,
        TOKENIZER,
        Making(first_shard=5, shard_examples=64, batch_tokens=256, half_until=6, prompt_share=0.0),
        ahead=2,
    )
    try:
        made = list(itertools.takewhile(lambda batch: batch.shard < 7, stream))
    finally:
        stream.close()
    half, full = ([batch.tokens.size for batch in made if batch.shard == shard] for shard in (5, 6))
    assert np.mean(half) < 0.7 * np.mean(full)


def test_orthogonalised_matrices_have_like_singular_values() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalise(torch.randn(3, 48, 20)))
    assert float(values.min()) > 0.5
    assert float(values.max()) < 1.4


def test_a_run_goes_on_from_a_published_file(tmp_path: Path) -> None:
    first = Trainer(settings(tmp_path), config(), TOKENIZER)
    stream = batches(0)
    for batch in itertools.islice(stream, 20):
        first.step(batch)
    published = write_gguf(first.model, TOKENIZER, tmp_path / "published.gguf")
    again = tmp_path / "again"
    begin_again(published, again, first_shard=7)
    tokenizer = load_tokenizer(again / VOCABULARY)
    assert tokenizer.get_vocab() == TOKENIZER.get_vocab()
    text = "<|bos|><|user|> you like plums, café 42<|end|>"
    assert tokenizer.encode(text).ids == TOKENIZER.encode(text).ids
    second = Trainer(settings(again, resume=True), load_model(again).config, tokenizer)
    assert second.progress == Progress(next_shard=7)
    tokens = torch.from_numpy(next(stream).tokens)
    torch.testing.assert_close(
        second.model.hidden(tokens)[0], first.model.hidden(tokens)[0], atol=0.01, rtol=0.01
    )
    assert write_gguf(second.model, tokenizer, tmp_path / "same.gguf").read_bytes() == published.read_bytes()
    second.step(next(stream))


def test_only_a_published_file_is_gone_on_from(tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    writer = gguf.GGUFWriter(other, "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(ValueError, match=r"says nothing of llama\.block_count"):
        begin_again(other, tmp_path / "out", first_shard=0)
    assert not (tmp_path / "out").exists()
