"""Requests that one call of a tool answers, however the built-in model would take them: it was taught timers, and knows no alarms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.backends.decoding.retiming import puts_right
from lila.backends.decoding.slips import is_slip_of
from lila.backends.decoding.times import is_proper, may_stand_in_a_time
from lila.backends.decoding.words import OPENERS, folded, without_ends

__all__ = ["may_be_of_timers", "plain_call"]

_CLOCKS = r"(?:alarms?|timers?|alarm clocks?)"
_LISTING = re.compile(
    rf"(?:what|which|how many|list|show(?: me)?|tell me|are(?: there)?|is(?: there)?|do (?:i|we) have|have (?:i|we)(?: got)?(?: set)?)"
    rf"(?: (?:of|my|our|the|all|any|an|a))* {_CLOCKS}"
    r"(?: (?:do|have|i|we|are|is|set|on|running|active|there|going|now|currently|got|please|today|tonight|tomorrow))*"
)
_TIME_LEFT = re.compile(
    r"(?:how (?:long|much (?:time|longer)|many (?:minutes|seconds|hours))|time|what time)(?: (?:is|are|do|does|have|has|i|we|there|it|still|got))*"
    r" (?:left|remain(?:s|ing)?|to go)(?: (?:on|for) (?:the|my|that) timer)?"
)
"""How somebody asks for a timer that runs, and not for the time."""
_CANCELLING = re.compile(
    rf"(?:cancel|stop|end|disable|kill|delete|remove|clear|silence|(?:turn|switch|shut) off)(?: (?:my|our|the|that|this|all|every|both))* {_CLOCKS}(?: (?:now|off))*|"
    rf"(?:turn|switch|shut)(?: (?:my|our|the|that|this|all))* {_CLOCKS} off"
)
_CANCELLING_ONE = re.compile(
    r"(?:cancel|stop|end|disable|delete|remove|clear|(?:turn|switch|shut) off)(?: (?:my|our|the|that|this))? (?P<when>.+) (?:alarm|timer)"
)
_ALL = frozenset(("all", "every", "both"))
_WAKING = re.compile(
    r"(?:wake me(?: up)?|set (?:an|the|my) alarm(?: clock)?|(?:an )?alarm)(?: at| for| to)? (?P<when>.+)"
)
"""How an alarm is asked for, with nothing but its time; "tomorrow" and what it is for are left to the model."""
_SET = re.compile(
    r"The (?:(?P<named>.+) )?alarm is set for (?P<clock>\d{1,2}:\d\d [ap]m)(?: tomorrow)?\.|The (?P<timer>.+) timer is set for .+\."
    r"|Timer set for (?P<length>[^:]+)(?:: (?P<doing>.+))?\."
)
"""What Lila says of a timer that she has just set."""
_TIME_WORDS = """one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty half quarter noon midday
midnight hours? minutes? mins? seconds? secs?"""
_OF_A_TIME = re.compile(rf"\d+(?:[:.]\d\d)?(?:[ap]m|h|min|s)?|{'|'.join(_TIME_WORDS.split())}")
"""One of these is in every time and every length that is said."""
_HALVES = frozenset(("am", "pm", "a.m", "p.m"))
_WITHIN_A_TIME = _HALVES | {"a", "an", "and", "past", "to", "of", "o'clock", "o’clock", "oclock"}
_CHANGING = re.compile(
    r"(?:change|move|push|shift|bring|make|reset|adjust|extend|shorten|switch|update|correct)(?: back| forward| up)?"
    r" (?:my|our|the|that) (?:(?P<label>[\w:'’.]+(?: [\w:'’.]+){0,2}) )?(?P<kind>alarm|timer)(?: back| forward| up)?"
    r"(?: to| for| at| until)? (?P<when>.+?)(?: instead| rather)?"
)
"""How another time is asked for one that runs: "change the pasta timer to 15 minutes"."""
_AROUND_A_TIME = frozenset(("at", "for", "in", "to", "until", "set", "the", "my"))
_UNTIL = re.compile(
    r"how (?:many days|long)(?: more)?(?: (?:is|are|do|have|has|we|i|it|there|left|still|to go|got))* (?:until|till|til|to|before) (?P<day>.+)"
)
"""How the days are asked for that are left until one."""
_FEAST = re.compile(
    r"christmas(?: day| eve)?|boxing day|new year['’]?s?(?: day| eve)?|halloween|valentine['’]?s day"
)
_REQUESTING = OPENERS | {"please", "can", "could", "would", "you", "will", "just", "kindly"}
"""Words around a request that say nothing of it."""
_CANCELLING_IT = re.compile(
    r"(?:(?:actually|no|oh|sorry|wait|hmm) )*(?:cancel|stop|delete|remove|undo|forget|drop|(?:turn|switch) off|scrap) (?:it|that|that one)(?: again| after all)?"
)
"""How what Lila has just done is undone, if it was a timer that she set."""

_OF_TIMERS = re.compile(
    r"\b(?:timers?|alarms?|wake|minutes?|mins?|hours?|seconds?|secs?|time|long|countdown|remind|stopwatch|quarter|half)\b|\d"
)


def may_be_of_timers(said: Sequence[str]) -> bool:
    """Whether a timer, or how long something takes, is spoken of: without that no timer is set, told or cancelled."""
    words = [folded(word) for word in said]
    return _OF_TIMERS.search(" ".join(words)) is not None or any(is_slip_of(word, "timer") for word in words)


def plain_call(said: Sequence[str], answered: str = "") -> str | None:
    """The call that answers what was `said` to what Lila `answered`; None where the model is to find it."""
    words = [folded(word) for word in without_ends(said, _REQUESTING)]
    text = " ".join(words)
    if _LISTING.fullmatch(text) or _TIME_LEFT.fullmatch(text):
        return "timer_list()"
    if _CANCELLING.fullmatch(text):
        which = "all" if not _ALL.isdisjoint(words) else "alarm" if "alarm" in text else ""
        return f'timer_cancel(label="{which}")' if which else "timer_cancel()"
    if when := _whole_time(_CANCELLING_ONE, text):
        return f'timer_cancel(label="{when}")'
    if when := _whole_time(_WAKING, text):
        return f'timer_set(duration="{when}")'
    if (asked := _UNTIL.fullmatch(text)) and _is_a_day(asked["day"]):
        return f'clock(what="until {asked["day"]}")'
    return _changing(words, answered)


def _is_a_day(text: str) -> bool:
    """Whether it is a day that the calendar tells, and no memory: "25 December", "Friday", "Christmas"."""
    words = text.split()
    return _FEAST.fullmatch(text) is not None or (
        any(map(is_proper, words)) and all(map(may_stand_in_a_time, words))
    )


def _whole_time(form: re.Pattern[str], text: str) -> str:
    """What the form has where it says when, if that is a time and nothing else."""
    found = form.fullmatch(text)
    when = found["when"].split() if found else []
    return " ".join(when) if when and _time_in(when) == range(len(when)) else ""


def _changing(words: Sequence[str], answered: str) -> str | None:
    """The call that changes or cancels a timer: one that is named, or that Lila has just said she set."""
    text = " ".join(words)
    if asked := _CHANGING.fullmatch(text):
        when = _whole_time(_CHANGING, text)
        return _change(asked["label"] or asked["kind"], when) if when else None
    if (told := _SET.fullmatch(answered)) is None:
        return None
    label = told["named"] or told["clock"] or told["timer"] or told["doing"] or told["length"]
    if _CANCELLING_IT.fullmatch(text):
        return f'timer_cancel(label="{_plain(label)}")'
    if not (span := _time_in(words)):
        return None
    kind = "alarm" if told["clock"] else "timer"
    around = [
        word for word in (*words[: span.start], *words[span.stop :]) if word not in _AROUND_A_TIME | {kind}
    ]
    if not puts_right(around):
        return None
    return _change(label, " ".join(words[span.start : span.stop]))


def _time_in(words: Sequence[str]) -> range:
    """Where the words name a time or a length; nowhere if they name two, or one in two places."""
    places = [place for place, word in enumerate(words) if _OF_A_TIME.fullmatch(word)]
    if not places:
        return range(0)
    start, stop = places[0], places[-1] + 1
    while start and words[start - 1] in ("a", "an"):
        start -= 1
    one = all(word in _WITHIN_A_TIME - _HALVES or _OF_A_TIME.fullmatch(word) for word in words[start:stop])
    while stop < len(words) and words[stop] in _WITHIN_A_TIME - {"to", "of", "and"}:
        stop += 1
    return range(start, stop) if one else range(0)


def _change(label: str, when: str) -> str:
    return f'timer_change(label="{_plain(label)}", duration="{when}")'


def _plain(label: str) -> str:
    return label.replace('"', "").replace("\\", "")
