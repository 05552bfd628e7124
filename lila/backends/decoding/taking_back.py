"""Whether somebody asks that something be forgotten: without such words the built-in model deletes nothing, whatever it took them for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lila.backends.decoding.slips import is_slip_of
from lila.backends.decoding.words import folded

__all__ = ["asks_to_forget"]

_DELETING_WORDS = """forget forgot forgetting delete deleting deleted erase erasing remove removing wipe wiping drop dropping clear clearing cross undo undone
scratch scrub lose discard strike purge throw bin scrap dump cancel unlearn disregard ignore omit strip stop quit ditch rid rub blank cut get let take taking
destroy burn trash leave redact retract withdraw"""
_DELETING = frozenset(_DELETING_WORDS.split())
"""What is done with what shall be known no more; "get" rid of it, "let" go of it, "take" it back."""
_DENYING = re.compile(
    r"\b(?:not|never|cannot|no (?:longer|need|reason|more)|any ?(?:more|longer)|\w+n['’]?t|needn|shouldn|without|out|off|away)\b"
)
"""Nor is it to be kept, stored or remembered."""
_SLIPPED = _DELETING | {"never", "shouldnt"}


def asks_to_forget(said: Sequence[str]) -> bool:
    """Whether a word of what was `said` deletes, or denies that something be kept; one slip of the keys aside."""
    spoken = [folded(word) for word in said]
    return (
        not _DELETING.isdisjoint(spoken)
        or _DENYING.search(" ".join(spoken)) is not None
        or any(is_slip_of(word, verb) for word in spoken for verb in _SLIPPED)
    )
