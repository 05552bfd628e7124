"""The memory as doors see it, on a real store and diary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lila.core import LilaCore
from lila.shelf import Shelf, memory_number


@pytest.fixture
def core(scripted: Callable[..., LilaCore]) -> LilaCore:
    core = scripted("All right.")
    core.remember("personal", "my door code is 4821")
    core.remember("wiki", "the cellar is damp")
    return core


def test_the_newest_first_and_whether_there_is_more(core: LilaCore) -> None:
    shelf = Shelf(core)
    assert [each.id for each in shelf.memories().memories] == [2, 1]
    assert shelf.memories(limit=2).more is False
    short = shelf.memories(limit=1)
    assert ([each.id for each in short.memories], short.more) == ([2], True)


def test_words_find_and_blanks_are_no_words(core: LilaCore) -> None:
    shelf = Shelf(core)
    assert [each.text for each in shelf.memories("cellar").memories] == ["the cellar is damp"]
    assert len(shelf.memories("  \n").memories) == 2
    core.store.flush()
    assert core.store.get(2).uses == 0


def test_forgetting_by_words_and_number(core: LilaCore) -> None:
    shelf = Shelf(core)
    done = shelf.forget("door code")
    assert (done.forgotten, done.ids) == (True, (1,))
    assert shelf.forget(" 2 ").forgotten
    again = shelf.forget("2")
    assert (again.forgotten, again.ids) == (False, ())
    assert core.what_do_i_know() == []


def test_what_belongs_to_somebody_else_says_so_and_stays(core: LilaCore) -> None:
    core.store.add("personal", "my bicycle is green", speaker="Ada")
    assert [each.told_by for each in Shelf(core).memories().memories] == ["Ada", "", ""]
    assert not Shelf(core).forget("3").forgotten
    assert core.store.get(3).text


@pytest.mark.parametrize("what", ["99", "9223372036854775808", "9" * 500, "9" * 5000, "²", "٤", "-1", "1.5"])
def test_numbers_that_no_memory_has(core: LilaCore, what: str) -> None:
    done = Shelf(core).forget(what)
    assert not done.forgotten
    assert done.message
    assert len(core.what_do_i_know()) == 2


@pytest.mark.parametrize(
    "what, number", [("12", 12), (" 012 ", 12), ("12 eggs", None), ("²", None), ("٤", None), ("", None)]
)
def test_what_is_a_number(what: str, number: int | None) -> None:
    assert memory_number(what) == number
