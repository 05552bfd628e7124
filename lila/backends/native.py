"""Lila's own engine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import Cancelled
from engine.model import Model
from engine.reports import Finish as EngineFinish
from engine.session import Session
from lila.backends.base import Dialect, Finish, Message, ModelInfo, Piece, Prompt, SamplingSettings
from lila.backends.local import (
    DEFAULT_CONTEXT,
    as_backend_error,
    builtin_model_path,
    decode,
    find_model,
    opening,
    replies_are_closed,
    to_sampling,
)
from lila.backends.pool import SessionPool
from lila.backends.prompting import Prompting
from lila.config import Native
from lila.errors import BackendError

__all__ = ["NativeBackend", "SessionTimeline", "builtin_model_path"]

NAME = "native"
_log = logging.getLogger(__name__)
_FINISH: dict[EngineFinish, Finish] = {
    "eos": "stop",
    "stop": "stop",
    "length": "length",
    "cancelled": "cancelled",
}


class NativeBackend:
    """A GGUF model of the Llama family on the native engine, one warm session per conversation."""

    def __init__(self, config: Native, *, home: Path | None = None, dialect: Dialect | None = None) -> None:
        """Opens the model; BackendError when it can't be found or used."""
        with as_backend_error(NAME):
            path = find_model(config.model, home)
            self.model = Model.open(
                path,
                threads=config.threads or None,
                cache=None if home is None else home / "cache",
                cache_limit_bytes=config.cache_bytes,
            )
            if self.model.cache_note:
                _log.info("packed weights of %s: %s", path.name, self.model.cache_note)
            self._path = path
            self._context = min(config.context or DEFAULT_CONTEXT, self.model.context_length)
            self._prompting = Prompting(
                self.model.tokenizer,
                self.model.chat_template,
                dialect,
                closed=replies_are_closed(path),
            )
            self._kv: Literal["f16", "q8_0", "f32"] = cast(Literal["f16", "q8_0", "f32"], config.kv)
            if config.kv == "q8_0":
                self._session().close()  # a model whose heads it can't hold is found now
            self._pool: SessionPool[Session] = SessionPool(self._session, config.sessions)
        self._closed = False

    @property
    def info(self) -> ModelInfo:
        return self._info

    @cached_property
    def _info(self) -> ModelInfo:
        return ModelInfo(NAME, self._path.stem, self.model.digest, self._context, self._prompting.dialect)

    def count(self, messages: Sequence[Message]) -> int:
        self._require_open()
        with as_backend_error(NAME):
            return self._prompting.count(messages)

    def generate(
        self,
        prompt: Prompt,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        self._require_open()
        begun = opening(self._prompting, prompt, self._context, NAME)
        with as_backend_error(NAME), self._pool.lend(conversation) as session:
            try:
                session.ensure_prefix(begun.encoded.tokens, cancel=cancel)
            except Cancelled:
                yield Piece("", finish="cancelled")
                return
            if self._prompting.closed:
                timeline = SessionTimeline(session)
                yield from decode(
                    timeline, self._prompting, begun, sampling, max_tokens=max_tokens, cancel=cancel
                )
                return
            if begun.encoded.thinking:
                yield Piece(begun.encoded.thinking)
            tokens: list[int] = []
            logprobs: list[float] = []
            decoded = session.decode(
                to_sampling(sampling),
                max_tokens=max_tokens,
                stop=(*sampling.stop, *self._prompting.stops),
                constraint=begun.constraint,
                logprobs=True,
                cancel=cancel,
            )
            for each in decoded:
                if each.token >= 0:
                    tokens.append(each.token)
                    logprobs.append(each.logprob or 0.0)
                if each.text or each.finish:
                    finish = None if each.finish is None else _FINISH[each.finish]
                    yield Piece(each.text, tuple(logprobs), tuple(tokens), finish)
                    tokens, logprobs = [], []

    def close(self) -> None:
        self._closed = True
        self._pool.close()
        self.model.close()

    def _session(self) -> Session:
        return self.model.session(context=self._context, kv=self._kv)

    def _require_open(self) -> None:
        if self._closed:
            raise BackendError("closed", "the native engine was closed; start Lila again", backend=NAME)


class SessionTimeline:
    """A session as the other local backends' timelines are: `start` may go back and take another way."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        self._session.ensure_prefix(tokens)
        return self._session.logits()

    def feed(self, token: int) -> NDArray[np.float32]:
        self._session.prefill([token])
        return self._session.logits()

    def close(self) -> None:
        self._session.close()
