"""What was said, as it may be worded in memory: one stretch of it, or what was known with one value exchanged."""

from __future__ import annotations

import pytest

from engine.automaton import DEAD, DONE, build_automaton
from lila.backends.decoding.answers import completed, denies, is_value, names_its_thing
from lila.backends.decoding.asides import without_request, without_slips
from lila.backends.decoding.corrections import revised, words_lost
from lila.backends.decoding.wording import told
from lila.backends.decoding.words import retold

END = "<|end|>"


def takes(pattern: str, text: str) -> bool:
    automaton = build_automaton([rf"({pattern})<\|end\|>"], [END], minimal=False)
    state = automaton.starts[0]
    for letter in [*f" {text}".encode(), 256]:
        if state in (DEAD, DONE):
            return False
        column = automaton.byte_classes[letter] if letter < 256 else automaton.n_byte_classes
        state = int(automaton.transitions[state, column])
    return state == DONE


@pytest.mark.parametrize(
    ("said", "content", "may"),
    [
        ("my door code is 4821", "your door code is 4821", True),
        ("my um door code is 4821", "your door code is 4821", True),
        ("door code: 4821", "your door code is 4821", True),
        ("my key is under the, no, behind the pot", "your key is behind the pot", True),
        ("my boss is named Harriet Vance", "your boss is named Harriet Vance", True),
        ("my boss is named Harriet Vance", "your boss is named Harriet", False),
        ("I'm reading The Old Man and the Sea", "you're reading The Old Man and the Sea", True),
        ("I'm reading The Old Man and the Sea", "you're reading The Old Man", False),
        ("I bank with the Bank of America", "you bank with the Bank", False),
        ("my brother is Tom and Mia is my sister", "your brother is Tom", True),
        ("My Boss Is Called Harriet", "your Boss", True),  # capitals that tell nothing
        ("my sister answers to Ada", "your sister answers is Ada", False),
        ("door code 4821", "your door code is 4821", True),
        ("the umbrella is between the books plus the hat", "the umbrella between plus", False),
        ("my name is Ada and hers is Mia", "Mia is your name", False),
        ("actually I keep it in the shed", "you keep in the shed", False),
        ("I like tea on top of that my cat is Rex", "you like tea", True),
        ("I like tea on top of that my cat is Rex", "your cat is Rex", True),
        ("I like tea on top of that my cat is Rex", "you like tea on top of that", False),
        ("I like tea on top of that my cat is Rex", "you like tea your cat is Rex", False),
        ("I write thrillers by the way", "you write thrillers", True),
        ("I like tea next somebody left a hat", "you like tea next", False),
        ("I have a sister as well as my cat is Rex", "you have a sister as well", False),
        ("I like tea as well as coffee", "you like tea as well as coffee", True),
        ("zinc costs nothing save it please", "zinc costs nothing", True),
        ("zinc costs nothing save it please", "zinc costs nothing save it", False),
        ("my sister couldn't keep it", "your sister couldn't keep it", True),
        ("please call me Ada and I live in Rome", "you are Ada", True),
        ("you can call me Ada and I live in Rome", "you live in Rome", True),
        ("call me Ada", "call you Ada", False),
        ("call me Ada", "you Ada", False),
        ("call me back on Friday", "call you back on Friday", True),
        ("figs need water in fact", "figs need water", True),
        ("figs need water in fact", "figs need water in fact", False),
        ("the key is in the hall in case you need it", "the key is in the hall in case", False),
        ("I play chess just so that's clear", "you play chess just so", False),
        ("just so you know I play chess", "you play chess", True),
        ("I go to Rome et cetera and my cat is Rex", "you go to Rome et cetera", False),
        ("I go to Rome along with this my cat is Rex", "you go to Rome along", False),
        ("hey lila it's me, Sarah", "you are Sarah", True),
        ("hi there, this is Sarah and I live in York", "you are Sarah", True),
        ("hi there, this is Sarah and I live in York", "you live in York", True),
        ("this is my sister Ann", "you are my sister Ann", False),
        ("I have a son, Leo, who studies law", "Leo studies law", True),
        ("my aunt Bea who is a vet likes figs", "your aunt Bea is a vet", True),
        ("my aunt Bea who is a vet likes figs", "your aunt Bea likes figs", True),
        ("I know who has the key", "you know has the key", False),
        ("I have a camera and it's from Ann", "your camera is from Ann", True),
        ("our sofa is green and I bought it in Leeds", "you bought your sofa in Leeds", True),
        ("my vet for the cats is Dr. Ann Vance", "your vet for the cats is Dr. Ann Vance", True),
        ("my vet for the cats is Dr. Ann Vance", "your vet for the cats is Dr. Ann", False),
    ],
)
def test_a_fact_is_one_stretch_or_two(said: str, content: str, may: bool) -> None:
    assert takes(told(said.split()), content) is may


