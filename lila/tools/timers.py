"""Timers that survive a restart.

The shelf holds them; `TimerClock` is the thread that rings them in every open door. A timer that came due
while nobody listened (Lila was off, or no door was open) is told to the first door that opens.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lila.errors import BadToolArgument
from lila.tools.clock import say_time
from lila.tools.doing import DOING
from lila.tools.draft import Draft
from lila.tools.durations import say_duration, seconds_of
from lila.tools.registry import Parameter, Tool, ToolContext, Touches
from lila.tools.shelf import Shelf
from lila.tools.time_of_day import next_at

__all__ = ["Ring", "Timer", "TimerClock", "Timers", "timer_tools"]

MAX_SECONDS = 366 * 86_400
MAX_TIMERS = 100
_OF_THE_DAY = re.compile(r"\d\s*[ap]\.?\s?m\b|o['’]?clock|\b(?:past|to|noon|midday|midnight)\b")
_ANY_DAY = datetime(2000, 1, 1)
_CLOCK_NAME = re.compile(r"\d{1,2}:\d\d [ap]m")
NONE_RUNS = "No timer is running."
LATE_S = 5.0
"""A timer that rings later than this says that it is late."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that has not rung; `due_at` in Unix seconds."""

    id: int
    label: str
    seconds: int
    due_at: float

    @property
    def name(self) -> str:
        """How it is called among others: its label, or its length."""
        return self.label or say_duration(self.seconds)

    @property
    def is_alarm(self) -> bool:
        """Whether it is named by the time of day at which it rings."""
        return _CLOCK_NAME.fullmatch(self.label) is not None

    @property
    def kind(self) -> str:
        """What somebody calls one like it."""
        return "alarm" if self.is_alarm else "timer"


@dataclass(frozen=True, slots=True)
class Ring:
    """A timer is due: the sentence to say."""

    timer: int
    label: str
    message: str


class Timers:
    """The timers on the shelf. `draft` is the turn in which something is asked or changed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def set(self, seconds: int, label: str, now: float, draft: Draft) -> None:
        """Set a timer; raises BadToolArgument for a length that can't be."""
        if not 1 <= seconds <= MAX_SECONDS:
            raise BadToolArgument("A timer can run from a second to a year. How long shall it be?")
        if len(self.pending(draft)) >= MAX_TIMERS:
            raise BadToolArgument(f"There are {MAX_TIMERS} timers already. Cancel one first.")
        row = (label, seconds, now + seconds)
        draft.changes.append(
            lambda db: db.execute("INSERT INTO timers (label, seconds, due_at) VALUES (?, ?, ?)", row)
        )

    def pending(self, draft: Draft | None = None) -> list[Timer]:
        """Timers that have not rung, the next first."""
        rows = self._shelf.rows_after(
            draft.changes if draft else (),
            "SELECT id, label, seconds, due_at FROM timers WHERE NOT rung ORDER BY due_at, id",
        )
        return [Timer(int(str(a)), str(b), int(str(c)), float(str(d))) for a, b, c, d in rows]

    def cancel(self, timers: list[Timer], draft: Draft) -> None:
        """Cancel these."""
        # One that this turn set has its number only for now, so the time that it is due belongs to its name.
        rows = [(timer.id, timer.due_at) for timer in timers]
        draft.changes.append(
            lambda db: db.executemany("DELETE FROM timers WHERE id = ? AND due_at = ?", rows)
        )

    def mark_rung(self, timer: Timer) -> None:
        """It was heard: it will not ring again. The row stays until the next timer is set."""
        with self._shelf.writing() as db:
            db.execute("UPDATE timers SET rung = 1 WHERE id = ?", (timer.id,))
            db.execute("DELETE FROM timers WHERE rung AND due_at < ?", (timer.due_at - 3600,))

    def cancelled(self, timer: Timer) -> bool:
        """True if it was cancelled, here or by another process."""
        return not self._shelf.rows("SELECT 1 FROM timers WHERE id = ?", timer.id)


