"""What sessions say about themselves: manifests, reports and decoded tokens."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Decoded", "Finish", "Manifest", "PrefillReport", "PrefixReport", "SessionReport", "hash_tokens"]

Finish = Literal["stop", "eos", "length", "cancelled"]


def hash_tokens(tokens: NDArray[np.int32]) -> str:
    """SHA-256, in hex, over the ids as little-endian unsigned 64-bit integers."""
    return hashlib.sha256(tokens.astype("<u8").tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The conditions under which cache rows mean something. Rows made under another manifest are not reused."""

    model: str
    """SHA-256 of the model file."""
    tokenizer: str
    """SHA-256 of the file's tokenizer entries."""
    template: str
    """SHA-256 of the chat template."""
    runtime: str
    """Type of the cache and the kernels in use: both change the numbers."""
    bos: str
    """Whether prompts begin with a BOS token, and which."""
    adapter: str
    """Version of the adapters over the weights; empty for none."""

    def difference(self, other: Manifest) -> str | None:
        """The first field in which two manifests differ, as a clause; None when they are equal."""
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if mine != theirs:
                return f"its {field.name} is {theirs!r}, here it is {mine!r}"
        return None

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """ValueError when the value is no manifest."""
        names = {field.name for field in fields(cls)}
        if not isinstance(value, dict) or set(value) != names:
            raise ValueError("the manifest's fields are not " + ", ".join(sorted(names)))
        if not all(isinstance(item, str) for item in value.values()):
            raise ValueError("the manifest's values are not strings")
        return cls(**value)


@dataclass(frozen=True, slots=True)
class PrefixReport:
    """What `ensure_prefix` did. All counts are tokens."""

    reused: int
    prefilled: int
    dropped: int
    resident: int
    available: int
    prefix_hash: str
    """Of the tokens that were asked for, which are the resident ones now."""
    reused_hash: str
    """Of the part that was already there."""


@dataclass(frozen=True, slots=True)
class PrefillReport:
    """What `prefill` did. All counts are tokens."""

    prefilled: int
    resident: int
    available: int
    resident_hash: str


@dataclass(frozen=True, slots=True)
class SessionReport:
    """A session's state. All counts are tokens."""

    context: int
    resident: int
    available: int
    pending: tuple[int, ...]
    """Decoded last and not yet in the cache; the next step begins with them."""
    resident_hash: str
    manifest: Manifest
    kv: str
    batch: int
    fatal: str | None
    """The first cause, once the session is poisoned."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One generated token."""

    token: int
    """-1 in the one piece that reports a cancellation."""
    text: str
    """Complete UTF-8; empty while a character or a possible stop string is held back."""
    logprob: float | None = None
    """Natural logarithm of the token's probability among those allowed, where it was asked for."""
    finish: Finish | None = None
    """Set in the last piece."""
