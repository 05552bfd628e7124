"""What is said of a reply while it is written: trimmed at both ends, begun with a capital, cut into sentences."""

from __future__ import annotations

from collections.abc import Sequence

from lila.sentences import SentenceSplitter

__all__ = ["Spoken"]


class Spoken:
    """The reply so far. Blanks at its end wait until text follows."""

    def __init__(self) -> None:
        self.reply = ""
        self._blanks = ""
        self._sentences = SentenceSplitter()

    def add(self, text: str) -> str:
        """Take the model's next words; returns what is shown of them by now."""
        text = self._blanks + text
        shown = text.rstrip()
        self._blanks = text[len(shown) :]
        if not self.reply:
            shown = shown.lstrip()
            shown = shown[:1].upper() + shown[1:]
        self.reply += shown
        return shown

    def add_apart(self, text: str) -> str:
        """Take a sentence of the machine's own, apart from what the model wrote before it."""
        self._blanks = " " if self.reply and text else ""
        return self.add(text)

    def sentences(self, shown: str) -> Sequence[str]:
        """The sentences that became whole with what was shown."""
        return self._sentences.feed(shown)

    def last_sentences(self) -> Sequence[str]:
        """What remains when the reply is over."""
        return self._sentences.finish()
