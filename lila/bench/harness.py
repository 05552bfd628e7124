"""`lila bench harness`: how many people can talk to one Lila at once, and how long each waits for the first word.

The server is `lila serve` in a process and a home of its own, with everything on: memory, log, tools, the model
that this machine would use. The clients are threads of this process. Each talks in a conversation of its own,
one turn after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from lila.bench.machine import describe_machine, percentile
from lila.client import Client
from lila.errors import ConnectionLost, LilaError
from lila.events import Error, TextDelta, TurnDone

__all__ = ["HarnessReport", "Load", "run"]

_REMEMBER = "remember that the swimming lesson is on Thursday at 4:30 pm"
_SAY = ("hello", "when is the swimming lesson?", "what time is it?", "thank you")


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients at once got. Times in milliseconds."""

    clients: int
    turns: int
    failed: int
    turns_per_s: float
    first_token_p50_ms: float
    first_token_p95_ms: float
    whole_turn_p50_ms: float


@dataclass(frozen=True, slots=True)
class HarnessReport:
    """One row for each number of clients, with the model and the machine that gave it."""

    machine: str
    backend: str
    loads: tuple[Load, ...]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def lines(self) -> list[str]:
        head = f"{'clients':>7}  {'turns/s':>8}  {'first token p50':>15}  {'p95':>9}  {'turn p50':>9}  failed"
        rows = [
            f"{load.clients:>7}  {load.turns_per_s:>8.1f}  {load.first_token_p50_ms:>12.0f} ms"
            f"  {load.first_token_p95_ms:>6.0f} ms  {load.whole_turn_p50_ms:>6.0f} ms  {load.failed:>6}"
            for load in self.loads
        ]
        return [head, *rows, f"{self.backend}; {self.machine}"]


def run(
    clients: Sequence[int] = (1, 8, 32),
    *,
    turns: int = 96,
    progress: Callable[[str], None] = lambda line: None,
) -> HarnessReport:
    """Measure: about `turns` turns, and at least two a client, for each number of `clients`.

    Raises `ConnectionLost` if the server doesn't start.
    """
    with _server(max(clients)) as url, Client.connect(url, timeout_s=60) as first:
        first.ask(_REMEMBER)
        for text in _SAY:  # everything is loaded and warm
            first.ask(text, {"conversation": "warm"})
        loads = []
        for count in clients:
            progress(f"{count} clients" if count > 1 else "1 client")
            loads.append(_load(url, count, max(2, turns // count)))
        return HarnessReport(describe_machine(), first.backend, tuple(loads))


def _load(url: str, count: int, turns: int) -> Load:
    waits: list[float] = []
    wholes: list[float] = []
    failed = [0]
    lock, ready = threading.Lock(), threading.Barrier(count + 1)

    def talk(number: int) -> None:
        with Client.connect(url, timeout_s=60) as client:
            ready.wait()
            for turn in range(turns):
                first, whole = _turn(client, _SAY[(number + turn) % len(_SAY)], f"bench-{count}-{number}")
                with lock:
                    if first is None:
                        failed[0] += 1
                    else:
                        waits.append(first)
                        wholes.append(whole)

    threads = [threading.Thread(target=talk, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    ready.wait(120)
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if not waits:
        raise LilaError("every turn failed; try 'lila doctor'", code="bench")
    return Load(
        clients=count,
        turns=len(waits),
        failed=failed[0],
        turns_per_s=len(waits) / seconds,
        first_token_p50_ms=percentile(waits, 50) * 1000,
        first_token_p95_ms=percentile(waits, 95) * 1000,
        whole_turn_p50_ms=percentile(wholes, 50) * 1000,
    )


def _turn(client: Client, text: str, conversation: str) -> tuple[float | None, float]:
    """Seconds to the first text, None if the turn failed, and to its end."""
    start, first, done = time.perf_counter(), None, False
    try:
        for event in client.stream(text, {"conversation": conversation}):
            if first is None and isinstance(event, TextDelta):
                first = time.perf_counter() - start
            done = done or isinstance(event, TurnDone)
            if isinstance(event, Error):
                return None, 0.0
    except LilaError:
        return None, 0.0
    return (first if done else None), time.perf_counter() - start


@contextmanager
def _server(clients: int) -> Iterator[str]:
    """`lila serve` in an empty home; its URL."""
    with tempfile.TemporaryDirectory(prefix="lila-bench-") as home:
        own = {"LILA_HOME": home, "LILA_SERVER_TOKEN": "", "LILA_SERVER_MAX_CLIENTS": str(clients + 2)}
        own |= {"LILA_SERVER_HOST": "127.0.0.1", "LILA_SERVER_MESSAGES_PER_MINUTE": "1000000"}
        process = subprocess.Popen(
            [sys.executable, "-m", "lila", "serve", "--port", "0"],
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield _url(process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stderr is not None
            process.stderr.close()


def _url(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        at = line.find("ws://")
        if at >= 0:
            # Nobody reads what it says from here on; it must not stand still for that.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return line[at:].split()[0].rstrip(".")
    raise ConnectionLost("'lila serve' did not start:\n" + "".join(said[-5:]), code="bench")
