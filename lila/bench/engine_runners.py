"""What `lila bench engine` asks for measurements: an engine in a process of its own, or the program llama-bench.

Measurements are named as in `engine_worker`: "turn", "decode", "memory", with their numbers.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from lila.errors import BenchFailed

__all__ = ["LlamaBench", "Runner", "Untold", "Worker"]


@dataclass(frozen=True, slots=True)
class Untold:
    """Why there is no figure."""

    why: str


class Runner(Protocol):
    """Something that takes measurements: seconds, or bytes of memory."""

    @property
    def kv(self) -> str:
        """The type of its cache of keys and values."""
        ...

    @property
    def load_s(self) -> float | Untold:
        """How long loading took; Untold where every measurement loads and warms up by itself."""
        ...

    def ask(self, *command: Any) -> float | Untold: ...


class Worker:
    """An engine in a process of its own."""

    def __init__(
        self, kind: str, model: Path, threads: int, context: int, kv: str, cache: Path | str = ""
    ) -> None:
        self._kind = kind
        self.kv = kv
        words = map(str, (kind, model, threads, context, kv, cache))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lila.bench.engine_worker", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.load_s = self._answer()

    def ask(self, *command: Any) -> float:
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
    """The program llama-bench of llama.cpp or of a relative of it: one short run for each measurement.

    Which options it knows differs from build to build; its help is asked once.
    """

    _CACHES = ("f16", "q8_0")
    """Types that its options for the cache take; of Lila's, f32 is missing."""

    def __init__(self, program: Path, model: Path, threads: int, kv: str, flags: Sequence[str] = ()) -> None:
        self._program = str(program)
        self._known = frozenset(re.findall(r"(?<![\w-])--?[a-z][\w-]*", self._help()))
        self.kv = kv if kv in self._CACHES and "-ctk" in self._known else "f16"
        self.load_s = Untold("it loads and warms up by itself")
        self._options = ["-m", str(model), "-t", str(threads), "-r", "1", "-ngl", "0", "-o", "json"]
        self._options += [*self._cache(flags), *flags]

    def ask(self, *command: Any) -> float | Untold:
        match command:
            case ("turn", prefix, tokens):
                return self._behind(prefix, "-p", tokens, "-n", 0)
            case ("decode", tokens, depth) if "-d" not in self._known and "-gp" in self._known:
                return self._seconds("-p", 0, "-n", 0, "-gp", f"{depth},{tokens}")
            case ("decode", tokens, 1):
                return self._seconds("-p", 0, "-n", tokens)
            case ("decode", tokens, depth):
                return self._behind(depth, "-p", 0, "-n", tokens)
            case _:
                return Untold("it doesn't tell")

    def _cache(self, flags: Sequence[str]) -> list[str]:
        """Options for the cache; quantised values need flash attention, which older builds leave off."""
        if self.kv == "f16":
            return []
        given = {"-fa", "--flash-attn"} & set(flags)
        attention = ["-fa", "1"] if "-fa" in self._known and not given else []
        return ["-ctk", self.kv, "-ctv", self.kv, *attention]

    def _behind(self, depth: int, *options: Any) -> float | Untold:
        if depth == 0:
            return self._seconds(*options)
        return self._seconds(*options, "-d", depth) if "-d" in self._known else Untold("it doesn't know -d")

    def _seconds(self, *options: Any) -> float:
        done = self._run(*self._options, *map(str, options))
        try:
            rows = json.loads(done.stdout)
            if len(rows) != 1:
                asked = " ".join(map(str, options))
                raise BenchFailed(f"{self._program} gave {len(rows)} results for {asked}: see to its flags")
            return float(rows[0]["avg_ns"]) / 1e9
        except (ValueError, KeyError, TypeError) as error:
            said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
            raise BenchFailed(f"{self._program} gave no result: {said}") from error

    def _help(self) -> str:
        done = self._run("--help")
        return done.stdout + done.stderr

    def _run(self, *options: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run([self._program, *options], capture_output=True, text=True)
        except OSError as error:
            raise BenchFailed(f"{self._program} can't be run: {error.strerror}") from error
