"""Which remembered lines bear on a question, and which a new fact may stand against."""

from __future__ import annotations

import itertools

import pytest

from lila.backends.decoding.relevance import Asked, respelt
from lila.namesakes import asked_otherwise
from training_log.nano.corpus import examples

CODE = "your door code is 4821"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("what's my door code?", CODE),
        ("when is the swimming lesson", "the swimming lesson is on Thursday at 4:30 pm"),
        ("what are my allergies", "you are allergic to nuts"),
        ("how old am i", "you are 52 years old"),
        ("what am I called?", "your name is Ada"),
        ("who is Tom?", "Tom is your nephew"),
        ("what's my phone number", "your number is 0498"),
        ("what is Mum's birthday", "your mother's birthday is on 5 May"),
        ("what do I do for a living", "you work as a baker"),
        ("pelase tell me where the dirll is", "the drill is in the cellar"),
        ("what's the wifi password again", "the wifi password is plumtree88"),
        ("can orchids have a lot of water?", "orchids need very little water"),
        ("whens my birthday", "the 26th of May is your birthday"),
        ("when was Ella born", "Ella's birthday is on the 21st of October"),
        ("what is my date of birth", "you were born on 16 January"),
        ("the lady at the desk wants to know what diet I am on", "you are low carb"),
        ("did I tell you when the blood test was?", "there's a blood test on June 21"),
        ("when do I wake up", "you get up at six"),
        ("what's the wi-fi password", "the wifi password is plumtree88"),
        ("when's my teacher's bday", "your teacher's birthday is May 24"),
        ("what am I fond of?", "you like redcurrants"),
        ("ah, in which bay is my car", "you park on level 24"),
        ("you won't believe this - what's my major?", "you study economics"),
        ("how old did Ada turn", "Ada's age is 4"),
        ("how old is my daughter?", "your daughter Lena is six"),
        ("what is my godfather's favourite colour", "your godfather Morag's favourite colour is khaki"),
        ("what do you call me", "you are known as Olivia"),
        ("could you look up my desk number", "your desk number is 245"),
        ("what food do my brothers hate", "your brothers don't like peas"),
        ("how do you address me?", "you are known as Olivia"),
        ("what is my name", "you were christened Olivia"),
        ("what do my friends call me", "you answer to Olivia"),
        ("what date was my mother born on", "your mother's big day is June 20"),
        ("what time do I start?", "you have to be at work at 6:40 pm"),
        ("how late does Renée go to bed", "Renée turns in at 3:40 am"),
        ("which languages do I understand?", "you speak Korean"),
        ("what do I fear most?", "you have a phobia of heights"),
    ],
)
def test_a_line_that_bears_on_the_question(asked: str, line: str) -> None:
    assert Asked(asked).bears_on(line)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("how old is my daughter?", "your daughter Lena is shy"),
        ("when does Quogreifo wake up", "your boyfriend gets up at 10:50 pm"),
        ("what is my maiden name", "your insurance number is DCE041"),
        ("what's my number plate", "your neighbour's number plate is XB-FS 6548"),
        ("where is the brown jacket", "the knitting course is on Friday from 2 to 10"),
        ("what is my jaurford code", "1615 is Avi's jaurford code"),
        ("where did I put the olive green tin", "you can't live without raspberries"),
        ("when's the farewell party", "the garden party is planned at 3 am"),
        ("what is Anna's shoe size", "Anna's jacket size is 40"),
        ("what's Lorenzo's surname", "your surname is Smaukut"),
        ("where is layla working", "you work at Slindale Foods"),
        ("what time is tango", "the bike is an ochre Tand"),
        ("what is my eye colour", "white is your brothers' eye colour"),
    ],
)
def test_a_line_about_something_else(asked: str, line: str) -> None:
    assert not Asked(asked).bears_on(line)


def test_in_the_corpus_answers_bear_on_their_questions_and_what_stands_beside_them_seldom() -> None:
    right = lost = beside = kept = 0
    for example in itertools.islice(examples(5, "heldout"), 1500):
        if example.intent not in ("recall", "dont_know"):
            continue
        asked = example.messages[-1][1]
        shown = "\n".join(content for role, content in example.messages if role == "memory")
        lines = [each.partition("] ")[2] for each in shown.splitlines()]
        questions = [Asked(each) for each in (asked, *asked_otherwise(asked, lines))]
        for line in lines:
            bears = any(question.bears_on(line) for question in questions)
            if line.casefold() in example.gold.reply.casefold():
                right += 1
                lost += not bears
            elif example.intent == "dont_know":
                beside += 1
                kept += bears
    assert right > 100 and beside > 100
    assert lost <= right * 0.04
    assert kept <= beside * 0.08


