"""`lila bench engine`: how fast a model runs on the native engine, beside llama.cpp, on the same threads.

Runs alternate between the engines, and what is compared is the median of the rounds' ratios: on a machine that
others use too, two medians taken one after the other would say nothing. The read bandwidth is measured in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from engine.gguf import GgufFile
from engine.model import Model
from lila.bench.bandwidth import read_bandwidth
from lila.bench.engine_report import Cost, EngineReport, Rate, Span, Turn
from lila.bench.engine_runners import LlamaBench, Runner, Untold, Worker
from lila.bench.engine_worker import ENGINES
from lila.bench.machine import describe_machine
from lila.errors import BenchFailed

__all__ = ["BenchOptions", "run"]

Progress = Callable[[str], None]
Command = tuple[Any, ...]
TURN_TOKENS = 32
"""New tokens of a turn, and of the prompt whose first answer is waited for after loading."""
FEW_TOKENS = 4
"""What arrives behind that prompt once it is resident."""
REST_S = 0.1
"""Before each measurement: the threads of the engine before it look out for more work until they park."""
ROOM = 8
"""Tokens of the context that are left free."""


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What is measured; tokens, where nothing else is said."""

    prompt: int = 512
    generate: int = 128
    depth: int = 4096
    prefix: int = 4000
    """Resident before a warm turn; 0: no turn is measured."""
    rounds: int = 3
    threads: int = 0
    """0: as many as the engine takes for this model."""
    kv: str = "f16"
    """Type of both caches: f16, f32 or q8_0."""
    peer_flags: tuple[str, ...] = ()
    """More options for a llama-bench."""
    bandwidth_bytes: int = 1 << 28


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of one measurement; without the peer's there is no figure of it, and ``why`` where there is a peer."""

    native: float
    peer: float | None
    why: str = ""


Rounds = Mapping[str, list[Pair]]


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
    with ExitStack() as stack:
        progress("loading")
        packed = stack.enter_context(TemporaryDirectory(prefix="lila-bench-"))
        start = perf_counter()
        with Model.open(model, threads=wanted.threads or None, cache=packed) as opened:
            never_seen = perf_counter() - start
            threads, longest = opened.threads, opened.context_length
        wanted = replace(_within(wanted, longest), threads=threads)
        tokens = max(wanted.prompt, wanted.depth + wanted.generate, wanted.prefix + TURN_TOKENS)
        native = stack.enter_context(Worker("native", model, threads, tokens + ROOM, wanted.kv, packed))
        peer = _peer(stack, against, model, tokens + ROOM, wanted)
        costs = (Cost("load, never seen", never_seen, None), *_costs(native, peer))
        taken, bandwidth = _rounds(native, peer, wanted, progress)
        costs += (_cost("resident memory", native, peer, "memory"),)
    return EngineReport(
        describe_machine(),
        model.name,
        model.stat().st_size,
        _step_bytes(model),
        threads,
        native.kv,
        "llama-bench" if against and against not in ENGINES else against,
        peer.kv if peer else None,
        wanted.peer_flags,
        bandwidth,
        _rates(wanted, taken),
        _turn(wanted, taken) if wanted.prefix else None,
        costs,
    )


