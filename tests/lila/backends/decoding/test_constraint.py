"""What goes into memory is held to words that were said."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from engine import Model
from engine.automaton import DEAD, DONE, build_automaton
from engine.constraint import FREE
from engine.errors import ArgumentError
from lila.backends.base import Message, Prompt
from lila.backends.decoding.constraint import GroundedConstraint
from lila.backends.decoding.turn_words import LONGEST, grounded_call_pattern, grounded_patterns
from lila.backends.local import builtin_model_path
from lila.backends.prompting import Prompting
from memory.grammar import Conflict, Consolidate, Forget, Op, Recall, Store, render, render_tool_call
from training_log.nano.corpus import examples

SHOWN = (
    Message("user", "Leo works as a pharmacist now"),
    Message("assistant", "Noted: Leo works as a pharmacist now."),
    Message("memory", "[7] your door code is 4821\n[9] Anna's birthday is on the 5th of May"),
)


def accepts(op: Op, said: str, *before: Message) -> bool:
    patterns = grounded_patterns([*before, Message("user", said)])
    assert patterns
    return written_by(patterns, op)


def written_by(patterns: dict[str, str], op: Op) -> bool:
    """Whether the operation's own pattern lets it be written."""
    block = re.fullmatch(r"<\|memory_start\|>\n(<\|mem_\w+\|>)(.*)<\|memory_end\|>", render(op), re.DOTALL)
    assert block
    token, follows = block.groups()
    return token in patterns and takes(patterns[token], [*follows.encode(), 256], ["<|memory_end|>"])


def takes(pattern: str, letters: list[int], symbols: list[str]) -> bool:
    """Whether the pattern takes these letters, bytes and 256 + a symbol's index, and ends."""
    automaton = build_automaton([pattern], symbols, minimal=False)
    state = automaton.starts[0]
    for letter in letters:
        if state in (DEAD, DONE):
            return False
        column = automaton.byte_classes[letter] if letter < 256 else automaton.n_byte_classes + letter - 256
        state = int(automaton.transitions[state, column])
    return state == DONE


def store(content: str) -> Store:
    return Store(content, "personal", ("you", "x"), 0.9)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("my door code is 4821", "your door code is 4821"),
        ("um remember that The Bike lock, is 3 8 1 2 please.", "the Bike lock is 3 8 1 2"),
        ("door code: 4821", "your door code is 4821"),
        ("I'm allergic to nuts and my wife's name is Ada", "your wife's name is Ada"),
        ("I was in Kyoto", "you were in Kyoto"),
        ("Dr. Noor is our vet", "Dr. Noor is your vet"),
        ("café Zoë opens at 9:30", "café Zoë opens at 9:30"),
        ("that's the neighbours' hedge", "the neighbours' hedge"),
    ],
)
def test_what_was_said_may_be_stored(said: str, content: str) -> None:
    assert accepts(store(content), said)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("my door code is 4821", "your door code is 4221"),
        ("my door code is 4821", "your gate code is 4821"),
        ("my door code is 4821", "4821 is your door code"),
        ("my friend likes peas", "your friend likes froarkling peas"),
    ],
)
def test_what_nobody_said_may_not(said: str, content: str) -> None:
    assert not accepts(store(content), said)


@pytest.mark.parametrize(
    ("op", "said", "may"),
    [
        (Recall("accountant"), "everything about my accountant please", True),
        (Recall("account"), "everything about my accountant please", False),
        (Recall("you"), "do you know me", True),
        (Recall("you"), "show me what you know about Ada", True),
        (Recall("you"), "what do you know about Ada", False),
        (Forget(query="door code"), "forget my door code", True),
        (Forget(query="leo's job"), "delete leo's job", True),
        (Forget(query="pharmacist"), "forget that again", True),
        (Forget(query="nedith"), "forget that again", False),
        (Store("your door code is 4821", "personal", ("gate", "code")), "my door code is 4821", False),
        (Store("Ada is 7", "personal", ("Ada", "age")), "Ada is 7", True),
    ],
)
def test_what_is_looked_for_and_what_a_fact_is_about_was_named(op: Op, said: str, may: bool) -> None:
    assert accepts(op, said, *SHOWN) == may


def test_a_pronoun_may_be_whom_the_turn_before_named() -> None:
    assert accepts(store("you can reach Leo on 0498 241"), "You can reach him on 0498 241", *SHOWN)
    assert accepts(store("Leo's favourite dish is lasagne"), "her favourite dish is lasagne", *SHOWN)
    assert not accepts(store("you can reach Mia on 0498 241"), "You can reach him on 0498 241", *SHOWN)


def test_a_correction_keeps_the_rest_of_what_was_said_before() -> None:
    op = Consolidate("Leo works as a tailor now", "personal", ("Leo", "work"), 0.9)
    assert accepts(op, "no, I meant tailor", *SHOWN)


