"""The API backend, against llama-cpp-python's own server and against one that misbehaves."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from lila.backends.api import ApiBackend
from lila.backends.base import Message, Prompt, SamplingSettings
from lila.config import Api
from lila.errors import BackendError

KEY = "sk-very-secret-key"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def real_server(tiny_gguf, tmp_path_factory):
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(tiny_gguf), "--port", str(port)]
    command += [
        "--host",
        "127.0.0.1",
        "--n_threads",
        "1",
        "--n_threads_batch",
        "1",
        "--n_ctx",
        "512",
        "--api_key",
        KEY,
        "--model_alias",
        "tiny",
    ]
    log = (tmp_path_factory.mktemp("server") / "log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "NO_PROXY": "*"})
    base = f"http://127.0.0.1:{port}/v1"
    request = urllib.request.Request(f"{base}/models", headers={"Authorization": f"Bearer {KEY}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            opener.open(request, timeout=2).close()
            break
        except OSError:
            assert process.poll() is None, "the server did not start"
            time.sleep(0.2)
    yield base
    process.terminate()
    process.wait(20)


@pytest.fixture
def real(real_server):
    backend = ApiBackend(Api(base_url=real_server, key=KEY))
    yield backend
    backend.close()


def test_a_real_server_streams_a_reply(real, say):
    said = say(real, max_tokens=12)
    assert len([piece for piece in said.pieces if piece.text]) > 3
    assert said.finish == "length" and said.text
    assert real.info.model == "tiny" and real.info.dialect == "taught"


def test_a_real_server_repeats_a_greedy_reply(real, say):
    assert say(real, max_tokens=8).text == say(real, max_tokens=8).text


def test_a_real_server_refuses_a_wrong_key_once_and_for_all(real_server):
    with pytest.raises(BackendError) as caught:
        ApiBackend(Api(base_url=real_server, key="sk-wrong"))
    assert caught.value.code == "unauthorized" and not caught.value.retryable
    assert "sk-wrong" not in str(caught.value) and "LILA_API_KEY" in str(caught.value)


def test_a_real_server_can_be_interrupted(real, say):
    cancel = threading.Event()
    pieces = real.generate(
        Prompt((Message("user", "hello"),)),
        SamplingSettings(),
        max_tokens=400,
        conversation="c",
        cancel=cancel,
    )
    next(pieces)
    cancel.set()
    assert [piece.finish for piece in pieces][-1] == "cancelled"
    assert say(real, max_tokens=3).text


# ---- a server that misbehaves


def backend(server, **settings) -> ApiBackend:
    merged = {"backoff_s": 0.01, "timeout_s": 5.0, "model": "m", **settings}
    return ApiBackend(Api(base_url=server.base, key=KEY, **merged), jitter=lambda: 0.5)


def test_a_whole_reply_ends_at_the_finish_reason(bad_server, say):
    bad_server.script = [[("Hel", None), ("lo", None), ("", "stop")]]
    said = say(backend(bad_server))
    assert said.text == "Hello" and said.finish == "stop"


def test_what_is_sent_is_what_the_server_understands(bad_server, say):
    bad_server.script = [[("ok", "stop")]]
    prompt = Prompt(
        (Message("system", "be kind"), Message("memory", "[1] it rains"), Message("user", "hi")), "So far"
    )
    say(backend(bad_server), prompt, temperature=0.5, top_p=0.9, stop=("END",), seed=3)
    sent = bad_server.bodies[0]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "user"]
    assert "[1] it rains" in sent["messages"][1]["content"] and sent["messages"][2]["content"] == "So far"
    assert (sent["temperature"], sent["top_p"], sent["seed"], sent["stop"]) == (0.5, 0.9, 3, ["END"])
    assert "top_k" not in sent and "mirostat" not in sent
    assert bad_server.keys == {f"Bearer {KEY}"}


@pytest.mark.parametrize("status", [429, 500, 503, 408])
def test_a_passing_fault_is_retried_before_the_first_token(bad_server, say, status):
    bad_server.script = [status, status, [("ok", "stop")]]
    assert say(backend(bad_server, retries=2)).text == "ok"
    assert len(bad_server.bodies) == 3


def test_retries_are_bounded(bad_server, say):
    bad_server.script = [500] * 9
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server, retries=2))
    assert caught.value.code == "unavailable" and caught.value.retryable and len(bad_server.bodies) == 3


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "unauthorized"), (403, "unauthorized"), (404, "no_model"), (422, "bad_response")],
)
def test_what_no_retry_can_mend_is_not_retried(bad_server, say, status, code):
    bad_server.script = [status, [("ok", "stop")]]
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server))
    assert (caught.value.code, caught.value.retryable) == (code, False) and len(bad_server.bodies) == 1


def test_a_death_in_mid_reply_is_an_error_and_never_retried(bad_server, say):
    bad_server.script = [[("Hello wor", None), "die"], [("again", "stop")]]
    pieces = []
    with pytest.raises(BackendError) as caught:
        for piece in backend(bad_server).generate(
            Prompt((Message("user", "x"),)),
            SamplingSettings(),
            max_tokens=9,
            conversation="c",
            cancel=threading.Event(),
        ):
            pieces.append(piece.text)
    assert pieces == ["Hello wor"] and caught.value.code == "connection_lost" and len(bad_server.bodies) == 1


def test_a_death_before_the_first_token_is_retried(bad_server, say):
    bad_server.script = ["die", [("ok", "stop")]]
    assert say(backend(bad_server)).text == "ok"


def test_an_end_without_a_finish_is_a_lost_connection(bad_server, say):
    bad_server.script = [[("Hello", None), "end"]]
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server))
    assert caught.value.code == "connection_lost"


def test_a_stall_between_tokens_times_out(bad_server, say):
    bad_server.script = [[("Hello", None), "stall"]]
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server, timeout_s=0.3))
    assert caught.value.code == "timeout"


def test_an_interruption_does_not_wait_for_a_stalled_server(bad_server, say):
    bad_server.script = [["stall"]]
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    assert say(backend(bad_server, timeout_s=3600.0), cancel=cancel).finish == "cancelled"


@pytest.mark.parametrize(
    "raw", [b"data: {broken\n\n", b'data: {"choices": [7]}\n\n', b'data: {"error": "x"}\n\n']
)
def test_a_reply_in_another_form_is_refused(bad_server, say, raw):
    bad_server.script = [[raw]]
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server))
    assert caught.value.code == "bad_response"


def test_the_key_is_in_no_message_and_no_log(bad_server, say, caplog):
    caplog.set_level(logging.DEBUG)
    bad_server.script = [403]
    bad_server.error_text = json.dumps({"error": {"message": f"wrong key {KEY}"}})
    with pytest.raises(BackendError) as caught:
        say(backend(bad_server))
    assert KEY not in str(caught.value) and KEY not in caplog.text and KEY not in repr(Api(key=KEY))


def test_a_server_that_is_not_there_is_unavailable():
    with pytest.raises(BackendError) as caught:
        ApiBackend(Api(base_url=f"http://127.0.0.1:{free_port()}/v1"))
    assert caught.value.code == "unavailable" and "base_url" in caught.value.message


@pytest.mark.parametrize("base_url", ["", "nonsense", "ftp://x/v1"])
def test_an_address_that_is_none_is_refused(base_url):
    with pytest.raises(BackendError) as caught:
        ApiBackend(Api(base_url=base_url))
    assert caught.value.code == "unavailable" and "[api]" in caught.value.message


def test_counting_is_an_estimate_that_grows_with_the_text(bad_server):
    api = backend(bad_server)
    assert 4 <= api.count([Message("user", "hi")]) < api.count([Message("user", "hi " * 50)]) < 60
