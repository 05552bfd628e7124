"""Patterns: a small regular-expression language over UTF-8 text and special tokens, read into an automaton.

The language: literals, ``\\`` escapes, ``[classes]``, ``.``, ``(groups)``, ``|``, ``?``, ``*``, ``+``,
``{m,n}``, and two that regular expressions lack, for what is taken out of a text. ``(?run:a|b|c)`` is one or more of the
parts that stand one behind the other: ``a``, ``bc`` or ``abc`` but not ``ac``. ``(?cut:gap|a|b|c)`` is that, or two such
runs, the second behind the first, with ``gap`` between them: ``a gap c``. Written out they would have the square of the length.
Matching is anchored at both ends, so there are no anchors, and no captures or look-around. A special token is
written as its escaped text (``<\\|end\\|>``) and is one letter of the alphabet, whatever its name is made of.
Letters 0..255 are bytes, 256 + i is symbol i. Thompson's construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import GrammarError

__all__ = ["MAX_STATES", "Fragment", "Nfa", "PatternParser"]

MAX_STATES = 1 << 16
MAX_REPEAT = 1000

Ranges = list[tuple[int, int]]
_DIGIT: Ranges = [(0x30, 0x39)]
_WORD: Ranges = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
_BLANK: Ranges = [(0x09, 0x0D), (0x20, 0x20)]
_SETS: Mapping[str, Ranges] = {"d": _DIGIT, "w": _WORD, "s": _BLANK}
_LITERAL = re.compile(r"[A-Za-z0-9 ,:;'\"=_/-]|\\[^\w]", re.ASCII)
_COUNTS: Mapping[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_CONTROLS = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "0": 0x00}


@dataclass(slots=True)
class Nfa:
    """A nondeterministic automaton under construction."""

    edges: list[list[tuple[int, int, int]]] = field(default_factory=list)
    """Per state: (lowest letter, highest letter, target)."""
    empty: list[list[int]] = field(default_factory=list)
    """Per state: where it leads without a letter."""

    def state(self) -> int:
        if len(self.edges) >= MAX_STATES:
            raise GrammarError(f"A pattern needs more than {MAX_STATES} states. Use smaller repeat counts.")
        self.edges.append([])
        self.empty.append([])
        return len(self.edges) - 1


Fragment = tuple[int, int]
"""(first state, last state) of a part of the automaton."""


class PatternParser:
    """Recursive descent over one pattern, adding its states to the automaton."""

    def __init__(self, pattern: str, symbols: Sequence[str], nfa: Nfa) -> None:
        self.pattern = pattern
        self.nfa = nfa
        self.at = 0
        self.symbols = {re.escape(name): index for index, name in enumerate(symbols)}
        longest_first = sorted(map(re.escape, self.symbols), key=len, reverse=True)
        symbol = "|".join(longest_first) or r"(?!)"
        self.symbol = re.compile(symbol)
        self.literals = re.compile(rf"(?:(?!{symbol})(?:{_LITERAL.pattern}))+", re.ASCII)

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
            spelled = self.spelled()
            last = self.text(spelled, last) if spelled else self.joined(last, self.repeated())
        return first, last

    def spelled(self) -> list[str]:
        """The characters that stand for themselves from here on; one that is repeated is not among them."""
        run = self.literals.match(self.pattern, self.at)
        found: list[str] = [] if run is None else _LITERAL.findall(run[0])
        after = self.at + sum(map(len, found))
        if found and self.pattern[after : after + 1] in ("?", "*", "+", "{"):
            after -= len(found.pop())
        self.at = after
        return [literal[-1] for literal in found]

    def text(self, letters: Sequence[str], last: int) -> int:
        for byte in "".join(letters).encode():
            target = self.nfa.state()
            self.nfa.edges[last].append((byte, byte, target))
            last = target
        return last

    def joined(self, last: int, fragment: Fragment) -> int:
        start, end = fragment
        self.nfa.empty[last].append(start)
        return end

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
        mark = self.peek()
        if mark in _COUNTS:
            self.at += 1
            return _COUNTS[mark]
        if mark != "{":
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
        spelled = self.symbol.match(self.pattern, self.at)
        if spelled is not None:
            self.at = spelled.end()
            letter = 256 + self.symbols[spelled[0]]
            return self.letters([[(letter, letter)]])
        for name, read in (("(?run:", self.run), ("(?cut:", self.cut)):
            if self.take(name):
                return self.closed(read())
        if self.take("("):
            if self.peek() == "?" and not self.take("?:"):
                raise self.error("an extension that this language does not have")
            return self.closed(self.alternatives())
        return self.characters(self.character_set())

    def closed(self, inner: Fragment) -> Fragment:
        if not self.take(")"):
            raise self.error("a '(' without its ')'")
        return inner

    def run(self) -> Fragment:
        first, last = self.nfa.state(), self.nfa.state()
        before = first
        while True:
            start, end = self.sequence()
            self.lead((first, before), start)
            self.lead((end,), last)
            before = end
            if not self.take("|"):
                return first, last

    def cut(self) -> Fragment:
        """A run, and one that goes on behind a gap: two rows of the same parts, and a gap of its own from each to the later."""
        first, last = self.nfa.state(), self.nfa.state()
        gap_at = self.at
        self.sequence()
        before = first
        # Nothing leads here yet: before the first part there is nothing to cut.
        behind = later = self.nfa.state()
        while self.take("|"):
            at = self.at
            (start, end), (again, done) = self.sequence(), self.read_at(at)
            after = self.at
            gap, over = self.read_at(gap_at)
            self.at = after
            self.lead((first, before), start)
            self.lead((behind, later), again)
            self.lead((end, done), last)
            before, behind = end, done
            later, skipped = self.nfa.state(), later
            self.lead((end,), gap)
            self.lead((over, skipped), later)
        return first, last

    def read_at(self, at: int) -> Fragment:
        """What stands there, once more: copies share nothing."""
        self.at = at
        return self.sequence()

    def lead(self, states: Iterable[int], target: int) -> None:
        for state in dict.fromkeys(states):
            self.nfa.empty[state].append(target)

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