def test_a_question_stores_nothing() -> None:
    assert not accepts(store("your door code is 4821"), "what is my door code 4821")
    assert accepts(store("your door code is 4821"), "would you jot down that my door code is 4821?")


def test_a_correction_may_be_of_the_answer_just_given() -> None:
    answered = (
        Message("user", "what's my favourite colour"),
        Message("assistant", "Your favourite colour is green."),
    )
    said = "that's wrong, it's blue"
    assert accepts(
        Consolidate("your favourite colour is blue", "personal", ("you", "x"), 0.9), said, *answered
    )


def test_the_time_of_an_answer_may_be_put_right() -> None:
    answered = (
        Message("memory", "[3] you meet Ada on Friday at 11"),
        Message("user", "when do I meet Ada"),
        Message("assistant", "On Friday at 11."),
    )
    said = "actually it's at six"
    assert accepts(
        Consolidate("you meet Ada on Friday at six", "schedule", ("you", "x"), 0.9), said, *answered
    )
    assert not accepts(store("it's at six"), said, *answered)


def test_what_names_its_own_thing_corrects_no_other() -> None:
    noted = (
        Message("user", "I hate getting up early"),
        Message("assistant", "Noted: you hate getting up early."),
    )
    said = "The alarm code changed, it's 7741 now."
    mixed = Consolidate("you hate getting up 7741 now", "personal", ("you", "x"), 0.9)
    assert not accepts(mixed, said, *noted)
    assert accepts(Consolidate("the alarm code is 7741", "personal", ("you", "x"), 0.9), said, *noted)


@pytest.mark.parametrize("said", ["no, her name is Ada", "nope, my boss is called Ada"])
def test_what_was_misheard_is_put_right(said: str) -> None:
    noted = (
        Message("user", "my boss is called Ida"),
        Message("assistant", "Noted: your boss is called Ida."),
        Message("memory", "[1] your boss is called Ida"),
    )
    right = "your boss is called Ada"
    assert accepts(Consolidate(right, "personal", ("boss", "name"), 0.9), said, *noted)
    assert not accepts(store(right), said, *noted)
    assert not accepts(Conflict(f"your boss is called Ida / {right}", "ask"), said, *noted)


def test_what_is_said_in_quotes_is_asked_of_a_tool_without_them() -> None:
    pattern = grounded_call_pattern([Message("user", 'put "call the tyre shop" on my to-do list')])
    assert pattern
    call = render_tool_call("list_add", {"list": "to-do", "items": "call the tyre shop"})
    assert re.fullmatch(pattern, call.removeprefix("<|tool_call|>"))


def test_a_conflict_sets_a_remembered_line_against_what_was_said() -> None:
    asked = Conflict("your door code is 4821 / your door code is 9917", "ask")
    assert accepts(asked, "actually my door code is 9917", *SHOWN)
    assert not accepts(
        Conflict("your door code is 4822 / your door code is 9917", "ask"),
        "actually my door code is 9917",
        *SHOWN,
    )
    settled = Conflict("your door code is 4821 / your door code is 9917", "your door code is 4821")
    assert accepts(settled, "actually my door code is 9917, no, what you had", *SHOWN)


def test_a_question_that_named_both_values_is_enough_to_settle() -> None:
    before = (
        Message("user", "my platform is 280"),
        Message("assistant", "I had 99 for your platform. Which is right, 99 or 280?"),
    )
    first = Conflict("your platform is 99 / your platform is 280", "your platform is 99")
    assert accepts(first, "the first one", *before)


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_nearly_all_that_the_corpus_teaches_can_be_written(split: str) -> None:
    tried = lost = 0
    for example in itertools.islice(examples(11, split), 400):
        patterns = grounded_patterns([Message(role, content) for role, content in example.messages])  # type: ignore[arg-type]
        for op in example.gold.ops:
            tried += 1
            lost += not written_by(patterns, op)
    assert tried > 150
    assert lost <= tried // 50


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("can orchids have a lot of water?", False),
        ("when is the lesson?", False),
        ("can you forget my door code?", True),
        ("delete my door code, please?", True),
        ("forget my door code", True),
    ],
)
def test_a_question_that_asks_nobody_has_nothing_forgotten(said: str, may: bool) -> None:
    assert ("<|mem_forget|>" in grounded_patterns([Message("user", said)])) is may


def test_what_only_says_that_something_is_so_has_nothing_forgotten() -> None:
    assert "<|mem_forget|>" not in grounded_patterns(
        [Message("user", "actually I gave it to my brother now")]
    )
    assert "<|mem_recall|>" not in grounded_patterns(
        [Message("user", "actually I gave it to my brother now")]
    )
    assert "<|mem_forget|>" not in grounded_patterns([Message("user", "don't remember this: I'm 40 now")])
    assert "<|mem_forget|>" in grounded_patterns([Message("user", "forget that I gave it to my brother")])