def ring(timer: Timer, now: float) -> Ring:
    """What to say when a timer is due, in time or late."""
    named = f"your {timer.label} timer" if timer.label else f"your timer for {say_duration(timer.seconds)}"
    what = "your alarm" if timer.is_alarm else named
    if now - timer.due_at > LATE_S:
        due = datetime.fromtimestamp(timer.due_at)
        same_day = due.date() == datetime.fromtimestamp(now).date()
        at = f"at {say_time(due)}" if same_day else f"on {due:%A} at {say_time(due)}"
        return Ring(timer.id, timer.label, f"While I was away, {what} rang {at}.")
    in_time = f"It's {timer.label}: {what}." if timer.is_alarm else f"Time's up: {what} is done."
    return Ring(timer.id, timer.label, in_time)


class TimerClock:
    """Rings timers when they are due. `deliver` returns False while no door is open; it is then tried again.

    Another process may set, cancel or ring timers on the same shelf, so the shelf is looked at every
    `look_s` seconds; each process rings in its own doors.
    """

    def __init__(
        self,
        timers: Timers,
        deliver: Callable[[Ring], bool],
        *,
        clock: Callable[[], float] = time.time,
        look_s: float = 2.0,
    ) -> None:
        self._timers = timers
        self._deliver = deliver
        self._clock = clock
        self._look_s = look_s
        self._wake = threading.Event()
        self._closed = False
        self._held: dict[int, Timer] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ring."""
        self._thread = threading.Thread(target=self._run, name="lila-timers", daemon=True)
        self._thread.start()

    def ring_due(self) -> float:
        """Ring everything that is due now; returns seconds until the next look."""
        with self._lock:
            now = self._clock()
            for timer in self._timers.pending():
                self._held.setdefault(timer.id, timer)
            for timer in sorted(self._held.values(), key=lambda each: each.due_at):
                if self._timers.cancelled(timer):
                    del self._held[timer.id]
                elif timer.due_at <= now and self._deliver(ring(timer, now)):
                    del self._held[timer.id]
                    self._timers.mark_rung(timer)
            waiting = [each.due_at - now for each in self._held.values() if each.due_at > now]
            return max(0.0, min([self._look_s, *waiting]))

    def nudge(self) -> None:
        """Look again now: a door has opened, or a turn has changed timers."""
        self._wake.set()

    def close(self) -> None:
        """Stop; timers stay on the shelf."""
        self._closed = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._closed:
            self._wake.clear()
            wait = self.ring_due()
            self._wake.wait(wait)


def timer_tools(timers: Timers) -> tuple[Tool, ...]:
    """The four timer tools."""
    hands = _Hands(timers)
    duration = Parameter("duration", 'how long: "10 minutes"')
    label = Parameter("label", 'what it is for: "pasta"', required=False)
    which = Parameter(
        "label", 'which one: "pasta", or as it was called: "7:00 am"', required=False, copied=False
    )
    own = Touches.OWN_DATA
    return (
        Tool("timer_set", "set a timer", (duration, label), hands.set, own),
        Tool("timer_change", "give a timer or an alarm another time", (duration, which), hands.change, own),
        Tool("timer_list", "say which timers run", (), hands.list, own),
        Tool("timer_cancel", "cancel a timer", (label,), hands.cancel, own),
    )


class _Hands:
    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def set(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        said = arguments["duration"]
        at = next_at(said, context.now) if _tells_when(said, context.text) else None
        # Private mode keeps none of the person's words; the timer itself must still ring.
        label = "" if context.private else arguments.get("label", "")[:100]
        return self._set(_seconds(said, at, context.now), at, label, context)

    def change(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        said, pending = arguments["duration"], self._timers.pending(context.draft)
        chosen = _chosen(arguments.get("label", ""), pending)
        if len(chosen) != 1:
            return _which(arguments.get("label", ""), chosen, pending, "change")
        old = chosen[0]
        half = old.label[-2:] if old.is_alarm else ""  # "no, at eight", said of an alarm at 7:00 am
        at = next_at(said, context.now, half=half) if half or _tells_when(said, context.text) else None
        if at is None and seconds_of(said) is None and 60 <= old.seconds < 3600:
            said = f"{said} minutes"  # "no, fifteen", said of a timer for ten minutes
        seconds = _seconds(said, at, context.now)
        self._timers.cancel(chosen, context.draft)
        return self._set(seconds, at, "" if old.is_alarm else old.label, context)

    def _set(self, seconds: int, at: datetime | None, label: str, context: ToolContext) -> str:
        clock = say_time(at) if at is not None else ""
        self._timers.set(seconds, label or clock, context.now.timestamp(), context.draft)
        if at is not None:
            of_tomorrow = " tomorrow" if at.date() > context.now.date() else ""
            what = f"The {label} alarm" if label else "The alarm"
            return f"{what} is set for {clock}{of_tomorrow}."
        length = say_duration(seconds)
        if label and label.split()[0].lower() in DOING:
            return f"Timer set for {length}: {label}."
        return f"The {label} timer is set for {length}." if label else f"Timer set for {length}."

    def list(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        pending = self._timers.pending(context.draft)
        if not pending:
            return NONE_RUNS
        now = context.now.timestamp()
        alone = len(pending) == 1
        said = [f"{_title(each, alone=alone)} {_left(each.due_at - now)}." for each in pending]
        return " ".join(said)

    def cancel(self, arguments: Mapping[str, str], context: ToolContext) -> str:
        pending, label = self._timers.pending(context.draft), arguments.get("label", "")
        if pending and _plain_label(label) in ("all", "every", "both"):
            self._timers.cancel(pending, context.draft)
            return "All timers are cancelled." if len(pending) > 1 else f"The {pending[0].kind} is cancelled."
        chosen = _chosen(label, pending)
        if len(chosen) != 1:
            return _which(label, chosen, pending, "cancel")
        self._timers.cancel(chosen, context.draft)
        return f"{_title(chosen[0], alone=not chosen[0].label)} is cancelled."


def _seconds(said: str, at: datetime | None, now: datetime) -> int:
    """From `now` until `at`, or as many as were said."""
    seconds = seconds_of(said) if at is None else math.ceil(at.timestamp() - now.timestamp())
    if seconds is None:
        raise BadToolArgument("I didn't understand how long. Say it like: ten minutes, or 7 am.")
    return seconds


def _tells_when(said: str, text: str) -> bool:
    """Whether a time of day is meant: "7:30" is seven minutes and a half, and "10" nothing, except where an alarm is set for it."""
    named = seconds_of(said) is None and _OF_THE_DAY.search(said.lower())
    return bool(named or re.search(r"\b(?:alarm|wake)\b", text.lower()))


def _title(timer: Timer, *, alone: bool) -> str:
    return "The timer" if alone and not timer.label else f"The {timer.name} {timer.kind}"


def _plain_label(said: str) -> str:
    words = said.lower().replace("timers", "timer").split()
    label = [word for word in words if word not in ("timer", "the", "my", "of", "for", "them")]
    return " ".join(label if label == ["alarm"] else [word for word in label if word != "alarm"])


def _chosen(said: str, pending: list[Timer]) -> list[Timer]:
    """Those that are meant: by their label, by their length, or as "the timer" or "the alarm", of which there may be one only."""
    label = _plain_label(said)
    if label == "alarm":
        return [each for each in pending if each.is_alarm]
    if not label:
        no_alarms = [each for each in pending if not each.is_alarm]
        return no_alarms or pending
    by_label = [each for each in pending if label in each.label.lower() or _rings_at(label, each)]
    length = seconds_of(label)
    return by_label or [each for each in pending if length is not None and each.seconds == length]


def _rings_at(said: str, timer: Timer) -> bool:
    """Whether it is an alarm for the time that was said: "7 am" and "seven" are of the one for 7:00 am."""
    at = next_at(said, _ANY_DAY, half=timer.label[-2:]) if timer.is_alarm else None
    return at is not None and say_time(at) == timer.label


def _which(said: str, chosen: list[Timer], pending: list[Timer], verb: str) -> str:
    """What is said where it isn't one of them that is meant."""
    if not pending:
        return NONE_RUNS
    names = " and ".join(each.name for each in pending)
    label = _plain_label(said)
    if label and not chosen:
        missing = "no alarm" if label == "alarm" else f"no timer for {label}"
        return f"There's {missing}. You have {names}."
    return f"You have {len(pending)} timers: {names}. Which one shall I {verb}?"


def _left(seconds: float) -> str:
    return f"has {say_duration(seconds)} left" if seconds >= 1 else "is due now"
