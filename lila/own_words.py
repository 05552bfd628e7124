"""Holds a copying model to the person's own words.

The built-in model only ever copies what the person said into a memory or a tool call, and being small it can
slip: "4821" comes out as "4221". Where what it wrote lines up with what was said and differs in a word or two,
the person's words are put back. Where it doesn't line up, `strange_words` says so and the shell asks again
rather than act on something that nobody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from memory.facts import as_lila_says, topic_of
from memory.grammar import Conflict, Consolidate, Episode, Op, Store

__all__ = ["in_own_words", "mended_arguments", "mended_op", "strange_words"]

MAX_MENDED = 1
"""More words than this are no slip of the pen, and may be something that was never meant."""

LONGEST_NAME = 3
"""Words by which somebody is named: "your sister Anna"."""

_WORD = re.compile(r"\w+(?:[:.,'’@/-]\w+)*")
_OF_SOMEBODY = re.compile(
    r"\W*(?:(?:um|uh|oh|well|so|and|yes|ok|okay|remember that|note that)\b\W*)*(?:he|she|it|they)(?P<link>['’](?:s|re))? (?P<rest>.+)",
    re.IGNORECASE,
)
_FREE_WORDS = """
    a an the and or of to at on in for from with by is are was were be has have had it its that this
    you your yours yourself you're you've you'll you'd i my mine me we us our do does did not no minutes minute hours
    hour seconds second
"""
_FREE = frozenset(_FREE_WORDS.split())
_ASKING_WORDS = "add put set remember note please lila get make start remove take what when schedule"
_ASKING = frozenset(_ASKING_WORDS.split())


def strange_words(written: str, said: Iterable[str]) -> list[str]:
    """The words of `written` that nobody said, small words left aside."""
    known = {
        form for text in said for word in _words(f"{text} {as_lila_says(text)}") for form in _forms(word)
    }
    return [word for word in _words(written) if word not in _FREE and not known & set(_forms(word))]


def in_own_words(written: str, said: str) -> str | None:
    """`written` with its slips replaced by the words of `said` in the same place; None where that fails."""
    strange = strange_words(written, [said])
    if not strange:
        return written
    if len(strange) > MAX_MENDED:
        return None
    spots = list(_WORD.finditer(written))
    source = [match[0] for match in _WORD.finditer(as_lila_says(said))]
    mended = _aligned([match[0] for match in spots], source)
    if mended is None:
        return None
    parts: list[str] = []
    end = 0
    for match, word in zip(spots, mended, strict=True):
        parts += [written[end : match.start()], word]
        end = match.end()
    result = " ".join(("".join(parts) + written[end:]).split())
    return None if strange_words(result, [said]) else result


def mended_op(op: Op, said: str, before: Sequence[str]) -> Op | None:
    """The operation with its slips mended; None where there are none, or none that can be."""
    match op:
        case Store() | Episode() | Consolidate():
            content = _completed(op.content, said) or _mended(op.content, said, before)
            return None if content is None else replace(op, content=content)
        case Conflict(resolution="ask"):
            old, slash, new = op.description.partition(" / ")
            content = _mended(new, said, before) if slash else None
            return None if content is None else replace(op, description=f"{old} / {content}")
        case _:
            return None


def _completed(written: str, said: str) -> str | None:
    """Whom "she lives in Tarvik" is about, and what it says, where only the name was written: "Brunhilde"."""
    match = _OF_SOMEBODY.match(said)
    if match is None or topic_of(written) or len(written.split()) > LONGEST_NAME:
        return None
    rest = as_lila_says(match["rest"])
    if {word for word in _words(rest) if word not in _FREE} & set(_words(written)):
        return None
    link = {"'s": "is ", "'re": "are "}.get((match["link"] or "").replace("’", "'"), "")
    return f"{written} {link}{rest}"


def _mended(written: str, said: str, before: Sequence[str]) -> str | None:
    return in_own_words(written, said) if strange_words(written, [said, *before]) else None


def mended_arguments(
    arguments: Mapping[str, str], required: frozenset[str], said: str, before: Sequence[str]
) -> dict[str, str] | None:
    """A call's arguments in the person's words, invented optional ones dropped; None where that fails."""
    mended: dict[str, str] = {}
    for name, value in arguments.items():
        if not strange_words(value, [said, *before]):
            mended[name] = value
        elif (better := in_own_words(value, said)) is not None:
            mended[name] = better
        elif name in required:
            return None
    return mended


def _aligned(written: Sequence[str], source: Sequence[str]) -> list[str] | None:
    """The written words, those that differ taken from the source where both have a word in between equals."""
    matcher = SequenceMatcher(
        None, [each.lower() for each in written], [each.lower() for each in source], autojunk=False
    )
    mended: list[str] = []
    for kind, one, two, three, four in matcher.get_opcodes():
        wanted = two - one
        if kind == "equal" or kind == "delete":
            mended += written[one:two]
        elif kind == "replace" and wanted <= MAX_MENDED and four - three >= wanted:
            # A slip stands next to a word that is right: before one it is the last words, else the first.
            before_equal = two < len(written)
            if not before_equal and one == 0:
                return None
            taken = source[four - wanted : four] if before_equal else source[three : three + wanted]
            # What asks for something is no part of it: "add" in "add milk to the list".
            mended += ["" if each.lower() in _ASKING else each for each in taken]
        elif kind == "replace":
            mended += written[one:two]
    return mended


def _words(text: str) -> list[str]:
    return [match[0].lower().replace("’", "'") for match in _WORD.finditer(text)]


def _forms(word: str) -> tuple[str, ...]:
    bare = word.removesuffix("'s")
    return (word, bare, bare.removesuffix("s")) if len(bare) > 3 else (word, bare)