def test_where_a_number_is_asked_for_lines_that_have_one_answer() -> None:
    called, number = "your doctor is called Dr Shah", "your doctor's number is 0113"
    assert Asked("what's my doctor's number?").narrowed([called, number]) == [number]
    assert Asked("what's my doctor's number?").narrowed([called]) == []
    assert Asked("what's my lucky number?").narrowed(["your lucky number is seven"])
    assert Asked("what's my doctor called?").narrowed([called, number]) == [called]


def test_what_is_theirs_is_not_somebody_elses() -> None:
    assert not Asked("Is Olivia in debt").bears_on("you are in debt")
    assert Asked("am I in debt").bears_on("you are in debt")
    assert not Asked("when is Julia's birthday?").bears_on("David's birthday is on 17 July")


def test_who_somebody_is_comes_before_what_they_do() -> None:
    who, what = "your wife anna is a doctor", "anna drives a red fiat"
    assert Asked("who is anna").narrowed([what, who]) == [who]
    assert Asked("who is anna").narrowed([what]) == [what]
    assert Asked("what does anna drive").narrowed([what, who]) == [what, who]


def test_a_name_answers_no_other_question() -> None:
    line = "your husband is called Karl"
    assert Asked("what's my husband called?").bears_on(line)
    assert Asked("who is Karl").bears_on(line)
    for asked in ("what does my husband do?", "where does Karl work?", "how old is my husband"):
        assert not Asked(asked).bears_on(line)


def test_what_is_told_of_oneself_is_not_of_somebody_else() -> None:
    assert not Asked("when was Karin born").bears_on("you were born on the 3rd of June 1954")
    assert Asked("when was Karin born").bears_on("Karin's birthday is 9 December")
    assert Asked("when was I born").bears_on("you were born on the 3rd of June 1954")


def test_a_favourite_is_what_is_liked_best() -> None:
    assert Asked("what soup do I like best").holds_all("your favourite soup is pea soup")
    assert not Asked("what tea do I like best").holds_all("your favourite soup is pea soup")


def test_an_age_needs_no_word_for_it() -> None:
    assert Asked("how old am I").holds_all("you're 44")
    assert not Asked("how old am I").holds_all("Minka is fourteen years old")


def test_what_is_left_unsaid() -> None:
    assert Asked("what's my door code?").holds_all(CODE)
    assert not Asked("what's my gate code?").holds_all(CODE)


def test_of_oneself_only_a_line_about_oneself_leaves_nothing_unknown() -> None:
    assert Asked("who's our plumber?").holds_all("the plumber you trust is called Nowak")
    assert not Asked("what do I collect?").holds_all("your sister collects stamps")
    asked = Asked("which allergy do I have")
    assert not asked.holds_all("Mikkel is allergic to nuts")
    assert asked.holds_all("your allergy is to nuts")


@pytest.mark.parametrize(
    ("said", "line", "may"),
    [
        ("noa reacts badly to wool", "Noa is allergic to wool", True),
        ("the gym shuts at 10:40 am", "the gym is open until 10:40 am", True),
        ("the gym shuts at 10:45 am", "the gym is open until 10:40 am", False),
        (CODE, "your gate code is 4821", False),
        (CODE, "the drill is in the cellar", False),
    ],
)
def test_what_may_be_a_line_in_other_words(said: str, line: str, may: bool) -> None:
    assert Asked(said).may_repeat(line) == may


def test_every_word_of_a_line_may_have_been_said() -> None:
    assert Asked("remeber that my locker code is 4720").tells("your locker code is 4720")
    assert not Asked("remeber that my locker code is 4721").tells("your locker code is 4720")
    assert not Asked("Ada was born on the first of May").tells("Ada was born on the second of May")


def test_saying_the_same_again() -> None:
    assert Asked("by the way, my door code is 4821").is_told_by(CODE)
    assert not Asked("my door code is 4822").is_told_by(CODE)
    assert not Asked("my shoe size is M").is_told_by("your shoe size is L")


