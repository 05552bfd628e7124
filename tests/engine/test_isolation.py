"""Several sessions on one model, from several threads: each gives what it gives alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from engine import Model, Sampling

SESSIONS = 6


def conversation(model: Model, seed: int) -> tuple[list[int], bytes]:
    """A prompt, sampled tokens, a changed prefix and more tokens; all tokens and the last logits."""
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(3, 320, size).tolist() for size in (37, 21))
    sampling = Sampling(temperature=1.0, seed=seed, repeat_penalty=1.2)
    with model.session(context=128, batch=16) as session:
        session.prefill([1, *first])
        tokens = [piece.token for piece in session.decode(sampling, max_tokens=15)]
        session.ensure_prefix([1, *first[:20], *second])
        tokens += [piece.token for piece in session.decode(sampling, max_tokens=15)]
        return tokens, session.logits().tobytes()


def test_concurrent_sessions_equal_sessions_alone(make_model: Any) -> None:
    with Model.open(make_model("F16").path, threads=2) as model:
        alone = [conversation(model, seed) for seed in range(SESSIONS)]
        assert len({logits for _, logits in alone}) == SESSIONS  # they differ, so a mix-up would show
        start = threading.Barrier(SESSIONS)

        def together(seed: int) -> list[tuple[list[int], bytes]]:
            start.wait()
            return [conversation(model, seed) for _ in range(3)]

        with ThreadPoolExecutor(SESSIONS) as threads:
            for seed, results in enumerate(threads.map(together, range(SESSIONS))):
                assert results == [alone[seed]] * 3


def test_interleaved_steps_do_not_mix(make_model: Any) -> None:
    with Model.open(make_model("Q4_0").path, threads=1) as model:
        sessions = [model.session(context=64) for _ in range(3)]
        prompts = [np.random.default_rng(seed).integers(3, 320, 20).tolist() for seed in range(3)]
        for position in range(20):
            for session, prompt in zip(sessions, prompts, strict=True):
                session.prefill([prompt[position]])
        for session, prompt in zip(sessions, prompts, strict=True):
            with model.session(context=64) as fresh:
                fresh.prefill(prompt)
                np.testing.assert_array_equal(session.logits(), fresh.logits())


def test_a_new_session_sees_nothing_of_a_closed_one(make_model: Any) -> None:
    with Model.open(make_model("F16").path, threads=1) as model:
        with model.session(context=64) as session:
            session.prefill([1, 7, 8, 9])
        with model.session(context=64) as session:
            assert session.explain().resident == 0
            assert all(not any(bytes(view)) for view in session._timeline.rows(0, 64))


def test_calls_of_several_threads_on_one_session_take_turns(make_model: Any) -> None:
    with Model.open(make_model("F16").path, threads=1) as model, model.session(context=256) as session:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda token: session.prefill([token] * 10), range(3, 23)))
        tokens = session._timeline.tokens().reshape(20, 10)
        assert (tokens == tokens[:, :1]).all()  # no prefill was torn
        assert sorted(tokens[:, 0].tolist()) == list(range(3, 23))
