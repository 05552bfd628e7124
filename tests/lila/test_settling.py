"""A question that was just asked is settled by the person's words, whatever the model writes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lila import events
from lila.backends.base import Prompt
from lila.config import Config
from lila.core import LilaCore
from lila.events import Event
from memory.grammar import Conflict, Consolidate, Forget, Op, Recall, Reflect, Store, render, render_tool_call

Boot = Callable[..., LilaCore]
TAGS = ("you", "door code")
OLD, NEW = "your door code is 4821", "your door code is 9917"
TOLD = {
    "my door code is 4821": render(Store(OLD, "personal", TAGS)),
    "actually my door code is 9917": render(Store(NEW, "personal", TAGS)),
}


def writes(reply: str) -> Callable[[Prompt], str]:
    """A model that takes both claims in, and answers everything else with `reply`."""

    def script(prompt: Prompt) -> str:
        last = prompt.messages[-1].content
        return next((block for said, block in TOLD.items() if last.endswith(said)), reply)

    return script


def blocks(*ops: Op, text: str = "All right.") -> str:
    return "\n".join(map(render, ops)) + f"\n{text}"


def asked(scripted: Boot, reply: str, **fields: object) -> LilaCore:
    core = scripted(writes(reply), **fields)
    for said in TOLD:
        core.think(said)
    assert len(core.store.conflicts()) == 1
    return core


def answer(core: LilaCore, said: str, **context: object) -> tuple[str, list[Event]]:
    happened = list(core.stream(said, context))
    done = happened[-1]
    assert isinstance(done, events.TurnDone), done
    assert done.text == "".join(each.text for each in happened if isinstance(each, events.TextDelta))
    return done.text, happened


def known(core: LilaCore) -> list[tuple[str, str]]:
    return sorted((each.text, each.state) for each in core.store.list())


SLIPS = {
    "nothing": "Hm.",
    "an empty reply": "",
    "an answer to something else": "The weather is fine.",
    "a recall": render(Recall("door code")),
    "a tool": render_tool_call("calculate", {"expression": "9917"}),
    "a claim nobody made": blocks(Store("your door code is 9971", "personal", TAGS)),
    "the other value": blocks(Conflict(f"{OLD} / {NEW}", OLD)),
    "the other value, stored": blocks(Store(OLD, "personal", TAGS)),
    "a garbled resolution": blocks(Conflict(f"{OLD} / {NEW}", "your door code is 9971")),
    "another question": blocks(Conflict(f"{OLD} / {NEW}", "ask")),
    "the value alone": blocks(Store("9917", "personal")),
    "a correction": blocks(Consolidate("your door code is 9971", "personal", TAGS)),
    "both": blocks(Conflict(f"{OLD} / {NEW}", OLD), Store(NEW, "personal", TAGS)),
    "forgetting": blocks(Forget(query="door code")),
    "a torn block": "<|memory_start|>\n<|mem_conflict|> type=",
    "a broken block": "<|memory_start|>\n<|mem_conflict|> nonsense\n<|memory_end|>\nThank you.",
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
@pytest.mark.parametrize("step", [1, 4000])
def test_a_slip_of_the_small_model_is_put_right(scripted: Boot, slip: str, step: int) -> None:
    core = asked(scripted, slip, step=step)
    text, happened = answer(core, "9917")
    assert text == "Thank you. Your door code is 9917."
    assert known(core) == [(NEW, "approved")]
    assert [each.fate for each in happened if isinstance(each, events.OpApplied)] == ["resolved"]
    assert core.store.conflicts() == []


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_of_a_larger_model_is_put_right_too(scripted: Boot, slip: str) -> None:
    core = asked(scripted, slip, dialect="taught")
    text, _ = answer(core, "4821")
    assert text.endswith("Thank you. Your door code is 4821.")
    assert known(core) == [(OLD, "approved")]


def test_a_model_that_does_it_is_left_alone(scripted: Boot, config: Config) -> None:
    right = blocks(Conflict("your code / your door code is 9917", NEW), text="Thank you.")
    core = asked(scripted, right, dialect="taught")
    _, happened = answer(core, "9917")
    (done,) = [each for each in happened if isinstance(each, events.OpApplied)]
    assert (done.fate, done.op.description) == ("resolved", "your code / your door code is 9917")
    assert len([each for each in happened if isinstance(each, events.OpProposed)]) == 1


def test_the_decision_is_the_persons_in_the_history_and_in_the_diary(scripted: Boot, config: Config) -> None:
    core = asked(scripted, "Hm.")
    _, happened = answer(core, "9917")
    last = core.store.history()[0]
    assert (last.actor, last.turn) == ("owner", happened[0].turn)
    line = json.loads(next((config.home / "log").glob("*.jsonl")).read_text().splitlines()[-1])
    assert [op["fate"] for op in line["said"]["ops"]] == ["resolved"]
    assert line["said"]["text"] == "9917"


@pytest.mark.parametrize(
    "said", ["no idea", "what is the time?", "9917 and buy milk", "4821 or 9917", "1234"]
)
def test_another_answer_leaves_it_open(scripted: Boot, said: str) -> None:
    core = asked(scripted, "Hm.")
    text, _ = answer(core, said)
    assert text == "Hm."
    assert len(core.store.conflicts()) == 1


def test_only_the_turn_after_the_question_answers_it(scripted: Boot) -> None:
    core = asked(scripted, "Hm.")
    answer(core, "what is the time?")
    assert answer(core, "9917")[0] == "Hm."
    assert len(core.store.conflicts()) == 1


def test_a_refused_guess_keeps_the_question_open(scripted: Boot) -> None:
    replies = iter([blocks(Conflict(f"{OLD} / {NEW}", NEW)), "Hm."])
    core = scripted(lambda prompt: TOLD.get(prompt.messages[-1].content) or next(replies))
    for said in TOLD:
        core.think(said)
    assert answer(core, "the weather is nice")[0] == "You haven't said which one is right, so both stay open."
    assert answer(core, "the old one")[0] == "Thank you. Your door code is 4821."


def test_nothing_is_settled_in_private_in_reflection_or_elsewhere(scripted: Boot) -> None:
    core = asked(scripted, "Hm.")
    assert answer(core, "9917", conversation="another")[0] == "Hm."
    assert len(core.store.conflicts()) == 1
    core.think("9917", {"private": True})
    assert len(core.store.conflicts()) == 1
    core = asked(scripted, "Hm.")
    core.think("9917", {"mode": "reflection"})
    assert len(core.store.conflicts()) == 1


def test_another_person_does_not_decide(scripted: Boot) -> None:
    core = asked(scripted, "Hm.")
    assert answer(core, "9917", speaker="Tom")[0] == "Hm."
    assert len(core.store.conflicts()) == 1


def test_what_else_the_larger_model_does_stands(scripted: Boot) -> None:
    core = asked(scripted, blocks(Reflect("codes change often"), text="Got it."), dialect="taught")
    _, happened = answer(core, "9917")
    assert [each.fate for each in happened if isinstance(each, events.OpApplied)] == ["pending", "resolved"]


def test_cutting_in_settles_nothing(scripted: Boot) -> None:
    core: list[LilaCore] = []
    core.append(asked(scripted, "Hm. " * 50, dialect="taught"))
    stream = core[0].stream("9917")
    for event in stream:
        if isinstance(event, events.TextDelta):
            core[0].interrupt("default")
    assert len(core[0].store.conflicts()) == 1


def test_only_whom_she_asked_may_answer(scripted: Boot) -> None:
    core = asked(scripted, "All right.")
    said, happened = answer(core, "the first one", speaker="guest")
    assert said == "All right."
    recalled = next(each for each in happened if isinstance(each, events.MemoriesRecalled))
    assert recalled.memories == ()
    assert "4821" not in str(core.chain.seen[-1].messages)  # type: ignore[attr-defined]
    assert len(core.store.conflicts()) == 1
    assert answer(core, "the first one")[0] == "Thank you. Your door code is 4821."
    assert known(core) == [(OLD, "approved")]
