"""What a sentence claims, and whether two of them disagree."""

from __future__ import annotations

import pytest

from memory.facts import (
    Relation,
    as_lila_says,
    deny_each_other,
    differing,
    many_valued,
    question,
    relation,
    subject_and_attribute,
    topic_of,
)


@pytest.mark.parametrize(
    ("content", "tags", "expected"),
    [
        ("you're 44", ("you", "trait"), ("you", "age")),
        ("you're 4821", ("you", "trait"), ("you", "trait")),
        ("you gave the key to Ann", ("you", "name"), ("you", "")),
        ("you have twins, Ada and Ben", ("you", "name"), ("you", "have")),
        ("you go by Ann", ("you", "name"), ("you", "name")),
    ],
)
def test_what_the_sentence_shows_for_certain_counts_more_than_its_tags(
    content: str, tags: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert subject_and_attribute(content, tags) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("your door code is 4821", ("you", "door code")),
        ("Anna's birthday is 3 May", ("Anna", "birthday")),
        ("the capital of France is Paris", ("France", "capital")),
        ("the swimming lesson is on Thursday", ("swimming lesson", "be")),
        ("you like plums", ("you", "like")),
        ("4821 is your door code", ("you", "door code")),
        ("red is Anna's favourite colour", ("Anna", "favourite colour")),
        ("your sister lives in Oslo", ("sister", "live")),
        ("you park in space 36", ("you", "park")),
        ("hello there", ("", "")),
        ("you have a tutor called Petya", ("tutor", "name")),
        ("you're seventy-two", ("you", "age")),
        ("Ada has got a vet named Bo", ("Ada's vet", "name")),
    ],
)
def test_subject_and_attribute_are_read_off_the_sentence(content: str, expected: tuple[str, str]) -> None:
    assert subject_and_attribute(content, ()) == expected


@pytest.mark.parametrize(
    "content",
    [
        "your tutor is called Petya",
        "your tutor's called Petya",
        "your tutor's name is Petya",
        "your tutor goes by Petya",
        "your tutor answers to Petya",
        "you have a tutor called Petya",
        "you've got a tutor named Petya",
        "you have a tutor, Petya",
        "you named your tutor Petya",
        "everybody calls your tutor Doctor Petya",
    ],
)
def test_a_name_is_told_in_many_ways(content: str) -> None:
    assert subject_and_attribute(content, ()) == ("tutor", "name")


@pytest.mark.parametrize(
    "content",
    [
        "your usual order happens to be plums",
        "your usual order has always been plums",
        "plums, that's your usual order",
        "plums is still your usual order",
        "they gave you plums as your usual order",
        "you always use plums as your usual order",
        "for your usual order you use plums",
    ],
)
def test_what_somebody_has_is_told_in_many_ways(content: str) -> None:
    assert subject_and_attribute(content, ()) == ("you", "usual order")
    assert relation("your usual order is tea", content, "you", "usual order") is Relation.CONTRADICTS


@pytest.mark.parametrize(
    ("content", "topic"),
    [
        ("you have a gas check on Monday", "the gas check"),
        ("there's a gas check on Monday", "the gas check"),
        ("you keep the tent in the attic", "the tent"),
        ("you've put the tent in the attic", "the tent"),
        ("the tent lives in the attic", "the tent"),
        ("the code you use is 12", "your code"),
        ("the second of June is your birthday", "your birthday"),
        ("Ada usually gets up at six", "Ada"),
        ("Dune is Ada's favourite book", "Ada's favourite book"),
        ("The Hobbit is Ada's favourite book", "Ada's favourite book"),
    ],
)
def test_what_a_sentence_is_about(content: str, topic: str) -> None:
    assert topic_of(content) == topic


def test_a_thing_of_theirs_is_nobodys_name() -> None:
    assert subject_and_attribute("your bike is back", ("you", "name")) == ("you", "bike")
    assert subject_and_attribute("Minka is fourteen years old", ("cat", "name")) == ("Minka", "be")
    assert subject_and_attribute("your first name is Ada", ("you", "name")) == ("you", "name")
    assert subject_and_attribute("you're Ada", ("you", "name")) == ("you", "name")


def test_what_one_does_is_no_name() -> None:
    assert subject_and_attribute("you're reading Dune", ("you", "name"))[1] != "name"
    assert subject_and_attribute("you're Marta", ("you", "name")) == ("you", "name")


def test_whose_something_is_isnt_named_by_it() -> None:
    assert subject_and_attribute("the cat's vet is Dr Huber", ("cat", "name")) == ("the cat", "vet")
    assert subject_and_attribute("your sister's boss is Ann", ("sister", "name"))[1] != "name"
    assert subject_and_attribute("the cat's name is Minka", ("cat", "name")) == ("cat", "name")
    assert subject_and_attribute("Ada's cat is Minka", ("Ada's cat", "name")) == ("Ada's cat", "name")


def test_tags_are_believed_first() -> None:
    assert subject_and_attribute("your door code is 4821", ("house", "entry")) == ("house", "entry")


