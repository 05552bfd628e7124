"""Any causal language model of Hugging Face transformers, from a folder, a GGUF file or the local hub cache.

torch computes the logits; sampling and grammar are the engine's, as everywhere. Nothing is downloaded.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.gguf import GgufFile
from engine.tokenizer import Tokenizer
from lila.backends.base import Dialect, Message, ModelInfo, Piece, Prompt, SamplingSettings
from lila.backends.local import (
    DEFAULT_CONTEXT,
    as_backend_error,
    decode,
    file_digest,
    find_model,
    opening,
    out_of_memory,
    replies_are_closed,
)
from lila.backends.pool import SessionPool
from lila.backends.prompting import Codec, Prompting
from lila.config import Transformers
from lila.errors import BackendError

__all__ = ["HubCodec", "TransformersBackend"]

NAME = "transformers"
SESSIONS = 2


class TransformersBackend:
    """One model on torch, one warm cache per conversation."""

    def __init__(
        self, config: Transformers, *, home: Path | None = None, dialect: Dialect | None = None
    ) -> None:
        """Loads the model; BackendError when transformers, torch or the model can't be had."""
        self._torch, self._library = _import_torch()
        if config.threads:
            self._torch.set_num_threads(config.threads)
        self._closed = False
        with as_backend_error(NAME):
            self._source = _find_source(config.model, home)
            self._device = self._choose_device(config.device)
            self._model: Any = self._load()
            trained = int(getattr(self._model.config, "max_position_embeddings", DEFAULT_CONTEXT))
            self._context = min(DEFAULT_CONTEXT, trained)
            codec, template = self._vocabulary()
            self._codec = codec
            self._prompting = Prompting(
                codec, template, dialect, closed=replies_are_closed(Path(self._source))
            )
        self._pool: SessionPool[TorchTimeline] = SessionPool(self._timeline, SESSIONS)

    @property
    def info(self) -> ModelInfo:
        return self._info

    @cached_property
    def _info(self) -> ModelInfo:
        path = Path(self._source)
        name = path.stem if path.exists() else self._source
        return ModelInfo(NAME, name, file_digest(path), self._context, self._prompting.dialect)

    def count(self, messages: Sequence[Message]) -> int:
        self._require_open()
        with as_backend_error(NAME):
            return self._prompting.count(messages)

    def generate(
        self,
        prompt: Prompt,
        sampling: SamplingSettings,
        *,
        max_tokens: int,
        conversation: str,
        cancel: threading.Event,
    ) -> Iterator[Piece]:
        self._require_open()
        begun = opening(self._prompting, prompt, self._context, NAME)
        with as_backend_error(NAME), self._pool.lend(conversation) as timeline:
            yield from decode(
                timeline, self._prompting, begun, sampling, max_tokens=max_tokens, cancel=cancel
            )

    def close(self) -> None:
        self._closed = True
        self._pool.close()
        self._model = None

    def _choose_device(self, wanted: str) -> str:
        if wanted != "auto":
            return wanted
        return "cuda" if self._torch.cuda.is_available() else "cpu"

    def _load(self) -> Any:
        folder, arguments = _from_arguments(self._source)
        dtype = self._torch.float32 if self._device == "cpu" else "auto"
        try:
            with redirect_stderr(io.StringIO()):  # progress bars that can't be turned off
                model = self._library.AutoModelForCausalLM.from_pretrained(
                    folder, dtype=dtype, local_files_only=True, **arguments
                )
            return model.to(self._device).eval()
        except self._torch.OutOfMemoryError as error:
            raise out_of_memory(NAME) from error
        except Exception as error:  # whatever a model's files can cause
            raise BackendError(
                "bad_model", f"transformers can't load {self._source}: {_first_line(error)}"
            ) from error

    def _vocabulary(self) -> tuple[Codec, str | None]:
        """A GGUF file's own tokenizer and template, as the engine reads them; else as transformers does."""
        folder, arguments = _from_arguments(self._source)
        if arguments:
            try:
                template = GgufFile(self._source).metadata.get("tokenizer.chat_template")
                return Tokenizer.from_gguf(self._source), template
            except EngineError:  # a kind of tokenizer that the engine doesn't have
                pass
        try:
            tokenizer = self._library.AutoTokenizer.from_pretrained(
                folder, local_files_only=True, **arguments
            )
        except Exception as error:
            raise BackendError(
                "bad_model", f"the tokenizer of {self._source} can't be used: {_first_line(error)}"
            ) from error
        template = tokenizer.chat_template
        size = int(self._model.get_input_embeddings().num_embeddings)
        return HubCodec(tokenizer, size), template if isinstance(template, str) else None

    def _timeline(self) -> TorchTimeline:
        return TorchTimeline(self._torch, self._library, self._model, self._device)

    def _require_open(self) -> None:
        if self._closed:
            raise BackendError("closed", "the transformers model was closed; start Lila again", backend=NAME)


