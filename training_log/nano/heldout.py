"""Held-out turns to measure on, and how the measure is shown. No torch: any backend can be measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from training_log.nano.corpus import Example, examples
from training_log.nano.scoring import Outcome, Tally

__all__ = ["failures", "held_out", "table"]


def held_out(each: int, *, seed: int = 0, split: str = "heldout", look: int = 400) -> list[Example]:
    """``each`` held-out examples of every intent, from at most ``look`` · ``each`` of the stream."""
    taken: Counter[str] = Counter()
    chosen = []
    for index, example in enumerate(examples(seed, split)):
        if taken[example.intent] < each:
            taken[example.intent] += 1
            chosen.append(example)
        if index >= each * look:
            break
    return chosen


def table(tallies: dict[str, Tally]) -> str:
    """A table with a line for each intent; figures are percentages."""
    lines = [
        f"{'intent':<22}{'n':>6}{'exact':>8}{'ops':>8}{'tags':>8}{'tools':>8}{'reply':>8}{'syntax':>8}{'memory':>8}{'silent':>8}"
    ]
    for intent, t in tallies.items():
        shares = (t.exact, t.ops, t.tags, t.tools, t.reply, t.syntax, t.memory, t.silent)
        lines.append(f"{intent:<22}{t.n:>6}" + "".join(f"{100 * share:>8.1f}" for share in shares))
    return "\n".join(lines)


def failures(outcomes: Sequence[Outcome], per_intent: int) -> str:
    """Some turns of each intent that went wrong: what was asked, what was right, what was written."""
    shown: Counter[str] = Counter()
    lines = []
    for outcome in outcomes:
        if outcome.exact or shown[outcome.intent] >= per_intent:
            continue
        shown[outcome.intent] += 1
        prompt = outcome.prompt.replace("<|bos|>", "").replace("<|end|>", " ").replace("\n", " / ")
        lines.append(
            f"[{outcome.intent}] {prompt}\n    right: {outcome.expected!r}\n    wrote: {outcome.wrote!r}"
        )
    return "\n".join(lines)
