"""Text on a screen of so many columns: words are kept whole, and no text can steer the terminal."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CONTROLS", "Flow", "columns_of", "harmless", "wrapped"]

CONTROLS = {code: "·" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
CONTROLS |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "·")
"""Also what turns the direction of writing around, so that a line reads as something else."""
_PIECES = re.compile(r"\n|[^\S\n]+|\S+")


def harmless(text: str) -> str:
    """The text without what a terminal obeys: it may come from a model, an import or another program."""
    return text.translate(CONTROLS)


def columns_of(text: str) -> int:
    """How many columns a terminal gives to the text."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


class Flow:
    """Lays out text that comes in pieces: a word that doesn't fit begins the next line, `indent` columns in."""

    def __init__(self, width: int, indent: int = 0) -> None:
        self.width, self.indent = max(width, indent + 20), indent
        self.column = 0
        self._word = self._space = ""
        self._goes_on = False
        """What comes next belongs to a word of which a part was shown."""

    def feed(self, text: str) -> str:
        """What can be shown of the text by now: a word is, when it is over."""
        pieces = _PIECES.findall(self._word + harmless(text).replace("\t", " "))
        self._word = pieces.pop() if pieces and not pieces[-1].isspace() else ""
        shown = "".join(map(self._lay, pieces))
        if (
            self._goes_on or columns_of(self._word) > self.width
        ):  # a line without a space: nothing to wait for
            shown += self.rest()
            self._goes_on = True
        return shown

    def rest(self) -> str:
        """The last word."""
        word, self._word = self._word, ""
        return self._lay(word) if word else ""

    def _lay(self, piece: str) -> str:
        goes_on, self._goes_on = self._goes_on, False
        if piece == "\n":
            self.column, self._space = 0, ""
            return piece
        if piece.isspace():
            self._space = piece
            return ""
        space, self._space = self._space, ""
        taken = columns_of(space) + columns_of(piece)
        if self.column + taken > self.width and self.column > self.indent and not goes_on:
            self.column = self.indent + columns_of(piece)
            return "\n" + " " * self.indent + piece
        self.column += taken
        return space + piece


def wrapped(line: str, width: int, indent: int) -> str:
    """The line, its words whole, every line but the first `indent` columns in."""
    start = len(line) - len(line.lstrip(" "))
    flow = Flow(width, indent)
    flow.column = start
    return line[:start] + flow.feed(line[start:]) + flow.rest()
