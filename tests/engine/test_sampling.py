"""Sampling: every setting does what it says, on distributions small enough to count."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import EngineError
from engine.sampling import Sampler, Sampling

PROBABILITIES = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
LOGITS = np.log(PROBABILITIES).astype(np.float32)
DRAWS = 20_000


def frequencies(sampling: Sampling, logits: np.ndarray = LOGITS, draws: int = DRAWS) -> np.ndarray:
    sampler = Sampler(sampling, len(logits))
    tokens = [sampler.sample(logits)[0] for _ in range(draws)]
    return np.bincount(tokens, minlength=len(logits)) / draws


def assert_drawn_from(seen: np.ndarray, wanted: np.ndarray) -> None:
    """Within four standard deviations of each probability; what has none is never drawn."""
    bound = 4 * np.sqrt(wanted * (1 - wanted) / DRAWS)
    assert (np.abs(seen - wanted) <= bound).all(), (seen, wanted)


def normalised(values: np.ndarray) -> np.ndarray:
    return values / values.sum()


def allow(n: int, *tokens: int) -> object:
    from engine.binding import ffi

    words = ffi.new("uint64_t[]", (n + 63) // 64)
    for token in tokens:
        words[token // 64] |= 1 << (token % 64)
    return words


def test_greedy_takes_the_largest_and_the_first_among_equals():
    sampler = Sampler(Sampling(), 4)
    assert sampler.sample(np.array([1, 3, 3, 2], np.float32))[0] == 1


def test_temperature_is_not_undone_by_a_greedy_end():
    assert_drawn_from(frequencies(Sampling(temperature=1.0, seed=1)), PROBABILITIES)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_temperature_sharpens_and_flattens(temperature):
    wanted = normalised(PROBABILITIES ** (1 / temperature))
    assert_drawn_from(frequencies(Sampling(temperature=temperature, seed=2)), wanted)


def test_a_long_vocabulary_is_drawn_from_in_proportion():
    """Likely tokens in several of the blocks that C sums up, the last one short; some forbidden, one banned."""
    places = [3, 1023, 1024, 2500, 2999]
    logits = np.full(3000, -60, np.float32)
    logits[places] = LOGITS
    logits[[7, 1500]] = 9.0
    sampling = Sampling(temperature=1.0, seed=11, logit_bias={1500: -math.inf})
    sampler = Sampler(sampling, 3000)
    mask = allow(3000, *(token for token in range(3000) if token != 7))
    tokens = [sampler.sample(logits, mask)[0] for _ in range(DRAWS)]
    seen = np.bincount(tokens, minlength=3000) / DRAWS
    assert seen[places].sum() == 1
    assert_drawn_from(seen[places], PROBABILITIES)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 1023, 1024, 1025, 3000])
def test_the_largest_is_found_at_every_place(size):
    rng = np.random.default_rng(size)
    for place in {0, size // 2, size - 1}:
        logits = rng.normal(0, 1, size).astype(np.float32)
        logits[place:] = np.minimum(logits[place:], 5)
        logits[place] = 9.0
        assert Sampler(Sampling(), size).sample(logits)[0] == place
        assert Sampler(Sampling(temperature=1e-3, seed=1), size).sample(logits)[0] == place
        assert Sampler(Sampling(temperature=1.0, min_p=0.9, seed=1), size).sample(logits)[0] == place


def test_top_k_keeps_the_k_best():
    wanted = normalised(np.array([0.4, 0.3, 0.15, 0, 0]))
    assert_drawn_from(frequencies(Sampling(temperature=1.0, top_k=3, seed=3)), wanted)


def test_top_k_selects_among_many_in_any_order():
    rng = np.random.default_rng(0)
    logits = rng.permutation(np.linspace(-8, 0, 5000)).astype(np.float32)
    best = set(np.argsort(-logits)[:40].tolist())
    sampler = Sampler(Sampling(temperature=50.0, top_k=40, seed=4), 5000)
    assert {sampler.sample(logits)[0] for _ in range(2000)} == best


def test_top_k_of_equals_takes_the_smaller_ids():
    sampler = Sampler(Sampling(temperature=1.0, top_k=3, seed=5), 10)
    assert {sampler.sample(np.zeros(10, np.float32))[0] for _ in range(200)} == {0, 1, 2}


@pytest.mark.parametrize(("top_p", "kept"), [(0.4, 1), (0.41, 2), (0.7, 2), (0.72, 3), (0.96, 5)])
@pytest.mark.parametrize("top_k", [0, 4])
def test_top_p_keeps_the_smallest_set_that_reaches_it(top_p, kept, top_k):
    logits = LOGITS[[3, 0, 4, 1, 2]]
    within = np.sort(PROBABILITIES)[::-1] if top_k == 0 else normalised(PROBABILITIES[:top_k])
    kept = int(np.searchsorted(np.cumsum(within), top_p - 1e-6)) + 1 if top_k else kept
    wanted = np.zeros(5)
    wanted[:kept] = normalised(PROBABILITIES[:kept])
    sampling = Sampling(temperature=1.0, top_p=top_p - 1e-6, top_k=top_k, seed=6)
    assert_drawn_from(frequencies(sampling, logits), wanted[[3, 0, 4, 1, 2]])


def test_top_p_over_a_long_tail_equals_a_full_sort():
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, 3000).astype(np.float32)
    p = normalised(np.exp(logits.astype(np.float64)))
    order = np.argsort(-p)
    kept = order[: int(np.searchsorted(np.cumsum(p[order]), 0.3)) + 1]
    sampler = Sampler(Sampling(temperature=1.0, top_p=0.3, seed=7), 3000)
    drawn = {sampler.sample(logits)[0] for _ in range(4000)}
    assert drawn <= set(kept.tolist()) and len(drawn) > 0.8 * len(kept)


def test_min_p_is_a_share_of_the_most_probable():
    wanted = normalised(np.array([0.4, 0.3, 0.15, 0, 0]))
    assert_drawn_from(frequencies(Sampling(temperature=1.0, min_p=0.3, seed=8)), wanted)


def test_a_seed_gives_the_same_tokens_again_and_another_gives_others():
    def tokens(seed: int) -> list[int]:
        sampler = Sampler(Sampling(temperature=1.0, seed=seed), 5)
        return [sampler.sample(LOGITS)[0] for _ in range(64)]

    assert tokens(11) == tokens(11) != tokens(12)


def test_without_a_seed_runs_differ_but_tell_their_seed():
    first, second = (Sampler(Sampling(temperature=1.0), 5) for _ in range(2))
    assert first.seed != second.seed
    again = Sampler(Sampling(temperature=1.0, seed=first.seed), 5)
    assert [first.sample(LOGITS)[0] for _ in range(64)] == [again.sample(LOGITS)[0] for _ in range(64)]


def test_the_prompt_is_in_the_penalties_history():
    sampler = Sampler(Sampling(presence_penalty=10.0), 3)
    sampler.accept([0])
    assert sampler.sample(np.array([2.0, 1.0, 0.0], np.float32))[0] == 1


def test_sampled_tokens_enter_the_history_by_themselves():
    sampler = Sampler(Sampling(presence_penalty=10.0), 3)
    logits = np.array([2.0, 1.0, 0.0], np.float32)
    assert [sampler.sample(logits)[0] for _ in range(3)] == [0, 1, 2]


def test_the_history_forgets_what_is_older_than_last_n():
    sampler = Sampler(Sampling(presence_penalty=10.0, penalty_last_n=2), 3)
    logits = np.array([2.0, 1.0, 0.0], np.float32)
    assert [sampler.sample(logits)[0] for _ in range(6)] == [0, 1, 2, 0, 1, 2]


def test_repeat_penalty_divides_positive_and_multiplies_negative_logits():
    sampler = Sampler(Sampling(repeat_penalty=2.0), 2)
    sampler.accept([0, 0, 0])  # counts once, however often it occurs
    assert sampler.sample(np.array([4.0, 1.9], np.float32))[0] == 0
    sampler = Sampler(Sampling(repeat_penalty=2.0), 2)
    sampler.accept([0])
    assert sampler.sample(np.array([4.0, 2.1], np.float32))[0] == 1
    sampler = Sampler(Sampling(repeat_penalty=2.0), 2)
    sampler.accept([0])
    assert sampler.sample(np.array([-1.0, -1.9], np.float32))[0] == 1


def test_frequency_penalty_grows_with_each_occurrence():
    sampler = Sampler(Sampling(frequency_penalty=0.4), 2)
    logits = np.array([1.0, 0.0], np.float32)
    assert [sampler.sample(logits)[0] for _ in range(4)] == [0, 0, 0, 1]


def test_logit_bias_moves_and_bans():
    logits = np.array([2.0, 1.0, 0.0], np.float32)
    assert Sampler(Sampling(logit_bias={2: 3.0}), 3).sample(logits)[0] == 2
    assert Sampler(Sampling(logit_bias={0: -math.inf}), 3).sample(logits)[0] == 1


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(),
        Sampling(temperature=1.0, seed=1),
        Sampling(temperature=1.0, top_k=2, seed=1),
        Sampling(temperature=1.0, top_p=0.5, seed=1),
        Sampling(temperature=1.0, mirostat=1, seed=1),
        Sampling(temperature=1.0, mirostat=2, seed=1),
    ],
)
def test_a_mask_is_obeyed_by_every_strategy(sampling):
    sampler = Sampler(sampling, 5)
    assert {sampler.sample(LOGITS, allow(5, 3, 4))[0] for _ in range(100)} <= {3, 4}
    with pytest.raises(EngineError, match="no token is left"):
        sampler.sample(LOGITS, allow(5))


def test_log_probability_is_among_the_allowed_ones():
    sampler = Sampler(Sampling(temperature=5.0, seed=1), 5)
    for _ in range(20):
        token, logprob = sampler.sample(LOGITS + 7, allow(5, 3, 4), logprob=True)
        both = PROBABILITIES[3] + PROBABILITIES[4]
        assert logprob == pytest.approx(math.log(PROBABILITIES[token] / both), abs=1e-5)
    assert sampler.sample(LOGITS, allow(5, 2), logprob=True) == (2, 0.0)


def test_log_probability_is_of_the_raw_distribution():
    sampler = Sampler(Sampling(temperature=5.0, repeat_penalty=1.7, top_k=2, logit_bias={1: 2.0}, seed=1), 5)
    for _ in range(20):
        token, logprob = sampler.sample(LOGITS + 7, logprob=True)
        assert logprob == pytest.approx(math.log(PROBABILITIES[token]), abs=1e-5)
    assert sampler.sample(LOGITS)[1] is None


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_logit_that_is_no_number_is_an_error(bad, temperature):
    logits = LOGITS.copy()
    logits[3] = bad
    with pytest.raises(EngineError, match="logit 3"):
        Sampler(Sampling(temperature=temperature, seed=1), 5).sample(logits)


def test_extreme_logits_and_settings_stay_numbers():
    logits = np.array([3e38, -3e38, 0.0], np.float32)
    assert Sampler(Sampling(temperature=1e-30, seed=1), 3).sample(logits)[0] == 0
    sampler = Sampler(Sampling(temperature=1.0, repeat_penalty=1e30, logit_bias={0: 3e38}, seed=1), 3)
    assert all(0 <= sampler.sample(logits)[0] < 3 for _ in range(10))


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_holds_the_surprise(version):
    p = normalised(1.0 / np.arange(1, 2001))
    logits = np.log(p).astype(np.float32)
    tau = 4.0
    sampling = Sampling(temperature=1.0, mirostat=version, mirostat_tau=tau, mirostat_eta=0.1, seed=9)
    sampler = Sampler(sampling, 2000)
    surprises = [-math.log2(p[sampler.sample(logits)[0]]) for _ in range(3000)]
    assert np.mean(surprises[200:]) == pytest.approx(tau, abs=0.15)
    plain = Sampler(Sampling(temperature=1.0, seed=9), 2000)
    assert np.mean([-math.log2(p[plain.sample(logits)[0]]) for _ in range(3000)]) > tau + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -1.0},
        {"temperature": math.nan},
        {"top_k": -1},
        {"top_p": 0.0},
        {"top_p": 1.5},
        {"min_p": -0.1},
        {"repeat_penalty": 0.0},
        {"frequency_penalty": math.inf},
        {"penalty_last_n": -1},
        {"mirostat": 3},
        {"mirostat": 2, "mirostat_tau": 0.0},
        {"mirostat": 1, "mirostat_eta": -1.0},
        {"logit_bias": {5: 1.0}},
        {"logit_bias": {0: math.nan}},
        {"logit_bias": {2**70: 1.0}},
        {"logit_bias": {"a": 1.0}},
        {"logit_bias": {0: 10**400}},
        {"logit_bias": {0: "a"}},
        {"top_k": 2**31},
        {"top_k": 1.5},
        {"temperature": 10**400},
        {"temperature": "hot"},
        {"seed": 1.5},
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(wrong):
    name = "bias" if "logit_bias" in wrong else list(wrong)[-1]
    with pytest.raises(EngineError, match=name):
        Sampler(Sampling(**wrong), 5)


def test_a_token_from_elsewhere_is_checked():
    with pytest.raises(EngineError, match="no token 5"):
        Sampler(Sampling(presence_penalty=1.0), 5).accept([1, 5])
    for wrong in (2**70, "a", 1.5):
        with pytest.raises(EngineError, match="tokens to accept"):
            Sampler(Sampling(presence_penalty=1.0), 5).accept([1, wrong])