@pytest.mark.parametrize(
    ("content", "may"),
    [
        ("your sister's cat's name is Minka", True),
        ("your cat's name is Minka", True),
        ("your sister's name is Minka", True),  # which of the two is for the model to say
        ("your cat's sister's name is Minka", False),
    ],
)
def test_what_is_its_may_name_the_owner_and_the_thing(content: str, may: bool) -> None:
    assert takes(told(["its", "name", "is", "Minka"], ["my", "sister", "has", "a", "cat"]), content) is may


def test_a_pronoun_is_one_stretch_of_what_was_said_before() -> None:
    said, before = "her birthday is on the 5th", "my aunt Ada paints"
    pattern = told(said.split(), before.split())
    assert takes(pattern, "your aunt Ada birthday is on the 5th")
    assert not takes(pattern, "your uncle Ada birthday is on the 5th")


@pytest.mark.parametrize(
    ("before", "content", "may"),
    [
        ("my aunt Ada paints", "your aunt Ada's birthday is on the 5th", True),
        ("my aunt Ada paints", "Ada's birthday is on the 5th", False),
        ("my aunt Ada paints", "your aunt's birthday is on the 5th", False),
        ("my aunt paints", "your aunt's birthday is on the 5th", True),
        ("everybody calls my aunt Ada", "your aunt's birthday is on the 5th", True),
        ("my aunt saw Ada", "Ada's birthday is on the 5th", True),
        ("my aunt Mondays at six", "your aunt's birthday is on the 5th", True),
    ],
)
def test_somebody_by_name_and_by_what_they_are_is_one(before: str, content: str, may: bool) -> None:
    assert takes(told(["her", "birthday", "is", "on", "the", "5th"], before.split()), content) is may


@pytest.mark.parametrize(
    ("before", "said", "content", "may"),
    [
        ("my bike is a Canyon", "I locked it behind the shop", "you locked your bike behind the shop", True),
        ("I rent a laptop", "Ann is borrowing it", "Ann is borrowing your laptop", True),
        ("I bought a sofa", "It cost 700 euros", "your sofa cost 700 euros", True),
        ("I bought a sofa", "The thing it cost was 700", "the thing you cost was 700", False),
        ("somebody asks what Elke eats", "her team is Rex", "somebody's team is Rex", False),
        ("somebody asks what Elke eats", "her team is Rex", "Elke's team is Rex", True),
        ("Elke lives in Rome", "I speak French with him", "you speak French with Elke", True),
    ],
)
def test_what_it_and_him_stand_for_may_come_anywhere(before: str, said: str, content: str, may: bool) -> None:
    assert takes(told(said.split(), before.split()), content) is may


def test_words_of_the_same_breath_are_turned_too() -> None:
    pattern = told(["my", "neighbour", "Ben", "lends", "me", "his", "ladder", "on", "weekends"])
    assert takes(pattern, "your neighbour Ben lends you his ladder on weekends")
    assert not takes(pattern, "your neighbour Ben lends me his ladder on weekends")


def test_what_is_owned_goes_with_its_owner() -> None:
    pattern = told(["its", "plate", "is", "AB", "12"], ["Ada's", "van", "is", "a", "Skoda"])
    assert takes(pattern, "Ada's van's plate is AB 12")
    assert not takes(pattern, "Ada's plate is AB 12")


def test_a_person_may_have_been_named_in_the_same_breath() -> None:
    pattern = told(["my", "wife", "is", "Sofia,", "her", "birthday", "is", "on", "the", "5th"])
    assert takes(pattern, "your wife is Sofia")
    assert takes(pattern, "your wife's birthday is on the 5th")
    assert not takes(pattern, "your sister's birthday is on the 5th")


def test_what_somebody_does_besides_is_said_of_them() -> None:
    pattern = told(["my", "friend", "Ola", "lives", "in", "Rome", "and", "works", "as", "a", "vet"])
    assert takes(pattern, "your friend Ola lives in Rome")
    assert takes(pattern, "your friend Ola works as a vet")
    assert not takes(told(["my", "friend", "Ola", "lives", "in", "Rome"]), "your friend Ola in Rome")


