"""What a turn is asked with: the context that a door passes, checked and complete."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from lila.errors import BadValue, UnknownKey
from lila.persona import Persona
from lila.settings import Settings, check_settings
from lila.wishes import Wish

__all__ = ["Asked", "Request", "read_context"]

CONTEXT_KEYS = ("conversation", "speaker", "persona", "mode", "private", "settings")
MAX_TEXT_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A door's context as it came, in its types; None is what nobody said."""

    conversation: str = "default"
    speaker: str | None = None
    persona: str | None = None
    mode: str | None = None
    private: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One turn, asked for: who says what, and how it is to be answered."""

    text: str
    speaker: str
    persona: Persona
    mode: str
    settings: Settings
    dialect: str = "taught"
    """Of the model that is expected to answer."""
    private: bool = False
    reflection: bool = False
    wish: Wish | None = None
    """What these words ask of how Lila speaks, where that is all they ask."""
    wishes: tuple[Wish, ...] = ()
    """All that hold in the conversation, this one among them."""


def read_context(context: Mapping[str, object] | None) -> Asked:
    """The context in its types; raises UnknownKey or BadValue that name the key."""
    values: dict[str, object] = {}
    for key, value in (context or {}).items():
        if key not in CONTEXT_KEYS:
            near = difflib.get_close_matches(key, CONTEXT_KEYS, n=1)
            raise UnknownKey(key, place="context", nearest=near[0] if near else None)
        if value is None:
            continue
        values[key] = _checked(key, value)
    return Asked(**values)  # type: ignore[arg-type]  # checked just above


def _checked(key: str, value: object) -> object:
    if key == "private":
        if isinstance(value, bool):
            return value
        raise BadValue("'private' must be true or false", place="context", key=key)
    if key == "settings":
        if isinstance(value, Mapping):
            return check_settings({str(name): each for name, each in value.items()}, "context.settings")
        raise BadValue("'settings' must be a table of settings", place="context", key=key)
    if not isinstance(value, str) or len(value) > 200 or not (value or key == "mode"):
        raise BadValue(f"'{key}' must be a text of 1 to 200 characters", place="context", key=key)
    return value
