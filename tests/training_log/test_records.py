"""Records, their line format, and what the seal of a line covers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training_log import lines
from training_log.errors import LineDamaged, RecordInvalid
from training_log.records import (
    OpRecord,
    PromptPart,
    RedactionRecord,
    SignalRecord,
    ToolRecord,
    TurnRecord,
    digest_of,
    new_id,
)

# A busy machine is no failure.
CALM = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

AT = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=1)))

FULL = TurnRecord(
    turn="t-1",
    conversation="kitchen",
    person="Ada",
    time=AT,
    text="my door code is 4821",
    reply="Noted: your door code is 4821.",
    session="s-1",
    persona="lila",
    mode="calm",
    prompt=(PromptPart.of("memories", "[1] x", ("1",)),),
    ops=(OpRecord("store", "<|memory_start|>…", "applied", (3,), "personal", ""),),
    tools=(ToolRecord("clock", {"what": "time"}, "It's 4:05 pm.", True),),
    used=(1, 2),
    backend="native",
    model="lila-nano",
    model_digest="sha256:00",
    adapter="0001",
    confidence=0.875,
    interrupted=False,
    timings={"first_token_s": 0.05},
)


def back(data: bytes) -> lines.Entry:
    return lines.decode(lines.parse(data))


@pytest.mark.parametrize(
    "record",
    [
        FULL,
        TurnRecord("t-2", "c", "", AT, "", ""),
        SignalRecord("t-1", "meant", AT, "kitchen", "Ada", "no, I meant Anna", "t-2"),
        RedactionRecord(("t-1", "t-2"), AT),
    ],
)
def test_a_record_comes_back_as_it_went_in(record: TurnRecord | SignalRecord | RedactionRecord) -> None:
    data, checksum = lines.encode(record, 7, AT, lines.GENESIS)
    entry = back(data)
    assert entry.record == record
    assert (entry.seq, entry.at, entry.redacted, entry.checksum) == (7, AT, False, checksum)


@CALM
@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_is_one_line_and_comes_back(text: str, reply: str) -> None:
    data, _ = lines.encode(TurnRecord("t", "c", "p", AT, text, reply), 1, AT, lines.GENESIS)
    assert data.count(b"\n") == 1
    assert data.endswith(b"\n")
    record = back(data).record
    assert isinstance(record, TurnRecord)
    assert (record.text, record.reply) == (text, reply)
    assert lines.sound(lines.parse(data)) is None


def test_lone_surrogates_are_kept() -> None:
    record = TurnRecord("t", "c", "p", AT, "caf\udce9", "é")
    data, _ = lines.encode(record, 1, AT, lines.GENESIS)
    assert back(data).record == record


@pytest.mark.parametrize(
    "field", ["seq", "at", "turn", "person", "time", "backend", "digest", "prev", "used"]
)
def test_a_changed_field_breaks_the_seal(field: str) -> None:
    line = lines.parse(lines.encode(FULL, 1, AT, lines.GENESIS)[0])
    line[field] = "other"
    assert lines.sound(line) == "its fields don't match its checksum"


def test_changed_words_break_the_seal() -> None:
    line = lines.parse(lines.encode(FULL, 1, AT, lines.GENESIS)[0])
    line["said"]["text"] = "my door code is 9917"
    assert lines.sound(line) == "its words don't match their checksum"
    line["said"] = None
    assert lines.sound(line) == "its words are gone without a redaction"


def test_a_redacted_line_holds_no_word_and_keeps_its_hash() -> None:
    data, checksum = lines.encode(FULL, 1, AT, lines.GENESIS)
    raw = lines.render(lines.redacted(lines.parse(data), AT))
    for word in (b"4821", b"Noted", b"memory_start", b"It's 4:05"):
        assert word in data.replace(b"\\u0027", b"'")
        assert word not in raw
    entry = back(raw)
    assert entry.redacted
    assert entry.checksum == checksum
    assert lines.sound(lines.parse(raw)) is None


def test_the_digest_left_behind_cannot_be_guessed_from() -> None:
    """Two lines with the same words have different digests, so a digest proves no guess."""
    first, second = (json.loads(lines.encode(FULL, 1, AT, lines.GENESIS)[0]) for _ in range(2))
    assert first["digest"] != second["digest"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"v":1}',
        b'{"v":2,"seq":1,"at":"x","kind":"turn","prev":"","hash":"","turn":"t"}',
        b'{"v":1,"seq":1,"at":"x","kind":"turn","prev":"","hash":"","turn":["t"]}',
        b'{"v":1,"seq":1,"at":"x","kind":"redaction","prev":"","hash":"","turns":"t"}',
        b'{"v":1,"seq":NaN}',
        b'{"v":1e999}',
        b"[" * 100_000,
    ],
)
def test_damage_is_a_typed_error(raw: bytes) -> None:
    with pytest.raises(LineDamaged):
        lines.decode(lines.parse(raw))


def test_what_cannot_be_kept_is_refused() -> None:
    naive = AT.replace(tzinfo=None)
    for record in (
        TurnRecord("t", "c", "p", naive, "", ""),
        TurnRecord("", "c", "p", AT, "", ""),
        TurnRecord("t", "c", "p", AT, "", "", confidence=float("nan")),
        SignalRecord("t", "applause", AT),  # type: ignore[arg-type]
        RedactionRecord(("",), AT),
    ):
        with pytest.raises(RecordInvalid) as caught:
            lines.encode(record, 1, AT, lines.GENESIS)
        assert caught.value.code == "record_invalid"


def test_ids_are_uuid7_and_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 36 and one[14] == "7" and one[19] in "89ab" for one in ids)


def test_ids_keep_rising_when_the_clock_steps_back() -> None:
    later = new_id(2_000_000_000_000)
    assert new_id(1_000_000_000_000) > later


def test_an_id_tells_its_time() -> None:
    stamp = int(datetime(2099, 1, 1, tzinfo=UTC).timestamp() * 1000)
    assert int(new_id(stamp).replace("-", "")[:12], 16) == stamp


def test_digest_is_that_of_the_text() -> None:
    assert digest_of("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
