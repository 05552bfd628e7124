"""What a person sees for the events of a turn."""

from __future__ import annotations

from lila import events
from lila.terminal.render import MARK_COLUMN, TurnRenderer


def show(*happened: events.Event, width: int = 100) -> str:
    renderer = TurnRenderer(width=width)
    return "".join(renderer.feed(event) for event in happened)


def said(text: str) -> events.TextDelta:
    return events.TextDelta("t", 1, text)


def stored(namespace: str, fate: str = "applied", kind: str = "store") -> events.OpApplied:
    return events.OpApplied("t", 2, events.MemoryOp(kind, namespace), fate, (1,), namespace, "")


def done(text: str = "", used: tuple[int, ...] = ()) -> events.TurnDone:
    return events.TurnDone("t", 9, text, 0.9, used, "native", True)


def test_a_stored_fact_is_marked_at_the_mark_column() -> None:
    line = show(said("Noted: your door"), said(" code is 4821."), stored("personal"), done())
    assert line == "lila › Noted: your door code is 4821.".ljust(MARK_COLUMN) + "✎ personal\n"


def test_a_recalled_memory_is_named_when_nothing_was_written() -> None:
    assert show(said("On Thursday."), done(used=(1, 7))).endswith("⤷ memory 1, 7\n")
    assert "⤷" not in show(said("Noted."), stored("wiki"), done(used=(1,)))


def test_a_conflict_is_marked_as_contested() -> None:
    assert show(said("Which is right?"), stored("contested", "contested", "conflict"), done()).endswith(
        "⚠ contested\n"
    )


def test_a_resolved_conflict_needs_no_mark() -> None:
    assert (
        show(said("Thank you."), stored("personal", "resolved", "conflict"), done()) == "lila › Thank you.\n"
    )


def test_two_facts_in_one_namespace_give_one_mark() -> None:
    assert show(said("Noted."), stored("personal"), stored("personal"), done()).count("✎ personal") == 1


def test_on_a_narrow_screen_the_mark_ends_at_the_edge() -> None:
    assert show(said("Noted."), stored("wiki"), done(), width=60) == "lila › Noted.".ljust(54) + "✎ wiki\n"
    assert show(said("x" * 45), stored("wiki"), done(), width=60) == f"lila › {'x' * 45}  ✎ wiki\n"


def test_a_mark_without_room_has_its_own_line() -> None:
    assert show(said("x" * 50), stored("wiki"), done(), width=60) == f"lila › {'x' * 50}\n{' ' * 54}✎ wiki\n"


def test_a_long_reply_is_broken_between_words() -> None:
    text = show(said("one two three"), said(" four five six se"), said("ven eight"), done(), width=30)
    assert text == "lila › one two three four five\n       six seven eight\n"


def test_a_reply_can_not_steer_the_terminal() -> None:
    assert "\x1b" not in show(said("a\x1b[2Jb"), events.Notice("t", 2, "x", "\x1b]0;title\x07"), done())


def test_a_refusal_and_a_pending_memory_say_so() -> None:
    refused = events.OpRefused("t", 2, events.MemoryOp("store"), "not said by you")
    assert "✗ not said by you" in show(said("All right."), refused, done())
    assert "waits for your approval (1)" in show(said("All right."), stored("personal", "pending"), done())


def test_an_interrupted_reply_ends_in_a_dash() -> None:
    assert show(said("Once upon"), events.Interrupted("t", 3, "Once upon")) == "lila › Once upon —\n"


def test_a_notice_in_mid_reply_starts_a_line_of_its_own() -> None:
    text = show(said("One"), events.Notice("t", 2, "handover", "The server is gone."))
    assert text == "lila › One\n   (The server is gone.)\n"


def test_a_turn_without_words_or_marks_prints_nothing() -> None:
    assert show(done()) == ""
