"""The likeliest reply of a model whose replies are held to what they may be: found best first, not token by token.

Greedy decoding takes the likeliest token at each place. A model that wavers may so begin what then goes ill all the
way: "thanks, that's great" is taken for a fact, and no content is likely for it. The probability of a whole reply is the
product of its tokens', each among the whole vocabulary and not only among what is allowed, so that what the
constraint had to bend counts against a reply; a token without any choice is certain.

Each token on the way of the greedy reply leaves branches: the others that could have come. No reply is likelier than its
beginning, so branches are finished in the order of their probability, greedily and leaving branches themselves,
while one is likelier than the best whole reply. When none is, the best is the likeliest there is; one that has more
than half of the probability is so at once, which is how most turns end.
"""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Callable, Collection, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from engine.constraint import allowed_tokens, only_token
from lila.backends.grounding import GroundedConstraint

__all__ = ["Chosen", "likeliest"]

Chosen = tuple[int, float]
"""A token, and the natural logarithm of its probability."""
TRIES = 6
"""Replies that are finished at most, the greedy one among them."""
WORTH = math.log(1e-3)
"""Branches less likely than this aren't kept."""


def likeliest(
    logits_after: Callable[[Sequence[int]], NDArray[np.float32]],
    constraint: GroundedConstraint,
    state: int,
    ends: Collection[int],
    room: int,
    cancel: threading.Event,
    tries: int = TRIES,
) -> list[Chosen]:
    """The tokens of the likeliest way from `state` to one of `ends`, or to `room` tokens; empty if cancelled early.

    `logits_after` gives the logits [vocab_size] behind some tokens written from here on. `constraint` stays as it is.
    """
    best: list[Chosen] = []
    bar = -math.inf
    order = count()
    branches: list[tuple[float, int, list[Chosen]]] = [(0.0, next(order), [])]
    for _ in range(tries):
        if not branches or -branches[0][0] <= bar or cancel.is_set():
            break
        cost, _, way = heapq.heappop(branches)
        score, held, at = -cost, constraint.fork(), state
        for token, _ in way:
            at = at if token in ends else held.advance(at, token)
        while len(way) < room and not (way and way[-1][0] in ends):
            allow = held.mask_words(at)
            token, logprob = only_token(allow) or 0, 0.0
            if only_token(allow) is None:
                logprobs = _logprobs(logits_after([token for token, _ in way]), allow)
                token = int(logprobs.argmax())
                logprob = float(logprobs[token])
                for other in np.flatnonzero(logprobs > max(bar, WORTH) - score).tolist():
                    if other != token:
                        branch = [*way, (other, float(logprobs[other]))]
                        heapq.heappush(branches, (-(score + float(logprobs[other])), next(order), branch))
            score += logprob
            if score <= bar or cancel.is_set():
                break
            way.append((token, logprob))
            at = at if token in ends else held.advance(at, token)
        else:
            best, bar = way, score
    return best


def _logprobs(logits: NDArray[np.float32], allow: object) -> NDArray[np.float32]:
    """Of each token, among the whole vocabulary; minus infinity where it isn't allowed."""
    top = float(logits.max())
    whole = top + math.log(float(np.exp(logits - top).sum()))
    return np.where(allowed_tokens(allow, len(logits)), logits - whole, -np.inf).astype(np.float32)
