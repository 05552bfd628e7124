"""How the next token is chosen from the model's logits. The work is done in C; see `lila_sampler`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arguments import number, whole
from engine.binding import check, ffi, lib
from engine.errors import ArgumentError

__all__ = ["Sampler", "Sampling"]

_INT32 = (-(1 << 31), (1 << 31) - 1)  # which of them is out of its own range, the library says
_WHOLES = ("top_k", "penalty_last_n", "mirostat")
_NUMBERS = (
    "temperature",
    "top_p",
    "min_p",
    "repeat_penalty",
    "frequency_penalty",
    "presence_penalty",
    "mirostat_tau",
    "mirostat_eta",
)


@dataclass(frozen=True, slots=True)
class Sampling:
    """Order: bias, penalties, constraint, then greedy, mirostat, or top_k, temperature, top_p and min_p."""

    temperature: float = 0.0
    """0 is greedy."""
    top_k: int = 0
    """Choose among the k most probable tokens; 0 is off."""
    top_p: float = 1.0
    """Choose among the most probable tokens that together reach this probability; 1 is off."""
    min_p: float = 0.0
    """Leave out tokens less probable than this share of the most probable one; 0 is off."""
    repeat_penalty: float = 1.0
    """Positive logits of recent tokens are divided by it, negative ones multiplied; 1 is off."""
    frequency_penalty: float = 0.0
    """Taken from a recent token's logit for each time it occurs."""
    presence_penalty: float = 0.0
    """Taken from every recent token's logit."""
    penalty_last_n: int = 64
    """How many tokens, those of the prompt included, count as recent; 0 turns the penalties off."""
    mirostat: int = 0
    """1 or 2 keeps the surprise at `mirostat_tau`; top_k, top_p and min_p do not apply then."""
    mirostat_tau: float = 5.0
    """Target surprise in bits."""
    mirostat_eta: float = 0.1
    """How fast mirostat corrects itself."""
    seed: int | None = None
    """Any integer, taken modulo 2**64; None draws one from the operating system."""
    logit_bias: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    """Added to tokens' logits; -inf bans a token."""


class Sampler:
    """Chooses tokens for one conversation; used by one thread at a time.

    Every chosen token enters the penalties' history by itself; tokens from elsewhere (the prompt, a tool's
    result) are told with `accept`.
    """

    def __init__(self, sampling: Sampling, vocab_size: int) -> None:
        """ArgumentError when a parameter is out of its range."""
        if sampling.seed is not None and not isinstance(sampling.seed, int):
            raise ArgumentError(f"seed is {sampling.seed!r}; expected a whole number or None.")
        self.seed = secrets.randbits(64) if sampling.seed is None else sampling.seed % (1 << 64)
        self.vocab_size = vocab_size
        bias = sampling.logit_bias
        tokens = ffi.new("int32_t[]", [whole("a token of logit_bias", t, _INT32[0], _INT32[1]) for t in bias])
        values = ffi.new("float[]", [number(f"logit_bias of token {t}", bias[t]) for t in bias])
        numbers = {name: number(name, getattr(sampling, name)) for name in _NUMBERS}
        wholes = {name: whole(name, getattr(sampling, name), *_INT32) for name in _WHOLES}
        params = ffi.new(
            "lila_sampling_params *",
            {
                **numbers,
                **wholes,
                "seed": self.seed,
                "bias_tokens": tokens,
                "bias_values": values,
                "n_bias": len(bias),
            },
        )
        self._err = ffi.new("char[256]")
        self._token = ffi.new("int32_t *")
        self._logprob = ffi.new("float *")
        out = ffi.new("lila_sampler **")
        check(lib.lila_sampler_create(params, vocab_size, out, self._err, 256), self._err)
        self._handle = ffi.gc(out[0], lib.lila_sampler_free)

    def accept(self, tokens: Sequence[int]) -> None:
        """Add tokens that were not sampled here to the penalties' history, oldest first."""
        try:  # the library holds them against the vocabulary
            buffer = ffi.new("int32_t[]", list(tokens))
        except (OverflowError, TypeError) as error:
            raise ArgumentError(f"tokens to accept: expected whole numbers of 32 bits; {error}") from None
        check(lib.lila_sampler_accept(self._handle, buffer, len(buffer), self._err, 256), self._err)

    def sample(
        self, logits: NDArray[np.float32] | Any, allow: Any = None, *, logprob: bool = False
    ) -> tuple[int, float | None]:
        """Choose from logits [vocab_size], an array or a C pointer, among the tokens that `allow` has.

        `allow` is what `Constraint.mask_words` gives. The log-probability is the model's own among the allowed
        tokens, whatever the settings. ArgumentError when a logit is not finite or nothing is allowed.
        """
        if isinstance(logits, np.ndarray):
            if logits.dtype != np.float32 or logits.shape != (self.vocab_size,):
                raise ArgumentError(
                    f"logits are {logits.dtype} {logits.shape}; expected float32 [{self.vocab_size}]."
                )
            logits = ffi.from_buffer("float[]", np.ascontiguousarray(logits))
        wanted = self._logprob if logprob else ffi.NULL
        words = ffi.NULL if allow is None else allow
        status = lib.lila_sampler_sample(self._handle, logits, words, self._token, wanted, self._err, 256)
        check(status, self._err)
        return int(self._token[0]), float(self._logprob[0]) if logprob else None
