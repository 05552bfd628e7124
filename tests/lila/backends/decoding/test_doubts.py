"""What speaks against storing words that were said."""

from __future__ import annotations

from itertools import islice

import pytest

from lila.backends.decoding.calls import doubts_about_call
from lila.backends.decoding.costs import (
    BORROWED,
    BROKEN_OFF,
    CUT,
    ILL_FORMED,
    LEFT_OVER,
    LOST,
    MISSAID,
    NO_CLAIM,
    OF_THE_WORLD,
    OPENED,
    PASSED_OVER,
    PUT_RIGHT,
    STUTTERED,
    TAKEN,
    UNCALLED,
    UNPLANNED,
    UNTAUGHT,
    UNTIMED,
)
from lila.backends.decoding.doubts import doubts_about, doubts_about_correction
from lila.backends.decoding.forms import times_ill_formed
from lila.backends.decoding.left_out import MOST_LEFT, NUMBER_LEFT, doubts_at_the_end
from lila.backends.decoding.whose import MOST_GIVEN
from memory.grammar import Episode, Store
from tests.support.doubting import doubts
from training_log.nano.corpus import examples


@pytest.mark.parametrize(
    "said, whole, broken",
    [
        (
            "Ann's cooker is Breack 332 on top of that Ann is ill",
            "Ann's cooker is Breack 332",
            "Ann's cooker is Breack",
        ),
        ("my tea is purple breack and my cat is ill", "your tea is purple breack", "your tea is purple"),
        ("I eat pineapple on pizza right", "you eat pineapple on pizza", "you eat pineapple"),
        ("my tutor doesnt like figs as well as my son", "your tutor doesnt like figs", "your tutor doesnt"),
        (
            "we get figs from Leeds keep that in mind",
            "you get figs from Leeds",
            "you get figs from Leeds keep",
        ),
        ("we own figs keep hold of that", "you own figs", "you own figs keep hold of"),
    ],
)
def test_a_fact_goes_as_far_as_what_was_said(said: str, whole: str, broken: str) -> None:
    assert doubts(whole, said) == 0
    assert doubts(broken, said) == BROKEN_OFF


def test_nothing_is_without_being_something() -> None:
    said = "under the sofa is where the keys are kept"
    assert doubts("under the sofa is where the keys are", said) == 0
    assert doubts("under the sofa is", said) == UNTAUGHT


def test_a_fact_begins_with_its_subject() -> None:
    said = "my sister and I met in Rome"
    assert doubts("your sister and you met in Rome", said) == 0
    assert doubts("you met in Rome", said) == CUT
    assert doubts("you met in Rome", "the key is in the car and I met in Rome", "the key is in the car") == 0
    assert doubts("koala sleeps for 20 hours", "a koala sleeps for 20 hours") == CUT


def test_the_next_fact_is_no_rest_of_the_last() -> None:
    assert doubts("your cat is tom", "my cat is tom bea is my boss") == 0
    assert doubts("your cat is tom", "my cat is tom as well as my dog is rex") == 0


def test_nobody_takes_what_somebody_else_has_or_did() -> None:
    assert doubts("your greta has a sister", "greta has a sister") == TAKEN
    assert doubts("your dog has a sister", "my dog has a sister") == 0
    assert (
        doubts("you left the keys in the shed", "somebody left the keys in the shed, mind you") == TAKEN + CUT
    )
    assert doubts("you left the keys in the shed", "left the keys in the shed") == 0
    assert doubts("your dog, Rex", "I have a dog, Rex") <= TAKEN
    assert doubts("you have a dog, Rex", "I have a dog, Rex") == 0


def test_what_is_spoken_of_again_may_be_called_ones_own() -> None:
    said = "I have a camera and it's from Ann"
    assert doubts("your camera is from Ann", said, "you have a camera") == 0
    assert doubts("your camera from Rome", "I have a camera from Rome") < 0


