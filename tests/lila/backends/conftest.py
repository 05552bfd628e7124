"""A small random Llama with lila-nano's vocabulary kind, special tokens and chat template, as one GGUF."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from lila.backends.base import Backend, Message, Piece, Prompt, SamplingSettings

WORDS = [
    "remember",
    "that",
    "my",
    "door",
    "code",
    "is",
    "4821",
    "when",
    "is",
    "the",
    "swimming",
    "lesson",
    "on",
    "Thursday",
    "at",
    "half",
    "past",
    "four",
    "noted",
    "your",
    "sister",
    "is",
    "called",
    "Anna",
    "and",
    "she",
    "lives",
    "in",
    "Leeds",
    "what",
    "do",
    "you",
    "know",
    "about",
    "her",
    "content",
    "namespace",
    "personal",
    "tags",
    "confidence",
    "query",
    "time",
    "of",
    "day",
    "schedule",
    "add",
    "list",
    "shopping",
    "milk",
    "eggs",
    "bread",
    "timer",
    "ten",
    "minutes",
    "pasta",
]


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2 layers of random weights, scaled so that hardly two tokens are nearly as probable."""
    import torch

    from training_log.nano.export import write_gguf
    from training_log.nano.model import NanoConfig, NanoModel
    from training_log.nano.tokenizer import train_tokenizer

    tokenizer = train_tokenizer([" ".join(WORDS)] * 4, vocab=420, words=WORDS)
    torch.manual_seed(5)
    vocab = tokenizer.get_vocab_size()
    model = NanoModel(NanoConfig(depth=2, width=64, heads=2, kv_heads=1, ffn=160, vocab=vocab, context=512))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if (
                "proj" in name
            ):  # strong enough that the layers, not the tied embedding, decide what comes next
                parameter.normal_(std=0.2)
        model.model.norm.weight.fill_(20)
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_gguf(model, tokenizer, path)
    # Under a name of its own, so that it may say anything, not just what lila-nano was taught.
    path.write_bytes(path.read_bytes().replace(b"lila-nano", b"tiny-test", 1))
    return path


PROMPTS = (
    Prompt((Message("user", "when is the swimming lesson?"),)),
    Prompt((Message("memory", "[1] your door code is 4821"), Message("user", "remember that, café 🌱"))),
    Prompt(
        (Message("user", "hello"), Message("assistant", "Hello."), Message("user", "what time is it?")),
        '<|tool_call|>clock(what="time")<|/tool_call|><|tool_result|>It\'s 4 pm.<|/tool_result|>\n',
    ),
    Prompt((Message("user", "my sister is called Anna"),), "<|memory_start|>\n<|mem_store|> namespace="),
)


@pytest.fixture(params=range(len(PROMPTS)))
def prompt(request: pytest.FixtureRequest) -> Prompt:
    return PROMPTS[request.param]


class Said:
    """A whole reply, with the pieces behind it."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = list(pieces)
        self.text = "".join(piece.text for piece in self.pieces)
        self.tokens = [token for piece in self.pieces for token in piece.tokens]
        self.logprobs = [logprob for piece in self.pieces for logprob in piece.logprobs]
        self.finish = self.pieces[-1].finish
        self.handovers = [piece.handover for piece in self.pieces if piece.handover]


@pytest.fixture
def say():
    def say(
        backend: Backend,
        prompt: Prompt = PROMPTS[0],
        *,
        max_tokens: int = 24,
        conversation: str = "c",
        cancel: threading.Event | None = None,
        **sampling: object,
    ) -> Said:
        return Said(
            backend.generate(
                prompt,
                SamplingSettings(**sampling),
                max_tokens=max_tokens,
                conversation=conversation,
                cancel=cancel or threading.Event(),
            )
        )

    return say


class BadServer:
    """An OpenAI-compatible server of raw sockets that follows a script, one entry per chat request.

    A number is an HTTP status. A list is a reply: (text, finish_reason) pieces, raw bytes, "die" (the connection
    is reset), "end" (it is closed in good order) or "stall" (nothing more comes). "die" alone: not even a status.
    """

    def __init__(self) -> None:
        self.script: list[object] = []
        self.bodies: list[dict[str, object]] = []
        self.keys: set[str] = set()
        self.error_text = '{"error": {"message": "no"}}'
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while request := stream.readline():
                headers = {}
                while line := stream.readline().strip():
                    name, _, value = line.decode().partition(": ")
                    headers[name.lower()] = value
                self.keys.add(headers.get("authorization", ""))
                body = stream.read(int(headers.get("content-length", 0)))
                if request.startswith(b"GET"):
                    self._send(connection, 200, '{"data": [{"id": "m"}]}')
                    continue
                self.bodies.append(json.loads(body))
                if not self._reply(connection, self.script.pop(0)):
                    return

    def _send(self, connection: socket.socket, status: int, text: str) -> None:
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text.encode())}"
        )
        connection.sendall(f"{head}\r\n\r\n{text}".encode())

    def _reply(self, connection: socket.socket, entry: object) -> bool:
        """Whether the connection goes on."""
        if isinstance(entry, int):
            self._send(connection, entry, self.error_text)
            return True
        steps = entry if isinstance(entry, list) else [entry]
        if steps != ["die"]:
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
            )
        for step in steps:
            if step == "die":
                time.sleep(0.1)  # what was sent before is to arrive
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            if step == "stall":
                self._stopped.wait(30)
            elif isinstance(step, bytes):
                connection.sendall(step)
            elif step != "end":
                text, finish = step
                choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
                connection.sendall(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        return False


@pytest.fixture
def bad_server():
    server = BadServer()
    yield server
    server.close()


@pytest.fixture
def dying_server(bad_server):
    bad_server.script = [[("Hello ", None), ("wor", None), "die"]]
    return bad_server.base
