"""The chain: order, reasons, and a conversation that survives its backend."""

from __future__ import annotations

import threading

import pytest

from lila.backends.base import Message, ModelInfo, Piece, Prompt, SamplingSettings
from lila.backends.chain import Chain, Step, open_chain
from lila.config import Api, Backends, Config, Gguf, Native
from lila.errors import BackendError, NoBackend

PROMPT = Prompt((Message("user", "hello"),))


class Scripted:
    """A backend that says its words, and fails at the one that is an error. Keeps what it was asked."""

    def __init__(self, name: str, *words: str | BackendError, dialect: str = "native") -> None:
        self.info = ModelInfo(name, name, "", 512, dialect)
        self.words, self.asked, self.closed = words, [], False

    def count(self, messages):
        return len(messages)

    def generate(self, prompt, sampling, *, max_tokens, conversation, cancel):
        self.asked.append((prompt, max_tokens))
        for word in self.words:
            if isinstance(word, BackendError):
                raise word
            yield Piece(word, tokens=(1,))
        yield Piece("", finish="stop")

    def close(self):
        self.closed = True


def failing(code: str = "connection_lost") -> BackendError:
    return BackendError(code, "it is gone", retryable=True)


def step(name, backend):
    def open_it():
        if isinstance(backend, BackendError):
            raise backend
        return backend

    return Step(name, open_it)


def run(chain, prompt=PROMPT, max_tokens=10, conversation="c"):
    return list(
        chain.generate(
            prompt,
            SamplingSettings(),
            max_tokens=max_tokens,
            conversation=conversation,
            cancel=threading.Event(),
        )
    )


def text(pieces):
    return "".join(piece.text for piece in pieces)


def test_the_first_that_opens_answers_and_the_rest_is_not_opened():
    opened = []
    one = Scripted("two", "Hi")
    chain = Chain(
        [
            step("one", BackendError("no_model", "no file")),
            step("two", one),
            Step("three", lambda: opened.append(1)),
        ]
    )
    pieces = run(chain)
    assert text(pieces) == "Hi" and not opened and not any(piece.handover for piece in pieces)
    assert [(each.name, each.state, each.reason) for each in chain.tried] == [
        ("one", "passed over", "no file"),
        ("two", "answers", ""),
        ("three", "standing by", ""),
    ]


def test_nothing_is_opened_before_it_is_needed():
    chain = Chain([step("one", Scripted("one"))])
    assert [each.state for each in chain.tried] == ["standing by"]
    assert chain.info.backend == "one" and [each.state for each in chain.tried] == ["answers"]


def test_a_backend_that_dies_in_mid_reply_is_succeeded_with_what_was_said():
    first, second = Scripted("one", "Hello ", "the", failing()), Scripted("two", "re.")
    chain = Chain([step("one", first), step("two", second)])
    pieces = run(chain)
    assert text(pieces) == "Hello there."
    assert second.asked == [(Prompt(PROMPT.messages, "Hello the"), 8)]
    told = [piece.handover for piece in pieces if piece.handover]
    assert [(each.failed, each.successor, each.reason) for each in told] == [("one", "two", "it is gone")]
    assert first.closed and not second.closed
    assert [each.state for each in chain.tried] == ["failed", "answers"]


def test_a_handover_is_told_once():
    chain = Chain([step("one", Scripted("one", failing())), step("two", Scripted("two", "Hi"))])
    assert any(piece.handover for piece in run(chain))
    assert not any(piece.handover for piece in run(chain, conversation="another"))


def test_the_prompt_is_built_anew_for_the_successors_dialect():
    first, second = Scripted("one", "a", failing()), Scripted("two", "b", dialect="taught")
    chain = Chain([step("one", first), step("two", second)])
    run(chain, lambda info: Prompt((Message("user", info.dialect),), "tool result "))
    assert second.asked[0][0] == Prompt((Message("user", "taught"),), "tool result a")


def test_a_prompt_that_is_too_long_is_no_reason_to_hand_over():
    second = Scripted("two", "Hi")
    chain = Chain([step("one", Scripted("one", failing("context_overflow"))), step("two", second)])
    with pytest.raises(BackendError) as caught:
        run(chain)
    assert caught.value.code == "context_overflow" and not second.asked


def test_when_all_have_failed_every_reason_is_given():
    broken = Scripted("two", failing("out_of_memory"))
    chain = Chain([step("one", BackendError("not_installed", "pip install x")), step("two", broken)])
    with pytest.raises(NoBackend) as caught:
        run(chain)
    assert caught.value.reasons == (("one", "pip install x"), ("two", "it is gone"))
    with pytest.raises(NoBackend):
        assert chain.info
    assert broken.closed


def test_a_backend_closes_only_when_its_last_conversation_has_left():
    first = Scripted("one", "a", "b", "c")
    chain = Chain([step("one", first), step("two", Scripted("two", "x"))])
    steady = chain.generate(
        PROMPT, SamplingSettings(), max_tokens=9, conversation="s", cancel=threading.Event()
    )
    next(steady)
    first.words = (failing(),)
    run(chain, conversation="other")
    assert not first.closed
    assert text(steady) == "bc" and first.closed


def test_a_reply_that_spent_its_tokens_ends_at_the_handover():
    chain = Chain([step("one", Scripted("one", "a", "b", failing())), step("two", Scripted("two", "c"))])
    pieces = run(chain, max_tokens=2)
    assert text(pieces) == "ab" and pieces[-1].finish == "length" and pieces[-1].handover


