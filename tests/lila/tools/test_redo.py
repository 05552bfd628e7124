"""Killed at any point of a turn, Lila wakes up with a diary and a shelf that say the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from killing import killed

from lila.backends.base import Prompt
from lila.core import LilaCore
from lila.tools.redo import redo
from lila.tools.shelf import Shelf
from memory.grammar import Store, render, render_tool_call

Boot = Callable[..., LilaCore]
TIMER = "set a timer for ten minutes"
MILK = "add milk to the shopping list"
BOTH = "my door code is 4821, and add milk to the shopping list"
ADD_MILK = render_tool_call("list_add", {"list": "shopping", "items": "milk"})
CODE = render(Store("your door code is 4821", "personal", ("you", "door code")))
ANSWERS = {
    TIMER: render_tool_call("timer_set", {"duration": "ten minutes"}),
    MILK: ADD_MILK,
    BOTH: f"{CODE}\n{ADD_MILK}",
    "take milk off": render_tool_call("list_remove", {"list": "shopping", "items": "milk"}),
}


def script(prompt: Prompt) -> str:
    return ANSWERS.get(prompt.messages[-1].content, "All right.")


POINTS = ("before the line", "after the line", "before the commit", "after the commit")


def items(core: LilaCore) -> list[object]:
    return [row[0] for row in core.hands._shelf.rows("SELECT item FROM lists")]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("said", [TIMER, MILK, BOTH])
def test_killed_anywhere_it_is_all_there_once_or_not_at_all(scripted: Boot, said: str, point: str) -> None:
    killed(lambda: scripted(script), said, point)
    wanted = 0 if point == "before the line" else 1
    for _ in range(2):  # what was made good isn't made again
        core = scripted(script)
        assert len(core.journal.tail(9)) == wanted
        assert len(items(core)) + len(core.hands.pending()) == wanted
        assert len(core.what_do_i_know()) == wanted * (said == BOTH)
        core.close()


def test_a_timer_that_is_made_good_runs_from_when_it_was_set(
    scripted: Boot, clock: Callable[[], object]
) -> None:
    killed(lambda: scripted(script), TIMER, "after the line")
    set_at = clock.at  # type: ignore[attr-defined]
    clock.at = set_at.replace(minute=set_at.minute + 4)  # type: ignore[attr-defined]
    assert scripted(script).hands.pending()[0].due_at == set_at.timestamp() + 600


def test_what_was_done_otherwise_since_is_left_alone(scripted: Boot) -> None:
    killed(lambda: scripted(script), MILK, "after the line")
    core = scripted(script)
    assert core.think("take milk off").text == "Removed milk from the shopping list."
    core.close()
    assert items(scripted(script)) == []


def test_what_was_there_already_does_not_come_back(scripted: Boot) -> None:
    core = scripted(script)
    core.think(MILK)
    core.close()
    core = scripted(script)
    assert core.think(MILK).text == "Milk is already on the shopping list."
    core.close()
    core = scripted(script)
    core.think("take milk off")
    assert items(scripted(script)) == []


def test_turns_from_before_the_shelf_kept_count_are_left_alone(scripted: Boot) -> None:
    killed(lambda: scripted(script), TIMER, "after the line")
    core = scripted(lambda prompt: "", settings=None)
    with core.hands._shelf.writing() as db:
        db.execute("DELETE FROM kept_turns WHERE turn != ''")
        db.execute("DELETE FROM timers")
        db.execute("UPDATE kept_turns SET at = at + 3600")
    assert redo(core.hands._shelf, core.tools, core.journal) == ()
    with core.hands._shelf.writing() as db:
        db.execute("UPDATE kept_turns SET at = at - 7200")
    assert len(redo(core.hands._shelf, core.tools, core.journal)) == 1


def test_a_private_turn_leaves_no_number(scripted: Boot) -> None:
    core = scripted(script)
    core.think(TIMER, {"private": True})
    shelf: Shelf = core.hands._shelf
    assert len(core.hands.pending()) == 1
    assert shelf.rows("SELECT count(*) FROM kept_turns") == [(1,)]
