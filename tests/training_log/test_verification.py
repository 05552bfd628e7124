"""Whatever is wrong with a diary is found, and named for what it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from diaries import Clock, kinds, only_file, rewrite, turn, turns

from training_log import Journal
from training_log.reading import JournalReader
from training_log.verification import ProblemKind


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "change, kind",
    [
        (lambda rows: [rows[0].replace(b"fact 0", b"fact 9"), *rows[1:]], "edited"),
        (lambda rows: [*rows[:4], rows[4].replace(b'"person":"Ada"', b'"person":"Eve"')], "edited"),
        (lambda rows: [rows[0].replace(b",", b", ", 1), *rows[1:]], "edited"),
        (lambda rows: [*rows[:2], *rows[3:]], "gap"),
        (lambda rows: rows[:3], "gap"),
        (lambda rows: rows[1:], "gap"),
        (lambda rows: [*rows, rows[4]], "duplicate"),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], "order"),
        (lambda rows: [rows[0], b"what is this\n", *rows[1:]], "unreadable"),
        (lambda rows: [*rows[:4], rows[4][:-9]], "torn"),
    ],
)
def test_verify_finds(
    five: Journal, folder: Path, change: Callable[[list[bytes]], list[bytes]], kind: ProblemKind
) -> None:
    assert five.verify().ok
    rewrite(folder, change)
    assert kind in kinds(five)


def test_verify_finds_a_resealed_edit_by_the_next_line(five: Journal, folder: Path) -> None:
    from training_log import lines

    def forge(rows: list[bytes]) -> list[bytes]:
        line = lines.parse(rows[2])
        line["person"] = "Eve"
        line["hash"] = lines.seal(line)
        return [*rows[:2], lines.render(line), *rows[3:]]

    rewrite(folder, forge)
    (problem,) = five.verify().problems
    assert (problem.kind, problem.line) == ("edited", 4)


def test_verify_finds_a_resealed_last_line_by_the_head(five: Journal, folder: Path) -> None:
    from training_log import lines

    def forge(rows: list[bytes]) -> list[bytes]:
        line = lines.parse(rows[4])
        line["person"] = "Eve"
        line["hash"] = lines.seal(line)
        return [*rows[:4], lines.render(line)]

    rewrite(folder, forge)
    assert kinds(five) == {"edited"}


def cut(number: int) -> Callable[[Path], object]:
    """Leave the first lines only."""
    return lambda path: path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:number]))


CUTS: dict[str, tuple[Callable[[Path], object], int]] = {
    "lines cut off": (cut(3), 3),
    "emptied": (cut(0), 0),
    "deleted": (Path.unlink, 0),
    "last line torn": (lambda path: os.truncate(path, path.stat().st_size - 9), 4),
}
"""What happened to the file, and how many of its five lines that were reported done are whole."""


@pytest.mark.parametrize("happened, left", CUTS.values(), ids=CUTS.keys())
def test_a_cut_off_end_is_seen_by_whoever_only_reads(
    five: Journal, folder: Path, happened: Callable[[Path], object], left: int
) -> None:
    five.close()
    happened(only_file(folder))
    before = contents(folder)
    report = JournalReader(folder).verify()
    assert (report.lines, report.problems[-1].kind) == (left, "gap")
    assert f"ends at line {left}, but went on to line 5" in report.problems[-1].message
    assert contents(folder) == before


@pytest.mark.parametrize("happened, left", CUTS.values(), ids=CUTS.keys())
def test_a_cut_off_end_stays_visible_and_its_numbers_are_not_used_again(
    five: Journal, folder: Path, happened: Callable[[Path], object], left: int
) -> None:
    five.close()
    happened(only_file(folder))
    with Journal(folder, clock=Clock()) as opened:
        assert kinds(opened) == {"gap"}
    with Journal(folder, clock=Clock()) as again:
        assert again.append(turn("t5")) == 6
        assert again.append(turn("t6")) == 7
        (gap,) = again.verify().problems
        assert (gap.kind, gap.message) == ("gap", f"lines {left + 1} to 5 are missing")
        assert [entry.seq for entry in again.read()] == [*range(1, left + 1), 6, 7]


def test_a_damaged_line_behind_a_gap_does_not_bring_numbers_back(five: Journal, folder: Path) -> None:
    rewrite(folder, lambda rows: rows[:2])
    five.append(turn("t5"))
    rewrite(folder, lambda rows: [*rows[:2], b"x" * 300 + b"\n"])
    assert five.append(turn("t6")) == 7


def test_a_last_line_that_was_forged_is_still_seen_once_the_log_was_opened(
    five: Journal, folder: Path
) -> None:
    from training_log import lines

    def forge(rows: list[bytes]) -> list[bytes]:
        line = lines.parse(rows[4])
        line["person"] = "Evelyn"
        line["hash"] = lines.seal(line)
        return [*rows[:4], lines.render(line)]

    five.close()
    rewrite(folder, forge)
    with Journal(folder, clock=Clock()) as again:
        assert kinds(again) == {"edited"}
        again.append(turn("t5"))
        assert kinds(again) == {"edited"}


def test_reading_makes_nothing(tmp_path: Path) -> None:
    assert JournalReader(tmp_path / "home" / "log").verify().ok
    assert not (tmp_path / "home").exists()


def test_verify_finds_a_file_under_another_month(five: Journal, folder: Path) -> None:
    only_file(folder).rename(folder / "interactions-2026-10.jsonl")
    assert "wrong_month" in kinds(five)


def test_a_damaged_last_line_does_not_stop_the_log(five: Journal, folder: Path) -> None:
    rewrite(folder, lambda rows: [*rows[:4], b"x" * 500 + b"\n"])
    five.append(turn("t5"))
    assert turns(five) == ["t0", "t1", "t2", "t3", "t5"]
    assert kinds(five) == {"unreadable"}


def test_an_edit_is_never_a_crash(five: Journal, folder: Path) -> None:
    """Whatever one byte becomes, verify and read answer, and verify has something to say."""
    good = only_file(folder).read_bytes()
    row = good.splitlines(keepends=True)[1]
    start = good.index(row)
    for offset in range(0, len(row), 3):
        place = start + offset
        only_file(folder).write_bytes(good[:place] + bytes([good[place] ^ 0x15]) + good[place + 1 :])
        assert not five.verify().ok, offset
        list(five.read())


def test_words_removed_by_hand_are_noticed(five: Journal, folder: Path) -> None:
    def hide(rows: list[bytes]) -> list[bytes]:
        line = json.loads(rows[1])
        line |= {"said": None, "redacted": "2026-11-21T12:00:00.000+00:00"}
        return [rows[0], json.dumps(line, separators=(",", ":")).encode() + b"\n", *rows[2:]]

    rewrite(folder, hide)
    assert kinds(five) == {"edited"}
