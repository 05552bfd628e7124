"""Why the last answer is as it is: what was recalled, which settings came from where, who answered."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from lila.events import RecalledMemory

__all__ = ["Why"]


@dataclass(frozen=True, slots=True)
class Why:
    """The account of one turn. `settings` and `chain` are lines to print; `timings` in seconds."""

    turn: str = ""
    persona: str = ""
    mode: str = ""
    recalled: tuple[RecalledMemory, ...] = ()
    in_prompt: tuple[int, ...] = ()
    used: tuple[int, ...] = ()
    settings: tuple[str, ...] = ()
    backend: str = ""
    model: str = ""
    dialect: str = ""
    chain: tuple[str, ...] = ()
    history_turns: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    confidence: float | None = None
    tools: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

    def without(self, forgotten: Set[int]) -> Why:
        """The account as it may be told after these memories were forgotten."""
        kept = tuple(each for each in self.recalled if each.id not in forgotten)
        if len(kept) == len(self.recalled):
            return self
        return replace(self, recalled=kept, tools=())  # a tool may have said what was forgotten

    def lines(self) -> list[str]:
        """The account in plain words, one fact a line."""
        if not self.turn:
            return ["Nothing was said yet in this conversation."]
        return [
            *self._memory_lines(),
            *(f"tool: {each}" for each in self.tools),
            f"persona {self.persona}" + (f", mode {self.mode}" if self.mode else ""),
            *(f"setting: {each}" for each in self.settings),
            f"answered by {self.backend}" + (f" ({self.model})" if self.model else ""),
            *(f"chain: {each}" for each in self.chain),
            self._figures(),
        ]

    def _memory_lines(self) -> list[str]:
        if not self.recalled:
            return ["nothing was recalled"]
        lines: list[str] = []
        for each in self.recalled:
            state = (
                "used"
                if each.id in self.used
                else "read"
                if each.id in self.in_prompt
                else "left out for room"
            )
            lines.append(f"memory {each.id} ({each.namespace}, {each.score:.2f}, {state}): {each.text}")
        return lines

    def _figures(self) -> str:
        sure = "" if self.confidence is None else f"confidence {self.confidence:.2f}, "
        times = ", ".join(
            f"{name.removesuffix('_s').replace('_', ' ')} {each:.3f} s" for name, each in self.timings.items()
        )
        tokens = f"{self.prompt_tokens} tokens read, {self.reply_tokens} written"
        return f"{sure}{tokens}" + (f", {times}" if times else "")
