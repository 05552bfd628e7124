"""How long one token takes behind many others, beside the time that reading their keys and values takes.

    python tests/bench/depth.py MODEL.gguf f16 4096,8000 [THREADS]

The cache is filled with made-up rows, not by a prefill, so that the figure is there in seconds. The bound is what the
memory gives to as many threads in the same run. One thread is timed by its processor time, several by the wall clock,
which only means something where nothing else runs.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import Model, Session
from lila.bench.bandwidth import read_bandwidth

__all__ = ["Row", "measure"]

_SHALLOW = 32
_TOKENS = 24


@dataclass(frozen=True)
class Row:
    """One depth: the median of its steps, and keys and values read a second beyond the shallow step's."""

    depth: int
    seconds: float
    bytes_a_second: float
    share_of_bandwidth: float


def fill(session: Session, kv: str, depth: int) -> None:
    """Make `depth` tokens resident whose rows are random and small."""
    rng = np.random.default_rng(1)
    timeline = session._timeline
    data = []
    for _ in range(timeline.layers):
        for size in timeline.row_bytes():
            values = rng.integers(0, 256, (depth, size), np.uint8)
            if kv == "q8_0":
                values.reshape(depth, -1, 34)[:, :, 1] = 0x20  # scales of about 0.01
            elif kv == "f16":
                values[:, 1::2] &= 0xBB
            else:
                values = rng.normal(0, 1, (depth, size // 4)).astype(np.float32)
            data.append(values.tobytes())
    tokens = tuple(range(300, 300 + depth)) if session.model.vocab_size > 300 + depth else (5,) * depth
    timeline.put_back(type(timeline.save(0, 0))(tokens, 0, tuple(data)))


def step_seconds(session: Session) -> float:
    clock = time.thread_time if session.model.threads == 1 else time.perf_counter
    times = []
    for _ in range(_TOKENS):
        begun = clock()
        session.prefill([5])
        times.append(clock() - begun)
    return statistics.median(times)


def measure(path: Path, kv: Any, depths: list[int], threads: int = 0) -> list[Row]:
    """Depths in ascending order; each must leave the model's context room for the tokens that are timed."""
    rows: list[Row] = []
    with Model.open(path, threads=threads or None) as model:
        bandwidth = read_bandwidth(model.threads)
        for depth in [_SHALLOW, *depths]:
            with model.session(kv=kv) as session:
                fill(session, kv, depth)
                seconds = step_seconds(session)
                row_bytes = model.layers * sum(session._timeline.row_bytes())
            rate = 0.0
            if rows:
                rate = row_bytes * (depth - _SHALLOW) / max(seconds - rows[0].seconds, 1e-9)
            rows.append(Row(depth, seconds, rate, rate / bandwidth))
    return rows


if __name__ == "__main__":
    wanted = [int(depth) for depth in sys.argv[3].split(",")]
    for row in measure(Path(sys.argv[1]), sys.argv[2], wanted, int(sys.argv[4]) if len(sys.argv) > 4 else 0):
        print(
            f"depth {row.depth:5}: {row.seconds * 1e3:7.2f} ms, "
            f"{row.bytes_a_second / 1e9:5.2f} GB/s, {row.share_of_bandwidth:4.0%} of the bandwidth"
        )