def test_a_word_that_only_opens_a_sentence_labels_nothing() -> None:
    for about, may in (("ada", True), ("yeah", False)):
        fact = Store("ada takes pills", "personal", (about, "pills"), 0.9)
        assert accepts(fact, "yeah ada takes pills") is may


def test_what_is_to_be_booked_is_neither_stored_nor_put_right() -> None:
    for said, may in (("ah book coffee for Monday", False), ("book club is on Monday", True)):
        patterns = grounded_patterns([Message("user", said)])
        assert ("<|mem_store|>" in patterns) is may and ("<|mem_consolidate|>" in patterns) is may


def test_a_very_long_utterance_is_not_held() -> None:
    assert not grounded_patterns([Message("user", "word " * (LONGEST + 1))])
    assert not grounded_patterns([Message("system", "be kind")])


@pytest.fixture(scope="module")
def prompting() -> Prompting:
    model = Model.open(builtin_model_path())
    return Prompting(model.tokenizer, model.chat_template)


def constraint(prompting: Prompting, said: str, continuation: str = "") -> GroundedConstraint:
    encoded = prompting.encode(Prompt((Message("user", said),), continuation))
    found = prompting.constraint_for(encoded)
    assert isinstance(found, GroundedConstraint)
    return found


def allowed(grammar: GroundedConstraint, state: int, vocab: int) -> np.ndarray:
    words = np.array(list(grammar.mask_words(state)), np.uint64)
    return np.unpackbits(words.view(np.uint8), count=vocab, bitorder="little").astype(bool)


def test_tokens_follow_the_words_and_then_all_is_free(prompting: Prompting) -> None:
    codec = prompting.codec
    grammar = constraint(prompting, "my door code is 4821")
    state = grammar.start()
    assert state == FREE
    for token in codec.encode(render(store("your door code is 4821")), add_bos=False):
        assert allowed(grammar, state, codec.vocab_size)[token]
        state = grammar.advance(state, token)
    assert state == FREE


def test_tags_are_being_written_between_their_brackets(prompting: Prompting) -> None:
    grammar = constraint(prompting, "my door code is 4821")
    state, during = grammar.start(), ""
    for token in prompting.codec.encode(render(store("your door code is 4821")), add_bos=False):
        if grammar.is_labelling():
            during += prompting.token_text(token).decode()
        state = grammar.advance(state, token)
    assert "you" in during and "x" in during
    assert "tags" not in during and "content" not in during and "door" not in during


def test_no_conflict_begins_where_nothing_is_remembered_to_conflict_with(prompting: Prompting) -> None:
    codec = prompting.codec
    start = prompting.codec.encode("<|memory_start|>\n", add_bos=False)
    store_token, conflict = (codec.special_tokens[f"<|mem_{name}|>"] for name in ("store", "conflict"))
    for shown, may in (((), False), (SHOWN, True)):
        encoded = prompting.encode(Prompt((*shown, Message("user", "actually my door code is 9917"))))
        grammar = prompting.constraint_for(encoded)
        assert isinstance(grammar, GroundedConstraint)
        state = grammar.start()
        for token in start:
            state = grammar.advance(state, token)
        mask = allowed(grammar, state, codec.vocab_size)
        assert mask[store_token]
        assert mask[conflict] == may
        if not may:
            with pytest.raises(ArgumentError):
                grammar.advance(state, conflict)


def test_another_word_is_refused(prompting: Prompting) -> None:
    grammar = constraint(prompting, "my door code is 4821")
    state = grammar.start()
    with pytest.raises(ArgumentError):
        for token in prompting.codec.encode(render(store("your gate code is 4821")), add_bos=False):
            state = grammar.advance(state, token)


def test_a_reply_can_go_on_in_the_middle_of_a_block(prompting: Prompting) -> None:
    block = render(store("your door code is 4821"))
    grammar = constraint(prompting, "my door code is 4821", block[: block.index(" code is")])
    state = grammar.start()
    assert state < FREE
    for token in prompting.codec.encode(" code is 4821\n<|memory_end|>", add_bos=False):
        state = grammar.advance(state, token)
    assert state == FREE


