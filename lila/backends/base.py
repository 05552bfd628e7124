"""What a backend is: something that turns messages into text, piece by piece.

A prompt is a list of messages plus a `continuation`: text that the assistant has already said in this
turn. Generation goes on right after it, which is how a tool's result gets into the reply.

Roles are "system", "memory" (remembered lines, only for the native dialect), "user" and "assistant".
The core has sanitised every message (`<|` became `< |`); the continuation is its own text and trusted,
so special tokens in it are real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

__all__ = [
    "Backend",
    "Dialect",
    "Finish",
    "Handover",
    "Message",
    "ModelInfo",
    "Piece",
    "Prompt",
    "PromptFor",
    "Role",
    "SamplingSettings",
]

Role = Literal["system", "memory", "user", "assistant"]
Dialect = Literal["native", "taught"]
"""native: the vocabulary holds the memory tokens. taught: the grammar is taught as text in the prompt."""
Finish = Literal["stop", "length", "cancelled"]
"""stop: the reply is complete. length: `max_tokens` or the context ran out. cancelled: it was interrupted."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: messages, then the beginning of its own reply."""

    messages: tuple[Message, ...]
    continuation: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """A backend failed in use and another took its place; told once, on the first piece after it."""

    failed: str
    successor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply. The pieces' texts joined are the reply; the last one has a `finish`."""

    text: str
    logprobs: tuple[float, ...] = ()
    """Natural logarithms, one per generated token; empty where the backend does not know them."""
    tokens: tuple[int, ...] = ()
    """Token ids behind this piece; empty where the backend does not know them."""
    finish: Finish | None = None
    handover: Handover | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model answers."""

    backend: str
    model: str
    digest: str
    """SHA-256 of the model file in hex, or "" where there is none."""
    context_tokens: int
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How a token is chosen from the model's distribution. The fields are those of `engine.Sampling`."""

    temperature: float = 0.0
    """0 is greedy."""
    top_k: int = 0
    """0 is off."""
    top_p: float = 1.0
    min_p: float = 0.0
    repeat_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    penalty_last_n: int = 64
    mirostat: Literal[0, 1, 2] = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    seed: int | None = None
    logit_bias: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    stop: tuple[str, ...] = ()
    """Texts at which the reply ends; they are not part of it."""


PromptFor = Callable[[ModelInfo], Prompt]
"""Builds the prompt for the model that is about to answer: dialects differ between backends."""


class Backend(Protocol):
    """One way to run a model. Failures are `lila.errors.BackendError`s, also in mid-reply."""

    @property
    def info(self) -> ModelInfo:
        """Which model answers here."""
        ...

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens that these messages take in the model's context; an estimate on remote models."""
        ...

    def generate(
        self,
        prompt: Prompt,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        """Generate the reply to `prompt`; `conversation` names whose warm state may be reused.

        The last piece has a `finish`. Closing the iterator early stops generation.
        """
        ...

    def close(self) -> None:
        """Release the model; later calls raise a BackendError with the code "closed"."""
        ...
