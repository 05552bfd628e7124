"""`lila bench startup`: how long a person waits, measured from outside, as whole processes.

help: `lila --help`. load: mapping and checking the built-in model, inside a process. reply: `lila ask` from start to
end, in an empty home.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from lila.bench.machine import describe_machine, percentile

__all__ = ["StartupReport", "run"]

_LILA = [sys.executable, "-m", "lila"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds over several runs."""

    median_s: float
    p95_s: float
    runs: int


@dataclass(frozen=True, slots=True)
class StartupReport:
    """Whole-process times, and the machine they were measured on."""

    machine: str
    help: Timing
    load: Timing
    reply: Timing

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as text."""
        rows = {"lila --help": self.help, "load the built-in model": self.load, "lila ask, whole": self.reply}
        shown = [
            f"{name:<24} {t.median_s * 1000:7.0f} ms   (p95 {t.p95_s * 1000:.0f})" for name, t in rows.items()
        ]
        return [self.machine, *shown]


def run(runs: int = 9, progress: Callable[[str], None] = lambda line: None) -> StartupReport:
    """Measure; about ``runs`` × 2 seconds. Starts processes, opens no network connection."""
    with tempfile.TemporaryDirectory(prefix="lila-bench-") as home:
        environment = {**os.environ, "LILA_HOME": home}
        progress("lila --help")
        shown = [_seconds([*_LILA, "--help"], environment) for _ in range(runs)]
        progress("loading the built-in model")
        loaded = [_load_seconds() for _ in range(runs)]
        progress("lila ask")
        replied = [_seconds([*_LILA, "ask", "hello"], environment) for _ in range(runs)]
    return StartupReport(describe_machine(), _timing(shown), _timing(loaded), _timing(replied))


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - start


def _load_seconds() -> float:
    from engine import Model
    from lila.backends.native import builtin_model_path

    start = time.perf_counter()
    Model.open(builtin_model_path()).close()
    return time.perf_counter() - start


def _timing(seconds: list[float]) -> Timing:
    return Timing(percentile(seconds, 50), percentile(seconds, 95), len(seconds))