def _within(options: BenchOptions, longest: int) -> BenchOptions:
    """The same, as far as the model's context has room."""
    room = longest - ROOM
    generate = min(options.generate, longest // 2)
    return replace(
        options,
        prompt=min(options.prompt, room),
        generate=generate,
        depth=max(1, min(options.depth, room - generate)),
        prefix=max(0, min(options.prefix, room - TURN_TOKENS)),
    )


def _peer(
    stack: ExitStack, against: str, model: Path, context: int, options: BenchOptions
) -> Worker | LlamaBench | None:
    if against and against not in ENGINES:
        program = Path(against).expanduser()
        return LlamaBench(program, model, options.threads, options.kv, options.peer_flags)
    if options.peer_flags:
        raise BenchFailed("flags are for the program llama-bench; there is none to give them to")
    if not against:
        return None
    return stack.enter_context(Worker(against, model, options.threads, context, options.kv))


def _costs(native: Worker, peer: Runner | None) -> tuple[Cost, ...]:
    """Loading a file that was seen before, then the first token after it: pages and caches are still cold."""
    loads = peer is not None and isinstance(peer.load_s, float)
    theirs = peer.load_s if peer else None
    load = _told(native.load_s, theirs)
    first = ("turn", 0, TURN_TOKENS)
    cold = _told(native.ask(*first), peer.ask(*first) if peer and loads else theirs)
    return (
        Cost("load", load.native, load.peer, load.why),
        Cost("first token, cold", cold.native, cold.peer, cold.why),
        _cost("first token, warm", native, peer, "turn", TURN_TOKENS, FEW_TOKENS),
    )


def _cost(name: str, native: Worker, peer: Runner | None, *command: Any) -> Cost:
    pair = _pair(native, peer, command, peer_first=False)
    return Cost(name, pair.native, pair.peer, pair.why)


def _kinds(options: BenchOptions) -> dict[str, Command]:
    """What every round measures, by name. What one leaves resident, the next ones build upon."""
    turn = {
        "cold": ("turn", 0, options.prefix + TURN_TOKENS),
        "warm": ("turn", options.prefix, TURN_TOKENS),
    }
    return {
        "prefill": ("turn", 0, options.prompt),
        "decode": ("decode", options.generate, 1),
        **(turn if options.prefix else {}),
        "deep": ("decode", options.generate, options.depth),
    }


def _rounds(
    native: Worker, peer: Runner | None, options: BenchOptions, progress: Progress
) -> tuple[Rounds, float]:
    """Every kind of run in every round, the engine that begins changing with the round; and the bandwidth."""
    kinds = _kinds(options)
    taken: dict[str, list[Pair]] = {name: [] for name in kinds}
    bandwidths = []
    for number in range(options.rounds):
        progress(f"round {number + 1} of {options.rounds}")
        bandwidths.append(read_bandwidth(options.threads, options.bandwidth_bytes))
        for name, command in kinds.items():
            taken[name].append(_pair(native, peer, command, peer_first=number % 2 == 1))
    return taken, median(bandwidths)


def _pair(native: Worker, peer: Runner | None, command: Command, peer_first: bool) -> Pair:
    theirs: float | Untold | None = None
    if peer and peer_first:
        sleep(REST_S)
        theirs = peer.ask(*command)
    sleep(REST_S)
    ours = native.ask(*command)
    if peer and not peer_first:
        sleep(REST_S)
        theirs = peer.ask(*command)
    return _told(ours, theirs)


def _told(ours: float, theirs: float | Untold | None) -> Pair:
    return Pair(ours, None, theirs.why) if isinstance(theirs, Untold) else Pair(ours, theirs)


def _rates(options: BenchOptions, taken: Rounds) -> tuple[Rate, ...]:
    return (
        _rate(f"prefill {options.prompt}", options.prompt, taken["prefill"]),
        _rate(f"decode {options.generate}", options.generate, taken["decode"]),
        _rate(f"decode at {options.depth}", options.generate, taken["deep"]),
    )


def _rate(name: str, tokens: int, pairs: list[Pair]) -> Rate:
    span = _span(pairs)
    return Rate(name, tokens / span.native, span.peer and tokens / span.peer, span.ratio, span.why)


def _turn(options: BenchOptions, taken: Rounds) -> Turn:
    gains = [
        _told(cold.native / warm.native, cold.peer and warm.peer and cold.peer / warm.peer)
        for cold, warm in zip(taken["cold"], taken["warm"], strict=True)
    ]
    gain = _span(gains)
    cold, warm = _span(taken["cold"]), _span(taken["warm"])
    return Turn(options.prefix, TURN_TOKENS, cold, warm, gain.native, gain.peer)


def _span(pairs: list[Pair]) -> Span:
    native = median(pair.native for pair in pairs)
    both = [(pair.native, pair.peer) for pair in pairs if pair.peer is not None]
    if not both:
        return Span(native, None, None, pairs[0].why)
    peer = median(theirs for _, theirs in both)
    return Span(native, peer, median(theirs / ours for ours, theirs in both))


def _step_bytes(model: Path) -> int:
    """All tensors but an embedding that isn't the head too: of that, a step reads one row."""
    tensors = GgufFile(model).tensors()
    total = sum(tensor.size_bytes for tensor in tensors.values())
    embedding = tensors.get("token_embd.weight")
    return total - embedding.size_bytes if embedding and "output.weight" in tensors else total
