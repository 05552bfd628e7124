"""The session contract: reuse, warm equals cold, rollback, fatal, decoding, snapshots."""

from __future__ import annotations

import hashlib
import json
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Model, Sampling, Session
from engine.binding import ffi
from engine.errors import (
    ArgumentError,
    Cancelled,
    Closed,
    ContextOverflow,
    EngineError,
    Fatal,
    MalformedFile,
    ManifestMismatch,
)


@pytest.fixture(scope="module")
def model(make_model: Any) -> Iterator[Model]:
    with Model.open(make_model("F16").path, threads=1) as opened:
        yield opened


@pytest.fixture
def session(model: Model) -> Iterator[Session]:
    with model.session(context=128) as opened:
        yield opened


def cold(model: Model, tokens: list[int], **settings: Any) -> np.ndarray:
    with model.session(context=128, **settings) as session:
        session.prefill(tokens)
        return session.logits()


def sha(tokens: list[int]) -> str:
    return hashlib.sha256(b"".join(struct.pack("<Q", t) for t in tokens)).hexdigest()


# ---- prefix reuse


def test_ensure_prefix_reports_what_it_did(session: Session) -> None:
    first = session.ensure_prefix([1, 5, 6, 7, 8])
    assert (first.reused, first.prefilled, first.dropped, first.resident) == (0, 5, 0, 5)
    second = session.ensure_prefix([1, 5, 6, 9])
    assert (second.reused, second.prefilled, second.dropped, second.resident) == (3, 1, 2, 4)
    assert second.available == 124
    assert second.prefix_hash == sha([1, 5, 6, 9])
    assert second.reused_hash == sha([1, 5, 6])
    appended = session.prefill([11, 12])
    assert (appended.prefilled, appended.resident, appended.available) == (2, 6, 122)
    assert appended.resident_hash == sha([1, 5, 6, 9, 11, 12]) == session.explain().resident_hash


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prefixes=st.lists(st.lists(st.integers(3, 6), min_size=1, max_size=40), min_size=1, max_size=5),
    batch=st.sampled_from([1, 3, 64]),
)
def test_warm_logits_are_bit_equal_to_cold(prefixes: list[list[int]], batch: int, model: Model) -> None:
    """Few distinct ids, so that prefixes really overlap."""
    with model.session(context=128, batch=batch) as warm:
        for tokens in prefixes:
            warm.ensure_prefix([1, *tokens])
            np.testing.assert_array_equal(warm.logits(), cold(model, [1, *tokens]))


@pytest.mark.parametrize("kind", ["F32", "BF16", "Q8_0", "Q4_0"])
@pytest.mark.parametrize(("cpu_mask", "threads"), [(0, 1), (1, 2), (3, 1)])
def test_no_split_of_a_prompt_changes_a_bit(
    kind: str, cpu_mask: int, threads: int, make_model: Any, prompt: list[int]
) -> None:
    with Model.open(make_model(kind).path, cpu_mask=cpu_mask, threads=threads) as model:
        whole = cold(model, prompt)
        for batch in (1, 2, 7, 61):
            np.testing.assert_array_equal(cold(model, prompt, batch=batch), whole)


def test_a_shorter_prefix_than_resident_has_its_own_logits(session: Session, model: Model) -> None:
    session.ensure_prefix([1, 5, 6, 7, 8])
    report = session.ensure_prefix([1, 5, 6])
    assert (report.reused, report.prefilled, report.dropped) == (3, 0, 2)
    np.testing.assert_array_equal(session.logits(), cold(model, [1, 5, 6]))


def test_another_adapter_or_template_reuses_nothing(session: Session) -> None:
    session.ensure_prefix([1, 5, 6])
    session.rebind(adapter="")
    assert session.ensure_prefix([1, 5, 6]).reused == 3
    session.rebind(adapter="0002")
    assert session.ensure_prefix([1, 5, 6]).reused == 0
    session.rebind(template="{{ messages }}")
    assert session.ensure_prefix([1, 5, 6]).reused == 0
    assert session.explain().manifest.adapter == "0002"


# ---- checks before the cache is touched


def test_overflow_says_where_and_changes_nothing(session: Session) -> None:
    session.prefill([1] * 100)
    before = session.explain()
    with pytest.raises(ContextOverflow) as overflow:
        session.prefill([5] * 29)
    error = overflow.value
    assert (error.stage, error.resident, error.additional, error.size) == ("prefill", 100, 29, 128)
    with pytest.raises(ContextOverflow) as overflow:
        session.ensure_prefix([1] * 100 + [5] * 29)
    error = overflow.value
    assert (error.stage, error.resident, error.additional, error.size) == ("ensure_prefix", 100, 29, 128)
    assert session.explain() == before