def test_who_tells_of_somebody_in_between_goes_on_about_them() -> None:
    said = "my aunt Bea who is a vet likes figs"
    assert doubts("your aunt Bea is a vet", said) == 0
    assert doubts("your aunt Bea likes figs", said, "your aunt Bea is a vet") == 0


def test_a_greeting_tells_nothing_that_is_left_out() -> None:
    assert doubts_at_the_end(["you are Ada"], ["Nice", "to", "meet", "you,", "it's", "me,", "Ada"]) == 0
    assert doubts("you are Ada", "Hi there, this is Ada") == 0
    assert doubts_at_the_end(["you are Ada"], ["Good", "morning,", "this", "is", "Ada", "from", "Leeds"]) < 0


def test_what_was_given_away_is_nobody() -> None:
    said = ["I", "gave", "the", "spare", "key", "to", "Leo"]
    assert doubts_about_correction("the spare key is Leo", ["Ruth has the spare key"], said) <= NO_CLAIM


def test_a_correction_has_its_article_and_its_end() -> None:
    noted, said = ["Ann is a judge"], ["no,", "accountant"]
    assert doubts_about_correction("Ann is an accountant", noted, said) == 0
    assert doubts_about_correction("Ann is a accountant", noted, said) == MISSAID
    assert doubts_about_correction("Ann is a", noted, said) < NO_CLAIM
    moved = ["I", "moved", "the", "car", "to", "level", "3"]
    assert doubts_about_correction("the car on level 3", ["you parked the car on level 2"], moved) <= NO_CLAIM
    assert doubts_about_correction("Ann accountant", noted, said) == LOST * 2 + NO_CLAIM


@pytest.mark.parametrize(
    "said, whole, broken",
    [
        ("Ada wakes up early", "Ada wakes up early", "the wakes up early"),
        ("my tutor is Miss Vance, 517 06 21", "your tutor is Miss Vance, 517 06 21", "you are 517 06 21"),
        ("my tea is green I'm fairly certain", "your tea is green", "you're fairly certain"),
        ("the tin is on the piano I believe", "the tin is on the piano", "the tin is on the piano you believe"),
        ("my vet is Dr. Vance and I like her", "your vet is Dr. Vance", "your vet is Dr."),
        ("we have a dog, Molly, and two cats", "you have a dog, Molly, and two cats", "you two cats"),
        ("we close at 7 and at 4 in May", "you close at 7 and at 4 in May", "you at 4 in May"),
        ("I live with my wife Ania and our two kids", "you live with your wife Ania and your two kids", "your wife Ania and your two kids"),
        ("my best friend is Bea", "your best friend is Bea", "your best friend is in"),
        ("I like figs and secondly Ada sings", "Ada sings", "you Ada sings"),
        ("the pin is under the loose floorboard and Ada sings", "the pin is under the loose floorboard", "the pin is under the loose"),
        ("the keys are under the er loose mat", "the keys are under the loose mat", "the keys are under the loose"),
        ("Ada is trained as a cook and works as one", "Ada is trained as a cook and works as one", "Ada is trained as a cook"),
        ("my uncle is Tom he knits socks", "your uncle is Tom", "your uncle is Tom he knits socks"),
        ("everybody calls my wife Ola", "everybody calls your wife Ola", "everybody calls your wife on Ola"),
        ("I'm walking the dog", "you're walking the dog", "you am walking the dog"),
        ("my mother wears size 42", "your mother wears size 42", "your mother wears size is 42"),
        ("my hobby is chess -- I must buy figs", "your hobby is chess", "your hobby is chess -- I must buy figs"),
        ("I won't touch figs as well as on top of that Ada sings", "you won't touch figs", "you won't touch figs as"),
        ("my mother teaches figs", "your mother teaches figs", "you figs"),
    ],
)  # fmt: skip
def test_a_fact_is_whole_and_of_the_right_one(said: str, whole: str, broken: str) -> None:
    assert doubts(broken, said) <= doubts(whole, said) + BROKEN_OFF


