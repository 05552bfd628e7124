"""A measurement computes what isn't resident, and nothing else; what it times is what was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lila.backends.local import builtin_model_path
from lila.bench.engine_worker import Reader, measure, open_engine


class Recorded:
    """An engine that notes how many tokens it is given, behind how many."""

    vocab_size = 100

    def __init__(self, drops_all: bool = False) -> None:
        self.resident: list[int] = []
        self.fed: list[tuple[int, int]] = []
        self._drops_all = drops_all

    def keep(self, count: int) -> int:
        assert count <= len(self.resident)
        del self.resident[0 if self._drops_all else count :]
        return len(self.resident)

    def feed(self, tokens: list[int]) -> None:
        self.fed.append((len(self.resident), len(tokens)))
        self.resident += tokens

    def logits(self) -> NDArray[np.float32]:
        return np.zeros(self.vocab_size, np.float32)

    def close(self) -> None: ...


def test_a_turn_reads_all_of_it_cold_and_its_own_tokens_warm() -> None:
    engine = Recorded()
    reader = Reader(engine)
    measure(reader, ["turn", 0, 50])
    measure(reader, ["turn", 40, 10])  # behind what the first left
    assert engine.fed == [(0, 50), (40, 10)]
    assert engine.resident == [7919 * place % 100 for place in range(1, 51)]  # one text, however it was read


def test_a_decode_goes_token_by_token_behind_its_depth() -> None:
    engine = Recorded()
    reader = Reader(engine)
    measure(reader, ["turn", 0, 6])
    measure(reader, ["decode", 3, 8])
    assert engine.fed == [(0, 6), (6, 2), (8, 1), (9, 1), (10, 1)]
    measure(reader, ["turn", 0, 2])
    assert engine.fed[-1] == (0, 2)


def test_an_engine_that_can_only_drop_everything_reads_the_prefix_again() -> None:
    engine = Recorded(drops_all=True)
    reader = Reader(engine)
    measure(reader, ["turn", 0, 50])
    measure(reader, ["turn", 40, 10])
    assert engine.fed == [(0, 50), (0, 40), (40, 10)]


@pytest.mark.parametrize("kv", ["f16", "f32", "q8_0"])
def test_the_native_engine_has_room_for_every_measurement(kv: str) -> None:
    engine = open_engine("native", str(builtin_model_path()), 1, 64, kv)
    reader = Reader(engine)
    for command in (["turn", 0, 60], ["decode", 4, 50], ["turn", 40, 4], ["turn", 0, 60], ["memory"]):
        assert measure(reader, command) > 0  # a timeline that was kept would run out of room
    engine.close()


def test_what_isnt_a_measurement_is_said() -> None:
    with pytest.raises(ValueError, match="found \\['sing'\\]"):
        measure(Reader(Recorded()), ["sing"])
