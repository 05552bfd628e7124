"""What starts with a slash, on a real store and diary."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest

from lila.config import Config
from lila.core import LilaCore
from lila.errors import BadValue, LilaError
from lila.terminal.commands import Commands, Leave
from lila.terminal.doors import local_door

Run = Callable[[str], str]


@pytest.fixture
def core(scripted: Callable[..., LilaCore]) -> Iterator[LilaCore]:
    core = scripted("All right.")
    core.remember("personal", "my door code is 4821")
    core.remember("wiki", "the cellar is damp")
    return core


@pytest.fixture
def commands(core: LilaCore) -> Commands:
    return Commands(local_door(core))


@pytest.fixture
def run(commands: Commands) -> Run:
    def run(line: str) -> str:
        out = io.StringIO()
        commands.run(line, out)
        return out.getvalue()

    return run


def test_help_names_every_command(run: Run) -> None:
    text = run("/help")
    for name in ("/help", "/memory", "/forget", "/why", "/mode", "/private", "/reset", "/exit"):
        assert name in text


def test_a_command_may_be_shouted(run: Run) -> None:
    assert run("/HELP") == run("/help")


@pytest.mark.parametrize("line", ["/nonsense", "/", "/helpme"])
def test_an_unknown_command_points_to_help(run: Run, line: str) -> None:
    with pytest.raises(LilaError, match="/help"):
        run(line)


def test_memory_lists_and_searches_without_counting_as_use(run: Run, core: LilaCore) -> None:
    assert run("/memory").splitlines()[1].split(maxsplit=2) == ["1", "personal", "your door code is 4821"]
    assert "cellar" not in run("/memory door")
    core.store.add("personal", "my bicycle is green", speaker="Ada")
    assert run("/memory bicycle").endswith("your bicycle is green  (told by Ada)\n")
    assert run("/memory unicorns") == "   Nothing matches.\n"
    core.store.flush()
    assert core.store.get(1).uses == 0


def test_an_empty_memory_says_so(run: Run, core: LilaCore) -> None:
    core.forget("1")
    core.forget("2")
    assert run("/memory") == "   Nothing yet.\n"


def test_forget_by_words_and_by_number(run: Run, core: LilaCore) -> None:
    assert run("/forget door code") == "   I've forgotten it.\n"
    assert run("/forget 2") == "   I've forgotten it.\n"
    assert core.what_do_i_know() == []
    assert "99" in run("/forget 99")
    with pytest.raises(LilaError, match="/forget"):
        run("/forget")


def test_mode_is_shown_changed_and_switched_off(run: Run, commands: Commands) -> None:
    assert run("/mode") == "   mode: none\n"
    assert run("/mode brief") == "   mode: brief\n"
    assert commands.context["mode"] == "brief"
    with pytest.raises(BadValue, match="brief"):
        run("/mode brif")
    assert commands.context["mode"] == "brief"
    run("/mode off")
    assert "mode" not in commands.context


def test_private_is_a_switch(run: Run, commands: Commands) -> None:
    assert commands.context["private"] is False
    assert "on: nothing is remembered or logged" in run("/private")
    assert commands.context["private"] is True
    assert "off" in run("/private")
    assert commands.context["private"] is False


def test_why_gives_the_account_of_the_last_turn(core: LilaCore) -> None:
    door = local_door(core)
    commands = Commands(door)
    out = io.StringIO()
    commands.run("/why", out)
    assert "Nothing was said yet" in out.getvalue()
    list(door.turn("what is my door code?", commands.context))
    commands.run("/why", out)
    assert "your door code is 4821" in out.getvalue()
    assert "answered by scripted" in out.getvalue()


def test_reset_begins_anew_and_keeps_memories(core: LilaCore) -> None:
    door = local_door(core)
    commands = Commands(door)
    list(door.turn("hello", commands.context))
    commands.run("/reset", io.StringIO())
    assert core.why(door.conversation).turn == ""
    assert len(core.what_do_i_know()) == 2


def test_exit_leaves(run: Run) -> None:
    with pytest.raises(Leave):
        run("/exit")


def test_a_number_that_no_memory_can_have(run: Run) -> None:
    assert "no memory" in run("/forget " + "9" * 40)
    assert run("/forget ²") != ""


def test_more_than_is_shown_is_said(run: Run, core: LilaCore) -> None:
    assert "more" not in run("/memory")
    for number in range(40):
        core.store.add("wiki", f"shelf {number} holds box {number}")
    assert len(run("/memory").splitlines()) == 31
    assert "`lila memory list` has all" in run("/memory")


def test_two_doors_hold_two_conversations(core: LilaCore, config: Config) -> None:
    assert local_door(core).conversation != local_door(core).conversation


@pytest.mark.parametrize("line, near", [("/mem", "/memory"), ("/forgt x", "/forget"), ("/WHY?", "/why")])
def test_the_nearest_command_is_named(run: Run, line: str, near: str) -> None:
    with pytest.raises(LilaError, match=f"did you mean {near}"):
        run(line)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_lines_are_wrapped_and_can_not_steer_it(
    commands: Commands, core: LilaCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    core.store.add("wiki", "the shelf in the cellar holds \x1b[2J jam, apples, and the old sledge")
    screen = Screen()
    commands.run("/memory", screen)
    shown = screen.getvalue()
    assert max(map(len, shown.splitlines())) <= 50
    assert shown.splitlines()[1].startswith(" " * 19)
    assert "\x1b" not in shown
