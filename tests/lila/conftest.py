"""A core whose model is a script: for the plumbing around the model. Real models have their own tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lila.backends.base import (
    Dialect,
    Handover,
    Message,
    ModelInfo,
    Piece,
    Prompt,
    PromptFor,
    SamplingSettings,
)
from lila.backends.chain import Tried
from lila.config import Config, load
from lila.core import LilaCore

Script = Callable[[Prompt], str]


@dataclass
class ScriptedChain:
    """Answers a prompt with what `script` returns, `step` characters a piece."""

    script: Script
    step: int = 3
    dialect: Dialect = "native"
    context: int = 1024
    seen: list[Prompt] = field(default_factory=list)
    sampled: list[SamplingSettings] = field(default_factory=list)
    handover: Handover | None = None
    before_piece: Callable[[int], None] = lambda number: None
    closed: bool = False

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("scripted", "script", "", self.context, self.dialect)

    def count(self, messages: Sequence[Message]) -> int:
        return sum(len(each.content.split()) + 2 for each in messages)

    def generate(
        self,
        prompt_for: PromptFor,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        prompt = prompt_for(self.info)
        self.seen.append(prompt)
        self.sampled.append(sampling)
        text = self.script(prompt)
        for number, start in enumerate(range(0, len(text), self.step)):
            self.before_piece(number)
            if cancel.is_set():
                yield Piece("", finish="cancelled")
                return
            told, self.handover = self.handover, None
            yield Piece(text[start : start + self.step], (-0.01,), (1,), handover=told)
        yield Piece("", finish="stop")

    @property
    def tried(self) -> tuple[Tried, ...]:
        return (Tried("scripted", "answers"),)

    def close(self) -> None:
        self.closed = True


@dataclass
class Clock:
    """The present, moved by hand."""

    at: datetime = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(environ={}, home=tmp_path / "home")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scripted(config: Config, clock: Clock) -> Iterator[Callable[..., LilaCore]]:
    """Boots cores on the same home; `scripted(script, …)` takes ScriptedChain's fields."""
    cores: list[LilaCore] = []

    def boot(script: Script | str, *, settings: Config | None = None, **fields: object) -> LilaCore:
        answer: Script = (lambda prompt: script) if isinstance(script, str) else script
        core = LilaCore(settings or config, chain=ScriptedChain(answer, **fields), now=clock)  # type: ignore[arg-type]
        core.boot()
        cores.append(core)
        return core

    yield boot
    for core in cores:
        core.close()