@pytest.mark.parametrize(
    ("said", "line", "may"),
    [
        ("actually my door code is 9917", CODE, True),
        ("9917 is my door code", CODE, True),
        ("my phone is 279-6936", "your phone is 799-9702", True),
        ("I work as a cashier", "you work as a journalist", True),
        ("my tutor is Grukon", "you have a tutor called Petya", True),
        ("my favourite dessert is lasagne", "risotto is your favourite dessert", True),
        ("my tutor is Grukon", "your name is Rybar", False),
        ("store that Sadie's shirt size is 40", "Rosa's shirt size is XL", False),
        ("my private email is a@b.nl", "your cousin is Print", False),
        ("my accountant works as a lab technician", "your accountant's number is 976 93", False),
        ("my accountant can be reached on 55 66", "your accountant's number is 976 93", True),
        ("my brother Tom is 12", "your brother Tom's age is 13", True),
        ("my wife Ada's wedding day is March 5", "your wife Ada's tortoise is called Smir", False),
        ("my wife Ada works as a nurse", "your wife Ada's job is teacher", True),
        ("my sister is Ana", "your sister's name is Bo", True),
        ("the viewing is on Monday", "you agreed on a viewing on Friday at 5:45 pm", True),
        ("this Friday there's the viewing", "tomorrow at 2:20 pm there's the viewing", True),
        ("the viewing is on Monday", "you agreed on a price on Friday", False),
        ("its name is Minka", "your name is Ada", False),
        ("call me Minka", "your name is Ada", True),
        ("put on record that I live in Gdansk", "you like risotto", False),
        ("put on record that I live in Gdansk", "you live in Leeds", True),
    ],
)
def test_what_a_new_fact_may_stand_against(said: str, line: str, may: bool) -> None:
    assert Asked(said).is_about_the_thing_of(line) is may


@pytest.mark.parametrize(
    ("asked", "line", "known"),
    [
        ("have I told you Foxley's favourite snack?", "olives are Foxley's favourite snack", True),
        ("where did I leave the insurance papers?", "the insurance papers are behind the boiler", True),
        ("I've forgotten what I'm called", "your name is Ines", True),
        ("what is my flat number?", "187 is your apartment number", True),
        ("who am I called after?", "you put the hose behind the shed", False),
    ],
)
def test_what_somebody_who_was_named_or_a_thing_that_was_put_somewhere_leaves_unknown(
    asked: str, line: str, known: bool
) -> None:
    assert Asked(asked).holds_all(line) is known


def test_what_i_have_is_not_what_a_friend_has() -> None:
    assert not Asked("what kind of sofa do I have?").bears_on("your best friend's sofa is beige")


def test_where_something_is_is_told_by_a_place() -> None:
    what, where = "your bike is a Canyon", "you locked your bike behind the shop"
    assert Asked("where is my bike?").narrowed([what, where]) == [where]
    assert Asked("where is my bike?").narrowed([what]) == [what]
    assert Asked("what is my bike?").narrowed([what, where]) == [what, where]


def test_what_belongs_to_ones_car_is_ones_own() -> None:
    assert Asked("what is my licence plate?").bears_on("your car's licence plate is 12-AB-34")
    assert not Asked("what is my licence plate?").bears_on("your sister's licence plate is 12-AB-34")


def test_the_last_word_of_a_compound_is_what_is_asked_for() -> None:
    wifi, password = "your wifi is called Moonbase", "the password is llamas4ever"
    assert Asked("what's the wifi password").narrowed([wifi, password]) == [password]
    assert Asked("what's the wifi called").narrowed([wifi]) == [wifi]


def test_who_somebody_is_is_told_by_a_line_that_names_them() -> None:
    planned, named = "you've got a dentist appointment on Friday", "your dentist is Dr. Wu"
    for asked in ("who is my dentist?", "what's the name of my dentist?"):
        assert Asked(asked).narrowed([planned, named]) == [named]
    assert Asked("who is my dentist?").narrowed([planned]) == []
    assert Asked("who is coming on Friday?").narrowed(["Leo is coming on Friday"]) != []


@pytest.mark.parametrize(
    ("asked", "line", "meant"),
    [
        ("where do we keep the warnig triangle", "the warning triangle is in the cellar", "where do we keep the warning triangle"),
        ("what are my allergeis", "you have an intolerance to milk", "what are my allergies"),
        ("where do I sudy", "you go to school in Leeds", "where do I study"),
    ],
)  # fmt: skip
def test_a_slip_is_put_right_as_the_lines_have_it(asked: str, line: str, meant: str) -> None:
    assert list(respelt(asked, [line])) == [meant]


def test_what_is_spelt_well_stays_as_it_is() -> None:
    assert not list(
        respelt("when is the party at the form office?", ["the party is from nine on", "you met"])
    )


@pytest.mark.parametrize("line", ["Ola has four keys", "Ola has 4 keys"])
def test_a_number_is_told_in_words_too(line: str) -> None:
    assert list(Asked("what number of keys does Ola have").narrowed([line, "Ola has keys"])) == [line]
