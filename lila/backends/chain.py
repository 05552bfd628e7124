"""The backends in their order: the first that works answers, and when it fails the next one goes on.

Backends are opened when they are needed. Why one was passed over is kept for `lila doctor`. A handover in the
middle of a reply gives the next backend what was said so far, so that it goes on from there.

What failed in a way that may pass (a server that is away, or overloaded) is tried again: after a wait, which doubles
with every failure, when the next turn asks who answers; and right away when nothing else is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from lila.backends.base import (
    Backend,
    Dialect,
    Handover,
    Message,
    ModelInfo,
    Piece,
    Prompt,
    PromptFor,
    SamplingSettings,
)
from lila.config import Config
from lila.errors import BackendError, NoBackend

__all__ = ["Chain", "Step", "Tried", "open_chain", "steps_from"]


FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 600.0
"""How long a step that failed is left alone while another answers, at first and at most."""
LAST_RESORT_WAIT_S = 1.0
"""And while none does: what has failed this very moment isn't worth the wait for another refusal."""


@dataclass(frozen=True, slots=True)
class Step:
    """A backend that can be opened."""

    name: str
    open: Callable[[], Backend]


@dataclass(frozen=True, slots=True)
class Tried:
    """Where one step of the chain stands."""

    name: str
    state: Literal["answers", "passed over", "failed", "standing by"]
    reason: str = ""
    code: str = ""


@dataclass(slots=True)
class _Link:
    step: Step
    backend: Backend | None = None
    error: BackendError | None = None
    """Why it is passed over; None while it answers or was never tried."""
    was_used: bool = False
    users: int = 0
    failures: int = 0
    """In a row: since it last answered to the end."""
    failed_at: float = 0.0
    """On the chain's clock."""

    def fail(self, error: BackendError, now: float) -> None:
        self.error = error
        self.failures += 1
        self.failed_at = now

    @property
    def wait_s(self) -> float:
        return min(FIRST_WAIT_S * 2.0 ** min(self.failures - 1, 16), LONGEST_WAIT_S)

    def may_recover(self, now: float, wait_s: float) -> bool:
        """Whether it is worth another try. A backend that is in use by another conversation has to be let go of first."""
        passing = self.error is not None and self.error.retryable
        return passing and self.backend is None and now >= self.failed_at + wait_s


