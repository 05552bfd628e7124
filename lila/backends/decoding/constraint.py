"""Holds what a copying model writes into memory to words that were really said.

The built-in model only ever copies, so while a block is open its texts may only be made of the words that
`lila.backends.decoding.turn_words` finds in this turn. The model decides which; a word that nobody said can't come. What it then says
is held to what `lila.backends.decoding.closed` knows of its replies.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any

from engine.constraint import FREE, Constraint, Grammar, Vocabulary, compile_constraint
from engine.errors import ArgumentError, EngineError, GrammarError
from lila.backends.base import Message
from lila.backends.decoding.answers import adds_to_a_list
from lila.backends.decoding.asides import without_lead_in
from lila.backends.decoding.calls import doubts_about_call
from lila.backends.decoding.closed import (
    Spelling,
    acknowledgements,
    going_on,
    may_be_told,
    opening_replies,
    question_endings,
    question_openings,
    reports,
)
from lila.backends.decoding.contradiction import is_contradicted, is_denied
from lila.backends.decoding.costs import NO_CLAIM
from lila.backends.decoding.doubts import doubts_about, doubts_about_correction
from lila.backends.decoding.left_out import doubts_at_the_end
from lila.backends.decoding.letters import misspelling
from lila.backends.decoding.saying_nothing import may_be_anothers
from lila.backends.decoding.telling import asks_to_keep_nothing, calls_for_nothing, claims, states, tells
from lila.backends.decoding.turn_words import (
    begins_with,
    gives_another,
    grounded_call_pattern,
    grounded_patterns,
    just_told,
    last_reply,
    lines_shown,
    words_before,
    words_said,
)
from lila.backends.decoding.wording import names_oneself
from memory.blocks import BlockParser, OpPiece
from memory.errors import GrammarError as UnreadableCallError
from memory.grammar import Conflict, Consolidate, Episode, Op, Recall, Store, parse_tool_call
from training_log.nano.replies import BEYOND, DONT_KNOW, NOT_STORED

__all__ = ["GroundedConstraint"]

OPENINGS = ("<|memory_start|>", "<|tool_call|>")
_NAMES = ("store", "consolidate", "episode", "conflict", "recall", "forget", "reflect")
_OPERATIONS = tuple(f"<|mem_{name}|>" for name in _NAMES)
GROUNDED = (*_OPERATIONS, "<|tool_call|>")
"""The tokens after which the words of the turn hold what is written, and not the plain grammar alone."""
REPLYING = -(1 << 62)
NAMING = REPLYING + 1
"""What a question is about is being named, in words of the model's own."""
_NAMED_IT = ". Which is right,"
MAX_STATES = 12000
"""An automaton that is made while somebody waits; a larger one isn't made, and the plain grammar holds."""
TOLD = math.log(0.2)
"""For "I don't know that yet" where a line bears on the question."""
AGAIN = math.log(1e-3)
"""For a fact that is stored twice in one reply."""


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
        pattern = self.patterns.get(begins)
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
    def patterns(self) -> Mapping[str, str]:
        """What may follow each token of `GROUNDED`; nothing where there are no words to hold it to."""
        call = grounded_call_pattern(self._messages)
        calls = {} if call is None else {"<|tool_call|>": call}
        return grounded_patterns(self._messages) | calls

    @cached_property
    def pieces(self) -> Sequence[tuple[int, bytes]]:
        """Every token with its bytes."""
        return [(token, self._vocabulary.token_bytes(token)) for token in range(self._vocabulary.vocab_size)]

    @cached_property
    def never(self) -> Collection[int]:
        """The tokens of operations that these messages leave no words for."""
        may = {*self.patterns, "<|tool_call|>"}
        held = bool(words_said(self._messages))
        return [token for token, kind in self.kinds.items() if held and GROUNDED[kind] not in may]


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
        self._call_end = specials.get("<|/tool_call|>", -1)
        self._ends = {*vocabulary.eog_ids, self._call_end}
        self._grounds = _Grounds(plain, vocabulary, messages)
        self._spelling = spelling
        self._written: list[int] = []
        self._texts: list[tuple[int, ...]] = []
        self._ops: list[Op] = []
        self._sides = ("", "")
        self._had = ""
        words, answered = words_said(messages), last_reply(messages)
        self._leads_in = spelling is not None and len(without_lead_in(words)) < len(words)
        self._adds = adds_to_a_list(" ".join(words), answered)
        self._begins: int | None = None
        self._start = FREE
        if spelling is not None and not said and (asked := " ".join(words)):
            texts = opening_replies(asked, lines_shown(messages), answered)
            if asks_to_keep_nothing(asked):
                self._opens.clear()
            if calls_for_nothing(asked):
                self._opens.discard(specials.get("<|tool_call|>", -1))
            if all(name not in self._grounds.patterns for name in _OPERATIONS):
                self._opens.discard(specials.get("<|memory_start|>", -1))
            self._begins = specials.get(begins_with(messages, self._grounds.patterns) or "")
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

    def is_over(self, token: int) -> bool:
        """Whether `token` ends the reply, or a call or a block that is answered before it goes on."""
        recalls = token == self._block_end and any(
            isinstance(op, Recall) for op in self._ops_in([*self._written, token])
        )
        return recalls or token in self._ends

    def is_labelling(self) -> bool:
        """Whether the tags of a fact are being written."""
        pieces = map(self._vocabulary.token_bytes, reversed(self._written))
        since = list(takewhile(lambda piece: b"]" not in piece, pieces))
        return b" tags=[" in b"".join(reversed(since))

    def _doubts_about_call(self, token: int) -> float:
        try:
            name, arguments = parse_tool_call(self._text_of([*self._written, token]))
        except UnreadableCallError:
            return 0.0
        return doubts_about_call(name, arguments.values(), words_said(self._messages))

    def is_bent(self) -> bool:
        """Whether the model would begin a fact with "you suspect" here, which stands in none, or add once more what it added."""
        if self._ops or not (self._leads_in or self._adds):
            return False
        return self._text_of(self._written[-12:]).endswith("\ncontent:" if self._leads_in else ' items="')

    def at_odds(self, token: int) -> int | None:
        """The operation that a block had to be that `token` ends; None where it is the right one.

        What is stored though a line that is shown contradicts it is a conflict; where the line only says that it isn't so,
        the person has changed, and so does the line.
        """
        stored = self._stored_by(token) if self._spelling is not None else []
        lines = lines_shown(self._messages) if stored else []
        if any(is_denied(op, lines) for op in stored):
            return self._vocabulary.special_tokens["<|mem_consolidate|>"]
        if any(is_contradicted(op, lines) for op in stored):
            return self._vocabulary.special_tokens["<|mem_conflict|>"]
        return None

    def prior(self, token: int) -> float:
        """What makes the block or the reply that `token` ends less likely than the model takes it for; mostly 0.

        A fact that this reply had already, one that `lila.backends.decoding.doubts` finds something against, and a correction
        that loses words without need: "you're Ada" for "you're called Tom".
        """
        ends = token in (self._block_end, self._call_end) or token in self._vocabulary.eog_ids
        if self._spelling is None or not ends:
            return 0.0
        if token == self._call_end:
            return self._doubts_about_call(token)
        had = {op.content for op in self._ops if isinstance(op, Store | Episode)}
        said = words_said(self._messages)
        if token != self._block_end:
            reply = "" if self._ops else self._text_of(self._written).strip()
            if reply == DONT_KNOW and may_be_told(" ".join(said), lines_shown(self._messages)):
                return TOLD
            if reply == BEYOND and self._is_plainly_told():
                return NO_CLAIM
            if reply == NOT_STORED and (self._is_stated() or not may_be_anothers(said)):
                return NO_CLAIM
            asked = {op.description for op in self._ops if isinstance(op, Conflict)}
            return doubts_at_the_end(had | asked, said) if had else 0.0
        noted, lines = just_told(self._messages), lines_shown(self._messages)
        ops = self._ops_in([*self._written, token])
        told = [op for op in ops if isinstance(op, Store | Episode)]
        again = any(op.content in had for op in told)
        corrections = [op.content for op in ops if isinstance(op, Consolidate)]
        answering = last_reply(self._messages).endswith(DONT_KNOW)
        exchange = words_before(self._messages)
        doubts = sum(
            doubts_about(op, had, said, answering=answering, exchange=exchange, lines=lines) for op in told
        )
        doubts += sum(doubts_about_correction(content, noted, said, lines) for content in corrections)
        return AGAIN * again + doubts

    def _is_plainly_told(self) -> bool:
        """Whether what was said has the form of something that is so, or that puts right what Lila just said."""
        said = words_said(self._messages)
        text = " ".join(said)
        return (
            claims(text)
            or tells(text)
            or names_oneself(said)
            or gives_another(said, just_told(self._messages))
        )

    def _is_stated(self) -> bool:
        """Whether it was told as it is, and isn't to be kept back: nothing of it is supposed or quoted."""
        text = " ".join(words_said(self._messages))
        return states(text) and not asks_to_keep_nothing(text) and not self._adds

    def begins_operation(self, token: int) -> bool:
        """Whether `token` is an operation, or begins a call."""
        return token in self._grounds.kinds

    def is_storing(self, token: int) -> bool:
        """Whether `token` is the operation that stores a fact."""
        kind = self._grounds.kinds.get(token)
        return kind is not None and GROUNDED[kind] == "<|mem_store|>"

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
        lines = lines_shown(self._messages)
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
        """A word of text at least, none of the tokens that mean something else, and no letter that is none."""
        vocabulary = self._vocabulary
        written = b"".join(map(vocabulary.token_bytes, self._written))
        spoilt = misspelling(written, self._sides, self._grounds.pieces)
        for token in (*vocabulary.special_tokens.values(), *vocabulary.eog_ids, *spoilt):
            words[token // 64] &= ~(1 << (token % 64))
        return words

    def _reply_mask(self, words: Any) -> Any:
        assert self._spelling is not None
        allowed, complete = going_on(self._texts, self._written)
        if complete:
            allowed |= self._vocabulary.eog_ids
        if self._begins is not None and not (self._written or self._ops):
            allowed = {self._begins}
        elif self._written == (list(self._spelling.of(["\n"])[0]) if self._ops else []):
            allowed |= set(self._opens)
        for index in range((self._vocabulary.vocab_size + 63) // 64):
            words[index] = 0
        for token in allowed:
            words[token // 64] |= 1 << (token % 64)
        return words
