"""What the model writes in a turn: taken a token's end at a time, and told apart into said and thought."""

from __future__ import annotations

from collections.abc import Sequence

from lila.reasoning import ReasoningParser, Said, Thought

__all__ = ["ModelStream"]


class ModelStream:
    """The stream of one turn. What follows a block waits here until the block has been dealt with."""

    def __init__(self) -> None:
        self.raw = ""
        """Everything the model wrote and the shell inserted, up to the last whole token."""
        self._queue = ""  # fed, but not yet parsed
        self._reasoning = ReasoningParser()

    def feed(self, text: str) -> None:
        """The model wrote `text`."""
        self._queue += text

    def take(self) -> Sequence[Said | Thought] | None:
        """What was written up to the next token's end, where a block closes exactly; None while that is unknown."""
        cut = self._queue.find("|>") + 2
        # "|" at the very end may be the first half of "|>" and waits for what follows it.
        part = self._queue[:cut] if cut > 1 else self._queue.removesuffix("|")
        if not part:
            return None
        self._queue = self._queue[len(part) :]
        self.raw += part
        return self._reasoning.feed(part)

    def rest(self) -> Sequence[Said | Thought]:
        """What is left when the model is done."""
        return [*self._reasoning.feed(self._queue), *self._reasoning.finish()]

    def insert(self, text: str) -> None:
        """Something that isn't the model's stands here now; what it wrote after that place is dropped."""
        self.drop()
        self.raw += text
        self._reasoning.new_line()

    def drop(self) -> None:
        """What isn't parsed yet will never be."""
        self._queue = ""
