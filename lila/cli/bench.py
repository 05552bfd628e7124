"""`lila bench`: measure Lila on this machine."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from lila.cli.options import AsJson, print_json, read_config

__all__ = ["app"]

app = typer.Typer(help="Measure Lila on this machine.", rich_markup_mode=None, no_args_is_help=True)


class Report(Protocol):
    """What every benchmark returns."""

    def as_dict(self) -> dict[str, Any]: ...

    def lines(self) -> list[str]: ...


class Peer(Enum):
    """Engines to compare with."""

    LLAMA_CPP = "llama.cpp"


class Kv(Enum):
    """Types of a cache of keys and values."""

    F16 = "f16"
    Q8_0 = "q8_0"
    F32 = "f32"


@app.command()
def startup(
    runs: Annotated[int, typer.Option(min=1, help="Counted runs of each figure.")] = 9,
    json: AsJson = False,
) -> None:
    """How long a person waits for help, a model, a first reply."""
    from lila.bench import startup

    _print(startup.run(runs, progress=_progress), json)


@app.command()
def nano(
    each: Annotated[int, typer.Option("-n", min=1, help="Held-out examples per intent.")] = 40,
    handwritten: Annotated[bool, typer.Option(help="Also the sentences written by hand.")] = True,
    failures: Annotated[bool, typer.Option("--failures", help="Show every case that failed.")] = False,
    json: AsJson = False,
) -> None:
    """How well the built-in model does, on wording it never saw."""
    from lila.bench import nano

    _print(nano.run(each, handwritten=handwritten, failures=failures, progress=_progress), json)


@app.command()
def memory(
    size: Annotated[int, typer.Option("-n", min=100, help="Memories in the store.")] = 10_000,
    locomo: Annotated[
        Path | None,
        typer.Option(help="A copy of locomo10.json (CC BY-NC; not part of Lila): retrieval recall on it."),
    ] = None,
    json: AsJson = False,
) -> None:
    """How fast the store writes and recalls, and how well it finds."""
    from lila.bench import memory

    _print(memory.run(size, locomo=locomo, progress=_progress), json)


@app.command()
def harness(
    clients: Annotated[
        list[int] | None,
        typer.Option("-c", min=1, help="How many clients at once; may be given several times."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Turns a second, and the first token, over the WebSocket."""
    from lila.bench import harness

    _print(harness.run(tuple(clients or (1, 8, 32)), progress=_progress), json)


Model = Annotated[Path, typer.Argument(help="A GGUF file that the native engine runs.", show_default=False)]
Threads = Annotated[int, typer.Option(min=0, help="Threads of each engine; 0: what the native engine takes.")]


@app.command()
def engine(
    model: Model,
    against: Annotated[
        str,
        typer.Option(metavar="PEER", help="llama.cpp (llama-cpp-python's), or the path of a llama-bench."),
    ] = "",
    peer_flags: Annotated[
        str, typer.Option(metavar="FLAGS", help='More options for a llama-bench, such as "-rtr 1 -fa 1".')
    ] = "",
    kv: Annotated[Kv, typer.Option(help="Type of both caches, where the peer has it.")] = Kv.F16,
    prompt: Annotated[int, typer.Option(min=1, help="Tokens of the prefill.")] = 512,
    generate: Annotated[int, typer.Option(min=1, help="Tokens that are decoded.")] = 128,
    depth: Annotated[int, typer.Option(min=1, help="Tokens before the deep decode.")] = 4096,
    prefix: Annotated[
        int, typer.Option(min=0, help="Resident tokens before the warm turn; 0: no turn is measured.")
    ] = 4000,
    rounds: Annotated[int, typer.Option(min=1, help="Alternating rounds; what is told is their median.")] = 3,
    threads: Threads = 0,
    json: AsJson = False,
) -> None:
    """A model's speed and memory, beside llama.cpp.

    Prefill, decode, a turn behind a long prefix, first token, loading, on the native engine and its peer in turns. The engine finds its packed weights in a cache, as on any opening but the first. Depths and lengths are cut to the model's context.
    """
    from lila.bench.engine import BenchOptions, run

    options = BenchOptions(prompt, generate, depth, prefix, rounds, threads, kv.value, _words(peer_flags))
    _print(run(_existing(model), against, options, _progress), json)


@app.command()
def quality(
    model: Model,
    text: Annotated[Path, typer.Argument(help="A text file to predict.", show_default=False)],
    against: Annotated[
        Peer | None, typer.Option(help="Compare the distributions with this engine's on the same file.")
    ] = None,
    tokens: Annotated[int, typer.Option("-n", min=1, help="Tokens to predict, at most.")] = 512,
    special: Annotated[
        bool,
        typer.Option(
            "--special", help="Read control tokens in the text as such; one that begins a text begins afresh."
        ),
    ] = False,
    threads: Threads = 0,
    json: AsJson = False,
) -> None:
    """A model's perplexity, and how near llama.cpp it is."""
    from lila.bench.quality import run

    peer = against.value if against else ""
    report = run(
        _existing(model), text, peer, tokens=tokens, threads=threads, special=special, progress=_progress
    )
    _print(report, json)


@app.command()
def encoder(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A folder with config.json, model.safetensors and tokenizer.json.", show_default=False
        ),
    ],
    runs: Annotated[int, typer.Option("-n", min=1, help="Sentences that are timed.")] = 200,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0: what the engine takes.")] = 0,
    json: AsJson = False,
) -> None:
    """How long a sentence's embedding takes."""
    from lila.bench.encoder import run

    _print(run(folder, threads=threads, runs=runs, progress=_progress), json)


def _existing(model: Path) -> Path:
    """The file itself, or the one of that name under ~/.lila/models."""
    from lila.backends.local import find_model

    return find_model(str(model), read_config().home)


def _words(flags: str) -> tuple[str, ...]:
    """Split as a shell would."""
    try:
        return tuple(shlex.split(flags))
    except ValueError as error:
        raise typer.BadParameter(f"{flags}: {error}") from error


def _progress(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(report.as_dict())
        return
    lines: Sequence[str] = report.lines()
    print("\n".join(lines))
