"""What speaks against words that were said, for how a fact is cut, put together and kept."""

from __future__ import annotations

import pytest

from lila.backends.decoding.calls import doubts_about_call
from lila.backends.decoding.corrections import drops_its_preposition, drops_its_unit
from lila.backends.decoding.costs import BROKEN_OFF, ILL_FORMED, MISSAID, NO_CLAIM, OPENED
from lila.backends.decoding.doubts import doubts_about_correction
from lila.backends.decoding.forms import runs_on, times_ill_formed
from lila.backends.decoding.verbs import is_rest_of_a_list
from tests.support.doubting import doubts


@pytest.mark.parametrize(
    ("said", "whole", "broken"),
    [
        ("I have a neighbour whose name is Ada", "you have a neighbour whose name is Ada", "you have a neighbour"),
        ("I have a neighbour whose name is Ada", "you have a neighbour whose name is Ada", "you have a neighbour whose name"),
        ("May 5 is when my exam is and I sing", "May 5 is when your exam is", "May 5 is when your exam"),
        ("Jo's breakfast is bangers and mash more news Jo sings", "Jo's breakfast is bangers and mash", "Jo's breakfast is bangers"),
        ("our train leaves at 9 from gate 8", "your train leaves at 9 from gate 8", "your train leaves at 9"),
        ("I bought it cheaply", "you bought your bike cheaply", "you bought your bike"),
        ("we have twins, Ada and Ben, in Rome", "you have twins, Ada and Ben", "you have twins, Ada"),
        ("ada takes iron once a day and bo is ill", "ada takes iron once a day", "ada takes iron once"),
        ("I have a neighbour called Ada", "you have a neighbour called Ada", "you have a neighbour"),
    ],
)  # fmt: skip
def test_a_fact_goes_on_to_where_it_ends(said: str, whole: str, broken: str) -> None:
    before = ("you have a bike",)
    assert (
        doubts(broken, said, *before, namespace="schedule")
        <= doubts(whole, said, *before, namespace="schedule") + BROKEN_OFF
    )


@pytest.mark.parametrize(
    ("said", "whole", "broken"),
    [
        ("my charm is light blue, save it", "your charm is light blue", "your charm is light"),
        ("the next fair is on Friday", "the next fair is on Friday", "the fair is on Friday"),
        ("my mother Ada, who sings, lives here", "your mother Ada sings", "your mother Ada, sings"),
        ("my aunt is called Ms Frost", "your aunt is called Ms Frost", "your aunt is called is at Ms Frost"),
        ("ada catches the bus and also sings alto", "ada sings alto", "ada catches sings alto"),
        ("ada gives a talk and her bag is red", "ada's bag is red", "gives's bag is red"),
        ("we have a ferret it won't bite", "you have a ferret", "you have a ferret it won't bite"),
        ("add a note root canal on Monday", "the root canal is on Monday", "root canal on Monday"),
    ],
)  # fmt: skip
def test_what_is_kept_is_whole_and_no_more(said: str, whole: str, broken: str) -> None:
    spaces = {"namespace": "schedule"} if "on " in whole else {}
    assert doubts(whole, said, **spaces) == 0
    assert doubts(broken, said, **spaces) <= MISSAID


@pytest.mark.parametrize(
    ("said", "content", "whole"),
    [
        ("my son got hired by Blee", "your son is hired by Blee", "your son got hired by Blee"),
        ("Ada remembers the old shed", "Ada is the old shed", "Ada remembers the old shed"),
        ("he golfs", "your son is golfs", "your son golfs"),
        ("ada snores", "ada is snores", "ada snores"),
    ],
)
def test_no_verb_gives_way_to_is(said: str, content: str, whole: str) -> None:
    assert times_ill_formed(content.split(), said.split())
    assert not times_ill_formed(whole.split(), said.split())


def test_two_sentences_are_two_facts() -> None:
    said = "I answer to Ada and I work as a cook"
    assert doubts("you answer to Ada and you work as a cook", said) <= ILL_FORMED
    assert doubts("we got a dog and it bites Ada", "we got a dog and it bites Ada") <= ILL_FORMED
    assert doubts("your aunt and you met in Rome", "my aunt and I met in Rome") == 0
    assert doubts("Bo owns two boats and you rent one", "Bo owns two boats and I rent one") <= ILL_FORMED
    assert doubts("Bo sings -- Ada paints", "Bo sings -- Ada paints") <= ILL_FORMED


