"""What `lila bench engine` tells, as data and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Cost", "EngineReport", "Rate", "Span", "Turn"]


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, medians over the rounds; ``ratio`` is the median of the rounds' native to peer."""

    name: str
    native: float
    peer: float | None
    ratio: float | None
    why: str = ""
    """Why the peer has no figure, where there is a peer."""


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds, medians over the rounds; ``ratio`` is the median of the rounds' peer to native."""

    native: float
    peer: float | None
    ratio: float | None
    why: str = ""
    """Why the peer has no figure, where there is a peer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The first token of a turn: ``tokens`` new ones behind ``prefix`` others."""

    prefix: int
    tokens: int
    cold: Span
    """Nothing is resident: all of them are computed."""
    warm: Span
    """The prefix is resident: the new ones alone are computed."""
    gain: float
    """Median of the rounds' cold to warm."""
    peer_gain: float | None

    def lines(self) -> list[str]:
        name = f"turn behind {self.prefix}"
        return [
            _span(f"{name}, cold, ms", self.cold),
            _span(f"{name}, warm, ms", self.warm),
            _row(f"{name}, cold/warm", self.gain, self.peer_gain, None, ""),
        ]


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured once: seconds, or bytes where the name says memory. None where the peer can't tell."""

    name: str
    native: float
    peer: float | None
    why: str = ""

    def line(self) -> str:
        scale, unit = (1e-6, "MB") if "memory" in self.name else (1e3, "ms")
        return _row(f"{self.name}, {unit}", scale * self.native, _times(self.peer, scale), None, self.why)


@dataclass(frozen=True, slots=True)
class EngineReport:
    """Figures of one model on this machine."""

    machine: str
    model: str
    size_bytes: int
    step_bytes: int
    """Of weights that one token's step reads."""
    threads: int
    kv: str
    """Type of the native engine's cache."""
    against: str
    peer_kv: str | None
    """Type of the peer's cache; None without a peer."""
    peer_flags: tuple[str, ...]
    bandwidth: float
    """Bytes a second."""
    rates: tuple[Rate, ...]
    turn: Turn | None
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
        return [
            self.machine,
            f"{self.model}, {self.size_bytes / 1e6:,.0f} MB, {self.threads} threads",
            f"read bandwidth {self.bandwidth / 1e9:.1f} GB/s; decode reads {100 * self.bandwidth_share:.0f}% of it",
            self._caches(),
            f"{'tokens a second':<28}{'native':>10}{self.against or '':>12}{'ratio':>8}",
            *(_row(rate.name, rate.native, rate.peer, rate.ratio, rate.why) for rate in self.rates),
            *(self.turn.lines() if self.turn else ()),
            *(cost.line() for cost in self.costs),
        ]

    def _caches(self) -> str:
        if self.peer_kv is None:
            return f"KV cache: {self.kv}"
        flags = " ".join(("", *self.peer_flags))
        return f"KV cache: native {self.kv}, {self.against}{flags} {self.peer_kv}"


def _row(name: str, native: float, peer: float | None, ratio: float | None, why: str) -> str:
    row = f"{name:<28}{native:>10.1f}{_number(peer, 1):>12}{_number(ratio, 2):>8}"
    return f"{row}  ({why})" if why else row.rstrip()


def _span(name: str, span: Span) -> str:
    return _row(name, 1e3 * span.native, _times(span.peer, 1e3), span.ratio, span.why)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _times(value: float | None, scale: float) -> float | None:
    return None if value is None else scale * value
