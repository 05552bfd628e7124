"""The likeliest whole reply: against every reply there is, on small models whose replies can all be counted."""

from __future__ import annotations

import copy
import itertools
import math
import random
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from engine.binding import ffi
from lila.backends.decoding.likeliest import POOR, WORTH, Search
from lila.backends.local import considered

VOCAB, END, LONGEST = 5, 4, 4


class Machine:
    """Allows what a table says after each number of tokens; counts, like the real one, what it was told."""

    def __init__(self, table, told=()):
        self._table, self._told = table, list(told)

    def fork(self):
        return Machine(self._table, self._told)

    def advance(self, state, token):
        assert state == len(self._told) and token in self._table[state]
        self._told.append(token)
        return state + 1

    def is_over(self, token):
        return token == END

    def is_labelling(self):
        return False

    def at_odds(self, token):
        return None

    def is_storing(self, token):
        return False

    def begins_operation(self, token):
        return False

    def is_bent(self):
        return False

    def prior(self, token):
        return 0.0

    def mask_words(self, state, words=None):
        return ffi.new("uint64_t[]", [sum(1 << token for token in self._table[state])])


class Language:
    """Logits that depend on the two tokens before, drawn from a seed."""

    def __init__(self, seed, sharpness):
        self._seed, self._sharpness, self.asked = seed, sharpness, 0

    def logits(self, written):
        self.asked += 1
        dice = random.Random(f"{self._seed}/{tuple(written[-2:])}")
        return np.array([self._sharpness * dice.gauss(0, 1) for _ in range(VOCAB)], np.float32)

    def logprobs(self, written):
        logits = self.logits(written).astype(np.float64)
        return logits - np.log(np.exp(logits).sum())


def table(seed):
    dice = random.Random(seed)
    return [sorted({END, *dice.sample(range(VOCAB), dice.randint(1, 4))}) for _ in range(LONGEST)]


def counts(allowed, at):
    """Whether a token's probability counts: where there is a choice, and at the first place where there is none."""
    return at == 0 or len(allowed[at]) > 1 or len(allowed[at - 1]) > 1


def every_reply(language, allowed):
    """Each reply that ends, with the logarithm of its probability."""
    for length in range(1, LONGEST + 1):
        for body in itertools.product(range(VOCAB - 1), repeat=length - 1):
            reply, score = [*body, END], 0.0
            if any(token not in allowed[at] for at, token in enumerate(reply)):
                continue
            for at, token in enumerate(reply):
                score += language.logprobs(reply[:at])[token] if counts(allowed, at) else 0.0
            yield reply, score


def search(language, allowed, **settings):
    found = Search(language.logits, Machine(allowed), 0, LONGEST, threading.Event()).likeliest(
        **({"tries": 10**6, "more": 0} | settings)
    )
    tokens, told = [token for token, _ in found], copy.copy(language)
    for at, (token, logprob) in enumerate(found):  # what is told of a token is among those allowed
        among = told.logprobs(tokens[:at])[allowed[at]]
        assert logprob == pytest.approx(
            told.logprobs(tokens[:at])[token] - np.log(np.exp(among).sum()), abs=1e-4
        )
    counted = [at for at in range(len(tokens)) if counts(allowed, at)]
    return tokens, sum(told.logprobs(tokens[:at])[tokens[at]] for at in counted)


@pytest.mark.parametrize("seed", range(60))
def test_no_reply_is_likelier(seed):
    language, allowed = Language(seed, 1.5), table(seed)
    best, score = max(every_reply(language, allowed), key=lambda pair: pair[1])
    found, told = search(language, allowed)
    assert found == best and told == pytest.approx(score, abs=1e-4)


def test_a_reply_that_ends_comes_before_one_that_is_cut_off():
    cut = 0
    for seed in range(60):
        language, allowed = Language(seed, 1.5), table(seed)
        greedy, _ = search(language, allowed, tries=1)
        if greedy[-1] != END:  # the room that there is has cut it off
            cut += 1
            assert len(greedy) == LONGEST
            assert search(language, allowed)[0][-1] == END
    assert cut > 5


def test_one_try_is_greedy_and_more_never_do_worse():
    better = 0
    for seed in range(60):
        language, allowed = Language(seed, 1.5), table(seed)
        greedy, _ = search(language, allowed, tries=1)
        for at, token in enumerate(greedy):
            options = allowed[at]
            assert token == max(options, key=lambda each: language.logprobs(greedy[:at])[each])
        found = [search(language, allowed, tries=tries) for tries in (1, 2, 4, 8)]
        scores = [(tokens[-1] == END, score) for tokens, score in found]
        assert scores == sorted(scores)
        better += scores[-1] > scores[0]
    assert better > 5  # else the search would be for nothing


