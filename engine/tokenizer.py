"""Text to tokens and back, by the vocabulary and the rules of a GGUF file. The work is done in C."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from os import PathLike
from types import MappingProxyType
from typing import Any

from engine.binding import ERROR_BYTES, check, error_buffer, ffi, lib
from engine.errors import ArgumentError

__all__ = ["Tokenizer"]


class Tokenizer:
    """A vocabulary and its rules. Immutable; any number of threads may use it at once."""

    def __init__(self, file: Any) -> None:
        """From an open `lila_gguf *`, which need not outlive the tokenizer.

        MalformedFile when the vocabulary is inconsistent; UnsupportedFeature, by name, for a kind of
        tokenizer or a pre-tokenizer that the engine doesn't have.
        """
        err = error_buffer()
        out = ffi.new("lila_tokenizer **")
        check(lib.lila_tokenizer_create(file, out, err, ERROR_BYTES), err)
        self._adopt(out)

    def _adopt(self, out: Any) -> None:
        self._handle = ffi.gc(out[0], lib.lila_tokenizer_free)
        info = ffi.new("lila_tokenizer_info *")
        lib.lila_tokenizer_describe(self._handle, info)
        self._bos: int = info.bos
        self._eos: int = info.eos
        self.vocab_size: int = info.vocab_size
        self.add_bos: bool = bool(info.add_bos)
        """What the model expects at the start of a prompt; `encode` follows it unless told otherwise."""
        self.add_eos: bool = bool(info.add_eos)

    @classmethod
    def from_gguf(cls, path: str | PathLike[str]) -> Tokenizer:
        """The tokenizer of a GGUF file alone; the file may hold no tensors."""
        err = error_buffer()
        out = ffi.new("lila_gguf **")
        check(lib.lila_gguf_open(os.fsencode(path), out, err, ERROR_BYTES), err)
        try:
            return cls(out[0])
        finally:
            lib.lila_gguf_free(out[0])

    @classmethod
    def wordpiece(cls, vocabulary: bytes, *, lowercase: bool, strip_accents: bool) -> Tokenizer:
        """BERT's tokenizer, of a vocabulary with a token a line in the order of their ids, as in `vocab.txt`.

        Texts are framed by [CLS] and [SEP]. MalformedFile when the vocabulary is inconsistent or lacks [CLS],
        [SEP] or [UNK].
        """
        text = ffi.from_buffer("char[]", vocabulary)
        words = ffi.new("lila_wordpiece *", {"vocabulary": text, "vocabulary_len": len(vocabulary)})
        words.lowercase, words.strip_accents = lowercase, strip_accents
        out, err = ffi.new("lila_tokenizer **"), error_buffer()
        check(lib.lila_tokenizer_create_wordpiece(words, out, err, ERROR_BYTES), err)
        tokenizer = cls.__new__(cls)
        tokenizer._adopt(out)
        return tokenizer

    @property
    def bos_id(self) -> int | None:
        return None if self._bos < 0 else self._bos

    @property
    def eos_id(self) -> int | None:
        return None if self._eos < 0 else self._eos

    @property
    def eog_ids(self) -> frozenset[int]:
        """Tokens that end a generation: eos, and the ends of a turn or message that chat models have."""
        return self._ends

    @cached_property
    def _ends(self) -> frozenset[int]:
        return frozenset(i for i in range(self.vocab_size) if lib.lila_tokenizer_is_end(self._handle, i))

    @property
    def special_tokens(self) -> Mapping[str, int]:
        """Text -> id of the control and user-defined tokens."""
        return self._specials

    @cached_property
    def _specials(self) -> Mapping[str, int]:
        named = (lib.LILA_TOKEN_CONTROL, lib.LILA_TOKEN_USER_DEFINED)
        ids = (i for i in range(self.vocab_size) if lib.lila_tokenizer_type(self._handle, i) in named)
        return MappingProxyType({self.token_text(i): i for i in ids})

    def encode(
        self, text: str | bytes, *, add_bos: bool | None = None, parse_special: bool = True
    ) -> list[int]:
        """Tokens of `text`, after bos where the model expects it (or as `add_bos` says).

        With `parse_special` the text of a control token is that token; without, it is plain text. Bytes are
        taken as UTF-8; what isn't becomes tokens of its bytes.
        """
        data = text if isinstance(text, bytes) else _utf8(text)
        flags = lib.LILA_ENCODE_SPECIAL if parse_special else 0
        if self.add_bos if add_bos is None else add_bos:
            flags |= lib.LILA_ENCODE_BOS
        if self.add_eos and add_bos is None:
            flags |= lib.LILA_ENCODE_EOS
        # One token a byte is all that byte-level vocabularies need; SPM's marks may ask for a second round.
        capacity = len(data) + 8
        while True:
            ids = ffi.new("int32_t[]", capacity)
            count = ffi.new("size_t *")
            err = error_buffer()
            status = lib.lila_tokenizer_encode(
                self._handle, data, len(data), flags, ids, capacity, count, err, ERROR_BYTES
            )
            check(status, err)
            if count[0] <= capacity:
                return list(ffi.unpack(ids, count[0])) if count[0] else []
            capacity = count[0]

    def decode(self, ids: Sequence[int], *, skip_special: bool = False) -> str:
        """The text of `ids`, U+FFFD where it isn't UTF-8. `skip_special` leaves control tokens out."""
        return self.decode_bytes(ids, skip_special=skip_special).decode("utf-8", "replace")

    def decode_bytes(self, ids: Sequence[int], *, skip_special: bool = False) -> bytes:
        """Like `decode`, before UTF-8: the exact bytes, which may end within a character."""
        try:
            tokens = ffi.new("int32_t[]", list(ids))
        except (OverflowError, TypeError):
            raise ArgumentError(
                "a token id must be a whole number that fits 32 bits; pass ids that encode returned"
            ) from None
        flags = lib.LILA_DECODE_SKIP_SPECIAL if skip_special else 0
        length = ffi.new("size_t *")
        err = error_buffer()
        capacity = 16 * len(tokens) + 64
        while True:
            text = ffi.new("char[]", capacity)
            status = lib.lila_tokenizer_decode(
                self._handle, tokens, len(tokens), flags, text, capacity, length, err, ERROR_BYTES
            )
            check(status, err)
            if length[0] <= capacity:
                return bytes(ffi.buffer(text, length[0]))
            capacity = length[0]

    def token_bytes(self, token: int, /) -> bytes:
        """What one token stands for; a control token gives its own text. ArgumentError when out of range."""
        return self._span(lib.lila_tokenizer_bytes, token)

    def token_text(self, token: int, /) -> str:
        """The token as the vocabulary writes it, such as `Ġhello`. ArgumentError when out of range."""
        return self._span(lib.lila_tokenizer_text, token).decode("utf-8", "replace")

    def token_id(self, text: str, /) -> int | None:
        """The token whose vocabulary text is exactly `text`."""
        data = _utf8(text)
        found = lib.lila_tokenizer_find(self._handle, data, len(data))
        return None if found < 0 else found

    def _span(self, function: Any, token: int) -> bytes:
        if not 0 <= token < self.vocab_size:
            raise ArgumentError(f"token {token} is not one of the vocabulary's {self.vocab_size}")
        length = ffi.new("size_t *")
        data = function(self._handle, token, length)
        return bytes(ffi.buffer(data, length[0])) if length[0] else b""


def _utf8(text: str) -> bytes:
    """Half of a surrogate pair, which UTF-8 hasn't, becomes U+FFFD: no reason to end a conversation."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
