"""Holds what a copying model writes into memory to words that were really said.

The built-in model only ever copies: a memory's content is the person's own sentence turned to the second person, and
a conflict sets a remembered line against it. So while a block is open, its texts may only be made of those
words, in their order, some left out. The model decides which; a word that nobody said can't come.

The patterns are in the language of `engine.pattern`. Every word brings the space before it, so that any
of them can be left out: `( your)?( door)?( code)?( is)?( 4821)?`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.constraint import FREE, Constraint, Grammar, Vocabulary, compile_constraint
from engine.errors import ArgumentError, EngineError, GrammarError
from lila.backends.base import Message
from lila.backends.closed import Spelling, acknowledgements, going_on, opening_replies, reports
from lila.backends.contradiction import opposed
from memory.blocks import BlockParser, OpPiece
from memory.grammar import Op, operation_patterns, tool_pattern
from training_log.nano.corpus.deixis import SECOND_PERSON, SPEAKERS_VERBS

__all__ = ["GroundedConstraint", "grounded_call_pattern", "grounded_patterns"]

FIXED_VALUES = ("shopping", "to-do", "time", "date", "day", "today")
"""Arguments that are understood rather than copied: "my groceries" are the shopping list."""
OPENINGS = ("<|memory_start|>", "<|tool_call|>")
_OPERATIONS = ("store", "consolidate", "episode", "conflict", "recall", "forget")
GROUNDED = (*(f"<|mem_{name}|>" for name in _OPERATIONS), "<|tool_call|>")
"""The tokens after which the words of the turn hold what is written, and not the plain grammar alone."""
REPLYING = -(1 << 62)
MAX_STATES = 6000
"""An automaton that is made while somebody waits; a larger one isn't made, and the plain grammar holds."""
LONGEST = 60
"""Words of an utterance that can be held to; the automaton of a longer one would be large."""
LONGEST_BEFORE = 40
"""Words of the exchange before that may come in."""

