"""Opening a GGUF model and its sessions."""

from __future__ import annotations

import hashlib
import os
import threading
import weakref
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from engine.arguments import UINT32, UINT64, choice, whole
from engine.binding import check, error_buffer, ffi, lib
from engine.errors import Closed, Unavailable
from engine.gguf import Metadata
from engine.session import Session
from engine.tokenizer import Tokenizer

__all__ = ["Model"]

_ALL_CPU_FEATURES = 0xFFFFFFFF
_CACHE = ("unused", "read", "written", "failed")
_PANELS = {"auto": 0, "off": 1, "on": 2}


class Model:
    """Weights, hyper-parameters and vocabulary; immutable, shared by any number of sessions and threads."""

    def __init__(self, handle: Any, path: Path) -> None:
        """Use `Model.open`."""
        self._handle = handle
        self._closed = False
        self.path = path
        self._identity = _identity(path)
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self._lock = threading.Lock()
        info = ffi.new("lila_model_info *")
        lib.lila_model_describe(handle, info)
        self.vocab_size = int(info.vocab_size)
        self.context_length = int(info.context_length)
        self.layers = int(info.layers)
        self.threads = int(info.threads)
        self.rope_switch = int(info.rope_switch)
        self.cpu_features = int(info.cpu_features)
        self.panel_bytes = int(info.panel_bytes)
        self.arithmetic = int(info.arithmetic)
        self.cache = _CACHE[int(info.cache)]
        self.cache_note = ffi.string(lib.lila_model_cache_note(handle)).decode("utf-8", "replace")
        self._file = lib.lila_model_file(handle)
        self.metadata: Mapping[str, Any] = Metadata(self._file, handle)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        threads: int | None = None,
        cpu_mask: int = _ALL_CPU_FEATURES,
        panels: Literal["auto", "off", "on"] = "auto",
        cache: str | os.PathLike[str] | None = None,
        cache_limit_bytes: int = 0,
        check_cache: bool = False,
        pin: bool = False,
    ) -> Self:
        """Map and check a file; weights are read when they are first used.

        `threads` share one step of one session (default: one for every 16 MiB of weights begun, up to the physical
        cores that this process may use, so that lila-nano has one); with `pin` each but the caller's stays on one core.
        `cpu_mask` 0 forces the portable kernels. `panels` packs weights in the order in which the kernels read them:
        quantised ones for the integer kernels, which round activations to eight bits, and floats where there is a `cache`;
        "auto" does so where this CPU has such kernels and there is memory for them; where there is none,
        `Model.cache_note` says so.
        `cache` is an existing folder that keeps the packed weights for the next opening, in `cache_limit_bytes`
        (default 8 GiB) for all models; trouble with it is no error: see `Model.cache` and `Model.cache_note`.
        What was found sound there once is read whole again only when the files changed, or with `check_cache`.
        Unavailable, MalformedFile or UnsupportedFeature when the file can't be used; ArgumentError when a setting can't.
        """
        params = ffi.new("lila_model_params *")
        params.threads = whole("threads", threads or 0, 0, UINT32)
        params.cpu_mask = whole("cpu_mask", cpu_mask, 0, UINT32)
        params.panels = choice("panels", panels, _PANELS)
        params.cache_limit = whole("cache_limit_bytes", cache_limit_bytes, 0, UINT64)
        params.check_cache, params.pin = bool(check_cache), bool(pin)
        if cache is not None:
            folder = ffi.new("char[]", os.fsencode(cache))
            params.cache_folder = folder
        out, err = ffi.new("lila_model **"), error_buffer()
        check(lib.lila_model_open(os.fsencode(path), params, out, err, len(err)), err)
        return cls(ffi.gc(out[0], lib.lila_model_free), Path(path))

    @property
    def handle(self) -> Any:
        """The native model; Closed after `close`."""
        self._require_open()
        return self._handle

    @property
    def architecture(self) -> str:
        return str(self.metadata["general.architecture"])

    @cached_property
    def chat_template(self) -> str | None:
        """The file's Jinja chat template."""
        template = self.metadata.get("tokenizer.chat_template")
        return template if isinstance(template, str) else None

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """UnsupportedFeature or MalformedFile when the vocabulary can't be used."""
        self._require_open()
        return Tokenizer(self._file)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole file, in hex; computed once, when it is first asked for."""
        try:
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            unchanged = _identity(self.path) == self._identity
        except OSError as error:
            raise Unavailable(f"The model file can't be read again: {error}.") from error
        if not unchanged:
            raise Unavailable(f"{self.path} was replaced after it was opened. Open the model again.")
        return digest

    @cached_property
    def tokenizer_digest(self) -> str:
        """SHA-256 over the file's tokenizer entries, in hex."""
        digest = hashlib.sha256()
        for key in sorted(key for key in self.metadata if key.startswith("tokenizer.ggml.")):
            digest.update(f"{key}={self.metadata[key]!r}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def bos_policy(self) -> str:
        """Whether prompts begin with a BOS token, and which."""
        add = self.metadata.get("tokenizer.ggml.add_bos_token", "default")
        return f"add={add} id={self.metadata.get('tokenizer.ggml.bos_token_id', 'none')}"

    def session(
        self,
        *,
        context: int | None = None,
        kv: Literal["f16", "f32", "q8_0"] = "f16",
        batch: int = 128,
        adapter: str = "",
        template: str | None = None,
    ) -> Session:
        """A new timeline of `context` tokens (default: what the model was trained for).

        `kv` is the type of its cache. "q8_0" takes half the memory of "f16" and rounds keys, values and queries to eight
        bits; ArgumentError where the heads' length is no multiple of 32.
        `template` is the chat template in use where it is not the file's; it and `adapter` enter the manifest.
        """
        handle = self.handle
        source = template if template is not None else self.chat_template or ""
        session = Session(self, handle, context or 0, kv, batch, adapter, source)
        with self._lock:
            self._sessions.add(session)
        return session

    def close(self) -> None:
        """Close every session. The file is unmapped once nothing refers to the model. Twice is fine."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise Closed(f"The model {self.path.name} was closed. Open it again.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