class TorchTimeline:
    """One KV cache: the tokens in it, and the logits after the last."""

    def __init__(self, torch: Any, library: Any, model: Any, device: str) -> None:
        self._torch, self._library, self._model, self._device = torch, library, model, device
        self._cache: Any = library.DynamicCache(config=model.config)
        self._resident: list[int] = []

    def start(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Reuses the longest common prefix; at least the last token is computed, for its logits."""
        pairs = zip(self._resident, tokens[:-1], strict=False)
        shared = next(
            (i for i, (a, b) in enumerate(pairs) if a != b), min(len(self._resident), len(tokens) - 1)
        )
        if shared < len(self._resident) and not self._crop(shared):
            self._cache = self._library.DynamicCache(config=self._model.config)
            shared = 0
        self._resident = list(tokens[:shared])
        return self._forward(tokens[shared:])

    def feed(self, token: int) -> NDArray[np.float32]:
        return self._forward([token])

    def close(self) -> None:
        self._cache = None

    def _crop(self, length: int) -> bool:
        """False for caches that can't forget a part, such as those of sliding windows."""
        if length == 0 or getattr(self._model.config, "sliding_window", None):
            return False
        self._cache.crop(length - len(self._resident))  # negative: how many to take away
        return int(self._cache.get_seq_length()) == length

    def _forward(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        try:
            with self._torch.inference_mode():
                ids = self._torch.tensor([list(tokens)], device=self._device)
                output = self._model(
                    input_ids=ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1
                )
                logits: NDArray[np.float32] = output.logits[0, -1].float().cpu().numpy()
        except self._torch.OutOfMemoryError as error:
            raise out_of_memory(NAME) from error
        except RuntimeError as error:
            raise BackendError("internal", f"torch failed: {_first_line(error)}", backend=NAME) from error
        self._resident.extend(tokens)
        return logits


class HubCodec:
    """The vocabulary of a transformers tokenizer."""

    def __init__(self, tokenizer: Any, vocab_size: int) -> None:
        """`vocab_size` is that of the model's logits, which may have more rows than there are tokens."""
        self._tokenizer = tokenizer
        self.vocab_size = vocab_size
        self.bos_id: int | None = tokenizer.bos_token_id
        self.eos_id: int | None = tokenizer.eos_token_id
        self._bytes = _byte_letters()
        self._is_byte_level = '"ByteLevel"' in str(tokenizer.backend_tokenizer.decoder)

    @property
    def eog_ids(self) -> frozenset[int]:
        return self._ends

    @cached_property
    def _ends(self) -> frozenset[int]:
        ends = {"<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<end_of_turn>", "<|end_of_text|>"}
        if "<|channel|>" in self.special_tokens:  # one message after the other: only "<|return|>" ends them
            ends.remove("<|end|>")
        found = {token for name, token in self.special_tokens.items() if name in ends}
        return frozenset(found | ({self.eos_id} if self.eos_id is not None else set()))

    @property
    def special_tokens(self) -> Mapping[str, int]:
        """Text -> id of the added tokens."""
        return self._added

    @cached_property
    def _added(self) -> Mapping[str, int]:
        added = self._tokenizer.added_tokens_decoder
        return MappingProxyType({str(token.content): int(number) for number, token in added.items()})

    @cached_property
    def _special_ids(self) -> frozenset[int]:
        return frozenset(self.special_tokens.values())

    def token_bytes(self, token: int, /) -> bytes:
        text: str | None = (
            self._tokenizer.convert_ids_to_tokens(token) if token < len(self._tokenizer) else None
        )
        if text is None:
            return b""
        if token in self._special_ids:
            return text.encode()
        if self._is_byte_level:
            return bytes(self._bytes[letter] for letter in text if letter in self._bytes)
        if len(text) == 6 and text.startswith("<0x"):
            return bytes([int(text[3:5], 16)])
        return text.replace("▁", " ").encode()

    def encode(self, text: str, /, *, add_bos: bool | None = None, parse_special: bool = True) -> list[int]:
        encoded = self._tokenizer(
            text, add_special_tokens=add_bos is not False, split_special_tokens=not parse_special
        )
        return [int(token) for token in encoded["input_ids"]]


def _byte_letters() -> dict[str, int]:
    """GPT-2's letters for bytes: printable ones stand for themselves, the others follow from U+0100."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if byte not in set(printable)]
    return letters | {chr(0x100 + index): byte for index, byte in enumerate(others)}


def _find_source(configured: str, home: Path | None) -> str:
    """A path where there is one; else a name of the hub, which must be in its local cache."""
    try:
        return str(find_model(configured, home))
    except BackendError:
        if not configured or configured.startswith((".", "/", "~")) or configured.endswith(".gguf"):
            raise
        return configured


def _from_arguments(source: str) -> tuple[str, dict[str, str]]:
    path = Path(source)
    return (str(path.parent), {"gguf_file": path.name}) if path.is_file() else (source, {})


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__


def _import_torch() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise BackendError(
            "not_installed",
            f"transformers and torch are not installed ({error.name} is missing); "
            "install them with `pip install 'lila[hf]'`",
            backend=NAME,
        ) from error
    transformers.utils.logging.disable_progress_bar()
    return torch, transformers
