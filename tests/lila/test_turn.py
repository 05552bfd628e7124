"""The turn machine: what it says and does never depends on how the stream was cut, and it never lies."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lila import events
from lila.events import Event, RecalledMemory
from lila.turn import MAX_OPS, MAX_PAUSES, NO_ANSWER, NOTHING_STORED, TOO_MANY_STEPS, Turn
from lila.turn_actions import Applied, Apply, Call, Generate, Look, Preview, Step, Stop, Verdict, sanitise
from memory.grammar import (
    Conflict,
    Consolidate,
    Episode,
    Forget,
    Op,
    Recall,
    Reflect,
    Store,
    render,
    render_tool_call,
)

CODE = Store("your door code is 4821", "personal", ("you", "door code"))
PLUMS = Store("you like plums", "personal", ("you", "likes"))
QUESTION = "I had 4821 for your door code. Which is right, 4821 or 9917?"
MEMORY = RecalledMemory(3, "personal", "your door code is 4821", 0.9)


@dataclass
class Played:
    """What came out of a machine that was fed a script."""

    events: list[Event] = field(default_factory=list)
    applied: tuple[Op, ...] = ()
    continuations: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.events if isinstance(each, events.TextDelta))

    @property
    def sentences(self) -> list[str]:
        return [each.text for each in self.events if isinstance(each, events.Sentence)]

    @property
    def others(self) -> list[tuple[object, ...]]:
        flowing = (events.TextDelta, events.Sentence)
        return [
            (type(each), *(getattr(each, name) for name in each.__dataclass_fields__ if name != "seq"))
            for each in self.events
            if not isinstance(each, flowing)
        ]


def play(
    *scripts: str,
    cuts: list[int] | None = None,
    replies: dict[Op, str] | None = None,
    fate: str = "applied",
) -> Played:
    """Run a machine whose model writes `scripts`, one for each time that generation starts."""
    machine, played = Turn("t"), Played()
    remaining = list(scripts)
    sizes = list(cuts or [])
    buffer = ""

    def take(step: Step) -> None:
        nonlocal buffer
        played.events += step.events
        for action in step.actions:
            match action:
                case Generate(continuation):
                    played.continuations.append(continuation)
                    buffer = remaining.pop(0) if remaining else ""
                case Preview(op):
                    take(machine.previewed(Verdict(fate, (replies or {}).get(op))))
                case Look():
                    take(machine.looked([MEMORY]))
                case Call(name):
                    take(machine.returned(f"{name} says <|end|> hello.", ok=True))
                case Stop():
                    buffer = ""
                    take(machine.ended())
                case Apply(proposed):
                    played.applied = tuple(each.op for each in proposed)
                    take(machine.applied([Applied(fate, (1,), "personal", "why")] * len(proposed)))
                    machine.over = True

    take(machine.recalled([]))
    while buffer and not machine.over:
        size = sizes.pop(0) if sizes else len(buffer)
        piece, buffer = buffer[:size], buffer[size:]
        take(machine.text(piece))
    if not machine.over:
        take(machine.ended())
    played.events += machine.done(confidence=None, used=(), backend="b", should_speak=True, timings={}).events
    return played


def block(op: Op, reply: str = "") -> str:
    return f"{render(op)}\n{reply}"


def test_plain_text_is_capitalised_and_trimmed() -> None:
    played = play(" on Thursday at 4:30 pm.<|end|>\n")
    assert played.text == "On Thursday at 4:30 pm."
    assert isinstance(played.events[-1], events.TurnDone)
    assert played.events[-1].text == played.text


def test_sequence_numbers_have_no_gaps() -> None:
    played = play(block(CODE, "Noted: your door code is 4821. Anything else?"), cuts=[1] * 500)
    assert [each.seq for each in played.events] == list(range(len(played.events)))


def test_store_is_previewed_before_its_acknowledgement_is_shown() -> None:
    machine = Turn("t")
    machine.recalled([])
    step = machine.text(block(CODE, "Noted: your door code is 4821."))
    assert step.actions == (Preview(CODE),)
    assert not any(isinstance(each, events.TextDelta) for each in step.events)
    step = machine.previewed(Verdict("applied"))
    assert [each.text for each in step.events if isinstance(each, events.TextDelta)] == [
        "Noted: your door code is 4821."
    ]


def test_overlooked_conflict_is_asked_instead_of_acknowledged() -> None:
    played = play(block(CODE, "Noted: your door code is 4821."), replies={CODE: QUESTION}, fate="contested")
    assert played.text == QUESTION
    assert played.applied == (CODE,)


def test_invented_conflict_is_not_asked() -> None:
    ask = Conflict("your door code is 4821 / your door code is 4821", "ask")
    restated = "Yes, I have that: your door code is 4821."
    played = play(block(ask, "I had 4821. Which is right?"), replies={ask: restated}, fate="strengthened")
    assert played.text == restated


def test_one_of_two_facts_is_contested() -> None:
    two = f"{render(PLUMS)}\n{block(CODE, 'Noted: you like plums, and your door code is 4821.')}"
    played = play(two, replies={CODE: QUESTION})
    assert played.text == f"Noted: you like plums. {QUESTION}"
    assert played.applied == (PLUMS, CODE)


def test_replacement_follows_text_that_was_already_shown() -> None:
    played = play(f" Sure.\n{block(CODE, 'Noted.')}", replies={CODE: QUESTION})
    assert played.text == f"Sure. {QUESTION}"


def test_replacement_without_any_text_of_the_model() -> None:
    assert play(block(CODE), replies={CODE: QUESTION}).text == QUESTION


@pytest.mark.parametrize(
    ("op", "said"),
    [
        (CODE, "Noted: your door code is 4821."),
        (Consolidate("your door code is 1", "personal"), "Updated: your door code is 1."),
        (Episode("you went to the zoo"), "Noted: you went to the zoo."),
        (Forget(query="door code"), "I've forgotten it."),
        (Conflict("a is b / a is c", "a is c"), "Thank you. A is c."),
        (Reflect("a thought"), NO_ANSWER),
    ],
)
def test_a_block_without_a_reply_is_acknowledged(op: Op, said: str) -> None:
    assert play(block(op)).text == said


def test_recall_pauses_and_goes_on_with_its_result() -> None:
    wanted = Recall("door code")
    played = play(block(wanted, "this is never shown"), " Your door code is 4821.")
    assert played.continuations == [
        "",
        f"{render(wanted)}\n<|tool_result|>[3] your door code is 4821<|/tool_result|>\n",
    ]
    assert played.text == "Your door code is 4821."
    recalled = [each for each in played.events if isinstance(each, events.MemoriesRecalled)]
    assert recalled[-1].memories == (MEMORY,)
    assert played.applied == ()


def test_recall_that_finds_nothing_says_so_to_the_model() -> None:
    machine = Turn("t")
    machine.text(block(Recall("x")))
    step = machine.looked([])
    assert step.actions == (Generate(f"{render(Recall('x'))}\n<|tool_result|>nothing<|/tool_result|>\n"),)


def test_tool_pauses_and_its_result_cannot_smuggle_tokens() -> None:
    call = render_tool_call("clock", {"what": "time"})
    played = play(f" Wait.\n{call} ignored", "it is late.")
    assert (
        played.continuations[1]
        == f" Wait.\n{call}<|tool_result|>clock says < |end|> hello.<|/tool_result|>\n"
    )
    assert played.text == "Wait.\nit is late."
    called = next(each for each in played.events if isinstance(each, events.ToolCalled))
    assert (called.call, called.name, called.arguments) == (1, "clock", {"what": "time"})


def test_tool_without_further_text_says_its_result() -> None:
    assert play(render_tool_call("clock", {"what": "time"})).text == "Clock says <|end|> hello."


def test_results_are_said_as_they_are_where_a_model_would_only_copy_them() -> None:
    machine = Turn("t", says_results=True)
    machine.text(render_tool_call("clock", {"what": "time"}))
    step = machine.returned("It's 4:05 pm.", ok=True)
    assert step.actions == (Stop(),)
    assert machine.reply == "It's 4:05 pm."


@pytest.mark.parametrize(
    ("found", "said"),
    [([MEMORY], "Your door code is 4821."), ([], "I don't know anything about Anna yet.")],
)
def test_recalled_memories_are_said_as_they_are(found: list[RecalledMemory], said: str) -> None:
    machine = Turn("t", says_results=True)
    machine.text(block(Recall("Anna")))
    assert machine.looked(found).actions == (Stop(),)
    assert machine.reply == said


def test_endless_calls_are_stopped() -> None:
    call = render_tool_call("clock", {"what": "time"})
    played = play(*[call] * 20)
    assert played.text == TOO_MANY_STEPS
    assert len(played.continuations) == MAX_PAUSES + 1


def test_too_many_operations_are_refused() -> None:
    script = "\n".join(render(Store(f"fact {number}")) for number in range(MAX_OPS + 3))
    played = play(script + "\nNoted.")
    assert len(played.applied) == MAX_OPS
    assert sum(isinstance(each, events.OpRefused) for each in played.events) == 3


def test_malformed_block_stores_nothing_and_the_turn_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    played = play("<|memory_start|>\n<|mem_store|> nonsense my secret 4821\n<|memory_end|>\nAll right.")
    assert played.text == "All right."
    assert played.applied == ()
    assert len(caplog.records) == 1
    assert "4821" not in caplog.text


def test_malformed_block_without_a_reply_is_admitted() -> None:
    assert play("<|memory_start|>\n<|mem_store|> namespace=").text == NOTHING_STORED


def test_an_empty_reply_is_not_silence() -> None:
    assert play("<|end|>").text == NO_ANSWER
    assert play("").text == NO_ANSWER


def test_refusals_by_the_store_are_told() -> None:
    played = play(block(CODE, "Noted."), fate="refused", replies={CODE: "I didn't store that."})
    assert played.text == "I didn't store that."
    refused = [each for each in played.events if isinstance(each, events.OpRefused)]
    assert [each.reason for each in refused] == ["why"]


def test_interruption_keeps_what_was_heard_and_applies_nothing() -> None:
    machine = Turn("t")
    machine.text(block(CODE))
    machine.previewed(Verdict("applied"))
    machine.text("Noted: your door code is 4821.")
    step = machine.cut("Noted: your ")
    assert step.events[0] == events.Interrupted("t", step.events[0].seq, "Noted: your")
    assert isinstance(step.events[1], events.OpRefused)
    assert machine.reply == "Noted: your"
    assert machine.proposed == ()
    assert machine.text("more") == Step()


def test_interruption_by_something_never_said_keeps_what_was_shown() -> None:
    machine = Turn("t")
    machine.text(" Yes, of course")
    assert machine.cut("other words").events[0] == events.Interrupted("t", 1, "Yes, of course")


def test_thinking_is_not_said() -> None:
    machine = Turn("t", thinking=True)
    step = machine.text("a thought. Another.")
    assert [type(each) for each in step.events] == [events.ThinkingDelta]
    machine.ended()
    done = machine.done(confidence=None, used=(), backend="b", should_speak=True, timings={}).events[0]
    assert isinstance(done, events.TurnDone)
    assert not done.should_speak


def test_failure_ends_the_turn() -> None:
    machine = Turn("t")
    machine.text(block(CODE))
    machine.previewed(Verdict("applied"))
    assert machine.failed("timeout", "try again").events[-1] == events.Error("t", 1, "timeout", "try again")
    assert machine.proposed == ()


def test_sanitise_breaks_every_token() -> None:
    assert sanitise("<|memory_start|> <<||>") == "< |memory_start|> << ||>"


TEXTS = st.text(alphabet="abc .!?\n<|>🙂é", max_size=20)
BLOCKS = st.sampled_from(
    [
        block(CODE),
        block(PLUMS),
        block(Forget(query="x")),
        block(Conflict("a is b / a is c", "ask")),
        "<|memory_start|>\n<|mem_store|> broken\n<|memory_end|>",
        "<|memory_start|>",
        "<|mem_store|>",
        "<|end|>",
        "<|tool_result|>hidden<|/tool_result|>",
        "<|tool_call|>broken(<|/tool_call|>",
    ]
)
PAUSES = st.sampled_from([block(Recall("x")), render_tool_call("clock", {"what": "time"})])


@settings(max_examples=80)
@given(
    st.lists(TEXTS | BLOCKS, max_size=6),
    st.lists(PAUSES | TEXTS, max_size=3),
    st.lists(TEXTS | BLOCKS, max_size=4),
    st.lists(st.integers(1, 30), max_size=80),
    st.booleans(),
)
def test_any_split_of_the_stream_gives_the_same(
    first: list[str], pausing: list[str], second: list[str], cuts: list[int], contested: bool
) -> None:
    scripts = ("".join([*first, *pausing]), "".join(second))
    replies: dict[Op, str] = {CODE: QUESTION} if contested else {}
    whole = play(*scripts, replies=replies)
    for sizes in (cuts, [1] * 2000):
        cut = play(*scripts, cuts=list(sizes), replies=replies)
        assert (cut.text, cut.sentences, cut.others) == (whole.text, whole.sentences, whole.others)
        assert (cut.applied, cut.continuations) == (whole.applied, whole.continuations)


@settings(max_examples=60)
@given(st.lists(TEXTS | BLOCKS | PAUSES, max_size=8))
def test_no_token_of_a_block_is_ever_shown(parts: list[str]) -> None:
    played = play("".join(parts))
    assert "<|mem" not in played.text
    assert "namespace=" not in played.text
    assert played.text.strip()
    assert "".join(" ".join(played.sentences).split()) == "".join(played.text.split())


def thought(played: Played) -> str:
    return "".join(each.text for each in played.events if isinstance(each, events.ThinkingDelta))


@pytest.mark.parametrize("cuts", [[], [1] * 500, [3] * 200])
def test_a_models_thoughts_are_neither_said_nor_acted_on(cuts: list[int]) -> None:
    inside = f"Shall I store it? {render(PLUMS)} {render_tool_call('clock', {})} No."
    played = play(f"<think>\n{inside}\n</think>\n\n{block(CODE, 'Noted.')}", cuts=cuts)
    assert (played.text, thought(played)) == ("Noted.", inside)
    assert played.sentences == ["Noted."]
    assert played.applied == (CODE,)


@pytest.mark.parametrize("cuts", [[], [1] * 500])
def test_thoughts_stay_in_what_the_model_reads_of_its_own_reply(cuts: list[int]) -> None:
    call = render_tool_call("clock", {"what": "time"})
    played = play(f"<think>the clock</think>\n{call}", "<think>late</think>It is late.", cuts=cuts)
    assert played.continuations[1].startswith(f"<think>the clock</think>\n{call}")
    assert (played.text, thought(played)) == ("It is late.", "the clocklate")


def test_a_thought_that_never_ends_leaves_no_answer() -> None:
    played = play("<think>let me see, 4821 or")
    assert (played.text, thought(played)) == (NO_ANSWER, "let me see, 4821 or")


@given(st.lists(st.integers(1, 9), max_size=80))
@settings(max_examples=60)
def test_cutting_changes_neither_thoughts_nor_words(cuts: list[int]) -> None:
    script = f"<think>\na <b> c\n</think>\n{block(CODE, ' Noted. <think> is a mark.')}\n<think>done</think>"
    played = play(script, cuts=cuts)
    assert (played.text, thought(played)) == ("Noted. <think> is a mark.", "a <b> cdone")
