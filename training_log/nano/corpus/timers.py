"""Timers and the schedule. The model copies the person's phrase for the time; the tool parses it."""

from __future__ import annotations

from training_log.nano.corpus import making, words
from training_log.nano.corpus.calls import NUMBERS, call, spoken_as
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.surface import Style, draw_style
from training_log.nano.corpus.times import DAYS, clock_time, day

__all__ = ["timers"]

_TIMER = phrases("""
    set a timer for {d} | set a {d} timer | timer for {d} | start a timer for {d} | {d} timer | set timer
    {d} | start a {d} timer | can you set a timer for {d} | please set a timer for {d} | timer {d} | wake me
    in {d} | give me {d} | count down {d} | I need a timer for {d} | could you start a timer for {d} | put a
    timer on for {d} | let me know in {d} | a timer of {d} please | run a timer for {d} | remind me in {d} |
    ping me in {d} | tell me when {d} are up | beep in {d} | make it a {d} timer
""")


_LABELLED = phrases("""
    set a timer for {d} for the {b} | set a {d} timer for the {b} | set a {b} timer for {d} | timer for the
    {b}, {d} | start a {b} timer for {d} | {d} for the {b} | the {b} needs {d}, set a timer | start a timer
    for the {b}, {d} | set a timer called {b} for {d} | set a timer for {d} called {b} | remind me about the
    {b} in {d} | the {b} takes {d}, set a timer please | {b} timer, {d} | time the {b} for {d} | I put the
    {b} in the oven, tell me in {d} | can you set a {d} timer for the {b} | please start a {d} timer for the
    {b}
""")


_TASK_TIMER = phrases("""
    remind me in {d} to {b} | in {d} remind me to {b} | remind me to {b} in {d} | can you remind me in {d}
    to {b} | tell me in {d} to {b} | please remind me to {b} in {d} | I have to {b} in {d}, set a timer |
    could you remind me to {b} in {d}
""")


_TIMERS = phrases("""
    which timers are running | show my timers | what timers do I have | how much time is left | how long is
    left on the timer | list the timers | are any timers running | how much longer on the timer | is the
    timer still running | what's left on the timer | when does the timer ring | how many minutes are left on
    the timer | tell me my timers | do I have a timer running | check the timer | time left
""")


_CANCEL = phrases("""
    cancel the timer | stop the timer | cancel my timer | turn off the timer | delete the timer | stop my
    timer | kill the timer | I don't need the timer any more | timer off | end the timer | please cancel the
    timer | switch off the timer | forget the timer | remove the timer
""")


_CANCEL_LABEL = phrases("""
    cancel the {b} timer | stop the {b} timer | turn off the {b} timer | delete the {b} timer | cancel the
    timer for the {b} | stop the timer for the {b} | I don't need the {b} timer any more | {b} timer off |
    end the {b} timer | please cancel the {b} timer | the {b} is done, stop the timer | kill the {b} timer
""")


_LABELS = phrases("""
    pasta | eggs | rice | cake | bread | pizza | tea | laundry | oven | potatoes | roast | cookies | soup |
    washing machine | dryer | chicken | nap | homework | break | stew | dough | beans | lasagne | hair dye |
    face mask | coffee | sauna | workout | meditation | parking meter
""")


_PLAN = phrases("""
    schedule {x} {w} | put {x} in my calendar {w} | add {x} to my schedule {w} | remind me {w} to {x} |
    schedule {x} for {w} | put {x} on the schedule for {w} | add {x} to the calendar for {w} | remind me to
    {x} {w} | book {x} for {w} | set a reminder to {x} {w} | set a reminder {w} to {x} | please schedule {x}
    {w} | put {x} in the diary for {w} | plan {x} for {w} | new appointment {w}, {x} | make an appointment
    {w}, {x} | can you remind me to {x} {w} | calendar entry {w}, {x} | enter {x} {w} in my calendar |
    create a reminder for {w} to {x} | I want to be reminded to {x} {w} | could you remind me {w} to {x} |
    add an appointment {w}, {x}
""")


_AGENDA = phrases("""
    what's on my schedule {w} | what do I have {w} | what's planned {w} | what's on {w} | show me my
    schedule for {w} | what am I doing {w} | do I have anything {w} | what's in my calendar {w} | am I free
    {w} | what appointments do I have {w} | what have I got on {w} | show my calendar for {w} | is there
    anything on my calendar {w} | tell me my schedule for {w} | what's my day like {w} | read me my schedule
    {w} | what's happening {w}
""")


