"""The session pool: bounded, warm, and never two borrowers for one session."""

from __future__ import annotations

import pytest

from lila.backends.pool import SessionPool
from lila.errors import BackendError


class Session:
    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made():
    return []


@pytest.fixture
def pool(made):
    def make():
        made.append(Session())
        return made[-1]

    return SessionPool(make, 2)


def use(pool, conversation):
    with pool.lend(conversation) as session:
        return session


def test_a_conversation_gets_its_own_session_again(pool):
    first = use(pool, "a")
    assert use(pool, "b") is not first and use(pool, "a") is first


def test_the_least_recently_used_makes_room_before_a_new_one_is_made(pool, made):
    first, second = use(pool, "a"), use(pool, "b")
    use(pool, "a")
    use(pool, "c")
    assert second.closed and not first.closed and len(made) == 3


def test_a_lent_session_is_nobody_elses(pool):
    with pool.lend("a") as one, pool.lend("a") as two:
        assert one is not two
    assert one.closed != two.closed


def test_a_session_whose_use_failed_is_not_kept(pool):
    with pytest.raises(RuntimeError), pool.lend("a") as session:
        raise RuntimeError
    assert session.closed and use(pool, "a") is not session


def test_stopping_early_keeps_the_session(pool):
    def generate():
        with pool.lend("a") as session:
            yield session

    pieces = generate()
    session = next(pieces)
    pieces.close()
    assert use(pool, "a") is session


def test_a_closed_pool_closes_what_comes_back_and_lends_nothing(pool):
    idle = use(pool, "b")
    with pool.lend("a") as lent:
        pool.close()
        assert idle.closed and not lent.closed
    assert lent.closed
    with pytest.raises(BackendError):
        use(pool, "a")