def test_a_value_is_denied_and_another_given() -> None:
    line = "you have a meeting with Sarah at 3"
    assert denies(["it's", "with", "Sandra,", "not", "Sarah"], line)
    assert not denies(["not", "Sarah"], line)
    assert not denies(["it's", "with", "Sandra,", "not", "sure"], line)
    assert not denies(
        ["my", "sister", "went", "to", "the", "meeting", "with", "Sandra,", "not", "Sarah"], line
    )


def test_a_name_from_before_is_whole() -> None:
    pattern = told(["my", "dentist", "is", "Dr", "Nowak,", "her", "number", "is", "58"])
    assert takes(pattern, "your dentist is Dr Nowak")
    assert takes(pattern, "your dentist's number is 58")
    assert not takes(pattern, "your dentist is Dr")


def test_a_thing_may_have_been_named_in_the_same_breath() -> None:
    pattern = told(["my", "car", "is", "a", "Skoda", "and", "its", "plate", "is", "AB", "12"])
    assert takes(pattern, "your car's plate is AB 12")
    assert not takes(pattern, "your van's plate is AB 12")


def test_what_is_said_of_oneself_is_turned() -> None:
    pattern = told(["we're", "going", "to", "Rome"])
    assert takes(pattern, "you're going to Rome")
    assert not takes(pattern, "we're going to Rome")


def test_the_owner_of_several_may_come_back() -> None:
    assert "in-laws'" in retold("in-laws'")
    assert "boss'" not in retold("boss")


def test_a_value_completes_what_was_asked() -> None:
    pattern = completed(["ok", "it's", "between", "the", "books"], ["where", "is", "my", "red", "box?"])
    assert takes(pattern, "your red box is between the books")
    assert not takes(pattern, "between the books")
    assert not takes(pattern, "the books")
    assert not takes(pattern, "your red box is books")


def test_what_is_no_part_of_the_value_or_of_what_was_asked_may_be_left_out() -> None:
    asked = ["i", "need", "the", "spare", "key"]
    pattern = completed(["um", "it's", "behind", "the", "boiler", "i", "think"], asked)
    assert takes(pattern, "the spare key is behind the boiler")
    assert takes(completed(["under", "it"], ["where's", "drill"]), "the drill is under it")
    assert not takes(pattern, "you need the spare key behind the boiler")
    assert not takes(pattern, "the spare key is the boiler")
    gone_by = completed(["Minka", "of", "course"], ["what", "does", "my", "cat", "go", "by?"])
    assert takes(gone_by, "your cat is Minka")
    assert not takes(gone_by, "your cat go is Minka")
    assert not takes(gone_by, "your cat is Minka of course")
    red = completed(["the", "red", "van"], ["what", "does", "Ada", "drive?"])
    assert takes(red, "Ada is the red van")
    assert not takes(red, "Ada is the red")
    several = completed(["in", "the", "car"], ["where", "do", "the", "papers", "go?"])
    assert takes(several, "the papers are in the car")
    assert not takes(several, "the papers is in the car")
    called = completed(["oh", "it's", "Ada"], ["what", "do", "people", "call", "me?"])
    assert takes(called, "your name is Ada")


@pytest.mark.parametrize(
    "said",
    [
        "between the books",
        "ok it's Rex",
        "Rex",
        "um, they're in the shed",
        "the red van",
        "no problem, it's Rex",
        "then remember that it's Friday",
        "Rex, thanks.",
        "Wild mint",
    ],
)
def test_a_value_alone(said: str) -> None:
    assert is_value(said.split())


@pytest.mark.parametrize(
    "said",
    [
        "my cat is Rex",
        "the van is red",
        "he sings",
        "it snowed in Paris",
        "in the summer my aunt goes to Rome by bus",
    ],
)
def test_more_than_a_value(said: str) -> None:
    assert not is_value(said.split())


