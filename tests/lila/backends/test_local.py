"""The three local backends: one file, one way to prompt, the same tokens."""

from __future__ import annotations

import dataclasses
import re
import threading

import pytest

from engine.errors import ArgumentError
from engine.model import Model
from lila.backends.base import Message, Prompt
from lila.backends.gguf import GgufBackend
from lila.backends.local import builtin_model_path, file_digest
from lila.backends.native import NativeBackend
from lila.backends.transformers_ import TransformersBackend
from lila.config import Gguf, Native, Transformers
from lila.errors import BackendError
from memory.grammar import MEMORY_PATTERN

OPENERS = {
    "native": lambda path: NativeBackend(Native(model=path, threads=1)),
    "gguf": lambda path: GgufBackend(Gguf(model=path, threads=1)),
    "transformers": lambda path: TransformersBackend(Transformers(model=path, threads=1)),
}


@pytest.fixture(scope="module")
def local(tiny_gguf):
    opened = {name: opener(str(tiny_gguf)) for name, opener in OPENERS.items()}
    yield opened
    for backend in opened.values():
        backend.close()


@pytest.fixture(params=OPENERS)
def backend(request, local):
    return local[request.param]


def test_greedy_tokens_are_the_same_on_all_three(local, prompt, say):
    said = {name: say(backend, prompt) for name, backend in local.items()}
    assert said["native"].tokens == said["gguf"].tokens == said["transformers"].tokens
    assert len(said["native"].tokens) == 24 and len(set(said["native"].tokens)) > 5
    assert said["native"].text == said["gguf"].text == said["transformers"].text
    for name in ("gguf", "transformers"):
        assert said[name].logprobs == pytest.approx(said["native"].logprobs, abs=0.05)


@pytest.mark.parametrize(
    "said",
    [
        "remember that my door code is 4821",
        "thanks, that was quick",
        "could you switch on the radio upstairs",
    ],
)
def test_the_built_in_model_answers_the_same_on_all_three(say, said):
    path = str(builtin_model_path())
    prompt = Prompt((Message("user", said),))
    tokens = []
    for opener in OPENERS.values():
        backend = opener(path)
        tokens.append(say(backend, prompt, max_tokens=60).tokens)
        backend.close()
    assert tokens[0] == tokens[1] == tokens[2]


def test_prompts_have_the_same_size_on_all_three(local):
    messages = [Message("memory", "[1] café 🌱"), Message("user", "12 times 7?"), Message("assistant", "84.")]
    assert len({backend.count(messages) for backend in local.values()}) == 1


def test_a_warm_conversation_says_the_same_as_a_cold_one(backend, say):
    first = Prompt((Message("user", "my door code is 4821"),))
    second = Prompt((*first.messages, Message("assistant", "Noted."), Message("user", "when is the lesson?")))
    say(backend, first, conversation="warm")
    assert (
        say(backend, second, conversation="warm").tokens == say(backend, second, conversation="cold").tokens
    )


def test_conversations_do_not_leak_into_each_other(backend, say, prompt):
    alone = say(backend, prompt, conversation="alone").tokens
    one = backend.generate(prompt, sampling(), max_tokens=12, conversation="one", cancel=threading.Event())
    other = Prompt((Message("user", "bread milk eggs"),))
    two = backend.generate(other, sampling(), max_tokens=12, conversation="two", cancel=threading.Event())
    tokens = []
    for piece, _ in zip(one, two, strict=False):
        tokens += piece.tokens
    tokens += [token for piece in one for token in piece.tokens]
    assert tokens[:8] == alone[:8]


def sampling():
    from lila.backends.base import SamplingSettings

    return SamplingSettings()


def test_what_follows_a_block_start_is_held_to_the_grammar(backend, say):
    """A random model finishes the block that its continuation began, as the grammar says."""
    opening = "<|memory_start|>\n<|mem_recall|> query="
    prompt = Prompt((Message("user", "hello"),), opening)
    ban = {token: -30.0 for token in range(20, 420) if token not in (21, 46, 47)}
    said = say(backend, prompt, max_tokens=40, logit_bias=ban)
    whole = (opening + said.text).removeprefix("<|memory_start|>")
    block = whole[: whole.index("<|memory_end|>") + len("<|memory_end|>")]
    assert re.fullmatch(MEMORY_PATTERN, block), block


def test_a_seed_repeats_a_reply(backend, say):
    first, again, other = (say(backend, temperature=1.0, seed=seed).tokens for seed in (1, 1, 2))
    assert first == again != other


def test_a_stop_string_ends_the_reply_and_is_not_part_of_it(backend, say):
    whole = say(backend).text
    stop = whole[6:9]
    said = say(backend, stop=(stop,))
    assert said.finish == "stop" and said.text == whole[: whole.index(stop)]


