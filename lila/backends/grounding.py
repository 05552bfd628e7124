"""Holds what a copying model writes into memory to words that were really said.

The built-in model only ever copies: a memory's content is the person's own sentence turned to the second person, and
a conflict sets a remembered line against it. So while a block is open, its texts may only be made of those
words, in their order, some left out. The model decides which; a word that nobody said can't come.

The patterns are in the language of `engine.automaton`. Every word brings the space before it, so that any
of them can be left out: `( your)?( door)?( code)?( is)?( 4821)?`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from engine.constraint import FREE, Constraint, Grammar, Vocabulary, compile_constraint
from engine.errors import GrammarError
from lila.backends.base import Message
from memory.grammar import memory_pattern

__all__ = ["GroundedConstraint", "grounded_pattern"]

BLOCK = "<|memory_start|>"
MAX_STATES = 6000
"""An automaton that is made while somebody waits; a larger one isn't made, and the plain grammar holds."""
LONGEST = 60
"""Words of an utterance that can be held to; the automaton of a longer one would be large."""
LONGEST_BEFORE = 40
"""Words of the exchange before that may come in."""

_SECOND_PERSON = {
    "my": "your", "mine": "yours", "i": "you", "me": "you", "i'm": "you're", "im": "you're", "i've": "you've",
    "ive": "you've", "i'd": "you'd", "i'll": "you'll", "myself": "yourself", "our": "your", "ours": "yours",
    "we": "you", "us": "you", "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll",
    "ourselves": "yourselves", "am": "are", "was": "were",
}  # fmt: skip
_PRONOUN_WORDS = "he she it they him her his its their them hers he's she's it's they're hes shes theyre"
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_LEADS = ("your", "the", "you")
_LINKS = ("is", "are", "on", "at", "in")
"""Words that Lila puts in: "door code 4821" is kept as "your door code is 4821"."""
_OPENING = "\"“‘'([{"
_CLOSING = "\"”’')]}.,!?;:…"
_ANNOUNCED = re.compile(r"^(Noted:|Updated:|I'll remember that|Yes, I have that:|Thank you\.) ")


class GroundedConstraint:
    """The plain block grammar, until a memory block opens: then the words of this turn hold it.

    Few replies open a block, so the automaton is made when one does. A state of it, n, is written as −2 − n, beside
    `FREE` and the states of the plain grammar.
    """

    def __init__(
        self, plain: Constraint, vocabulary: Vocabulary, messages: Sequence[Message], start: int = FREE
    ) -> None:
        self._plain, self._vocabulary, self._messages = plain, vocabulary, messages
        self._start = start
        self._opens = vocabulary.special_tokens[BLOCK]
        self._grounded: Constraint | None = None
        self._made = False

    def start(self) -> int:
        return self._start

    def resumed(self, state: int) -> GroundedConstraint:
        """The same constraint for a reply that goes on in `state`."""
        other = GroundedConstraint(self._plain, self._vocabulary, self._messages, state)
        other._grounded, other._made = self._grounded, self._made
        return other

    def advance(self, state: int, token: int) -> int:
        """The state after `token`; ArgumentError when the state does not allow it."""
        if state == FREE and token == self._opens and self._block() is not None:
            return self._after(FREE, token)
        return self._after(-2 - state, token) if state < FREE else self._plain.advance(state, token)

    def mask_words(self, state: int, words: Any = None) -> Any:
        """The tokens that `state` allows, as bits of uint64 words, into `words` where it is given."""
        if state < FREE and self._grounded is not None:
            return self._grounded.mask_words(-2 - state, words)
        return self._plain.mask_words(state, words)

    def _after(self, state: int, token: int) -> int:
        assert self._grounded is not None
        after = self._grounded.advance(state, token)
        return after if after == FREE else -2 - after

    def _block(self) -> Constraint | None:
        if not self._made:
            self._made = True
            pattern = grounded_pattern(self._messages)
            if pattern is not None:
                grammar = Grammar({BLOCK: pattern})
                try:
                    self._grounded = compile_constraint(
                        grammar, self._vocabulary, minimal=False, max_states=MAX_STATES
                    )
                except GrammarError:  # too many words: the plain grammar holds the block's form
                    self._grounded = None
        return self._grounded


def grounded_pattern(messages: Sequence[Message]) -> str | None:
    """What may follow ``<|memory_start|>`` after these messages; None where nothing can be held to them."""
    words = next((each.content for each in reversed(messages) if each.role == "user"), "").split()
    if not words or len(words) > LONGEST:
        return None
    remembered = [f" {re.escape(line)}" for line in _memory_lines(messages)]
    before = _some(map(_retold, _words_before(messages)))
    content = _content(words, before)
    return memory_pattern(
        content=content,
        description=f"{_either([*remembered, before * 2])} /{_either([content, *remembered])}",
        resolution=_either([" ask", *remembered, before * 2]),
    )


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
    opens = True
    for word in words:
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


def _either(patterns: Iterable[str]) -> str:
    return f"({'|'.join(pattern for pattern in patterns if pattern)})"
