"""What may stand on each side of a conflict that the built-in model writes."""

from __future__ import annotations

import pytest

from lila.backends.decoding.contradiction import is_contradicted, is_denied, opposed
from memory.grammar import Store

OLD, NEW, OTHER = "your platform is 99", "your platform is 280", "your sister is 184 cm tall"
QUESTION = "I had 99 for your platform. Which is right, 99 or 280?"


def test_a_new_fact_stands_against_a_line_about_the_same_thing() -> None:
    sides = opposed("my platform is 280", "", "", [OTHER, OLD])
    assert list(sides.old) == [OLD]
    assert not sides.new
    assert set(sides.settled) == {"ask", OLD}
    assert not sides.retold


def test_saying_it_again_is_no_conflict() -> None:
    assert not opposed("my platform is 99", "", "", [OLD, OTHER]).old
    assert not opposed("would you jot down that my platform is 99", "", "", [OLD, OTHER]).old


def test_another_diet_and_another_day_are_conflicts() -> None:
    for said, line in (
        ("I am vegan, note that down please", "you are vegetarian"),
        ("Ada was born on the first of May", "Ada was born on the second of May"),
    ):
        assert list(opposed(said, "", "", [line]).old) == [line]


def test_the_answer_to_an_open_question_settles_it() -> None:
    for said, winner in (("280", NEW), ("the first one", OLD), ("the one i just told you", NEW)):
        sides = opposed(said, "my platform is 280 " + QUESTION, QUESTION, [NEW, OTHER, OLD])
        assert (list(sides.old), list(sides.new), list(sides.settled)) == ([OLD], [NEW], [winner])


def test_an_answer_that_names_neither_leaves_the_choice() -> None:
    sides = opposed("hmm let me think", "", QUESTION, [NEW, OTHER, OLD])
    assert set(sides.settled) == {OLD, NEW}


def test_a_claim_that_is_not_shown_is_retold() -> None:
    sides = opposed("280", "my platform is 280 " + QUESTION, QUESTION, [])
    assert sides.retold
    assert sides.rejected == {"99"}
    assert not opposed("hmm", "", QUESTION, []).rejected


def test_small_words_of_the_claim_that_was_wrong_are_not_rejected() -> None:
    question = "I had 5 May for the fair. Which is right, 5 May or the last of June?"
    assert opposed("the first one", "the fair is the last of June " + question, question, []).rejected == {
        "last", "june",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "tags", "line"),
    [
        (NEW, ("you", "platform"), OLD),
        ("your tutor is Grukon", ("tutor", "name"), "you have a tutor called Petya"),
        ("your favourite dessert is lasagne", (), "risotto is your favourite dessert"),
        ("the bike is behind the boiler", ("bike", "place"), "the bike is between the books"),
        ("the party is on Saturday the 9th", ("party", "time"), "your party is on July 14th"),
        ("Ada takes fencing every Monday at six", ("Ada", "fencing"), "Ada takes fencing every Friday"),
        ("you have eight brothers", ("you", "brothers"), "you have seven brothers"),
        ("your name's Ximena", ("you", "name"), "your name's Omar"),
        ("you go by Ximena", ("you", "name"), "you're called Omar"),
        ("your cat is rex", ("cat", "name"), "your cat answers to Tom"),
        ("your cat is Rex", (), "you have a cat, Tom"),
        ("the tent is in the shed", ("tent", "place"), "you keep the tent in the attic"),
        ("the gas check is on Friday", ("gas check", "time"), "you've got a gas check on Monday"),
        ("Ada takes fencing every other Monday", ("Ada", "fencing"), "Ada takes fencing every Friday"),
    ],
)
def test_a_fact_is_contradicted_where_the_memory_would_find_a_conflict(
    content: str, tags: tuple[str, ...], line: str
) -> None:
    assert is_contradicted(Store(content, "personal", tags), [OTHER, line])
    assert not is_contradicted(Store(content, "personal", tags), [OTHER, content])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("you like plums", "you like peas"),
        ("you have a dog", "you have a cat"),
        ("the lesson is at six", "the party is at six"),
        ("Ada catches the number 58 bus", "Mia catches the number 63 bus"),
        ("your cat is hungry", "your cat is called Tom"),
    ],
)
def test_what_can_stand_beside_a_line_is_not_contradicted(content: str, line: str) -> None:
    assert not is_contradicted(Store(content), [line])


@pytest.mark.parametrize(
    ("content", "line", "may"),
    [
        ("you like figs", "you don't like figs", True),
        ("Ada never eats figs", "Ada eats figs", True),
        ("you're not vegan", "you are vegan", True),
        ("you like figs", "you don't like plums", False),
        ("you like figs", "you like figs", False),
    ],
)
def test_what_is_said_to_be_otherwise_now_is_denied(content: str, line: str, may: bool) -> None:
    assert is_denied(Store(content), [OTHER, line]) is may
