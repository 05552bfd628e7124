"""An incremental parser that takes memory blocks and tool calls out of a stream of generated text.

Feed it text as it arrives, split anywhere; it hands back what the person may see and what Lila must do. No
character of a block is ever handed back as text. A block that doesn't follow the grammar becomes a
`MalformedPiece` and one logged warning, which never repeats what the person said.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from memory.errors import GrammarError
from memory.grammar import MAX_BLOCK_CHARS, SPECIAL_TOKENS, Op, parse_block, parse_tool_call

logger = logging.getLogger(__name__)

_TOKEN = re.compile("|".join(re.escape(token) for token in SPECIAL_TOKENS))
_PREFIXES = frozenset(token[:n] for token in SPECIAL_TOKENS for n in range(1, len(token)))
_LONGEST = max(map(len, SPECIAL_TOKENS))
_CLOSES = {
    "<|memory_start|>": "<|memory_end|>",
    "<|tool_call|>": "<|/tool_call|>",
    "<|tool_result|>": "<|/tool_result|>",
}
_BREAKS = frozenset(
    {*_CLOSES, "<|end|>", "<|user|>", "<|assistant|>", "<|system|>", "<|memories|>", "<|bos|>"}
)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Text that the person may see."""

    text: str


@dataclass(frozen=True, slots=True)
class OpPiece:
    """A complete memory operation, with the block as it was written."""

    op: Op
    raw: str


@dataclass(frozen=True, slots=True)
class ToolPiece:
    """A complete tool call, with the call as it was written."""

    name: str
    arguments: dict[str, str]
    raw: str


@dataclass(frozen=True, slots=True)
class MalformedPiece:
    """A block that can't be read: nothing is done. `reason` doesn't quote it."""

    raw: str
    reason: str


Piece = TextPiece | OpPiece | ToolPiece | MalformedPiece


class BlockParser:
    """One reply's parser; not thread-safe."""

    def __init__(self) -> None:
        self._pending = ""  # text mode: what may be the beginning of a token
        self._block = ""  # block mode: everything since the opening token
        self._open: str | None = None
        self._shown = ""  # the last character that was shown
        self._gap = True  # at the start and after a block: blanks are not shown

    def feed(self, text: str) -> list[Piece]:
        """Take the next stretch of the stream and return what is complete by now."""
        pieces: list[Piece] = []
        self._pending += text
        while True:
            match = _TOKEN.search(self._pending)
            if match is None:
                break
            before, self._pending = self._pending[: match.start()], self._pending[match.end() :]
            self._plain(before, pieces)
            self._token(match[0], pieces)
        keep = self._held()
        cut = len(self._pending) - keep
        before, self._pending = self._pending[:cut], self._pending[cut:]
        self._plain(before, pieces)
        return pieces

    def finish(self) -> list[Piece]:
        """The stream has ended: hand back what was held; an open block is malformed."""
        pieces: list[Piece] = []
        rest, self._pending = self._pending, ""
        if self._open is not None:
            self._block += rest
            self._broken("The reply ended inside the block.", pieces)
        elif not rest.startswith("<|"):
            self._plain(rest, pieces)
        return pieces

    def _held(self) -> int:
        """How many characters at the end may be the beginning of a special token."""
        for length in range(min(_LONGEST - 1, len(self._pending)), 0, -1):
            if self._pending[-length:] in _PREFIXES:
                return length
        return 0

    def _plain(self, text: str, pieces: list[Piece]) -> None:
        if not text:
            return
        if self._open is not None:
            if self._open != "<|tool_result|>":
                self._block += text
            if len(self._block) > MAX_BLOCK_CHARS:
                self._block = self._block[: MAX_BLOCK_CHARS + 1]  # too long whatever follows
            return
        if self._gap:
            text = text.lstrip()
            if not text:
                return
            self._gap = False
            if self._shown and not self._shown.isspace() and text[0].isalnum():
                text = " " + text
        self._shown = text[-1]
        if pieces and isinstance(pieces[-1], TextPiece):
            pieces[-1] = TextPiece(pieces[-1].text + text)
        else:
            pieces.append(TextPiece(text))

    def _token(self, token: str, pieces: list[Piece]) -> None:
        if self._open is None:
            self._outside(token)
        elif token == _CLOSES.get(self._open, "<|memory_end|>"):
            self._close(token, pieces)
        elif token in _BREAKS:
            self._broken("Another block began inside the block.", pieces)
            self._outside(token)
        else:
            self._block += token

    def _outside(self, token: str) -> None:
        if token in _CLOSES or token.startswith("<|mem_"):
            # An operation without its start token opens a block too, which can only be malformed:
            # what follows it is no text for the person.
            self._open, self._block = token, token
        self._gap = True

    def _close(self, token: str, pieces: list[Piece]) -> None:
        raw = self._block + token
        opened = self._open
        self._open, self._block, self._gap = None, "", True
        if opened == "<|tool_result|>":
            return
        try:
            if opened == "<|tool_call|>":
                name, arguments = parse_tool_call(raw)
                pieces.append(ToolPiece(name, arguments, raw))
            else:
                pieces.append(OpPiece(parse_block(raw), raw))
        except GrammarError as error:
            self._malformed(raw, str(error), pieces)

    def _broken(self, reason: str, pieces: list[Piece]) -> None:
        raw, opened = self._block, self._open
        self._open, self._block, self._gap = None, "", True
        if opened != "<|tool_result|>":
            self._malformed(raw, reason, pieces)

    def _malformed(self, raw: str, reason: str, pieces: list[Piece]) -> None:
        logger.warning("A block in the reply could not be used, and nothing was stored: %s", reason)
        pieces.append(MalformedPiece(raw, reason))
