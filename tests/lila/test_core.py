"""The core's plumbing, with a model that follows a script: memory, log, privacy, interruption, doors."""

from __future__ import annotations

import dataclasses
import json
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from lila import events
from lila.backends.base import Handover, Message, Prompt
from lila.config import Config
from lila.core import LilaCore
from lila.errors import BackendError, BadValue, LilaError, NotAwake, PersonaError, UnknownKey
from lila.events import Event
from memory.errors import StoreBusy
from memory.grammar import Conflict, Consolidate, Forget, Op, Recall, Reflect, Store, render, render_tool_call

Boot = Callable[..., LilaCore]
CODE = Store("your door code is 4821", "personal", ("you", "door code"))
NEW_CODE = Store("your door code is 9917", "personal", ("you", "door code"))
LESSON = Store("the swimming lesson is on Thursday at 4:30 pm", "schedule", ("swimming lesson", "time"))
ASK = "I had 4821 for your door code. Which is right, 4821 or 9917?"


def block(op: Op, reply: str) -> str:
    return f"{render(op)}\n{reply}"


ANSWERS = {
    "my door code is 4821": block(CODE, "Noted: your door code is 4821."),
    "my door code is zebra": block(dataclasses.replace(CODE, content="your door code is zebra"), "Noted."),
    "remember that the swimming lesson is on Thursday at 4:30 pm": block(LESSON, "I'll remember that."),
    "actually my door code is 9917": block(NEW_CODE, "Noted: your door code is 9917."),
    "9917": block(
        Conflict("your door code is 4821 / your door code is 9917", "your door code is 9917"),
        "Thank you. Your door code is 9917.",
    ),
    "when is the swimming lesson?": " on Thursday at 4:30 pm.",
    "change my door code to 1111": block(
        Consolidate("your door code is 1111", "personal", ("you", "door code")),
        "Updated: your door code is 1111.",
    ),
    "forget my door code": block(Forget(query="door code"), "I've forgotten it."),
    "what do you know about my door code?": block(Recall("door code"), ""),
    "set a timer for ten minutes": render_tool_call("timer_set", {"duration": "ten minutes"}),
    "my aunt Brunhilde is a baker": block(Store("your aunt Brunhilde is a baker"), "Noted."),
    "she lives in Tarvik": block(Store("your aunt Brunhilde lives in Tarvik"), "Noted."),
    "look up the bank": block(Recall("bank pin"), ""),
    "what is planned?": render_tool_call("schedule_show", {}),
    "my page says your pin is 1": block(Store("your bank pin is 777"), "Noted."),
}


def script(prompt: Prompt) -> str:
    return ANSWERS.get(prompt.messages[-1].content, " All right.")


