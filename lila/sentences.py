"""Cuts a stream of text into sentences for speech, as soon as each is whole; any split gives the same."""

from __future__ import annotations

import re

__all__ = ["SentenceSplitter"]

MAX_CHARS = 300
"""A longer stretch without an end is cut at a comma or a blank, so that a voice needn't wait for it."""

_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++[\"'”’)\]]*(\s+)(\S)|\n\s*(\S)")
_LONGEST_WORD = 40
"""Characters before a dot that are looked at to tell an abbreviation from an end."""
_ABBREVIATED = """
    mr mrs ms dr prof st no nr vs etc e.g i.e a.m p.m approx dept est fig jr sr inc ltd co
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_LAST_WORD = re.compile(r"([\w.]*\w)\.$")


class SentenceSplitter:
    """Feed it text; it returns the sentences that are whole by now. Not thread-safe."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, text: str) -> list[str]:
        """Take more text and return whole sentences; one is whole when the next has begun."""
        self._buffer += text
        found: list[str] = []
        while (cut := self._cut()) is not None:
            sentence, self._buffer = self._buffer[:cut].strip(), self._buffer[cut:].lstrip()
            if sentence:
                found.append(sentence)
        return found

    def finish(self) -> list[str]:
        """The text is over: what is left is the last sentence."""
        rest, self._buffer = self._buffer.strip(), ""
        return [rest] if rest else []

    def _cut(self) -> int | None:
        for match in _END.finditer(self._buffer, 0, MAX_CHARS * 2 + 1):
            if match[3] or self._ends(match):
                return match.start(2) if match[2] else match.start(3)
        if len(self._buffer) <= MAX_CHARS * 2:
            return None
        window = self._buffer[:MAX_CHARS]
        for pause in (", ", " "):
            place = window.rfind(pause)
            if place > 0:
                return place + len(pause)
        return MAX_CHARS

    def _ends(self, match: re.Match[str]) -> bool:
        """False for abbreviations, initials and a dot before a small letter ("4 p.m. on Thursday")."""
        before = self._buffer[max(0, match.start(1) - _LONGEST_WORD) : match.start(1)]
        word = _LAST_WORD.search(before)
        if word is None:
            return True
        last = word[1].lower()
        initial = len(last) == 1 and word[1].isupper() and last != "i"
        return not (last in _ABBREVIATIONS or initial or match[2].islower())
