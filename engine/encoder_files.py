"""What stands beside an encoder's weights: its sizes, its vocabulary, and how token vectors become one.

A folder as sentence-transformers writes it: `config.json`, `model.safetensors`, `tokenizer.json` or `vocab.txt` with
`tokenizer_config.json`, and, where they are there, `modules.json`, `sentence_bert_config.json` and the pooling's
own `config.json`. Whatever the encoder would do otherwise than they say is refused by its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import MalformedFile, Unavailable, UnsupportedFeature

__all__ = ["EncoderConfig", "Words", "read_config", "read_words"]

MAX_JSON_BYTES = 64 << 20
_LEAST, _MOST = 2.0**-126, 2.0**127  # of what the engine computes in


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes in numbers of elements; each is one of `config.json`'s, whose name its comment gives."""

    vocab_size: int
    embedding: int  # hidden_size
    layers: int  # num_hidden_layers
    heads: int  # num_attention_heads
    feed_forward: int  # intermediate_size
    positions: int  # max_position_embeddings
    token_types: int  # type_vocab_size
    epsilon: float  # layer_norm_eps
    longest: int
    """Tokens of a text that are read, its frame included; what goes beyond is left out."""
    normalise: bool
    """Embeddings have length 1."""


@dataclass(frozen=True, slots=True)
class Words:
    """A WordPiece vocabulary, and what is done to text before it."""

    lines: bytes
    """A token a line, in the order of their ids."""
    lowercase: bool
    strip_accents: bool


def read_config(folder: Path) -> EncoderConfig:
    """Unavailable, MalformedFile or UnsupportedFeature, with the file and the key."""
    path = folder / "config.json"
    config = _read_object(path)
    _check_architecture(config)
    positions = _size(config, "max_position_embeddings", path)
    return EncoderConfig(
        vocab_size=_size(config, "vocab_size", path),
        embedding=_size(config, "hidden_size", path),
        layers=_size(config, "num_hidden_layers", path),
        heads=_size(config, "num_attention_heads", path),
        feed_forward=_size(config, "intermediate_size", path),
        positions=positions,
        token_types=_size(config, "type_vocab_size", path),
        epsilon=_epsilon(config, path),
        longest=min(positions, _longest(folder, positions)),
        normalise=_read_modules(folder),
    )


def _check_architecture(config: Mapping[str, Any]) -> None:
    names = config.get("architectures") or [config.get("model_type")]
    if names not in (["BertModel"], ["bert"]):
        found = _legible(", ".join(map(str, names)) if isinstance(names, list) else names)
        raise UnsupportedFeature(
            f"architecture '{found}' is not supported; this engine encodes with BertModel"
        )
    wanted = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "position_embedding_type": "absolute",
        "is_decoder": False,
        "add_cross_attention": False,
    }
    for key, value in wanted.items():
        if config.get(key, value) != value:
            raise UnsupportedFeature(f"config.json: {key} {config[key]!r} is not supported; {value!r} is")


def _epsilon(config: Mapping[str, Any], path: Path) -> float:
    value = config.get("layer_norm_eps")
    if isinstance(value, bool) or not isinstance(value, int | float) or not _LEAST <= value <= _MOST:
        raise MalformedFile(
            f"{path}: layer_norm_eps: expected a positive number, found {value!r:.60} "
            f"(in single precision: {_LEAST:.1e} to {_MOST:.1e})"
        )
    return float(value)


def _longest(folder: Path, positions: int) -> int:
    path = folder / "sentence_bert_config.json"
    if not path.is_file():
        return positions
    found = _read_object(path)
    longest = positions if found.get("max_seq_length") is None else _size(found, "max_seq_length", path)
    if longest < 3:
        raise MalformedFile(f"{path}: max_seq_length: expected at least 3, found {longest}")
    return longest


def _read_modules(folder: Path) -> bool:
    """Whether embeddings are normalised; they are where the folder doesn't say how they are made."""
    path = folder / "modules.json"
    if not path.is_file():
        return True
    modules = _read(path)
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        raise MalformedFile(f"{path}: expected a list of objects")
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise UnsupportedFeature(
            f"modules.json: {_legible(', '.join(kinds)) or 'nothing'} is not supported; "
            "Transformer, Pooling, Normalize is"
        )
    _check_pooling(folder / _inside(modules[1].get("path", ""), path) / "config.json")
    return len(kinds) == 3


