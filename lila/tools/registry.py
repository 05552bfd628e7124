"""Which tools there are, what each touches, and whether it may run now.

A tool declares what it touches. Reading the clock touches nothing; lists and timers touch Lila's own data;
whatever reaches the machine or beyond it asks first, each time, unless the owner configured otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from lila.errors import BadToolArgument, ToolNotAllowed, UnknownTool
from lila.tools.draft import Draft

__all__ = ["Parameter", "Registry", "Tool", "ToolContext", "Touches"]


class Touches(Enum):
    """What a tool reaches."""

    NOTHING = "nothing"
    OWN_DATA = "Lila's own data"
    MACHINE = "the machine"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument; all are text, copied from the person's words. `help` is what the model reads."""

    name: str
    help: str
    required: bool = True
    copied: bool = True
    """The person's own words; False for a choice such as the name of a list."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """In whose turn a tool runs; `now` carries its zone, `granted` names tools the person just allowed.

    A tool that changes Lila's own data puts the change into `draft`: it is made when the turn is.
    """

    turn: str
    conversation: str
    speaker: str
    text: str
    now: datetime
    private: bool = False
    granted: frozenset[str] = frozenset()
    recent: tuple[str, ...] = ()
    """What the person said in the turns before, oldest first."""
    trusted: bool = True
    """False where Lila thinks by herself: nothing of it becomes the person's by itself."""
    draft: Draft = field(default_factory=Draft)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool; `run` returns the finished sentence to say, or raises ToolError with one."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Mapping[str, str], ToolContext], str]
    touches: Touches = Touches.NOTHING
    keeps_words: bool = False
    """It writes down what the person said, which private mode forbids."""

    def signature(self) -> str:
        """As a model is taught it: `timer_set(duration="…", label="…" optional)`."""
        listed = ", ".join(
            f'{each.name}="…"{"" if each.required else " optional"}' for each in self.parameters
        )
        return f"{self.name}({listed})"


@dataclass(slots=True)
class Registry:
    """The tools of one core. `machine` is "ask", "never" or "always"."""

    machine: str = "ask"
    _tools: dict[str, Tool] = field(default_factory=dict)

    def add(self, tools: Sequence[Tool]) -> None:
        """Make tools known; a later one of the same name replaces the earlier."""
        self._tools.update({tool.name: tool for tool in tools})

    @property
    def tools(self) -> tuple[Tool, ...]:
        """All tools, in the order in which they were added."""
        return tuple(self._tools.values())

    def find(self, name: str) -> Tool | None:
        """The tool of that name, or None."""
        return self._tools.get(name)

    def needs_permission(self, name: str, context: ToolContext) -> bool:
        """True where the person must say yes before this call runs."""
        tool = self._tools.get(name)
        asks = tool is not None and tool.touches is Touches.MACHINE and self.machine == "ask"
        return asks and name not in context.granted

    def call(self, name: str, arguments: Mapping[str, str], context: ToolContext) -> str:
        """Run a tool and return its sentence; raises ToolError with one that can be said."""
        tool = self._tools.get(name)
        if tool is None:
            raise UnknownTool("I can't do that: I have no such tool.")
        self._check_allowed(tool, context)
        known = {each.name for each in tool.parameters}
        if unknown := sorted(set(arguments) - known):
            raise BadToolArgument(f"I can't do that: {name} doesn't know {', '.join(unknown)}.")
        for each in tool.parameters:
            if each.required and not arguments.get(each.name, "").strip():
                raise BadToolArgument(f"I'm missing something there: {each.help}.")
        return tool.run({key: value.strip() for key, value in arguments.items()}, context)

    def _check_allowed(self, tool: Tool, context: ToolContext) -> None:
        if tool.keeps_words and context.private:
            raise ToolNotAllowed("We're private, so I'm not writing that down.")
        if tool.touches is Touches.MACHINE and self.machine == "never":
            raise ToolNotAllowed("I'm not allowed to touch the machine. It's set so in tools.machine.")
        if self.needs_permission(tool.name, context):
            raise ToolNotAllowed(f"May I {tool.summary}? Say yes, and I will.", code="tool_asks")