def test_more_is_tried_only_while_the_best_is_poor():
    class Steep(Language):
        def logits(self, written):
            super().logits(written)
            if written:
                return np.array([0, 0, 0, 0, 30], np.float32)
            return np.array([1, 0.9, 0.8, -40, -40], np.float32)

    class Doubting(Machine):
        """Speaks against all that begin with one of the `doubted`."""

        def __init__(self, table, doubted, told=()):
            super().__init__(table, told)
            self._doubted = doubted

        def fork(self):
            return Doubting(self._table, self._doubted, self._told)

        def prior(self, token):
            return POOR - 1 if token == END and self._told[0] in self._doubted else 0.0

    for doubted, best in (((), 0), ((0,), 1), ((0, 1), 2)):
        machine = Doubting([[0, 1, 2]] + [[END]] * 3, doubted)
        found = Search(Steep(0, 1).logits, machine, 0, LONGEST, threading.Event()).likeliest(tries=1)
        assert found[0][0] == best


def test_more_than_half_of_the_probability_is_proof():
    class Sure(Language):
        def logits(self, written):
            super().logits(written)
            return np.array([3, 0, 0, 0, 6 * len(written) - 6], np.float32)

    sure = Sure(0, 1)
    found, score = search(sure, [[0, 1, END]] * LONGEST)
    assert found == [0, 0, END] or found == [0, END]
    assert score > math.log(0.5) and sure.asked == len(found)


def test_what_is_hardly_likely_is_not_kept():
    class Two(Language):
        def logits(self, written):
            if written:
                return np.array([0, 0, 0, 0, 30], np.float32)
            return np.array([0, WORTH - 1, -40, -40, -40], np.float32)

    found, _ = search(Two(0, 1), [[0, 1, END]] * LONGEST)
    assert found == [0, END]


def test_what_the_constraint_forces_counts_against_it():
    class Torn(Language):
        def logits(self, written):
            if not written:
                return np.array([0.2, 0, -40, -40, -40], np.float32)
            # After 0 the model wants 3, which isn't allowed; after 1 all is well.
            return np.array([-40, -40, 0, 5, 0] if written == [0] else [-40, -40, -40, -40, 9], np.float32)

    found, _ = search(Torn(0, 1), [[0, 1], [2, END], [END, 0], [END]])
    assert found == [1, END]


def test_where_there_is_no_choice_the_first_token_tells_what_was_meant():
    class Bent(Language):
        def logits(self, written):
            super().logits(written)
            if not written:
                return np.array([0.5, 0, -40, -40, -40], np.float32)
            # After 0 only 2 may come, which the model doesn't want; after 1, only 3, which it does.
            return np.array(
                [-40, -40, 0, 9, -40] if len(written) == 1 else [-40, -40, -40, -40, 9], np.float32
            )

    class Two(Machine):
        def mask_words(self, state, words=None):
            if state != 1:
                return super().mask_words(state, words)
            return ffi.new("uint64_t[]", [1 << (2 if self._told[0] == 0 else 3)])

        def fork(self):
            return Two(self._table, self._told)

    machine = Two([[0, 1], [2, 3], [2], [END]])
    found = Search(Bent(0, 1).logits, machine, 0, LONGEST, threading.Event()).likeliest()
    assert [token for token, _ in found] == [1, 3, 2, END]


def test_that_no_other_operation_is_left_makes_none_likely():
    class Wary(Language):
        """Opens a block, 0, sooner than it says 1, but has no wish for the operation, 2, that alone may stand in it."""

        def logits(self, written):
            if not written:
                return np.array([1, 0, -40, -40, -40], np.float32)
            return np.array(
                [-40, -40, -40, 9, -40] if written[0] == 0 else [-40, -40, -40, -40, 9], np.float32
            )

    class Block(Machine):
        def mask_words(self, state, words=None):
            if state == 0:
                return super().mask_words(state, words)
            alone = {1: 3, 2: 2, 3: END} if self._told[0] == 0 else {1: END}
            return ffi.new("uint64_t[]", [1 << alone[state]])

        def fork(self):
            return type(self)(self._table, self._told)

    class Operating(Block):
        def begins_operation(self, token):
            return token == 2

    for machine, expected in ((Block, [0, 3, 2, END]), (Operating, [1, END])):
        found = Search(
            Wary(0, 1).logits, machine([[0, 1], [3, END], [2], [END]]), 0, LONGEST, threading.Event()
        ).likeliest()
        assert [token for token, _ in found] == expected


def test_which_tags_a_fact_has_says_nothing_against_it():
    class Wavering(Language):
        """The fact, 0, is likelier than the chatter, 1, which goes on surely; each tag is as likely as another."""

        def logits(self, written):
            super().logits(written)
            if written == [1]:
                return np.array([9, 0, 0, 0, 0], np.float32)
            place = {0: [1, 0.5, -40, -40, -40], 1: [0, 0, 0.1, 0, -40]}
            return np.array(place.get(len(written), [-40] * 4 + [9]), np.float32)

    class Labelling(Machine):
        def fork(self):
            return Labelling(self._table, self._told)

        def is_labelling(self):
            return self._told == [0]

    table = [[0, 1], [0, 1, 2, 3], [END], [END]]
    found = Search(Wavering(0, 1).logits, Machine(table), 0, LONGEST, threading.Event()).likeliest()
    assert [token for token, _ in found] == [1, 0, END]
    language = Wavering(0, 1)
    found = Search(language.logits, Labelling(table), 0, LONGEST, threading.Event()).likeliest()
    assert [token for token, _ in found] == [0, 2, END] and language.asked == 3  # no other tag was tried


