"""`lila bench nano`: how well the built-in model does what it must, on wording that it never saw.

Held-out turns come from the corpus generator with words, names, numbers and a part of the wordings that training
never drew; the model writes them on the native engine, greedily, its blocks held to the grammar
and to words that were said, as in a conversation. The sentences written by
hand go through LilaCore whole: store, recall, prompt, model, tools.
"""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine import Model, Session
from lila import events
from lila.backends.base import Message, Role
from lila.backends.local import builtin_model_path, considered
from lila.backends.native import SessionTimeline
from lila.backends.prompting import Encoded, Prompting
from lila.bench.machine import describe_machine, percentile
from training_log.nano.corpus import render
from training_log.nano.handwritten import Case, Deed, judge, load_cases
from training_log.nano.heldout import failures as show_failures
from training_log.nano.heldout import held_out, table
from training_log.nano.scoring import Tally, each, score, tally

__all__ = ["NanoReport", "run"]

Progress = Callable[[str], None]
GOALS = (
    ("store", "exact store", 0.95),
    ("recall", "recall", 0.95),
    ("dont_know", "honest don't know", 0.97),
    ("conflict", "conflict", 0.95),
)
MAX_TOKENS = 400
ASSISTANT = "<|assistant|>"
ROLES: dict[str, Role] = {
    "system": "system", "memories": "memory", "user": "user", "assistant": "assistant",
}  # fmt: skip
_MESSAGE = re.compile(r"<\|(system|memories|user|assistant)\|> ?(.*?)<\|end\|>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Handwritten:
    """The sentences written by hand: right of all, by kind, and each that failed with what was wrong."""

    right: int
    total: int
    by_kind: dict[str, tuple[int, int]]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NanoReport:
    """Shares from 0 to 1; seconds; tokens a second of greedy decoding, prompt excluded."""

    machine: str
    model: str
    digest: str
    load_s: float
    tokens_per_s: float
    heldout: dict[str, Tally]
    heldout_failures: str
    handwritten: Handwritten | None
    shown: bool = field(default=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as text, with the goals beside what was reached."""
        lines = [self.machine, f"{self.model} {self.digest[:12]}: loads in {self.load_s * 1000:.0f} ms,"]
        lines[-1] += f" {self.tokens_per_s:.0f} tokens a second"
        lines += ["", "held-out turns, percent", table(self.heldout), ""]
        for intent, name, goal in GOALS:
            reached = (
                self.heldout[intent].memory if intent in ("store", "conflict") else self.heldout[intent].exact
            )
            lines.append(f"{name:<24}{100 * reached:6.1f}  (goal {100 * goal:.0f})")
        total = self.heldout["all"]
        lines.append(f"{'nothing stored wrongly':<24}{100 * total.silent:6.1f}  (goal 99)")
        lines.append(f"{'block syntax':<24}{100 * total.syntax:6.1f}  (goal 100)")
        if self.handwritten is not None:
            hand = self.handwritten
            lines += [
                "",
                f"written by hand, end to end: {hand.right} of {hand.total} right (goal 85 percent)",
            ]
            lines += [f"  {kind:<12}{right:>4} of {of}" for kind, (right, of) in sorted(hand.by_kind.items())]
            lines += [f"  failed: {each}" for each in hand.failed] if self.shown else []
        return lines + (["", self.heldout_failures] if self.shown and self.heldout_failures else [])


def run(
    each_intent: int = 40,
    *,
    handwritten: bool = True,
    failures: bool = False,
    progress: Progress = lambda line: None,
) -> NanoReport:
    """Measure; some minutes on two cores. ``failures`` lists every case that went wrong."""
    with tempfile.TemporaryDirectory(prefix="lila-bench-") as packed:
        Model.open(builtin_model_path(), cache=packed).close()  # as on any opening but the first
        start = time.perf_counter()
        with Model.open(builtin_model_path(), cache=packed) as model:
            loaded = time.perf_counter() - start
            progress(f"held-out turns, {each_intent} of every intent")
            with model.session(context=min(2048, model.context_length)) as session:
                writer = _Writer(model, session)
                cases = [(example, render(example)) for example in held_out(each_intent)]
                outcomes = score(each(writer.write), cases)
            digest, name = model.digest, builtin_model_path().stem
    hand = _handwritten(progress) if handwritten else None
    return NanoReport(
        describe_machine(), name, digest, loaded, writer.speed, tally(outcomes),
        show_failures(outcomes, len(outcomes)), hand, failures,
    )  # fmt: skip


class _Writer:
    """The model on the native engine, as the function from prompt to text that scoring wants."""

    def __init__(self, model: Model, session: Session) -> None:
        self._model, self._timeline = model, SessionTimeline(session)
        self._prompting = Prompting(model.tokenizer, model.chat_template, closed=True)
        self._speeds: list[float] = []

    @property
    def speed(self) -> float:
        return percentile(self._speeds, 50)

    def write(self, prompt: str) -> str:
        """What the model writes after ``prompt``, up to and including the first of the stops."""
        tokenizer = self._model.tokenizer
        tokens = tokenizer.encode(prompt, add_bos=False)
        opens = prompt.rindex(ASSISTANT) + len(ASSISTANT)
        said = len(tokenizer.encode(prompt[opens:], add_bos=False))
        encoded = Encoded(tuple(tokens), len(tokens) - said, _messages(prompt))
        constraint = self._prompting.constraint_for(encoded)
        assert constraint is not None  # the vocabulary has the grammar's tokens
        self._timeline.start(tokens)
        start = time.perf_counter()
        written: list[int] = []
        found = considered(self._timeline, self._prompting, tokens, constraint, MAX_TOKENS, threading.Event())
        for token, _ in found:
            written.append(token)
            if constraint.is_over(token):
                break
        if len(written) > 1:
            self._speeds.append(len(written) / (time.perf_counter() - start))
        return tokenizer.decode(written)


def _messages(prompt: str) -> tuple[Message, ...]:
    """The messages of a prompt in the chat format; none of them can hold a mark of it."""
    return tuple(Message(ROLES[mark], content) for mark, content in _MESSAGE.findall(prompt))


def _handwritten(progress: Progress) -> Handwritten:
    cases = load_cases()
    wrong: dict[int, str] = {}
    with tempfile.TemporaryDirectory(prefix="lila-bench-") as folder:
        for done, (case, verdict) in enumerate(_judged(cases, Path(folder)), start=1):
            if verdict is not None:
                wrong[case.line] = f"line {case.line}, {case.kind}: {case.say!r}: {verdict}"
            if done % 50 == 0:
                progress(f"written by hand: {done} of {len(cases)}")
    totals, rights = Counter(case.kind for case in cases), Counter[str]()
    rights.update(case.kind for case in cases if case.line not in wrong)
    by_kind = {kind: (rights[kind], of) for kind, of in totals.items()}
    return Handwritten(len(cases) - len(wrong), len(cases), by_kind, tuple(wrong.values()))


def _judged(cases: Sequence[Case], folder: Path) -> Iterator[tuple[Case, str | None]]:
    """Each case in a home of its own, all on one loaded model."""
    from lila.backends.chain import open_chain
    from lila.config import Config, load
    from lila.core import LilaCore

    base: Config = load({"backends.chain": ["native"]}, environ={}, home=folder)
    chain = open_chain(base)
    keep_open = _Shared(chain)
    for case in cases:
        home = folder / str(case.line)
        config = load({"backends.chain": ["native"]}, environ={}, home=home)
        with LilaCore(config, chain=keep_open) as core:  # type: ignore[arg-type]
            yield case, _one(core, case)
    chain.close()


class _Shared:
    """A chain that many cores borrow: closing it is left to its owner."""

    def __init__(self, chain: Any) -> None:
        self._chain = chain

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def close(self) -> None:
        """Stay open for the next core."""


def _one(core: Any, case: Case) -> str | None:
    conversation = {"conversation": f"case-{case.line}"}
    for memory in _given(case):
        core.store.add("personal", memory)
    if case.before is not None:
        list(core.stream(case.before[0], conversation))
    deeds: list[Deed] = []
    reply = ""
    for event in core.stream(case.say, conversation):
        match event:
            case events.OpApplied(op=op) | events.OpProposed(op=op) if op.kind == "recall":
                deeds.append(Deed("recall", op.namespace, op.query))
            case events.OpApplied(op=op, fate=fate):
                words = f"{op.content} {op.query} {op.description} {op.resolution}"
                kind = {"contested": "conflict", "pending": "pending"}.get(fate, op.kind)
                deeds.append(Deed(kind, op.namespace, words))
            case events.ToolCalled(name=name, arguments=arguments):
                deeds.append(Deed("tool", name, " ".join(arguments.values()) + " " + " ".join(arguments)))
            case events.TextDelta(text=text):
                reply += text
            case events.Error(message=message):
                return f"the turn failed: {message}"
            case _:
                pass
    return judge(case, deeds, reply)


def _given(case: Case) -> Sequence[str]:
    """The memories to begin with; the turn before makes its own, as in a real conversation."""
    if case.before is None:
        return case.memories
    return case.memories[:1] if case.kind == "resolve" else ()