@pytest.mark.parametrize("bad", [-1, 320, 2**31, 2**40])
def test_a_token_outside_of_the_vocabulary_changes_nothing(bad: int, session: Session) -> None:
    session.prefill([1, 5])
    for call in (session.prefill, session.ensure_prefix):
        with pytest.raises(ArgumentError, match="vocabulary"):
            call([1, 6, bad])
    assert session.explain().resident == 2


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        ([2**70], "Token a number of 71 bits|Token 1180591620717411303424 is outside"),
        ([1, -(2**63) - 1], "Token -9223372036854775809 is outside of the vocabulary's 0 to 319"),
        ([1, 2**63], "Token 9223372036854775808 is outside"),
        ([10**5000], "Token a number of 16610 bits is outside"),
        (["a"], "Token 'a' is no id"),
        ("ab", "Tokens are 'ab'; expected a flat sequence of ids"),
        ([1.5], r"Token 1\.5 is no id"),
        ([1.0], r"Token 1\.0 is no id"),
        ([True], "Token True is no id"),
        ([None], "Token None is no id"),
        ([[1], [2, 3]], r"Token \[1\] is no id"),
        (np.array([1.5]), "is no id"),
        (np.array([[1]]), "is no id"),
        (np.array([2**63], np.uint64), "Token 9223372036854775808 is outside"),
        (7, "Tokens are 7; expected a flat sequence"),
    ],
)
def test_what_is_no_token_is_an_error_of_the_engine(tokens: Any, sentence: str, session: Session) -> None:
    session.prefill([1, 5])
    for call in (session.prefill, session.ensure_prefix):
        with pytest.raises(ArgumentError, match=sentence):
            call(tokens)
    assert session.explain().resident == 2


def test_tokens_may_be_an_array(session: Session) -> None:
    assert session.prefill(np.array([1, 5], np.uint16)).resident == 2  # type: ignore[arg-type]
    assert session.prefill([np.int64(6)]).resident == 3  # type: ignore[list-item]
    assert session.prefill([]).resident == 3


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"context": 100000}, "context"),
        ({"context": -1}, "context is -1; expected a whole number from 0 to 4294967295"),
        ({"context": 2**33}, "context is 8589934592; expected"),
        ({"context": 10**5000}, "context is a number of 16610 bits"),
        ({"context": 1.5}, r"context is 1\.5"),
        ({"kv": "q4"}, "kv is 'q4'; expected one of f32, f16, q8_0"),
        ({"kv": []}, r"kv is \[\]"),
        ({"batch": 0}, "batch is 0; expected a whole number from 1 to 4096"),
        ({"batch": "8"}, "batch is '8'"),
    ],
)
def test_settings_out_of_range(asked: dict[str, Any], sentence: str, model: Model) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        model.session(**asked)


def test_a_template_with_half_a_surrogate_pair_has_a_digest(model: Model) -> None:
    with model.session(template="\ud800") as session:
        session.rebind(template="\udc00")


@pytest.mark.parametrize(
    "asked",
    [
        {"max_tokens": 2**70},
        {"max_tokens": 1.5},
        {"max_tokens": 3, "stop": "end"},
        {"max_tokens": 3, "stop": [7]},
        {"max_tokens": 3, "stop": ["\ud800"]},
    ],
)
def test_decoding_out_of_range(asked: dict[str, Any], session: Session) -> None:
    session.prefill([1, 5])
    with pytest.raises(ArgumentError, match=r"max_tokens|stop"):
        session.decode(**asked)


def test_after_close_every_call_says_so(model: Model) -> None:
    session = model.session()
    session.prefill([1])
    decoding = session.decode(max_tokens=3)
    next(decoding)
    session.close()
    session.close()
    for call in (session.explain, session.logits, lambda: session.prefill([1]), lambda: next(decoding)):
        with pytest.raises(Closed):
            call()


# ---- rollback and fatal