def log_lines(config: Config) -> list[dict[str, object]]:
    files = sorted((config.home / "log").glob("interactions-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def of_type(happened: list[Event], kind: type[Event]) -> list[Event]:
    return [each for each in happened if isinstance(each, kind)]


def test_the_conversation_at_the_top_with_a_restart(scripted: Boot) -> None:
    core = scripted(script)
    assert (
        core.think("remember that the swimming lesson is on Thursday at 4:30 pm").text
        == "I'll remember that."
    )
    assert core.think("my door code is 4821").memory_ops[0].content == "your door code is 4821"
    core.close()
    core = scripted(script)
    answer = core.think("when is the swimming lesson?")
    assert (answer.text, answer.used) == ("On Thursday at 4:30 pm.", (1,))
    happened = list(core.stream("actually my door code is 9917"))
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == ASK
    assert [each.fate for each in happened if isinstance(each, events.OpApplied)] == ["contested"]
    happened = list(core.stream("9917"))
    recalled = next(each for each in happened if isinstance(each, events.MemoriesRecalled))
    assert {each.text for each in recalled.memories} >= {CODE.content, NEW_CODE.content}
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == "Thank you. Your door code is 9917."
    assert happened[-1].used == ()
    assert [each.text for each in core.what_do_i_know() if each.namespace == "personal"] == [NEW_CODE.content]


def test_sequence_numbers_and_ending(scripted: Boot) -> None:
    happened = list(scripted(script).stream("my door code is 4821"))
    assert [each.seq for each in happened] == list(range(len(happened)))
    assert isinstance(happened[0], events.TurnStarted)
    assert isinstance(happened[-1], events.TurnDone)
    assert len({each.turn for each in happened}) == 1


def test_the_record_is_durable_before_the_turn_is_done(scripted: Boot, config: Config) -> None:
    for event in scripted(script).stream("my door code is 4821"):
        if isinstance(event, events.TurnDone):
            assert [line["turn"] for line in log_lines(config)] == [event.turn]
    said = log_lines(config)[0]["said"]
    assert isinstance(said, Mapping)
    assert said["ops"][0]["block"] == render(CODE)
    assert said["ops"][0]["fate"] == "applied"


def test_history_reaches_the_model_as_it_was_heard(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    core.think("hello")
    assert core.chain.seen[-1].messages == (  # type: ignore[attr-defined]
        Message("user", "my door code is 4821"),
        Message("assistant", "Noted: your door code is 4821."),
        Message("user", "hello"),
    )
    core.reset("default")
    core.think("hello")
    assert len(core.chain.seen[-1].messages) == 1  # type: ignore[attr-defined]


def test_conversations_do_not_mix(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my name is Ada", {"conversation": "a"})
    core.think("hello", {"conversation": "b"})
    assert len(core.chain.seen[-1].messages) == 1  # type: ignore[attr-defined]


def test_private_mode_remembers_and_logs_nothing(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    happened = list(core.stream("my door code is zebra", {"private": True}))
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == "We're private, so I won't remember that."
    assert len(of_type(happened, events.OpRefused)) == 1
    assert core.what_do_i_know() == []
    assert log_lines(config) == []
    core.think("hello", {"private": True})
    assert len(core.chain.seen[-1].messages) == 3  # type: ignore[attr-defined]
    core.think("hello")
    assert len(core.chain.seen[-1].messages) == 1  # type: ignore[attr-defined]
    core.close()
    for path in config.home.rglob("*"):
        assert path.is_dir() or b"zebra" not in path.read_bytes(), path


def test_forgetting_reaches_the_log_and_the_history(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    core.think("my door code is zebra")
    assert core.think("forget my door code").text == "I've forgotten it."
    core.think("hello")
    seen = core.chain.seen[-1].messages  # type: ignore[attr-defined]
    assert not any("zebra" in each.content for each in seen)
    core.close()
    for path in config.home.rglob("*"):
        assert path.is_dir() or b"zebra" not in path.read_bytes(), path


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("logged", [True, False])
def test_what_another_process_forgets_leaves_the_conversation(
    scripted: Boot, config: Config, logged: bool, private: bool
) -> None:
    settings = dataclasses.replace(config, log=dataclasses.replace(config.log, enabled=logged))
    core = scripted(script, settings=settings)
    core.think("my swan is black")
    core.think("my door code is zebra")
    core.think("the door code?", {"private": private})
    assert "zebra" in str(core.why("default").lines())
    scripted(script).forget("door code")
    assert "zebra" not in str(core.why("default").lines())
    core.think("does he know it?", {"private": private})
    seen = core.chain.seen[-1].messages  # type: ignore[attr-defined]
    assert [each.content for each in seen if each.role == "user"] == ["my swan is black", "does he know it?"]
    assert "zebra" not in str(seen)


@pytest.mark.parametrize("asked", ["what is planned?", "look up the bank"])
def test_what_was_only_read_out_is_forgotten_too(scripted: Boot, config: Config, asked: str) -> None:
    core = scripted(script)
    core.store.add("schedule", "the bank visit with zebra pin is on Monday")
    assert "zebra" in core.think(asked).text
    core.forget("1")
    core.think("hello")
    assert "zebra" not in str(core.chain.seen[-1].messages)  # type: ignore[attr-defined]
    assert "zebra" not in str(log_lines(config))


def test_what_was_forgotten_elsewhere_supports_no_claim(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my aunt Brunhilde is a baker")
    scripted(script).forget("aunt Brunhilde")
    core.think("she lives in Tarvik")
    assert "Brunhilde" not in str([each.text for each in core.what_do_i_know() if each.state == "approved"])


def test_forget_by_hand_and_what_is_not_there(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    assert core.forget("unicorns").startswith("I don't have")
    assert core.forget("²").startswith("I don't have")
    for number in ("9" * 30, "9" * 5000):
        assert "forgotten" not in core.forget(number)
    assert core.forget("1") == "I've forgotten it."
    assert core.what_do_i_know() == []


def test_what_the_person_did_not_say_waits(scripted: Boot) -> None:
    core = scripted(script)
    happened = list(core.stream("my page says your pin is 1"))
    assert [each.fate for each in happened if isinstance(each, events.OpApplied)] == ["pending"]
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == "I've put that aside until you approve it: your bank pin is 777."


def test_correction_leaves_a_signal_for_the_night(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    core.think("change my door code to 1111")
    core.think("change my door code to 1111")
    assert [line.get("kind") for line in log_lines(config)] == ["turn", "turn", "signal", "turn", "signal"]


def test_interruption_keeps_what_was_heard_and_stores_nothing(scripted: Boot, config: Config) -> None:
    core: list[LilaCore] = []

    def press(number: int) -> None:
        if number == len(render(CODE)) // 3 + 6:
            core[0].interrupt("default", "Noted: yo")

    core.append(scripted(script, before_piece=press))
    happened = list(core[0].stream("my door code is 4821"))
    assert of_type(happened, events.Interrupted)
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == "Noted: yo"
    assert core[0].what_do_i_know() == []
    assert log_lines(config)[0]["interrupted"] is True
    core[0].think("hello")
    assert core[0].chain.seen[-1].messages[1] == Message("assistant", "Noted: yo")  # type: ignore[attr-defined]


def test_a_reader_that_leaves_interrupts(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    stream = core.stream("my door code is 4821")
    for event in stream:
        if isinstance(event, events.TextDelta):
            break
    stream.close()  # type: ignore[attr-defined]
    assert core.what_do_i_know() == []
    assert log_lines(config)[0]["interrupted"] is True
    assert core.think("hello").text == "All right."


def test_clipping_after_the_turn(scripted: Boot) -> None:
    core = scripted(" A long story. It goes on.")
    core.think("tell me")
    core.interrupt("default", "A long story.")
    core.think("hello")
    assert core.chain.seen[-1].messages[1] == Message("assistant", "A long story.")  # type: ignore[attr-defined]


def test_interrupting_nobody_is_harmless(scripted: Boot) -> None:
    core = scripted(script)
    core.interrupt("nobody")
    core.think("hello")
    core.interrupt("default")
    assert core.think("hello").text == "All right."


def test_reflection_is_thought_and_not_said(scripted: Boot) -> None:
    core = scripted(block(Reflect("they like plums"), "I notice something."))
    happened = list(core.stream("the day", {"mode": "reflection"}))
    assert not of_type(happened, events.TextDelta)
    assert not of_type(happened, events.Sentence)
    done = happened[-1]
    assert isinstance(done, events.TurnDone)
    assert (done.text, done.should_speak) == ("I notice something.", False)
    assert [each.fate for each in happened if isinstance(each, events.OpApplied)] == ["pending"]


def test_quiet_mode_does_not_speak(scripted: Boot) -> None:
    assert not scripted(script).think("hello", {"mode": "shut down"}).should_speak
    assert scripted(script).think("hello").should_speak


def test_recall_by_the_model_itself(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    assert core.think("what do you know about my door code?").text == "Your door code is 4821."


def test_a_slip_in_copying_is_mended(scripted: Boot, config: Config) -> None:
    slipped = block(
        Store("your door code is 7821", "personal", ("you", "door code")), "Noted: your door code is 7821."
    )
    core = scripted(slipped)
    answer = core.think("my door code is 4821")
    assert answer.text == "Noted: your door code is 4821."
    assert [each.text for each in core.what_do_i_know()] == ["your door code is 4821"]
    said = log_lines(config)[0]["said"]
    assert isinstance(said, Mapping)
    assert said["ops"][0]["block"] == render(CODE)


def test_a_question_taken_for_a_statement_is_answered(scripted: Boot) -> None:
    core = scripted(block(CODE, "Noted: your door code is 4821."))
    assert core.think("what is my door code?").text == "I don't know that yet. Tell me, and I'll remember it."
    core.think("my door code is 4821")
    happened = list(core.stream("what is my door code?"))
    assert not of_type(happened, events.OpRefused)
    assert isinstance(happened[-1], events.TurnDone)
    assert happened[-1].text == "Your door code is 4821."
    assert len(core.what_do_i_know()) == 1


def test_a_mended_promise_stays_a_promise(scripted: Boot) -> None:
    core = scripted(block(Store("your door code is 7821"), "I'll remember that your door code is 7821."))
    assert (
        core.think("remember that my door code is 4821").text == "I'll remember that your door code is 4821."
    )


def test_a_taught_model_may_reword(scripted: Boot) -> None:
    call = render_tool_call("timer_set", {"duration": "600 seconds"})
    core = scripted(lambda prompt: " Done." if prompt.continuation else call, dialect="taught", context=9000)
    assert core.think("set a timer for ten minutes").actions[0].arguments == {"duration": "600 seconds"}
    assert core.hands.pending()[0].seconds == 600


def test_handover_is_told_once(scripted: Boot) -> None:
    core = scripted(script, handover=Handover("native", "gguf", "memory ran out"))
    happened = list(core.stream("hello"))
    notices = [each for each in happened if isinstance(each, events.Notice)]
    assert [each.message for each in notices] == ["native failed (memory ran out), so gguf answers now."]


def test_a_model_that_fails_ends_in_an_error_event_and_keeps_nothing(scripted: Boot, config: Config) -> None:
    def fails(prompt: Prompt) -> str:
        raise BackendError("timeout", "the model took too long; try again")

    core = scripted(fails)
    happened = list(core.stream("hello"))
    assert isinstance(happened[-1], events.Error)
    assert (happened[-1].code, happened[-1].message) == ("timeout", "the model took too long; try again")
    assert log_lines(config) == []
    with pytest.raises(LilaError, match="too long") as caught:
        core.think("hello")
    assert caught.value.code == "timeout"


def test_a_fault_of_ours_is_no_traceback(scripted: Boot) -> None:
    def fails(prompt: Prompt) -> str:
        raise ZeroDivisionError("a secret in the message")

    happened = list(scripted(fails).stream("hello"))
    assert isinstance(happened[-1], events.Error)
    assert "secret" not in happened[-1].message
    assert happened[-1].code == "internal"


def test_why_tells_what_the_answer_rests_on(scripted: Boot) -> None:
    core = scripted(script)
    assert core.why("default").lines() == ["Nothing was said yet in this conversation."]
    core.think("my door code is 4821")
    core.think("remember that the swimming lesson is on Thursday at 4:30 pm")
    core.think("when is the swimming lesson?", {"mode": "playful", "settings": {"temperature": 0.5}})
    told = "\n".join(core.why("default").lines())
    assert "memory 2 (schedule" in told
    assert "temperature 0.5 from this request" in told
    assert "mode playful" in told
    assert "answered by scripted" in told
    assert core.chain.sampled[-1].temperature == 0.5  # type: ignore[attr-defined]


def test_bad_requests_raise_before_anything_happens(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    for context, kind in [
        ({"mode": "focuss"}, BadValue),
        ({"persona": "nobody"}, PersonaError),
        ({"conversaton": "x"}, UnknownKey),
        ({"settings": {"temperature": 99}}, BadValue),
    ]:
        with pytest.raises(kind):
            core.stream("hello", context)  # type: ignore[arg-type]
    for text in ("", "  \n", "x" * 200_000):
        with pytest.raises(BadValue):
            core.stream(text)
    assert log_lines(config) == []


def test_asleep_is_said(config: Config) -> None:
    core = LilaCore(config)
    assert not core.is_awake
    with pytest.raises(NotAwake, match="boot"):
        core.stream("hello")
    with pytest.raises(NotAwake):
        core.what_do_i_know()


def test_booting_and_closing_twice(scripted: Boot) -> None:
    core = scripted(script)
    core.boot()
    assert core.is_awake
    core.close()
    core.close()
    assert not core.is_awake
    assert core.chain.closed  # type: ignore[attr-defined]


def test_no_model_is_an_event_that_says_what_to_do(config: Config) -> None:
    nowhere = dataclasses.replace(config, native=dataclasses.replace(config.native, model="/nowhere.gguf"))
    alone = dataclasses.replace(nowhere, backends=dataclasses.replace(config.backends, chain=("native",)))
    with LilaCore(alone) as core:
        happened = list(core.stream("hello"))
    assert isinstance(happened[-1], events.Error)
    assert "lila doctor" in happened[-1].message


def test_memory_and_log_can_be_switched_off(scripted: Boot, config: Config) -> None:
    off = dataclasses.replace(
        config,
        memory=dataclasses.replace(config.memory, enabled=False),
        log=dataclasses.replace(config.log, enabled=False),
    )
    core = scripted(script, settings=off)
    assert core.think("my door code is 4821").text == "My memory is switched off, so I won't remember that."
    assert core.what_do_i_know() == []
    assert log_lines(config) == []


def test_remember_follows_the_same_rules(scripted: Boot) -> None:
    core = scripted(script)
    assert core.remember("personal", "my door code is 4821").fate == "applied"
    assert core.remember("personal", "my door code is 4821").fate == "strengthened"
    assert core.remember("personal", "my door code is 9917").fate == "contested"


def test_files_are_private(scripted: Boot, config: Config) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    core.think("set a timer for ten minutes")
    core.close()
    for path in config.home.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_two_turns_of_a_conversation_wait_for_each_other(scripted: Boot) -> None:
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def slow(prompt: Prompt) -> str:
        with lock:
            running.append(1)
            most.append(len(running))
        threading.Event().wait(0.02)
        with lock:
            running.pop()
        return " Yes."

    core = scripted(slow)
    threads = [threading.Thread(target=core.think, args=("hello",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 6


def test_nothing_leaks_between_conversations_at_once(scripted: Boot) -> None:
    core = scripted(lambda prompt: f" You said {prompt.messages[-1].content}.")
    wrong: list[str] = []

    def talk(name: str) -> None:
        for number in range(5):
            said = f"{name}{number}"
            answer = core.think(said, {"conversation": name, "private": True}).text
            if answer != f"You said {said}.":
                wrong.append(answer)

    threads = [threading.Thread(target=talk, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_other_people_do_not_hear_the_owners_memories(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    happened: Iterator[Event] = core.stream(
        "what is the door code?", {"speaker": "guest", "conversation": "g"}
    )
    recalled = next(each for each in happened if isinstance(each, events.MemoriesRecalled))
    assert recalled.memories == ()


def test_the_owner_is_not_told_what_somebody_else_said_of_themselves(scripted: Boot) -> None:
    core = scripted(script)
    core.store.add("personal", "my bank pin is 1234", speaker="kid")
    core.store.add("schedule", "my exam is on Monday", speaker="kid")
    core.store.add("personal", "the bank's pin code is 77", speaker="kid", audience=("*",))
    for said in ("what is my bank pin", "my bank pin is 5678"):
        recalled = next(each for each in core.stream(said) if isinstance(each, events.MemoriesRecalled))
        assert [each.text for each in recalled.memories] == ["the bank's pin code is 77"]
    happened = of_type(list(core.stream("look up the bank")), events.MemoriesRecalled)
    assert [[each.id for each in recalled.memories] for recalled in happened] == [[3], [3]]  # type: ignore[attr-defined]
    assert core.think("what is planned?").text == "Nothing is planned."
    assert len(core.what_do_i_know()) == 3  # the owner looks after all of them


def test_home_is_made(config: Config, scripted: Boot) -> None:
    scripted(script)
    assert (Path(config.home) / "memory.db").exists()


def test_thoughts_of_a_model_are_in_no_reply_no_history_and_no_diary(scripted: Boot, config: Config) -> None:
    core = scripted("<think>what a secretive thought</think>It is late.", dialect="taught")
    happened = list(core.stream("what time is it?"))
    assert (
        "".join(each.text for each in of_type(happened, events.ThinkingDelta)) == "what a secretive thought"
    )  # type: ignore[attr-defined]
    assert [each.text for each in of_type(happened, events.Sentence)] == ["It is late."]  # type: ignore[attr-defined]
    assert core.think("and now?").text == "It is late."
    assert not any("secretive" in each.content for each in core.chain.seen[-1].messages)  # type: ignore[attr-defined]
    assert "secretive" not in json.dumps(log_lines(config))


def test_a_memory_is_found_by_what_was_said_after_it(scripted: Boot) -> None:
    core = scripted(script)
    core.think("my door code is 4821")
    core.think("the plumber needs it on Monday")
    core.think("and the gardener too")
    core.think("nothing about the postman")
    core.think("a secretive plan", {"private": True})
    for word, count in (("plumber", 1), ("gardener", 1), ("postman", 0), ("secretive", 0)):
        assert len(core.store.search(word)) == count, word


def test_a_turn_that_is_kept_does_not_end_in_an_error(
    scripted: Boot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("Another program is writing to the memory.")

    core = scripted(script)
    core.think("my door code is 4821")
    monkeypatch.setattr(core.store, "said_after", busy)
    assert core.think("the plumber needs it on Monday").text == "All right."


def test_what_somebody_wants_forgotten_is_no_neighbour(scripted: Boot) -> None:
    core = scripted(script)
    core.think("remember that the swimming lesson is on Thursday at 4:30 pm")
    core.think("my door code is 4821")
    core.think("forget my door code")
    assert core.store.search("door code") == []
