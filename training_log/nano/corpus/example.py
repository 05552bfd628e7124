"""One training example, and how it is written in the chat format of lila-nano."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from memory.grammar import Op, render_tool_call, sanitise
from memory.grammar import render as render_op

__all__ = ["Example", "Gold", "Message", "Segment", "Tool", "memory_lines", "prompted", "render", "respond"]

Message = tuple[str, str]
"""(role, content); roles are memory, user and assistant."""

Segment = tuple[str, bool]
"""(text, trained): text that the shell inserts isn't trained."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool call and what the tool answered."""

    name: str
    arguments: tuple[tuple[str, str], ...]
    result: str

    @property
    def raw(self) -> str:
        return render_tool_call(self.name, dict(self.arguments))


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right: memory operations in order, tool calls in order, and the reply that is seen."""

    ops: tuple[Op, ...] = ()
    tools: tuple[Tool, ...] = ()
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A turn to learn: `messages` (history and the current turn, user last) and the text to generate."""

    messages: tuple[Message, ...]
    target: tuple[Segment, ...]
    intent: str
    gold: Gold
    notes: dict[str, Any] = field(default_factory=dict)


def memory_lines(memories: list[tuple[int, str]]) -> str:
    """Content of a memory message: one line per memory, ``[id] text``."""
    return "\n".join(f"[{number}] {sanitise(text)}" for number, text in memories)


def respond(gold: Gold, *, found: str | None = None) -> tuple[Segment, ...]:
    """The text after ``<|assistant|>`` for what is right; `found` is what a recall block returned."""
    if gold.tools:
        segments: list[Segment] = []
        for tool in gold.tools:
            segments.append((tool.raw, True))
            segments.append((f"<|tool_result|>{sanitise(tool.result)}<|/tool_result|>\n", False))
        return (*segments, (f"{gold.reply}<|end|>", True))
    if not gold.ops:
        return ((f" {gold.reply}<|end|>", True),)
    blocks = "\n".join(render_op(op) for op in gold.ops)
    if found is not None:
        return ((blocks, True), (f"\n<|tool_result|>{sanitise(found)}<|/tool_result|>\n", False),
                (f"{gold.reply}<|end|>", True))  # fmt: skip
    return ((f"{blocks}\n{gold.reply}<|end|>", True),)


_ROLES = {"memory": "<|memories|>", "user": "<|user|>", "assistant": "<|assistant|>", "system": "<|system|>"}


def prompted(messages: Iterable[Message]) -> Segment:
    """Messages in the chat format, and the assistant's mark."""
    said = "".join(f"{_ROLES[role]} {content}<|end|>" for role, content in messages)
    return f"{said}<|assistant|>", False


def render(example: Example) -> list[Segment]:
    """The whole exchange in the chat format; only what the model generates is marked as trained."""
    prompt, taught = prompted(example.messages)
    return [(f"<|bos|>{prompt}", taught), *example.target]
