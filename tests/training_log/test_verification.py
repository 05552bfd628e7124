"""Whatever is wrong with a diary is found, and named for what it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from diaries import kinds, only_file, rewrite, turn, turns

from training_log import Journal
from training_log.verification import ProblemKind


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
