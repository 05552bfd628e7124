"""From messages to tokens, the same way for every model that runs on this machine.

The model's own chat template writes the prompt, its own tokenizer reads it. What people said can't become a
special token of the model, whatever it looks like; the continuation is the core's own text and can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.errors import EngineError, TemplateError
from engine.template import ChatTemplate
from lila.backends.base import Dialect, Message, Prompt
from lila.backends.decoding.closed import Spelling
from lila.backends.decoding.constraint import GroundedConstraint
from lila.errors import BackendError
from lila.reasoning import mark_tokens, opened_thought
from memory.grammar import MEMORY_PATTERN, MEMORY_TOKENS, SPECIAL_TOKENS, TOOL_PATTERN

if TYPE_CHECKING:
    from engine.constraint import Constraint

__all__ = ["Codec", "Encoded", "Prompting", "choose_dialect", "fold"]

PLAIN_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
"""For models that were never taught a chat format."""
PLAIN_STOPS = ("\nuser:", "\nsystem:")
TRIGGERS = {"<|memory_start|>": MEMORY_PATTERN, "<|tool_call|>": TOOL_PATTERN}


class Codec(Protocol):
    """A vocabulary and its rules; `engine.Tokenizer` is one."""

    @property
    def vocab_size(self) -> int: ...
    @property
    def special_tokens(self) -> Mapping[str, int]: ...
    @property
    def bos_id(self) -> int | None: ...
    @property
    def eos_id(self) -> int | None: ...
    @property
    def eog_ids(self) -> frozenset[int]: ...
    def token_bytes(self, token: int, /) -> bytes: ...
    def encode(
        self, text: str, /, *, add_bos: bool | None = None, parse_special: bool = True
    ) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt in tokens; from `said` on they are what the assistant has said in this turn."""

    tokens: tuple[int, ...]
    said: int
    messages: tuple[Message, ...] = ()
    thinking: str = ""
    """The mark of a thought that the template itself has opened: the reply begins inside it."""


