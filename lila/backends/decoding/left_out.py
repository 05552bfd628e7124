"""What was told and is kept nowhere: a claim that was passed over, words that tell something."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set

from lila.backends.decoding.asides import is_mended
from lila.backends.decoding.costs import LEFT_OVER, PASSED_OVER
from lila.backends.decoding.frames import left_over
from lila.backends.decoding.words import folded, has_digit, stems_of

__all__ = ["MOST_LEFT", "NUMBER_LEFT", "claims_before", "doubts_at_the_end"]

NUMBER_LEFT = 2
"""Words that a number counts for besides: "7" in "my shift tomorrow begins at 7"."""
MOST_LEFT = 4
"""Words of those that are counted; where more is left, it was something else."""
_CLAIM = re.compile(
    r"\b(?<!\bin )(?:(?:my|our)(?! (?:memory|head|mind|brain|point|news|guess|turn)\b)|\w+['’]s|\w+s['’]) (?:[\w'’-]+ ){1,5}?(?:is|are|was|were) (?!that\b|what\b|not sure\b)\S+"
    r"|^(?:[\w'’]+ ){0,2}?i['’]?m (?!not\b|sure\b|certain\b|the\b|an?\b)[\w-]+(?= and i)"
)
_OF_ONESELF = re.compile(
    r"I['’]?m (?!sure\b|sorry\b|not\b|afraid\b)|I (?:am|live|work|have) |We (?:live|have) "
)
"""How a sentence begins that tells something of oneself."""


def doubts_at_the_end(contents: Collection[str], said: Sequence[str]) -> float:
    """What it costs to store no more than these `contents` of what was `said`."""
    kept = stems_of(*contents)
    cost = PASSED_OVER * (
        _claims_without(kept, [folded(word) for word in said]) + _sentences_without(kept, said)
    )
    left = set[str]() if is_mended(said) else left_over(contents, said)
    numbers = sum(map(has_digit, left))
    return cost + LEFT_OVER * min(len(left) + NUMBER_LEFT * numbers, MOST_LEFT)


def _claims_without(stored: Set[str], spoken: Sequence[str]) -> int:
    """How many claims of the kind "my … is …" have nothing in common with what is `stored`."""
    claims = (stems_of(claim.group()) for claim in _CLAIM.finditer(" ".join(spoken)))
    return sum(stored.isdisjoint(claim) for claim in claims if claim)


def _sentences_without(stored: Set[str], said: Sequence[str]) -> int:
    """How many sentences that tell of oneself have nothing in common with what is `stored`: "I'm Marta. I teach maths."."""
    sentences = re.split(r"(?<=[.!]) ", " ".join(said))
    told = (
        stems_of(sentence) for sentence in sentences if len(sentences) > 1 and _OF_ONESELF.match(sentence)
    )
    return sum(stored.isdisjoint(sentence) for sentence in told if sentence)


def claims_before(stored: Set[str], spoken: Sequence[str]) -> int:
    """How many claims were `spoken`, before all that is `stored` was, that have nothing in common with it."""
    return _claims_without(stored, _until(stored, spoken))


def _until(stored: Set[str], spoken: Sequence[str]) -> Sequence[str]:
    """What was said until all that is `stored` of it had been said once."""
    missing = stored & stems_of(*spoken)
    for place, word in enumerate(spoken):
        if not missing:
            return spoken[:place]
        missing -= stems_of(word)
    return spoken
