"""Grammar-constrained decoding: which tokens may come next.

Outside of blocks everything may come but the forbidden tokens. A trigger token opens a block: from there its
pattern (see `engine.pattern`) must be matched up to and with the special token that ends it, then all is
free again. Inside a block special tokens come only where the pattern names them, and nothing ends generation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.automaton import build_automaton
from engine.binding import check, ffi, lib
from engine.errors import GrammarError
from engine.pattern import MAX_STATES

__all__ = [
    "FREE",
    "Constrains",
    "Constraint",
    "Grammar",
    "TokenTable",
    "Vocabulary",
    "allowed_tokens",
    "compile_constraint",
    "only_token",
]

FREE = -1
"""The state outside of blocks."""
CACHE_BYTES = 16 << 20

_TEXT = -1
_NEVER = -2


class Vocabulary(Protocol):
    """What a grammar needs to know of a tokenizer; `engine.Tokenizer` is one."""

    @property
    def vocab_size(self) -> int: ...
    @property
    def special_tokens(self) -> Mapping[str, int]: ...
    @property
    def eog_ids(self) -> frozenset[int]: ...
    def token_bytes(self, token: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Grammar:
    """What may follow which special token, and which special tokens may not stand outside of blocks."""

    triggers: Mapping[str, str]
    """Trigger token -> pattern of what follows it, up to and with the special token that ends the block."""
    forbidden_outside: Sequence[str] = ()


class Constrains(Protocol):
    """What decoding asks of a constraint: the state before the first token, after each, and what each allows."""

    def start(self) -> int: ...
    def advance(self, state: int, token: int) -> int: ...
    def mask_words(self, state: int, words: Any = None) -> Any: ...


def only_token(words: Any) -> int | None:
    """The one token that a mask allows, which then needs no model to choose it; None where there are several."""
    bits = int.from_bytes(ffi.buffer(words), "little")
    return bits.bit_length() - 1 if bits and not bits & (bits - 1) else None


def allowed_tokens(words: Any, vocab_size: int) -> NDArray[np.bool_]:
    """Bool [vocab_size]: the tokens that a mask allows."""
    found = np.frombuffer(ffi.buffer(words), np.uint8)
    return np.unpackbits(found, count=vocab_size, bitorder="little").astype(np.bool_)


@dataclass(frozen=True, slots=True)
class TokenTable:
    """What the tokens of a vocabulary stand for, one behind the other: laid out once for many grammars."""

    data: NDArray[np.uint8]
    """The bytes of all tokens."""
    starts: NDArray[np.uint64]
    """[vocab_size + 1] where each begins; the last is where all end."""

    @staticmethod
    def of(vocabulary: Vocabulary) -> TokenTable:
        pieces = [vocabulary.token_bytes(token) for token in range(vocabulary.vocab_size)]
        starts = np.zeros(len(pieces) + 1, np.uint64)
        np.cumsum([len(piece) for piece in pieces], out=starts[1:])
        return TokenTable(np.frombuffer(b"".join(pieces) or b"\0", np.uint8), starts)


class Constraint:
    """A grammar compiled for one vocabulary. Immutable: any number of sessions and threads may share it."""

    def __init__(self, handle: Any, vocab_size: int, table: TokenTable, start: int = FREE) -> None:
        self.handle = handle
        self.vocab_size = vocab_size
        self.table = table
        self._words = (vocab_size + 63) // 64
        self._start = start

    def start(self) -> int:
        """The state before the first generated token."""
        return self._start

    def resumed(self, state: int) -> Constraint:
        """The same constraint for a reply that goes on in `state`, perhaps in the middle of a block."""
        return Constraint(self.handle, self.vocab_size, self.table, state)

    def advance(self, state: int, token: int) -> int:
        """The state after `token`; ArgumentError when the state does not allow it."""
        after = ffi.new("int32_t *")
        err = ffi.new("char[256]")
        check(lib.lila_constraint_advance(self.handle, state, token, after, err, 256), err)
        return int(after[0])

    def mask_words(self, state: int, words: Any = None) -> Any:
        """The tokens that `state` allows, as bits of uint64 words, into `words` where it is given."""
        if words is None:
            words = ffi.new("uint64_t[]", self._words)
        err = ffi.new("char[256]")
        check(lib.lila_constraint_mask(self.handle, state, words, err, 256), err)
        return words

    def mask(self, state: int) -> NDArray[np.bool_]:
        """Bool [vocab_size]: the tokens that `state` allows."""
        return allowed_tokens(self.mask_words(state), self.vocab_size)


def compile_constraint(
    grammar: Grammar,
    vocabulary: Vocabulary,
    *,
    table: TokenTable | None = None,
    cache_bytes: int = CACHE_BYTES,
    minimal: bool = True,
    max_states: int = MAX_STATES,
) -> Constraint:
    """Compile `grammar` for a vocabulary. GrammarError when a pattern or a token's name can't be used.

    `minimal` False and `max_states` are for a grammar that is compiled for one reply (see `build_automaton`);
    `table` is that of another constraint for the same vocabulary, which saves laying it out again.
    """
    table = TokenTable.of(vocabulary) if table is None else table
    named = _named_tokens(grammar, vocabulary)
    names = sorted(named)
    automaton = build_automaton(
        list(grammar.triggers.values()), names, minimal=minimal, max_states=max_states
    )
    opened = dict(zip(grammar.triggers, automaton.starts, strict=True))
    starts = np.array([opened.get(name, -1) for name in names], np.int32)
    free = np.array([name not in grammar.forbidden_outside for name in names], np.uint8)
    arrays = {
        "token_bytes": (table.data, "uint8_t[]"),
        "token_starts": (table.starts, "uint64_t[]"),
        "token_symbols": (_token_symbols(vocabulary, named, names), "int32_t[]"),
        "byte_classes": (automaton.byte_classes, "uint8_t[]"),
        "transitions": (automaton.transitions, "int32_t[]"),
        "symbol_starts": (starts, "int32_t[]"),
        "symbol_free": (free, "uint8_t[]"),
    }
    # The C side copies the tables, so these views need to live only as long as this call.
    views = {name: ffi.from_buffer(kind, array) for name, (array, kind) in arrays.items()}
    sizes = {
        "n_vocab": vocabulary.vocab_size,
        "n_states": len(automaton.transitions),
        "n_byte_classes": automaton.n_byte_classes,
        "n_symbols": len(names),
        "cache_bytes": cache_bytes,
    }
    out = ffi.new("lila_constraint **")
    err = ffi.new("char[256]")
    check(
        lib.lila_constraint_create(ffi.new("lila_constraint_tables *", {**views, **sizes}), out, err, 256),
        err,
    )
    return Constraint(ffi.gc(out[0], lib.lila_constraint_free), vocabulary.vocab_size, table)


def _named_tokens(grammar: Grammar, vocabulary: Vocabulary) -> dict[str, int]:
    """The special tokens that the grammar names, with their ids; what ends generation is never among them."""
    specials = vocabulary.special_tokens
    for name in grammar.triggers:
        if name not in specials:
            raise GrammarError(f"The trigger {name} is no special token of this vocabulary.")
        if specials[name] in vocabulary.eog_ids:
            raise GrammarError(f"The trigger {name} ends generation. Use another token.")
        if name in grammar.forbidden_outside:
            raise GrammarError(f"The trigger {name} is forbidden outside of blocks, so it could never come.")
    named = {*grammar.triggers, *grammar.forbidden_outside}
    named |= {name for name in specials if any(re.escape(name) in text for text in grammar.triggers.values())}
    return {
        name: specials[name]
        for name in named
        if name in specials and specials[name] not in vocabulary.eog_ids
    }


def _token_symbols(
    vocabulary: Vocabulary, named: Mapping[str, int], names: Sequence[str]
) -> NDArray[np.int32]:
    symbols = np.full(vocabulary.vocab_size, _TEXT, np.int32)
    symbols[[*vocabulary.special_tokens.values(), *vocabulary.eog_ids]] = _NEVER
    for index, name in enumerate(names):
        symbols[named[name]] = index
    return symbols