@pytest.mark.parametrize(
    ("line", "said", "content", "may"),
    [
        ("you moved to Kirn", "no, Hamburg", "you moved to Hamburg", True),
        ("you moved to Kirn", "Hamburg rather", "you moved to Hamburg rather", False),
        ("you moved to Kirn", "no, Hamburg", "you moved to Kirn", False),
        ("Ada takes bus 45 to work", "no not 45 but 48", "Ada takes bus 48 to work", True),
        ("4821 is your door code", "it's 99, not 4821", "99 is your door code", True),
        ("your code is 437", "no not 437 126", "your code is 126", True),
        ("your code is 437", "no not 437 126", "your code is 437 126", False),
        ("the key is in the red box", "I meant on the piano", "the key is on the piano", True),
        ("the key is in the red box", "I meant on the piano", "the key is in the red piano", False),
        ("the shop shuts at 6:40 pm", "sorry, 6:15 pm", "the shop shuts at 6:15 pm", True),
        ("the shop shuts at 6:40 pm", "sorry, 6:15 pm", "the shop 6:15 pm", False),
        ("Leo works as a baker now", "make it accountant", "Leo works as an accountant now", True),
        ("your bank is Old Mill", "no, Harbour Trust", "your bank is Harbour", False),
        ("you meet Ada on Friday at 11", "actually it's at six", "you meet Ada on Friday at six", True),
        ("you meet Ada on Friday at 11", "actually it's at six", "you meet Ada at six", False),
        ("you meet Ada on Friday at 11", "it's at half past six", "you meet Ada on Friday six", False),
        ("on Friday at 11 you meet Ada", "actually it's at six", "at six you meet Ada", False),
        ("you meet Ada on Friday at 11", "no, on Monday", "you meet Ada on Monday", True),
        ("Ada works at Mill", "it should be Vreint & Sons", "Ada works at Vreint & Sons", True),
        ("you have a duck whose name is Rex", "wrong, it's Tom", "you have a duck whose name is Tom", True),
        ("you have a duck whose name is Rex", "wrong, it's Tom", "you have a duck whose Tom", False),
        ("you have a duck whose name is Rex", "wrong, it's Tom", "you have a Tom", False),
        ("you have a son by the name of Rex", "Tom instead", "you have a son by the name of Tom", True),
        ("you have a son by the name of Rex", "Tom instead", "you have a son Tom", False),
        ("Rex is your dentist", "no, Tom", "Tom is your dentist", True),
        ("the pan is in the shed", "under the sink, rather", "the pan is under the sink", True),
        ("the pan is in the shed", "under the sink, rather", "the pan is the sink", False),
        ("your tea is green", "my mistake, it's mint", "your tea is mint", True),
        ("your code is 437", "oh, the right one is 126", "your code is 126", True),
        ("you go on Friday", "I mean this weekend", "you go this weekend", True),
    ],
)
def test_a_correction_exchanges_one_value(line: str, said: str, content: str, may: bool) -> None:
    pattern = revised(said.split(), [line])
    assert bool(pattern) and takes(pattern, content) is may


def test_a_slip_is_no_thing_of_ones_own() -> None:
    assert names_its_thing(["the", "alarm", "code", "changed", "to", "7741"])
    assert not names_its_thing(["my", "mistake", "it's", "mint", "tea"])
    assert without_slips(["no,", "the", "right", "one", "is", "126"]) == ["no,", "126"]


def test_an_answer_is_given_lightly() -> None:
    assert is_value(["easy,", "Rex."])
    pattern = completed(["easy,", "rex"], ["what", "was", "my", "dog's", "name", "supposed", "to", "be?"])
    assert takes(pattern, "your dog's name is rex")
    assert not takes(pattern, "your dog's name supposed is rex")


def test_what_they_are_is_no_is() -> None:
    pattern = completed(["they're", "under", "the", "bed"], ["where", "are", "my", "skis?"])
    assert takes(pattern, "your skis are under the bed")
    assert not takes(pattern, "your skis is under the bed")


def test_nothing_new_corrects_nothing() -> None:
    assert revised(["no,", "Kirn"], ["you moved to Kirn"]) == ""
    assert revised(["word"] * 50, ["you moved to Kirn"]) == ""


def test_words_that_a_correction_loses() -> None:
    known = ["you're called Tom", "Ada's lesson is always on Monday"]
    assert words_lost("you're called Ann", known) == 0
    assert words_lost("you're Ann", known) == 1
    assert words_lost("Ada's lesson is always on the second Monday", known) == 0
    assert words_lost("Ada's lesson is Friday", known) == 2
    assert words_lost("something else", known) == 0


@pytest.mark.parametrize(
    "last",
    [
        "give or take",
        "i'm fairly certain",
        "to be exact",
        "if i'm not mistaken",
        "note that please",
        "i suppose",
        "for your information",
        "as i recall",
    ],
)
def test_what_is_said_last_is_no_part_of_a_fact(last: str) -> None:
    said = ["the", "key", "is", "on", "the", "sill"]
    assert list(without_request([*said, *last.split()])) == said
    assert list(without_request(["we", "give", "or", "take", "books"])) == [
        "we",
        "give",
        "or",
        "take",
        "books",
    ]
