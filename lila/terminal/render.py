"""How a turn looks in a terminal: events in, text out. No terminal is touched here."""

from __future__ import annotations

from dataclasses import dataclass, field

from lila import events

__all__ = ["YOU", "Marks", "TurnRenderer"]

YOU = "you  › "
LILA = "lila › "
MARK_COLUMN = 80
"""Marks line up here, so that the eye can skip them; a longer reply is followed by its mark directly."""

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
        self._column = 0
        self._marks = Marks()
        self._reply_open = False
        self._over = False

    def feed(self, event: events.Event) -> str:
        """The text that ``event`` adds to the screen; often empty."""
        self._marks.take(event)
        match event:
            case events.TextDelta(text=text):
                return self._open() + self._advance(text)
            case events.Notice(message=message) | events.Error(message=message):
                return self._fresh_line() + f"   ({message})\n"
            case events.TimerRang(message=message):
                return self._fresh_line() + f"⏰ {message}\n"
            case events.Interrupted():
                return self._cut()
            case events.TurnDone(used=used):
                return self._close(self._marks.line(used))
            case _:
                return ""

    def _open(self) -> str:
        if self._reply_open:
            return ""
        self._reply_open = True
        return self._advance(self._prefix)

    def _advance(self, text: str) -> str:
        tail = text.rsplit("\n", 1)
        self._column = len(tail[-1]) if len(tail) > 1 else self._column + len(text)
        return text

    def _fresh_line(self) -> str:
        return "\n" if self._reply_open and self._column else ""

    def _cut(self) -> str:
        self._over = True
        return " —\n" if self._reply_open else ""

    def _close(self, mark: str) -> str:
        opened = self._open() if mark and not self._over else ""
        if self._over or not self._reply_open:
            return ""
        self._over = True
        if not mark:
            return "\n"
        room = self._width >= MARK_COLUMN + len(mark)
        gap = MARK_COLUMN - self._column if room else 2
        return f"{opened}{' ' * max(2, gap)}{mark}\n"