def _duration(lex: Lexicon) -> str:
    number = str(lex.rng.randint(1, 90)) if lex.chance(0.65) else lex.pick(NUMBERS[:-1])
    one = number in ("1", "one")
    roll = lex.rng.random()
    if roll < 0.65:
        return f"{number} minute{'' if one else 's'}"
    if roll < 0.75:
        return lex.pick(
            phrases("""
    half an hour | an hour | a quarter of an hour | one and a half hours | an hour and a half | a minute |
    two and a half minutes | three quarters of an hour | half a minute | 1 hour 20 minutes | one hour and
    ten minutes | 90 seconds
""")
        )
    if roll < 0.88:
        return f"{number} second{'' if one else 's'}"
    return f"{number} hour{'' if one else 's'}"


def timers(lex: Lexicon) -> Turn:
    style, roll = draw_style(lex), lex.rng.random()
    label = style.plain(lex.pseudo() if lex.chance(0.15) else lex.word(_LABELS))
    duration = style.plain(_duration(lex))
    if roll < 0.28:
        wording = lex.wording(_TIMER)
        return call(
            "timer",
            spoken_as(lex, style, wording, d=_as_adjective(wording, duration)),
            "timer_set",
            f"Timer set for {duration}.",
            duration=_as_adjective(wording, duration),
        )
    if roll < 0.46:
        wording = lex.wording(_LABELLED)
        said = _as_adjective(wording, duration)
        return call(
            "timer",
            spoken_as(lex, style, wording, d=said, b=label),
            "timer_set",
            f"The {label} timer is set for {duration}.",
            duration=said,
            label=label,
        )
    if roll < 0.485:
        task = style.plain(lex.word(words.TODOS))
        wording = lex.wording(_TASK_TIMER)
        return call(
            "timer",
            spoken_as(lex, style, wording, d=duration, b=task),
            "timer_set",
            f"Timer set for {duration}: {task}.",
            duration=duration,
            label=task,
        )
    if roll < 0.54:
        result = lex.pick(
            (
                "No timer is running.",
                f"The {label} timer has {duration} left.",
                f"The timer has {duration} left.",
            )
        )
        return call("timer", spoken_as(lex, style, lex.wording(_TIMERS), "?"), "timer_list", result)
    if roll < 0.6:
        return call(
            "timer", spoken_as(lex, style, lex.wording(_CANCEL)), "timer_cancel", "The timer is cancelled."
        )
    if roll < 0.68:
        return call(
            "timer",
            spoken_as(lex, style, lex.wording(_CANCEL_LABEL), b=label),
            "timer_cancel",
            f"The {label} timer is cancelled.",
            label=label,
        )
    return _schedule(lex, style)


def _as_adjective(wording: str, duration: str) -> str:
    """ "a 10 minute timer": the plural goes when the duration stands before its noun."""
    if "{d} timer" in wording and duration.endswith("s"):
        return duration.removesuffix("s")
    return duration


def _schedule(lex: Lexicon, style: Style) -> Turn:
    if lex.chance(0.62):
        wording = lex.wording(_PLAN)
        when = lex.value("time")
        if any(part in wording for part in ("for {w}", "appointment {w}, ", "entry {w}, ")):
            when = when.removeprefix("on ").removeprefix("at ")
        when = style.plain(when)
        task = lex.word(words.TODOS) if lex.chance(0.7) else f"call {lex.name()}"
        what = style.plain(
            task
            if "to {x}" in wording
            else lex.pick(
                (
                    f"the {making.event(lex)}",
                    making.event(lex),
                    f"{lex.pick(('lunch', 'dinner', 'a meeting', 'coffee', 'tennis'))} with {lex.name()}",
                )
            )
        )
        return call(
            "schedule",
            spoken_as(lex, style, wording, x=what, w=when),
            "schedule_add",
            f"Added {what} to your schedule, {when}.",
            when=when,
            what=what,
        )
    wording = lex.wording(_AGENDA)
    when = lex.pick(
        (
            day(lex.rng),
            "today",
            "tomorrow",
            f"next {day(lex.rng)}",
            "this week",
            "tomorrow morning",
            "next week",
            lex.value("date"),
            "this evening",
            "on the weekend",
            "this afternoon",
        )
    )
    spoken = f"on {when}" if when in DAYS and "for" not in wording else when
    result = lex.pick(
        ("Nothing is planned.", f"{lex.word(words.APPOINTMENTS).capitalize()} at {clock_time(lex.rng)}.")
    )
    when = style.plain(when)
    return call(
        "schedule",
        spoken_as(lex, style, wording, "?", w=style.plain(spoken)),
        "schedule_show",
        result,
        when=when,
    )
