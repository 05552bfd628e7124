"""What works, what doesn't, and the command that mends it. `lila doctor` prints the report.

Looking changes nothing: no folder is made, nothing is downloaded. Only the first step of the chain that answers is
really opened; of those behind it, what they need is looked for.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lila.backends.chain import Chain, open_chain
from lila.backends.local import find_model
from lila.config import Config
from lila.errors import BackendError
from lila.faults import Fault, faults

__all__ = ["EngineReport", "HomeReport", "PackageReport", "Report", "StepReport", "examine"]

_PACKAGES: tuple[tuple[str, str, str, str], ...] = (
    ("llama-cpp-python", "llama_cpp", "the gguf backend", "pip install 'lila[gguf]'"),
    ("transformers", "transformers", "the transformers backend", "pip install 'lila[hf]'"),
    ("torch", "torch", "the transformers backend and training", "pip install 'lila[hf]'"),
    ("gguf", "gguf", "GGUF files with transformers", "pip install 'lila[hf]'"),
)
"""Name, module, what it is for, and how to get it."""
_ELSEWHERE = "set LILA_HOME to another place"
_LITTLE_ROOM = 256 * 1024
"""Bytes without which a turn can't be written down."""
_NEEDS = {"gguf": ("llama_cpp",), "transformers": ("transformers", "torch")}
_MENDS = {
    "no_backend": "lila doctor --json shows every reason",
    "no_model": "check the model's path or name in config.toml",
    "bad_model": "choose another model file, or get this one anew",
    "unauthorized": "export LILA_API_KEY=…",
    "out_of_memory": "set a smaller context or model in config.toml",
}


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step of the chain."""

    name: str
    state: str
    """answers, standing by, passed over, or failed."""
    reason: str
    mend: str
    """A command or a setting; "" where nothing needs mending."""


@dataclass(frozen=True, slots=True)
class PackageReport:
    """An optional package."""

    name: str
    version: str
    """"" where it is not installed."""
    needed_for: str
    mend: str


@dataclass(frozen=True, slots=True)
class EngineReport:
    """The native library."""

    version: str
    cpu_features: tuple[str, ...]
    """Instruction sets that the engine uses here."""
    cores: int
    problem: str


@dataclass(frozen=True, slots=True)
class HomeReport:
    """Where everything that Lila knows lies."""

    path: str
    exists: bool
    memory_bytes: int
    log_files: int
    free_bytes: int
    problem: str
    mend: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that `lila doctor` shows."""

    chain: tuple[StepReport, ...]
    model: str
    """The model that answers, with its backend and dialect; "" where none does."""
    packages: tuple[PackageReport, ...]
    engine: EngineReport
    home: HomeReport
    faults: tuple[Fault, ...]
    """What keeps Lila from waking up, though a model could answer."""

    @property
    def healthy(self) -> bool:
        """Whether a conversation can be had."""
        return bool(self.model) and not self.home.problem and not self.faults

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "healthy": self.healthy}

    def lines(self) -> list[str]:
        """The report as text."""
        shown = [self.model or "No model can answer.", "", "Models, in the order they are tried:"]
        for number, step in enumerate(self.chain, 1):
            shown += _line(f"{number}. {step.name:<13} {step.state}", step.reason, step.mend)
        shown += ["", "Optional packages:"]
        for package in self.packages:
            state = package.version or f"not installed; for {package.needed_for}"
            shown += _line(f"{package.name:<16} {state}", "", package.mend)
        engine, home = self.engine, self.home
        kernels = ", ".join(engine.cpu_features) or "portable"
        built = f"{engine.version}, {kernels} kernels, {engine.cores} cores"
        shown += ["", f"Native engine: {engine.problem or built}"]
        logs = f"{home.log_files} log file" + ("" if home.log_files == 1 else "s")
        known = f"{home.memory_bytes // 1024} KB of memories, {logs}" if home.exists else "not made yet"
        free = f"{home.free_bytes // (1 << 20)} MB free"
        shown += [f"Home: {home.path}", *_line(home.problem or f"{known}, {free}", "", home.mend)]
        if self.faults:
            shown += ["", "In the way of a conversation:"]
        for fault in self.faults:
            shown += _line(fault.part, fault.problem, fault.mend)
        return shown


