"""What may stand on each side of a conflict that the built-in model writes."""

from __future__ import annotations

from lila.backends.contradiction import opposed

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
