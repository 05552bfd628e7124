"""Every public vector of the families we read, agreement with two peers, hostile vocabularies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gguf
import pytest

from engine.errors import ArgumentError, MalformedFile, UnsupportedFeature
from engine.tokenizer import Tokenizer

NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = range(1, 7)
BYTE_LEVEL = [
    *("command-r", "deepseek-coder", "deepseek-llm", "falcon", "gpt-2", "llama-bpe", "mpt"),
    *("qwen2", "qwen35", "refact", "starcoder"),
]
SPM = ("llama-spm", "phi-3", "gemma-4")
Texts = Callable[[int, int], Iterator[str]]


@pytest.fixture(scope="module")
def load(llama_cpp_models: Path) -> Callable[[str], Tokenizer]:
    loaded: dict[str, Tokenizer] = {}

    def by_name(name: str) -> Tokenizer:
        if name not in loaded:
            loaded[name] = Tokenizer.from_gguf(llama_cpp_models / f"ggml-vocab-{name}.gguf")
        return loaded[name]

    return by_name


def vectors(folder: Path, name: str) -> list[tuple[str, list[int]]]:
    base = folder / f"ggml-vocab-{name}.gguf"
    texts = Path(f"{base}.inp").read_bytes().decode().split("\n__ggml_vocab_test__\n")
    ids = [[int(i) for i in line.split()] for line in Path(f"{base}.out").read_text().splitlines()]
    if texts[-1] == "" and len(texts) == len(ids) + 1:  # the separator also ends the file
        texts.pop()
    assert len(texts) == len(ids) > 40
    return list(zip(texts, ids, strict=True))


@pytest.mark.parametrize("name", [*BYTE_LEVEL, *SPM])
def test_public_vectors_both_ways(
    name: str, load: Callable[[str], Tokenizer], llama_cpp_models: Path
) -> None:
    tokenizer = load(name)
    for text, ids in vectors(llama_cpp_models, name):
        assert tokenizer.encode(text, add_bos=False, parse_special=False) == ids, repr(text)
        assert tokenizer.decode(ids) == text, repr(text)
        if name in BYTE_LEVEL:
            assert b"".join(map(tokenizer.token_bytes, ids)).decode() == text


def test_public_vectors_of_a_lossy_kind(load: Callable[[str], Tokenizer], llama_cpp_models: Path) -> None:
    """WordPiece forgets case, accents and spaces: what comes back must at least be cut in the same way."""
    tokenizer = load("bert-bge")
    frame = (tokenizer.bos_id, tokenizer.eos_id)
    assert frame == (101, 102)
    for text, ids in vectors(llama_cpp_models, "bert-bge"):
        assert tokenizer.encode(text, parse_special=False) == [101, *ids, 102], repr(text)
        assert tokenizer.encode(text, parse_special=False, add_bos=False) == ids
        known = [i for i in ids if i != 100]
        assert tokenizer.encode(tokenizer.decode(known), add_bos=False) == known


# ---- llama.cpp on random text


@pytest.mark.parametrize("name", ["llama-spm", "phi-3", "gemma-4", "llama-bpe", "qwen2", "falcon"])
def test_agrees_with_llama_cpp(
    name: str, load: Callable[[str], Tokenizer], llama_cpp_models: Path, random_texts: Texts
) -> None:
    llama_cpp = pytest.importorskip("llama_cpp")
    file = str(llama_cpp_models / f"ggml-vocab-{name}.gguf")
    peer = llama_cpp.Llama(file, vocab_only=True, verbose=False)
    tokenizer = load(name)
    # Its folding of the long s is narrower than the pattern's; the vectors' own families don't depend on it.
    texts = [text.replace("ſ", "s") for text in random_texts(11, 700)]
    for text in [*texts, "<s>hello<s>", "<|im_start|>user\nhi<|im_end|>", "<|eot_id|><|eot_id|> x"]:
        for special in (False, True):
            if special and name == "phi-3":
                continue  # llama.cpp strips white space after this one's special tokens, by the model's name
            ours = tokenizer.encode(text, parse_special=special)
            assert ours == peer.tokenize(text.encode(), add_bos=True, special=special), repr(text)


# ---- special tokens and policies, on small vocabularies


def byte_char(byte: int) -> str:
    return _BYTE_CHARS[byte]


def _byte_chars() -> dict[int, str]:
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in plain]
    return {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(others)}


_BYTE_CHARS = _byte_chars()
ALPHABET = [byte_char(b) for b in range(256)]


def write_vocab(
    folder: Path,
    tokens: list[str] | None,
    *,
    model: str | None = "gpt2",
    pre: str | None = "smollm",
    merges: list[str] | None = None,
    types: list[int] | None = None,
    scores: list[float] | None = None,
    **more: int | bool,
) -> Path:
    """A GGUF file that holds a vocabulary only; `more` are further entries under tokenizer.ggml."""
    path = folder / "vocab.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    if model is not None:
        writer.add_tokenizer_model(model)
    if pre is not None:
        writer.add_tokenizer_pre(pre)
    if tokens is not None:
        writer.add_token_list(tokens)
    if merges is not None:
        writer.add_token_merges(merges)
    if types is not None:
        writer.add_array("tokenizer.ggml.token_type", types)
    if scores is not None:
        writer.add_token_scores(scores)
    for key, value in more.items():
        name = f"tokenizer.ggml.{key}"
        writer.add_bool(name, value) if isinstance(value, bool) else writer.add_uint32(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


SPECIALS = ["<|bos|>", "<|end|>", "<|mem|>", "<|mem|>x", "<user>", "<|user|>"]
SPECIAL_TYPES = [CONTROL, CONTROL, CONTROL, CONTROL, USER, CONTROL]


def small_bpe(folder: Path, **more: Any) -> Tokenizer:
    tokens = [*SPECIALS, *ALPHABET, "he", "ll", "hell", "hello", "Ġhello", "12"]
    merges = ["h e", "l l", "he ll", "hell o", "Ġ hello", "1 2"]
    types = [*SPECIAL_TYPES, *[NORMAL] * (len(tokens) - len(SPECIALS))]
    defaults: dict[str, Any] = {"bos_token_id": 0, "eos_token_id": 1, "merges": merges, "types": types}
    return Tokenizer.from_gguf(write_vocab(folder, tokens, **(defaults | more)))


def texts_of(tokenizer: Tokenizer, ids: list[int]) -> list[str]:
    return [tokenizer.token_text(i) for i in ids]


def test_special_tokens_only_when_asked(tmp_path: Path) -> None:
    tokenizer = small_bpe(tmp_path)
    parsed = tokenizer.encode("hello<|end|> hello")
    assert texts_of(tokenizer, parsed) == ["hello", "<|end|>", "Ġhello"]
    plain = tokenizer.encode("hello<|end|> hello", parse_special=False)
    assert tokenizer.special_tokens["<|end|>"] not in plain
    assert tokenizer.decode(plain) == tokenizer.decode(parsed) == "hello<|end|> hello"
    assert tokenizer.decode(parsed, skip_special=True) == "hello hello"


def test_longest_special_token_wins_and_user_defined_ones_always_match(tmp_path: Path) -> None:
    tokenizer = small_bpe(tmp_path)
    assert texts_of(tokenizer, tokenizer.encode("<|mem|>x<|mem|>y")) == ["<|mem|>x", "<|mem|>", "y"]
    assert texts_of(tokenizer, tokenizer.encode("<user>", parse_special=False)) == ["<user>"]
    assert texts_of(tokenizer, tokenizer.encode("<user><|mem|")) == ["<user>", "<", "|", "m", "e", "m", "|"]


def test_bos_policy_comes_from_the_file(tmp_path: Path) -> None:
    assert small_bpe(tmp_path).encode("hello")[0] != 0
    asking = small_bpe(tmp_path, add_bos_token=True, add_eos_token=True)
    hello = asking.token_id("hello")
    assert asking.encode("hello") == [0, hello, 1]
    assert asking.encode("hello", add_bos=False) == [hello]
    assert asking.encode("") == [0, 1]
    assert small_bpe(tmp_path).encode("hello", add_bos=True) == [0, hello]
    assert small_bpe(tmp_path, pre="llama-bpe").add_bos  # this family's default
    assert not small_bpe(tmp_path, pre="llama-bpe", add_bos_token=False).add_bos


def test_end_tokens(tmp_path: Path) -> None:
    tokenizer = small_bpe(tmp_path, eos_token_id=0, eot_token_id=2)
    assert tokenizer.eog_ids == {0, 1, 2}  # eos, <|end|> by its name, eot
    assert (tokenizer.bos_id, tokenizer.eos_id) == (0, 0)


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9").mkdir()  # a byte that is no UTF-8
    assert small_bpe(tmp_path / "caf\udce9").encode("hello") == small_bpe(tmp_path).encode("hello")


def test_lila_is_smollm(tmp_path: Path, random_texts: Texts) -> None:
    lila, smollm = small_bpe(tmp_path, pre="lila"), small_bpe(tmp_path)
    gpt2 = small_bpe(tmp_path, pre="gpt-2")
    assert texts_of(lila, lila.encode(" 12 hello")) == ["Ġ", "1", "2", "Ġhello"]
    assert texts_of(gpt2, gpt2.encode("12 hello")) == ["12", "Ġhello"]
    for text in random_texts(3, 200):
        assert lila.encode(text) == smollm.encode(text)


def test_llama3_takes_a_whole_word_that_no_merge_makes(tmp_path: Path) -> None:
    llama3 = small_bpe(tmp_path, pre="llama-bpe", merges=["h e"])
    assert texts_of(llama3, llama3.encode("hello", add_bos=False)) == ["hello"]
    qwen2 = small_bpe(tmp_path, pre="qwen2", merges=["h e"])
    assert texts_of(qwen2, qwen2.encode("hello")) == ["he", "l", "l", "o"]


def test_a_byte_that_the_vocabulary_lacks_is_unknown_or_left_out(tmp_path: Path) -> None:
    tokens = ["<unk>", "a", "b", "ab"]
    path = write_vocab(tmp_path, tokens, merges=["a b"], types=[UNKNOWN, 1, 1, 1], unknown_token_id=0)
    assert Tokenizer.from_gguf(path).encode("abxa", parse_special=False) == [3, 0, 1]
    path = write_vocab(tmp_path, tokens[1:], merges=["a b"])
    assert Tokenizer.from_gguf(path).encode("abxa") == [2, 0]
    tokens[0], types = "<end>", [CONTROL, 1, 1, 1]  # what the text can't say must not end the generation
    path = write_vocab(tmp_path, tokens, merges=["a b"], types=types, unknown_token_id=0, eos_token_id=0)
    assert Tokenizer.from_gguf(path).encode("abxa") == [3, 1]


SPM_TOKENS = [
    "<unk>",
    "<s>",
    "</s>",
    *[f"<0x{b:02X}>" for b in range(256)],
    "▁",
    "a",
    "b",
    "ab",
    "▁ab",
    "<",
    "s",
    ">",
]
SPM_TOKENS += ["<s"]
SPM_TYPES = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * 9]
SPM_SCORES = [0.0] * 259 + [-9.0, -8.0, -7.0, -2.0, -3.0, -5.0, -5.0, -5.0, -1.0]


def small_spm(folder: Path, **more: Any) -> Tokenizer:
    given: dict[str, Any] = {"model": "llama", "pre": "default", "types": SPM_TYPES, "scores": SPM_SCORES}
    return Tokenizer.from_gguf(write_vocab(folder, SPM_TOKENS, **(given | more)))


def test_spm_joins_by_score_and_falls_back_to_bytes(tmp_path: Path) -> None:
    tokenizer = small_spm(tmp_path)
    assert texts_of(tokenizer, tokenizer.encode("ab aé")) == ["<s>", "▁ab", "▁", "a", "<0xC3>", "<0xA9>"]
    assert tokenizer.decode(tokenizer.encode(" ab  aé"), skip_special=True) == " ab  aé"
    bare = small_spm(tmp_path, add_space_prefix=False)
    assert texts_of(bare, bare.encode("ab", add_bos=False)) == ["ab"]
    assert bare.decode(bare.encode(" ab", add_bos=False)) == " ab"


def test_plain_text_never_spells_a_control_token(tmp_path: Path) -> None:
    """SPM would otherwise join "<s" and ">" to the token that begins a prompt."""
    tokenizer = small_spm(tmp_path)
    ids = tokenizer.encode("<s>", add_bos=False, parse_special=False)
    assert texts_of(tokenizer, ids) == ["▁", "<s", ">"]
    assert texts_of(tokenizer, tokenizer.encode("<s>", add_bos=False)) == ["<s>"]
    assert 13 not in tokenizer.encode("<0x0A>", add_bos=False)


# ---- hostile input


def malformed_texts() -> list[bytes]:
    source = random.Random(5)
    fixed = [
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"a\xe2\x82",
        b"\0\0 \0",
        b"\xe2 \x96\x81",
        b"",
    ]
    return fixed + [source.randbytes(source.randint(1, 80)) for _ in range(300)]


@pytest.mark.parametrize("name", ["gpt-2", "llama-bpe", "qwen2", "gemma-4", "llama-spm"])
def test_any_bytes_survive_the_way_there_and_back(name: str, load: Callable[[str], Tokenizer]) -> None:
    tokenizer = load(name)
    for data in malformed_texts():
        ids = tokenizer.encode(data, add_bos=False, parse_special=False)
        assert tokenizer.decode_bytes(ids) == data


def test_half_a_surrogate_pair_is_replaced(load: Callable[[str], Tokenizer]) -> None:
    tokenizer = load("gpt-2")
    assert tokenizer.decode(tokenizer.encode("a\ud83db")) == "a�b"


@pytest.mark.timeout(120)  # quadratic work would take hours
@pytest.mark.parametrize(
    "name", ["gpt-2", "deepseek-llm", "falcon", "gemma-4", "llama-bpe", "starcoder", "llama-spm"]
)
@pytest.mark.parametrize("piece", ["a", " ", "\n", "1", "ab1 ", "é", "<|", "\n "])
def test_long_input_is_not_quadratic(name: str, piece: str, load: Callable[[str], Tokenizer]) -> None:
    text = piece * (400_000 // len(piece))
    tokenizer = load(name)
    assert tokenizer.decode(tokenizer.encode(text, add_bos=False)) == text


ONE_OF_EACH: dict[str, Any] = {"tokens": ["a", "b", "ab"], "merges": ["a b"]}
REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no tokenizer": ({"model": None}, MalformedFile, "tokenizer.ggml.model"),
    "another kind": ({"model": "t5"}, UnsupportedFeature, "'t5'"),
    "no pre-tokenizer": ({"pre": None}, UnsupportedFeature, "tokenizer.ggml.pre"),
    "unknown pre-tokenizer": ({"pre": "bloom"}, UnsupportedFeature, "'bloom'"),
    "no tokens": ({"tokens": None}, MalformedFile, "tokenizer.ggml.tokens"),
    "twice the same token": ({"tokens": ["a", "b", "ab", "a"]}, MalformedFile, "tokens 0 and 3"),
    "no merges": ({"merges": None}, MalformedFile, "tokenizer.ggml.merges"),
    "merge of no tokens": ({"merges": ["a b", "a c"]}, MalformedFile, "merge 1 ('a c')"),
    "merge into no token": ({"merges": ["b a"]}, MalformedFile, "merge 0"),
    "merge without a space": ({"merges": ["ab"]}, MalformedFile, "merge 0"),
    "merge of one space": ({"merges": [" "]}, MalformedFile, "merge 0"),
    "empty merge": ({"merges": [""]}, MalformedFile, "merge 0"),
    "merge into a control token": ({"types": [1, 1, CONTROL]}, MalformedFile, "merge 0 makes token 2"),
    "fewer types than tokens": ({"types": [1, 1]}, MalformedFile, "2 entries for 3 tokens"),
    "a type there is not": ({"types": [1, 1, 9]}, MalformedFile, "token 2 has type 9"),
    "types that are no numbers": ({"types": [True] * 3}, MalformedFile, "integers, found value type 7"),
    "bos as a number": ({"add_bos_token": 1}, MalformedFile, "add_bos_token: expected a boolean"),
    "eos as a number": ({"add_eos_token": 0}, MalformedFile, "add_eos_token: expected a boolean"),
    "bos beyond the vocabulary": ({"bos_token_id": 3}, MalformedFile, "bos_token_id"),
    "a token too long": ({"tokens": ["a", "b", "ab", "x" * 20_000]}, MalformedFile, "20000 bytes"),
    "spm without scores": ({"model": "llama"}, MalformedFile, "tokenizer.ggml.scores"),
    "spm with few scores": ({"model": "llama", "scores": [0.0]}, MalformedFile, "tokenizer.ggml.scores"),
    "spm with words for scores": ({"model": "llama", "scores": ["x"] * 3}, MalformedFile, "hold a number"),
    "spm with truths for scores": ({"model": "llama", "scores": [True] * 3}, MalformedFile, "hold a number"),
    "spm with a number for a space": (
        {"model": "llama", "scores": [0.0] * 3, "add_space_prefix": 0},
        MalformedFile,
        "add_space_prefix: expected a boolean",
    ),
    "bert with a number for its case": (
        {"model": "bert", "normalizer.lowercase": 0},
        MalformedFile,
        "normalizer.lowercase: expected a boolean",
    ),
    "bert with a number for its accents": (
        {"model": "bert", "normalizer.strip_accents": 0},
        MalformedFile,
        "normalizer.strip_accents: expected a boolean",
    ),
    "bert with a number for its end": (
        {"model": "bert", "add_sep_token": 0},
        MalformedFile,
        "add_sep_token: expected a boolean",
    ),
    "spm with nan": ({"model": "llama", "scores": [0.0, float("nan"), 0.0]}, MalformedFile, "token 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_inconsistent_vocabularies_are_refused_in_words(case: str, tmp_path: Path) -> None:
    change, error, words = REFUSED[case]
    with pytest.raises(error, match=r"^[^\n]+$") as caught:
        Tokenizer.from_gguf(write_vocab(tmp_path, **(ONE_OF_EACH | change)))
    assert words in str(caught.value)


def test_odd_but_sound_vocabularies_are_read(tmp_path: Path) -> None:
    path = write_vocab(tmp_path, ["a", "", "b", "", "ab"], merges=["a b", "a b"])  # holes, a repeated merge
    assert Tokenizer.from_gguf(path).encode("ab") == [4]
    raw = write_vocab(tmp_path, ["a", "日", "b", "ab"], merges=["a b"], types=[1, 1, UNUSED, 1])
    assert Tokenizer.from_gguf(raw).decode([0, 1, 2]) == "a日b"  # a token that isn't byte-level is itself


def test_token_ids_are_checked(load: Callable[[str], Tokenizer]) -> None:
    tokenizer = load("gpt-2")
    for bad in (-1, tokenizer.vocab_size, 2**31 - 1):
        with pytest.raises(ArgumentError):
            tokenizer.decode([bad])
        with pytest.raises(ArgumentError):
            tokenizer.token_bytes(bad)
    with pytest.raises(ArgumentError):
        tokenizer.decode([2**40])
    assert tokenizer.token_id("Ġhello") == tokenizer.encode(" hello")[0]
    assert tokenizer.token_id("no such token") is None


def test_threads_share_a_tokenizer(load: Callable[[str], Tokenizer], random_texts: Texts) -> None:
    tokenizer = load("llama-bpe")
    texts = list(random_texts(23, 300))
    alone = [tokenizer.encode(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(tokenizer.encode, texts)) == alone