class CancelAfter(threading.Event):
    """Is set once it was asked `count` times."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def is_set(self) -> bool:
        self.count -= 1
        return self.count < 0


def test_a_cancelled_prefix_leaves_the_session_as_it_was(make_model: Any) -> None:
    rng = np.random.default_rng(3)
    old, new = (rng.integers(3, 320, 1000).tolist() for _ in range(2))
    with (
        Model.open(make_model("F32", context=1024, layers=1).path, threads=1) as model,
        model.session() as session,
    ):
        session.prefill(old)
        logits = session.logits()
        before = session.explain()
        with pytest.raises(Cancelled):
            session.ensure_prefix(old[:100] + new[:900], cancel=CancelAfter(2))
        with pytest.raises(ContextOverflow):
            session.prefill(new, cancel=CancelAfter(2))
        assert session.explain() == before
        np.testing.assert_array_equal(session.logits(), logits)
        follow = session.ensure_prefix([*old, 5])
        assert (follow.reused, follow.prefilled) == (1000, 1)


def poison_a_row(_: Any, tensors: dict[str, Any]) -> None:
    """Token 300's embedding is infinite, so a step with it gives no numbers."""
    data, kind = tensors["token_embd.weight"]
    data = data.copy()
    data[300] = np.inf
    tensors["token_embd.weight"] = (data, kind)


@pytest.fixture(scope="module")
def poisoned(make_model: Any) -> Iterator[Model]:
    with Model.open(make_model("F16", poison_a_row).path, threads=1) as opened:
        yield opened


def test_a_step_without_finite_numbers_rolls_back(poisoned: Model) -> None:
    session = poisoned.session(context=128)
    session.prefill([1, 5, 6])
    logits, before = session.logits(), session.explain()
    for call in (session.prefill, session.ensure_prefix):
        with pytest.raises(Fatal, match="not finite"):
            call([1, 5, 300])
        assert session.explain() == before
        np.testing.assert_array_equal(session.logits(), logits)
    np.testing.assert_array_equal(cold(poisoned, [1, 5, 6, 7]), continued(session, [7]))


def continued(session: Session, tokens: list[int]) -> np.ndarray:
    session.prefill(tokens)
    return session.logits()