def _inside(name: Any, path: Path) -> str:
    """A module's folder, which stands beside `path`; its name may have come from anywhere."""
    if not isinstance(name, str) or not name.isprintable() or name.startswith("/") or ".." in name.split("/"):
        raise MalformedFile(f"{path}: path: expected a folder beside this file, found {name!r:.60}")
    return name


def _check_pooling(path: Path) -> None:
    wanted = {"pooling_mode": "mean", "pooling_mode_mean_tokens": True}
    for key, found in _read_object(path).items():
        if key.startswith("pooling_mode") and found != wanted.get(key, False):
            raise UnsupportedFeature(
                f"{path.name}: {_legible(key)} {found!r} is not supported; the mean of all tokens is"
            )


# ---- the vocabulary


def read_words(folder: Path) -> Words:
    """From `tokenizer.json`, or from `vocab.txt` and `tokenizer_config.json`."""
    path = folder / "tokenizer.json"
    return _read_tokenizer(path) if path.is_file() else _read_vocab(folder)


def _read_tokenizer(path: Path) -> Words:
    tokenizer = _read_object(path)
    model, rules = _part(tokenizer, "model", path), _part(tokenizer, "normalizer", path)
    _demand(
        path, "model", model, {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##"}
    )
    _demand(path, "model", model, {"max_input_chars_per_word": 100})
    _demand(
        path,
        "normalizer",
        rules,
        {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True},
    )
    _demand(path, "pre_tokenizer", _part(tokenizer, "pre_tokenizer", path), {"type": "BertPreTokenizer"})
    return _words(_lines(_part(model, "vocab", path), path), rules, "lowercase", path)


def _read_vocab(folder: Path) -> Words:
    path = folder / "tokenizer_config.json"
    rules = {"do_lower_case": True, "strip_accents": None, **(_read_object(path) if path.is_file() else {})}
    named = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "tokenize_chinese_chars": True}
    _demand(path, "", {**named, **rules}, named)
    lines = _bytes(folder / "vocab.txt").replace(b"\r\n", b"\n")
    return _words(lines, rules, "do_lower_case", path)


def _words(lines: bytes, rules: Mapping[str, Any], lowercase: str, path: Path) -> Words:
    lower, strip = rules.get(lowercase), rules.get("strip_accents")
    if not isinstance(lower, bool) or not (strip is None or isinstance(strip, bool)):
        raise MalformedFile(
            f"{path}: expected true or false for {lowercase}, or null, too, for strip_accents"
        )
    return Words(lines, lower, lower if strip is None else strip)


def _lines(vocab: Mapping[str, Any], path: Path) -> bytes:
    tokens: list[str | None] = [None] * len(vocab)
    for token, at in vocab.items():
        if (
            isinstance(at, bool)
            or not isinstance(at, int)
            or not 0 <= at < len(tokens)
            or tokens[at] is not None
        ):
            raise MalformedFile(f"{path}: expected the ids 0 to {len(tokens) - 1} once each, found {at!r}")
        if "\n" in token:
            raise UnsupportedFeature(f"{path}: token {at} has a line's end in it")
        tokens[at] = token
    return "\n".join(token or "" for token in tokens).encode("utf-8", "replace")


def _demand(path: Path, part: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if found.get(key) != value:
            name = f"{part}.{key}" if part else key
            raise UnsupportedFeature(f"{path.name}: {name} {found.get(key)!r} is not supported; {value!r} is")


# ---- JSON


def _legible(found: object) -> str:
    """What a file says, in an error that can be printed: JSON may have half of a surrogate pair."""
    return str(found).encode("utf-8", "backslashreplace").decode("utf-8")


def _part(whole: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    part = whole.get(key)
    if not isinstance(part, dict):
        raise MalformedFile(f"{path}: {key}: expected an object, found {type(part).__name__}")
    return part


def _size(config: Mapping[str, Any], key: str, path: Path) -> int:
    value = config.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 31:
        raise MalformedFile(f"{path}: {key}: expected a whole number above 0, found {value!r}")
    return value


def _read_object(path: Path) -> dict[str, Any]:
    found = _read(path)
    if not isinstance(found, dict):
        raise MalformedFile(f"{path}: expected an object, found {type(found).__name__}")
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(_bytes(path), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, nested too deeply, a key twice
        raise MalformedFile(f"{path}: expected JSON: {error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_JSON_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"{path} can't be read: {error.strerror}.") from error
    if len(data) > MAX_JSON_BYTES:
        raise MalformedFile(f"{path}: expected at most {MAX_JSON_BYTES} bytes, found more")
    return data
