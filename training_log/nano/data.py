"""From the endless corpus to batches of tokens, made ahead by a worker process.

The corpus is cut into shards of a few thousand examples; shard ``k`` of a run is ``examples(seed + k)``, so
a run is resumed by naming the next shard, also when the corpus has grown meanwhile. Within a shard examples
are sorted by length and cut into batches of equal cost, which are then shuffled: padding stays small and
attention within a document needs no mask.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from training_log.nano.swap import Segments, WordSwap, common_words
from training_log.nano.tokenizer import PAD, token_id

__all__ = ["Batch", "Making", "Sample", "Segments", "ShardStream", "Weighing", "encode", "shard_batches"]

Ints = npt.NDArray[np.int64]

NAMESPACE = ' namespace="'  # what stands before the name of one
BLOCK_END = "<|memory_end|>\n"  # behind it, the reply goes on with another block or with what is said
LABELS = re.compile(r"( tags=\[.*?\])(?= |\n)")
FACTS = re.compile(r"^(?:content|description):( .*\n)", re.MULTILINE)
KEPT_WORDS = 550  # the commonest, which carry the meaning of an example and are never swapped


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much the tokens of a reply count in the loss; all others count 1."""

    decision: float = 1.0
    """What a reply begins with, what follows a block, and the tokens that say what a block does and where it is kept:
    there it is decided what the rest will be about."""
    fact: float = 1.0
    """The line of a block that says what is kept, with its end: one wrong word in it and nothing of the turn is right."""
    label: float = 1.0
    """The tags of a fact, which are many to choose from; their loss is a third of all there is, and mostly chance."""


EVEN = Weighing()


@dataclass(frozen=True, slots=True)
class Sample:
    """Token ids of one example; for each, whether the model is taught to write it and how much it counts."""

    ids: Ints
    trained: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """``tokens`` (B, T) padded on the right; ``at`` flat positions whose next token, ``targets``, counts ``weights``."""

    shard: int
    tokens: Ints
    at: Ints
    targets: Ints
    weights: npt.NDArray[np.float32]
    real: int


def encode(tokenizer: Tokenizer, examples: Sequence[Segments], weighing: Weighing = EVEN) -> list[Sample]:
    """Tokenise whole texts (as a runtime does), mark the tokens that start in a trained segment, and weigh them."""
    encodings = tokenizer.encode_batch(["".join(text for text, _ in example) for example in examples])
    operations = [number for token, number in tokenizer.get_vocab().items() if token.startswith("<|mem_")]
    namespace, block_end = tokenizer.encode(NAMESPACE).ids, tokenizer.encode(BLOCK_END).ids
    samples = []
    for example, encoding in zip(examples, encodings, strict=True):
        marks = np.concatenate([np.full(len(text), trained) for text, trained in example if text])
        weights = np.concatenate([_weights(text, weighing) for text, _ in example if text])
        starts = np.array([start for start, _ in encoding.offsets], dtype=np.int64)
        ids, trained = np.array(encoding.ids, dtype=np.int64), marks[starts].astype(np.bool_)
        begins = trained & ~np.roll(trained, 1)
        decisive = np.isin(ids, operations) | _behind(ids, namespace) | _behind(ids, block_end)
        weighed = np.where(begins | decisive, weighing.decision, weights[starts])
        samples.append(Sample(ids, trained, np.where(trained, weighed, 1.0).astype(np.float32)))
    return samples


def _weights(text: str, weighing: Weighing) -> npt.NDArray[np.float32]:
    """What each character counts by the line or the attribute that it stands in."""
    weights = np.ones(len(text), dtype=np.float32)
    for pattern, weight in ((LABELS, weighing.label), (FACTS, weighing.fact)):
        for found in pattern.finditer(text):
            weights[slice(*found.span(1))] = weight
    return weights


