"""What choosing a token costs, in milliseconds of processor time: `python tests/bench/sampling.py [VOCABULARY]`.

Logits like a model's, a few likely tokens above a normal distribution, and flat ones, where hardly a token can be left out
and every way is at its slowest.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from numpy.typing import NDArray

from engine.sampling import Sampler, Sampling

ROUNDS = 40
WAYS = {
    "greedy": Sampling(),
    "top_k 40": Sampling(temperature=0.8, top_k=40, seed=1),
    "top_k 40, top_p 0.9": Sampling(temperature=0.8, top_k=40, top_p=0.9, seed=1),
    "min_p 0.05": Sampling(temperature=0.8, min_p=0.05, seed=1),
    "top_p 0.9": Sampling(temperature=0.8, top_p=0.9, seed=1),
    "temperature alone": Sampling(temperature=0.8, seed=1),
    "mirostat 2": Sampling(temperature=0.8, mirostat=2, seed=1),
}


def milliseconds(sampling: Sampling, logits: NDArray[np.float32]) -> float:
    """The best of ROUNDS: what others take from the thread doesn't count."""
    sampler = Sampler(sampling, len(logits))
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time()
        sampler.sample(logits)
        best = min(best, time.thread_time() - start)
    return best * 1e3


def main(vocabulary: int) -> None:
    rng = np.random.default_rng(1)
    flat = rng.normal(0, 3, vocabulary).astype(np.float32)
    peaked = flat.copy()
    peaked[rng.choice(vocabulary, 8, replace=False)] += np.linspace(16, 22, 8, dtype=np.float32)
    print(f"{vocabulary} tokens{'':14}like a model's      flat")
    for name, sampling in WAYS.items():
        print(f"{name:24}{milliseconds(sampling, peaked):10.3f}{milliseconds(sampling, flat):14.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 262_144)
