"""Tells what a model thinks from what it says, in a stream that may be split anywhere.

Larger models reason before they answer, between marks of their own. What stands between them is thought: it is never
part of the reply, never spoken, and no memory block in it counts. A mark in the middle of a line is taken for text,
for then somebody is talking about marks; a thought that is never closed ends with the reply.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["MARKS", "ReasoningParser", "Said", "Thought", "mark_tokens", "opened_thought"]

MARKS: Mapping[str, str] = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|channel|>analysis<|message|>": "<|end|>",
    "<|channel|>commentary<|message|>": "<|end|>",
}
"""What opens a thought, and what closes it."""
_SILENT = (
    "<|start|>assistant",
    "<|channel|>final<|message|>",
    "<|begin_of_solution|>",
    "<|end_of_solution|>",
)
"""What some models put around the reply itself: no part of it."""
_STRAY = tuple(close for close in MARKS.values() if close != "<|end|>")
"""A close without its opening, where the opening was part of the prompt."""

_OUTSIDE = (*MARKS, *_SILENT, *_STRAY)
_MARK = re.compile("|".join(map(re.escape, _OUTSIDE)))


@dataclass(frozen=True, slots=True)
class Said:
    """Text of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """Text of a thought."""

    text: str


class ReasoningParser:
    """The parser of one reply; not thread-safe. `feed` and `finish` return what is certain by now, in order."""

    def __init__(self) -> None:
        self._pending = ""  # what may be the beginning of a mark
        self._close = ""  # the mark that ends the thought under way
        self._line = ""  # what of the line was said, or as much of it as matters
        self._blank = ""  # blanks of a thought, kept until more of it follows
        self._begun = False  # whether the thought under way has a word yet

    def feed(self, text: str) -> list[Said | Thought]:
        """Take the next stretch of the stream."""
        found: list[Said | Thought] = []
        self._pending += text
        while self._step(found):
            pass
        keep = _beginning(self._pending, (self._close,) if self._close else _OUTSIDE)
        cut = len(self._pending) - keep
        self._take(self._pending[:cut], found)
        self._pending = self._pending[cut:]
        return found

    def finish(self) -> list[Said | Thought]:
        """The stream has ended: what looked like the beginning of a mark was none."""
        found: list[Said | Thought] = []
        self._take(self._pending, found)
        self._pending = ""
        return found

    def new_line(self) -> None:
        """What follows stands after something that isn't the model's: a mark may stand here."""
        self._line = ""

    def _step(self, found: list[Said | Thought]) -> bool:
        """Deal with the next whole mark; False where there is none."""
        if self._close:
            before, close, rest = self._pending.partition(self._close)
            if not close:
                return False
            self._take(before, found)
            self._pending, self._close = rest, ""
            self.new_line()
            return True
        match = _MARK.search(self._pending)
        if match is None:
            return False
        self._take(self._pending[: match.start()], found)
        self._pending = self._pending[match.end() :]
        if self._line.strip() and not match[0].startswith("<|"):
            self._take(match[0], found)
        else:
            self._open(match[0])
        return True

    def _open(self, mark: str) -> None:
        self._close = MARKS.get(mark, "")
        self._blank, self._begun = "", False
        self.new_line()

    def _take(self, text: str, found: list[Said | Thought]) -> None:
        if not text:
            return
        if self._close:
            self._think(text, found)
            return
        found.append(Said(text))
        line = re.split(r"\n|\|>", self._line + text)[-1]
        self._line = f"…{line[-1]}" if line.strip() else line  # the last character may be half of "|>"

    def _think(self, text: str, found: list[Said | Thought]) -> None:
        text = self._blank + text if self._begun else text.lstrip()
        thought = text.rstrip()
        if thought:
            self._begun = True
            found.append(Thought(thought))
        self._blank = text[len(thought) :]


def opened_thought(prompt: str) -> str:
    """The mark that a prompt ends with, where its template lets the reply begin inside a thought; else empty."""
    end = prompt.rstrip()
    return next((mark for mark in MARKS if end.endswith(mark)), "")


def mark_tokens(special_tokens: Collection[str]) -> list[str]:
    """Which of a vocabulary's special tokens stand around thoughts, or are a part of such a mark."""
    marks = {*MARKS, *MARKS.values(), *_SILENT} - {"<|end|>"}
    if "<|channel|>" in special_tokens:
        marks |= {"<|channel|>", "<|message|>", "<|start|>", "<|end|>"}
    return [name for name in special_tokens if name in marks]


def _beginning(text: str, marks: tuple[str, ...]) -> int:
    """How many characters at the end of a text may be the beginning of a mark."""
    first, longest = _bounds(marks)
    tail = text[-longest:]
    if first.isdisjoint(tail):  # as nearly always
        return 0
    for length in range(len(tail), 0, -1):
        if any(mark.startswith(tail[-length:]) for mark in marks):
            return length
    return 0


@lru_cache(maxsize=16)
def _bounds(marks: tuple[str, ...]) -> tuple[frozenset[str], int]:
    """What the marks begin with, and how long a beginning of one can be."""
    return frozenset(mark[0] for mark in marks), max(1, max(map(len, marks)) - 1)
