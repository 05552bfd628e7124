"""The person's own words win over a slip of the model's pen, and nothing is invented to make them fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lila.own_words import in_own_words, mended_op, strange_words
from memory.grammar import Store


@pytest.mark.parametrize(
    ("written", "said", "mended"),
    [
        ("your door code is 4821", "my door code is 4821", "your door code is 4821"),
        ("your door code is 7821", "um my door code is 4821", "your door code is 4821"),
        (
            "the swimming lesson is on Thursday at 4:40 pm",
            "remember that the swimming lesson is on Thursday at 4:30 pm",
            "the swimming lesson is on Thursday at 4:30 pm",
        ),
        ("six minutes", "set a timer for ten minutes", "ten minutes"),
        (
            "your sister Minho lives in Bergen",
            "my sister Anna lives in Bergen",
            "your sister Anna lives in Bergen",
        ),
        ("your wifi password is smum_77.", "my wifi password is plum77", "your wifi password is plum77."),
        ("beans, chicken", "add milk and eggs to the shopping list", None),
        ("your sister's called Bynd", "my sister Anna lives in Bergen", None),
        ("but milk, eggs", "add milk and eggs to the shopping list", "milk, eggs"),
        ("7757", "9917", None),
        ("your cat is called Rex and eats fish daily", "my dog is called Rex", None),
    ],
)
def test_slips(written: str, said: str, mended: str | None) -> None:
    assert in_own_words(written, said) == mended


def test_strange_words() -> None:
    assert strange_words("your door code is 7821", ["my door code is 4821"]) == ["7821"]
    assert strange_words("call mum", ["schedule a call", "with mum"]) == []
    assert strange_words("Ada's boats", ["Ada has a boat"]) == []
    assert strange_words("you're going to Rome", ["we're going to Rome"]) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [("you're allergic to nuts", "I'm allergic to nuts"), ("you've got a cat", "we've got a cat")],
)
def test_what_was_turned_to_the_second_person_is_no_slip(content: str, said: str) -> None:
    assert mended_op(Store(content), said, []) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_mended_was_said(written: str, said: str) -> None:
    mended = in_own_words(written, said)
    assert mended is None or strange_words(mended, [said]) == []


@pytest.mark.parametrize(
    ("written", "said", "mended"),
    [
        ("Brunhilde", "she lives in Tarvik", "Brunhilde lives in Tarvik"),
        ("your sister Anna", "um, she's a plumber.", "your sister Anna is a plumber"),
        ("Brunhilde lives in Tarvik", "she lives in Tarvik", None),
        ("Tarvik", "she lives in Tarvik", None),
        ("your door code is 4821", "it was wrong", None),
        ("Brunhilde", "my sister lives in Tarvik", None),
    ],
)
def test_a_name_alone_gets_what_was_said_of_it(written: str, said: str, mended: str | None) -> None:
    op = mended_op(Store(written), said, ["my sister Anna is called Brunhilde", "my door code is 4821"])
    assert (op.content if isinstance(op, Store) else None) == mended
