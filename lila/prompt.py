"""What the model reads, inside its token budget: a stable prefix and a volatile suffix.

The prefix (persona, style, tools, grammar, old history) changes as rarely as possible, so that its KV stays
warm from turn to turn; what was recalled and the turn itself come last. When room runs out, the oldest
history goes first, in blocks, then the least relevant memories; what the person said is never cut.

Two dialects. "native": the built-in model knows the grammar and was trained on short contexts, so it gets the
last two turns as they were heard, the memories as a message of their own, and no system message. "taught":
any other model is taught the grammar in a system message, and finds memories folded into the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lila.backends.base import Dialect, Message
from lila.errors import PromptTooLong
from lila.events import RecalledMemory
from lila.persona import Persona
from lila.tools.registry import Tool
from lila.turn_actions import sanitise

__all__ = ["Built", "Exchange", "build", "memory_line", "system_text"]

NATIVE_HISTORY = 2
DROP_BLOCK = 4
"""Old turns are dropped by so many at once, so that the prefix stays the same in between."""

Count = Callable[[Sequence[Message]], int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier turn of the conversation: what was said, and what was heard in reply."""

    text: str
    reply: str
    number: int = 0
    """Counts the turns of the conversation from 0, so that blocks to drop stay aligned."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """Everything that may enter a prompt."""

    text: str
    history: tuple[Exchange, ...]
    memories: tuple[RecalledMemory, ...]
    persona: Persona
    style: tuple[str, ...]
    tools: tuple[Tool, ...]
    speaker: str = ""
    reflection: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """A prompt and what entered it. `tokens` as the backend counts them."""

    messages: tuple[Message, ...]
    memories: tuple[RecalledMemory, ...]
    history: tuple[Exchange, ...]
    system: str
    tokens: int


def build(
    have: Ingredients,
    dialect: Dialect,
    count: Count,
    *,
    context_tokens: int,
    reply_tokens: int,
    recall_tokens: int,
    history_turns: int,
) -> Built:
    """The prompt; raises PromptTooLong when what the person said doesn't fit by itself."""
    room = context_tokens - min(reply_tokens, context_tokens // 2)
    system = "" if dialect == "native" else system_text(have)
    memories = _affordable(have.memories, count, recall_tokens)
    history = _recent(have.history, NATIVE_HISTORY if dialect == "native" else history_turns, dialect)
    while True:
        messages = _messages(have.text, history, memories, system, dialect)
        tokens = count(messages)
        if tokens <= room:
            return Built(messages, memories, history, system, tokens)
        if history:
            history = _without_oldest(history, dialect)
        elif memories:
            memories = memories[:-1]
        else:
            raise PromptTooLong(tokens, room)


def memory_line(memory: RecalledMemory) -> str:
    """ "[1] your door code is 4821", on one line and without special tokens."""
    return f"[{memory.id}] {sanitise(' '.join(memory.text.split()))}"


def _affordable(memories: Sequence[RecalledMemory], count: Count, budget: int) -> tuple[RecalledMemory, ...]:
    chosen: list[RecalledMemory] = []
    spent = 0
    for memory in memories:
        spent += count([Message("memory", memory_line(memory))])
        if spent > budget:
            break
        chosen.append(memory)
    return tuple(chosen)


def _recent(history: tuple[Exchange, ...], turns: int, dialect: Dialect) -> tuple[Exchange, ...]:
    if len(history) <= turns or dialect == "native":
        return history[len(history) - turns :] if len(history) > turns else history
    # Drop whole blocks, counted from the beginning of the conversation, and so a little more than needed.
    first = history[-turns].number if turns else history[-1].number + 1
    return _from(history, first)


def _from(history: tuple[Exchange, ...], first: int) -> tuple[Exchange, ...]:
    aligned = -(-first // DROP_BLOCK) * DROP_BLOCK
    return tuple(each for each in history if each.number >= aligned)


def _without_oldest(history: tuple[Exchange, ...], dialect: Dialect) -> tuple[Exchange, ...]:
    return history[1:] if dialect == "native" else _from(history, history[0].number + 1)


def _messages(
    text: str,
    history: tuple[Exchange, ...],
    memories: tuple[RecalledMemory, ...],
    system: str,
    dialect: Dialect,
) -> tuple[Message, ...]:
    messages = [Message("system", system)] if system else []
    for each in history:
        messages.append(Message("user", sanitise(each.text)))
        messages.append(Message("assistant", sanitise(each.reply)))
    lines = "\n".join(map(memory_line, memories))
    said = sanitise(text)
    if dialect == "native":
        messages += [Message("memory", lines)] if lines else []
        messages.append(Message("user", said))
    else:
        known = f"What you remember that may matter now:\n{lines}\n\n" if lines else ""
        messages.append(Message("user", f"{known}{said}"))
    return tuple(messages)


def system_text(have: Ingredients) -> str:
    """The system message for a model that must be taught: who it is, how to speak, the grammar, the tools."""
    tools = "\n".join(f"- {tool.signature()} to {tool.summary}" for tool in have.tools)
    parts = [sanitise(have.persona.text)]
    if have.style:
        parts.append(sanitise(" ".join(have.style)))
    parts.append(_MEMORY_LESSON.strip())
    if tools:
        parts.append(f"{_TOOL_LESSON}\n{tools}")
    if have.reflection:
        parts.append(_REFLECTION)
    return "\n\n".join(parts)


_MEMORY_LESSON = """\
You have a lasting memory. To use it, write a memory block before your reply, exactly in this form. The person
never sees a block.

To keep a fact that the person just told you about their life (namespace personal; schedule if it has a time):
<|memory_start|>
<|mem_store|> namespace="personal" tags=["you","door code"] confidence=0.9
content: your door code is 4821
<|memory_end|>
Noted: your door code is 4821.

The tags are the subject ("you" is the person) and the attribute. The content is one line, as you would say it
to the person ("my door code" becomes "your door code"), with names and numbers copied exactly.

To correct a fact when the person says it has changed: the same with <|mem_consolidate|>.
To keep something that happened: the same with <|mem_episode|> and namespace="episodic".
When what the person says contradicts a remembered line and they didn't call it a change, ask and don't store:
<|memory_start|>
<|mem_conflict|> type="value" severity="medium"
description: your door code is 4821 / your door code is 9917
resolution: ask
<|memory_end|>
I had 4821 for your door code. Which is right, 4821 or 9917?
When they answer, write the same block with the right sentence as its resolution, and thank them.
To forget:
<|memory_start|>
<|mem_forget|> query="door code"
<|memory_end|>
I've forgotten it.
To look something up that isn't among the remembered lines you were given:
<|memory_start|>
<|mem_recall|> query="Anna"
<|memory_end|>
and wait: the result follows in <|tool_result|> … <|/tool_result|>, and you go on after it.

Store little. A question, a greeting, something supposed, something quoted from somebody else stores nothing.
If the remembered lines don't hold a personal answer, say:
I don't know that yet. Tell me, and I'll remember it.
"""

_TOOL_LESSON = """\
You have tools. Call one by writing, in place of a reply, <|tool_call|>name(argument="value")<|/tool_call|>
and wait: its result follows in <|tool_result|> … <|/tool_result|>. Then say the result. Copy the person's own
words into the arguments. Never guess the time or the date: call the clock."""

_REFLECTION = """\
You are reflecting, alone: nobody hears this. Think about what you were given. To keep a thought of your own:
<|memory_start|>
<|mem_reflect|>
content: the thought, in one line
<|memory_end|>"""
