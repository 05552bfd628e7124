"""The tools of one core, put together: what is enabled, where it keeps its data, who rings its timers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lila.config import Config
from lila.errors import ToolError, ToolNotAllowed
from lila.tools.calculator import calculator_tools
from lila.tools.clock import clock_tools
from lila.tools.draft import Draft
from lila.tools.lists import list_tools
from lila.tools.redo import redo
from lila.tools.registry import Registry, ToolContext
from lila.tools.schedule import schedule_tools
from lila.tools.shelf import Shelf
from lila.tools.timers import Ring, Timer, TimerClock, Timers, timer_tools
from memory.errors import LilaMemoryError
from memory.grammar import Store as StoreOp
from memory.model import OpContext
from memory.store import Store
from training_log.journal import Journal

__all__ = ["Hands"]


class Hands:
    """Owns the shelf and the timer thread; `registry` is what the turn calls."""

    def __init__(
        self,
        config: Config,
        home: Path,
        store: Store,
        deliver: Callable[[Ring], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._config = config
        self._store = store
        self._shelf = Shelf(home / "tools.db", clock=lambda: now().timestamp())
        self._timers = Timers(self._shelf)
        self._clock = TimerClock(self._timers, deliver, clock=lambda: now().timestamp())
        self.registry = Registry(config.tools.machine)
        made = {
            "clock": clock_tools,
            "timer": lambda: timer_tools(self._timers),
            "list": lambda: list_tools(self._shelf),
            "schedule": lambda: schedule_tools(self._keep, self._entries),
            "calculate": calculator_tools,
        }
        for name in config.tools.enabled:
            self.registry.add(made[name]())

    def start(self, journal: Journal) -> None:
        """Make good what a crash cut off, and begin to ring timers."""
        redo(self._shelf, self.registry, journal)
        self._clock.start()

    @contextmanager
    def keeping(self, draft: Draft, turn: str) -> Iterator[None]:
        """Make what a turn's tools changed, committed when the block ends well; `turn` is empty where it has no line."""
        if not draft.changes:
            yield
            return
        with self._shelf.keeping(draft.changes, turn):
            yield
        self._clock.nudge()

    def nudge(self) -> None:
        """A door opened: what rang unheard is told now."""
        self._clock.nudge()

    def pending(self) -> Sequence[Timer]:
        """Timers that have not rung, the next first."""
        return self._timers.pending()

    def close(self) -> None:
        """Stop ringing; timers and lists stay on the disk."""
        self._clock.close()
        self._shelf.close()

    def _keep(self, content: str, tags: tuple[str, ...], context: ToolContext) -> str | None:
        if not self._config.memory.enabled:
            raise ToolNotAllowed("My memory is switched off, so I can't keep a schedule.")
        op = StoreOp(content, "schedule", tags)
        origin = OpContext(
            turn_id=context.turn,
            speaker=context.speaker,
            source_text=context.text,
            trusted=context.trusted,
            recent=context.recent,
        )
        try:
            outcome = self._store.preview(op, origin)
        except LilaMemoryError as error:
            raise ToolError(str(error)) from error
        if outcome.fate == "refused":
            return f"I didn't store that. {outcome.message}"
        context.draft.ops.append(op)
        if outcome.fate in ("contested", "strengthened"):
            return outcome.message
        return f"I've put that aside until you approve it: {content}." if outcome.fate == "pending" else None

    def _entries(self, context: ToolContext) -> Mapping[str, int]:
        memories = self._store.list(namespace="schedule", speaker=context.speaker)
        return {each.text: each.id for each in memories if each.state == "approved"}
