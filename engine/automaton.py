"""Patterns (see `engine.pattern`) as one deterministic automaton: subsets, then Moore's minimisation."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import GrammarError
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
    classes, n_classes = _byte_classes(nfa)
    found = _Subsets(nfa, classes, n_classes + len(symbols), max_states)
    starts = found.explore(fragments)
    table = np.frombuffer(found.rows, np.int32).reshape(len(found.queue), -1)  # [states, letters]
    ends = np.asarray([not found.ends.isdisjoint(subset) for subset in found.queue])
    _check_ends(table, ends, n_classes)
    alive = found.leading_to(np.flatnonzero(ends).tolist())
    return _compacted(table, ends, alive, starts, classes, n_classes, minimal=minimal)


def _byte_classes(nfa: Nfa) -> tuple[NDArray[np.uint8], int]:
    """Bytes that no edge tells apart share a class."""
    cuts = {0}
    for edges in nfa.edges:
        for low, high, _ in edges:
            cuts.update(cut for cut in (low, high + 1) if cut < 256)
    ordered = sorted(cuts)
    classes = np.zeros(256, np.uint8)
    for index, cut in enumerate(ordered):
        classes[cut:] = index
    return classes, len(ordered)


def _closure(nfa: Nfa, states: set[int]) -> frozenset[int]:
    found, work = set(states), list(states)
    while work:
        for target in nfa.empty[work.pop()]:
            if target not in found:
                found.add(target)
                work.append(target)
    return frozenset(state for state in found if nfa.edges[state] or not nfa.empty[state])


class _Subsets:
    """The sets of states that a nondeterministic automaton can be in at once, numbered as they are found."""

    def __init__(self, nfa: Nfa, classes: NDArray[np.uint8], width: int, max_states: int) -> None:
        self.rows = array("i")
        """[states × letters] the next subset's number, or DEAD."""
        self.queue: list[frozenset[int]] = []
        self.ends: set[int] = set()
        self._nfa, self._width, self._max_states = nfa, width, max_states
        self._columns = [*classes.tolist(), *range(int(classes[-1]) + 1, width)]  # of each letter
        self._numbers: dict[frozenset[int], int] = {}
        self._after: dict[frozenset[int], int] = {}  # many letters lead to the same states
        self._closed: dict[int, frozenset[int]] = {}
        self._before: list[list[int]] = []

    def explore(self, fragments: Sequence[Fragment]) -> list[int]:
        """Find every subset that can be reached; the numbers of those that the fragments begin in."""
        self.ends = {end for _, end in fragments}
        starts = [self._number(self._closure(start)) for start, _ in fragments]
        for here, subset in enumerate(self.queue):  # which grows while it is read
            row = [DEAD] * self._width
            for column, targets in self._moves(subset).items():
                row[column] = self._next(frozenset(targets))
            self.rows.extend(row)
            for number in {*row} - {DEAD}:
                self._before[number].append(here)
        return starts

    def leading_to(self, ends: Sequence[int]) -> NDArray[np.bool_]:
        """[states] whether some way leads to one of these."""
        found = np.zeros(len(self.queue), np.bool_)
        found[ends] = True
        work = list(ends)
        while work:
            for number in self._before[work.pop()]:
                if not found[number]:
                    found[number] = True
                    work.append(number)
        return found

    def _moves(self, subset: frozenset[int]) -> dict[int, set[int]]:
        reached: dict[int, set[int]] = {}
        for state in subset:
            for low, high, target in self._nfa.edges[state]:
                for column in range(self._columns[low], self._columns[high] + 1):
                    reached.setdefault(column, set()).add(target)
        return reached

    def _next(self, targets: frozenset[int]) -> int:
        number = self._after.get(targets)
        if number is None:
            number = self._number(frozenset().union(*map(self._closure, targets)))
            self._after[targets] = number
        return number

    def _number(self, subset: frozenset[int]) -> int:
        if subset not in self._numbers:
            if len(self._numbers) >= self._max_states:
                raise GrammarError(
                    f"The patterns need more than {self._max_states} states. Make them simpler."
                )
            self._numbers[subset] = len(self._numbers)
            self.queue.append(subset)
            self._before.append([])
        return self._numbers[subset]

    def _closure(self, state: int) -> frozenset[int]:
        """What is reached from a state without a letter, as far as it matters: letters follow, or it is an end."""
        if state not in self._closed:
            found, work = {state}, [state]
            while work:
                for target in self._nfa.empty[work.pop()]:
                    if target not in found:
                        found.add(target)
                        work.append(target)
            nfa = self._nfa
            self._closed[state] = frozenset(one for one in found if nfa.edges[one] or not nfa.empty[one])
        return self._closed[state]


def _check_ends(table: NDArray[np.int32], ends: NDArray[np.bool_], n_classes: int) -> None:
    if np.append(ends, False)[table[:, :n_classes]].any():  # DEAD, -1, is the one appended
        raise GrammarError("A pattern ends in plain text. End it with a special token.")
    if (table[ends] != DEAD).any():
        raise GrammarError("A pattern goes on after its end. End it with one special token that ends it.")


def _compacted(
    table: NDArray[np.int32],
    ends: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    starts: list[int],
    classes: NDArray[np.uint8],
    n_classes: int,
    *,
    minimal: bool,
) -> Automaton:
    """The automaton of the states that can complete their pattern, those that accept the same made one."""
    count = len(table)
    if not alive[starts].all() or ends[starts].any():
        raise GrammarError("A pattern can't be matched by anything, or matches nothing at all.")
    table = np.where(np.append(alive, False)[table], table, count)
    group = np.arange(count) if not minimal else _equivalent(table, ends, alive)
    return _renumbered(table, ends, alive, group, starts, classes, n_classes)


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


def _renumbered(
    table: NDArray[np.int32],
    ends: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    split: NDArray[np.intp],
    starts: list[int],
    classes: NDArray[np.uint8],
    n_classes: int,
) -> Automaton:
    kept = np.flatnonzero(alive & ~ends)
    _, first, number = np.unique(split[kept], return_index=True, return_inverse=True)
    meaning = np.full(len(table) + 1, DEAD, np.int64)  # old state -> new state, DEAD or DONE
    meaning[kept] = number.reshape(-1)
    meaning[np.flatnonzero(ends)] = DONE
    transitions = np.ascontiguousarray(meaning[table[kept[first]]].astype(np.int32))
    return Automaton(classes, n_classes, transitions, tuple(int(meaning[s]) for s in starts))