def test_what_somebody_does_who_is_told_of_besides_is_a_fact_of_its_own() -> None:
    said = "my cook Ada who speaks Hindi measures 184 cm"
    assert doubts("your cook Ada speaks Hindi measures 184 cm", said) <= ILL_FORMED
    assert doubts("your cook Ada speaks Hindi", said) == 0
    assert doubts("your son Ben, who moved to Rome", "my son Ben, who moved to Rome, sings") <= ILL_FORMED
    assert (
        doubts("Ben plays chess", "I have a son named Ben who plays chess", "you have a son named Ben") == 0
    )


def test_somebody_of_theirs_keeps_what_he_is_to_them() -> None:
    exchange = "My uncle Ben sings Noted: your uncle Ben sings."
    for content, doubt in (("your uncle Ben's hat is red", 0), ("Ben's hat is red", MISSAID)):
        assert doubts(content, "his hat is red", exchange=exchange) == doubt
    assert doubts("Ben's hat is red", "Ben's hat is red", exchange="My uncle is Ben") == 0
    assert doubts("mother stops by", "she stops by", exchange="My mother sings") <= MISSAID
    assert (
        doubts("5 May is where you reach him", "5 May is where you reach him", exchange="My uncle sings")
        <= MISSAID
    )


@pytest.mark.parametrize(
    "content", ["of my lesson is hard", "as my lesson is hard", "my lesson is hard additionally"]
)
def test_what_leads_to_a_fact_is_no_part_of_it(content: str) -> None:
    assert doubts(content, f"well {content} then") <= OPENED


def test_an_answer_is_kept_from_its_first_word_on() -> None:
    said = "wild mint of course"
    assert doubts("your tea is mint", said, answering=True) == MISSAID
    assert doubts("your tea is wild mint", said, answering=True) == 0
    assert doubts("your tea is mint", "thats mint", answering=True) == 0


def test_an_answer_is_of_the_whole_thing_that_was_asked_for() -> None:
    for asked, thing in (
        ("the code for the garden hose?", "code for the garden"),
        ("what is my cat called?", ""),
        ("where does my cat live?", ""),
    ):
        content = f"the {thing} is 88" if thing else "your cat is 88"
        exchange = f"{asked} I don't know that yet."
        assert doubts(content, "88", answering=True, exchange=exchange) == MISSAID * bool(thing)


@pytest.mark.parametrize(
    ("said", "whole", "broken"),
    [
        ("5 May is where you reach him", "5 May is where you reach Ben", "5 May is where you reach"),
        ("she can speak Welsh", "your aunt can speak Welsh", "your aunt speak Welsh"),
        ("my son's favourite film Psycho", "your son's favourite film is Psycho", "your son's favourite film Psycho"),
        ("it needs its shots", "your dog needs its shots", "your dog's shots"),
        ("yo I answer to Ada", "you answer to Ada", "yo you answer to Ada"),
        ("my aunt sings on top of that I paint", "you paint", "on top of that you paint"),
        ("Theres a party too", "theres a party too", "Theres a party too"),
        ("My cleaner knows him", "your cleaner knows your uncle Ben", "your cleaner"),
        ("Ada painted my shed blue", "Ada painted your shed blue", "your shed blue"),
        ("Bo is married to him", "Bo is married to your uncle Ben", "Bo is married to Bo"),
        ("my uncle Ben sings and paints", "your uncle Ben paints", "your uncle paints"),
        ("the ring is in the box", "the ring is in the box", "the ring are in the box"),
    ],
)  # fmt: skip
def test_nothing_of_it_is_lost_and_nothing_added(said: str, whole: str, broken: str) -> None:
    assert doubts(broken, said, "your uncle Ben sings") < doubts(whole, said, "your uncle Ben sings")


