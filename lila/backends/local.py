"""What models on this machine share: where their file is, what errors mean, the way from logits to text.

Sampling, grammar and text assembly are the engine's, whoever computes the logits, so that a setting means the
same on every backend.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.constraint import FREE, only_token
from engine.errors import (
    Closed,
    ContextOverflow,
    EngineError,
    MalformedFile,
    Unavailable,
    UnsupportedFeature,
)
from engine.gguf import GgufFile
from engine.sampling import Sampler, Sampling
from engine.stream import TextStream
from lila.backends.base import Piece, Prompt, SamplingSettings
from lila.backends.decoding.likeliest import Chosen, Search
from lila.errors import BackendError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lila.backends.decoding.constraint import GroundedConstraint
    from lila.backends.prompting import Encoded, Prompting

__all__ = [
    "DEFAULT_CONTEXT",
    "Opening",
    "Timeline",
    "as_backend_error",
    "builtin_model_path",
    "considered",
    "decode",
    "file_digest",
    "find_model",
    "opening",
    "out_of_memory",
    "replies_are_closed",
    "to_sampling",
]


DEFAULT_CONTEXT = 8192
"""Tokens of context where none is configured: models trained on more would take gigabytes for their cache."""


class Timeline(Protocol):
    """One conversation's tokens in a model's cache."""

    def start(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Make the cache hold exactly `tokens`, reusing what it can; the logits after the last."""
        ...

    def feed(self, token: int) -> NDArray[np.float32]:
        """Append one token; the logits after it."""
        ...

    def close(self) -> None: ...


def builtin_model_path() -> Path:
    """The GGUF file of lila-nano inside this package; BackendError "no_model" when it isn't there."""
    path = Path(str(files("lila") / "models" / "lila-nano.gguf"))
    if not path.is_file():
        raise BackendError(
            "no_model", "the built-in model lila-nano is missing from this installation; reinstall Lila"
        )
    return path


def find_model(configured: str, home: Path | None = None) -> Path:
    """The configured GGUF file, looked for in `home`/models too, or the built-in one for ""."""
    if not configured:
        return builtin_model_path()
    named = Path(configured).expanduser()
    candidates = [named] if home is None or named.is_absolute() else [named, home / "models" / named]
    for path in candidates:
        if path.exists():
            return path
    places = " or ".join(str(path) for path in candidates)
    raise BackendError("no_model", f"there is no model at {places}; check the path in the configuration")


def replies_are_closed(path: Path) -> bool:
    """Whether the file is lila-nano, of any version: what it can say is a closed set (`lila.backends.decoding.closed`)."""
    if not path.is_file():
        return False
    try:
        return GgufFile(path).metadata.get("general.name") == "lila-nano"
    except EngineError:
        return False


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex; "" for a folder."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_CODES: tuple[tuple[type[EngineError], str], ...] = (
    (ContextOverflow, "context_overflow"),
    (MalformedFile, "bad_model"),
    (UnsupportedFeature, "bad_model"),
    (Unavailable, "unavailable"),
    (Closed, "closed"),
)


@contextmanager
def as_backend_error(backend: str) -> Iterator[None]:
    """Turns the engine's errors, and memory that ran out, into BackendErrors."""
    try:
        yield
    except EngineError as error:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), "internal")
        raise BackendError(code, str(error), backend=backend) from error
    except MemoryError as error:
        raise out_of_memory(backend) from error
    except BackendError as error:
        error.backend = error.backend or backend
        raise


