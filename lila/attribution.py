"""Which of the recalled memories a reply really rests on.

A memory was used if it supplied words that the reply has and the question doesn't: "On Thursday at 4:30 pm."
rests on "the swimming lesson is on Thursday at 4:30 pm", while "I don't know that yet" rests on none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.events import RecalledMemory

__all__ = ["used_memories"]

ENOUGH = 0.5
"""Share of the reply's own words that one memory must supply, unless it supplies a number or a name."""

_WORD = re.compile(r"\d+(?:[:.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_SMALL_WORDS = """
    a an and are as at be been but by can do does did for from had has have he her hers him his i i'll
    i'm in is it it's its me mine my no not of on or our ours she so than that the their them then there
    they this to too was we were what when where which who will with would yes you your yours know yet
    tell remember noted thank thanks updated right
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def used_memories(reply: str, question: str, recalled: Sequence[RecalledMemory]) -> tuple[int, ...]:
    """Ids of the memories that the reply rests on, best first; each must add words the others didn't."""
    asked = set(_words(question))
    own = [word for word in _words(reply) if word not in asked]
    missing = set(own)
    used: list[int] = []
    candidates = {each.id: set(_words(each.text)) & missing for each in recalled}
    while candidates and missing:
        best = max(candidates, key=lambda each: len(candidates[each] & missing))
        supplied = candidates.pop(best) & missing
        telling = any(word[0].isdigit() for word in supplied)
        if not supplied or (len(supplied) < ENOUGH * len(missing) and not telling):
            break
        used.append(best)
        missing -= supplied
    return tuple(used)


def _words(text: str) -> list[str]:
    found = (match[0].lower().replace("’", "'") for match in _WORD.finditer(text))
    return [_stem(word) for word in found if word not in _SMALL]


def _stem(word: str) -> str:
    """Only the plural and the genitive go: a wrong match costs more here than a missed one."""
    for ending in ("'s", "s'", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word
