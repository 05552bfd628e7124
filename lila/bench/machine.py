"""The machine a figure was measured on: a figure without it says nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

__all__ = ["describe_machine", "percentile"]


def describe_machine() -> str:
    """Processor, cores and system in one line, without a name or address."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def percentile(values: list[float], percent: float) -> float:
    """The nearest-rank percentile of ``values``, which must not be empty."""
    ordered = sorted(values)
    rank = max(0, min(len(ordered) - 1, round(percent / 100 * len(ordered) + 0.5) - 1))
    return ordered[rank]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    return platform.processor() or platform.machine()
