"""Killed at any point of a turn, Lila wakes up with a diary and a memory that say the same."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from killing import POINTS, killed

from lila.backends.base import Prompt
from lila.config import Config
from lila.core import LilaCore
from lila.errors import LilaError
from lila.recovery import recover
from memory.errors import AlreadyApplied, StoreUnavailable
from memory.grammar import Forget, Store, render
from memory.model import OpContext
from training_log.errors import JournalUnwritable

Boot = Callable[..., LilaCore]
TOLD = "my door code is 4821"
CODE = Store("your door code is 4821", "personal", ("you", "door code"))
ANSWERS = {
    TOLD: f"{render(CODE)}\nNoted: your door code is 4821.",
    "it's 4821 now": f"{render(CODE)}\nNoted.",
    "forget my door code": f"{render(Forget(query='door code'))}\nI've forgotten it.",
}


def script(prompt: Prompt) -> str:
    return ANSWERS.get(prompt.messages[-1].content, "All right.")


def diary(config: Config) -> list[dict[str, object]]:
    files = sorted((config.home / "log").glob("interactions-*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [line for line in lines if line["kind"] == "turn"]


def kept(core: LilaCore) -> list[str]:
    return [each.text for each in core.what_do_i_know() if each.state == "approved"]


@pytest.mark.parametrize("point", POINTS)
def test_what_the_diary_says_is_in_the_memory(scripted: Boot, config: Config, point: str) -> None:
    killed(lambda: scripted(script), TOLD, point)
    core = scripted(script)
    told = [op["fate"] for line in diary(config) for op in line["said"]["ops"]]  # type: ignore[index]
    assert kept(core) == [CODE.content] * len(told)
    assert told == ([] if point == "before the line" else ["applied"])
    assert core.journal.verify().ok
    if told:
        memory = core.what_do_i_know()[0]
        assert (memory.source_turn, memory.source_text) == (diary(config)[0]["turn"], TOLD)
        assert (memory.state, memory.owner) == ("approved", "owner")
    core.close()
    assert kept(scripted(script)) == [CODE.content] * len(told), "a second boot changes nothing"


@pytest.mark.parametrize("point", POINTS)
def test_forgetting_is_whole_too(scripted: Boot, config: Config, point: str) -> None:
    core = scripted(script)
    core.think(TOLD)
    core.close()
    killed(lambda: scripted(script), "forget my door code", point)
    core = scripted(script)
    asked = any("forget" in json.dumps(line) for line in diary(config))
    words = any("code is 4821" in json.dumps(line) for line in diary(config))
    assert asked == (point != "before the line")
    assert (bool(kept(core)), words) == (not asked, not asked)


def test_words_of_the_turn_before_support_what_was_cut_off(scripted: Boot) -> None:
    core = scripted(script)
    core.think("the door has another code")
    core.close()
    killed(lambda: scripted(script), "it's 4821 now", "after the line")
    assert kept(scripted(script)) == [CODE.content]


def test_a_line_that_cannot_be_written_leaves_no_memory(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = scripted(script)

    def full(*_: object) -> int:
        raise JournalUnwritable("the disk is full")

    monkeypatch.setattr(core.journal, "append", full)
    with pytest.raises(LilaError, match="full"):
        core.think(TOLD)
    assert kept(core) == []
    monkeypatch.undo()
    assert core.think(TOLD).memory_ops


def test_a_commit_that_fails_leaves_neither(
    scripted: Boot, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = scripted(script)

    real = core.follow_forgetting

    def fails(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(core, "follow_forgetting", fails)
    with pytest.raises(LilaError, match="full"):
        core.think(TOLD)
    monkeypatch.setattr(core, "follow_forgetting", real)
    assert kept(core) == []
    assert [line["said"] for line in diary(config)] == [None]
    core.close()
    assert kept(scripted(script)) == []


def test_a_turn_is_applied_once(scripted: Boot) -> None:
    core = scripted(script)
    context = OpContext("t1", "owner", TOLD)
    core.store.apply([CODE], context, before_commit=lambda outcomes: None)
    with pytest.raises(AlreadyApplied):
        core.store.apply([CODE], context, before_commit=lambda outcomes: None)
    assert core.store.unapplied(["t1", "t2"]) == {"t2"}
    assert len(core.store.history()) == 1


def test_what_was_forgotten_later_does_not_come_back(scripted: Boot) -> None:
    core = scripted(script)
    core.think(TOLD)
    core.forget("door code")
    core.close()
    core = scripted(script)
    assert (kept(core), recover(core.store, core.journal)) == ([], ())


def test_lines_from_before_the_store_kept_count_are_left_alone(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = scripted(script)
    core.think(TOLD)
    monkeypatch.setattr(type(core.store), "since", property(lambda store: 4e9))
    with core.store._file.write() as db:
        db.execute("DELETE FROM applied_turns")
    assert recover(core.store, core.journal) == ()
    monkeypatch.undo()
    assert len(recover(core.store, core.journal)) == 1
