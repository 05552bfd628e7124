"""Each kind and pre-tokenizer against its twin in Hugging Face `tokenizers`, on random Unicode.

The twins are built from the families' published patterns. Vocabularies are trained here without any
pre-tokenizer, so that merges run across words: a word that ends elsewhere shows in the tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gguf
import pytest
import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from engine.gguf import GgufFile
from engine.tokenizer import Tokenizer

Texts = Callable[[int, int], Iterator[str]]
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
COUNT = 700


def byte_level(use_regex: bool = False) -> Any:
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


def splits(*patterns: str) -> Any:
    parts = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]
    return pre_tokenizers.Sequence([*parts, byte_level()])


_SUFFIX = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SPACES = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
_LLAMA3 = _SUFFIX + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + _SPACES
_QWEN35 = _SUFFIX + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + _SPACES
_LEAD, _HEAD, _TAIL = r"[^\r\n\p{L}\p{N}]?", r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_TEKKEN = f"{_LEAD}{_HEAD}*{_TAIL}+|{_LEAD}{_HEAD}+{_TAIL}*" + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + _SPACES
_GPT4O = (
    f"{_LEAD}{_HEAD}*{_TAIL}+{_SUFFIX}?|{_LEAD}{_HEAD}+{_TAIL}*{_SUFFIX}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + _SPACES
)
_V3 = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*" + _SPACES
)
_LLM_LETTERS = (
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ"
    "-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮ"
    "ⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
)
_EAST_ASIAN = "[一-龥ࠀ-一가-퟿]+"
BYTE_LEVEL = {
    "gpt-2": byte_level(True),
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level(True)]),
    "llama-bpe": splits(_LLAMA3),
    "qwen2": splits(_LLAMA3.replace("{1,3}", "")),
    "qwen35": splits(_QWEN35),
    "tekken": splits(_TEKKEN),
    "gpt-4o": splits(_GPT4O),
    "falcon": pre_tokenizers.Sequence(
        [
            pre_tokenizers.Punctuation("contiguous"),
            byte_level(True),
            pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated"),
        ]
    ),
    "deepseek-llm": splits(
        "[\r\n]",
        rf"\s?[{_LLM_LETTERS}]+",
        r"\s?[!-/:-~！-／：-～‘-‟　-。]+",
        r"\s+$",
        _EAST_ASIAN,
        r"\p{N}+",
    ),
    "deepseek-coder": splits("[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", _EAST_ASIAN, r"\p{N}"),
    "deepseek-v3": splits(r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", _V3),
}
WHOLE_WORDS = ("llama-bpe", "tekken")


@pytest.fixture(scope="module")
def trained(random_texts: Texts) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges of a byte-level BPE that knows nothing of words."""
    return train(random_texts, models.BPE(), byte_level(), pre_tokenizers.ByteLevel.alphabet())


def train(
    texts: Texts, model: Any, pre_tokenizer: Any, alphabet: list[str]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=1500, initial_alphabet=sorted(alphabet), limit_alphabet=400, show_progress=False
    )
    tokenizer.train_from_iterator(texts(99, 600), trainer)
    state = json.loads(tokenizer.to_str())["model"]
    return state["vocab"], [(left, right) for left, right in state["merges"]]


def write(path: Path, model: str, pre: str | None, tokens: list[str], **more: Any) -> Tokenizer:
    """A vocabulary in a file; `more` are merges, types, scores, or entries under tokenizer.ggml."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model(model)
    if pre is not None:
        writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    for key, add in (("merges", writer.add_token_merges), ("scores", writer.add_token_scores)):
        if key in more:
            add(more.pop(key))
    if "types" in more:
        writer.add_token_types(more.pop("types"))
    for key, value in more.items():
        name = f"tokenizer.ggml.{key}"
        writer.add_bool(name, value) if isinstance(value, bool) else writer.add_uint32(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return Tokenizer.from_gguf(path)


def in_order(vocab: dict[str, int]) -> list[str]:
    return sorted(vocab, key=vocab.__getitem__)


@pytest.mark.parametrize("pre", BYTE_LEVEL)
def test_byte_level_families(pre: str, trained: Any, random_texts: Texts, tmp_path: Path) -> None:
    vocab, merges = trained
    ours = write(tmp_path / "v.gguf", "gpt2", pre, in_order(vocab), merges=[" ".join(m) for m in merges])
    twin = tokenizers.Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=pre in WHOLE_WORDS))
    twin.pre_tokenizer = BYTE_LEVEL[pre]
    for text in random_texts(7, COUNT):
        ids = ours.encode(text, add_bos=False)
        assert texts_of(ours, ids) == twin.encode(text).tokens, repr(text)
        assert ours.decode(ids) == text


def texts_of(tokenizer: Tokenizer, ids: list[int]) -> list[str]:
    return [tokenizer.token_text(i) for i in ids]


BYTES = [f"<0x{b:02X}>" for b in range(256)]


@pytest.fixture(scope="module")
def characters(random_texts: Texts) -> tuple[list[str], list[tuple[str, str]]]:
    """Tokens and merges of a BPE over characters, spaces marked; bytes for what it doesn't know."""

    def marked(seed: int, count: int) -> Iterator[str]:
        for text in random_texts(seed, count):
            yield text.replace(" ", "▁")

    lines = pre_tokenizers.Split(Regex("[^\n]+|\n+"), "isolated")
    vocab, merges = train(marked, models.BPE(), lines, list("▁\nabcdefghij"))
    return ["<unk>", *BYTES, *in_order(vocab)], merges


