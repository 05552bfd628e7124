"""`lila bench engine`: how fast a model runs on the native engine, beside llama.cpp, on the same threads.

Runs alternate between the engines, and what is compared is the median of the rounds' ratios: on a machine that
others use too, two medians taken one after the other would say nothing. The read bandwidth is measured in between.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Protocol, Self

from engine.gguf import GgufFile
from engine.model import Model
from lila.bench.bandwidth import read_bandwidth
from lila.bench.engine_worker import ENGINES
from lila.bench.machine import describe_machine
from lila.errors import BenchFailed

__all__ = ["BenchOptions", "EngineReport", "Rate", "run"]

Progress = Callable[[str], None]
FIRST_TOKENS = 32
"""Tokens of the prompt whose first answer is waited for; warm, they are resident and four more arrive."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What is measured; tokens, where nothing else is said."""

    prompt: int = 512
    generate: int = 128
    depth: int = 4096
    rounds: int = 3
    threads: int = 0
    """0: as many as the engine takes for this model."""
    bandwidth_bytes: int = 1 << 28


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, medians over the rounds; ``ratio`` is the median of the rounds' native to peer."""

    name: str
    native: float
    peer: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured once: seconds, or bytes where the name says memory. None where the peer can't tell."""

    name: str
    native: float
    peer: float | None


@dataclass(frozen=True, slots=True)
class EngineReport:
    """Figures of one model on this machine."""

    machine: str
    model: str
    size_bytes: int
    step_bytes: int
    """Of weights that one token's step reads."""
    threads: int
    against: str
    bandwidth: float
    """Bytes a second."""
    rates: tuple[Rate, ...]
    costs: tuple[Cost, ...]

    @property
    def bandwidth_share(self) -> float:
        """How much of the read bandwidth decoding reaches by its weights alone, from 0 to 1."""
        decode = next(rate.native for rate in self.rates if rate.name.startswith("decode"))
        return decode * self.step_bytes / self.bandwidth

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "bandwidth_share": self.bandwidth_share}

    def lines(self) -> list[str]:
        """The report as text."""
        shown = [
            self.machine,
            f"{self.model}, {self.size_bytes / 1e6:,.0f} MB, {self.threads} threads",
            f"read bandwidth {self.bandwidth / 1e9:.1f} GB/s; decode reads {100 * self.bandwidth_share:.0f}% of it",
            f"{'tokens a second':<28}{'native':>10}{self.against or '':>12}{'ratio':>8}",
        ]
        shown += [
            f"{r.name:<28}{r.native:>10.1f}{_number(r.peer):>12}{_number(r.ratio, 2):>8}" for r in self.rates
        ]
        for cost in self.costs:
            scale, unit = (1e6, "MB") if "memory" in cost.name else (1e-3, "ms")
            peer = None if cost.peer is None else cost.peer / scale
            shown.append(f"{cost.name + ', ' + unit:<28}{cost.native / scale:>10.1f}{_number(peer):>12}")
        return shown


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


class Runner(Protocol):
    """Something that takes measurements: seconds for each, None for what it can't tell."""

    def ask(self, *command: Any) -> float | None: ...