@pytest.mark.parametrize(
    ("known", "new", "tags", "expected"),
    [
        ("your door code is 4821", "the code for your door is 4821", ("you", "door code"), Relation.SAME),
        ("your door code is 4821", "your door code is 9917", ("you", "door code"), Relation.CONTRADICTS),
        ("4821 is your door code", "your door code is 9917", ("you", "door code"), Relation.CONTRADICTS),
        (
            "behind the boiler is where the key is",
            "the key is in the shed",
            ("key", "be"),
            Relation.CONTRADICTS,
        ),
        (
            "rice is your favourite dish",
            "your favourite dish is soup",
            ("you", "favourite dish"),
            Relation.CONTRADICTS,
        ),
        ("you park in space 36", "you park in space 9", ("you", "park"), Relation.CONTRADICTS),
        ("your sister lives in Oslo", "your sister lives in Rome", ("sister", "live"), Relation.CONTRADICTS),
        ("you live in Oslo", "you've moved to Rome", ("you", "live"), Relation.CONTRADICTS),
        ("you're based in Oslo", "you live in Oslo", ("you", "live"), Relation.SAME),
        ("Tom is your nephew", "Ben is your nephew", ("you", "nephew"), Relation.UNRELATED),
        ("the lesson is at 4:30 pm", "the lesson is at 16:30", ("lesson", "time"), Relation.SAME),
        ("your wife is Anna", "your wife is Anna Berg", ("you", "wife"), Relation.REFINES),
        ("your wife is Anna Berg", "your wife is Anna", ("you", "wife"), Relation.COVERED),
        ("you eat meat", "you do not eat meat", ("you", "diet"), Relation.CONTRADICTS),
        (
            "your dentist is Dr Meyer",
            "your dentist is on Goethe Street",
            ("you", "dentist"),
            Relation.UNRELATED,
        ),
        ("you like plums", "you like jazz", ("you", "like"), Relation.UNRELATED),
        ("you keep the bag in the car", "you find the bag in the car", ("bag", "place"), Relation.SAME),
        ("the code you use is 12", "your code is 34", ("you", "code"), Relation.CONTRADICTS),
        ("your new bank is Alba", "your bank is Brin", ("you", "bank"), Relation.CONTRADICTS),
        (
            "Ada's favourite dish is soup",
            "rice is Ada's favourite dish",
            ("Ada", "favourite dish"),
            Relation.CONTRADICTS,
        ),
        (
            "your code for the shed is 12",
            "your code for the shed is 34",
            ("you", "code for the shed"),
            Relation.CONTRADICTS,
        ),
        (
            "your cousin's star sign is Leo",
            "your cousin's star sign is Aries",
            ("cousin", "star sign"),
            Relation.CONTRADICTS,
        ),
        ("you're single", "you're left-handed", ("you", "be"), Relation.UNRELATED),
        ("Ada is colour blind", "Ada is left-handed", ("Ada", "be"), Relation.UNRELATED),
        ("Ada is afraid of dogs", "ada is scared of ghosts", ("Ada", "be"), Relation.UNRELATED),
        ("ada is good at chess", "ada is good at maths", ("ada", "be"), Relation.UNRELATED),
        ("Ada is a nurse", "Ada is a teacher", ("Ada", "be"), Relation.CONTRADICTS),
        ("you're vegetarian", "you're vegan now", ("you", "be"), Relation.CONTRADICTS),
        ("you're vegan", "you're gluten free", ("you", "be"), Relation.UNRELATED),
    ],
)
def test_how_claims_stand_to_each_other(
    known: str, new: str, tags: tuple[str, str], expected: Relation
) -> None:
    assert relation(known, new, *tags) is expected


def test_the_same_said_and_denied() -> None:
    assert deny_each_other("you like figs", "you don't like figs")
    assert not deny_each_other("you like figs", "you don't like plums")
    assert relation("you don't like figs", "you like figs", "you", "like") is Relation.CONTRADICTS
    assert subject_and_attribute("you don't like figs", ()) == ("you", "like")


def test_what_can_have_many_values() -> None:
    assert many_valued("you", "likes", "you like plums")
    assert many_valued("you", "phone numbers", "your phone numbers are 1 and 2")
    assert many_valued("you", "car", "you also have a van")
    assert not many_valued("you", "phone number", "your phone number is 1")
    assert not many_valued("you", "address", "your address is Elm Road 1")


def test_a_number_in_groups_differs_as_a_whole() -> None:
    numbers = "58 341 22 07", "58 341 22 70"
    assert differing(*(f"the vet's number is {number}" for number in numbers)) == numbers


def test_the_differing_parts() -> None:
    assert differing("your door code is 4821", "your door code is 9917") == ("4821", "9917")
    assert differing("the lesson is on Thursday at 4", "the lesson is on Friday at 4") == (
        "Thursday",
        "Friday",
    )
    assert differing("your tutor answers to Greta", "your tutor is Moira") == ("Greta", "Moira")
    assert differing("you keep the tent in the attic", "the tent is in the shed") == (
        "in the attic",
        "in the shed",
    )


def test_the_question() -> None:
    code = ["your door code is 4821", "your door code is 9917"]
    assert (
        question(code, "you", "door code") == "I had 4821 for your door code. Which is right, 4821 or 9917?"
    )
    homes = ["you live in Rome", "you live in Oslo"]
    assert question(homes, "you", "home") == 'I had "you live in Rome". Which is right, Rome or Oslo?'


def test_deixis() -> None:
    assert as_lila_says("I'm late and my bike is mine.") == "you are late and your bike is yours"
    assert as_lila_says("IBM made my iPad") == "IBM made your iPad"


@pytest.mark.parametrize(
    ("content", "attribute"), [("you're a vet", "be"), ("you are the boss", "be"), ("you are Sarah", "name")]
)
def test_what_one_is_is_no_name(content: str, attribute: str) -> None:
    assert subject_and_attribute(content, ("you", "name")) == ("you", attribute)