def character_twin(tokens: list[str], merges: list[tuple[str, str]]) -> Any:
    vocab = {token: i for i, token in enumerate(tokens)}
    model = models.BPE(vocab=vocab, merges=merges, byte_fallback=True, unk_token="<unk>", fuse_unk=True)
    twin = tokenizers.Tokenizer(model)
    twin.normalizer = normalizers.Replace(" ", "▁")
    twin.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return twin


def test_gemma4(characters: Any, random_texts: Texts, tmp_path: Path) -> None:
    """Its merges run over whole lines. A run of new lines is one token where the vocabulary has it."""
    tokens, merges = characters
    types = [UNKNOWN, *[BYTE] * 256, *[NORMAL] * (len(tokens) - 257)]
    path, written = tmp_path / "v.gguf", [" ".join(m) for m in merges]
    ours = write(path, "gemma4", None, tokens, merges=written, types=types, unknown_token_id=0)
    twin = character_twin(tokens, merges)
    for text in random_texts(13, COUNT):
        text = text.replace("▁", "_")  # the mark itself comes back as the space that it stands for
        ids = ours.encode(text, add_bos=False)
        assert texts_of(ours, ids) == twin.encode(text).tokens, repr(text)
        assert ours.decode(ids) == text


@pytest.mark.parametrize("prefix", [True, False])
def test_sentencepiece(prefix: bool, characters: Any, random_texts: Texts, tmp_path: Path) -> None:
    """Llama's and gemma's: each merge of the twin is the only way to its token, so that score and rank agree."""
    tokens, merges = characters
    score = {left + right: -float(rank) for rank, (left, right) in enumerate(merges, 1)}
    scores = [score.get(token, 0.0 if token in BYTES else -1e6) for token in tokens]
    types = [UNKNOWN, *[BYTE] * 256, *[NORMAL] * (len(tokens) - 257)]
    given = {"scores": scores, "types": types, "unknown_token_id": 0, "add_space_prefix": prefix}
    ours = write(tmp_path / "v.gguf", "llama", "default", tokens, **given)
    twin = character_twin(tokens, every_split(tokens, score))
    same = 0
    for text in random_texts(17, COUNT):
        ids = ours.encode(text, add_bos=False)
        reference = twin.encode(f" {text}" if prefix and text else text).tokens
        if texts_of(ours, ids) == reference:
            same += 1
        else:  # where two ways to one token overlap the twin takes them in its own order
            assert ours.decode(ids) == text.replace("▁", " ")
    assert same > 0.98 * COUNT


def every_split(tokens: list[str], score: dict[str, float]) -> list[tuple[str, str]]:
    known = set(tokens)
    ways = (
        (token[:cut], token[cut:])
        for token in sorted(score, key=score.__getitem__, reverse=True)
        for cut in range(1, len(token))
    )
    return [(left, right) for left, right in ways if left in known and right in known]


def wordpiece_vocab(metadata: Any) -> dict[str, int]:
    """The file's tokens as the twin writes them: ##continued, [NAMED], and plain at the start of a word."""

    def written(token: str) -> str:
        if token.startswith("▁"):
            return token[1:]
        return token if token.startswith("[") and token.endswith("]") and len(token) > 2 else f"##{token}"

    return {written(token): i for i, token in enumerate(metadata["tokenizer.ggml.tokens"])}


def change_flags(image: Path, out: Path, **flags: bool) -> Tokenizer:
    metadata = GgufFile(image).metadata
    given: dict[str, Any] = {"types": metadata["tokenizer.ggml.token_type"]}
    given |= {f"normalizer.{key}": value for key, value in flags.items()}
    return write(out, "bert", "default", list(metadata["tokenizer.ggml.tokens"]), **given)


# Marks that take space and are reordered by the twin's normal form (musical stems and flags, and two of Hangul).
_REORDERED = {0x302E, 0x302F, 0x1D165, 0x1D166, *range(0x1D16D, 0x1D173), *range(0x1D15E, 0x1D165)}
_REORDERED |= set(range(0x1D1BB, 0x1D1C1))


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("strip_accents", [True, False])
def test_wordpiece(
    lowercase: bool, strip_accents: bool, llama_cpp_models: Path, random_texts: Texts, tmp_path: Path
) -> None:
    image = llama_cpp_models / "ggml-vocab-bert-bge.gguf"
    ours = change_flags(image, tmp_path / "v.gguf", lowercase=lowercase, strip_accents=strip_accents)
    vocab = wordpiece_vocab(GgufFile(image).metadata)
    twin = tokenizers.Tokenizer(
        models.WordPiece(vocab=vocab, unk_token="[UNK]", max_input_chars_per_word=100)
    )
    twin.normalizer = normalizers.BertNormalizer(strip_accents=strip_accents, lowercase=lowercase)
    twin.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    for text in random_texts(19, COUNT):
        text = "".join(c for c in text if ord(c) not in _REORDERED)
        assert ours.encode(text, add_bos=False) == twin.encode(text).ids, repr(text)
