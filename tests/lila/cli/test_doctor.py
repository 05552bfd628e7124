"""`lila doctor` as text, as JSON, and its exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Lila = Callable[..., Any]


def test_it_says_who_answers(lila: Lila) -> None:
    done = lila("doctor")
    assert done.status == 0, done.err
    assert done.out.startswith("lila-nano answers, on native")
    assert "1. native" in done.out


def test_json_has_every_step(lila: Lila) -> None:
    report = lila("--set", "backends.chain=native,gguf,transformers,api", "doctor", "--json").json
    assert report["healthy"] is True
    assert [each["name"] for each in report["chain"]] == ["native", "gguf", "transformers", "api"]
    assert report["chain"][0]["state"] == "answers"
    assert report["engine"]["problem"] == ""


def test_looking_makes_no_home(lila: Lila, home: Path) -> None:
    assert lila("doctor").status == 0
    assert not home.exists()


def test_without_a_model_it_exits_with_1_and_says_what_mends_it(lila: Lila) -> None:
    done = lila("--set", "native.model=/nowhere.gguf", "doctor")
    assert done.status == 1
    assert "/nowhere.gguf" in done.out
    assert "mend it" in done.out


def test_with_a_fault_in_the_home_it_exits_with_1(lila: Lila, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "memory.db").write_bytes(b"garbage" * 99)
    done = lila("doctor")
    assert done.status == 1
    assert "mend it: mv" in done.out
    report = json.loads(lila("doctor", "--json").out)
    assert (report["healthy"], report["faults"][0]["part"]) == (False, "memory")


def test_a_tool_that_is_none_is_told_with_the_nearest(lila: Lila) -> None:
    assert "did you mean 'clock'" in lila("--set", "tools.enabled=clok", "doctor").sentence
