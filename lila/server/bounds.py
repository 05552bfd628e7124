"""How long, how many, how large: what a client's frame may hold, for the reader and for the schema alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["MAX_NAME", "MAX_SETTING", "MAX_SETTINGS", "MAX_SETTING_TEXT", "NOT_EMPTY", "longest", "span"]

MAX_NAME: Final = 128
MAX_SETTINGS: Final = 32
MAX_SETTING_TEXT: Final = 1024
MAX_SETTING: Final = 2**53
"""No setting is near it; an integer of a thousand digits would overflow where it is used."""
_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"text": 32_768, "token": 32_768, "said": 32_768, "words": 1024, "what": 1024}
)
_SPANS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"limit": (1, 200)})
NOT_EMPTY: Final = ("text", "what")
"""Text fields that must hold more than blanks."""


def longest(name: str) -> int:
    """How many characters the text field `name` may have."""
    return _LONGEST.get(name, MAX_NAME)


def span(name: str) -> tuple[int, int]:
    """Least and greatest value of the whole number `name`; every JSON reader can hold them."""
    return _SPANS.get(name, (0, 2**53 - 1))
