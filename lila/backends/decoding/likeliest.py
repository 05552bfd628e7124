"""The likeliest reply of a model whose replies are held to what they may be: found best first, not token by token.

Greedy decoding takes the likeliest token at each place. A model that wavers may so begin what then goes ill all the
way: "thanks, that's great" is taken for a fact, and no content is likely for it. The probability of a whole reply is the
product of its tokens', each among the whole vocabulary and not only among what is allowed, so that what the
constraint had to bend counts against a reply. Where there is no choice, the first token tells whether the model meant what
it is bent to, and those that follow it are certain, but for an operation: that no other is left makes none likely. The likeliest tags count nothing: there are many ways to
label a fact, and that none of them is sure says nothing against the fact. But a fact is written after its tags, and goes ill
after ill ones ("neighbour known" for "what is my neighbour known as?"), so that others leave branches, which count.

Each token on the way of the greedy reply leaves branches: the others that could have come. No reply is likelier than its
beginning, so branches are finished in the order of their probability, greedily and leaving branches themselves,
while one is likelier than the best whole reply. When none is, the best is the likeliest there is; one that has more
than half of the probability is so at once, which is how most turns end.
"""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from engine.constraint import allowed_tokens, only_token
from lila.backends.decoding.constraint import GroundedConstraint

__all__ = ["Chosen", "Search"]

Chosen = tuple[int, float]
"""A token, and the natural logarithm of its probability among those that were allowed, as every backend tells it."""
TRIES = 8
"""Replies that are finished at most, the greedy one among them."""
MORE = 8
"""Those that may follow while the best is no likelier than `POOR`: something speaks against each, or it is badly spelt."""
POOR = math.log(0.01)
WORTH = math.log(1e-4)
"""Branches less likely than this aren't kept."""
NEAR = math.log(0.01)
"""But those that come this near the likeliest are kept, however unlikely all are that may be."""
LABELLED = math.log(0.05)
"""Nor tags that are less likely than this, among those that may be."""


@dataclass(slots=True)
class Search:
    """The branches that are left, and the best whole way so far with the logarithm of its probability; one cut off only where there is none."""

    logits_after: Callable[[Sequence[int]], NDArray[np.float32]]
    """The logits [vocab_size] behind some tokens written from here on."""
    constraint: GroundedConstraint
    """Stays as it is."""
    state: int
    room: int
    cancel: threading.Event
    ends: Collection[int] = ()
    """Tokens that end a way besides those behind which it is over."""
    _best: list[Chosen] = field(default_factory=list)
    _bar: float = -math.inf
    _was_relabelled: bool = False
    _order: Iterator[int] = field(default_factory=count)
    _branches: list[tuple[float, int, list[Chosen]]] = field(default_factory=list)
    """Each with minus its logarithm, for the heap's sake."""
    _relabelled: list[tuple[float, int, list[Chosen]]] = field(default_factory=list)
    """Those that begin with another tag, likewise: many lead to the same fact, so they take turns with the others."""

    def likeliest(self, tries: int = TRIES, more: int = MORE) -> list[Chosen]:
        """The tokens of the likeliest way from `state` to where it is over, or to `room` tokens; empty if cancelled early."""
        self._leave([], 0.0)
        for tried in range(tries + more):
            found = tried >= tries and self._bar > POOR
            if found or not self._is_open() or self.cancel.is_set():
                break
            self._finish_one()
        return self._best

    def _is_open(self) -> bool:
        """Whether a branch could hold something better."""
        return any(heap and -heap[0][0] > self._bar for heap in (self._branches, self._relabelled))

    def _next(self) -> tuple[float, int, list[Chosen]]:
        """The likeliest branch; after one that had another tag, the likeliest that has none, if that could be better."""
        heaps = [heap for heap in (self._branches, self._relabelled) if heap and -heap[0][0] > self._bar]
        heap = self._branches if self._was_relabelled and self._branches in heaps else min(heaps)
        self._was_relabelled = heap is self._relabelled
        return heapq.heappop(heap)

    def _finish_one(self) -> None:
        """Take up the likeliest branch and go on greedily, to its end or until it is no better."""
        cost, _, way = self._next()
        score, held, at = -cost, self.constraint.fork(), self.state
        over = False
        for token, _ in way:
            over = self._ends(held, token)
            at = at if over else held.advance(at, token)
        while len(way) < self.room and not over:
            labelling = held.is_labelling()
            token, told, cost = self._chosen(way, score, held, held.mask_words(at), labelling=labelling)
            score -= 0.0 if labelling else cost
            if score <= self._bar or self.cancel.is_set():
                return
            way.append((token, told))
            instead = held.at_odds(token)
            if instead is not None and self._turn(way, score, instead):
                return
            score += held.prior(token)
            over = self._ends(held, token)
            at = at if over else held.advance(at, token)
        if over and score > self._bar:
            self._best, self._bar = way, score
        elif not self._best:  # cut off by the room that there is, as a tag that never ends would be
            self._best = way

    def _ends(self, held: GroundedConstraint, token: int) -> bool:
        return token in self.ends or held.is_over(token)

    def _turn(self, way: list[Chosen], score: float, instead: int) -> bool:
        """What is stored against a line is another operation, `instead`: leave a branch that says so, as likely as this was."""
        held, at = self.constraint.fork(), self.state
        turned: list[Chosen] = []
        for place, (token, told) in enumerate(way):
            if held.is_storing(token) and allowed_tokens(held.mask_words(at), instead + 1)[instead]:
                turned = [*way[:place], (instead, told)]
            at = held.advance(at, token)
        if turned:
            self._leave(turned, score)
        return bool(turned)

    def _chosen(
        self, way: list[Chosen], score: float, held: GroundedConstraint, allow: object, *, labelling: bool
    ) -> tuple[int, float, float]:
        """The likeliest token after `way`, its logarithm among those allowed, and minus that among all.

        The others that are worth it are left as branches. Where the model is bent to something else than it would say, for
        no fault of the reply, all is taken among what is allowed; so are the others when `labelling`.
        """
        forced = only_token(allow)
        if forced is not None and way and way[-1][1] == 0.0 and not held.begins_operation(forced):
            return forced, 0.0, 0.0
        logprobs = _logprobs(self.logits_after([token for token, _ in way]), allow)
        first = int(logprobs.argmax())
        of_allowed = float(np.logaddexp.reduce(logprobs.astype(np.float64)))
        if held.is_bent():
            logprobs, of_allowed = logprobs - of_allowed, 0.0
        others = logprobs - of_allowed if labelling else logprobs
        least = LABELLED if labelling else min(WORTH - score, float(logprobs[first]) + NEAR)
        worth = others > max(self._bar - score, least)
        for token in np.flatnonzero(worth).tolist():
            if token != first:
                told = float(logprobs[token]) - of_allowed
                self._leave([*way, (token, told)], score + float(others[token]), relabelled=labelling)
        return first, float(logprobs[first]) - of_allowed, -float(logprobs[first])

    def _leave(self, way: list[Chosen], score: float, *, relabelled: bool = False) -> None:
        heap = self._relabelled if relabelled else self._branches
        heapq.heappush(heap, (-score, next(self._order), way))


def _logprobs(logits: NDArray[np.float32], allow: object) -> NDArray[np.float32]:
    """Of each token, among the whole vocabulary; minus infinity where it isn't allowed."""
    top = float(logits.max())
    whole = top + math.log(float(np.exp(logits - top).sum()))
    return np.where(allowed_tokens(allow, len(logits)), logits - whole, -np.inf).astype(np.float32)
