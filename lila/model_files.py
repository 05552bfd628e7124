"""Model files: what one holds, which there are, and whether one is sound. `lila model` prints the reports.

Looking changes nothing and reads only what a file says about itself; `verify` alone reads weights, and packs those
anew whose kept form is damaged.
"""

from __future__ import annotations

import importlib.util
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine import Model
from engine.errors import EngineError, MalformedFile, UnsupportedFeature
from engine.gguf import GgufFile
from lila.backends.local import as_backend_error, builtin_model_path, file_digest, find_model
from lila.errors import BackendError

__all__ = [
    "Check",
    "ListedModel",
    "ModelInfo",
    "TypeShare",
    "VerifyReport",
    "describe",
    "known_models",
    "verify",
]

_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    6: "Q5_0",
    7: "Q5_1",
    8: "Q8_0",
    10: "Q2_K",
    11: "Q3_K",
    12: "Q4_K",
    13: "Q5_K",
    14: "Q6_K",
    20: "IQ4_NL",
    23: "IQ4_XS",
    30: "BF16",
}
"""The names of ggml's type numbers that model files use for weights."""
_SMOKE_CONTEXT = 8


@dataclass(frozen=True, slots=True)
class TypeShare:
    """How much of a file is in one number format."""

    type: str
    tensors: int
    size_bytes: int
    share: float
    """Of the bytes of all tensors, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a file says about itself; a number it doesn't give is 0."""

    path: str
    size_bytes: int
    name: str
    architecture: str
    parameters: int
    types: tuple[TypeShare, ...]
    context_length: int
    layers: int
    embedding: int
    heads: int
    kv_heads: int
    vocabulary: int
    tokenizer: str
    """Kind and pre-tokenizer, such as "gpt2 (qwen2)"; "" where the file has none."""
    chat_template: bool
    native: bool
    """Whether the native engine runs it."""
    reason: str
    """Why the native engine doesn't; "" where it does."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as text."""
        kinds = ", ".join(f"{each.type} {100 * each.share:.1f}%" for each in self.types)
        return [
            f"{self.path}: {self.name}" if self.name else self.path,
            f"  size          {self.size_bytes / 1e6:,.1f} MB: {kinds or 'no tensors'}",
            f"  architecture  {self.architecture}, {self.parameters:,} parameters",
            f"  shape         {self.layers} layers, {self.embedding} wide,"
            f" {self.heads} heads, {self.kv_heads} of keys and values",
            f"  context       {self.context_length} tokens",
            f"  tokenizer     {self.tokenizer or 'none'}, {self.vocabulary} tokens",
            f"  chat template {'yes' if self.chat_template else 'no'}",
            f"  native engine {'runs it' if self.native else f'does not run it: {self.reason}'}",
        ]


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One model that could answer."""

    name: str
    path: str
    size_bytes: int
    builtin: bool
    backend: str
    """native or gguf; "" where neither would run it."""
    reason: str
    """Why not the native engine, or why none."""

    def line(self) -> str:
        runs = f"on {self.backend}" if self.backend else "runs nowhere"
        told = f"  ({self.reason})" if self.reason else ""
        name = f"{self.name} (built-in)" if self.builtin else self.name
        return f"{name:<40} {self.size_bytes / 1e6:>10,.1f} MB  {runs}{told}"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was tried, in order; it ends at the first failure."""

    path: str
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        return all(check.ok for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sound": self.sound}

    def lines(self) -> list[str]:
        """The report as text."""
        rows = [f"  {'ok  ' if check.ok else 'FAIL'} {check.name}: {check.detail}" for check in self.checks]
        return [f"{self.path}: {'sound' if self.sound else 'not usable'}", *rows]


def describe(name: str, home: Path | None = None) -> ModelInfo:
    """What the file says; `name` is a path, a name under `home`/models, or "" for the built-in model.

    BackendError "no_model" when there is no such file, "bad_model" when it can't be read.
    """
    path = _file(name, home)
    with as_backend_error("native"):
        file = GgufFile(path)
    return _info(path, file)


def _file(name: str, home: Path | None) -> Path:
    path = find_model(name, home)
    if not path.is_file():
        raise BackendError("no_model", f"{path} is a folder; give the GGUF file itself")
    return path


def _info(path: Path, file: GgufFile) -> ModelInfo:
    metadata = file.metadata
    architecture = str(metadata.get("general.architecture", "unknown"))

    def number(key: str, default: int = 0) -> int:
        value = metadata.get(f"{architecture}.{key}", default)
        return value if isinstance(value, int) else default  # some architectures give one for each layer

    tensors = file.tensors()
    tokens = metadata.get("tokenizer.ggml.tokens")
    heads = number("attention.head_count")
    refusal = _refusal(path)
    return ModelInfo(
        path=str(path),
        size_bytes=path.stat().st_size,
        name=str(metadata.get("general.name", "")),
        architecture=architecture,
        parameters=sum(math.prod(tensor.shape) for tensor in tensors.values()),
        types=_shares(file),
        context_length=number("context_length"),
        layers=number("block_count"),
        embedding=number("embedding_length"),
        heads=heads,
        kv_heads=number("attention.head_count_kv", heads),
        vocabulary=len(tokens) if isinstance(tokens, list) else 0,
        tokenizer=_tokenizer(file),
        chat_template=isinstance(metadata.get("tokenizer.chat_template"), str),
        native=refusal is None,
        reason=str(refusal or ""),
    )


def _tokenizer(file: GgufFile) -> str:
    kind = file.metadata.get("tokenizer.ggml.model", "")
    pre = file.metadata.get("tokenizer.ggml.pre", "")
    return f"{kind} ({pre})" if kind and pre else str(kind)


def _shares(file: GgufFile) -> tuple[TypeShare, ...]:
    sizes: defaultdict[str, list[int]] = defaultdict(list)
    for tensor in file.tensors().values():
        sizes[_TYPES.get(tensor.type, f"type {tensor.type}")].append(tensor.size_bytes)
    total = sum(sum(each) for each in sizes.values()) or 1
    shares = (TypeShare(name, len(each), sum(each), sum(each) / total) for name, each in sizes.items())
    return tuple(sorted(shares, key=lambda share: -share.size_bytes))


def _refusal(path: Path) -> EngineError | None:
    """Why the engine doesn't take the file; None where it does. Weights are mapped, not read."""
    try:
        with Model.open(path, threads=1, panels="off") as model:
            _ = model.tokenizer
    except EngineError as error:
        return error
    return None


def known_models(home: Path) -> list[ListedModel]:
    """The built-in model and every GGUF file under `home`/models, with the backend that would run each."""
    found = sorted((home / "models").rglob("*.gguf"))
    return [_listed(builtin_model_path(), home, builtin=True), *(_listed(path, home) for path in found)]


def _listed(path: Path, home: Path, builtin: bool = False) -> ListedModel:
    backend, reason = _runner(_refusal(path))
    name = path.stem if builtin else str(path.relative_to(home / "models"))
    return ListedModel(name, str(path), _size(path), builtin, backend, reason)


def _size(path: Path) -> int:
    """0 where nothing is behind the name; what is wrong with it, the engine says."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _runner(refusal: EngineError | None) -> tuple[str, str]:
    """The backend that runs a file which the engine refused so, and what there is to say about it."""
    if refusal is None:
        return "native", ""
    if isinstance(refusal, MalformedFile):
        return "", f"{refusal}; get the file anew"
    if not isinstance(refusal, UnsupportedFeature):
        return "", f"{refusal}; see that the file is there and may be read"
    if importlib.util.find_spec("llama_cpp") is None:
        return "", f"{refusal}; llama.cpp may: pip install 'lila[gguf]'"
    return "gguf", str(refusal)


def verify(
    name: str, home: Path | None = None, *, digest: bool = False, expected: str = "", cache_bytes: int = 0
) -> VerifyReport:
    """Try the file from its header to a first token. `expected` is a SHA-256 in hex, and asks for the digest too.

    `cache_bytes` bounds what is kept of packed weights; 0 is the engine's own limit.

    BackendError "no_model" when there is no such file; everything else that is wrong is part of the report.
    """
    path = _file(name, home)
    cache = None if home is None else home / "cache"
    return VerifyReport(
        str(path), tuple(_until_failure(_steps(path, cache, cache_bytes, digest or bool(expected), expected)))
    )


Step = tuple[str, Callable[[], str]]


def _steps(path: Path, cache: Path | None, cache_bytes: int, digest: bool, expected: str) -> Iterator[Step]:
    yield "structure", lambda: _structure(path)
    if digest:
        yield "digest", lambda: _digest(path, expected)
    yield "tokenizer", lambda: _round_trip(path)
    yield "first token", lambda: _smoke(path)
    if cache is not None and any(cache.glob("*.panels")):
        yield "packed weights", lambda: _packed(path, cache, cache_bytes)


def _until_failure(steps: Iterator[Step]) -> Iterator[Check]:
    for name, step in steps:
        try:
            yield Check(name, True, step())
        except (EngineError, BackendError, OSError) as error:
            yield Check(name, False, str(error))
            return


def _structure(path: Path) -> str:
    file = GgufFile(path)
    return f"{len(file.tensors())} tensors and {len(file.metadata)} entries, every extent inside the file"


def _digest(path: Path, expected: str) -> str:
    found = file_digest(path)
    if expected and found != expected.lower():
        raise BackendError("bad_model", f"SHA-256 is {found}, not {expected}; get the file anew")
    return f"SHA-256 {found}"


def _packed(path: Path, cache: Path, limit: int) -> str:
    """All that is kept of the packed weights against the file, though both were found sound before."""
    with Model.open(path, cache=cache, cache_limit_bytes=limit, check_cache=True) as model:
        told = {"unused": "none are needed", "read": "kept ones agree with the file in every byte"}
        return told.get(model.cache, model.cache_note or "packed now, from the file")


def _round_trip(path: Path) -> str:
    with Model.open(path, threads=1, panels="off") as model:
        ids = model.tokenizer.encode("Hello, world.")
        if not ids:
            raise BackendError(
                "bad_model", "no text can be written with this vocabulary; convert the model anew"
            )
        return f"{model.tokenizer.vocab_size} tokens; a greeting takes {len(ids)}"


def _smoke(path: Path) -> str:
    """One step through every weight; logits that aren't finite are the engine's own error."""
    with Model.open(path) as model:
        tokenizer = model.tokenizer
        prompt = tokenizer.encode("Hello")[:_SMOKE_CONTEXT] or [0]
        with model.session(context=min(_SMOKE_CONTEXT + 1, model.context_length)) as session:
            session.prefill(prompt)
            token = int(session.logits().argmax())
        packed = f"; packed weights: {model.cache_note}" if model.cache_note else ""
        return f"token {token}, {tokenizer.decode([token])!r}{packed}"
