"""Sessions: one timeline of tokens with its KV cache, and the contract around it.

Every step is checked before the cache is touched; a step that fails leaves the timeline as it was; if even that
can't be done the session is fatal, and every later call says the first cause.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.arguments import UINT32, UINT64, choice, token_ids, whole
from engine.constraint import Constrains
from engine.decoding import decode_tokens
from engine.errors import ArgumentError, Cancelled, Closed, ContextOverflow, Fatal
from engine.reports import Decoded, Manifest, PrefillReport, PrefixReport, SessionReport, hash_tokens
from engine.sampling import Sampler, Sampling
from engine.snapshot import read_snapshot, write_snapshot
from engine.stream import TextStream
from engine.timeline import KV_TYPES, Rows, Timeline

if TYPE_CHECKING:
    from engine.model import Model

__all__ = ["Decoded", "Session"]

_CANCEL_CHECK_TOKENS = 256
_MAX_BATCH = 4096


class Session:
    """Opened by `Model.session`. Calls from several threads wait for one another, step by step."""

    def __init__(
        self, model: Model, handle: Any, context: int, kv: str, batch: int, adapter: str, template: str
    ) -> None:
        choice("kv", kv, KV_TYPES)
        context = whole("context", context, 0, UINT32)
        batch = whole("batch", batch, 1, _MAX_BATCH)
        self._model = model
        self._timeline = Timeline(handle, model.layers, model.vocab_size, context, batch, kv)
        self._kv, self._batch, self._adapter = kv, batch, adapter
        self._template = _digest(template)
        self._lock = threading.RLock()
        self._pending: list[int] = []
        self._epoch = 0
        self._fatal: str | None = None
        self._closed = False

    # ---- the contract

    def ensure_prefix(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> PrefixReport:
        """Make the resident tokens equal `tokens`, reusing the longest common prefix.

        ContextOverflow, ArgumentError or Cancelled leave everything as it was.
        """
        with self._step("ensure_prefix"):
            wanted = self._checked(tokens)
            reused = self._timeline.common_prefix(wanted)
            resident = self._timeline.count
            if len(wanted) > self._timeline.context:
                raise ContextOverflow("ensure_prefix", reused, len(wanted) - reused, self._timeline.context)
            new = wanted[reused:]
            saved = self._timeline.save(reused, min(resident, len(wanted)))
            with self._rolling_back(saved):
                self._timeline.truncate(reused)
                self._append(new, cancel)
            self._pending = []
            return PrefixReport(
                reused,
                len(new),
                resident - reused,
                self._timeline.count,
                self._available(),
                hash_tokens(wanted),
                hash_tokens(wanted[:reused]),
            )

    def prefill(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> PrefillReport:
        """Append tokens, after those decoded last that are still pending."""
        with self._step("prefill"):
            new = np.concatenate([np.asarray(self._pending, np.int32), self._checked(tokens)])
            self._require_room("prefill", len(new))
            saved = self._timeline.save(0, 0)
            with self._rolling_back(saved):
                self._append(new, cancel)
            self._pending = []
            return PrefillReport(
                len(new), self._timeline.count, self._available(), hash_tokens(self._timeline.tokens())
            )

    def decode(
        self,
        sampling: Sampling | None = None,
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        constraint: Constrains | None = None,
        logprobs: bool = False,
        cancel: threading.Event | None = None,
    ) -> Iterator[Decoded]:
        """Generate until an end token, a stop string, `max_tokens`, a full context or `cancel`.

        The token yielded last is pending, with those before it that the constraint left no choice about: they
        belong to the timeline, and enter the cache at the next step that needs it.
        The iterator ends with an error when another call has moved the timeline meanwhile.
        """
        with self._step("decode"):
            max_tokens = whole("max_tokens", max_tokens, 1, UINT64)
            if not self._timeline.count and not self._pending:
                raise ArgumentError("There is nothing to go on from. Prefill a prompt first.")
            self._require_room("decode", len(self._pending))
            settings = sampling or Sampling()
            sampler = Sampler(settings, self._model.vocab_size)
            if settings.penalty_last_n > 0:
                sampler.accept(self._history()[-settings.penalty_last_n :])
            stream = TextStream(stop)
            self._epoch += 1
        return decode_tokens(self, self._epoch, sampler, stream, constraint, max_tokens, logprobs, cancel)

    def logits(self) -> NDArray[np.float32]:
        """Copy of the logits [vocab_size] after the last token of the timeline."""
        with self._step("logits"):
            self._ready("logits")
            return self._timeline.logits_copy()

    def explain(self) -> SessionReport:
        """The session's state; works on a fatal session too."""
        with self._lock:
            self._require_open()
            timeline = self._timeline
            return SessionReport(
                timeline.context,
                timeline.count,
                self._available(),
                tuple(self._pending),
                hash_tokens(timeline.tokens()),
                self.manifest(),
                self._kv,
                self._batch,
                self._fatal,
            )

    def manifest(self) -> Manifest:
        """The conditions that the cache's rows depend on."""
        model = self._model
        rope = (
            f" rope={'long' if self._timeline.context > model.rope_switch else 'short'}"
            if model.rope_switch
            else ""
        )
        return Manifest(
            model=model.digest,
            tokenizer=model.tokenizer_digest,
            template=self._template,
            runtime=f"kv={self._kv} cpu={model.cpu_features} arithmetic={model.arithmetic}{rope}",
            bos=model.bos_policy,
            adapter=self._adapter,
        )

    def rebind(self, *, adapter: str | None = None, template: str | None = None) -> None:
        """Go on under another adapter version or chat template. If either changes, nothing resident is reused."""
        with self._step("rebind"):
            digest = self._template if template is None else _digest(template)
            version = self._adapter if adapter is None else adapter
            if (digest, version) == (self._template, self._adapter):
                return
            self._timeline.truncate(0)
            self._pending = []
            self._template, self._adapter = digest, version

    def snapshot(self, path: str | os.PathLike[str]) -> None:
        """Write the timeline to a file, whole or not at all. Pending tokens are evaluated first."""
        with self._step("snapshot"):
            if self._pending:
                self._ready("snapshot")
            write_snapshot(path, self._timeline, self.manifest())

    def restore(self, path: str | os.PathLike[str]) -> PrefixReport:
        """Replace the timeline by a snapshot's. ManifestMismatch or MalformedFile leave it as it was."""
        with self._step("restore"):
            loaded = read_snapshot(path, self._timeline, self.manifest())
            dropped = self._timeline.count
            saved = self._timeline.save(0, min(dropped, len(loaded.tokens)))
            with self._rolling_back(saved):
                self._timeline.put_back(loaded)
            self._pending = []
            digest = hash_tokens(self._timeline.tokens())
            resident = len(loaded.tokens)
            return PrefixReport(resident, 0, dropped, resident, self._available(), digest, digest)

    def close(self) -> None:
        """Free the cache; later calls raise Closed. Twice is fine."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._timeline.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- what decoding needs

    @contextmanager
    def decoding_step(self, epoch: int) -> Iterator[Any]:
        """The logits to sample from, with the session held; ends when another call moved the timeline."""
        with self._step("decode", epoch):
            self._ready("decode")
            yield self._timeline.logits()

    def append_pending(self, epoch: int, token: int) -> bool:
        """Note a decoded token as pending; False when no further one has room."""
        with self._step("decode", epoch):
            self._pending.append(token)
            return self._available() > 0

    @property
    def model(self) -> Model:
        return self._model

    # ---- inside

    @contextmanager
    def _step(self, stage: str, epoch: int | None = None) -> Iterator[None]:
        with self._lock:
            self._require_open()
            if self._fatal is not None:
                raise Fatal(f"{stage}: this session failed earlier and can't go on: {self._fatal}")
            if epoch is None:
                self._epoch += 1
            elif epoch != self._epoch:
                raise ArgumentError("The timeline was moved by another call. Start decoding again.")
            yield

    @contextmanager
    def _rolling_back(self, saved: Rows) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            try:
                self._timeline.put_back(saved)
            except BaseException as second:
                self._fatal = f"{error} (and the rollback failed: {second})"
                raise Fatal(self._fatal) from error
            raise

    def _append(self, tokens: NDArray[np.int32], cancel: threading.Event | None) -> None:
        size = _CANCEL_CHECK_TOKENS if cancel is not None else max(1, len(tokens))
        for start in range(0, len(tokens), size):
            if cancel is not None and cancel.is_set():
                raise Cancelled("The prefill was cancelled; the session is as it was before.")
            self._timeline.eval(tokens[start : start + size])

    def _ready(self, stage: str) -> None:
        """Evaluate the pending tokens, or the last one again when its logits are gone."""
        timeline = self._timeline
        if self._pending:
            self._require_room(stage, len(self._pending))
            if len(self._pending) == 1:
                timeline.eval_one(self._pending[0])
            else:
                with self._rolling_back(timeline.save(0, 0)):
                    timeline.eval(np.asarray(self._pending, np.int32))
            self._pending = []
        elif timeline.logits() is None:
            if not timeline.count:
                raise ArgumentError(f"{stage}: the session is empty. Prefill a prompt first.")
            last = timeline.count - 1
            saved = timeline.save(last, last + 1)
            with self._rolling_back(saved):
                timeline.truncate(last)
                timeline.eval_one(saved.tokens[last])

    def _checked(self, tokens: Sequence[int]) -> NDArray[np.int32]:
        return token_ids(tokens, self._model.vocab_size)

    def _require_open(self) -> None:
        if self._closed:
            raise Closed("The session was closed. Open another with Model.session().")

    def _require_room(self, stage: str, additional: int) -> None:
        resident, size = self._timeline.count, self._timeline.context
        if additional > size - resident:
            raise ContextOverflow(stage, resident, additional, size)

    def _available(self) -> int:
        """Tokens that still fit after the resident and the pending ones."""
        return self._timeline.context - self._timeline.count - len(self._pending)

    def _history(self) -> list[int]:
        resident: list[int] = self._timeline.tokens().tolist()
        return [*resident, *self._pending]


def _digest(template: str) -> str:
    """SHA-256, in hex; half a surrogate pair is text like any other here."""
    return hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()
