"""Sentence embeddings: a BERT encoder such as all-MiniLM-L6-v2, from the files that sentence-transformers writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.arguments import UINT32, whole
from engine.binding import check, error_buffer, ffi, lib
from engine.encoder_files import EncoderConfig, read_config, read_words
from engine.errors import ArgumentError, Closed, UnsupportedFeature
from engine.tokenizer import Tokenizer

__all__ = ["Encoder"]

_ALL_CPU_FEATURES = 0xFFFFFFFF


class Encoder:
    """Weights and vocabulary; immutable, shared by any number of threads."""

    def __init__(self, handle: Any, path: Path, config: EncoderConfig, tokenizer: Tokenizer) -> None:
        """Use `Encoder.open`."""
        self._handle = handle
        self.path = path
        self.config = config
        self.tokenizer = tokenizer
        info = ffi.new("lila_encoder_info *")
        lib.lila_encoder_describe(handle, info)
        self.threads = int(info.threads)
        self.cpu_features = int(info.cpu_features)
        self.packed_bytes = int(info.packed_bytes)

    @classmethod
    def open(
        cls, folder: str | os.PathLike[str], *, threads: int | None = None, cpu_mask: int = _ALL_CPU_FEATURES
    ) -> Self:
        """Read the folder's configuration and vocabulary, map its `model.safetensors` and pack the weights.

        `threads` share one call (default: one for every 4 MiB of weights begun, up to the physical cores);
        `cpu_mask` 0 forces the portable kernels. Unavailable, MalformedFile or UnsupportedFeature when a file can't be
        used; an architecture that this encoder isn't is refused by its name.
        """
        path = Path(folder)
        config, words = read_config(path), read_words(path)
        tokenizer = Tokenizer.wordpiece(
            words.lines, lowercase=words.lowercase, strip_accents=words.strip_accents
        )
        if tokenizer.vocab_size > config.vocab_size:
            raise UnsupportedFeature(
                f"the vocabulary has {tokenizer.vocab_size} tokens; config.json says {config.vocab_size}"
            )
        params = ffi.new("lila_encoder_params *")
        params.threads = whole("threads", threads or 0, 0, UINT32)
        params.cpu_mask = whole("cpu_mask", cpu_mask, 0, UINT32)
        for name in (
            "vocab_size",
            "embedding",
            "layers",
            "heads",
            "feed_forward",
            "positions",
            "token_types",
        ):
            setattr(params, name, getattr(config, name))
        params.epsilon, params.normalise = config.epsilon, config.normalise
        out, err = ffi.new("lila_encoder **"), error_buffer()
        check(lib.lila_encoder_open(os.fsencode(path / "model.safetensors"), params, out, err, len(err)), err)
        return cls(ffi.gc(out[0], lib.lila_encoder_free), path, config, tokenizer)

    @property
    def dimensions(self) -> int:
        """Elements of an embedding."""
        return self.config.embedding

    def tokens(self, text: str) -> list[int]:
        """The tokens that `embed` reads of a text: framed by [CLS] and [SEP], cut to the longest it takes.

        The names of special tokens in the text are plain text.
        """
        ids = self.tokenizer.encode(text, parse_special=False)
        return ids if len(ids) <= self.config.longest else [*ids[: self.config.longest - 1], ids[-1]]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, [len(texts), dimensions]: the mean of its tokens' vectors, at length 1 where the model says so.

        A text's row doesn't depend on the others. The GIL is released while the encoder computes. Unavailable when
        the model's file was changed since it was opened.
        """
        if isinstance(texts, str):
            raise ArgumentError("embed takes a sequence of texts; put the one text into a list")
        if not all(isinstance(text, str) for text in texts):
            raise ArgumentError("embed takes a sequence of texts; found something else in it")
        return self._run([self.tokens(text) for text in texts], None)

    def hidden_states(self, text: str) -> NDArray[np.float32]:
        """What the embedding and each layer make of the text's tokens, [layers + 1, tokens, dimensions]; for tests."""
        ids = self.tokens(text)
        hidden = np.empty((self.config.layers + 1, len(ids), self.dimensions), np.float32)
        self._run([ids], hidden)
        return hidden

    def _run(self, texts: list[list[int]], hidden: NDArray[np.float32] | None) -> NDArray[np.float32]:
        if self._handle is None:
            raise Closed(f"The encoder {self.path.name} was closed. Open it again.")
        out = np.empty((len(texts), self.dimensions), np.float32)
        ids = np.fromiter((i for text in texts for i in text), np.int32)
        lengths = np.fromiter(map(len, texts), np.uint32)
        err = error_buffer()
        status = lib.lila_encoder_embed(
            self._handle,
            ffi.from_buffer("int32_t[]", ids),
            ffi.from_buffer("uint32_t[]", lengths),
            len(texts),
            ffi.from_buffer("float[]", out),
            ffi.NULL if hidden is None else ffi.from_buffer("float[]", hidden),
            err,
            len(err),
        )
        check(status, err)
        return out

    def close(self) -> None:
        """The memory is given back once no call uses it. Twice is fine."""
        self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
