"""One engine with one model, in a process of its own.

    python -m lila.bench.engine_worker KIND MODEL THREADS CONTEXT KV CACHE

A process for each engine, so that its resident memory is its own and both stand loaded while runs alternate. CACHE is
the native engine's folder of packed weights, or empty. It
answers JSON lines: ["turn", prefix, n], seconds until the logits after n tokens behind a resident prefix;
["decode", n, depth], seconds of n steps; ["memory"], bytes. The first line that it writes is how long loading took.
Tokens are made up and nothing is sampled, as in llama-bench.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["ENGINES", "Engine", "LlamaCpp", "Native", "Reader", "measure", "open_engine"]


class Engine(Protocol):
    """A loaded model with one timeline of tokens."""

    vocab_size: int

    def keep(self, count: int) -> int:
        """Drop every token from ``count`` on; how many are left, none where it can only drop them all."""
        ...

    def feed(self, tokens: list[int]) -> None:
        """Append tokens and compute the logits after the last."""
        ...

    def logits(self) -> NDArray[np.float32]:
        """A copy of the logits [vocab_size] after the last token."""
        ...

    def read(self, tokens: list[int]) -> Iterator[NDArray[np.float32]]:
        """Append tokens; the logits after each, the way in which the engine reads a long text."""
        ...

    def close(self) -> None: ...


class Native:
    """Lila's engine, through the calls of its C interface."""

    def __init__(self, path: str, threads: int, context: int, kv: str, cache: str) -> None:
        from engine.binding import check, error_buffer, ffi, lib
        from engine.model import Model
        from engine.timeline import KV_TYPES

        self._check, self._lib, self._ffi, self._err = check, lib, ffi, error_buffer()
        self._model = Model.open(path, threads=threads, cache=cache or None)
        self.vocab_size = self._model.vocab_size
        params = ffi.new("lila_session_params *", {"context": context, "kv_type": KV_TYPES[kv]})
        out = ffi.new("lila_session **")
        check(lib.lila_session_new(self._model.handle, params, out, self._err, len(self._err)), self._err)
        self._session = out[0]

    def keep(self, count: int) -> int:
        status = self._lib.lila_session_truncate(self._session, count, self._err, len(self._err))
        self._check(status, self._err)
        return count

    def feed(self, tokens: list[int]) -> None:
        status = self._lib.lila_session_eval(self._session, tokens, len(tokens), self._err, len(self._err))
        self._check(status, self._err)

    def logits(self) -> NDArray[np.float32]:
        data = self._lib.lila_session_logits(self._session)
        return np.frombuffer(self._ffi.buffer(data, 4 * self.vocab_size), np.float32).copy()

    def read(self, tokens: list[int]) -> Iterator[NDArray[np.float32]]:
        for token in tokens:  # one by one or in steps: the bits are the same
            self.feed([token])
            yield self.logits()

    def close(self) -> None:
        self._lib.lila_session_free(self._session)
        self._model.close()


_SILENT: list[Any] = []
"""The callback that C holds a pointer to, for as long as the process lives: llama.cpp calls it after any model."""


def _silence(llama_cpp: Any) -> None:
    if not _SILENT:
        _SILENT.append(llama_cpp.llama_log_callback(lambda *_: None))
    llama_cpp.llama_log_set(_SILENT[0], None)