def test_a_fact_keeps_its_time() -> None:
    said = "Ada wants the key in the summer"
    assert doubts("Ada wants the key", said) == CUT
    assert doubts(said, said, namespace="schedule") == 0


def test_he_takes_up_whom_they_have_and_not_that_they_have_him() -> None:
    said = "I have a husband called Ben. he has five aunts"
    assert doubts("you have a husband has five aunts", said, "you have a husband called Ben") <= ILL_FORMED


@pytest.mark.parametrize(
    "content, namespace",
    [
        ("you take aspirin with food", "schedule"),
        ("your mother's day starts at 8:15 pm", "schedule"),
        ("your tutor takes insulin at night", "schedule"),
        ("the party is in the autumn", "schedule"),
        ("the high chair is in the second drawer", "personal"),
        ("Ada takes her tea with one sugar", "personal"),
        ("you can call Ada on 466-0354", "personal"),
        ("your friend is Joost", "personal"),
    ],
)
def test_what_has_an_hour_is_a_plan_and_a_number_is_none(content: str, namespace: str) -> None:
    said = content.replace("your", "my").replace("you", "I")
    other = "personal" if namespace == "schedule" else "schedule"
    assert doubts(content, said, namespace=other) <= doubts(content, said, namespace=namespace) + UNTIMED


def test_what_opens_a_statement_isnt_its_subject() -> None:
    said = "at any rate syten never eats figs"
    assert doubts("rate syten never eats figs", said) == OPENED
    assert doubts("syten never eats figs", said) == 0


@pytest.mark.parametrize(
    "said, whole, broken",
    [
        ("hi there I have yoga on Friday", "you have yoga on Friday", "there you have yoga on Friday"),
        ("here we go Ann plays chess", "Ann plays chess", "you go Ann plays chess"),
        ("unless I'm wrong her dog is Rex", "her dog is Rex", "unless's dog is Rex"),
    ],
)
def test_what_somebody_begins_with_is_no_part_of_a_fact(said: str, whole: str, broken: str) -> None:
    namespace = "schedule" if "Friday" in said else "personal"
    assert doubts(whole, said, namespace=namespace) == 0
    assert doubts(broken, said, namespace=namespace) <= OPENED


def test_a_correction_has_something_to_correct() -> None:
    said = ["my", "hedgehog", "answers", "to", "Ada"]
    content = "your hedgehog answers to Ada"
    assert doubts_about_correction(content, (), said) == UNCALLED
    assert doubts_about_correction(content, (), said, ["your hedgehog is Tom"]) == 0
    assert doubts_about_correction(content, (), ["now", *said]) == 0
    assert doubts_about_correction(content, (), ["reset", *said]) == 0


def test_what_speaks_of_the_person_is_no_general_knowledge() -> None:
    assert doubts("Ada sent you a chair", "Ada sent us a chair", namespace="wiki") == OF_THE_WORLD
    assert doubts("Ada sent you a chair", "Ada sent us a chair") == 0
    assert doubts("chairs have legs", "chairs have legs", namespace="wiki") == 0