def test_a_closed_chain_closes_its_backends_and_says_so():
    backend = Scripted("one", "Hi")
    chain = Chain([step("one", backend)])
    run(chain)
    chain.close()
    assert backend.closed
    with pytest.raises(BackendError) as caught:
        run(chain)
    assert caught.value.code == "closed"


def test_the_configured_chain_passes_over_what_can_not_be_had(tiny_gguf, tmp_path):
    config = Config(
        home=tmp_path,
        backends=Backends(chain=("api", "native", "gguf")),
        native=Native(model=str(tmp_path / "none.gguf")),
        gguf=Gguf(model=str(tiny_gguf), threads=1),
    )
    chain = open_chain(config)
    assert chain.info.backend == "gguf" and chain.info.dialect == "native"
    assert [each.code for each in chain.tried] == ["unavailable", "no_model", ""]
    assert len(text(run(chain))) > 0
    chain.close()


def test_a_dialect_can_be_forced(tiny_gguf, tmp_path):
    config = Config(
        home=tmp_path, backends=Backends(dialect="taught"), native=Native(model=str(tiny_gguf), threads=1)
    )
    chain = open_chain(config)
    assert chain.info.dialect == "taught"
    chain.close()


def test_a_real_server_that_dies_hands_over_to_the_native_engine(tiny_gguf, tmp_path, dying_server):
    config = Config(
        home=tmp_path,
        backends=Backends(chain=("api", "native")),
        native=Native(model=str(tiny_gguf), threads=1),
        api=Api(base_url=dying_server, model="m", retries=0),
    )
    chain = open_chain(config)
    pieces = run(chain, max_tokens=8)
    assert text(pieces).startswith("Hello wor") and len(text(pieces)) > len("Hello wor")
    assert [piece.handover.successor for piece in pieces if piece.handover] == ["native"]
    chain.close()


class Server:
    """A backend on a server that may be away; each opening is another connection."""

    def __init__(self, name="one"):
        self.name, self.up, self.opened = name, True, 0

    def open(self):
        self.opened += 1
        if not self.up:
            raise BackendError("unavailable", "the server can't be reached", retryable=True)
        return Scripted(self.name, "Hi")

    def lose(self, chain):
        """It dies under the connection that is open."""
        self.up = False
        chain._links[0].backend.words = (failing(),)


def seconds():
    now = [0.0]
    return now, lambda: now[0]


def test_the_only_server_is_asked_again_when_it_is_back():
    now, clock = seconds()
    server = Server()
    chain = Chain([Step("one", server.open)], clock=clock)
    assert text(run(chain)) == "Hi"
    server.lose(chain)
    with pytest.raises(NoBackend):
        run(chain)
    now[0] += 2
    with pytest.raises(NoBackend, match="can't be reached"):
        run(chain)
    server.up = True
    now[0] += 2
    assert text(run(chain)) == "Hi"
    assert [each.state for each in chain.tried] == ["answers"]


def test_what_failed_this_moment_is_not_asked_again_at_once():
    now, clock = seconds()
    server = Server()
    server.up = False
    chain = Chain([Step("one", server.open)], clock=clock)
    for _ in range(3):
        with pytest.raises(NoBackend):
            assert chain.info
    assert server.opened == 1
    now[0] += 1
    with pytest.raises(NoBackend):
        assert chain.info
    assert server.opened == 2


def test_the_first_of_the_chain_comes_back_after_a_wait_that_doubles():
    now, clock = seconds()
    server = Server()
    chain = Chain([Step("one", server.open), step("two", Scripted("two", "Hello"))], clock=clock)
    run(chain)
    server.lose(chain)
    assert text(run(chain)) == "Hello"
    asked_at = []
    for _ in range(100):
        now[0] += 1
        opened = server.opened
        assert chain.info.backend == "two"
        if server.opened > opened:
            asked_at.append(now[0])
    assert asked_at == [15, 45]
    server.up = True
    now[0] += 60
    assert (
        text(run(chain)) == "Hello"
    )  # not in the middle of a turn: a turn begins with the question who answers
    assert chain.info.backend == "one"
    assert text(run(chain)) == "Hi"
    assert [each.state for each in chain.tried] == ["answers", "standing by"]


def test_what_no_wait_can_mend_is_not_tried_again():
    now, clock = seconds()
    opened = []

    def open_it():
        opened.append(1)
        raise BackendError("not_installed", "pip install x")

    chain = Chain([Step("one", open_it)], clock=clock)
    for _ in range(2):
        now[0] += 9999
        with pytest.raises(NoBackend):
            assert chain.info
    assert len(opened) == 1


def test_a_step_that_others_still_use_is_not_opened_beside_itself():
    now, clock = seconds()
    server = Server()
    chain = Chain([Step("one", server.open), step("two", Scripted("two", "x"))], clock=clock)
    first = chain.info and chain._links[0].backend
    first.words = ("a", "b")
    steady = chain.generate(
        PROMPT, SamplingSettings(), max_tokens=9, conversation="s", cancel=threading.Event()
    )
    next(steady)
    first.words = (failing(),)
    run(chain, conversation="other")
    now[0] += 9999
    assert chain.info.backend == "two" and not first.closed
    assert text(steady) == "b" and first.closed
    assert chain.info.backend == "one" and server.opened == 2