def out_of_memory(backend: str) -> BackendError:
    """There is not enough memory for the model or its context."""
    return BackendError(
        "out_of_memory",
        "memory ran out; use a smaller model or a smaller context",
        backend=backend,
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What is settled before a model runs: its prompt in tokens, and what it may write after them."""

    encoded: Encoded
    constraint: GroundedConstraint | None
    room: int
    """Tokens of the context that the prompt leaves."""


def opening(prompting: Prompting, prompt: Prompt, context: int, backend: str) -> Opening:
    """The opening of a reply to `prompt`.

    BackendError "context_overflow" unless the prompt and one more token fit into `context` tokens.
    """
    with as_backend_error(backend):
        encoded = prompting.encode(prompt)
        if len(encoded.tokens) >= context:
            raise BackendError(
                "context_overflow",
                f"the prompt has {len(encoded.tokens)} tokens and the model's context holds {context}",
                backend=backend,
            )
        return Opening(encoded, prompting.constraint_for(encoded), context - len(encoded.tokens))


def to_sampling(settings: SamplingSettings) -> Sampling:
    """The engine's form of the settings."""
    return Sampling(
        temperature=settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
        min_p=settings.min_p,
        repeat_penalty=settings.repeat_penalty,
        frequency_penalty=settings.frequency_penalty,
        presence_penalty=settings.presence_penalty,
        penalty_last_n=settings.penalty_last_n,
        mirostat=settings.mirostat,
        mirostat_tau=settings.mirostat_tau,
        mirostat_eta=settings.mirostat_eta,
        seed=settings.seed,
        logit_bias=settings.logit_bias,
    )


def decode(
    timeline: Timeline,
    prompting: Prompting,
    begun: Opening,
    settings: SamplingSettings,
    *,
    max_tokens: int,
    cancel: threading.Event,
) -> Iterator[Piece]:
    """Generate after `begun`."""
    encoded = begun.encoded
    stream = TextStream((*settings.stop, *prompting.stops))
    room = min(max_tokens, begun.room)
    tokens: list[int] = []
    logprobs: list[float] = []
    if encoded.thinking:
        yield Piece(encoded.thinking)
    if prompting.closed and begun.constraint is not None and _is_greedy(settings):
        chosen = considered(timeline, prompting, encoded.tokens, begun.constraint, room, cancel)
    else:
        chosen = _sampled(timeline, prompting, begun, settings)
    for produced in range(1, room + 1):
        found = None if cancel.is_set() else next(chosen, None)
        if found is None:
            yield Piece(stream.finish(), tuple(logprobs), tuple(tokens), "cancelled")
            return
        token, logprob = found
        tokens.append(token)
        logprobs.append(logprob)
        if token in prompting.codec.eog_ids:
            yield Piece(stream.finish(), tuple(logprobs), tuple(tokens), "stop")
            return
        text = stream.push(prompting.token_text(token))
        if stream.stopped or produced == room:
            rest = "" if stream.stopped else stream.finish()
            yield Piece(text + rest, tuple(logprobs), tuple(tokens), "stop" if stream.stopped else "length")
            return
        if text:
            yield Piece(text, tuple(logprobs), tuple(tokens))
            tokens, logprobs = [], []


def _sampled(
    timeline: Timeline, prompting: Prompting, begun: Opening, settings: SamplingSettings
) -> Iterator[Chosen]:
    """One token after the other, without end."""
    sampler = Sampler(to_sampling(settings), prompting.codec.vocab_size)
    if settings.penalty_last_n > 0:
        sampler.accept(begun.encoded.tokens[-settings.penalty_last_n :])
    constraint = begun.constraint
    state = constraint.start() if constraint else FREE
    logits = timeline.start(begun.encoded.tokens)
    while True:
        allow = None if constraint is None else constraint.mask_words(state)
        token = None if allow is None else only_token(allow)
        logprob: float | None = None  # certain, where there is no choice
        if token is None:
            token, logprob = sampler.sample(logits, allow, logprob=True)
        else:
            sampler.accept([token])
        yield token, logprob or 0.0
        if constraint is not None:
            state = constraint.advance(state, token)
        logits = timeline.feed(token)


def _is_greedy(settings: SamplingSettings) -> bool:
    """Whether the likeliest token is wanted, and nothing changes which that is."""
    penalties = settings.repeat_penalty != 1.0 or settings.frequency_penalty or settings.presence_penalty
    return not (settings.temperature or settings.mirostat or settings.logit_bias or penalties)


def considered(
    timeline: Timeline,
    prompting: Prompting,
    before: Sequence[int],
    constraint: GroundedConstraint,
    room: int,
    cancel: threading.Event,
) -> Iterator[Chosen]:
    """The likeliest reply, from pause to pause: after a call, or a block that recalls, others have their say first.

    A reply's first block by itself settles what is done: three facts may be stored in many ways and none of them in one,
    which would be the likeliest. How the block goes is settled with all that follows it.
    """
    block_end = prompting.codec.special_tokens["<|memory_end|>"]
    state, written = constraint.start(), list(before)
    # What the first block's search asked for, the whole's asks again.
    known: dict[tuple[int, ...], NDArray[np.float32]] = {}

    def logits_after(tokens: Sequence[int]) -> NDArray[np.float32]:
        place = (*written[len(before) :], *tokens)
        if place not in known:
            known[place] = timeline.start([*before, *place]).copy()
        return known[place]

    def likeliest(*ends: int) -> list[Chosen]:
        return Search(logits_after, constraint, state, room, cancel, ends).likeliest()

    def taken(way: list[Chosen]) -> Iterator[Chosen]:
        nonlocal state, room
        for token, logprob in way:
            yield token, logprob
            written.append(token)
            state = constraint.advance(state, token)
        room -= len(way)

    while way := likeliest(block_end):
        if way[-1][0] == block_end:
            yield from taken(_up_to_the_operation(way, prompting))
            way = likeliest()
        yield from taken(way)


def _up_to_the_operation(block: Sequence[Chosen], prompting: Prompting) -> list[Chosen]:
    """What a block begins with: that it is one, and what it does."""
    marks = set(prompting.codec.special_tokens.values())
    places = [place for place, (token, _) in enumerate(block) if token in marks]
    return list(block[: places[1] + 1])