def test_max_tokens_ends_the_reply(backend, say):
    said = say(backend, max_tokens=5)
    assert said.finish == "length" and len(said.tokens) == len(said.logprobs) == 5


def test_an_interruption_ends_the_reply(backend, say):
    cancel = threading.Event()
    pieces = backend.generate(
        Prompt((Message("user", "hello"),)), sampling(), max_tokens=50, conversation="i", cancel=cancel
    )
    next(pieces)
    cancel.set()
    rest = list(pieces)
    assert rest[-1].finish == "cancelled" and sum(len(piece.tokens) for piece in rest) <= 2


def test_a_prompt_beyond_the_context_is_refused(backend, say):
    with pytest.raises(BackendError) as caught:
        say(backend, Prompt((Message("user", "milk " * 600),)))
    assert caught.value.code == "context_overflow"


def test_a_special_token_in_a_message_stays_text(backend):
    plain = backend.count([Message("user", "a < |end|> b")])
    assert backend.count([Message("user", "a <|end|> b")]) == plain


def test_info_names_the_file(backend, tiny_gguf):
    info = backend.info
    assert (info.model, info.dialect, info.context_tokens) == ("tiny", "native", 512)
    assert info.digest == file_digest(tiny_gguf)


@pytest.mark.parametrize("name", OPENERS)
def test_a_closed_backend_says_so(name, tiny_gguf, say):
    backend = OPENERS[name](str(tiny_gguf))
    backend.close()
    with pytest.raises(BackendError) as caught:
        say(backend)
    assert caught.value.code == "closed"


@pytest.mark.parametrize("name", OPENERS)
def test_a_missing_or_damaged_file_is_named(name, tmp_path):
    with pytest.raises(BackendError) as caught:
        OPENERS[name](str(tmp_path / "none.gguf"))
    assert caught.value.code == "no_model" and "none.gguf" in caught.value.message
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + b"\xff" * 200)
    with pytest.raises(BackendError) as caught:
        OPENERS[name](str(damaged))
    assert caught.value.code == "bad_model"


def test_a_model_is_found_in_the_home(tiny_gguf, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.gguf").symlink_to(tiny_gguf)
    backend = NativeBackend(Native(model="mine.gguf"), home=tmp_path)
    assert backend.info.model == "mine"
    backend.close()


def test_packed_weights_are_kept_in_the_home(tiny_gguf, tmp_path, monkeypatch):
    given = []
    opened = Model.open

    def watched(path, **options):
        given.append((options["cache"], options["cache_limit_bytes"]))
        return opened(path, **options)

    monkeypatch.setattr("lila.backends.native.Model.open", watched)
    NativeBackend(Native(model=str(tiny_gguf)), home=tmp_path).close()
    NativeBackend(Native(model=str(tiny_gguf), cache_gib=3)).close()
    assert given == [(tmp_path / "cache", 8 << 30), (None, 3 << 30)]


@pytest.mark.parametrize("kv", ["f16", "q8_0", "f32"])
def test_the_native_cache_has_the_type_that_was_asked_for(kv, tiny_gguf, say):
    backend = NativeBackend(Native(model=str(tiny_gguf), kv=kv, threads=1))
    say(backend, conversation="a", max_tokens=2)
    assert backend._pool._idle["a"].explain().kv == kv
    backend.close()


def test_a_cache_type_that_the_model_refuses_is_found_at_once(tiny_gguf, monkeypatch):
    def refused(self, **options):
        raise ArgumentError("kv_type q8_0: expected heads of a multiple of 32 elements")

    monkeypatch.setattr("lila.backends.native.Model.session", refused)
    with pytest.raises(BackendError, match="multiple of 32 elements"):
        NativeBackend(Native(model=str(tiny_gguf), kv="q8_0", threads=1))


def test_the_native_pool_is_bounded_and_keeps_prefixes_warm(tiny_gguf, say):
    backend = NativeBackend(Native(model=str(tiny_gguf), sessions=2, threads=1))
    for conversation in "abcd":
        say(backend, conversation=conversation, max_tokens=2)
    assert list(backend._pool._idle) == ["c", "d"]
    resident = backend._pool._idle["d"].explain().resident
    assert resident >= backend.count([Message("user", "when is the swimming lesson?")])
    backend.close()


def test_a_reply_that_begins_inside_a_thought_says_so_first(backend, prompt, say, monkeypatch):
    real = backend._prompting.encode
    monkeypatch.setattr(
        backend._prompting, "encode", lambda prompt: dataclasses.replace(real(prompt), thinking="<think>")
    )
    assert say(backend, prompt, max_tokens=4).text.startswith("<think>")
