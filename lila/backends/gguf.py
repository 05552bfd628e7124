"""Any GGUF model on llama.cpp, through llama-cpp-python: many more architectures than Lila's own engine has.

llama.cpp computes the logits and tokenises; sampling and grammar are the engine's, as everywhere.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lila.backends.base import Dialect, Message, ModelInfo, Piece, Prompt, SamplingSettings
from lila.backends.local import (
    DEFAULT_CONTEXT,
    as_backend_error,
    decode,
    file_digest,
    find_model,
    opening,
    out_of_memory,
    replies_are_closed,
)
from lila.backends.pool import SessionPool
from lila.backends.prompting import Prompting
from lila.config import Gguf
from lila.errors import BackendError

__all__ = ["GgufBackend"]

NAME = "gguf"
SESSIONS = 2
_log = logging.getLogger(__name__)
_LOGGING: dict[str, Any] = {}
"""Keeps the callback that C holds a pointer to."""


class GgufBackend:
    """One model on llama.cpp, one warm context per conversation."""

    def __init__(self, config: Gguf, *, home: Path | None = None, dialect: Dialect | None = None) -> None:
        """Loads the model; BackendError when llama-cpp-python or the model can't be had."""
        self._llama = _import_llama()
        self._config = config
        self._closed = False
        with as_backend_error(NAME):
            self._path = find_model(config.model, home)
            self._model = LlamaModel(self._llama, self._load())
            handle = self._model.handle
            self._codec = LlamaCodec(self._llama, handle)
            trained = int(self._llama.llama_model_n_ctx_train(handle))
            self._context = min(config.context or DEFAULT_CONTEXT, trained)
            template = self._llama.llama_model_chat_template(handle, None)
            try:
                self._prompting = Prompting(
                    self._codec,
                    template.decode() if template else None,
                    dialect,
                    closed=replies_are_closed(self._path),
                )
            except BackendError:
                self._model.release()
                raise
        self._pool: SessionPool[LlamaTimeline] = SessionPool(self._timeline, SESSIONS)

    @property
    def info(self) -> ModelInfo:
        return self._info

    @cached_property
    def _info(self) -> ModelInfo:
        digest = file_digest(self._path)
        return ModelInfo(NAME, self._path.stem, digest, self._context, self._prompting.dialect)

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
        with as_backend_error(NAME), self._pool.lend(conversation) as timeline:
            yield from decode(
                timeline, self._prompting, begun, sampling, max_tokens=max_tokens, cancel=cancel
            )

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._pool.close()
            self._model.release()

    def _load(self) -> Any:
        params = self._llama.llama_model_default_params()
        params.n_gpu_layers = self._config.gpu_layers
        model = self._llama.llama_model_load_from_file(str(self._path).encode(), params)
        if not model:
            raise BackendError(
                "bad_model", f"llama.cpp can't load {self._path.name}; `lila doctor` says more"
            )
        return model

    def _timeline(self) -> LlamaTimeline:
        return LlamaTimeline(
            self._llama, self._model, self._context, self._config.threads, self._codec.vocab_size
        )

    def _require_open(self) -> None:
        if self._closed:
            raise BackendError("closed", "the llama.cpp model was closed; start Lila again", backend=NAME)


class LlamaModel:
    """A loaded model, freed when its backend and the last context have let go of it."""

    def __init__(self, llama: ModuleType, handle: Any) -> None:
        """Held once, by who made it."""
        self.handle = handle
        self._llama = llama
        self._holders = 1
        self._lock = threading.Lock()

    def hold(self) -> None:
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            last = self._holders == 0
        if last:
            self._llama.llama_model_free(self.handle)