@pytest.mark.parametrize(
    ("said", "call", "holds"),
    [
        ("add milk and Rye bread", 'list_add(list="shopping", items="milk, Rye bread")', True),
        ("add milk and rye bread", 'list_add(list="shopping", items="milk, froarkling bread")', False),
        ("a 5 minute timer for tea", 'timer_set(duration="5 minutes", label="tea")', True),
        ("a 5 minute timer for tea", 'timer_set(duration="15 minutes")', False),
        ("stop the timer", "timer_cancel()", True),
    ],
)
def test_a_tool_is_asked_in_words_that_were_said(
    prompting: Prompting, said: str, call: str, holds: bool
) -> None:
    grammar = constraint(prompting, said)
    state = grammar.start()
    try:
        for token in prompting.codec.encode(f"<|tool_call|>{call}<|/tool_call|>", add_bos=False):
            state = grammar.advance(state, token)
    except ArgumentError:
        state = 0
    assert (state == FREE) == holds


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_every_call_that_the_corpus_teaches_can_be_written(split: str) -> None:
    tried = 0
    for example in itertools.islice(examples(11, split), 400):
        for tool in example.gold.tools:
            pattern = grounded_call_pattern([Message(role, content) for role, content in example.messages])  # type: ignore[arg-type]
            call = render_tool_call(tool.name, dict(tool.arguments)).removeprefix("<|tool_call|>")
            assert pattern is not None
            assert re.fullmatch(pattern, call), call
            tried += 1
    assert tried > 20


def test_an_alarm_is_no_plan_and_no_question_for_the_time() -> None:
    pattern = grounded_call_pattern([Message("user", "wake me up at 7 am")])
    assert pattern is not None
    assert re.fullmatch(pattern, 'timer_set(duration="7 am")<|/tool_call|>')
    assert not re.fullmatch(pattern, 'clock(what="time")<|/tool_call|>')
    assert not re.fullmatch(pattern, 'schedule_add(when="at 7 am")<|/tool_call|>')


def test_a_whole_list_goes_only_where_it_is_spoken_of() -> None:
    def may_clear(said: str) -> bool:
        pattern = grounded_call_pattern([Message("user", said)])
        assert pattern is not None
        assert re.fullmatch(pattern, 'list_remove(list="shopping")<|/tool_call|>')
        return bool(re.fullmatch(pattern, 'list_clear(list="shopping")<|/tool_call|>'))

    assert may_clear("clear the shopping list") and may_clear("delete everything")
    assert not may_clear("remove tape")


def test_what_is_added_to_a_list_is_what_was_said_now() -> None:
    def pattern(said: str) -> str:
        turns = ("user", "add milk"), ("assistant", "Added milk to the shopping list."), ("user", said)
        found = grounded_call_pattern([Message(role, text) for role, text in turns])  # type: ignore[arg-type]
        assert found is not None
        return found

    def adds(said: str, items: str) -> bool:
        call = f'list_add(list="shopping", items="{items}")<|/tool_call|>'
        return re.fullmatch(pattern(said), call) is not None

    assert adds("and bread", "bread") and adds("bread and eggs too", "bread, eggs")
    assert not adds("and bread", "milk") and not adds("and bread", "to-do")
    assert re.fullmatch(pattern("remove milk"), 'list_remove(list="shopping", items="milk")<|/tool_call|>')


def test_what_is_booked_is_no_booking() -> None:
    pattern = grounded_call_pattern([Message("user", "book the chess lesson for friday")])
    assert pattern and "chess" in pattern and "book" not in pattern
    pattern = grounded_call_pattern([Message("user", "remind me to book a flight on friday")])
    assert pattern and "book" in pattern


@pytest.mark.parametrize("said", ["how long is left?", "what alarms do I have"])
def test_a_plain_request_is_a_call_and_nothing_else(said: str) -> None:
    pattern = grounded_call_pattern([Message("user", said)])
    assert pattern is not None
    assert takes(pattern, [*b"timer_list()", 256], ["<|/tool_call|>"])
    assert not takes(pattern, [*b'clock(what="time")', 256], ["<|/tool_call|>"])
    with Model.open(builtin_model_path()) as model:
        closed = Prompting(model.tokenizer, model.chat_template, closed=True)
        call = model.tokenizer.special_tokens["<|tool_call|>"]
        before = constraint(closed, said)
        assert np.flatnonzero(allowed(before, before.start(), model.vocab_size)).tolist() == [call]
        given = "<|tool_call|>timer_list()<|/tool_call|><|tool_result|>No timer is running.<|/tool_result|>\n"
        after = constraint(closed, said, given)
        assert np.flatnonzero(allowed(after, after.start(), model.vocab_size)).tolist() != [call]


def test_what_leaves_no_operation_opens_no_block() -> None:
    """What isn't to be kept can't be stored, and the built-in model has no reflections to write instead."""
    said = "don't remember this, the serial number for the gym room is x07-791"
    assert not grounded_patterns([Message("user", said)])
    with Model.open(builtin_model_path()) as model:
        closed = Prompting(model.tokenizer, model.chat_template, closed=True)
        opening = model.tokenizer.special_tokens["<|memory_start|>"]
        for asked, opens in ((said, False), ("my cat is called Tom", True)):
            grammar = constraint(closed, asked)
            assert allowed(grammar, grammar.start(), model.vocab_size)[opening] == opens
