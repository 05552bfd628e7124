"""What speaks against the namespace that a fact is kept in: a plan names its time, and what is true of the world is nobody's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lila.backends.decoding.costs import MISSAID, OF_THE_WORLD, UNPLANNED, UNTIMED
from lila.backends.decoding.times import names_hour, names_weekday, names_when
from lila.backends.decoding.words import YOU, folded
from lila.backends.decoding.worlds import (
    begins_with_one_known,
    is_at_hand,
    is_of_somebody,
    is_of_the_world,
    speaks_of_somebody,
)

__all__ = ["doubts_about_namespace"]


def doubts_about_namespace(
    namespace: str, content: str, spoken: Collection[str], known: Sequence[str]
) -> float:
    """What it costs that a fact is kept in `namespace`, whose turn was `spoken` so, after what is `known`."""
    words = [folded(word) for word in content.split()]
    match namespace:
        case "schedule" | "episodic":
            return 0.0 if names_when(words) else UNTIMED
        case "personal":
            worldly = OF_THE_WORLD * is_of_the_world(content)
            return UNTIMED * names_hour(" ".join(words)) + UNPLANNED * names_weekday(words) + worldly
        case "wiki":
            return OF_THE_WORLD * (
                is_of_somebody(content)
                or is_at_hand(content)
                or not (YOU & {*words}) <= {*spoken}  # but "tea helps you sleep"
                or speaks_of_somebody(spoken)
            ) + MISSAID * begins_with_one_known(content, known)
        case _:
            return 0.0