def test_a_fact_that_goes_ill_after_its_tags_may_have_others():
    class Wavering(Language):
        """The likeliest tag, 0, leaves nothing likely for the fact, the other, 1, does."""

        def logits(self, written):
            super().logits(written)
            if len(written) == 2:
                return np.array([0, 0, 0, 9 * written[1], 4], np.float32)
            return np.array(
                [0.5 if len(written) < 2 else -40, 0, -40, -40, 9 * len(written) - 18], np.float32
            )

    class Labelling(Machine):
        def fork(self):
            return Labelling(self._table, self._told)

        def is_labelling(self):
            return self._told == [0]

    for fact, tag in ((3, 1), (2, 0)):
        machine = Labelling([[0], [0, 1], [fact], [END]])
        found = Search(Wavering(0, 1).logits, machine, 0, LONGEST, threading.Event()).likeliest()
        assert [token for token, _ in found] == [0, tag, fact, END]


def test_what_is_at_odds_with_a_line_becomes_a_conflict():
    class Odd(Machine):
        """0 stores, 1 sets against each other; what is stored is at odds with a line when 3 ends it."""

        def fork(self):
            return Odd(self._table, self._told)

        def at_odds(self, token):
            return 1 if token == 3 and self._told[:1] == [0] else None

        def is_storing(self, token):
            return token == 0

    class Storing(Language):
        def logits(self, written):
            return np.array([9, -9, -9, 3, -9] if len(written) < 2 else [0, 0, 0, 0, 9], np.float32)

    def found(first):
        search = Search(Storing(0, 1).logits, Odd([first, [2, 3]]), 0, 2, threading.Event(), {3})
        return [token for token, _ in search.likeliest()]

    assert found([0, 1]) == [1, 3]
    assert found([0, 2]) == [0, 3]  # no conflict can be said here


def test_it_can_be_cancelled_and_leaves_the_constraint_as_it_was():
    cancel = threading.Event()
    cancel.set()
    machine = Machine(table(1))
    assert Search(Language(1, 1).logits, machine, 0, LONGEST, cancel).likeliest() == []
    Search(Language(1, 1).logits, machine, 0, LONGEST, threading.Event()).likeliest()
    assert machine.advance(0, table(1)[0][0]) == 1


OPENS, STORES, FACT, OTHER, CLOSES, CHAT, OVER = range(7)
FOLLOWS = {
    None: {OPENS: 0.6, CHAT: 0.4},
    OPENS: {STORES: 1},
    STORES: {FACT: 0.9, OTHER: 0.1},
    FACT: {CLOSES: 1},
    OTHER: {CLOSES: 1},
    CLOSES: {OPENS, OVER},
    CHAT: {OVER: 1},
}
"""What may follow each token of a reply, and how likely it is: blocks that each store a fact, or chatter."""


class Telling:
    """Says what follows with its probability: another block with that of `more`, until there are three."""

    def __init__(self, more):
        self._more = more

    def start(self, written):
        follows = FOLLOWS[written[-1] if written else None]
        if written and written[-1] == CLOSES:
            more = self._more if written.count(CLOSES) < 3 else 0
            follows = {OPENS: more, OVER: 1 - more}
        return np.array([math.log(follows.get(token, 0) + 1e-9) for token in range(7)], np.float32)


class Blocks(Machine):
    """Allows what follows; at the end something may speak against a reply that holds `doubted`."""

    def __init__(self, doubted, told=()):
        super().__init__([], told)
        self._doubted = doubted

    def fork(self):
        return Blocks(self._doubted, self._told)

    def start(self):
        return -1

    def advance(self, state, token):
        self._told.append(token)
        return token

    def mask_words(self, state, words=None):
        follows = FOLLOWS[None if state < 0 else state]
        return ffi.new("uint64_t[]", [sum(1 << token for token in follows)])

    def is_over(self, token):
        return token == OVER

    def prior(self, token):
        return -5.0 if token == OVER and self._doubted in self._told else 0.0


def reply_without(doubted, more):
    marks = {"<|memory_start|>": OPENS, "<|mem_store|>": STORES, "<|memory_end|>": CLOSES}
    prompting = SimpleNamespace(codec=SimpleNamespace(special_tokens=marks))
    found = considered(Telling(more), prompting, [], Blocks(doubted), 20, threading.Event())
    reply = []
    for token, _ in found:
        reply.append(token)
        if token == OVER:
            return reply
    raise AssertionError(reply)


def test_what_speaks_against_a_reply_at_its_end_changes_its_first_block():
    assert reply_without(doubted=None, more=0.1) == [OPENS, STORES, FACT, CLOSES, OVER]
    assert reply_without(doubted=FACT, more=0.1) == [OPENS, STORES, OTHER, CLOSES, OVER]


def test_what_is_done_is_settled_by_the_first_block():
    assert 0.6 * 0.9 > 0.4 > 0.6 * 0.9 * (1 - 0.5)  # no whole reply that stores is as likely as the chatter
    assert reply_without(doubted=None, more=0.5)[0] == OPENS
