"""The sentences written by hand can be read, and the judge is neither blind nor blindly strict."""

from __future__ import annotations

from pathlib import Path

import pytest

from training_log.nano.handwritten import Case, Deed, judge, load_cases


def case(line: str, tmp_path: Path) -> Case:
    path = tmp_path / "cases.txt"
    path.write_text(f"# a comment\n\n{line}\n", encoding="utf-8")
    (only,) = load_cases(path)
    return only


def test_the_file_holds_three_hundred_sentences_of_every_kind() -> None:
    cases = load_cases()
    assert len(cases) >= 300
    assert len({(each.kind, each.say, each.memories) for each in cases}) == len(cases)
    kinds = {each.kind for each in cases}
    assert kinds == {
        "store", "recall", "unknown", "conflict", "resolve", "update", "forget", "restate", "about", "tool", "talk",
        "beyond", "nothing",
    }  # fmt: skip


def test_a_line_is_read_with_memories_and_the_turn_before(tmp_path: Path) -> None:
    read = case("resolve | the first | 43/four | 2: a is 43 ; 3: a is 44 | a is 44 > Which?", tmp_path)
    assert (read.kind, read.say, read.needed) == ("resolve", "the first", (("43", "four"),))
    assert read.memories == ("a is 43", "a is 44")
    assert read.before == ("a is 44", "Which?")


def test_a_line_with_too_few_fields_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=":3: three to five fields"):
        case("store:personal | hello", tmp_path)


@pytest.mark.parametrize(
    ("line", "deeds", "reply", "fault"),
    [
        ("store:personal | x | code;48", [Deed("store", "personal", "the code is 48")], "Noted.", None),
        ("store:personal | x | code;48", [Deed("store", "personal", "the code is 49")], "Noted.", "lacks"),
        ("store:personal | x | code", [Deed("store", "wiki", "the code")], "Noted.", "store in wiki"),
        ("store:personal | x | code", [Deed("pending", "personal", "the code")], "Noted.", "pending"),
        ("store:personal | x | code", [], "Noted.", "nothing stored"),
        ("store:episodic | x | zoo", [Deed("episode", "episodic", "the Zoo")], "Noted.", None),
        ("recall | x | thursday", [], "On Thursday.", None),
        ("recall | x | thursday", [Deed("store", "personal", "y")], "On Thursday.", "store"),
        ("tool:list_add | x | milk", [Deed("tool", "list_add", "shopping milk")], "Added.", None),
        ("tool:list_add | x | milk", [Deed("tool", "list_show", "shopping")], "Here.", "called list_show"),
        ("update | x | 9", [Deed("consolidate", "personal", "it is 9")], "Updated.", None),
        ("update | x | 9", [Deed("store", "personal", "it is 9")], "Noted.", "no consolidate but store"),
        ("conflict | x | 4;9", [Deed("conflict", "contested", "")], "Which is right, 4 or 9?", None),
        ("conflict | x | 4;9", [], "Which is right, 4 or 9?", "no conflict noticed"),
        ("nothing | x | ", [Deed("tool", "clock", "time")], "It's 4.", None),
        ("nothing | x | ", [Deed("store", "personal", "y")], "Noted.", "store"),
        ("talk | x | ", [], "  ", "no reply"),
    ],
)
def test_the_judge(line: str, deeds: list[Deed], reply: str, fault: str | None, tmp_path: Path) -> None:
    verdict = judge(case(line, tmp_path), deeds, reply)
    assert verdict is None if fault is None else verdict is not None and fault in verdict
