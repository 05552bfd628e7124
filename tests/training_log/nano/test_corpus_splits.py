"""What is held out stays out: values and wordings of one split never appear in the other."""

from __future__ import annotations

import random

import pytest

from training_log.nano.corpus import beyond, carriers, lists, names, timers, words
from training_log.nano.corpus.draws import is_held, is_reserved
from training_log.nano.corpus.lexicon import Lexicon


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize(
    "kind", ["code", "phone", "plate", "password", "email", "address", "time", "date", "job"]
)
def test_values_are_drawn_from_one_side(kind: str, held: bool) -> None:
    lex = Lexicon(random.Random(1), held=held)
    assert {is_held(lex.value(kind)) for _ in range(200)} == {held}


@pytest.mark.parametrize("held", [False, True])
def test_names_are_drawn_from_one_side(held: bool) -> None:
    lex = Lexicon(random.Random(2), held=held)
    assert {is_held(lex.name()) for _ in range(300)} == {held}
    assert {is_held(lex.pseudo()) for _ in range(300)} == {held}


@pytest.mark.parametrize(
    "wordings", [carriers.EXPLICIT, carriers.PLAIN, lists._ADD, timers._TIMER, beyond.PLAIN]
)
def test_reserved_wordings_are_never_trained(wordings: tuple[str, ...]) -> None:
    train, held = Lexicon(random.Random(3), held=False), Lexicon(random.Random(3), held=True)
    trained = {train.wording(wordings) for _ in range(4000)}
    reserved = {wording for wording in wordings[1:] if is_reserved(wording)}
    assert reserved
    assert not trained & reserved
    assert {held.wording(wordings) for _ in range(4000)} >= reserved


PARTS = "(remember|recall|know|keep|note|save|hold) (that|(this|it|the following|what I say),|) {f}"


def test_a_wording_is_put_together_of_its_parts() -> None:
    lex = Lexicon(random.Random(6), held=False)
    drawn = {lex.wording((PARTS,)) for _ in range(500)}
    assert {"remember that {f}", "remember {f}", "remember this, {f}"} <= drawn
    assert not any(mark in wording for wording in drawn for mark in "(|)") and len(drawn) > 10


def test_reserved_parts_are_never_trained() -> None:
    heads = ("remember", "recall", "know", "keep", "note", "save", "hold")
    reserved = {head for head in heads[1:] if is_reserved(head)}
    assert reserved
    train, held = Lexicon(random.Random(7), held=False), Lexicon(random.Random(7), held=True)
    assert not reserved & {train.wording((PARTS,)).split()[0] for _ in range(500)}
    assert reserved <= {held.wording((PARTS,)).split()[0] for _ in range(500)}


def test_the_plainest_wording_is_always_trained() -> None:
    lex = Lexicon(random.Random(4), held=False)
    assert "remember that {f}" in {lex.wording(carriers.EXPLICIT) for _ in range(3000)}


def test_about_a_seventh_is_held_out() -> None:
    share = sum(map(is_held, names.FIRST_NAMES)) / len(names.FIRST_NAMES)
    assert 0.08 < share < 0.25


def test_the_lists_are_large() -> None:
    assert len(names.FIRST_NAMES) > 3000
    others = (words.FOODS, words.THINGS, words.APPOINTMENTS, words.GROCERIES, words.ACTIVITIES, names.TOWNS)
    assert sum(map(len, others)) > 500