@pytest.mark.parametrize(
    "ill, said, before",
    [
        ("Ada hosts them at between 9 and 10", "Ada hosts them at noon I mean between 9 and 10", ()),
        ("the tea is are cold", "the tea is cold and they are here", ()),
        ("Ada has's a class", "Ada has her class", ()),
        ("Ada's saves stamps", "Ada is ill and she saves stamps", ("Ada is ill",)),
        ("your car plate is AB 12", "its plate is AB 12", ()),
        ("you have a dog's a beagle", "we have a dog he's a beagle", ("you have a dog",)),
        ("12 is where you reach your aunt is", "12 is where you reach her", ("your aunt is ill",)),
        ("your saves stamps", "Ada is ill and she saves stamps", ("Ada is ill",)),
        ("the box is in under", "the box is in here under the bed", ()),
        ("in Ada's box is red", "it's in the car and Ada's box is red", ()),
        ("your but there's a class", "maybe I told you but there's a class", ()),
        ("you are 5 keys", "there are 5 keys in Ada's box", ()),
        ("you's code is 12", "I have a bike and its code is 12", ()),
        ("to's cat is red", "try to note that her cat is red", ()),
        ("your sister's name is Minka", "its name is Minka", ("your sister has a cat",)),
        ("everybody calls Ada's Ola", "everybody calls her Ola", ("Ada is ill",)),
    ],
)
def test_what_nobody_said_together_stands_apart(ill: str, said: str, before: tuple[str, ...]) -> None:
    assert times_ill_formed(ill.split(), [word.lower() for word in said.split()])
    assert not times_ill_formed(said.split(), [word.lower() for word in said.split()])
    assert doubts(ill, said, *before) <= ILL_FORMED


def test_a_thing_keeps_its_article() -> None:
    said = "we have a dog, he's a beagle"
    assert doubts("dog's a beagle", said, "you have a dog") <= MISSAID
    assert doubts("your dog's a beagle", said, "you have a dog") == 0


def test_a_name_keeps_its_capital() -> None:
    said = "my dentist is Dr Nowak"
    assert doubts("your dentist is Dr nowak", said) == MISSAID
    assert doubts("your dentist is Dr Nowak", said) == 0
    assert doubts("the cat is ill", "The cat is ill") == 0


def test_many_things_are() -> None:
    assert doubts("the keys is in the car", "the keys, in the car") == MISSAID
    assert doubts("the keys are in the car", "the keys, in the car") == 0
    assert doubts("the glasses is good", "the glasses is good") == 0
    assert (
        doubts_about_correction(
            "the keys is in the car", ["the keys are on the hook"], ["no,", "in", "the", "car"]
        )
        == MISSAID
    )


def test_a_number_is_given_with_a_verb() -> None:
    assert doubts("your badge number 4471", "add my badge number 4471") == NO_CLAIM
    assert doubts("your badge number is 4471", "add my badge number 4471") == 0
    assert doubts("the flat needs the lock code 12", "the flat needs the lock code 12") == 0


def test_the_persons_own_stays_the_persons() -> None:
    assert doubts("the boss is Ann", "my boss is Ann") == TAKEN
    assert doubts("the boss is Ann", "the boss is Ann") == 0
    said = "I keep the key and somebody left the bag"
    assert doubts("you left the bag", said, "you keep the key") == TAKEN + CUT


def test_what_happened_happened_some_time() -> None:
    told, said = Episode("you met in Rome", ("you", "note"), 0.9), "we met in Rome"
    assert doubts_about(told, (), said.split(), answering=False) == UNTIMED
    dated = Episode("you met in Rome yesterday", ("you", "note"), 0.9)
    assert doubts_about(dated, (), f"{said} yesterday".split(), answering=False) == 0


def test_a_plan_has_a_time() -> None:
    said = "my mother is Hao and the blood test is on Friday"
    assert doubts("your mother is Hao", said, namespace="schedule") == UNTIMED
    assert doubts("your mother is Hao", said) == 0
    assert doubts("the blood test is on Friday", said, "your mother is Hao", namespace="schedule") == 0


@pytest.mark.parametrize(
    "said",
    [
        "my pin is 5417, I mean 2265",
        "my pin is 5417 no sorry 2265",
        "my pin is 5417, um, wait, 2265",
        "my pin is 5417 or rather 2265.",
    ],
)
def test_a_value_that_was_put_right_is_none(said: str) -> None:
    assert doubts("your pin is 5417", said) == PUT_RIGHT
    assert doubts("your pin is 2265", said) == 0


def test_nothing_is_put_right_where_nothing_follows() -> None:
    assert doubts("your pin is 5417", "no wait, my pin is 5417, sorry") == 0