class Worker:
    """An engine in a process of its own."""

    def __init__(self, kind: str, model: Path, threads: int, context: int) -> None:
        self._kind = kind
        command = [
            sys.executable,
            "-m",
            "lila.bench.engine_worker",
            kind,
            str(model),
            str(threads),
            str(context),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.load_s = self._answer()

    def ask(self, *command: Any) -> float | None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> float:
        assert self._process.stdout is not None and self._process.stderr is not None
        line = self._process.stdout.readline()
        if not line:
            last = (self._process.stderr.read().strip().splitlines() or ["it ended without a word"])[-1]
            raise BenchFailed(f"{self._kind} can't be measured: {last}")
        return float(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # the end of its input ends it


class LlamaBench:
    """The program llama-bench of a llama.cpp build: one short run for each measurement."""

    load_s: float | None = None

    def __init__(self, program: Path, model: Path, threads: int) -> None:
        self._command = [
            str(program),
            "-m",
            str(model),
            "-t",
            str(threads),
            "-r",
            "1",
            "-ngl",
            "0",
            "-o",
            "json",
        ]

    def ask(self, *command: Any) -> float | None:
        name, *numbers = command
        if name == "prefill":
            return self._seconds("-p", numbers[0], "-n", 0)
        return self._seconds("-p", 0, "-n", numbers[0], "-d", numbers[1]) if name == "decode" else None

    def _seconds(self, *options: Any) -> float:
        try:
            done = subprocess.run([*self._command, *map(str, options)], capture_output=True, text=True)
        except OSError as error:
            raise BenchFailed(f"{self._command[0]} can't be run: {error.strerror}") from error
        try:
            (row,) = json.loads(done.stdout)
            return float(row["avg_ns"]) / 1e9
        except (ValueError, KeyError, TypeError) as error:
            said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
            raise BenchFailed(f"{self._command[0]} gave no result: {said}") from error


def run(
    model: Path,
    against: str = "",
    options: BenchOptions | None = None,
    progress: Progress = lambda line: None,
) -> EngineReport:
    """Measure. ``against`` is "", "llama.cpp" for llama-cpp-python's library, or the path of a llama-bench.

    EngineError where the engine can't take the model, BenchFailed where an engine can't be measured.
    """
    wanted = options or BenchOptions()
    with Model.open(model, threads=wanted.threads or None) as opened:
        threads, longest = opened.threads, opened.context_length
    wanted = _within(wanted, longest)
    context = min(longest, max(wanted.prompt, wanted.depth + wanted.generate, FIRST_TOKENS) + 8)
    with ExitStack() as stack:
        progress("loading")
        native = stack.enter_context(Worker("native", model, threads, context))
        peer = _peer(stack, against, model, threads, context)
        costs = _costs(native, peer)
        rates, bandwidth = _rounds(native, peer, wanted, threads, progress)
        costs += (_cost("resident memory", native, peer, "memory"),)
    name = "llama-bench" if against and against not in ENGINES else against
    return EngineReport(
        describe_machine(), model.name, model.stat().st_size, _step_bytes(model), threads, name, bandwidth,
        rates, costs,
    )  # fmt: skip


def _within(options: BenchOptions, longest: int) -> BenchOptions:
    """The same, as far as the model's context has room."""
    generate = min(options.generate, longest // 2)
    depth = min(options.depth, longest - generate - 8)
    return BenchOptions(
        min(options.prompt, longest - 8), generate, max(1, depth), options.rounds, options.threads,
        options.bandwidth_bytes,
    )  # fmt: skip


def _peer(
    stack: ExitStack, against: str, model: Path, threads: int, context: int
) -> Worker | LlamaBench | None:
    if not against:
        return None
    if against in ENGINES:
        return stack.enter_context(Worker(against, model, threads, context))
    return LlamaBench(Path(against).expanduser(), model, threads)


def _costs(native: Worker, peer: Worker | LlamaBench | None) -> tuple[Cost, ...]:
    """Loading, then the first token after it: pages and caches are still cold."""
    load = Cost("load", native.load_s, peer.load_s if peer else None)
    return (
        load,
        _cost("first token, cold", native, peer, "first", FIRST_TOKENS),
        _cost("first token, warm", native, peer, "warm", FIRST_TOKENS),
    )


def _cost(name: str, native: Worker, peer: Runner | None, *command: Any) -> Cost:
    return Cost(name, native.ask(*command) or 0.0, peer.ask(*command) if peer else None)


def _rounds(
    native: Worker, peer: Runner | None, options: BenchOptions, threads: int, progress: Progress
) -> tuple[tuple[Rate, ...], float]:
    """Every kind of run in every round, the engine that begins changing with the round."""
    kinds: list[tuple[str, int, tuple[Any, ...]]] = [
        (f"prefill {options.prompt}", options.prompt, ("prefill", options.prompt)),
        (f"decode {options.generate}", options.generate, ("decode", options.generate, 1)),
        (f"decode at {options.depth}", options.generate, ("decode", options.generate, options.depth)),
    ]
    taken: dict[str, list[tuple[float, float | None]]] = {name: [] for name, _, _ in kinds}
    bandwidths = []
    for number in range(options.rounds):
        progress(f"round {number + 1} of {options.rounds}")
        bandwidths.append(read_bandwidth(threads, options.bandwidth_bytes))
        for name, tokens, command in kinds:
            taken[name].append(_pair(native, peer, tokens, command, peer_first=number % 2 == 1))
    return tuple(_rate(name, pairs) for name, pairs in taken.items()), median(bandwidths)


def _pair(
    native: Worker, peer: Runner | None, tokens: int, command: tuple[Any, ...], peer_first: bool
) -> tuple[float, float | None]:
    theirs = peer.ask(*command) if peer and peer_first else None
    ours = native.ask(*command) or math.inf
    if peer and not peer_first:
        theirs = peer.ask(*command)
    return tokens / ours, tokens / theirs if theirs else None


def _rate(name: str, pairs: Sequence[tuple[float, float | None]]) -> Rate:
    both = [(ours, theirs) for ours, theirs in pairs if theirs]
    if not both:
        return Rate(name, median(ours for ours, _ in pairs), None, None)
    return Rate(
        name,
        median(ours for ours, _ in both),
        median(theirs for _, theirs in both),
        median(ours / theirs for ours, theirs in both),
    )


def _step_bytes(model: Path) -> int:
    """All tensors but an embedding that isn't the head too: of that, a step reads one row."""
    tensors = GgufFile(model).tensors()
    total = sum(tensor.size_bytes for tensor in tensors.values())
    embedding = tensors.get("token_embd.weight")
    return total - embedding.size_bytes if embedding and "output.weight" in tensors else total