def _behind(ids: Ints, phrase: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Whether each token stands right behind the tokens of the phrase."""
    found = np.ones(len(ids), dtype=np.bool_)
    for back, token in enumerate(reversed(phrase), start=1):
        found &= np.roll(ids, back) == token
    return found


def shard_batches(
    samples: Iterable[Sample],
    *,
    shard: int,
    batch_tokens: int,
    longest: int,
    pad: int,
    prompt_share: float,
) -> list[Batch]:
    """Batches of about ``batch_tokens`` padded tokens; a ``prompt_share`` of untaught positions counts too."""
    rng = random.Random(shard)
    fitting = [sample for sample in samples if 2 <= len(sample.ids) <= longest]
    fitting.sort(key=lambda sample: len(sample.ids) + rng.random() * 4)
    groups: list[list[Sample]] = [[]]
    for sample in fitting:
        if groups[-1] and (len(groups[-1]) + 1) * len(sample.ids) > batch_tokens:
            groups.append([])
        groups[-1].append(sample)
    rng.shuffle(groups)
    dice = np.random.default_rng(shard)
    return [_batch(group, shard, pad, prompt_share, dice) for group in groups if group]


def _batch(group: list[Sample], shard: int, pad: int, share: float, dice: np.random.Generator) -> Batch:
    width = max(len(sample.ids) for sample in group)
    width += -width % 8
    tokens = np.full((len(group), width), pad, dtype=np.int64)
    counts = np.zeros((len(group), width), dtype=np.bool_)
    weights = np.ones((len(group), width), dtype=np.float32)
    for row, sample in enumerate(group):
        length = len(sample.ids)
        tokens[row, :length] = sample.ids
        counts[row, : length - 1] = sample.trained[1:] | (dice.random(length - 1) < share)
        weights[row, : length - 1] = sample.weights[1:]
    at = np.flatnonzero(counts)
    targets = np.roll(tokens.reshape(-1), -1)[at]
    return Batch(
        shard, tokens, at, targets, weights.reshape(-1)[at], sum(len(sample.ids) for sample in group)
    )


@dataclass(frozen=True, slots=True)
class Making:
    """How shards are made: what of the corpus goes into one, and how batches are cut from it."""

    first_shard: int
    shard_examples: int = 4096
    batch_tokens: int = 4096
    half_until: int = 0  # the batches of shards before this one have half the size
    longest: int = 512
    prompt_share: float = 0.1
    swap_share: float = 0.0
    weighing: Weighing = EVEN


class ShardStream:
    """Batches, shard after shard, made ahead in a process of its own so that training never waits."""

    def __init__(
        self,
        segments: Callable[[int], Iterator[Segments]],
        tokenizer: Tokenizer,
        making: Making,
        ahead: int = 64,
    ) -> None:
        context: Any = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
        self._queue: Any = context.Queue(maxsize=ahead)
        arguments = (self._queue, segments, tokenizer, making)
        self._process = context.Process(target=_produce, args=arguments, daemon=True)
        self._process.start()

    def __iter__(self) -> Iterator[Batch]:
        while True:
            try:
                item = self._queue.get(timeout=5)
            except Empty:
                if not self._process.is_alive():
                    raise RuntimeError("the corpus worker has ended; its error is printed above") from None
                continue
            yield item

    def close(self) -> None:
        """End the worker."""
        self._process.terminate()
        self._process.join()


def _produce(
    queue: Any, segments: Callable[[int], Iterator[Segments]], tokenizer: Tokenizer, making: Making
) -> None:
    pad = token_id(tokenizer, PAD)
    keep = common_words(itertools.islice(segments(0), making.shard_examples), KEPT_WORDS)
    for shard in itertools.count(making.first_shard):
        swap = WordSwap(tokenizer, keep, share=making.swap_share, seed=shard)
        texts = [swap(text) for text in itertools.islice(segments(shard), making.shard_examples)]
        samples = encode(tokenizer, texts, making.weighing)
        half = shard < making.half_until
        for batch in shard_batches(
            samples,
            shard=shard,
            batch_tokens=making.batch_tokens // 2 if half else making.batch_tokens,
            longest=making.longest,
            pad=pad,
            prompt_share=making.prompt_share,
        ):
            queue.put(batch)