def test_no_claim_is_passed_over() -> None:
    said = "I speak Hindi now, our pharmacy is Blee but more news my cousins' moving day is 5 January"
    speaks, pharmacy, day = (
        "you speak Hindi",
        "your pharmacy is Blee",
        "your cousins' moving day is 5 January",
    )
    assert doubts(speaks, said) == doubts(pharmacy, said, speaks) == doubts(day, said, speaks, pharmacy) == 0
    assert doubts(day, said, speaks) == PASSED_OVER
    assert doubts_at_the_end([speaks], said.split()) == 2 * PASSED_OVER + MOST_LEFT * LEFT_OVER
    assert doubts_at_the_end([speaks, pharmacy, day], said.split()) == 0


def test_words_from_before_stand_for_a_pronoun() -> None:
    assert doubts("Ada's employer is Blee", "her employer is Blee") == 0
    assert doubts("Ada's flat is Blee", "the employer is Blee") == MOST_GIVEN * BORROWED
    assert (
        doubts("Anil's partner is a red bike", "he rides a red bike") == BORROWED + ILL_FORMED
    )  # "rides" is lost
    assert doubts("the spare key is under the mat", "under the mat I'd say", answering=True) == 0
    assert doubts("the spare key is under the mat", "it's under the mat") == 0
    weekly = "is at basketball every Saturday"
    assert doubts(f"Nils {weekly}", f"he {weekly}", namespace="schedule") == 0
    assert doubts("Nils at basketball every Saturday", f"he {weekly}", namespace="schedule") == BORROWED
    assert doubts("Ada goes to Dutch", "I have a feeling that she knows Dutch") == BORROWED


def test_what_is_his_is_not_theirs() -> None:
    said = "my landlord is Mr Price and his number is 0117 555"
    assert doubts("your number is 0117 555", said, "your landlord is Mr Price") == TAKEN
    assert doubts("your landlord's number is 0117 555", said, "your landlord is Mr Price") == 0
    assert doubts("your number is 2", "my number is 2 and his number is 3") == 0


def test_a_fact_goes_to_its_end() -> None:
    said = "the washing machine is making a strange noise"
    assert doubts("the washing machine is making a strange", said) == CUT
    assert doubts("the washing machine is making a strange noise", said) == 0
    assert doubts("your pin is 5417", "my pin is 5417, that's important") == 0
    assert doubts("the boys are called finn", "the boys are called finn and jonas") == CUT
    assert doubts("your pin is 5417", "my pin is 5417 in fact") == 0
    assert doubts("you teach at a school", "I teach at a school in Leeds") == CUT
    assert doubts("you've got two kids", "I've got two kids, Ben and Mia") == CUT
    parked = "I parked on level 3 of the Trinity car park"
    assert doubts("you parked on level 3", parked) < doubts(
        "you parked on level 3 of the Trinity car park", parked
    )
    assert doubts("your pin is 5417", "my pin is 5417 probably") == 0
    assert doubts("your pin is 5417", "my pin is 5417 of course") == 0
    assert doubts("you own a boat", "I own a boat and my sister is a midwife") == 0


@pytest.mark.parametrize(
    ("said", "kept", "left"),
    [
        ("note that on Wednesdays she goes to yoga", "your sister goes to yoga", 1),
        ("note that on Wednesdays she goes to yoga", "on Wednesdays your sister goes to yoga", 0),
        ("I've got two kids, Ben and Mia", "you've got two kids", 2),
        ("besides, my cousin is a blood donor if I'm not mistaken", "your cousin is a blood donor", 0),
        ("my pin is 5417, no, 2265", "your pin is 2265", 0),
        ("my shift tomorrow begins at 7", "your shift is tomorrow", 1 + NUMBER_LEFT),
    ],
)
def test_what_tells_something_is_kept(said: str, kept: str, left: int) -> None:
    assert doubts_at_the_end([kept], said.split()) == left * LEFT_OVER


