"""Many conversations and many programs that store at the same time: each waits for the others, and none fails."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lila import events
from lila.backends.base import Message, ModelInfo, Piece, Prompt, PromptFor, SamplingSettings
from lila.backends.chain import Tried
from lila.config import load
from lila.core import LilaCore
from memory.grammar import Store, render

THINGS = ("lamp", "chair", "spoon", "carpet", "kettle", "ladder")


def store_what_was_said(prompt: Prompt) -> str:
    said = prompt.messages[-1].content
    return f"{render(Store(said.replace('my', 'your'), 'personal'))}\nNoted."


class Noting:
    """A model that stores whatever it is told, in a process of its own too."""

    tried: tuple[Tried, ...] = ()
    info = ModelInfo("noting", "noting", "", 1024, "native")

    def count(self, messages: Sequence[Message]) -> int:
        return 1

    def generate(
        self,
        prompt_for: PromptFor,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        yield Piece(store_what_was_said(prompt_for(self.info)), (-0.01,), (1,))
        yield Piece("", finish="stop")

    def close(self) -> None:
        pass


def tell(core: LilaCore, who: str) -> list[tuple[str, str]]:
    """Some storing turns in a conversation of its own; the errors that they ended in."""
    return [
        (event.code, event.message)
        for thing in THINGS
        for event in core.stream(f"my {who} {thing} is green", {"conversation": who})
        if isinstance(event, events.Error)
    ]


def test_conversations_that_store_at_once(scripted: Callable[..., LilaCore]) -> None:
    core = scripted(store_what_was_said)
    failed: list[tuple[str, str]] = []
    who = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    threads = [threading.Thread(target=lambda one=one: failed.extend(tell(core, one))) for one in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(core.store.list()) == len(THINGS) * len(who)


def _tell_by_itself(home: str, who: str) -> None:
    core = LilaCore(load(environ={}, home=Path(home)), chain=Noting())
    core.boot()
    failed = tell(core, who)
    core.close()
    assert not failed, failed


def test_programs_that_store_at_once(tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn")
    home, who = tmp_path / "home", ("first", "second", "third", "fourth")
    workers = [start.Process(target=_tell_by_itself, args=(str(home), one)) for one in who]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * len(who)
    core = LilaCore(load(environ={}, home=home), chain=Noting())
    core.boot()
    assert len(core.store.list()) == len(THINGS) * len(who)
    core.close()