def examine(config: Config) -> Report:
    """Look at everything. Errors are part of the report, never raised."""
    chain = open_chain(config)
    try:
        model = _model_line(chain)
        steps = tuple(_step(config, *row) for row in _rows(chain))
    finally:
        chain.close()
    packages = tuple(_package(*each) for each in _PACKAGES)
    return Report(steps, model, packages, _engine(), _home(config.home), faults(config))


def _model_line(chain: Chain) -> str:
    try:
        info = chain.info
    except BackendError:
        return ""
    return f"{info.model} answers, on {info.backend}, in the {info.dialect} dialect, with {info.context_tokens} tokens."


def _rows(chain: Chain) -> Sequence[tuple[str, str, str, str]]:
    return [(each.name, each.state, each.reason, each.code) for each in chain.tried]


def _step(config: Config, name: str, state: str, reason: str, code: str) -> StepReport:
    if state == "standing by":
        reason, code = _would_fail(config, name)
        state = "passed over" if code else state
    mend = _package_mend(name) if code == "not_installed" else _MENDS.get(code, "")
    return StepReport(name, state, reason, mend)


def _would_fail(config: Config, name: str) -> tuple[str, str]:
    """Why a step behind the one that answers could not take over, as (reason, code), without opening it."""
    missing = [module for module in _NEEDS.get(name, ()) if importlib.util.find_spec(module) is None]
    if missing:
        return f"{' and '.join(missing)} not installed", "not_installed"
    if name == "api":
        return ("", "") if config.api.base_url else ("no server is configured", "unavailable")
    models = {"native": config.native.model, "gguf": config.gguf.model}
    configured = models.get(name, config.transformers.model)
    if name == "transformers" and configured and not Path(configured).suffix:
        return "", ""  # a folder, or a name of the hub
    try:
        find_model(configured, config.home)
    except BackendError as error:
        return error.message, error.code
    return "", ""


def _package_mend(step: str) -> str:
    return "pip install 'lila[gguf]'" if step == "gguf" else "pip install 'lila[hf]'"


def _package(name: str, module: str, needed_for: str, mend: str) -> PackageReport:
    if importlib.util.find_spec(module) is None:
        return PackageReport(name, "", needed_for, mend)
    try:
        return PackageReport(name, version(name), needed_for, "")
    except PackageNotFoundError:
        return PackageReport(name, "unknown version", needed_for, "")


def _engine() -> EngineReport:
    from engine.binding import ffi, lib
    from engine.errors import EngineError

    cores = os.cpu_count() or 1
    try:
        features = int(lib.lila_cpu_features())
        names = {
            "AVX2": lib.LILA_CPU_AVX2,
            "AVX-512": lib.LILA_CPU_AVX512,
            "VNNI": lib.LILA_CPU_VNNI,
            "BF16": lib.LILA_CPU_BF16,
        }
        used = tuple(name for name, bit in names.items() if features & bit)
        return EngineReport(ffi.string(lib.lila_version()).decode(), used, cores, "")
    except EngineError as error:
        return EngineReport("", (), cores, str(error))


def _home(home: Path) -> HomeReport:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    memory = home / "memory.db"
    size = memory.stat().st_size if memory.is_file() else 0
    logs = len(list((home / "log").glob("interactions-*.jsonl")))
    problem = mend = ""
    if os.statvfs(existing).f_flag & os.ST_RDONLY:
        problem, mend = f"{existing} is on a read-only disk", f"mount -o remount,rw its disk, or {_ELSEWHERE}"
    elif free < _LITTLE_ROOM:
        problem, mend = f"the disk of {existing} is full", f"free some space, or {_ELSEWHERE}"
    elif not os.access(existing, os.W_OK):
        problem, mend = f"{existing} can't be written", f"chown -R $USER {existing}"
    elif home.exists() and not home.is_dir():
        problem, mend = f"{home} is not a folder", _ELSEWHERE
    elif home.exists() and stat.S_IMODE(home.stat().st_mode) & 0o077:
        problem, mend = "others on this machine can read it", f"chmod -R go-rwx {home}"
    return HomeReport(str(home), home.is_dir(), size, logs, free, problem, mend)


def _line(text: str, reason: str, mend: str) -> list[str]:
    first = f"  {text}: {reason}" if reason else f"  {text}"
    return [first, f"      mend it: {mend}"] if mend else [first]
