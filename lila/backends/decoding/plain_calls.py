"""Requests that one call of a tool answers, however the built-in model would take them: it was taught timers, and knows no alarms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.backends.decoding.slips import is_slip_of
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
_ALL = frozenset(("all", "every", "both"))
_REQUESTING = OPENERS | {"please", "can", "could", "would", "you", "will", "just", "kindly"}
"""Words around a request that say nothing of it."""

_OF_TIMERS = re.compile(
    r"\b(?:timers?|alarms?|wake|minutes?|mins?|hours?|seconds?|secs?|time|long|countdown|remind|stopwatch|quarter|half)\b|\d"
)


def may_be_of_timers(said: Sequence[str]) -> bool:
    """Whether a timer, or how long something takes, is spoken of: without that no timer is set, told or cancelled."""
    words = [folded(word) for word in said]
    return _OF_TIMERS.search(" ".join(words)) is not None or any(is_slip_of(word, "timer") for word in words)


def plain_call(said: Sequence[str]) -> str | None:
    """The call that answers what was `said`; None where the model is to find it."""
    words = [folded(word) for word in without_ends(said, _REQUESTING)]
    text = " ".join(words)
    if _LISTING.fullmatch(text) or _TIME_LEFT.fullmatch(text):
        return "timer_list()"
    if not _CANCELLING.fullmatch(text):
        return None
    return "timer_cancel()" if _ALL.isdisjoint(words) else 'timer_cancel(label="all")'