_SECOND_PERSON = {**SECOND_PERSON, **SPEAKERS_VERBS}
_PRONOUN_WORDS = "he she it they him her his its their them hers he's she's it's they're hes shes theyre"
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_LEADS = ("your", "the", "you")
_LINKS = ("is", "are", "on", "at", "in")
"""Words that Lila puts in: "door code 4821" is kept as "your door code is 4821"."""
_OPENING = "\"“‘'([{"
_CLOSING = "\"”’')]}.,!?;:…"
_FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "hmm", "hm", "eh", "ehm"))
_OPENERS = _FILLERS | {"ok", "okay", "yeah", "yes", "oh", "ah", "hey", "hi", "hello", "lila", "alright"}
"""Words that say nothing; those that may open a sentence are kept where they stand later."""
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
        self._start = FREE
        if spelling is not None and not said and (asked := " ".join(_said(messages))):
            self._start = self._reply(f" {text}" for text in opening_replies(asked, _memory_lines(messages)))
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
        if state == REPLYING:
            if not any(going_on(self._texts, self._written)):
                raise ArgumentError(f"Token {token} is not allowed in this reply.")
            return REPLYING
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
        grounded, kind, inner = self._held_in(state)
        words = grounded.mask_words(inner, words)
        if kind < 0 and state != FREE:
            for token in self._grounds.never:
                words[token // 64] &= ~(1 << (token % 64))
        return words

    def _held_in(self, state: int) -> tuple[Constraint, int, int]:
        """What holds in `state`, its kind (-1: the plain grammar) and its own state there."""
        if state >= FREE:
            return self._plain, -1, state
        inner, kind = divmod(-2 - state, len(GROUNDED))
        grounded = self._grounds.of(kind)
        assert grounded is not None  # such a state came out of it
        return grounded, kind, inner

    def _text_of(self, tokens: Sequence[int]) -> str:
        return b"".join(map(self._vocabulary.token_bytes, tokens)).decode("utf-8", "replace")

    def _reply(self, texts: Iterable[str]) -> int:
        assert self._spelling is not None
        self._written = []
        self._texts = self._spelling.of(texts)
        return REPLYING if self._texts else FREE

    def _after_block(self) -> int:
        """What a block did is said in its own words; the words of a question are the model's."""
        pieces = BlockParser().feed(self._text_of(self._written))
        self._ops += [piece.op for piece in pieces if isinstance(piece, OpPiece)]
        lines = _memory_lines(self._messages)
        return self._reply(f"\n{text}" for text in acknowledgements(self._ops, lines))

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
    told = _some(map(_retold, before))
    content = _content(words, told)
    answered = next((each.content for each in reversed(messages) if each.role == "assistant"), "")
    sides = opposed(" ".join(words), " ".join(before), answered, _memory_lines(messages))
    retold = _linked(before) + told if sides.retold else ""
    kept = [word for word in before if _bare(word).casefold() not in sides.rejected]
    old, new, settled = (
        [f" {re.escape(each)}" for each in side] for side in (sides.old, sides.new, sides.settled)
    )
    named = _named(words, before)
    return operation_patterns(
        subject=f'"(you|{named})"',
        query=f'"{named}"',
        content=content,
        description=f"{_either([*old, retold])} /{_either([*new, content if sides.retold or not new else ''])}"
        if old or retold
        else None,
        resolution=_either([*settled, _linked(kept) + _some(map(_retold, kept)) if sides.retold else ""]),
    )


def _named(words: Sequence[str], before: Sequence[str]) -> str:
    """Something that was named: one of the words, and others in their order."""
    forms = [[*_retold(word), *_forms(word, opens=True)] for word in (*before, *words)]
    spelt = [
        [re.escape(form) for form in dict.fromkeys(each) if not set('"\\,') & set(form)] for each in forms
    ]
    rest = "".join(f"( {_either(each)})?" for each in spelt if each)
    return f"({_either(form for each in spelt for form in each)}{rest})"


def grounded_call_pattern(messages: Sequence[Message]) -> str | None:
    """What may follow ``<|tool_call|>``: a tool's name, and arguments in words that were said."""
    words = [word for word in _said(messages) if not set('"\\') & set(word)]
    if not words:
        return None
    said = "".join(f"( ?{_either(map(re.escape, forms))},?)?" for forms in map(_asked, words) if forms)
    return tool_pattern(value=_either([*FIXED_VALUES, said]))


def _said(messages: Sequence[Message]) -> list[str]:
    words = next((each.content for each in reversed(messages) if each.role == "user"), "").split()
    return words if len(words) <= LONGEST else []


def _asked(word: str) -> list[str]:
    """How a word of a request may stand in a tool's argument: "a 5 minute timer" asks for "5 minutes"."""
    bare = _bare(word)
    units = [f"{bare}s"] if bare.lower() in ("minute", "hour", "second") else []
    return [form for form in (*_forms(word, opens=True), *units) if not form.endswith(",")]


def _memory_lines(messages: Sequence[Message]) -> list[str]:
    shown = "\n".join(each.content for each in messages if each.role == "memory")
    return [line.partition("] ")[2].strip() for line in shown.splitlines() if "] " in line]


def _words_before(messages: Sequence[Message]) -> list[str]:
    """The words of the exchange before this turn: what the person said, then what Lila answered."""
    spoken = [each.content for each in messages if each.role in ("user", "assistant")][-3:-1]
    return [word for text in spoken for word in _ANNOUNCED.sub("", text).split()][-LONGEST_BEFORE:]


def _content(words: Sequence[str], before: str) -> str:
    """The words said, links between them; words from before in front, behind, and in a pronoun's place."""
    link = f"( ({'|'.join(_LINKS)}))?"
    parts = [before, f"( ({'|'.join(_LEADS)}))?", link]
    opens = begins = True
    for word in words:
        begins = begins and _bare(word).lower() in _OPENERS
        if begins or _bare(word).lower() in _FILLERS:
            continue
        forms = _forms(word, opens=opens)
        opens = word[-1] in ".!?:"
        if not forms:
            continue
        stand_in = f"|{before}" if before and _bare(word).lower() in _PRONOUNS else ""
        parts += [f"( {_either(map(re.escape, forms))}{stand_in})?", link]
    return "".join([*parts, before])


def _forms(word: str, *, opens: bool) -> list[str]:
    """How a word of the person's may be written down."""
    bare = _bare(word)
    forms = [bare, f"{bare},"] if word.endswith(",") else [bare]
    if word[-1:] in ".:'’" and bare:  # "Dr.", "neighbours'"
        forms.append(bare + word[-1])
    lowered = bare[:1].lower() + bare[1:]
    forms += [lowered] if opens and lowered != bare else []
    turned = _SECOND_PERSON.get(bare.lower().replace("’", "'"))
    return [form for form in [*forms, turned] if form]


def _retold(word: str) -> list[str]:
    """How a word from before may come back: in the second person, capital or not, as an owner."""
    bare = _bare(word)
    stem = bare.removesuffix("'s")
    lowered = bare[:1].lower() + bare[1:]
    turned = _SECOND_PERSON.get(bare.lower())
    single = stem[:-1] if len(stem) > 3 and stem.endswith("s") else ""  # "anna" in an apostrophe-less "annas"
    article = {"a": "an", "an": "a"}.get(bare.lower(), "")
    forms = (bare, lowered, stem, f"{stem}'s", single, article, turned)
    return list(dict.fromkeys(form for form in forms if form))


def _bare(word: str) -> str:
    return word.lstrip(_OPENING).rstrip(_CLOSING)


def _some(words: Iterable[Sequence[str]]) -> str:
    return "".join(f"( {_either(map(re.escape, forms))})?" for forms in words if forms)


def _linked(words: Iterable[str]) -> str:
    """The words as they may come back, with the "on" that a question about a time leaves out."""
    return "".join(f"( (on|at|in))?{_some([_retold(word)])}" for word in words)


def _either(patterns: Iterable[str]) -> str:
    return f"({'|'.join(pattern for pattern in patterns if pattern)})"