def test_a_fact_begins_at_its_beginning() -> None:
    assert doubts("sent you a chair", "okay Ada sent us a chair") == CUT
    assert doubts("Ada sent you a chair", "okay Ada sent us a chair") == 0
    assert doubts("cheese comes from Oslo", "remember that cheese comes from Oslo") == 0


def test_nobody_owns_nothing() -> None:
    assert doubts("0117 is where you reach Ada's", "0117 is where you reach her") == CUT
    assert doubts("you live at Ada's", "I live at Ada's") == 0


def test_a_plan_loses_nothing_of_what_was_said_of_it() -> None:
    said = ["book", "a", "table", "at", "Trattoria", "Roma", "on", "Friday", "at", "8"]
    assert doubts_about_call("schedule_add", ["Roma", "on Friday at 8"], said) == LEFT_OVER * 2
    assert doubts_about_call("schedule_add", ["a table at Trattoria Roma", "on Friday at 8"], said) == 0
    assert doubts_about_call("list_show", ["shopping"], said) == 0


def test_who_asks_for_tomorrow_is_not_told_of_today() -> None:
    said = ["what", "is", "tomorrow's", "date?"]
    assert doubts_about_call("clock", ["date"], said) == NO_CLAIM
    assert doubts_about_call("clock", ["tomorrow"], said) == 0
    assert doubts_about_call("clock", ["date"], ["what's", "the", "date?"]) == 0


def test_a_number_alone_is_no_sum() -> None:
    assert doubts_about_call("calculate", ["9265"], ["9265."]) == NO_CLAIM
    assert doubts_about_call("calculate", ["9 times 3"], ["9", "times", "3"]) == 0


def test_every_sentence_about_oneself_is_kept() -> None:
    said = ["I'm", "Marta.", "I", "teach", "maths."]
    assert doubts_at_the_end(["you teach maths"], said) == PASSED_OVER + LEFT_OVER
    assert doubts_at_the_end(["you're Marta", "you teach maths"], said) == 0
    assert doubts_at_the_end(["you teach maths"], ["I'm", "sorry.", "I", "teach", "maths."]) == 0


def test_a_time_alone_is_no_fact() -> None:
    said = "sorry, on Saturday at 7"
    assert doubts("on Saturday at 7", said, namespace="schedule") == NO_CLAIM
    assert (
        doubts("your flight is on Saturday at 7", "my flight is on Saturday at 7", namespace="schedule") == 0
    )
    assert doubts("your flight is on Saturday at 7", "my flight is on Saturday at 7") == UNPLANNED
    assert doubts("you go to bed at 7", "I go to bed at 7") == 0
    assert doubts("you are 25 years old", "I am 25 years old") == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("0117 555 is where you reach you reach", "0117 555 is where you reach her"),
        ("next next's birthday is on 16 June", "next: his birthday is on 16 June"),
        ("she is is a potter", "she is a potter"),
    ],
)
def test_nothing_is_said_twice(content: str, said: str) -> None:
    assert doubts(content, said) <= STUTTERED


def test_what_was_said_twice_may_be() -> None:
    assert doubts("your band is The The", "my band is The The") == 0
    assert doubts("your number is 12 12 34", "my number is 12 12 34") == 0


def test_a_value_alone_is_no_fact() -> None:
    said = "my car is a blue Skoda, registration BD51 SMR"
    assert doubts("BD51 SMR", said, "your car is a blue Skoda") == NO_CLAIM + CUT
    assert doubts("Skoda", said, "your car is a blue Skoda") == NO_CLAIM
    assert doubts("Ada snores", "Ada snores") == doubts("you're Ada", "I'm Ada") == 0


