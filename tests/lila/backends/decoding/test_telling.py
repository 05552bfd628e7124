"""What tells a fact by its form alone."""

from __future__ import annotations

import itertools

import pytest

from lila.backends.decoding.telling import calls_for_nothing, claims, may_ask, states, tells
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    "said",
    [
        "I'm a teacher",
        "i am allergic to nuts.",
        "I'm from Porto",
        "im 52",
        "I don't eat meat",
        "my old code was 99",
        "Anke is my dentist",
        "Ada Lovelace is our violin teacher.",
        "I'm reading The Old Man and the Sea",
        "my sister doesn't eat meat",
        "my children fear flying",
        "our neighbours moved to Leeds",
        "my husband's a nurse at St Mary's hospital",
        "I've got two kids, Ben and Mia",
        "we have a dog, Biscuit",
    ],
)
def test_a_fact(said: str) -> None:
    assert tells(said)


@pytest.mark.parametrize(
    "said",
    [
        "I'm a bit tired",
        "I'm tired",
        "I'm allergic to nuts, what can I eat?",
        "he said I'm a teacher",
        "I don't like it",
        "What is my name",
        "Life is my teacher",
        "my sister doesn't eat meat, right",
        "our neighbours moved, didn't they?",
        "oh my it's a lot of rain",
        "I have a question",
        "have I got two kids?",
    ],
)
def test_no_fact_for_certain(said: str) -> None:
    assert not tells(said)


def test_no_question_and_no_small_talk_of_the_corpus_tells_a_fact() -> None:
    tried = 0
    for example in itertools.islice(examples(9, "train"), 6000):
        if tells(example.messages[-1][1]):
            tried += 1
            assert example.intent not in ("recall", "dont_know", "about", "clock", "timer", "list"), example
    assert tried > 30


@pytest.mark.parametrize(
    "said",
    [
        "did you know: my mother is Edith",
        "Well did you know, I'm allergic to raspberries.",
        "yeah Svetlana has her lesson every Saturday",
        "I suspect my supplier is Blee",
        "Ada's home town will be Brussels",
        "I've got two kids, Ben and Mia",
        "i parked the car on the second floor",
        "my neighbour mrs jansen feeds the cat when i'm away",
        "I susspect my supplier is Blee",
        "Daisy and I met in Cairo!",
        "there are 3 keys at my place to tell the truth",
        "the bike is under the stairs no doubt about it",
        "to start with my sister is Sligix",
        "my band will uh be the Larks",
        "oh, and Neikints driving instructor is William",
        "anyhow Ada's glove size is medium",
        "we have two kids, Zosia and Jan",
        "as you can imagine my pharmacist's favourite dish is soup",
        "I have a goat whose name is Flo, I suppose",
        "let me dictate something, we've got a goat called Flo",
        "yes indeed, Ada hardly sleeps",
        "Ada sent us a fountain pen",
        "my friend Ann, who paints, lives in Rome",
        "its name will be Flo, just so you know",
        "the ringtone I use is a harp",
    ],
)
def test_a_claim_calls_for_nothing(said: str) -> None:
    assert claims(said)
    assert calls_for_nothing(said)


@pytest.mark.parametrize(
    "said",
    [
        "my name is what",
        "is my birthday in May",
        "if my name is Bob, say so",
        "my code is 4821, said the spy",
        "my cow is Milla the opera singer mutters",
        "I'm after my booking reference",
        "do I have a cat?",
        "what my sister is",
        "when is the plumber coming",
        "i dreamed my spaniel is Ada",
        "let's play a game, the screws are in the bag",
        "Unless the red kit is in the bag",
        "if I have a goat called Flo",
        "it never stops",
        "somebody sent me a bill",
        "my aunt, who paints?",
    ],
)
def test_no_claim(said: str) -> None:
    assert not claims(said)


def test_what_is_needed_calls_for_a_list() -> None:
    assert claims("I have to buy milk")
    assert not calls_for_nothing("I have to buy milk")
    assert not calls_for_nothing("i bought the eggs")


def test_claims_of_the_corpus_are_told_and_not_asked() -> None:
    tried = 0
    for example in itertools.islice(examples(9, "train"), 3000):
        said = example.messages[-1][1]
        tried += calls_for_nothing(said)
        if calls_for_nothing(said):
            assert not example.gold.tools, example
            assert example.intent not in ("about", "dont_know", "hypothetical"), example
    assert tried > 100


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("hey lila i'm dan", True),
        ("Hello there, I'm Lola", True),
        ("hi I'm tired", False),
        ("hello lila i'm fine", False),
        ("i'm dan", False),  # may be a mood that nobody thought of
    ],
)
def test_who_greets_says_his_name(said: str, may: bool) -> None:
    assert tells(said) is may


@pytest.mark.parametrize(
    "said",
    [
        "Seemingly Ada's home address is 85 Vine Hill.",
        "in short adas phone is 0972",
        "as I was saying my tablet password is plum",
        "would you register: I am allergic to tripe",
        "surprise the number for the boiler is 56",
        "I gather that the web address for the club is plum.eu",
        "yes indeed i study psychology",
    ],
)
def test_what_opens_a_claim_makes_nothing_else_of_it(said: str) -> None:
    assert claims(said)


@pytest.mark.parametrize(
    "said",
    [
        "the tattoo read Ada's cook is Ben",
        "the number for the boiler is 56 the weatherman shouts",
        "someone announces the bag is under the sink on stage",
    ],
)
def test_what_somebody_else_says_is_no_claim(said: str) -> None:
    assert not claims(said)


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("my sister's height", True),
        ("adas phone please", True),
        ("any idea about the keys", True),
        ("ada chose economics", False),
        ("oh Rex", False),
    ],
)
def test_what_may_ask(said: str, may: bool) -> None:
    assert may_ask(said) is may


@pytest.mark.parametrize(
    "said",
    [
        "in passing my tax number is 40508",
        "for your files our dog is allergic to peas",
        "I suspect the blue card has its place on the sill",
        "if i'm not mistaken my neighbour is jo",
        "my bus is the 4",
    ],
)
def test_what_is_told_as_it_is(said: str) -> None:
    assert states(said)


@pytest.mark.parametrize(
    "said",
    [
        "make believe my bus is the 4",
        "for the sake of argument my uncle is Tom",
        "he told them I live in Ghent",
        "suppose my bus is the 4",
        "provided that my bus is the 4",
        "if my bus is the 4",
        "how old is the universe",
    ],
)
def test_what_is_supposed_or_quoted_is_not(said: str) -> None:
    assert not states(said)
