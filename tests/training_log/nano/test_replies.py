"""The canonical replies, word for word."""

from __future__ import annotations

from training_log.nano import replies


def test_replies_are_canonical() -> None:
    assert replies.noted(["A", "B"]) == "Noted: A, and B."
    assert replies.remembered(["your code is 1"]) == "I'll remember that your code is 1."
    assert replies.answer("your door code is 9917") == "Your door code is 9917."
    assert replies.answer_when("on Thursday at 4:30 pm") == "On Thursday at 4:30 pm."
    assert replies.restated("you like plums") == "Yes, I have that: you like plums."
    assert replies.updated("you live in Tarvik") == "Updated: you live in Tarvik."
    assert replies.settled("your door code is 9917") == "Thank you. Your door code is 9917."
    assert replies.known(["you like plums", "you live here"]) == "You like plums. You live here."
    assert replies.unknown_about("Anna") == "I don't know anything about Anna yet."


def test_a_conflict_names_both_values() -> None:
    question = "I had 4821 for your door code. Which is right, 4821 or 9917?"
    assert replies.conflict_question("4821", "9917", "your door code") == question


def test_a_time_is_named_without_its_preposition() -> None:
    assert replies.bare_value("on Thursday at 4 pm") == "Thursday at 4 pm"
    assert replies.bare_value("at noon") == "noon"
    assert replies.bare_value("on the top shelf") == "on the top shelf"