class Chain:
    """A backend made of backends. Any number of threads may generate at once."""

    def __init__(self, steps: Sequence[Step], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._links = [_Link(step) for step in steps]
        self._clock = clock
        self._lock = threading.RLock()
        self._closed = False

    @property
    def info(self) -> ModelInfo:
        """The model that answers now; NoBackend when none can. A step whose wait is over is tried again here."""
        with self._lock:
            now = self._clock()
            due = [link for link in self._links if link.may_recover(now, link.wait_s)]
            return self._active(again=due)[1].info

    @property
    def tried(self) -> tuple[Tried, ...]:
        """Every step in order, with the reason where it does not answer."""
        rows: list[Tried] = []
        found = False
        for link in self._links:
            if link.error is not None:
                state: Literal["failed", "passed over"] = "failed" if link.was_used else "passed over"
                rows.append(Tried(link.step.name, state, link.error.message, link.error.code))
            elif link.backend is not None and not found:
                found = True
                rows.append(Tried(link.step.name, "answers"))
            else:
                rows.append(Tried(link.step.name, "standing by"))
        return tuple(rows)

    def count(self, messages: Sequence[Message]) -> int:
        return self._active()[1].count(messages)

    def generate(
        self,
        prompt: Prompt | PromptFor,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        """Like a backend's `generate`. A function as `prompt` builds it anew for the model that takes over.

        What fails for the prompt's own sake (`context_overflow`) is raised and hands nothing over.
        """
        said = ""
        left = max_tokens
        failed: list[str] = []
        handover: Handover | None = None
        while True:
            link, backend = self._borrow(failed)
            try:
                whole = prompt(backend.info) if callable(prompt) else prompt
                pieces = backend.generate(
                    replace(whole, continuation=whole.continuation + said),
                    sampling,
                    max_tokens=left,
                    conversation=conversation,
                    cancel=cancel,
                )
                for piece in pieces:
                    said += piece.text
                    left -= len(piece.tokens) or bool(piece.text)
                    yield piece if handover is None else replace(piece, handover=handover)
                    handover = None
                link.failures = 0
                return
            except BackendError as error:
                if error.code == "context_overflow" or self._closed:
                    raise
                failed.append(link.step.name)
                handover = self._hand_over(link, error, failed) or handover
            finally:
                self._give_back(link)
            if left <= 0:
                yield Piece("", finish="length", handover=handover)
                return

    def close(self) -> None:
        """Close every backend that was opened. Twice is fine."""
        with self._lock:
            self._closed = True
            opened = [link.backend for link in self._links if link.backend is not None]
            for link in self._links:
                link.backend = None
        for backend in opened:
            backend.close()

    def _active(self, failed: Collection[str] = (), again: Collection[_Link] = ()) -> tuple[_Link, Backend]:
        """The first step that works, opening as many as it takes; those of `again` are tried though they failed.

        When nothing is left, whatever may have recovered is tried again, but for what `failed` in this very reply.
        """
        with self._lock:
            if self._closed:
                raise BackendError("closed", "Lila's models were closed; start her again")
            tried = [link for link in self._links if link.error is None or link in again]
            found = self._first(tried)
            if found is None:
                now = self._clock()
                found = self._first(
                    [
                        link
                        for link in self._links
                        if link.step.name not in failed and link.may_recover(now, LAST_RESORT_WAIT_S)
                    ]
                )
            if found is None:
                raise NoBackend([(link.step.name, link.error.message) for link in self._links if link.error])
            return found

    def _first(self, links: Sequence[_Link]) -> tuple[_Link, Backend] | None:
        for link in links:
            try:
                link.backend = link.backend or link.step.open()
            except BackendError as error:
                link.fail(error, self._clock())
            else:
                link.error = None
                return link, link.backend
        return None

    def _borrow(self, failed: Collection[str]) -> tuple[_Link, Backend]:
        with self._lock:
            link, backend = self._active(failed)
            link.users += 1
            link.was_used = True
            return link, backend

    def _give_back(self, link: _Link) -> None:
        """A backend that failed is closed once nobody uses it: it may hold the memory that another needs."""
        with self._lock:
            link.users -= 1
            failed = link.backend if link.error is not None and link.users == 0 else None
            if failed is not None:
                link.backend = None
        if failed is not None:
            failed.close()

    def _hand_over(self, link: _Link, error: BackendError, failed: Collection[str]) -> Handover | None:
        """Pass the step over; None when another conversation has told of it already."""
        with self._lock:
            told = link.error is not None
            if not told:
                link.fail(error, self._clock())
            successor = self._active(failed)[1].info.backend
        return None if told else Handover(link.step.name, successor, error.message)


def open_chain(config: Config) -> Chain:
    """The chain that the configuration describes; nothing is opened yet."""
    return Chain(steps_from(config))


def steps_from(config: Config) -> list[Step]:
    """The steps in their configured order."""
    dialects: dict[str, Dialect] = {"native": "native", "taught": "taught"}
    dialect = dialects.get(config.backends.dialect)
    return [Step(name, _opener(name, config, config.home, dialect)) for name in config.backends.chain]


def _opener(name: str, config: Config, home: Path, dialect: Dialect | None) -> Callable[[], Backend]:
    """Imports a backend's module only when it is opened: the heavy ones take seconds."""

    def native() -> Backend:
        from lila.backends.native import NativeBackend

        return NativeBackend(config.native, home=home, dialect=dialect)

    def gguf() -> Backend:
        from lila.backends.gguf import GgufBackend

        return GgufBackend(config.gguf, home=home, dialect=dialect)

    def transformers() -> Backend:
        from lila.backends.transformers_ import TransformersBackend

        return TransformersBackend(config.transformers, home=home, dialect=dialect)

    def api() -> Backend:
        from lila.backends.api import ApiBackend

        return ApiBackend(config.api, dialect=dialect)

    openers = {"native": native, "gguf": gguf, "transformers": transformers, "api": api}
    return lambda: _opened(name, openers[name])


def _opened(name: str, opener: Callable[[], Backend]) -> Backend:
    """Whatever keeps one backend from opening must not keep the next from answering."""
    from lila.backends.local import as_backend_error

    try:
        with as_backend_error(name):
            return opener()
    except BackendError:
        raise
    except Exception as error:
        raise BackendError("internal", f"it can't be opened: {error!r}", backend=name) from error