@pytest.mark.parametrize(
    "content",
    [
        "you suspect the party is on Friday",
        "you're fairly certain",
        "chances are Ada speaks Dutch",
        "the party is on Friday most likely",
        "you have a hunch that Ada speaks Dutch",
        "your news is that Ada speaks Dutch",
    ],
)
def test_how_sure_somebody_is_stands_in_no_fact(content: str) -> None:
    assert doubts(content, to_first_person(content)) <= OPENED


def to_first_person(content: str) -> str:
    return content.replace("you're", "I'm").replace("you ", "I ")


def test_what_one_believes_in_is_a_fact() -> None:
    assert doubts("you believe in ghosts", "I believe in ghosts") == 0


def test_what_somebody_does_is_said_of_somebody() -> None:
    said = "Ola lives in Rome and works as a vet"
    assert doubts("works as a vet", said, "Ola lives in Rome") <= OPENED
    assert doubts(said, said) == 0
    said = "my aunt has bees and also makes jam"
    assert doubts("makes jam", said, "your aunt has bees") <= OPENED
    assert doubts("your aunt makes jam", said, "your aunt has bees") == 0
    assert doubts("Ada's cat is red", "my aunt has bees and Ada's cat is red", "your aunt has bees") == 0
    assert doubts("you joined a band", "I'm Ada and I joined a band", "you are Ada") == 0
    assert doubts("spoons are in the box", "the forks and spoons are in the box") != OPENED


def test_a_sentence_keeps_its_subject() -> None:
    assert doubts("devours maple syrup", "one to remember, he devours maple syrup") == BORROWED
    assert doubts("he devours maple syrup", "one to remember, he devours maple syrup") == OPENED


@pytest.mark.parametrize(
    "content, doubt",
    [
        ("ah, your hobby is rowing", NO_CLAIM),
        ("- your hobby is rowing", OPENED),
        ("and your hobby is rowing", OPENED),
    ],
)
def test_a_fact_begins_with_something(content: str, doubt: float) -> None:
    assert doubts(content, "thanks for that - ah, my hobby is rowing") == doubt


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_hardly_anything_that_the_corpus_teaches_is_doubted(split: str) -> None:
    tried = doubted = left = 0
    for index, example in enumerate(examples(12, split)):
        if index == 1500:
            break
        said, had = example.messages[-1][1], list[str]()
        answering = any(
            text.endswith("remember it.") for role, text in example.messages if role == "assistant"
        )
        for op in example.gold.ops if example.intent == "store" else ():
            assert isinstance(op, Store)
            tried += 1
            doubted += doubts_about(op, had, said.split(), answering=answering) < 0
            had.append(op.content)
        left += bool(had) and doubts_at_the_end(had, said.split()) < 0
    assert tried > 300
    assert doubted <= tried // 50
    assert left <= tried // 10  # where the corpus puts words that are none between two facts


def test_only_what_was_taught_is_called_and_an_alarm_is_no_fact() -> None:
    said = ["wake", "me", "at", "7", "am"]
    assert doubts_about_call("timer_set", ["7 am"], said) == 0
    assert doubts_about_call("schedule_set", ["7 am"], said) == UNTAUGHT
    assert doubts("the alarm is at 7 am", "set an alarm for 7 am", namespace="schedule") <= NO_CLAIM
    called = {tool.name for example in islice(examples(5, "train"), 1500) for tool in example.gold.tools}
    assert len(called) > 8
    assert all(doubts_about_call(name, ["2 plus 2"], []) == 0 for name in called)


def test_what_goes_on_or_is_told_to_be_done_is_neither_past_nor_fact() -> None:
    said = ["We're", "having", "dinner", "with", "Ann", "on", "Friday"]
    past = Episode("you're having dinner with Ann on Friday", ("you", "dinner"))
    assert doubts_about(past, (), said, answering=False) == UNPLANNED
    assert doubts("on the living room lights", "turn on the living room lights") <= NO_CLAIM
    assert doubts("you're exhausted", "i'm exhausted") == NO_CLAIM
