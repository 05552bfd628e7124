"""Timers: they ring in an open door, survive a restart, and say that they are late."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lila.errors import BadToolArgument
from lila.tools.draft import Draft
from lila.tools.registry import Registry, ToolContext
from lila.tools.shelf import Shelf
from lila.tools.timers import Ring, TimerClock, Timers, timer_tools

START = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)


class House:
    """A shelf, its timers and a door, with the time moved by hand."""

    def __init__(self, path: Path, *, at: float = 0.0, door: bool = True) -> None:
        self.at = at
        self.door = door
        self.rung: list[Ring] = []
        self.shelf = Shelf(path / "tools.db")
        self.timers = Timers(self.shelf)
        self.clock = TimerClock(self.timers, self.deliver, clock=lambda: START.timestamp() + self.at)
        self.registry = Registry()
        self.registry.add(timer_tools(self.timers))

    def deliver(self, ring: Ring) -> bool:
        if self.door:
            self.rung.append(ring)
        return self.door

    def say(self, name: str, *, text: str = "", private: bool = False, **arguments: str) -> str:
        now = datetime.fromtimestamp(START.timestamp() + self.at, UTC)
        context = ToolContext("t", "c", "owner", text, now, private=private)
        said = self.registry.call(name, arguments, context)
        with self.shelf.keeping(context.draft.changes, ""):
            return said

    def at_time(self, at: float) -> list[str]:
        self.at = at
        self.clock.ring_due()
        said, self.rung = [each.message for each in self.rung], []
        return said


def test_it_rings_once_when_due(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert (
        house.say("timer_set", duration="ten minutes", label="pasta")
        == "The pasta timer is set for 10 minutes."
    )
    assert house.at_time(599) == []
    assert house.at_time(600) == ["Time's up: your pasta timer is done."]
    assert house.at_time(601) == []


def test_without_a_label(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.say("timer_set", duration="90 seconds") == "Timer set for 90 seconds."
    assert house.say("timer_set", duration="1 hour", label="call mum") == "Timer set for 1 hour: call mum."
    assert house.at_time(90) == ["Time's up: your timer for 90 seconds is done."]


def test_an_alarm_rings_at_a_time_of_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.say("timer_set", duration="4:10 pm") == "The alarm is set for 4:10 pm."
    assert (
        house.say("timer_set", duration="7 am", label="tea") == "The tea alarm is set for 7:00 am tomorrow."
    )
    assert house.at_time(299) == []
    assert house.at_time(300) == ["It's 4:10 pm: your alarm."]


def test_minutes_and_seconds_are_a_time_of_day_where_an_alarm_is_meant(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.say("timer_set", duration="1:30") == "Timer set for 90 seconds."
    assert house.say("timer_set", duration="7:30", text="wake me at 7:30") == "The alarm is set for 7:30 pm."
    with pytest.raises(BadToolArgument, match="how long"):
        house.say("timer_set", duration="10")


def test_it_survives_a_restart(tmp_path: Path) -> None:
    House(tmp_path).say("timer_set", duration="10 minutes")
    later = House(tmp_path, at=300)
    assert later.say("timer_list") == "The timer has 5 minutes left."
    assert later.at_time(600) == ["Time's up: your timer for 10 minutes is done."]


def test_what_rang_while_away_is_told_late_and_once(tmp_path: Path) -> None:
    House(tmp_path).say("timer_set", duration="10 minutes", label="pasta")
    later = House(tmp_path, door=False)
    assert later.at_time(3600) == []
    later.door = True
    said = later.at_time(3700)
    assert len(said) == 1
    assert said[0].startswith("While I was away, your pasta timer rang at ")
    assert House(tmp_path).at_time(3800) == []


def test_a_timer_set_by_another_process_rings_here_too(tmp_path: Path) -> None:
    here, there = House(tmp_path), House(tmp_path)
    there.say("timer_set", duration="1 minute")
    here.at_time(1)
    assert there.at_time(60) == ["Time's up: your timer for 1 minute is done."]
    assert here.at_time(60) == ["Time's up: your timer for 1 minute is done."]


def test_a_timer_cancelled_by_another_process_does_not_ring(tmp_path: Path) -> None:
    here, there = House(tmp_path), House(tmp_path)
    here.say("timer_set", duration="1 minute")
    here.at_time(1)
    assert there.say("timer_cancel") == "The timer is cancelled."
    assert here.at_time(60) == []


def test_cancelling(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.say("timer_cancel") == "No timer is running."
    house.say("timer_set", duration="10 minutes", label="pasta")
    house.say("timer_set", duration="3 minutes", label="tea")
    assert house.say("timer_cancel") == "You have 2 timers: tea and pasta. Which one shall I cancel?"
    assert house.say("timer_cancel", label="eggs") == "There's no timer for eggs. You have tea and pasta."
    assert house.say("timer_list") == "The tea timer has 3 minutes left. The pasta timer has 10 minutes left."
    assert house.say("timer_cancel", label="the pasta timer") == "The pasta timer is cancelled."
    house.say("timer_set", duration="1 minute")
    assert house.say("timer_cancel", label="1 minute") == "The timer is cancelled."
    assert house.say("timer_cancel", label="all") == "The timer is cancelled."
    assert house.say("timer_list") == "No timer is running."


def test_the_timer_and_the_alarm_are_told_apart(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("timer_set", duration="10 minutes", label="pasta")
    assert house.say("timer_cancel", label="alarm") == "There's no alarm. You have pasta."
    house.say("timer_set", duration="7 am")
    assert house.say("timer_cancel") == "The pasta timer is cancelled."
    assert house.say("timer_list") == "The 7:00 am alarm has 14 hours and 55 minutes left."
    assert house.say("timer_cancel", label="my 7 o'clock alarm") == "The 7:00 am alarm is cancelled."


def test_a_timer_is_given_another_time(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.say("timer_change", duration="5 minutes") == "No timer is running."
    house.say("timer_set", duration="10 minutes", label="pasta")
    house.say("timer_set", duration="1 hour")
    assert (
        house.say("timer_change", duration="15")
        == "You have 2 timers: pasta and 1 hour. Which one shall I change?"
    )
    assert house.say("timer_change", label="pasta", duration="15") == "The pasta timer is set for 15 minutes."
    with pytest.raises(BadToolArgument):
        house.say("timer_change", label="1 hour", duration="2")  # minutes, or hours?
    assert house.say("timer_change", label="1 hour", duration="2 hours") == "Timer set for 2 hours."
    assert house.at_time(3600) == ["While I was away, your pasta timer rang at 4:20 pm."]
    assert house.at_time(7200) == ["Time's up: your timer for 2 hours is done."]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("8 am", "The alarm is set for 8:00 am tomorrow."),
        ("8", "The alarm is set for 8:00 am tomorrow."),
        ("6:45", "The alarm is set for 6:45 am tomorrow."),
        ("17:30", "The alarm is set for 5:30 pm."),
        ("20 minutes", "Timer set for 20 minutes."),
    ],
)
def test_an_alarm_is_given_another_time(tmp_path: Path, said: str, answer: str) -> None:
    house = House(tmp_path)
    house.say("timer_set", duration="7 am")
    assert house.say("timer_change", label="alarm", duration=said) == answer
    assert len(house.timers.pending()) == 1


def test_a_timer_that_its_own_turn_set_and_cancelled(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("timer_set", duration="10 minutes", label="pasta")
    context = ToolContext("t", "c", "owner", "", START)
    house.registry.call("timer_set", {"duration": "3 minutes", "label": "tea"}, context)
    assert "tea timer has 3 minutes" in house.registry.call("timer_list", {}, context)
    house.registry.call("timer_cancel", {"label": "tea"}, context)
    assert [each.label for each in house.timers.pending(context.draft)] == ["pasta"]
    with house.shelf.keeping(context.draft.changes, "t"):
        pass
    assert [each.label for each in house.timers.pending()] == ["pasta"]


@pytest.mark.parametrize("duration", ["a while", "0 seconds", "9999 days", "minutes"])
def test_lengths_that_cannot_be(tmp_path: Path, duration: str) -> None:
    with pytest.raises(BadToolArgument):
        House(tmp_path).say("timer_set", duration=duration)


def test_private_timers_keep_no_words(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert (
        house.say("timer_set", private=True, duration="1 minute", label="secret") == "Timer set for 1 minute."
    )
    assert house.timers.pending()[0].label == ""


def test_the_thread_rings_and_wakes_for_a_new_timer(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "tools.db")
    timers = Timers(shelf)
    rang = threading.Event()

    def deliver(ring: Ring) -> bool:
        rang.set()
        return True

    clock = TimerClock(timers, deliver, look_s=3600)
    clock.start()
    draft = Draft()
    timers.set(1, "", 0.0, draft)  # long due
    with shelf.keeping(draft.changes, ""):
        pass
    clock.nudge()
    assert rang.wait(30)
    clock.close()
    shelf.close()
