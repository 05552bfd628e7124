"""Train lila-nano from nothing, on two CPU cores or an accelerator; stop and go on at will.

    python -m training_log.nano.train --run .runs/nano --minutes 90
    python -m training_log.nano.train --run .runs/nano --minutes 90 --resume

The learning rate warms up, stays, and falls to nothing at the end of the budget. While it stays, the run can
be killed, resumed and given another corpus. A file ``control.json`` in the run folder steers a live run; it
is read every 20 steps and then renamed to ``control.done.json``:

    {"decay_tokens": 3000000}   begin the decay now, over so many tokens
    {"decay_minutes": 25}       the same, over so many minutes
    {"stop_after_tokens": 0}    write a checkpoint and end once so many tokens in all were seen
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training_log.nano.checkpoint import CHECKPOINT, Progress, read_checkpoint, write_checkpoint
from training_log.nano.data import Batch, Making, Segments, ShardStream, Weighing
from training_log.nano.looking import Looking
from training_log.nano.model import SIZES, NanoConfig, NanoModel
from training_log.nano.optimiser import build_optimisers, multiplies_bfloat16
from training_log.nano.tokenizer import VOCABULARY, load_tokenizer

__all__ = ["Settings", "Trainer", "main"]


@dataclass(frozen=True, slots=True)
class Settings:
    """A run. The help text of each setting is the help of the command."""

    run: Path = field(default=Path(".runs/nano"), metadata={"help": "folder of the run"})
    size: str = field(
        default="nano", metadata={"help": "the dial: " + ", ".join(SIZES) + "; a resumed run keeps its own"}
    )
    minutes: float = field(
        default=0.0, metadata={"help": "budget in minutes, resumed time included; 0: none"}
    )
    tokens: int = field(default=0, metadata={"help": "budget in tokens; 0: none"})
    decay_share: float = field(
        default=0.5, metadata={"help": "last share of the budget, in which lr falls to 0"}
    )
    batch_tokens: int = field(default=6144, metadata={"help": "tokens in a batch, padding included"})
    half_shards: int = field(
        default=15, metadata={"help": "shards at the start of the run whose batches have half the size"}
    )
    shard_examples: int = field(default=4096, metadata={"help": "examples sorted by length at a time"})
    prompt_share: float = field(
        default=0.03, metadata={"help": "share of the untaught tokens that is learnt too"}
    )
    swap_share: float = field(
        default=0.45,
        metadata={"help": "share of the examples whose copied words are swapped for random ones"},
    )
    quiz_share: float = field(
        default=0.1,
        metadata={"help": "share of the examples that are many questions about the same memories"},
    )
    decision_weight: float = field(
        default=4.0, metadata={"help": "how much more it counts what a reply begins with and a block does"}
    )
    fact_weight: float = field(default=4.0, metadata={"help": "how much more the words of a fact count"})
    label_weight: float = field(default=0.5, metadata={"help": "how much the tags of a fact count"})
    look_weight: float = field(
        default=0.3, metadata={"help": "weight of the loss that teaches a few heads where to look"}
    )
    optimiser: str = field(default="muon", metadata={"help": "muon or adamw"})
    lr: float = field(default=0.012, metadata={"help": "learning rate of matrices under muon"})
    embedding_lr: float = field(default=0.002, metadata={"help": "learning rate of everything under adamw"})
    warmup_steps: int = field(default=100, metadata={"help": "steps until the full learning rate"})
    clip: float = field(default=1.0, metadata={"help": "largest norm of the gradient"})
    average: float = field(
        default=0.97, metadata={"help": "running mean of the weights, kept every 10 steps"}
    )
    threads: int = field(default=2, metadata={"help": "CPU threads"})
    seed: int = field(default=1, metadata={"help": "seed of the weights and of the corpus"})
    checkpoint_minutes: float = field(default=5.0, metadata={"help": "minutes between checkpoints"})
    device: str = field(default="auto", metadata={"help": "auto, cpu, cuda or mps"})
    compile: bool = field(default=True, metadata={"help": "compile the layers (a minute at the start)"})
    resume: bool = field(default=False, metadata={"help": "go on from the run's checkpoint"})


class Trainer:
    """One run, live. ``step`` takes a batch; ``fit`` takes them until the budget is spent."""

    def __init__(self, settings: Settings, config: NanoConfig, tokenizer: Tokenizer) -> None:
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        self.settings = settings
        self.device = pick_device(settings.device)
        self.model = NanoModel(config).to(self.device)
        self.looking = Looking(tokenizer, self.device)
        self.looked = 0.0  # the loss of the heads that are taught where to look, in the last step
        self.progress = Progress()
        self.optimisers = build_optimisers(self.model, settings.optimiser, settings.lr, settings.embedding_lr)
        self.average = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.stop_after = math.inf
        self._rates = {name: o.param_groups[0]["lr"] for name, o in self.optimisers.items()}
        if settings.resume:
            self._restore()
        if settings.compile:
            for layer in self.model.model.layers:
                layer.compile(dynamic=True)

    def _restore(self) -> None:
        state = read_checkpoint(self.settings.run)
        self.model.load_state_dict(state["model"])
        self.average = {name: value.to(self.device) for name, value in state["average"].items()}
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.progress = Progress(**state["progress"])

    def rate(self) -> float:
        """The learning rate's factor at this moment: warm-up, then 1, then down to 0."""
        return min(1.0, (self.progress.step + 1) / self.settings.warmup_steps) * self.progress.decay_left()

    def step(self, batch: Batch) -> float:
        """One update. Returns the mean loss of the batch in nats per counted token."""
        factor = self.rate()
        for name, optimiser in self.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self._rates[name] * factor
        tokens, at, targets, weights = (
            torch.from_numpy(array).to(self.device)
            for array in (batch.tokens, batch.at, batch.targets, batch.weights)
        )
        entering: list[torch.Tensor] = []
        with fast_precision(self.device):
            loss = self.model.loss(tokens, at, targets, weights, entering)
            looking = self.looking.loss(self.model, entering, tokens, at)
        (loss + self.settings.look_weight * looking).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        for optimiser in self.optimisers.values():
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.progress.step += 1
        self.progress.tokens += batch.real
        self.progress.next_shard = batch.shard + 1
        if self.progress.step % 10 == 0:
            self._follow()
        self.looked = looking.item()
        return loss.item()

    @torch.no_grad()
    def _follow(self) -> None:
        for name, value in self.model.state_dict().items():
            self.average[name].lerp_(value, 1 - self.settings.average)

    def fit(self, batches: Iterator[Batch]) -> None:
        """Train until the budget, the decay or ``stop_after`` ends, with a progress line every 20 steps."""
        started, before = time.monotonic(), self.progress.seconds
        saved = noted = started
        losses: list[float] = []
        seen = self.progress.tokens
        for batch in batches:
            losses.append(self.step(batch))
            now = time.monotonic()
            self.progress.seconds = before + now - started
            if self.progress.step % 20 == 0:
                speed = (self.progress.tokens - seen) / (now - noted)
                self._report(sum(losses) / len(losses), speed)
                losses, noted, seen = [], now, self.progress.tokens
                self._obey_control()
                self._begin_decay_when_due()
            if now - saved > self.settings.checkpoint_minutes * 60:
                self.save()
                saved = time.monotonic()
            if self.finished():
                break
        self.save()

    def finished(self) -> bool:
        """Whether the decay is over, the budget is spent or the run was told to stop.

        Once it has begun only the decay counts: a run cut off in it would ship unfinished weights.
        """
        if self.progress.tokens >= self.stop_after:
            return True
        if self.progress.decay_unit:
            return self.progress.decay_left() <= 0
        spent = self.settings.tokens and self.progress.tokens >= self.settings.tokens
        over = self.settings.minutes and self.progress.seconds >= self.settings.minutes * 60
        return bool(spent or over)

    def _begin_decay_when_due(self) -> None:
        if self.progress.decay_unit:
            return
        budgets = (("tokens", float(self.settings.tokens)), ("seconds", self.settings.minutes * 60))
        for unit, budget in budgets:
            if budget and self.progress.measure(unit) >= budget * (1 - self.settings.decay_share):
                self.progress.begin_decay(unit, budget - self.progress.measure(unit))

    def _obey_control(self) -> None:
        path = self.settings.run / "control.json"
        if not path.exists():
            return
        try:
            orders: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            print(f"{path} isn't JSON; it is left alone", flush=True)
            return
        if "decay_tokens" in orders:
            self.progress.begin_decay("tokens", float(orders["decay_tokens"]))
        if "decay_minutes" in orders:
            self.progress.begin_decay("seconds", float(orders["decay_minutes"]) * 60)
        if "stop_after_tokens" in orders:
            self.stop_after = float(orders["stop_after_tokens"])
        path.replace(path.with_name("control.done.json"))
        print(f"told: {orders}", flush=True)

    def _report(self, loss: float, speed: float) -> None:
        progress = self.progress
        progress.history.append({"tokens": progress.tokens, "seconds": progress.seconds, "loss": loss})
        left = self._minutes_left(speed)
        print(
            f"step {progress.step}  {progress.tokens / 1e6:.3f}M tokens  {speed:.0f} tok/s  loss {loss:.4f}  "
            f"looking {self.looked:.3f}  lr {self.rate():.3f}  {progress.seconds / 60:.1f} min"
            + (f"  {left:.0f} min left" if left else ""),
            flush=True,
        )

    def _minutes_left(self, speed: float) -> float:
        progress, settings = self.progress, self.settings
        if progress.decay_unit:
            left = progress.decay_left() * progress.decay_length
            return (left / speed if progress.decay_unit == "tokens" else left) / 60
        if settings.minutes:
            return settings.minutes - progress.seconds / 60
        return (settings.tokens - progress.tokens) / speed / 60 if settings.tokens else 0.0

    def save(self) -> None:
        """Write the checkpoint."""
        write_checkpoint(self.settings.run, self.model, self.average, self.optimisers, self.progress)


