"""`lila log …`: every subcommand, as text and as JSON, on a real diary."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from training_log import Journal, SignalRecord, TurnRecord

Lila = Callable[..., Any]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def diary(lila: Lila, home: Path) -> Lila:
    """Four turns, one an hour from noon, two in each conversation, and a signal about the first."""
    with Journal(home / "log") as journal:
        for number in range(4):
            time = NOON + timedelta(hours=number)
            talk = "kitchen" if number < 2 else "study"
            journal.append(
                TurnRecord(f"turn-{number}", talk, "anna", time, f"line {number}", f"reply {number}")
            )
        journal.append(SignalRecord("turn-0", "repeat", NOON, "kitchen", "anna", "line 0", "turn-1"))
    return lila


def turns(rows: list[dict[str, Any]]) -> list[str]:
    return [each["turn"] for each in rows if "reply" in each]


def test_tail_shows_the_last_lines(diary: Lila) -> None:
    assert turns(diary("log", "tail", "-n", "3", "--json").json) == ["turn-2", "turn-3"]
    shown = diary("log", "tail").out
    assert "› line 3\n    ‹ reply 3" in shown
    assert "repeat" in shown


def test_tail_takes_a_conversation_and_a_time(diary: Lila) -> None:
    assert turns(diary("log", "tail", "--conversation", "study", "--json").json) == ["turn-2", "turn-3"]
    assert turns(diary("log", "tail", "--since", "2026-11-21T15:00+00:00", "--json").json) == ["turn-3"]
    assert "2026-11-21" in diary("log", "tail", "--since", "teatime").sentence


def test_show_gives_a_turn_with_its_signals(diary: Lila) -> None:
    found = diary("log", "show", "turn-0", "--json").json
    assert [each.get("kind", "turn") for each in found] == ["turn", "repeat"]
    assert found[0]["time"] == NOON.isoformat()
    assert '"reply": "reply 0"' in diary("log", "show", "turn-0").out
    assert "log tail" in diary("log", "show", "nothing").sentence


def test_verify_is_content_with_a_whole_diary(diary: Lila) -> None:
    report = diary("log", "verify", "--json").json
    assert (report["ok"], report["turns"], report["signals"], report["problems"]) == (True, 4, 1, [])
    assert diary("log", "verify").out.endswith("The diary is whole.\n")


def test_verify_finds_a_changed_word(diary: Lila, home: Path) -> None:
    path = next((home / "log").glob("interactions-*.jsonl"))
    path.write_text(path.read_text().replace("reply 2", "reply 9"))
    done = diary("log", "verify", "--json")
    assert (done.status, json.loads(done.out)["ok"]) == (1, False)
    done = diary("log", "verify")
    assert done.status == 1
    assert f"{path.name}:3:" in done.out


def test_verify_sees_a_cut_off_end_each_time_and_changes_nothing(diary: Lila, home: Path) -> None:
    path = next((home / "log").glob("interactions-*.jsonl"))
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    before = {each.name: each.read_bytes() for each in (home / "log").iterdir()}
    for _ in range(2):
        done = diary("log", "verify")
        assert done.status == 1
        assert "gap: the log ends at line 1, but went on to line 5" in done.out
        assert done.out.endswith("\n1 problem.\n")
    assert {each.name: each.read_bytes() for each in (home / "log").iterdir()} == before


def test_reading_the_diary_makes_no_home(lila: Lila, home: Path) -> None:
    assert lila("log", "verify", "--json").json["lines"] == 0
    assert lila("log", "tail", "--json").json == []
    assert not home.exists()


def test_export_to_a_dash_is_standard_output(
    diary: Lila, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = diary("log", "export", "-")
    assert (done.status, done.err) == (0, "")
    assert done.out == next((home / "log").glob("interactions-*.jsonl")).read_text()
    assert diary("log", "export", "-", "--conversation", "study").out.count("\n") == 2
    assert not (tmp_path / "-").exists()


def test_export_copies_lines_for_the_owners_eyes(diary: Lila, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    assert diary("log", "export", str(path), "--json").json == {"lines": 5, "path": str(path)}
    assert path.read_bytes() == next((home / "log").glob("interactions-*.jsonl")).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    done = diary("log", "export", str(path), "--conversation", "study", "--since", "2026-11-21T15:00+00:00")
    assert (done.out, done.status) == ("", 0)
    assert "1 lines" in done.err
    assert json.loads(path.read_text())["turn"] == "turn-3"


def test_an_export_that_cannot_be_written(diary: Lila, tmp_path: Path) -> None:
    assert "Choose another path" in diary("log", "export", str(tmp_path / "no" / "lines.jsonl")).sentence


def test_an_empty_diary_is_no_error(lila: Lila) -> None:
    assert lila("log", "tail").out == ""
    assert lila("log", "tail", "--json").json == []
    assert lila("log", "verify", "--json").json["ok"] is True
