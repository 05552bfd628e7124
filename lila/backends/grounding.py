"""Holds what a copying model writes into memory to words that were really said.

The built-in model only ever copies: a memory's content is the person's own sentence turned to the second person, and
a conflict sets a remembered line against it. So while a block is open, its texts may only be made of those
words, as `lila.backends.wording` and `lila.backends.corrections` have them follow each other. The model decides which; a
word that nobody said can't come.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.constraint import FREE, Constraint, Grammar, Vocabulary, compile_constraint
from engine.errors import ArgumentError, EngineError, GrammarError
from lila.backends.base import Message
from lila.backends.closed import (
    Spelling,
    acknowledgements,
    going_on,
    opening_replies,
    question_endings,
    question_openings,
    reports,
)
from lila.backends.contradiction import is_contradicted, opposed
from lila.backends.corrections import revised, words_lost
from lila.backends.wording import bare, completed, either, is_value, linked, named, retold, some, spoken, told
from memory.blocks import BlockParser, OpPiece
from memory.grammar import Conflict, Consolidate, Op, Store, operation_patterns, tool_pattern
from memory.words import content_stems
from training_log.nano import replies

__all__ = ["GroundedConstraint", "grounded_call_pattern", "grounded_patterns"]

FIXED_VALUES = ("shopping", "to-do", "time", "date", "day", "today")
"""Arguments that are understood rather than copied: "my groceries" are the shopping list."""
OPENINGS = ("<|memory_start|>", "<|tool_call|>")
_OPERATIONS = ("store", "consolidate", "episode", "conflict", "recall", "forget")
GROUNDED = (*(f"<|mem_{name}|>" for name in _OPERATIONS), "<|tool_call|>")
"""The tokens after which the words of the turn hold what is written, and not the plain grammar alone."""
REPLYING = -(1 << 62)
NAMING = REPLYING + 1
"""What a question is about is being named, in words of the model's own."""
_NAMED_IT = ". Which is right,"
MAX_STATES = 12000
"""An automaton that is made while somebody waits; a larger one isn't made, and the plain grammar holds."""
MOST_REVISED = 3
"""Remembered lines that a correction may be of, those first that share a word with it."""
AGAIN = math.log(1e-3)
"""For a fact that is stored twice in one reply."""
LOST = math.log(0.3)
"""For each word that a correction leaves out of what was just noted."""
LONGEST = 60
"""Words of an utterance that can be held to; the automaton of a longer one would be large."""
LONGEST_BEFORE = 40
"""Words of the exchange before that may come in."""

_ANNOUNCED = re.compile(r"^(Noted:|Updated:|I'll remember that|Yes, I have that:|Thank you\.) ")


class _Grounds:
    """What the words of one turn allow in each operation and call.

    Few replies have one, and to make an automaton takes long, so each is made when its token comes, for what
    follows that token alone.
    """

    def __init__(self, plain: Constraint, vocabulary: Vocabulary, messages: Sequence[Message]) -> None:
        self._plain, self._vocabulary, self._messages = plain, vocabulary, messages
        specials = vocabulary.special_tokens
        self.kinds = {specials[name]: kind for kind, name in enumerate(GROUNDED) if name in specials}
        self._made: dict[int, Constraint | None] = {}

    def of(self, kind: int) -> Constraint | None:
        """What holds what follows the `kind`-th of `GROUNDED`; None where the plain grammar does."""
        if kind not in self._made:
            self._made[kind] = None if kind < 0 else self._compiled(GROUNDED[kind])
        return self._made[kind]

    def _compiled(self, begins: str) -> Constraint | None:
        pattern = self._patterns.get(begins)
        if pattern is None:
            return None
        try:
            return compile_constraint(
                Grammar({begins: pattern}),
                self._vocabulary,
                table=self._plain.table,
                minimal=False,
                max_states=MAX_STATES,
            )
        except GrammarError:  # too many words: the plain grammar holds the block's form
            return None

    @cached_property
    def _patterns(self) -> Mapping[str, str]:
        """What may follow each token of `GROUNDED`; nothing where there are no words to hold it to."""
        call = grounded_call_pattern(self._messages)
        calls = {} if call is None else {"<|tool_call|>": call}
        return grounded_patterns(self._messages) | calls

    @cached_property
    def never(self) -> Collection[int]:
        """The tokens of operations that these messages leave no words for."""
        may = {*self._patterns, "<|tool_call|>"}
        return [token for token, kind in self.kinds.items() if len(may) > 1 and GROUNDED[kind] not in may]


