"""Patterns to automata: a small regular-expression language over UTF-8 text and special tokens.

The language: literals, ``\\`` escapes, ``[classes]``, ``.``, ``(groups)``, ``|``, ``?``, ``*``, ``+``,
``{m,n}``.
Matching is anchored at both ends, so there are no anchors, and no captures or look-around. A special token is
written as its escaped text (``<\\|end\\|>``) and is one letter of the alphabet, whatever its name is made of.
Letters 0..255 are bytes, 256 + i is symbol i. Thompson's construction, subsets, Moore's minimisation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import GrammarError

__all__ = ["DEAD", "DONE", "Automaton", "build_automaton"]

DEAD = -1
DONE = -2
MAX_STATES = 1 << 16
MAX_REPEAT = 1000

Ranges = list[tuple[int, int]]
_DIGIT: Ranges = [(0x30, 0x39)]
_WORD: Ranges = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
_BLANK: Ranges = [(0x09, 0x0D), (0x20, 0x20)]
_SETS: Mapping[str, Ranges] = {"d": _DIGIT, "w": _WORD, "s": _BLANK}
_CONTROLS = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "0": 0x00}


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


@dataclass(slots=True)
class _Nfa:
    edges: list[list[tuple[int, int, int]]] = field(default_factory=list)
    """Per state: (lowest letter, highest letter, target)."""
    empty: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        if len(self.edges) >= MAX_STATES:
            raise GrammarError(f"A pattern needs more than {MAX_STATES} states. Use smaller repeat counts.")
        self.edges.append([])
        self.empty.append([])
        return len(self.edges) - 1


Fragment = tuple[int, int]
"""(first state, last state) of a part of the automaton."""


class _Parser:
    """Recursive descent over one pattern, adding its states to the automaton."""

    def __init__(self, pattern: str, symbols: Sequence[str], nfa: _Nfa) -> None:
        self.pattern = pattern
        self.nfa = nfa
        self.at = 0
        spelled = [(re.escape(name), index) for index, name in enumerate(symbols)]
        self.symbols = sorted(spelled, key=lambda item: -len(item[0]))

    def parse(self) -> Fragment:
        whole = self.alternatives()
        if self.at < len(self.pattern):
            raise self.error("an unmatched ')'")
        return whole

    def error(self, what: str) -> GrammarError:
        return GrammarError(f"The pattern has {what} at position {self.at}: {self.pattern[self.at :][:24]!r}")

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def alternatives(self) -> Fragment:
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        if len(branches) == 1:
            return branches[0]
        first, last = self.nfa.state(), self.nfa.state()
        for start, end in branches:
            self.nfa.empty[first].append(start)
            self.nfa.empty[end].append(last)
        return first, last

    def sequence(self) -> Fragment:
        first = last = self.nfa.state()
        while self.peek() not in ("", "|", ")"):
            start, end = self.repeated()
            self.nfa.empty[last].append(start)
            last = end
        return first, last

    def repeated(self) -> Fragment:
        begin = self.at
        fragment = self.atom()
        end = self.at
        low, high = self.counts()
        if (low, high) == (1, 1):
            return fragment
        if self.peek() and self.peek() in "?*+{":
            raise self.error("a repeat of a repeat")
        after = self.at

        def again() -> Fragment:  # reads the same atom once more: copies share nothing
            self.at = begin
            copy = self.atom()
            assert self.at == end
            return copy

        result = self.repeat(fragment, again, low, high)
        self.at = after
        return result

    def counts(self) -> tuple[int, int | None]:
        for mark, counts in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self.take(mark):
                return counts
        if self.peek() != "{":
            return 1, 1
        match = re.compile(r"\{(\d+)(?:(,)(\d*))?\}").match(self.pattern, self.at)
        if match is None:
            raise self.error("a malformed repeat")
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else None
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise self.error(f"a repeat that is not within 0..{MAX_REPEAT}")
        self.at = match.end()
        return low, high

    def repeat(
        self, fragment: Fragment, again: Callable[[], Fragment], low: int, high: int | None
    ) -> Fragment:
        first = last = self.nfa.state()
        copies = max(low, 1) if high is None else high
        if copies == 0:
            return first, last
        exits: list[int] = []
        for index in range(copies):
            start, end = fragment if index == 0 else again()
            self.nfa.empty[last].append(start)
            if index >= low:
                exits.append(last)
            if high is None and index == copies - 1:
                self.nfa.empty[end].append(start)
            last = end
        final = self.nfa.state()
        for state in [*exits, last]:
            self.nfa.empty[state].append(final)
        return first, final

    def atom(self) -> Fragment:
        for spelled, index in self.symbols:
            if self.take(spelled):
                return self.letters([[(256 + index, 256 + index)]])
        if self.take("("):
            if self.peek() == "?" and not self.take("?:"):
                raise self.error("an extension that this language does not have")
            inner = self.alternatives()
            if not self.take(")"):
                raise self.error("a '(' without its ')'")
            return inner
        return self.characters(self.character_set())

    def character_set(self) -> Ranges:
        char = self.peek()
        if char == "[":
            return self.bracketed()
        if char in "?*+{}])^$":
            raise self.error(f"a bare {char!r}; write \\{char}")
        self.at += 1
        if char == ".":
            return _complement([(0x0A, 0x0A)])
        return self.escape() if char == "\\" else [(ord(char), ord(char))]

    def bracketed(self) -> Ranges:
        self.at += 1
        negated = self.take("^")
        found: Ranges = []
        while not self.take("]"):
            low = self.member()
            if self.peek() == "-" and self.pattern[self.at + 1 :][:1] != "]":
                self.at += 1
                high = self.member()
                if not (_is_one(low) and _is_one(high) and low[0][0] <= high[0][0]):
                    raise self.error("a malformed range in a class")
                low = [(low[0][0], high[0][0])]
            found += low
        ranges = _complement(found) if negated else found
        if not ranges:
            raise self.error("a class without members")
        return ranges

    def member(self) -> Ranges:
        char = self.peek()
        if not char:
            raise self.error("a '[' without its ']'")
        self.at += 1
        return self.escape() if char == "\\" else [(ord(char), ord(char))]

    def escape(self) -> Ranges:
        char = self.peek()
        self.at += 1
        if char in _SETS:
            return _SETS[char]
        if char.lower() in _SETS:
            return _complement(_SETS[char.lower()])
        if char in _CONTROLS:
            return [(_CONTROLS[char], _CONTROLS[char])]
        if char in ("x", "u"):
            digits = self.pattern[self.at : self.at + (2 if char == "x" else 4)]
            if not re.fullmatch(r"[0-9a-fA-F]{2}|[0-9a-fA-F]{4}", digits):
                raise self.error(f"a malformed \\{char}")
            self.at += len(digits)
            return [(int(digits, 16), int(digits, 16))]
        if not char or char.isalnum():
            raise self.error(f"an escape \\{char} that this language does not have")
        return [(ord(char), ord(char))]

    def characters(self, ranges: Ranges) -> Fragment:
        return self.letters([path for low, high in ranges for path in _utf8_paths(low, high)])

    def letters(self, paths: Sequence[Sequence[tuple[int, int]]]) -> Fragment:
        first, last = self.nfa.state(), self.nfa.state()
        for path in paths:
            state = first
            for index, (low, high) in enumerate(path):
                target = last if index == len(path) - 1 else self.nfa.state()
                self.nfa.edges[state].append((low, high, target))
                state = target
        return first, last


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _complement(ranges: Ranges) -> Ranges:
    gaps: Ranges = []
    at = 0
    for low, high in sorted(ranges):
        if low > at:
            gaps.append((at, low - 1))
        at = max(at, high + 1)
    if at <= 0x10FFFF:
        gaps.append((at, 0x10FFFF))
    return gaps


def _utf8_paths(low: int, high: int) -> Iterator[list[tuple[int, int]]]:
    """The byte ranges that spell the code points low..high, surrogates left out."""
    for limit in (0x7F, 0x7FF, 0xD7FF, 0xDFFF, 0xFFFF):
        if low <= limit < high:
            yield from _utf8_paths(low, limit)
            yield from _utf8_paths(limit + 1, high)
            return
    if 0xD800 <= low <= 0xDFFF:
        return
    for index in range(1, len(chr(high).encode())):
        mask = (1 << 6 * index) - 1
        if low & ~mask == high & ~mask:
            continue
        split = low | mask if low & mask else (high & ~mask) - 1 if high & mask != mask else None
        if split is not None:
            yield from _utf8_paths(low, split)
            yield from _utf8_paths(split + 1, high)
            return
    yield list(zip(chr(low).encode(), chr(high).encode(), strict=True))


def build_automaton(
    patterns: Sequence[str], symbols: Sequence[str], *, minimal: bool = True, max_states: int = MAX_STATES
) -> Automaton:
    """One automaton for all patterns; each must end in a special token and nowhere else.

    `minimal` False leaves out the minimisation, which costs more than it saves for one that is used but once.
    Raises GrammarError for a malformed pattern, one that may end without a special token, or one that needs
    more than `max_states`.
    """
    nfa = _Nfa()
    fragments = [_Parser(pattern, symbols, nfa).parse() for pattern in patterns]
    classes, n_classes = _byte_classes(nfa)
    rows, accepting, starts = _subsets(nfa, fragments, classes, n_classes + len(symbols), max_states)
    _check_ends(rows, accepting, n_classes)
    return _compacted(rows, accepting, starts, classes, n_classes, minimal=minimal)


def _byte_classes(nfa: _Nfa) -> tuple[NDArray[np.uint8], int]:
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


def _closure(nfa: _Nfa, states: set[int]) -> frozenset[int]:
    found, work = set(states), list(states)
    while work:
        for target in nfa.empty[work.pop()]:
            if target not in found:
                found.add(target)
                work.append(target)
    return frozenset(state for state in found if nfa.edges[state] or not nfa.empty[state])


def _subsets(
    nfa: _Nfa, fragments: Sequence[Fragment], classes: NDArray[np.uint8], width: int, max_states: int
) -> tuple[list[list[int]], list[bool], list[int]]:
    ends = {end for _, end in fragments}
    symbol_columns = list(range(int(classes[-1]) + 1, width))
    columns = [*classes.tolist(), *symbol_columns]  # of each letter
    known: dict[frozenset[int], int] = {}
    closed: dict[int, frozenset[int]] = {}
    rows: list[list[int]] = []
    queue: list[frozenset[int]] = []

    def closure(state: int) -> frozenset[int]:
        if state not in closed:
            closed[state] = _closure(nfa, {state})
        return closed[state]

    def number(subset: frozenset[int]) -> int:
        if subset not in known:
            if len(known) >= max_states:
                raise GrammarError(f"The patterns need more than {max_states} states. Make them simpler.")
            known[subset] = len(known)
            queue.append(subset)
        return known[subset]

    starts = [number(closure(start)) for start, _ in fragments]
    for subset in queue:  # grows while it is read
        reached: dict[int, set[int]] = {}
        for state in subset:
            for low, high, target in nfa.edges[state]:
                for column in range(columns[low], columns[high] + 1):
                    reached.setdefault(column, set()).add(target)
        row = [DEAD] * width
        for column, targets in reached.items():
            row[column] = number(frozenset().union(*map(closure, targets)))
        rows.append(row)
    return rows, [not ends.isdisjoint(subset) for subset in queue], starts


def _check_ends(rows: Sequence[Sequence[int]], accepting: Sequence[bool], n_classes: int) -> None:
    for row, accepts in zip(rows, accepting, strict=True):
        if accepts and any(target != DEAD for target in row):
            raise GrammarError("A pattern goes on after its end. End it with one special token that ends it.")
        if any(target != DEAD and accepting[target] for target in row[:n_classes]):
            raise GrammarError("A pattern ends in plain text. End it with a special token.")


def _compacted(
    rows: list[list[int]],
    accepting: list[bool],
    starts: list[int],
    classes: NDArray[np.uint8],
    n_classes: int,
    *,
    minimal: bool,
) -> Automaton:
    count = len(rows)
    table = np.asarray(rows, np.int64)  # [states, letters]
    ends = np.asarray(accepting)
    alive = ends.copy()
    while True:  # a state is alive when some way leads to an end
        reached = alive | np.append(alive, False)[table].any(axis=1)
        if (reached == alive).all():
            break
        alive = reached
    if not alive[starts].all() or ends[starts].any():
        raise GrammarError("A pattern can't be matched by anything, or matches nothing at all.")
    table = np.where(np.append(alive, False)[table], table, count)
    group = np.arange(count) if not minimal else _equivalent(table, ends, alive)
    return _renumbered(table, ends, alive, group, starts, classes, n_classes)


def _equivalent(
    table: NDArray[np.int64], ends: NDArray[np.bool_], alive: NDArray[np.bool_]
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
    table: NDArray[np.int64],
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
