"""The store as a whole: files, processes, threads, and what users of other memories complain of."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import memory
from memory.errors import GrammarError, SchemaTooNew, StoreBusy, StoreUnavailable
from memory.grammar import Consolidate
from memory.grammar import Store as Keep
from memory.model import OpContext
from memory.schema.migrations import MIGRATIONS
from memory.store import Store

if TYPE_CHECKING:
    from conftest import Clock, Person


def test_the_public_surface() -> None:
    assert memory.__all__ == ["LilaMemoryError", "Memory", "OpContext", "Outcome", "Recalled", "Store"]


def test_the_files_are_private(store: Store) -> None:
    store.add("personal", "my door code is 4821")
    for path in Path(store.path).parent.glob("memory.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    for expected in range(3):
        with Store(tmp_path / "deep" / "memory.db") as store:
            assert len(store.list()) == expected
            store.add("personal", f"my code number {expected} is {expected}111")


def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but mine " * 100)
    with pytest.raises(StoreUnavailable):
        Store(text)
    assert text.read_text().startswith("not a database")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    with pytest.raises(StoreUnavailable, match="something else"):
        Store(tmp_path / "other.db")
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    with pytest.raises(StoreUnavailable):
        Store(tmp_path)


def test_a_later_schema_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "memory.db").close()
    raw = sqlite3.connect(tmp_path / "memory.db")
    raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    raw.close()
    with pytest.raises(SchemaTooNew, match="Update Lila"):
        Store(tmp_path / "memory.db")


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.list()


def test_unknown_names_are_refused(store: Store) -> None:
    with pytest.raises(GrammarError):
        store.add("secret", "my code is 1")
    with pytest.raises(GrammarError):
        store.recall("code", namespaces=["secret"])
    with pytest.raises(ValueError, match="Unknown state"):
        store.list(state="holy")


def _write_many(path: str, name: str, count: int) -> None:
    with Store(path) as store:
        for number in range(count):
            store.add("personal", f"my {name} item {number} is blue", tags=("you", f"{name} item {number}"))
            store.apply(
                [Keep("your shared motto is onward", tags=("you", "motto"))],
                OpContext(f"{name}{number}", "owner", "my shared motto is onward"),
            )


def test_two_processes_lose_no_update(tmp_path: Path) -> None:
    path = str(tmp_path / "memory.db")
    start = multiprocessing.get_context("spawn")
    workers = [start.Process(target=_write_many, args=(path, name, 15)) for name in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with Store(path) as store:
        memories = store.list()
        assert len(memories) == 31
        motto = next(memory for memory in memories if memory.attribute == "motto")
        assert motto.repeats == 29


def _write_until_killed(path: str, ready: object) -> None:
    with Store(path) as store:
        number = 0
        while True:
            store.add("personal", f"my box {number} is blue", tags=("you", f"box {number}"))
            number += 1
            ready.send(number)  # type: ignore[attr-defined]


def test_a_killed_writer_loses_nothing_it_reported(tmp_path: Path) -> None:
    path = str(tmp_path / "memory.db")
    start = multiprocessing.get_context("spawn")
    here, there = start.Pipe()
    worker = start.Process(target=_write_until_killed, args=(path, there))
    worker.start()
    reported = 0
    while reported < 12:
        reported = here.recv()
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    while here.poll():
        reported = here.recv()
    with Store(path) as store:
        assert len(store.list()) >= reported
        assert len(store.recall("box 3")) >= 1


def test_readers_do_not_wait_for_a_writer_and_writers_wait_only_so_long(tmp_path: Path) -> None:
    with Store(tmp_path / "memory.db", busy_timeout_s=0.2) as store:
        store.add("personal", "my door code is 4821")
        other = sqlite3.connect(tmp_path / "memory.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert len(store.list()) == 1
        with pytest.raises(StoreBusy):
            store.add("personal", "my bike is red")
        other.execute("ROLLBACK")
        assert store.add("personal", "my bike is red").fate == "applied"


def test_many_threads_share_one_store(store: Store) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(8):
                store.add("personal", f"my {name} {number} is blue", tags=("you", f"{name} {number}"))
                assert store.recall(f"{name} {number}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("cup", "lamp", "chair", "spoon")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.list()) == 32


def test_adding_by_hand_is_worded_as_lila_says_it(store: Store) -> None:
    store.add("personal", "I am allergic to my cat")
    assert store.get(1).text == "you are allergic to your cat"


def test_listing_hides_what_no_longer_holds(store: Store, person: Person) -> None:
    person.say("my door code is 1", Keep("your door code is 1", tags=("you", "door code")))
    person.say("change my door code to 2", Consolidate("your door code is 2", tags=("you", "door code")))
    assert [memory.id for memory in store.list()] == [2]
    assert [memory.id for memory in store.list(state="superseded")] == [1]
    assert store.list("wiki") == []
    assert len(store.list(limit=0)) == 0


def test_what_is_used_often_moves_to_a_lasting_namespace(store: Store, clock: Clock) -> None:
    store.add("episodic", "I planted a walnut tree")
    for _ in range(8):
        store.used([1])
    store.flush()
    assert store.get(1).namespace == "personal"
    assert store.history(1)[0].action == "promoted"


def test_strength_fades_by_reading_the_clock_not_by_reading_twice(store: Store, clock: Clock) -> None:
    store.add("personal", "my door code is 4821")
    clock.pass_hours(300)
    assert store.get(1).strength == store.get(1).strength < store.get(1).confidence
    assert store.get(1).confidence == 1.0


def test_a_store_from_before_one_spelling_is_searched_in_either(set_back: Callable[..., Path]) -> None:
    path = set_back(
        "my favourite colour is green",
        5,
        "DELETE FROM memory_index",
        "INSERT INTO memory_index VALUES ('your favourite colour is green', '', '', '')",
        "UPDATE memories SET told_attribute_key = 'favourit colour', attribute_key = 'favourit colour'",
    )
    with Store(path) as store:
        assert [each.memory.text for each in store.recall("what's my favorite color")] == [
            "your favourite colour is green"
        ]
        said = "your favorite color is blue"
        outcome = store.apply([Keep(said)], OpContext("", "owner", said))[0]
        assert outcome.fate == "contested"
