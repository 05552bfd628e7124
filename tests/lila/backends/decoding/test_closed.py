"""The built-in model's replies: canonical, from memories that bear on the question, or what it did."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engine import Model
from engine.errors import ArgumentError
from lila.backends.base import Message, Prompt
from lila.backends.decoding.closed import (
    CANONICAL,
    acknowledgements,
    answers,
    going_on,
    may_be_told,
    opening_replies,
    reports,
)
from lila.backends.decoding.costs import NO_CLAIM
from lila.backends.local import builtin_model_path, replies_are_closed
from lila.backends.prompting import Prompting
from memory.grammar import Conflict, Consolidate, Forget, Recall, Store
from memory.grammar import render as render_op
from training_log.nano import replies
from training_log.nano.corpus import examples

CODE = "your door code is 4821"


def test_what_a_line_tells_is_not_unknown() -> None:
    assert replies.DONT_KNOW not in opening_replies("what's my door code?", [CODE])
    assert replies.DONT_KNOW in opening_replies("what's my gate code?", [CODE])
    assert replies.DONT_KNOW in opening_replies("what's my door code?", [])


@pytest.mark.parametrize(
    "asked", ["what can you do for me?", "so what else can you help me with", "What can you do?"]
)
def test_what_she_can_do_is_no_gap_in_her_memory(asked: str) -> None:
    (reply,) = opening_replies(asked, [CODE])
    assert "keep your lists" in reply
    assert len(opening_replies("what can you do with eggs?", [CODE])) > 1


def test_more_for_a_list_is_no_small_talk() -> None:
    added = "Added milk to the shopping list."
    assert opening_replies("and bread", [], added) == [replies.NOT_STORED]
    assert opening_replies("bread too", [], added) == [replies.NOT_STORED]
    assert len(opening_replies("thanks", [], added)) > 1
    assert len(opening_replies("and bread", [], "You're welcome.")) > 1


def test_a_question_gets_no_thanks() -> None:
    assert "You're welcome." not in opening_replies("what's my name?", [])
    assert "You're welcome." in opening_replies("thanks", [])
    assert "You're Marta." in opening_replies("what's my name?", ["you're Marta"])
    assert replies.DONT_KNOW not in opening_replies("what's my name?", ["you're Marta"])
    assert "You're left-handed." not in opening_replies("what's my name?", ["you're left-handed"])
    assert "What you tell me stays on your machine." in opening_replies("where is my data?", [])


def test_the_line_that_holds_all_that_was_asked_for_answers() -> None:
    lines = ["Leo goes to the Montessori school", "Leo is allergic to walnuts"]
    told = opening_replies("which school does Leo go to?", lines)
    assert "Leo goes to the Montessori school." in told
    assert "Leo is allergic to walnuts." not in told


def test_a_line_may_be_told() -> None:
    assert may_be_told("what diet am I on?", ["you turned gluten free"])
    assert not may_be_told("what diet am I on?", ["your boss is Ann"])
    assert not may_be_told("does Ola like cats?", ["Ola lives in Wroclaw"])


def test_an_age_is_answered_with_an_age() -> None:
    lines = ["your son Olek is 7", "your son Olek's birthday is on 3 May"]
    told = opening_replies("how old is my son?", lines)
    assert "Your son Olek is 7." in told
    assert "Your son Olek's birthday is on 3 May." not in told


def test_what_is_liked_now_is_no_news_of_what_isnt() -> None:
    like = Store("you like figs")
    assert replies.restated("you like figs") not in acknowledgements([like], ["you don't like figs"])
    assert replies.restated("you like figs") in acknowledgements([like], ["you like figs"])


def test_another_value_is_no_small_talk() -> None:
    assert opening_replies("under the sink, rather.", [], "Noted: the pan is in the shed.") == [
        replies.BEYOND
    ]
    assert opening_replies("Leo instead", [], "Updated: your son is Tom.") == [replies.BEYOND]
    assert len(opening_replies("I'd go rather", [], "Noted: the pan is in the shed.")) > 1
    assert opening_replies("Leo, not Theo", [], "Noted: your son is Theo.") == [replies.BEYOND]
    assert len(opening_replies("no, not now", [], "Noted: your son is Theo.")) > 1
    assert len(opening_replies("Leo instead", [])) > 1


def test_answers_are_sentences_joined_lines_and_times() -> None:
    found = set(answers(["Ada likes tea", "the lesson is on Thursday at 4:30 pm"]))
    assert "Ada likes tea." in found
    assert "Ada likes tea. The lesson is on Thursday at 4:30 pm." in found
    assert "On Thursday at 4:30 pm." in found
    assert "Tea." not in found


def test_what_was_done_is_said_in_its_own_words() -> None:
    assert replies.noted([CODE, "Ada is 7"]) in acknowledgements([Store(CODE), Store("Ada is 7")])
    assert acknowledgements([Store(CODE)], [CODE.capitalize()]) == [replies.restated(CODE)]
    assert replies.restated(CODE) not in acknowledgements([Store(CODE)], ["your gate code is 4821"])
    assert acknowledgements([Consolidate(CODE)]) == [replies.updated(CODE)]
    assert acknowledgements([Forget(query="door code")]) == [replies.FORGOTTEN]
    assert acknowledgements([Conflict(f"{CODE} / your door code is 9", CODE)]) == [replies.settled(CODE)]
    assert acknowledgements([Conflict(f"{CODE} / your door code is 9", "ask")]) == []
    assert acknowledgements([Recall("door code")]) == []


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_nearly_every_reply_of_the_corpus_can_be_said(split: str) -> None:
    tried = lost = 0
    for example in itertools.islice(examples(11, split), 600):
        gold = example.gold
        if gold.tools:
            continue
        lines = [
            line.partition("] ")[2]
            for role, content in example.messages
            if role == "memory"
            for line in content.splitlines()
        ]
        may = (
            acknowledgements(gold.ops, lines) if gold.ops else opening_replies(example.messages[-1][1], lines)
        )
        if may:
            tried += 1
            lost += gold.reply not in may
    assert tried > 300
    assert lost <= tried // 100


def test_only_tokens_that_keep_to_a_text_go_on() -> None:
    texts = [(1, 2, 3), (1, 2), (4,)]
    assert going_on(texts, ()) == ({1, 4}, False)
    assert going_on(texts, (1, 2)) == ({3}, True)
    assert going_on(texts, (9,)) == (set(), False)


@pytest.fixture(scope="module")
def prompting() -> Prompting:
    model = Model.open(builtin_model_path())
    return Prompting(model.tokenizer, model.chat_template, closed=True)


def says(prompting: Prompting, reply: str, *messages: Message, continuation: str = "") -> bool:
    """Whether the reply, to its end, is allowed after these messages."""
    encoded = prompting.encode(Prompt(messages, continuation))
    constraint = prompting.constraint_for(encoded)
    assert constraint is not None
    state = constraint.start()
    end = min(prompting.codec.eog_ids)
    for token in [*prompting.codec.encode(reply, add_bos=False), end]:
        words = constraint.mask_words(state)
        if not words[token // 64] >> token % 64 & 1:
            return False
        if token != end:
            state = constraint.advance(state, token)
    return True


def test_the_built_in_model_keeps_to_what_it_can_say(prompting: Prompting) -> None:
    shown = Message("memory", f"[7] {CODE}\n[9] Anna has a red bicycle")
    asked = Message("user", "what's my door code?")
    assert says(prompting, " Your door code is 4821.", shown, asked)
    assert not says(prompting, " Your door code is 4822.", shown, asked)
    assert not says(prompting, " Anna has a red bicycle.", shown, asked)
    assert not says(prompting, f" {replies.BEYOND}", shown, asked)
    assert says(prompting, f" {replies.BEYOND}", shown, Message("user", "play some music"))
    assert not says(prompting, " Noted: your door code is 4821.", shown, asked)


def test_what_it_says_it_stored_is_what_it_stored(prompting: Prompting) -> None:
    told = Message("user", "my door code is 4821 and my gate code is 77")
    one, two = render_op(Store(CODE)), render_op(Store("your gate code is 77"))
    assert says(prompting, f"{one}\nNoted: {CODE}.", told)
    assert not says(prompting, f"{one}\nNoted: your gate code is 77.", told)
    assert says(prompting, f"{one}\n{two}\n{replies.noted([CODE, 'your gate code is 77'])}", told)


def test_what_a_tool_gave_is_said_in_its_words(prompting: Prompting) -> None:
    result = '<|tool_call|>clock(what="time")<|/tool_call|><|tool_result|>It\'s 11 am.<|/tool_result|>\n'
    asked = Message("user", "what time is it")
    assert says(prompting, "It's 11 am.", asked, continuation=result)
    assert not says(prompting, "It's 12 am.", asked, continuation=result)
    assert says(prompting, "nothing", asked, continuation=result.replace("It's 11 am.", "nothing"))


def test_what_was_recalled_is_said_line_by_line(prompting: Prompting) -> None:
    asked = Message("user", "tell me about Ada")
    block = f"{render_op(Recall('Ada'))}\n<|tool_result|>{{}}<|/tool_result|>\n"
    found = block.format("[3] Ada is seven\n[9] Ada likes tea")
    assert says(prompting, "Ada is seven. Ada likes tea.", asked, continuation=found)
    assert says(prompting, "Ada likes tea.", asked, continuation=found)
    assert not says(prompting, "Ada is eight.", asked, continuation=found)
    nothing = block.format("nothing")
    assert says(prompting, replies.unknown_about("Ada"), asked, continuation=nothing)
    assert not says(prompting, replies.unknown_about("Eve"), asked, continuation=nothing)


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_every_reply_after_a_result_can_be_said(split: str) -> None:
    tried = 0
    for example in itertools.islice(examples(5, split), 600):
        written = "".join(text for text, _ in example.target)
        before, mark, _ = written.rpartition("<|/tool_result|>\n")
        if mark:
            tried += 1
            assert example.gold.reply in reports(before + mark)
    assert tried > 30


def test_without_a_result_nothing_is_reported() -> None:
    assert reports("") == []
    assert reports("<|tool_result|>It's 11 am.<|/tool_result|>\nIt's") == []


def test_a_reply_outside_of_the_set_is_refused(prompting: Prompting) -> None:
    encoded = prompting.encode(Prompt((Message("user", "hello"),)))
    constraint = prompting.constraint_for(encoded)
    assert constraint is not None
    with pytest.raises(ArgumentError):
        constraint.advance(constraint.start(), prompting.codec.encode(" banana", add_bos=False)[0])


def test_only_lila_nano_has_a_closed_set(tmp_path: Path) -> None:
    assert replies_are_closed(builtin_model_path())
    other = tmp_path / "other.gguf"
    other.write_bytes(builtin_model_path().read_bytes().replace(b"lila-nano", b"some-nano", 1))
    assert not replies_are_closed(other)
    assert not replies_are_closed(tmp_path)


def test_lines_that_tell_the_same_of_the_same_are_said_together() -> None:
    lines = ["Ada likes tea", "Ada is 7", "Ada likes plums"]
    found = opening_replies("what does Ada like?", lines)
    assert "Ada likes tea. Ada likes plums." in found
    assert "Ada likes tea." not in found
    assert "Ada likes tea." in opening_replies("does Ada like tea?", lines)


def test_a_line_that_tells_it_in_other_words_stays_beside_one_that_has_them() -> None:
    lines = ["Ada is allergic to nuts", "Ada comes out in spots from figs", "Ada is 7"]
    found = opening_replies("what allergies does Ada have?", lines)
    assert "Ada is allergic to nuts. Ada comes out in spots from figs." in found
    assert not any("Ada is 7" in each for each in found)


def test_what_asks_nothing_is_neither_unknown_nor_forgotten() -> None:
    assert {replies.DONT_KNOW, replies.FORGOTTEN}.isdisjoint(opening_replies("ada chose economics", []))
    assert replies.DONT_KNOW in opening_replies("what did ada choose", [])
    assert replies.DONT_KNOW not in opening_replies("the red van, please", [], replies.DONT_KNOW)
    assert replies.DONT_KNOW in opening_replies("and Ada's?", [], replies.DONT_KNOW)


def test_what_follows_on_what_was_noted_is_not_beyond_her() -> None:
    noted = replies.noted([CODE])
    for said in ("no, 4822", "make that 4822", "between the books", "it's 4822"):
        assert replies.BEYOND not in opening_replies(said, [], noted)
        assert replies.BEYOND in opening_replies(said, [])
    assert replies.BEYOND in opening_replies("play some music", [], noted)


def test_a_question_names_values_of_its_two_lines(prompting: Prompting) -> None:
    old, new = "you keep the red tin in the boot of the car", "you keep the red tin behind the boiler"
    block = render_op(Conflict(f"{old} / {new}", "ask"))
    shown, told = Message("memory", f"[7] {old}"), Message("user", "I keep the red tin behind the boiler")
    question = "I had {} for the red tin. Which is right, {} or {}?"
    place, other = "in the boot of the car", "behind the boiler"
    for had, again, or_else, may in (
        (place, place, other, True),
        (place, "the car", other, False),
        ("in the boot of the", "in the boot of the", other, False),
        (place, place, "behind the sofa", False),
        ("the red tin", "the red tin", other, False),
    ):
        assert says(prompting, f"{block}\n{question.format(had, again, or_else)}", shown, told) is may


def test_what_is_not_to_be_kept_is_not(prompting: Prompting) -> None:
    asked = "don't remember this: my salary is 5000"
    for said, may in ((asked, False), ("my salary is 5000", True)):
        constraint = prompting.constraint_for(prompting.encode(Prompt((Message("user", said),))))
        assert constraint is not None
        begin = prompting.codec.special_tokens["<|memory_start|>"]
        assert bool(constraint.mask_words(constraint.start())[begin // 64] >> begin % 64 & 1) is may
    assert says(prompting, f" {replies.NOT_STORED}", Message("user", asked))
    assert opening_replies("don't remember this: my salary is 5000", []) == [replies.NOT_STORED]
    assert len(opening_replies("please don't remember that", [])) > 1  # of what was said before


def test_what_tells_a_fact_gets_no_stock_reply() -> None:
    assert opening_replies("my sister doesn't eat meat", []) == [replies.BEYOND]
    assert replies.DONT_KNOW in opening_replies("does my sister eat meat?", [])
    for told in (
        "Alberto's college is Blee",
        "my name's Ada",
        "the blue coat is mine",
        "I know Welsh",
        "Ada has a cat named Rex",
    ):
        assert opening_replies(told, []) == [replies.BEYOND]
    hidden = opening_replies("under the sink", [], replies.DONT_KNOW)
    assert set(hidden) <= {replies.BEYOND, replies.NOT_STORED}
    assert "Thank you, and all the best to you." not in opening_replies("9265.", [], replies.DONT_KNOW)
    assert len(opening_replies("this is boring", [])) > len(CANONICAL) // 2


def doubted(prompting: Prompting, reply: str, *messages: Message) -> float:
    """What speaks against a reply at its end."""
    constraint = prompting.constraint_for(prompting.encode(Prompt(messages)))
    assert constraint is not None
    state = constraint.start()
    for token in prompting.codec.encode(reply, add_bos=False, parse_special=True):
        state = constraint.advance(state, token)
    return constraint.prior(min(prompting.codec.eog_ids))


def test_what_is_told_as_it_is_is_hardly_refused(prompting: Prompting) -> None:
    refused = f" {replies.NOT_STORED}"
    for told in ("in passing my tax number is 40508", "I suspect the blue card has its place on the sill"):
        assert doubted(prompting, refused, Message("user", told)) == NO_CLAIM
    for supposed in ("suppose my bus is the 4", "don't remember this: my salary is 5000"):
        assert doubted(prompting, refused, Message("user", supposed)) == 0


def test_what_is_asked_back_is_not_passed_over(prompting: Prompting) -> None:
    said = Message("user", "my language is Welsh and my jersey number is 271")
    shown = Message("memory", "[7] your jersey number is 182")
    stored = render_op(Store("your language is Welsh", "personal", ("you", "language"), 0.9))
    asked = render_op(Conflict("your jersey number is 182 / your jersey number is 271", "ask"))
    question = "I had 182 for your jersey number. Which is right, 182 or 271?"
    assert doubted(prompting, f"{stored}\n{asked}\n{question}", shown, said) == 0
    assert doubted(prompting, f"{stored}\nNoted: your language is Welsh.", shown, said) < NO_CLAIM
