"""Only the person's own words become theirs."""

from __future__ import annotations

import pytest

from memory.provenance import holds_claim, only_asks, states_nothing, unsupported


@pytest.mark.parametrize(
    "said",
    ["what is my door code", "What's my name?", "do you know my code?", "where are the keys", "hi", "good morning Lila",
     "thanks", "if I had a dog I would call it Rex", "what if my code was 1234", "suppose my code is 1234",
     "how are you? what time is it?", "hey Lila, what's my code?", "ah somebody is asking where Tom parked",
     "don't remember this: my salary is 5000", "my salary is 5000, please don't store that", "hey, never write that down!",
     "can you log in to my bank?", "did you know my brother?", "where was I born?", "are you there?", "can you change?"],
)  # fmt: skip
def test_states_nothing(said: str) -> None:
    assert states_nothing(said)


@pytest.mark.parametrize(
    "said",
    ["my code is 4821", "can you remember that my code is 4821?", "how are you? my dog is called Rex.",
     "my code is 4821, ok?", "when I get home I drink tea", "if you need me my number is 55", "",
     "what I like most is jazz", "my name is Sam, what's yours?", "would you jot down that bees like clover?",
     "could you bear in mind that my code is 4821?", "don't forget this: my code is 4821",
     "I don't remember that, but my code is 4821", "never keep milk in the car", "you don't store the paint, I do",
     "will you log: the party is at ten?", "is it possible to record that bees dance?", "did you know my bus is the 4",
     "where was I, my bus is the 4", "are you listening my bus is the 4", "can you rememer my bus is the 4?",
     "could you move the concert to Monday?", "will you change my code so that it is 4821?"],
)  # fmt: skip
def test_states_something(said: str) -> None:
    assert states_nothing(said) is None


@pytest.mark.parametrize(
    ("content", "said", "missing"),
    [
        ("your door code is 4821", ["my door code is 4821"], []),
        ("your door code is 4821", ["um so the doorcode is 4821"], []),
        ("your appointment is at noon", ["my apointment is at noon"], []),
        ("you have 4 cats", ["I've got four cats"], []),
        ("Anna likes plums", ["Anna came", "she likes plums"], []),
        ("your door code is 9917", ["my door code is 4821"], ["9917"]),
        ("your door code is 4822", ["my door code is 4821"], ["4822"]),
        ("you are not vegetarian", ["I am vegetarian"], ["not"]),
        ("your code is 1234", ['she said "my code is 1234"'], ["code", "1234"]),
        ("your dentist is Meyers", ["my dentist is Meyer"], []),
        ("your dentist is Meierson", ["my dentist is Meyerson"], ["meierson"]),
        ("your code is 1234", ["sie sagt 1234"], ["code"]),
    ],
)
def test_every_word_must_have_been_said(content: str, said: list[str], missing: list[str]) -> None:
    assert unsupported(content, said) == missing


def test_a_motto_in_quotation_marks_is_ones_own() -> None:
    assert unsupported('your motto is "never give up"', ['my motto is "never give up"']) == []


def test_small_words_alone_claim_nothing() -> None:
    assert not holds_claim("you are it")
    assert not holds_claim("your code is 4821?")
    assert holds_claim("you are vegetarian")


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("which size batteries does the torch need", True),
        ("can orchids have a lot of water?", True),
        ("forget where the keys are", False),
        ("what do you know of Ann, delete it", False),
        ("could you forget my code?", False),
    ],
)
def test_a_question_asks_with_its_mark_or_without(said: str, may: bool) -> None:
    assert only_asks(said) is may
