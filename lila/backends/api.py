"""Any server with an OpenAI-compatible API, streaming.

The key goes into one header and nowhere else: not into logs, not into messages, not after a redirect. A reply
that has not begun is tried again where that may help; one that has begun is not, for the chain can go on with
it elsewhere.
"""

from __future__ import annotations

import queue
import random
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from lila.backends.base import Dialect, Message, ModelInfo, Piece, Prompt, SamplingSettings
from lila.backends.deltas import Deltas, server_message
from lila.backends.prompting import fold
from lila.backends.sse import EventStream
from lila.config import Api
from lila.errors import BackendError

__all__ = ["ApiBackend"]

NAME = "api"
GO_ON = "(The lines above are what you have said so far. Go on from exactly there and repeat nothing.)"
MAX_RETRY_AFTER_S = 30.0
POLL_S = 0.05
CHARS_PER_TOKEN = 3.5
TOKENS_PER_MESSAGE = 4


class ApiBackend:
    """A model on a server. One connection pool, any number of conversations."""

    def __init__(
        self,
        config: Api,
        *,
        dialect: Dialect | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Asks the server for its models; BackendError when it can't be reached or refuses the key.

        `jitter` in [0, 1) spreads the waits before retries.
        """
        if not config.base_url:
            raise BackendError(
                "unavailable",
                "no server is configured; set base_url under [api] in config.toml",
                backend=NAME,
            )
        self._config = config
        self._jitter = jitter
        self._closed = False
        self._client = _client(config)
        try:
            model = self._find_model()
        except BackendError:
            self._client.close()
            raise
        self._info = ModelInfo(NAME, model, "", config.context, dialect or "taught")

    @property
    def info(self) -> ModelInfo:
        return self._info

    def count(self, messages: Sequence[Message]) -> int:
        """An estimate: the server's tokenizer is not known."""
        chars = sum(len(message.content) for message in messages)
        return int(chars / CHARS_PER_TOKEN) + TOKENS_PER_MESSAGE * len(messages)

    def generate(
        self,
        prompt: Prompt,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        body = self._body(prompt, sampling, max_tokens)
        attempt = 0
        while True:
            if self._closed:
                raise BackendError("closed", "the connection was closed; start Lila again", backend=NAME)
            begun = False
            try:
                for piece in self._stream(body, cancel):
                    begun = True
                    yield piece
                return
            except _Failure as failure:
                if begun or not failure.error.retryable or attempt >= self._config.retries:
                    raise failure.error from failure.cause
                wait_s = self._wait_s(attempt, failure.retry_after_s)
            attempt += 1
            if cancel.wait(wait_s):
                yield Piece("", finish="cancelled")
                return

    def close(self) -> None:
        self._closed = True
        self._client.close()

    def _wait_s(self, attempt: int, retry_after_s: float | None) -> float:
        if retry_after_s is not None:
            return min(retry_after_s, MAX_RETRY_AFTER_S)
        wait_s: float = self._config.backoff_s * 2**attempt * (0.5 + self._jitter())
        return wait_s

    def _body(self, prompt: Prompt, sampling: SamplingSettings, max_tokens: int) -> dict[str, Any]:
        messages = [{"role": each.role, "content": each.content} for each in fold(prompt.messages)]
        if prompt.continuation:
            messages += [
                {"role": "assistant", "content": prompt.continuation},
                {"role": "user", "content": GO_ON},
            ]
        body: dict[str, Any] = {
            "model": self._info.model,
            "messages": messages,
            "stream": True,
            "max_tokens": max_tokens,
            "temperature": sampling.temperature,
        }
        off = SamplingSettings()
        for name in (
            "top_p",
            "top_k",
            "min_p",
            "repeat_penalty",
            "frequency_penalty",
            "presence_penalty",
            "seed",
        ):
            if getattr(sampling, name) != getattr(off, name):
                body[name] = getattr(sampling, name)
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        return body

    def _stream(self, body: dict[str, Any], cancel: threading.Event) -> Iterator[Piece]:
        """One attempt. A thread of its own reads the connection, so that an interruption is immediate."""
        reader = _Reader(self._client, body, self._explain)
        try:
            while True:
                if cancel.is_set():
                    yield Piece("", finish="cancelled")
                    return
                try:
                    item = reader.items.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if isinstance(item, _Failure):
                    raise item
                yield item
                if item.finish:
                    return
        finally:
            reader.stop()

    def _find_model(self) -> str:
        try:
            response = self._client.get("models")
        except httpx.HTTPError as error:
            raise _transport_failure(error).error from error
        if response.status_code == 404 and self._config.model:  # not every server lists its models
            return self._config.model
        if response.status_code != 200:
            raise self._explain(response.status_code, response.text, None).error
        if self._config.model:
            return self._config.model
        with suppress(ValueError, KeyError, IndexError, TypeError):
            return str(response.json()["data"][0]["id"])
        raise BackendError(
            "no_model", "the server names no model; set model under [api] in config.toml", backend=NAME
        )

    def _explain(self, status: int, text: str, retry_after: str | None) -> _Failure:
        """What an HTTP status means, with the server's own words, in which the key never appears."""
        said = server_message(text)
        if self._config.key:
            said = said.replace(self._config.key, "…")
        if status in (401, 403):
            code, sentence = "unauthorized", "the server refuses the key; check LILA_API_KEY"
        elif status == 404:
            code, sentence = (
                "no_model",
                "the server doesn't know this address or model; check [api] in config.toml",
            )
        elif status == 429:
            code, sentence = (
                "rate_limited",
                "the server has had too many requests; wait, or use another model",
            )
        elif status == 400 and "context" in said.lower():
            code, sentence = "context_overflow", "the conversation is too long for the server's model"
        elif status >= 500 or status == 408:
            code, sentence = "unavailable", "the server has a fault; try again later"
        else:
            code, sentence = "bad_response", "the server refuses the request"
        retryable = status in (408, 429) or status >= 500
        error = BackendError(
            code,
            f"{sentence} (HTTP {status}{': ' + said if said else ''})",
            retryable=retryable,
            backend=NAME,
        )
        return _Failure(error, retry_after_s=_seconds(retry_after))


@dataclass
class _Failure(Exception):
    error: BackendError
    cause: BaseException | None = None
    retry_after_s: float | None = None


Explain = Callable[[int, str, str | None], _Failure]


class _Reader:
    """Posts a request and puts its pieces, or the failure that ended it, into `items`."""

    def __init__(self, client: httpx.Client, body: dict[str, Any], explain: Explain) -> None:
        self.items: queue.SimpleQueue[Piece | _Failure] = queue.SimpleQueue()
        self._client, self._body, self._explain = client, body, explain
        self._socket: Any = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lila-api-reader", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop reading now, also in the middle of waiting for the server."""
        self._stopped.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            for piece in self._read():
                self.items.put(piece)
        except _Failure as failure:
            self.items.put(failure)
        except BackendError as error:
            self.items.put(_Failure(error))
        except (httpx.HTTPError, httpx.StreamError) as error:
            self.items.put(_transport_failure(error))
        except Exception as error:  # whatever it is, the conversation must hear of it
            failed = BackendError("internal", f"reading the reply failed: {error!r}", backend=NAME)
            self.items.put(_Failure(failed, error))

    def _read(self) -> Iterator[Piece]:
        with self._client.stream("POST", "chat/completions", json=self._body) as response:
            stream = response.extensions.get("network_stream")
            self._socket = stream.get_extra_info("socket") if stream is not None else None
            if response.status_code != 200:
                text = b"".join(_at_most(response.iter_bytes(), 1 << 16)).decode("utf-8", "replace")
                raise self._explain(response.status_code, text, response.headers.get("retry-after"))
            yield from self._pieces(response)

    def _pieces(self, response: httpx.Response) -> Iterator[Piece]:
        events, deltas = EventStream(), Deltas(NAME)
        for data in response.iter_bytes():
            if self._stopped.is_set():
                return
            for event in events.feed(data):
                if event.strip() == "[DONE]":
                    yield Piece("", finish="stop")
                    return
                piece = deltas.piece(event)
                if piece.text or piece.finish:
                    yield piece
                if piece.finish:
                    return
        raise _Failure(
            BackendError(
                "connection_lost", "the server ended the reply in the middle", retryable=True, backend=NAME
            )
        )


def _client(config: Api) -> httpx.Client:
    try:
        url = httpx.URL(config.base_url.rstrip("/") + "/")
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("it is no http or https address")
        headers = {"Authorization": f"Bearer {config.key}"} if config.key else {}
        return httpx.Client(
            base_url=url,
            headers=headers,
            timeout=httpx.Timeout(config.timeout_s, connect=config.connect_timeout_s),
            follow_redirects=False,
            # A proxy of the environment is for the world outside, never for this machine.
            trust_env=url.host not in ("localhost", "127.0.0.1", "::1"),
        )
    except (ValueError, httpx.InvalidURL, UnicodeError) as error:
        what = (
            "key has characters that no header can carry"
            if isinstance(error, UnicodeError)
            else f"base_url: {error}"
        )
        raise BackendError(
            "unavailable", f"[api] in config.toml can't be used: {what}", backend=NAME
        ) from None


def _transport_failure(error: httpx.HTTPError | httpx.StreamError) -> _Failure:
    if isinstance(error, httpx.ConnectTimeout):
        code, sentence = "timeout", "the server doesn't answer; check base_url under [api], and that it runs"
    elif isinstance(error, httpx.TimeoutException):
        code, sentence = (
            "timeout",
            "the server has stopped sending; try again, or raise timeout_s under [api]",
        )
    elif isinstance(error, httpx.ConnectError):
        code, sentence = (
            "unavailable",
            "the server can't be reached; check base_url under [api], and that it runs",
        )
    else:
        code, sentence = "connection_lost", "the connection to the server was lost"
    return _Failure(BackendError(code, sentence, retryable=True, backend=NAME), error)


def _seconds(header: str | None) -> float | None:
    with suppress(ValueError):
        return max(0.0, float(header)) if header else None
    return None


def _at_most(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:limit]
        limit -= len(chunk)
        if limit <= 0:
            return