def test_a_failed_rollback_is_fatal_and_keeps_the_first_cause(
    poisoned: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = poisoned.session(context=128)
    session.prefill([1, 5])

    def refuse(_: Any, saved: Any) -> None:
        raise OSError("no way back")

    with monkeypatch.context() as patch:
        patch.setattr("engine.timeline.Timeline.put_back", refuse)
        with pytest.raises(Fatal, match="no way back"):
            session.prefill([300])
    for call in (session.logits, lambda: session.prefill([5]), lambda: session.decode(max_tokens=1)):
        with pytest.raises(Fatal, match=r"not finite.*no way back"):
            call()
    assert "not finite" in (session.explain().fatal or "")
    session.close()


# ---- decoding


def greedy(session: Session, count: int) -> list[int]:
    return [piece.token for piece in session.decode(max_tokens=count)]


def expected_greedy(tiny: Any, prompt: list[int], count: int) -> list[int]:
    import torch

    tokens = list(prompt)
    for _ in range(count):
        with torch.no_grad():
            tokens.append(int(tiny.reference(torch.tensor([tokens])).logits[0, -1].argmax()))
        if tokens[-1] == 2:
            break
    return tokens[len(prompt) :]


def test_greedy_tokens_are_those_of_transformers(make_model: Any, prompt: list[int]) -> None:
    tiny = make_model("F32")
    with Model.open(tiny.path) as model, model.session(kv="f32") as session:
        session.prefill(prompt)
        assert greedy(session, 20) == expected_greedy(tiny, prompt, 20)


def test_decoding_goes_on_where_it_stopped(model: Model, prompt: list[int]) -> None:
    with model.session() as whole, model.session() as parts:
        whole.prefill(prompt)
        parts.prefill(prompt)
        tokens = greedy(whole, 12)
        assert 2 not in tokens  # an end token would hide the rest
        found = greedy(parts, 5)
        assert parts.explain().pending == (found[-1],)
        found += greedy(parts, 7)
        assert found == tokens
        assert parts.prefill([9]).prefilled == 2  # the pending token comes first
        assert parts.explain().resident_hash == sha([*prompt, *tokens, 9])


class Dictated:
    """A constraint that leaves no choice about these tokens, and every choice after them."""

    def __init__(self, tokens: list[int], vocab: int) -> None:
        self.tokens, self.vocab = tokens, vocab

    def start(self) -> int:
        return 0

    def advance(self, state: int, token: int) -> int:
        return state + 1

    def mask_words(self, state: int, words: Any = None) -> Any:
        words = ffi.new("uint64_t[]", (self.vocab + 63) // 64) if words is None else words
        free = state >= len(self.tokens)
        for token in range(self.vocab):
            bit = 1 << (token % 64)
            may = free or token == self.tokens[state]
            words[token // 64] = words[token // 64] & ~bit | (bit if may else 0)
        return words


def test_tokens_without_a_choice_come_without_the_model(model: Model, prompt: list[int]) -> None:
    dictated = [9, 17, 9, 21]
    with model.session() as forced, model.session() as plain:
        forced.prefill(prompt)
        plain.prefill([*prompt, *dictated])
        pieces = forced.decode(max_tokens=7, constraint=Dictated(dictated, model.vocab_size), logprobs=True)
        first = [next(pieces) for _ in dictated]
        assert [each.token for each in first] == dictated
        assert [each.logprob for each in first] == [0.0] * 4
        assert forced.explain().pending == tuple(dictated)
        assert forced.explain().resident == len(prompt)
        rest = [each.token for each in pieces]
        assert rest == greedy(plain, 3)
        assert forced.explain().resident_hash == plain.explain().resident_hash


def test_dictated_tokens_end_with_the_context(model: Model) -> None:
    with model.session(context=8) as session:
        session.prefill([5, 6, 7, 8, 9])
        pieces = list(session.decode(max_tokens=9, constraint=Dictated([9] * 9, model.vocab_size)))
        assert [each.finish for each in pieces] == [None, None, "length"]
        assert session.prefill([]).resident == 8


def test_penalties_count_dictated_tokens_too(model: Model, prompt: list[int]) -> None:
    harsh = Sampling(temperature=0.0, repeat_penalty=50.0, penalty_last_n=64)
    with model.session() as session, model.session() as other:
        for each in (session, other):
            each.prefill(prompt)
        choice = next(iter(other.decode(max_tokens=1))).token
        dictated = Dictated([choice, choice], model.vocab_size)
        tokens = [each.token for each in session.decode(harsh, max_tokens=4, constraint=dictated)]
        assert choice not in tokens[2:]


def test_warm_decoding_equals_cold(model: Model, prompt: list[int]) -> None:
    with model.session() as warm, model.session() as fresh:
        warm.prefill(prompt)
        greedy(warm, 6)
        warm.ensure_prefix([*prompt[:30], 9, 9])
        fresh.ensure_prefix([*prompt[:30], 9, 9])
        assert greedy(warm, 15) == greedy(fresh, 15)


def test_log_probabilities_only_on_request(session: Session, prompt: list[int]) -> None:
    session.prefill(prompt)
    logits = session.logits().astype(np.float64)
    expected = logits.max() - np.log(np.exp(logits - logits.max()).sum()) - logits.max()
    piece = next(iter(session.decode(max_tokens=1, logprobs=True)))
    assert piece.logprob == pytest.approx(expected, abs=1e-5)
    assert next(iter(session.decode(max_tokens=1))).logprob is None


def test_a_full_context_ends_with_length(model: Model) -> None:
    with model.session(context=8) as session:
        session.prefill([1, 5, 6, 7, 8, 9])
        pieces = list(session.decode(Sampling(logit_bias={2: -float("inf")}), max_tokens=50))
        assert len(pieces) == 2 or len(pieces) == 3
        assert pieces[-1].finish == "length"
        assert all(piece.finish is None for piece in pieces[:-1])


def test_end_tokens_stops_and_cancel_finish(session: Session, prompt: list[int]) -> None:
    session.prefill(prompt)
    eos = list(session.decode(Sampling(logit_bias={2: 1e4}), max_tokens=9))
    assert [(piece.token, piece.finish, piece.text) for piece in eos] == [(2, "eos", "")]
    letter = session.model.tokenizer.encode("e", add_bos=False)[-1]
    stopped = list(session.decode(Sampling(logit_bias={letter: 1e4}), max_tokens=9, stop=["eee"]))
    assert (len(stopped), stopped[-1].finish) == (3, "stop")
    assert "".join(piece.text for piece in stopped) == ""
    cancel = threading.Event()
    decoding = session.decode(Sampling(logit_bias={letter: 1e4}), max_tokens=9, cancel=cancel)
    assert next(decoding).finish is None
    cancel.set()
    last = list(decoding)
    assert [(piece.token, piece.finish) for piece in last] == [(-1, "cancelled")]


def test_a_timeline_moved_under_a_decoding_ends_it(session: Session, prompt: list[int]) -> None:
    session.prefill(prompt)
    decoding = session.decode(max_tokens=5)
    next(decoding)
    session.ensure_prefix([1, 5])
    with pytest.raises(ArgumentError, match="moved"):
        next(decoding)


def test_nothing_to_decode_from(session: Session) -> None:
    for call in (lambda: session.decode(max_tokens=1), session.logits):
        with pytest.raises(ArgumentError, match="Prefill"):
            call()
    session.prefill([1])
    with pytest.raises(ArgumentError, match="max_tokens"):
        session.decode(max_tokens=0)


# ---- snapshots


@pytest.mark.parametrize("kv", ["f16", "f32"])
def test_a_restored_session_goes_on_bit_equal(
    kv: Any, model: Model, prompt: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "s.snapshot"
    with model.session(kv=kv) as first, model.session(kv=kv, context=100) as second:
        first.prefill(prompt)
        greedy(first, 3)
        first.snapshot(path)
        logits, tokens = first.logits(), first.explain().resident_hash
        second.prefill([4, 4, 4])
        report = second.restore(path)
        assert (report.reused, report.dropped, report.resident) == (64, 3, 64)
        assert report.prefix_hash == tokens
        np.testing.assert_array_equal(second.logits(), logits)
        assert greedy(first, 10) == greedy(second, 10)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.snapshot"]


def test_other_conditions_are_refused_with_the_reason(model: Model, make_model: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.snapshot"
    with model.session() as session:
        session.prefill([1, 5, 6])
        session.snapshot(path)
    with Model.open(make_model("Q8_0").path) as other:
        attempts = {
            "adapter": model.session(adapter="0007"),
            "template": model.session(template="other"),
            "runtime": model.session(kv="f32"),
            "model": other.session(),
        }
        for reason, session in attempts.items():
            session.prefill([1, 9])
            before = session.explain()
            with pytest.raises(ManifestMismatch) as refused:
                session.restore(path)
            assert refused.value.reason.startswith(f"its {reason} is")
            assert session.explain() == before
    with model.session(context=2) as small, pytest.raises(ContextOverflow):
        small.restore(path)


def with_header(data: bytes, change: Any) -> bytes:
    length = struct.unpack_from("<I", data, 12)[0]
    header = json.loads(data[16 : 16 + length])
    change(header)
    raw = json.dumps(header, sort_keys=True).encode()
    body = data[:8] + struct.pack("<II", 1, len(raw)) + raw + data[16 + length : -32]
    return body + hashlib.sha256(body).digest()


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def hostile_files(data: bytes) -> dict[str, bytes]:
    token_at = 16 + struct.unpack_from("<I", data, 12)[0]
    wild = data[:token_at] + b"\xff\xff\xff\x7f" + data[token_at + 4 : -32]
    deep = b"[" * 60000
    return {
        "empty": b"",
        "magic": b"X" + data[1:],
        "version": data[:8] + struct.pack("<I", 9) + data[12:],
        "huge header": data[:12] + struct.pack("<I", 2**32 - 1) + data[16:],
        "deep header": data[:12] + struct.pack("<I", len(deep)) + deep,
        "truncated": data[:-1],
        "longer": data + b"\0",
        "flipped row": flip(data, len(data) - 40),
        "flipped checksum": flip(data, len(data) - 1),
        "token": wild + hashlib.sha256(wild).digest(),
        "negative count": with_header(data, lambda header: header.update(tokens=-1)),
        "boolean count": with_header(data, lambda header: header.update(tokens=True)),
        "wrong count": with_header(data, lambda header: header.update(tokens=2)),
        "other rows": with_header(data, lambda header: header.update(key_row_bytes=2)),
        "no manifest": with_header(data, lambda header: header.pop("manifest")),
        "manifest of numbers": with_header(data, lambda header: header["manifest"].update(bos=1)),
    }


def test_hostile_snapshots_are_refused_and_change_nothing(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "s.snapshot"
    with model.session(context=64) as session:
        session.prefill([1, 5, 6])
        session.snapshot(path)
        session.ensure_prefix([1, 9, 9, 9])
        before, logits = session.explain(), session.logits()
        for name, data in hostile_files(path.read_bytes()).items():
            path.write_bytes(data)
            with pytest.raises(MalformedFile):
                session.restore(path)
                pytest.fail(f"{name} was accepted")
        assert session.explain() == before
        np.testing.assert_array_equal(session.logits(), logits)
        with pytest.raises(EngineError, match="No such file"):
            session.restore(tmp_path / "none")
        with pytest.raises(EngineError, match="can't be written"):
            session.snapshot(tmp_path / "no" / "folder")