def pick_device(name: str) -> torch.device:
    """The accelerator where there is one, or what was asked for."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def fast_precision(device: torch.device) -> Any:
    """bfloat16 where the hardware multiplies it."""
    return torch.autocast(device.type, torch.bfloat16) if multiplies_bfloat16(device) else nullcontext()


def corpus_segments(seed: int, quiz_share: float) -> Iterator[Segments]:
    """The training corpus from ``seed`` on, as text and whether it is taught."""
    from training_log.nano.corpus import lessons, render

    return (render(example) for example in lessons(seed, quiz_share))


def keep_memory() -> None:
    """Start again with a malloc that keeps what it has, on large pages.

    By default glibc gives a block of megabytes back to the system each time it is freed, which costs some 70,000
    page faults a step and an eighth of the speed. Its settings are read only when a process starts.
    """
    tunables = "GLIBC_TUNABLES"
    if not sys.platform.startswith("linux") or tunables in os.environ:
        return
    kept = "mmap_threshold=4294967296:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456"
    environment = {**os.environ, tunables: f"glibc.malloc.hugetlb=1:glibc.malloc.{kept}"}
    os.execve(sys.executable, sys.orig_argv, environment)


def main() -> None:
    """The command line: one option for each setting."""
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    defaults = Settings()
    for name, spec in Settings.__dataclass_fields__.items():
        value = getattr(defaults, name)
        option, text = "--" + name.replace("_", "-"), f"{spec.metadata['help']} (default: {value})"
        if isinstance(value, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=value, help=text)
        else:
            parser.add_argument(
                option, type=type(defaults.run) if name == "run" else type(value), default=value, help=text
            )
    settings = Settings(**vars(parser.parse_args()))
    keep_memory()
    train(settings)


def train(settings: Settings) -> Trainer:
    """Run (or go on with) a training whose folder holds ``tokenizer.json``."""
    if not settings.resume and (settings.run / CHECKPOINT).exists():
        raise SystemExit(f"{settings.run} holds a run already: add --resume, or name another folder")
    tokenizer = load_tokenizer(settings.run / VOCABULARY)
    # The worker is forked before any thread exists, which is when forking is safe.
    start = settings.seed * 1_000_000
    held = read_checkpoint(settings.run) if settings.resume else None
    first = held["progress"]["next_shard"] if held else start
    making = Making(
        first_shard=first,
        shard_examples=settings.shard_examples,
        batch_tokens=settings.batch_tokens,
        half_until=start + settings.half_shards,
        prompt_share=settings.prompt_share,
        swap_share=settings.swap_share,
        weighing=Weighing(settings.decision_weight, settings.fact_weight, settings.label_weight),
    )
    stream = ShardStream(partial(corpus_segments, quiz_share=settings.quiz_share), tokenizer, making)
    base = held["config"] if held else SIZES[settings.size].to_dict()
    config = NanoConfig(**{**base, "vocab": tokenizer.get_vocab_size()})
    trainer = Trainer(settings, config, tokenizer)
    print(
        f"{sum(p.numel() for p in trainer.model.parameters()) / 1e6:.2f}M parameters on {trainer.device}",
        flush=True,
    )
    try:
        trainer.fit(iter(stream))
    finally:
        stream.close()
    return trainer


if __name__ == "__main__":
    main()