@pytest.mark.parametrize(
    ("content", "where", "elsewhere"),
    [
        ("Leicester has two airports", "wiki", "personal"),
        ("cocoa has hollow shells", "wiki", "personal"),
        ("king Inese was beheaded", "wiki", "personal"),
        ("laurent is a resident of ghent", "personal", "wiki"),
        ("zem plays the handball", "personal", "wiki"),
    ],
)
def test_what_is_said_of_it_tells_whose_a_fact_is(content: str, where: str, elsewhere: str) -> None:
    assert doubts(content, content, namespace=where) == 0
    assert doubts(content, content, namespace=elsewhere) <= MISSAID


def test_what_is_to_be_described_is_for_no_list() -> None:
    assert doubts_about_call("list_add", ["figs", "plums"], ["compare", "figs", "and", "plums"]) == NO_CLAIM
    assert doubts_about_call("list_add", ["figs"], ["add", "figs"]) == 0


def test_nobody_has_what_is() -> None:
    said = "I have a cook whose name is Odd and he sings"
    assert times_ill_formed(["you", "have", "a", "cook", "is", "Odd"], said.split())


def test_one_number_is_no_sum() -> None:
    assert doubts_about_call("calculate", ["88"], ["easy", "88"]) == NO_CLAIM
    assert doubts_about_call("calculate", ["88 times 2"], ["88", "times", "2"]) == 0


def test_what_is_an_accountant_is_no_verb() -> None:
    assert doubts("your accountant Ada", "my accountant Ada who sings paints") <= NO_CLAIM


@pytest.mark.parametrize("called", ["called Ada", "named Ada", "by the name of Ada", "whose name is Ada"])
def test_who_came_up_by_what_they_are_is_spoken_of_so(called: str) -> None:
    exchange = f"I have a sister {called}"
    assert doubts("Ada sings", "she sings", exchange=exchange) <= MISSAID
    assert doubts("Ada's cat is red", "her cat is red", exchange=exchange) <= MISSAID
    assert doubts("your sister sings", "she sings", exchange=exchange) == 0
    before = f"you have a sister {called}"
    assert doubts("Ada sings alto", f"I have a sister {called} who sings alto", before) == 0


def test_nobody_is_done_anything_to_whom_the_turn_before_named() -> None:
    exchange = "Ada is going to Ghent"
    assert doubts("you promised him a book", "I promised him a book", exchange=exchange) <= MISSAID
    assert doubts("you promised Ada a book", "I promised him a book", exchange=exchange) == 0


def test_what_leads_to_another_fact_stands_in_none() -> None:
    said = "my party is on Tuesday and currently my pin is 37"
    assert runs_on(["the", "party", "is", "red", "and", "currently", "your", "pin", "is", "37"])
    assert not runs_on(["the", "party", "is", "red", "and", "blue"])
    assert (
        doubts("your party is on Tuesday and currently your pin is 37", said, namespace="schedule")
        <= ILL_FORMED
    )


@pytest.mark.parametrize("rest", ["two cats", "a hedgehog ada", "124 23 46", "one big dog"])
def test_the_rest_of_a_list_is_no_fact(rest: str) -> None:
    assert is_rest_of_a_list(rest.split())
    assert doubts(rest, f"we have a dog and {rest}", "you have a dog") <= NO_CLAIM


@pytest.mark.parametrize(
    "fact", ["two cats live here", "a cat is ill", "12 is your lucky number", "Ada sings"]
)
def test_what_is_told_of_some_is_a_fact(fact: str) -> None:
    assert not is_rest_of_a_list(fact.split())


@pytest.mark.parametrize(
    ("said", "content", "ill"),
    [
        ("I sing and ada is ill", "ada is ill", "you ada is ill"),
        ("I have a cook Ada who trained as a vet", "Ada trained as a vet", "you trained as a vet"),
        ("Ada is ill and her number is 12", "Ada's number is 12", "your Ada's number is 12"),
        ("ada takes pills", "ada takes pills", "you is ada takes pills"),
        ("record Ada Vance", "Ada is Vance", "your Ada is Vance"),
    ],
)
def test_nobody_else_is_the_person(said: str, content: str, ill: str) -> None:
    spoken = [word.lower() for word in said.split()]
    assert times_ill_formed(ill.split(), spoken)
    assert not times_ill_formed(content.split(), spoken)
    assert not times_ill_formed(["you", "sing", "alto"], ["ada", "sings", "and", "i", "sing", "alto"])
    assert not times_ill_formed(
        ["your", "Toyota's", "number", "is", "12"], ["my", "toyota", "is", "red", "its", "number", "is", "12"]
    )


