"""What every example must satisfy; used by the tests and whenever the corpus is widened."""

from __future__ import annotations

import re

from memory.blocks import BlockParser, MalformedPiece, OpPiece, TextPiece, ToolPiece
from memory.grammar import Conflict, Consolidate, Episode, Forget, Recall, Store
from training_log.nano import replies
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Example
from training_log.nano.corpus.phrases import phrases

__all__ = ["faults"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
_GLUE = frozenset(phrases("i | are | on | at | an | a | the | you | your | for | name"))


def _words(text: str) -> set[str]:
    return {word.removesuffix("'s").rstrip("s") for word in _WORD.findall(text.lower())}


def faults(example: Example) -> list[str]:
    """What is wrong with an example, in words; empty when nothing is."""
    found: list[str] = []
    text = "".join(part for part, _ in example.target)
    if not text.endswith("<|end|>"):
        return ["the target doesn't end with the end token"]
    found += _parsed(example, text.removesuffix("<|end|>"))
    found += _copied(example)
    found += _reply(example)
    if example.messages[-1][0] != "user":
        found.append("the last message isn't the person's")
    if any("<|" in content for _, content in example.messages):
        found.append("a message contains a special token")
    return found


def _parsed(example: Example, text: str) -> list[str]:
    parser = BlockParser()
    pieces = [*parser.feed(text), *parser.finish()]
    if any(isinstance(piece, MalformedPiece) for piece in pieces):
        return ["a block can't be read"]
    found: list[str] = []
    if tuple(piece.op for piece in pieces if isinstance(piece, OpPiece)) != example.gold.ops:
        found.append("the blocks aren't the expected operations")
    calls = [(piece.name, tuple(piece.arguments.items())) for piece in pieces if isinstance(piece, ToolPiece)]
    if calls != [(tool.name, tool.arguments) for tool in example.gold.tools]:
        found.append("the calls aren't the expected ones")
    shown = "".join(piece.text for piece in pieces if isinstance(piece, TextPiece)).strip()
    if shown != example.gold.reply:
        found.append(f"shown is {shown!r}, expected {example.gold.reply!r}")
    return found


def _copied(example: Example) -> list[str]:
    """Contents and arguments use the words of the input, pointed at the person."""
    heard = _words(" ".join(to_second_person(content) + " " + content for _, content in example.messages))
    found: list[str] = []
    for op in example.gold.ops:
        for text in _texts(op):
            missing = _words(text) - heard - _GLUE
            if missing:
                found.append(f"{sorted(missing)} aren't in the input")
    for tool in example.gold.tools:
        for key, value in tool.arguments:
            if key in ("items", "label", "when", "expression", "duration") and _words(value) - heard:
                found.append(f"{sorted(_words(value) - heard)} aren't in the input")
    return found


def _texts(op: object) -> tuple[str, ...]:
    match op:
        case Store() | Consolidate() | Episode():
            return (op.content,)
        case Conflict():
            return (op.description, "" if op.resolution == "ask" else op.resolution)
        case Recall() | Forget():
            return (op.query or "",)
    return ()


def _reply(example: Example) -> list[str]:
    """The reply is the canonical one for the operations."""
    gold, reply = example.gold, example.gold.reply
    if gold.tools:
        return [] if reply == gold.tools[-1].result else ["the reply isn't the tool's sentence"]
    if not gold.ops:
        return []
    contents = [text for op in gold.ops for text in _texts(op)]
    first = gold.ops[0]
    right: tuple[str, ...] = ()
    match first:
        case Store() | Episode():
            right = (replies.noted(contents), replies.remembered(contents), replies.restated(contents[0]))
        case Consolidate():
            right = (replies.updated(first.content),)
        case Forget():
            right = (replies.FORGOTTEN,)
        case Conflict() if first.resolution != "ask":
            right = (replies.settled(first.resolution),)
            if first.resolution not in first.description:
                return ["what won isn't one of the two"]
        case _:
            return []
    return [] if reply in right else [f"the reply {reply!r} isn't canonical"]
