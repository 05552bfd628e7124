"""The clock and the calculator."""

from __future__ import annotations

from training_log.nano.corpus.calls import NUMBERS, call, spoken_as
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.surface import draw_style
from training_log.nano.corpus.times import clock_time, day

__all__ = ["clock_or_sum"]

_TIME = phrases("""
    what time is it | what's the time | tell me the time | do you have the time | what time is it now | time
    please | can you tell me the time | how late is it | what is the time | the time please | do you know
    what time it is | could you tell me what time it is | what time do we have | how late are we | current
    time | what's the time right now | is it late | what does the clock say | got the time
""")


_DATE = phrases("""
    what's the date | what is the date today | what date is it | what's today's date | tell me the date |
    which date is it today | what's the date today | what is today's date | do you know the date | today's
    date please | can you tell me the date | what date do we have | what day of the month is it | the date
    please | which date do we have | what year is it | what month is it
""")


_DAY = phrases("""
    what day is it | what day is today | which day is it | what day of the week is it | what weekday is it |
    which day of the week is today | tell me what day it is | what day do we have | is it monday today |
    what's today | which weekday do we have | is it the weekend | do you know what day it is | what day is
    it today | is today friday
""")


_NEXT = phrases("""
    what's tomorrow's date | what is the date tomorrow | what date is tomorrow | what day is tomorrow | what is
    tomorrow | what's the date tomorrow | which day is tomorrow | what day is it tomorrow | tomorrow's date please |
    what will the date be tomorrow | tell me tomorrow's date | what's tomorrow | which date is it tomorrow | what
    weekday is tomorrow | is tomorrow a monday | what day of the week is tomorrow
""")


_BEFORE = phrases("""
    what was yesterday's date | what was the date yesterday | what date was yesterday | what day was yesterday | what
    was yesterday | which day was yesterday | what day was it yesterday | yesterday's date please | tell me
    yesterday's date | which date was it yesterday | what weekday was yesterday
""")


_SUM = phrases("""
    what is {e} | what's {e} | calculate {e} | how much is {e} | {e} | work out {e} | what does {e} make |
    tell me {e} | can you calculate {e} | compute {e} | how much is {e} please | can you work out {e} |
    solve {e} | what do I get for {e} | could you tell me what {e} is | quick sum, {e} | do the maths, {e} |
    what would {e} be | give me {e} | please calculate {e} | I need to know {e}
""")


def clock_or_sum(lex: Lexicon) -> Turn:
    style, roll = draw_style(lex), lex.rng.random()
    if roll < 0.55:
        what = lex.pick(("time", "time", "time", "date", "date", "day", "day", "tomorrow", "yesterday"))
        results = {
            "time": f"It's {clock_time(lex.rng)}.",
            "date": f"Today is {day(lex.rng)} {lex.value('date')}.",
            "day": f"It's {day(lex.rng)}.",
            "tomorrow": f"Tomorrow is {day(lex.rng)} {lex.value('date')}.",
            "yesterday": f"Yesterday was {day(lex.rng)} {lex.value('date')}.",
        }
        wording = lex.wording(
            {"time": _TIME, "date": _DATE, "day": _DAY, "tomorrow": _NEXT, "yesterday": _BEFORE}[what]
        )
        return call(
            "clock",
            spoken_as(lex, style, wording, "?" if lex.chance(0.8) else "."),
            "clock",
            results[what],
            what=what,
        )
    expression = style.plain(_expression(lex))
    result = f"{expression} is {lex.rng.randint(-40, 9000)}." if lex.chance(0.9) else "I can't work that out."
    return call(
        "calculate",
        spoken_as(lex, style, lex.wording(_SUM), "?", e=expression),
        "calculate",
        result,
        expression=expression,
    )


def _expression(lex: Lexicon) -> str:
    def number() -> str:
        if lex.chance(0.3):
            return lex.pick(NUMBERS)
        return (
            str(lex.rng.randint(0, 10 ** lex.pick((1, 2, 2, 3, 4))))
            if lex.chance(0.9)
            else f"{lex.rng.randint(0, 99)}.{lex.rng.randint(1, 99)}"
        )

    operator = lex.pick(
        phrases("""
    times | plus | minus | divided by | times | + | - | * | / | x | multiplied by | over
""")
    )
    roll = lex.rng.random()
    if roll < 0.12:
        return (
            f"{number()} percent of {number()}"
            if lex.chance(0.6)
            else f"{lex.rng.randint(1, 99)}% of {number()}"
        )
    if roll < 0.2:
        return f"{number()} {operator} {number()} {lex.pick(('plus', 'minus', 'times', '+', '-'))} {number()}"
    if roll < 0.25:
        return lex.pick(
            (
                f"the square root of {number()}",
                f"{number()} squared",
                f"half of {number()}",
                f"{number()} to the power of {number()}",
            )
        )
    return (
        f"{number()}{operator}{number()}"
        if operator in "+-*/" and lex.chance(0.3)
        else f"{number()} {operator} {number()}"
    )