@pytest.mark.parametrize(
    ("said", "whole", "broken"),
    [
        ("I bought it second-hand", "you bought your bike second-hand", "you bought your bike"),
        ("honey hunts upside down", "honey hunts upside down", "honey hunts upside"),
        ("ada wants hardly any care", "ada wants hardly any care", "ada wants hardly"),
    ],
)
def test_a_fact_goes_on_to_its_last_word(said: str, whole: str, broken: str) -> None:
    before = ("you have a bike",)
    assert doubts(broken, said, *before) <= doubts(whole, said, *before) + BROKEN_OFF


def test_no_fact_begins_with_what_only_opens_a_sentence() -> None:
    said = "thanks for that yeah everybody calls my cook Ada"
    assert doubts("yeah everybody calls your cook Ada", said) <= NO_CLAIM
    assert doubts("everybody calls your cook Ada", said) == 0


def test_what_it_stands_for_is_said() -> None:
    exchange = "The party is on Friday Noted: the party is on Friday."
    assert doubts("it's with Ben", "it's with Ben", exchange=exchange) <= ILL_FORMED
    assert doubts("the party is with Ben", "it's with Ben", exchange=exchange) == 0
    assert doubts("it's Ada, that's your name", "it's Ada, that's my name", exchange=exchange) == 0


@pytest.mark.parametrize(
    ("said", "content", "wrong"),
    [
        ("somebody left a key", "somebody left a key", "the somebody left a key"),
        ("his day starts at ten", "ada's day starts at ten", "ada his day starts at ten"),
        ("she gets a rash", "your wife gets a rash", "a wife gets a rash"),
        ("the red book is mine", "the red book is yours", "the red book is mine"),
        ("Bo really hates figs", "Bo really hates figs", "your hates figs"),
        ("on Monday at eight", "the course is on Monday", "the are on Monday"),
        ("I sing and somebody left a key", "somebody left a key", "you somebody left a key"),
    ],
)
def test_how_no_fact_begins(said: str, content: str, wrong: str) -> None:
    assert times_ill_formed(wrong.split(), said.split())
    assert not times_ill_formed(content.split(), said.split())


def test_what_is_put_right_keeps_what_stood_around_it() -> None:
    noted = ["you catch the number 143 bus"]
    assert drops_its_unit("you catch the number 420", noted)
    assert not drops_its_unit("you catch the number 420 bus", noted)
    assert not drops_its_unit("your code is 12", ["your code is 34 56"])
    born = ["your aunt's birthday is on June 5"]
    assert drops_its_preposition("your aunt's birthday is the fourth of May", born)
    assert not drops_its_preposition("your aunt's birthday is on the fourth of May", born)
    assert not drops_its_preposition("your aunt's birthday is in May", born)
    said = ["sorry", "I", "meant", "420"]
    assert doubts_about_correction("you catch the number 420", noted, said) <= NO_CLAIM
    assert doubts_about_correction("you catch the number 420 bus", noted, said) > NO_CLAIM


def test_one_word_is_cut_like_many() -> None:
    assert doubts("the", "the next fair is on Friday") <= NO_CLAIM


def test_words_from_before_end_where_the_thing_does() -> None:
    exchange = "My mother catches the bus. Noted: your mother catches the bus."
    assert doubts("your mother has a cold", "she has a cold", exchange=exchange) == 0
    assert doubts("your mother catches has a cold", "she has a cold", exchange=exchange) <= ILL_FORMED


def test_what_is_never_so_is_not_kept_as_so() -> None:
    said = "it never snows in Malta"
    assert doubts(said, said, namespace="wiki") == 0
    assert doubts("it snows in Malta", said, namespace="wiki") <= ILL_FORMED
    assert doubts("Spanish and Welsh", "I know Spanish and Welsh") <= NO_CLAIM
    assert doubts("you know Spanish and Welsh", "I know Spanish and Welsh") == 0
    assert doubts("the blue coat is", "the blue coat is mine") <= NO_CLAIM