class GroundedConstraint:
    """The plain block grammar, until an operation or a call begins: then the words of this turn hold it.

    A state n of the k-th of `GROUNDED` is written as −2 − (Kn + k), K being their number, beside
    `FREE` and the states of the plain grammar. With a `spelling` the replies themselves
    are held to the closed set of the built-in model, in the state `REPLYING`; what was written so far is kept
    here, so that one constraint serves one reply, and each way to go on that is tried has a `fork`.
    """

    def __init__(
        self,
        plain: Constraint,
        vocabulary: Vocabulary,
        messages: Sequence[Message],
        said: Sequence[int] = (),
        *,
        spelling: Spelling | None = None,
    ) -> None:
        """`said` are the tokens that the reply begins with already; ones that don't fit are the core's own."""
        self._plain, self._vocabulary, self._messages = plain, vocabulary, messages
        specials = vocabulary.special_tokens
        self._opens = {specials[name] for name in OPENINGS if name in specials}
        self._block_end = specials.get("<|memory_end|>")
        self._grounds = _Grounds(plain, vocabulary, messages)
        self._spelling = spelling
        self._written: list[int] = []
        self._texts: list[tuple[int, ...]] = []
        self._ops: list[Op] = []
        self._sides = ("", "")
        self._had = ""
        self._start = FREE
        if spelling is not None and not said and (asked := " ".join(_said(messages))):
            texts = opening_replies(asked, _memory_lines(messages), _answered(messages))
            self._start = self._reply(f" {text}" for text in texts)
        for token in said:
            try:
                self._start = self.advance(self._start, token)
            except EngineError:  # such as a tool's result
                self._start = FREE
        if spelling is not None and (given := reports(self._text_of(said))):
            self._ops = []
            self._start = self._reply(given)

    def start(self) -> int:
        """The state before the next token."""
        return self._start

    def fork(self) -> GroundedConstraint:
        """The same, where it stands, for another way to go on; what was compiled is shared."""
        other = copy.copy(self)
        other._written, other._ops = list(self._written), list(self._ops)
        return other

    def advance(self, state: int, token: int) -> int:
        """The state after `token`; ArgumentError when the state does not allow it."""
        if state in (FREE, REPLYING) and token in self._opens:
            self._written, state = [], FREE
        self._written.append(token)
        if token in self._grounds.kinds and token in self._grounds.never:
            raise ArgumentError(f"Token {token} begins what can't be said in this turn.")
        if state == NAMING:
            return self._after_naming()
        if state == REPLYING:
            more, complete = going_on(self._texts, self._written)
            if not more and not complete:
                raise ArgumentError(f"Token {token} is not allowed in this reply.")
            return self._after_opening() if complete and self._sides[0] and not self._had else REPLYING
        grounded, kind, inner = self._held_in(state)
        after = grounded.advance(inner, token)
        if after == FREE:
            return self._after_block() if self._spelling is not None and token == self._block_end else FREE
        kinds = self._grounds.kinds
        if kind < 0 and (begun := self._grounds.of(kinds.get(token, -1))) is not None:
            kind, after = kinds[token], begun.advance(FREE, token)
        return after if kind < 0 else -2 - (len(GROUNDED) * after + kind)

    def mask_words(self, state: int, words: Any = None) -> Any:
        """The tokens that `state` allows, as bits of uint64 words, into `words` where it is given."""
        if state == REPLYING:
            return self._reply_mask(self._plain.mask_words(FREE, words))
        if state == NAMING:
            return self._naming_mask(self._plain.mask_words(FREE, words))
        grounded, kind, inner = self._held_in(state)
        words = grounded.mask_words(inner, words)
        if kind < 0 and state != FREE:
            for token in self._grounds.never:
                words[token // 64] &= ~(1 << (token % 64))
        return words

    def is_at_odds(self, token: int) -> bool:
        """Whether `token` ends a block that stores what a line that is shown contradicts: it had to be a conflict."""
        lines = _memory_lines(self._messages) if self._spelling is not None else []
        return bool(lines) and any(is_contradicted(op, lines) for op in self._stored_by(token))

    def prior(self, token: int) -> float:
        """What makes the block that `token` ends less likely than the model takes it for, as a logarithm; mostly 0.

        A fact that this reply had already, and a correction that loses words without need: "you're Ada" for
        "you're called Tom".
        """
        if token != self._block_end or self._spelling is None:
            return 0.0
        had = {op.content for op in self._ops if isinstance(op, Store)}
        noted = _announced(_answered(self._messages))
        ops = self._ops_in([*self._written, token])
        again = any(isinstance(op, Store) and op.content in had for op in ops)
        lost = sum(words_lost(op.content, noted) for op in ops if isinstance(op, Consolidate))
        return AGAIN * again + LOST * lost

    def other_at_odds(self, token: int) -> int | None:
        """The token of a conflict, for that of a fact."""
        kind = self._grounds.kinds.get(token)
        if kind is None or GROUNDED[kind] != "<|mem_store|>":
            return None
        return self._vocabulary.special_tokens["<|mem_conflict|>"]

    def _held_in(self, state: int) -> tuple[Constraint, int, int]:
        """What holds in `state`, its kind (-1: the plain grammar) and its own state there."""
        if state >= FREE:
            return self._plain, -1, state
        inner, kind = divmod(-2 - state, len(GROUNDED))
        grounded = self._grounds.of(kind)
        assert grounded is not None  # such a state came out of it
        return grounded, kind, inner

    def _stored_by(self, token: int) -> list[Store]:
        """What the block stores that `token` ends; nothing where it ends none."""
        ops = self._ops_in([*self._written, token]) if token == self._block_end else []
        return [op for op in ops if isinstance(op, Store)]

    def _ops_in(self, tokens: Sequence[int]) -> list[Op]:
        pieces = BlockParser().feed(self._text_of(tokens))
        return [piece.op for piece in pieces if isinstance(piece, OpPiece)]

    def _text_of(self, tokens: Sequence[int]) -> str:
        return b"".join(map(self._vocabulary.token_bytes, tokens)).decode("utf-8", "replace")

    def _reply(self, texts: Iterable[str]) -> int:
        assert self._spelling is not None
        self._written = []
        self._texts = self._spelling.of(texts)
        return REPLYING if self._texts else FREE

    def _after_block(self) -> int:
        """What a block did is said in its own words; the words of a question are the model's."""
        self._ops += self._ops_in(self._written)
        match self._ops:
            case [Conflict(description=description, resolution="ask")] if " / " in description:
                old, _, new = description.partition(" / ")
                self._sides, self._had = (old, new), ""
                return self._reply(f"\n{text}" for text in question_openings(old, new))
        lines = _memory_lines(self._messages)
        return self._reply(f"\n{text}" for text in acknowledgements(self._ops, lines))

    def _after_opening(self) -> int:
        """The question has named the value that was known; what it is of comes in the model's words."""
        self._had = question_openings(*self._sides)[self._text_of(self._written).removeprefix("\n")]
        self._written = []
        return NAMING

    def _after_naming(self) -> int:
        if not self._text_of(self._written).endswith(_NAMED_IT):
            return NAMING
        return self._reply(question_endings(self._had, *self._sides))

    def _naming_mask(self, words: Any) -> Any:
        """A word of text at least, and none of the tokens that mean something else."""
        for token in (*self._vocabulary.special_tokens.values(), *self._vocabulary.eog_ids):
            words[token // 64] &= ~(1 << (token % 64))
        return words

    def _reply_mask(self, words: Any) -> Any:
        assert self._spelling is not None
        allowed, complete = going_on(self._texts, self._written)
        if complete:
            allowed |= self._vocabulary.eog_ids
        if self._written == (list(self._spelling.of(["\n"])[0]) if self._ops else []):
            allowed |= set(self._opens)
        for index in range((self._vocabulary.vocab_size + 63) // 64):
            words[index] = 0
        for token in allowed:
            words[token // 64] |= 1 << (token % 64)
        return words


def grounded_patterns(messages: Sequence[Message]) -> dict[str, str]:
    """What may follow each operation's token after these messages; empty where nothing can be held to them."""
    words = _said(messages)
    if not words:
        return {}
    before = _words_before(messages)
    again = some(map(retold, before))
    answered = _answered(messages)
    answers_only = answered.endswith(replies.DONT_KNOW) and is_value(words)
    asked = _words_before(messages, answers=False)
    content = completed(words, asked) if answers_only and asked else told(words, before)
    lines = _memory_lines(messages)
    sides = opposed(" ".join(words), " ".join(before), answered, lines)
    relinked = linked(before) + again if sides.retold else ""
    kept = [word for word in before if bare(word).casefold() not in sides.rejected]
    old, new, settled = (
        [f" {re.escape(each)}" for each in side] for side in (sides.old, sides.new, sides.settled)
    )
    thing = named(words, before)
    announced = _announced(answered)
    near = [line for line in lines if _shares(words, line)]
    revisions = [revised(words, [*announced, *(near or lines)[:MOST_REVISED]])]
    if not revisions[0] or not announced or near or any(_shares(words, line) for line in announced):
        revisions.append(told(words, mended=True))
    other = [*new, relinked, content if sides.retold or not new else ""]
    return operation_patterns(
        subject=f'"(you|{thing})"',
        query=f'"{thing}"',
        content=content,
        revision=either(revisions),
        description=f"{either([*old, relinked])} /{either(other)}" if old or relinked else None,
        resolution=either([*settled, linked(kept) + some(map(retold, kept)) if sides.retold else ""]),
    )


def grounded_call_pattern(messages: Sequence[Message]) -> str | None:
    """What may follow ``<|tool_call|>``: a tool's name, and arguments in words that were said."""
    words = [word for word in _said(messages) if not set('"\\') & set(word)]
    if not words:
        return None
    said = "".join(f"( ?{either(map(re.escape, forms))},?)?" for forms in map(_asked, words) if forms)
    return tool_pattern(value=either([*FIXED_VALUES, said]))


def _said(messages: Sequence[Message]) -> list[str]:
    words = next((each.content for each in reversed(messages) if each.role == "user"), "").split()
    return words if len(words) <= LONGEST else []


def _asked(word: str) -> list[str]:
    """How a word of a request may stand in a tool's argument: "a 5 minute timer" asks for "5 minutes"."""
    plain = bare(word)
    units = [f"{plain}s"] if plain.lower() in ("minute", "hour", "second") else []
    return [form for form in (*spoken(word, opens=True), *units) if not form.endswith(",")]


def _memory_lines(messages: Sequence[Message]) -> list[str]:
    shown = "\n".join(each.content for each in messages if each.role == "memory")
    return [line.partition("] ")[2].strip() for line in shown.splitlines() if "] " in line]


def _words_before(messages: Sequence[Message], *, answers: bool = True) -> list[str]:
    """The words of the exchange before this turn: what the person said, then what Lila answered."""
    exchange = [each for each in messages if each.role in ("user", "assistant")][-3:-1]
    spoken = [each.content for each in exchange if answers or each.role == "user"]
    return [word for text in spoken for word in _ANNOUNCED.sub("", text).split()][-LONGEST_BEFORE:]


def _answered(messages: Sequence[Message]) -> str:
    """What Lila said last."""
    return next((each.content for each in reversed(messages) if each.role == "assistant"), "")


def _announced(answered: str) -> list[str]:
    """What Lila said last that she keeps now."""
    return _ANNOUNCED.sub("", answered).rstrip(".").split(", and ") if _ANNOUNCED.match(answered) else []


def _shares(words: Sequence[str], line: str) -> bool:
    """Whether one of the `words` that tell something stands in the `line`."""
    return not set(content_stems(" ".join(words))).isdisjoint(content_stems(line))
