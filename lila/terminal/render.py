"""How a turn looks in a terminal: events in, text out. No terminal is touched here."""

from __future__ import annotations

from dataclasses import dataclass, field

from lila import events
from lila.terminal.layout import Flow, columns_of, harmless, wrapped

__all__ = ["YOU", "Marks", "TurnRenderer"]

YOU = "you  › "
LILA = "lila › "
MARK_COLUMN = 80
"""Marks line up here, so that the eye can skip them; on a narrower screen they end at its right edge."""

_STORED = {"applied", "strengthened", "superseded"}
_WRITES = {"store", "consolidate", "episode"}


@dataclass(slots=True)
class Marks:
    """What a turn did to the memory, gathered from its events, as the short signs after a reply."""

    _signs: dict[str, None] = field(default_factory=dict)

    def take(self, event: events.Event) -> None:
        match event:
            case events.OpApplied(fate="contested"):
                self._signs["⚠ contested"] = None
            case events.OpApplied(fate="forgotten"):
                self._signs["✂ forgotten"] = None
            case events.OpApplied(fate="pending", ids=ids):
                self._signs[f"… waits for your approval ({', '.join(map(str, ids))})"] = None
            case events.OpApplied(op=op, fate=fate, namespace=namespace):
                if fate in _STORED and op.kind in _WRITES:
                    self._signs[f"✎ {namespace}"] = None
            case events.OpRefused(reason=reason):
                self._signs[f"✗ {reason}"] = None
            case _:
                pass

    def line(self, used: tuple[int, ...]) -> str:
        """The signs in order; what was recalled is named only where nothing was written."""
        if self._signs:
            return "  ".join(self._signs)
        return f"⤷ memory {', '.join(map(str, used))}" if used else ""


class TurnRenderer:
    """Renders the events of one turn, each as the text to print at that moment."""

    def __init__(self, *, width: int = 100, prefix: str = LILA) -> None:
        self._width = width
        self._prefix = prefix
        self._flow = Flow(width, len(prefix))
        self._marks = Marks()
        self._reply_open = False
        self._over = False

    def feed(self, event: events.Event) -> str:
        """The text that ``event`` adds to the screen; often empty."""
        self._marks.take(event)
        match event:
            case events.TextDelta(text=text):
                return self._open() + self._flow.feed(text)
            case events.Notice(message=message) | events.Error(message=message):
                return self._fresh_line() + self._aside(f"({message})")
            case events.TimerRang(message=message):
                return self._fresh_line() + self._aside(f"⏰ {message}")
            case events.Interrupted():
                return self._cut()
            case events.TurnDone(used=used):
                return self._close(harmless(self._marks.line(used)))
            case _:
                return ""

    def _open(self) -> str:
        if self._reply_open:
            return ""
        self._reply_open = True
        self._flow.column = len(self._prefix)
        return self._prefix

    def _aside(self, text: str) -> str:
        return wrapped(f"   {text}", self._width, 4) + "\n"

    def _fresh_line(self) -> str:
        rest = self._flow.rest()
        return rest + "\n" if self._reply_open and self._flow.column else rest

    def _cut(self) -> str:
        self._over = True
        return self._flow.rest() + " —\n" if self._reply_open else ""

    def _close(self, mark: str) -> str:
        opened = self._open() if mark and not self._over else ""
        if self._over or not self._reply_open:
            return ""
        self._over = True
        shown = opened + self._flow.rest()
        return f"{shown}{self._gap(mark)}{mark}\n" if mark else f"{shown}\n"

    def _gap(self, mark: str) -> str:
        """What brings a mark to its column, to the right edge, or where there is no room, to a line of its own."""
        column = min(MARK_COLUMN, self._width - columns_of(mark))
        if self._flow.column + 2 <= column:
            return " " * (column - self._flow.column)
        if self._flow.column + 2 + columns_of(mark) <= self._width:
            return "  "
        return "\n" + " " * max(len(self._prefix), column)