class LlamaTimeline:
    """One llama.cpp context: the tokens in its cache, and the logits after the last."""

    def __init__(
        self, llama: ModuleType, model: LlamaModel, context: int, threads: int, vocab_size: int
    ) -> None:
        params = llama.llama_context_default_params()
        params.n_ctx = context
        params.n_batch = min(context, 512)
        params.no_perf = True
        if threads:
            params.n_threads = params.n_threads_batch = threads
        self._llama = llama
        self._context = llama.llama_init_from_model(model.handle, params)
        if not self._context:
            raise out_of_memory(NAME)
        self._model = model
        model.hold()
        self._batch = params.n_batch
        self._vocab_size = vocab_size
        self._resident: list[int] = []

    def start(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Reuses the longest common prefix; at least the last token is computed, for its logits."""
        pairs = zip(self._resident, tokens[:-1], strict=False)
        shared = next(
            (i for i, (a, b) in enumerate(pairs) if a != b), min(len(self._resident), len(tokens) - 1)
        )
        memory = self._llama.llama_get_memory(self._context)
        if not self._llama.llama_memory_seq_rm(memory, 0, shared, -1):  # caches that can't forget a part
            self._llama.llama_memory_clear(memory, True)
            shared = 0
        self._resident = list(tokens[:shared])
        for at in range(shared, len(tokens), self._batch):
            self._decode(tokens[at : at + self._batch])
        return self._logits()

    def feed(self, token: int) -> NDArray[np.float32]:
        self._decode([token])
        return self._logits()

    def close(self) -> None:
        if self._context:
            self._llama.llama_free(self._context)
            self._context = None
            self._model.release()

    def _decode(self, tokens: Sequence[int]) -> None:
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        status = self._llama.llama_decode(self._context, self._llama.llama_batch_get_one(array, len(tokens)))
        if status != 0:
            code = "context_overflow" if status == 1 else "internal"
            raise BackendError(code, f"llama.cpp stopped with status {status}; see the log", backend=NAME)
        self._resident.extend(tokens)

    def _logits(self) -> NDArray[np.float32]:
        pointer = self._llama.llama_get_logits_ith(self._context, -1)
        if not pointer:
            raise BackendError("internal", "llama.cpp gave no logits; restart Lila", backend=NAME)
        return np.ctypeslib.as_array(pointer, shape=(self._vocab_size,))


class LlamaCodec:
    """The vocabulary of a llama.cpp model."""

    def __init__(self, llama: ModuleType, model: Any) -> None:
        """The model must outlive this object."""
        self._llama = llama
        self._vocab = llama.llama_model_get_vocab(model)
        self.vocab_size = int(llama.llama_vocab_n_tokens(self._vocab))
        bos, eos = int(llama.llama_vocab_bos(self._vocab)), int(llama.llama_vocab_eos(self._vocab))
        self.bos_id = bos if bos >= 0 else None
        self.eos_id = eos if eos >= 0 else None

    @property
    def eog_ids(self) -> frozenset[int]:
        return self._ends

    @cached_property
    def _ends(self) -> frozenset[int]:
        ends = self._llama.llama_vocab_is_eog
        return frozenset(token for token in range(self.vocab_size) if ends(self._vocab, token))

    @property
    def special_tokens(self) -> Mapping[str, int]:
        """Text -> id of the control and user-defined tokens."""
        return self._specials

    @cached_property
    def _specials(self) -> Mapping[str, int]:
        special = self._llama.LLAMA_TOKEN_ATTR_CONTROL | self._llama.LLAMA_TOKEN_ATTR_USER_DEFINED
        attributes = self._llama.llama_vocab_get_attr
        found = (token for token in range(self.vocab_size) if attributes(self._vocab, token) & special)
        return MappingProxyType(
            {self.token_bytes(token).decode("utf-8", "replace"): token for token in found}
        )

    def token_bytes(self, token: int, /) -> bytes:
        buffer = ctypes.create_string_buffer(64)
        length = self._llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = self._llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        return buffer.raw[:length]

    def encode(self, text: str, /, *, add_bos: bool | None = None, parse_special: bool = True) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self._llama.llama_tokenize(
            self._vocab, data, len(data), tokens, room, add_bos is not False, parse_special
        )
        if count < 0:
            raise BackendError("internal", "llama.cpp can't read the prompt into tokens", backend=NAME)
        found = list(tokens[:count])
        missing = add_bos and self.bos_id is not None and found[:1] != [self.bos_id]
        return [self.bos_id, *found] if missing and self.bos_id is not None else found


def _import_llama() -> ModuleType:
    try:
        import llama_cpp
    except ImportError as error:
        raise BackendError(
            "not_installed",
            "llama-cpp-python is not installed; install it with `pip install 'lila[gguf]'`",
            backend=NAME,
        ) from error
    except (OSError, RuntimeError) as error:  # its shared library can't be loaded here
        raise BackendError("unavailable", f"llama.cpp can't be loaded: {error}", backend=NAME) from error
    if "callback" not in _LOGGING:
        _LOGGING["callback"] = llama_cpp.llama_log_callback(_log_line)
        llama_cpp.llama_log_set(_LOGGING["callback"], ctypes.c_void_p())
        llama_cpp.llama_backend_init()
    module: ModuleType = llama_cpp
    return module


def _log_line(level: int, text: bytes, _data: Any) -> None:
    _log.log(
        {3: logging.WARNING, 4: logging.ERROR}.get(level, logging.DEBUG),
        text.decode(errors="replace").rstrip(),
    )
