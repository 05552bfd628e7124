"""Patterns (see `engine.pattern`) as one deterministic automaton: subsets, which the engine finds, then Moore's minimisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.binding import ERROR_BYTES, check, error_buffer, ffi, lib
from engine.errors import GrammarError, UnsupportedFeature
from engine.pattern import MAX_STATES, Fragment, Nfa, PatternParser

__all__ = ["DEAD", "DONE", "Automaton", "build_automaton"]

DEAD = -1
DONE = -2


@dataclass(frozen=True, slots=True)
class Automaton:
    """A minimal deterministic automaton in which every state can still complete its pattern."""

    byte_classes: NDArray[np.uint8]
    """[256] class of each byte."""
    n_byte_classes: int
    transitions: NDArray[np.int32]
    """[states, n_byte_classes + symbols] next state, DEAD or DONE."""
    starts: tuple[int, ...]
    """Start state of each pattern, in the order given."""


def build_automaton(
    patterns: Sequence[str], symbols: Sequence[str], *, minimal: bool = True, max_states: int = MAX_STATES
) -> Automaton:
    """One automaton for all patterns; each must end in a special token and nowhere else.

    `minimal` False leaves out the minimisation, which costs more than it saves for one that is used but once.
    Raises GrammarError for a malformed pattern, one that may end without a special token, or one that needs
    more than `max_states`.
    """
    nfa = Nfa()
    fragments = [PatternParser(pattern, symbols, nfa).parse() for pattern in patterns]
    found = _determined(nfa, fragments, len(symbols), max_states)
    _check_ends(found)
    return _compacted(found, minimal=minimal)


@dataclass(frozen=True, slots=True)
class _Determined:
    """A deterministic automaton as it is found: with states that lead nowhere, and some that accept the same."""

    byte_classes: NDArray[np.uint8]
    n_classes: int
    table: NDArray[np.int32]
    """[states, letters] the next state, or DEAD."""
    starts: NDArray[np.int32]
    ends: NDArray[np.bool_]
    alive: NDArray[np.bool_]
    """[states] whether some way leads to an end."""


def _determined(nfa: Nfa, fragments: Sequence[Fragment], n_symbols: int, max_states: int) -> _Determined:
    edges = np.array([edge for state in nfa.edges for edge in state], np.int32).reshape(-1, 3)
    arrays = {
        "edge_at": ("uint32_t[]", _offsets(nfa.edges)),
        "edge_low": ("uint16_t[]", edges[:, 0].astype(np.uint16)),
        "edge_high": ("uint16_t[]", edges[:, 1].astype(np.uint16)),
        "edge_to": ("int32_t[]", np.ascontiguousarray(edges[:, 2])),
        "empty_at": ("uint32_t[]", _offsets(nfa.empty)),
        "empty_to": ("int32_t[]", np.array([to for state in nfa.empty for to in state], np.int32)),
        "starts": ("int32_t[]", np.array([start for start, _ in fragments], np.int32)),
        "ends": ("int32_t[]", np.array([end for _, end in fragments], np.int32)),
    }
    views = {name: ffi.from_buffer(kind, array) for name, (kind, array) in arrays.items()}
    sizes = {
        "n_states": len(nfa.edges),
        "n_symbols": n_symbols,
        "n_starts": len(fragments),
        "max_states": max_states,
    }
    out, err = ffi.new("lila_automaton **"), error_buffer()
    try:
        check(
            lib.lila_automaton_create(ffi.new("lila_nfa *", {**views, **sizes}), out, err, ERROR_BYTES), err
        )
    except UnsupportedFeature:
        raise GrammarError(f"The patterns need more than {max_states} states. Make them simpler.") from None
    made = ffi.gc(out[0], lib.lila_automaton_free)
    n_states, n_classes = ffi.new("int32_t *"), ffi.new("int32_t *")
    lib.lila_automaton_size(made, n_states, n_classes)
    found = _Determined(
        np.empty(256, np.uint8),
        int(n_classes[0]),
        np.empty((int(n_states[0]), int(n_classes[0]) + n_symbols), np.int32),
        np.empty(len(fragments), np.int32),
        np.empty(int(n_states[0]), np.bool_),
        np.empty(int(n_states[0]), np.bool_),
    )
    lib.lila_automaton_read(
        made,
        ffi.from_buffer("uint8_t[]", found.byte_classes),
        ffi.from_buffer("int32_t[]", found.table),
        ffi.from_buffer("int32_t[]", found.starts),
        ffi.from_buffer("uint8_t[]", found.ends),
        ffi.from_buffer("uint8_t[]", found.alive),
    )
    return found


def _offsets(lists: Sequence[Sequence[object]]) -> NDArray[np.uint32]:
    """Where each list begins when they stand one behind the other; the last is where all end."""
    starts = np.zeros(len(lists) + 1, np.uint32)
    np.cumsum([len(each) for each in lists], out=starts[1:])
    return starts


def _check_ends(found: _Determined) -> None:
    by_bytes = found.table[:, : found.n_classes]
    if np.append(found.ends, False)[by_bytes].any():  # DEAD, -1, is the one appended
        raise GrammarError("A pattern ends in plain text. End it with a special token.")
    if (found.table[found.ends] != DEAD).any():
        raise GrammarError("A pattern goes on after its end. End it with one special token that ends it.")


def _compacted(found: _Determined, *, minimal: bool) -> Automaton:
    """The automaton of the states that can complete their pattern, those that accept the same made one."""
    count, ends, alive = len(found.table), found.ends, found.alive
    if not alive[found.starts].all() or ends[found.starts].any():
        raise GrammarError("A pattern can't be matched by anything, or matches nothing at all.")
    table = np.where(np.append(alive, False)[found.table], found.table, count)
    group = np.arange(count) if not minimal else _equivalent(table, ends, alive)
    kept = np.flatnonzero(alive & ~ends)
    _, first, number = np.unique(group[kept], return_index=True, return_inverse=True)
    meaning = np.full(count + 1, DEAD, np.int64)  # old state -> new state, DEAD or DONE
    meaning[kept] = number.reshape(-1)
    meaning[np.flatnonzero(ends)] = DONE
    transitions = np.ascontiguousarray(meaning[table[kept[first]]].astype(np.int32))
    starts = tuple(int(meaning[start]) for start in found.starts)
    return Automaton(found.byte_classes, found.n_classes, transitions, starts)


def _equivalent(
    table: NDArray[np.int32], ends: NDArray[np.bool_], alive: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """[states] the class of each state; those of one class accept the same."""
    count = len(table)
    group = np.append(np.where(ends, 1, np.where(alive, 2, 0)), 0)
    while True:  # split groups whose members go to different groups
        signature = np.concatenate([group[:count, None], group[table]], axis=1)
        _, split = np.unique(signature, axis=0, return_inverse=True)
        split = split.reshape(-1)
        if len(np.unique(split)) == len(np.unique(group[:count])):
            return split
        group = np.append(split, split.max() + 1)
