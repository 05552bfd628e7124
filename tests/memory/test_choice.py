"""Which claim an answer names: never the wrong one, and none where the words leave a doubt."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memory.choice import chosen

CODES = ("your door code is 4821", "your door code is 9917")
HAIR = ("your hair is black", "your hair is brown")
CATS = ("your cat is called Juniper", "your cat is called Mulberry")
LESSON = ("the swimming lesson is on Thursday at 4:30 pm", "the swimming lesson is on Friday at 5 pm")


@pytest.mark.parametrize(
    ("said", "claims", "place"),
    [
        ("9917", CODES, 1),
        ("4821", CODES, 0),
        ("4821.", CODES, 0),
        ("9917 please", CODES, 1),
        ("nine nine one seven", CODES, 1),
        ("four eight two one", CODES, 0),
        ("it's 9917 now", CODES, 1),
        ("um, it's 9917", CODES, 1),
        ("my door code is 9917", CODES, 1),
        ("no, 4821 is right", CODES, 0),
        ("9917, not 4821", CODES, 1),
        ("not 4821", CODES, 1),
        ("it's no longer 4821", CODES, 1),
        ("it isn't 4821, it's 9917", CODES, 1),
        ("not the old one", CODES, 1),
        ("the first one", CODES, 0),
        ("the second one", CODES, 1),
        ("the second", CODES, 1),
        ("the 1st", CODES, 0),
        ("it's the old one", CODES, 0),
        ("the new one, thanks", CODES, 1),
        ("the latter", CODES, 1),
        ("the former", CODES, 0),
        ("the latest one", CODES, 1),
        ("the one you had", CODES, 0),
        ("the one you already have", CODES, 0),
        ("what I just said", CODES, 1),
        ("keep the one you had before", CODES, 0),
        ("right is brown", HAIR, 1),
        ("brown", HAIR, 1),
        ("BLACK", HAIR, 0),
        ("well black i think", HAIR, 0),
        ("brown is right", HAIR, 1),
        ("my hair is brown", HAIR, 1),
        ("mulberry", CATS, 1),
        ("the cat is called juniper", CATS, 0),
        ("mulbery", CATS, 1),
        ("friday", LESSON, 1),
        ("Thursday at 4:30 pm", LESSON, 0),
        ("on friday at 5 pm", LESSON, 1),
    ],
)
def test_what_names_one_chooses_it(said: str, claims: tuple[str, str], place: int) -> None:
    assert chosen(said, claims) == place


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ("no idea", CODES),
        ("I don't know", CODES),
        ("I'm not sure, 9917", CODES),
        ("maybe 9917", CODES),
        ("9917 or 4821", CODES),
        ("4821 9917", CODES),
        ("both", CODES),
        ("neither", CODES),
        ("is it 9917?", CODES),
        ("9917?", CODES),
        ("yes", CODES),
        ("no", CODES),
        ("this one", CODES),
        ("that one", CODES),
        ("1234", CODES),
        ("the third one", CODES),
        ("forget 9917", CODES),
        ("4821 is wrong", CODES),
        ("that's not right, it's the one on the door", CODES),
        ("not that 9917", CODES),
        ("what is the weather like", CODES),
        ("add 9917 to the shopping list", CODES),
        ("9917 and buy milk", CODES),
        ("I bought brown bread", HAIR),
        ("the first one is wrong", CODES),
        ("not sure", HAIR),
        ("Thursday at 5 pm", LESSON),
        ("hello", CODES),
        ("if it was 9917 I would know", CODES),
        ("if I had a key it would be 9917", CODES),
        ("not 4821 and not 9917", CODES),
        ("the old new one", CODES),
    ],
)
def test_what_leaves_a_doubt_chooses_none(said: str, claims: tuple[str, str]) -> None:
    assert chosen(said, claims) is None


def test_a_value_that_looks_like_pointing_is_not_taken_for_it() -> None:
    towns = ("you live in New York", "you live in Boston")
    assert chosen("the new one", towns) is None
    assert chosen("york", towns) == 0
    assert chosen("boston", towns) == 1
    children = ("you have 1 cat", "you have 2 cats")
    assert chosen("the first one", children) == 0
    assert chosen("two", children) == 1


def test_of_three_the_third_can_be_named_and_the_latter_cannot() -> None:
    three = (*CODES, "your door code is 3330")
    assert chosen("the third one", three) == 2
    assert chosen("the last one", three) == 2
    assert chosen("the latter", three) is None
    assert chosen("not 4821", three) is None


def test_a_value_inside_the_other_names_nothing() -> None:
    names = ("your name is Anna", "your name is Anna Maria")
    assert chosen("Anna", names) is None
    assert chosen("Anna Maria", names) == 1


VALUES = st.one_of(
    st.integers(1000, 9999).map(str),
    st.sampled_from(
        [
            "red",
            "blue",
            "green",
            "amber",
            "violet",
            "Lisbon",
            "Oslo",
            "Turin",
            "Mulberry",
            "Juniper",
            "Clover",
        ]
    ),
)
FRAMES = st.sampled_from(
    ["{}", "it's {}", "well, {}", "no, {} is right", "{} please", "I think it's {}", "Um {} now"]
)


@given(VALUES, VALUES, FRAMES, st.booleans(), st.booleans())
def test_naming_a_value_never_chooses_another(
    one: str, other: str, frame: str, second: bool, lower: bool
) -> None:
    assume(one != other)
    claims = (f"your favourite thing is {one}", f"your favourite thing is {other}")
    said = frame.format(other if second else one)
    assert chosen(said.lower() if lower else said, claims) == int(second)


@given(st.text(max_size=40))
def test_any_text_is_taken(said: str) -> None:
    assert chosen(said, CODES) in (None, 0, 1)
