"""What it means that lila-nano is right: a turn is run with gold tool results, then compared piece by piece.

Any model can be scored: it is a function from prompts (the chat format, rendered) to what follows each, up
to and including the first of ``STOPS``. After a tool call or a recall block the shell's answer is put in,
from the example, and generation goes on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from memory.blocks import BlockParser, MalformedPiece, OpPiece, TextPiece, ToolPiece
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Recall, Reflect, Store
from training_log.nano.effects import memory_after

__all__ = [
    "STOPS", "Continue", "Outcome", "Tally", "compare", "each", "key", "play", "score", "tally",
]  # fmt: skip

STOPS = ("<|end|>", "<|/tool_call|>", "<|memory_end|>")
Continue = Callable[[list[str]], list[str]]
Segment = tuple[str, bool]
MEASURES = ("exact", "ops", "tags", "tools", "reply", "syntax", "memory")
WRITES = (Store, Consolidate, Episode, Reflect, Conflict)


class Tool(Protocol):
    """A tool call that is right."""

    @property
    def name(self) -> str:
        """Name of the tool."""
        ...

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        """Arguments in order."""
        ...


class Gold(Protocol):
    """What is right in a turn."""

    @property
    def ops(self) -> tuple[Op, ...]:
        """Memory operations in order."""
        ...

    @property
    def tools(self) -> Sequence[Tool]:
        """Tool calls in order."""
        ...

    @property
    def reply(self) -> str:
        """What the person sees."""
        ...


class Case(Protocol):
    """An example to be scored; the corpus' own are such."""

    @property
    def messages(self) -> Sequence[tuple[str, str]]:
        """(role, content) of what the model was shown, the current utterance last."""
        ...

    @property
    def intent(self) -> str:
        """What kind of turn it is."""
        ...

    @property
    def gold(self) -> Gold:
        """What is right."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one turn went. ``exact`` asks for operations, tools and reply; tags and confidence are apart."""

    intent: str
    prompt: str
    wrote: str
    expected: str
    ops: bool
    tags: bool
    tools: bool
    reply: bool
    syntax: bool
    memory: bool
    """Whether the memory holds afterwards what it should, by its own rules (see `effects`)."""
    silent: bool | None
    """Whether the memory gained nothing; None where it should."""

    @property
    def exact(self) -> bool:
        """Right in all that the person would notice."""
        return self.ops and self.tools and self.reply and self.syntax


def each(generate: Callable[[str], str]) -> Continue:
    """A model that takes one prompt at a time, as one that takes many."""
    return lambda prompts: [generate(prompt) for prompt in prompts]


def play(generate: Continue, turns: Sequence[Sequence[Segment]], *, pauses: int = 6) -> list[str]:
    """Let the model write each turn; the untaught segments after the prompt are the shell's answers."""
    prompts = ["".join(turn[0][0]) for turn in turns]
    answers = [[text for text, taught in turn[1:] if not taught] for turn in turns]
    texts = [""] * len(turns)
    open_turns = list(range(len(turns)))
    for _ in range(pauses):
        if not open_turns:
            break
        pieces = generate([prompts[i] + texts[i] for i in open_turns])
        for index, piece in zip(open_turns, pieces, strict=True):
            texts[index] += piece
            texts[index] += _answer(texts[index], answers[index])
        open_turns = [i for i in open_turns if not _over(texts[i])]
    return texts


def _answer(text: str, answers: list[str]) -> str:
    """What the shell says after a pause; a call that isn't in the example finds nothing."""
    block = text[text.rfind("<|memory_start|>") :]
    asks = text.endswith("<|/tool_call|>") or (text.endswith("<|memory_end|>") and "<|mem_recall|>" in block)
    if not asks:
        return ""
    lead = "" if text.endswith("<|/tool_call|>") else "\n"
    return answers.pop(0) if answers else f"{lead}<|tool_result|>nothing<|/tool_result|>\n"


def _over(text: str) -> bool:
    return not text.endswith(("<|/tool_result|>\n", "<|memory_end|>"))


def key(op: Op) -> tuple[str, ...]:
    """What must be exact in an operation: its kind, namespace and words."""
    match op:
        case Store() | Consolidate() | Episode():
            return type(op).__name__, op.namespace, op.content
        case Conflict():
            return type(op).__name__, op.description, op.resolution
        case Recall():
            return type(op).__name__, op.query
        case Forget():
            return type(op).__name__, op.query or "", str(op.id or "")
        case Reflect():
            return type(op).__name__, op.content


def _tags(op: Op) -> tuple[str, ...]:
    return tuple(op.tags) if isinstance(op, Store | Consolidate | Episode) else ()


def compare(case: Case, prompt: str, wrote: str, expected: str) -> Outcome:
    """Judge what was written (shell's answers included) against the example."""
    parser = BlockParser()
    pieces = [*parser.feed(wrote), *parser.finish()]
    ops = [piece.op for piece in pieces if isinstance(piece, OpPiece)]
    tools = [(piece.name, piece.arguments) for piece in pieces if isinstance(piece, ToolPiece)]
    reply = "".join(piece.text for piece in pieces if isinstance(piece, TextPiece)).strip()
    gold = case.gold
    same = list(map(key, ops)) == list(map(key, gold.ops))
    stores = any(isinstance(op, WRITES) for op in gold.ops)
    held = None if same else memory_after(case.messages, ops, gold.ops)
    return Outcome(
        intent=case.intent,
        prompt=prompt,
        wrote=wrote,
        expected=expected,
        ops=same,
        tags=list(map(_tags, ops)) == list(map(_tags, gold.ops)),
        tools=tools == [(tool.name, dict(tool.arguments)) for tool in gold.tools],
        reply=reply == gold.reply.strip(),
        syntax=wrote.endswith("<|end|>") and not any(isinstance(piece, MalformedPiece) for piece in pieces),
        memory=held is None or held == memory_after(case.messages, gold.ops, gold.ops),
        silent=None if stores else held is None or held <= memory_after(case.messages, (), gold.ops),
    )


def score(generate: Continue, cases: Sequence[tuple[Case, Sequence[Segment]]]) -> list[Outcome]:
    """Play and judge ``(example, its rendered segments)`` pairs."""
    wrote = play(generate, [segments for _, segments in cases])
    return [
        compare(case, segments[0][0], text, "".join(part for part, _ in segments[1:]))
        for (case, segments), text in zip(cases, wrote, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares (0 to 1) of ``n`` turns."""

    n: int
    exact: float
    ops: float
    tags: float
    tools: float
    reply: float
    syntax: float
    memory: float
    silent: float
    """Share of the turns in which nothing should be stored, where nothing was; 1 if there were none."""


def tally(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """One tally for each intent, and ``"all"``."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.intent].append(outcome)
        groups["all"].append(outcome)
    return {
        intent: _tally(group)
        for intent, group in sorted(groups.items(), key=lambda item: (item[0] == "all", item))
    }


def _tally(group: list[Outcome]) -> Tally:
    counts: Counter[str] = Counter()
    for outcome in group:
        for name in MEASURES:
            counts[name] += bool(getattr(outcome, name))
    quiet = [outcome.silent for outcome in group if outcome.silent is not None]
    shares = {name: counts[name] / len(group) for name in MEASURES}
    return Tally(n=len(group), silent=sum(quiet) / len(quiet) if quiet else 1.0, **shares)
