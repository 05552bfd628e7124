"""What queries about the memory are answered with. The schema and the document are made from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lila.shelf import Forgotten, Shelved
from lila.why import Why

__all__ = ["ANSWERS", "Account", "ModeKnown"]


@dataclass(frozen=True, slots=True)
class Account:
    """`why` in fields for programs, `lines` in plain words for people; `why.turn` is "" before the first answer."""

    why: Why
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModeKnown:
    """There is this mode; one that there isn't is answered by the error `bad_value`."""

    name: str


ANSWERS: Final[Mapping[str, type[Shelved | Forgotten | Account | ModeKnown]]] = MappingProxyType(
    {"memories": Shelved, "forget": Forgotten, "why": Account, "mode": ModeKnown}
)
"""By the query's `do`."""