class LlamaCpp:
    """llama.cpp, through the C interface that llama-cpp-python carries."""

    _BATCH = 512

    def __init__(self, path: str, threads: int, context: int, kv: str, cache: str) -> None:
        import llama_cpp

        self._c: Any = llama_cpp
        c = self._c
        _silence(c)
        c.llama_backend_init()
        model_params = c.llama_model_default_params()
        model_params.n_gpu_layers = 0
        self._model: Any = c.llama_model_load_from_file(os.fsencode(path), model_params)
        if not self._model:
            raise RuntimeError(f"llama.cpp can't load {path}")
        params = c.llama_context_default_params()
        params.n_ctx, params.n_batch = context, self._BATCH
        params.n_threads = params.n_threads_batch = threads
        params.type_k = params.type_v = getattr(c, f"GGML_TYPE_{kv.upper()}")
        if kv == "q8_0":  # it reads quantised values by flash attention alone
            params.flash_attn_type = c.LLAMA_FLASH_ATTN_TYPE_ENABLED
        self._context: Any = c.llama_init_from_model(self._model, params)
        if not self._context:
            raise RuntimeError(f"llama.cpp can't open {context} tokens of context in {kv} for {path}")
        self._memory: Any = c.llama_get_memory(self._context)
        self.vocab_size = int(c.llama_vocab_n_tokens(c.llama_model_get_vocab(self._model)))

    def keep(self, count: int) -> int:
        if self._c.llama_memory_seq_rm(self._memory, 0, count, -1):
            return count
        self._c.llama_memory_clear(self._memory, False)
        return 0

    def feed(self, tokens: list[int]) -> None:
        for start in range(0, len(tokens), self._BATCH):
            self._decode(tokens[start : start + self._BATCH])

    def logits(self) -> NDArray[np.float32]:
        return self._logits(-1)

    def read(self, tokens: list[int]) -> Iterator[NDArray[np.float32]]:
        # In batches, as its own perplexity tool reads: one by one it sums attention up in f16.
        for start in range(0, len(tokens), self._BATCH):
            part = tokens[start : start + self._BATCH]
            self._decode(part, every=True)
            yield from (self._logits(at) for at in range(len(part)))

    def _decode(self, tokens: list[int], *, every: bool = False) -> None:
        """One batch, with the logits of every token or of the last."""
        array = (self._c.llama_token * len(tokens))(*tokens)  # the batch only points to it
        batch = self._c.llama_batch_get_one(array, len(tokens))
        if every:
            batch.logits = (ctypes.c_int8 * len(tokens))(*[1] * len(tokens))
        status = self._c.llama_decode(self._context, batch)
        if status:
            raise RuntimeError(f"llama.cpp's decode failed with status {status}")

    def _logits(self, at: int) -> NDArray[np.float32]:
        data = self._c.llama_get_logits_ith(self._context, at)
        return np.ctypeslib.as_array(data, shape=(self.vocab_size,)).copy()

    def close(self) -> None:
        self._c.llama_free(self._context)
        self._c.llama_model_free(self._model)


ENGINES: dict[str, type[Native] | type[LlamaCpp]] = {"native": Native, "llama.cpp": LlamaCpp}


def open_engine(kind: str, path: str, threads: int, context: int, kv: str = "f16", cache: str = "") -> Engine:
    """``kind`` is a key of ENGINES; whatever the engine raises when it can't load the model.

    ``cache`` is a folder where the native engine keeps packed weights; llama.cpp packs anew each time.
    """
    return ENGINES[kind](path, threads, context, kv, cache)


class Reader:
    """An engine and how much of one made-up text it holds: what is resident isn't computed again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held = 0

    def hold(self, count: int) -> None:
        """Exactly the first ``count`` tokens are resident; those that are missing are computed."""
        self._held = self._engine.keep(min(count, self._held))
        if count > self._held:
            self._engine.feed(self._next(count - self._held))

    def turn(self, count: int) -> float:
        """Seconds until the logits after the next ``count`` tokens."""
        tokens = self._next(count)
        start = time.perf_counter()
        self._engine.feed(tokens)
        self._engine.logits()
        return time.perf_counter() - start

    def decode(self, count: int) -> float:
        """Seconds of the next ``count`` tokens, one by one."""
        tokens = self._next(count)
        start = time.perf_counter()
        for token in tokens:
            self._engine.feed([token])
        self._engine.logits()
        return time.perf_counter() - start

    def _next(self, count: int) -> list[int]:
        """Tokens spread over the vocabulary, the same for every engine."""
        places = range(self._held + 1, self._held + count + 1)
        self._held += count
        return [7919 * place % self._engine.vocab_size for place in places]


def measure(reader: Reader, command: list[Any]) -> float:
    """Seconds, or bytes for "memory"."""
    match command:
        case ["turn", prefix, count]:
            reader.hold(prefix)
            return reader.turn(count)
        case ["decode", count, depth]:
            reader.hold(depth)
            return reader.decode(count)
        case ["memory"]:
            return float(resident_bytes())
        case _:
            raise ValueError(f"expected a turn, decode or memory, found {command}")


def resident_bytes() -> int:
    """What of this process is in memory now, mapped weights included; 0 where the system doesn't tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def main(kind: str, path: str, threads: str, context: str, kv: str, cache: str) -> None:
    """Serve measurements until stdin ends."""
    start = time.perf_counter()
    engine = open_engine(kind, path, int(threads), int(context), kv, cache)
    print(json.dumps(time.perf_counter() - start), flush=True)
    reader = Reader(engine)
    for line in sys.stdin:
        print(json.dumps(measure(reader, json.loads(line))), flush=True)
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
