"""What speaks against the call of a tool, though the built-in model wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from lila.backends.decoding.costs import LEFT_OVER, NO_CLAIM, UNTAUGHT
from lila.backends.decoding.frames import is_framing, left_over
from lila.backends.decoding.left_out import MOST_LEFT
from lila.backends.decoding.saying_nothing import describes
from lila.backends.decoding.words import OPENERS, folded
from memory.words import content_stems

__all__ = ["doubts_about_call"]

_PLANNING = frozenset(
    content_stems("schedule create appointment calendar set entry plan enter book diary agenda event")
)
"""Words with which somebody asks for a plan, and no part of it."""
_SUM = re.compile(
    r"[-+*/×÷^%]|\d ?x ?\d|\b(?:plus|minus|times|divided|multiplied|over|by|of|from|less|x|per ?cent|half|third|quarter|root|"
    r"squared?|cubed?|power|twice|double|add|and)\b",
    re.IGNORECASE,
)
"""What there is to work out in something: "128 divided by 4", and no phone number."""
_TAUGHT_NAMES = """list_add list_show list_remove list_clear timer_set timer_list timer_cancel clock calculate schedule_add
schedule_show"""
_TAUGHT = frozenset(_TAUGHT_NAMES.split())
"""The tools that the corpus calls."""


def doubts_about_call(name: str, arguments: Collection[str], said: Sequence[str]) -> float:
    """What it costs that a tool is called with these arguments: it is one of those that were taught, a plan loses nothing
    of what was `said` of it, a number is no sum, and who asks for tomorrow isn't told of today."""
    if name not in _TAUGHT:
        return UNTAUGHT
    day = next(
        (day for day in ("tomorrow", "yesterday") if any(folded(word).startswith(day) for word in said)), ""
    )
    if name == "clock" and day:
        return 0.0 if day in arguments else NO_CLAIM
    numbers = [word for word in said if word.strip(".").isdigit()]
    if name == "calculate" and len(numbers) == 1 and all(map(_says_nothing_more, said)):
        return NO_CLAIM
    if name == "calculate" and not any(map(_SUM.search, arguments)):
        return UNTAUGHT
    if name == "list_add" and describes(said):
        return NO_CLAIM
    if name != "schedule_add":
        return 0.0
    return LEFT_OVER * min(len(left_over(arguments, said) - _PLANNING), MOST_LEFT)


def _says_nothing_more(word: str) -> bool:
    """Whether it is a number or what may stand around one that is told: "easy, 88"."""
    return word.strip(".").isdigit() or is_framing(word) or folded(word) in OPENERS