class Prompting:
    """Turns prompts into tokens for one model."""

    def __init__(
        self, codec: Codec, template: str | None, dialect: Dialect | None = None, *, closed: bool = False
    ) -> None:
        """`dialect` None goes by the vocabulary; `closed` is for lila-nano, whose replies are a closed set.

        BackendError "bad_model" when the template can't be used.
        """
        self.codec = codec
        self.dialect: Dialect = choose_dialect(codec) if dialect is None else dialect
        self.stops = () if template else PLAIN_STOPS
        self.constraint = _block_constraint(codec)
        self._spelling = (
            Spelling(lambda text: codec.encode(text, add_bos=False, parse_special=False)) if closed else None
        )
        self._bos = _token_text(codec, codec.bos_id)
        self._shown = frozenset(
            codec.special_tokens[name] for name in SPECIAL_TOKENS if name in codec.special_tokens
        )
        self._marks = frozenset(codec.special_tokens[name] for name in mark_tokens(codec.special_tokens))
        self._hidden = frozenset(codec.special_tokens.values()) | codec.eog_ids
        self._names = [name for name in codec.special_tokens if len(name) > 2 and name[0] in "<["]
        try:
            self._template = ChatTemplate(
                template or PLAIN_TEMPLATE, bos_token=self._bos, eos_token=_token_text(codec, codec.eos_id)
            )
        except TemplateError as error:
            raise BackendError("bad_model", f"the model's chat template can't be used: {error}") from error

    def encode(self, prompt: Prompt) -> Encoded:
        """The prompt's tokens, ending where generation goes on."""
        text = self._render(prompt.messages, add_generation_prompt=True)
        opening, thinking = self._tokens(text), opened_thought(text)
        if not prompt.continuation:
            return Encoded(tuple(opening), len(opening), prompt.messages, thinking)
        # Together, for tokens may reach over the seam; they part where they first differ.
        whole = self._tokens(text + prompt.continuation.removeprefix(thinking))
        said = next((i for i, (a, b) in enumerate(zip(whole, opening, strict=False)) if a != b), len(opening))
        return Encoded(tuple(whole), min(said, len(whole)), prompt.messages)

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens that these messages take, the beginning of the reply not counted."""
        return len(self._tokens(self._render(messages, add_generation_prompt=False)))

    def token_text(self, token: int) -> bytes:
        """A token's bytes in the reply: special tokens show only in the grammar's blocks and around thoughts."""
        shown = token in self._marks or (self.dialect == "native" and token in self._shown)
        hidden = token in self._hidden and not shown
        return b"" if hidden else self.codec.token_bytes(token)

    @property
    def closed(self) -> bool:
        """Whether the replies are lila-nano's closed set."""
        return self._spelling is not None

    def constraint_for(self, encoded: Encoded) -> GroundedConstraint | None:
        """What the reply is held to, from where what was said already leaves it: maybe in mid block."""
        if self.constraint is None:
            return None
        said = encoded.tokens[encoded.said :]
        return GroundedConstraint(
            self.constraint, self.codec, encoded.messages, said, spelling=self._spelling
        )

    def _tokens(self, text: str) -> list[int]:
        has_bos = bool(self._bos) and text.startswith(self._bos)
        return self.codec.encode(text, add_bos=False if has_bos else None, parse_special=True)

    def _render(self, messages: Sequence[Message], *, add_generation_prompt: bool) -> str:
        said = messages if self.dialect == "native" else fold(messages)
        defused = [{"role": each.role, "content": self._defuse(each.content)} for each in said]
        try:
            return self._template.render(defused, add_generation_prompt=add_generation_prompt)
        except TemplateError as first:
            if not any(each["role"] == "system" for each in defused):
                raise BackendError("bad_model", f"the model's chat template failed: {first}") from first
        try:  # many templates refuse a system message: the first user message takes it in
            merged = _without_system(defused)
            return self._template.render(merged, add_generation_prompt=add_generation_prompt)
        except TemplateError as error:
            raise BackendError("bad_model", f"the model's chat template failed: {error}") from error

    def _defuse(self, content: str) -> str:
        if "<" not in content and "[" not in content:
            return content
        for name in self._names:
            if name in content:
                content = content.replace(name, f"{name[0]} {name[1:]}")
        return content


def choose_dialect(codec: Codec) -> Dialect:
    """native where every memory token is a token of the vocabulary."""
    return "native" if all(name in codec.special_tokens for name in MEMORY_TOKENS) else "taught"


def fold(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The same messages without the role "memory": its lines open the user's message that follows."""
    folded: list[Message] = []
    known = ""
    for message in messages:
        if message.role == "memory":
            known = f"What you remember that may matter now:\n{message.content}\n\n"
        else:
            content = known + message.content if message.role == "user" else message.content
            folded.append(Message(message.role, content))
            known = "" if message.role == "user" else known
    return tuple(folded)


def _without_system(messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    system = "\n\n".join(each["content"] for each in messages if each["role"] == "system")
    rest = [dict(each) for each in messages if each["role"] != "system"]
    if rest and rest[0]["role"] == "user":
        rest[0]["content"] = f"{system}\n\n{rest[0]['content']}"
        return rest
    return [{"role": "user", "content": system}, *rest]


def _token_text(codec: Codec, token: int | None) -> str:
    return "" if token is None else codec.token_bytes(token).decode("utf-8", "replace")


def _block_constraint(codec: Codec) -> Constraint | None:
    """What follows a block's start token is held to the grammar wherever the vocabulary has the tokens."""
    if choose_dialect(codec) != "native":
        return None
    from engine.constraint import Grammar, compile_constraint

    triggers = {name: pattern for name, pattern in TRIGGERS.items() if name in codec.special_tokens}
    outside = [name for name in SPECIAL_TOKENS if name not in triggers]
    try:
        return compile_constraint(Grammar(triggers, outside), codec)
    except EngineError as error:
        raise BackendError("bad_model", f"the memory grammar doesn't fit this vocabulary: {error}") from error
