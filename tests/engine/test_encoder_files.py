"""What stands beside an encoder's weights: read from either tokenizer file, refused by name, and mutated at random."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.encoder_files import EncoderConfig, Words, read_config, read_words
from engine.errors import EngineError, MalformedFile, UnsupportedFeature
from engine.tokenizer import Tokenizer

CONFIG: dict[str, Any] = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "vocab_size": 7,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
}
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b", "é"]
TOKENIZER: dict[str, Any] = {
    "model": {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {word: i for i, word in enumerate(WORDS)},
    },
    "normalizer": {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    },
    "pre_tokenizer": {"type": "BertPreTokenizer"},
}
MODULES = [{"type": "a.Transformer", "path": ""}, {"type": "a.Pooling", "path": "p"}, {"type": "a.Normalize"}]


def write(folder: Path, **files: Any) -> Path:
    """Files by name, `__` for a dot; strings as they are, everything else as JSON."""
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_sizes_are_read(tmp_path: Path) -> None:
    write(tmp_path, config__json=CONFIG)
    assert read_config(tmp_path) == EncoderConfig(7, 8, 2, 4, 16, 32, 2, 1e-12, longest=32, normalise=True)
    write(tmp_path, sentence_bert_config__json={"max_seq_length": 12})
    assert read_config(tmp_path).longest == 12
    write(tmp_path, sentence_bert_config__json={"max_seq_length": None})
    assert read_config(tmp_path).longest == 32


def test_both_tokenizer_files_say_the_same(tmp_path: Path) -> None:
    lines = "\n".join(WORDS)
    wanted = Words(lines.encode(), lowercase=True, strip_accents=True)
    assert read_words(write(tmp_path, tokenizer__json=TOKENIZER)) == wanted
    (tmp_path / "tokenizer.json").unlink()
    assert read_words(write(tmp_path, vocab__txt=lines)) == wanted
    write(tmp_path, tokenizer_config__json={"do_lower_case": False, "strip_accents": None})
    assert read_words(tmp_path) == Words(lines.encode(), lowercase=False, strip_accents=False)
    write(tmp_path, tokenizer_config__json={"do_lower_case": False, "strip_accents": True})
    assert read_words(tmp_path) == Words(lines.encode(), lowercase=False, strip_accents=True)


def changed(part: str, **values: Any) -> dict[str, Any]:
    return {**TOKENIZER, part: {**TOKENIZER[part], **values}}


@pytest.mark.parametrize(
    ("tokenizer", "kind", "sentence"),
    [
        (
            changed("model", type="BPE"),
            UnsupportedFeature,
            "tokenizer.json: model.type 'BPE' is not supported",
        ),
        (changed("model", max_input_chars_per_word=9), UnsupportedFeature, "max_input_chars_per_word 9"),
        (changed("model", continuing_subword_prefix=""), UnsupportedFeature, "continuing_subword_prefix ''"),
        (changed("normalizer", type="Lowercase"), UnsupportedFeature, "normalizer.type 'Lowercase'"),
        (changed("normalizer", handle_chinese_chars=False), UnsupportedFeature, "handle_chinese_chars False"),
        (changed("pre_tokenizer", type="Whitespace"), UnsupportedFeature, "pre_tokenizer.type 'Whitespace'"),
        (changed("normalizer", lowercase=1), MalformedFile, "true or false for lowercase"),
        ({**TOKENIZER, "model": []}, MalformedFile, "model: expected an object, found list"),
        (changed("model", vocab={"a": 1}), MalformedFile, "the ids 0 to 0 once each, found 1"),
        (changed("model", vocab={"a": 0, "b": 0}), MalformedFile, "once each, found 0"),
        (changed("model", vocab={"a": -1}), MalformedFile, "found -1"),
        (changed("model", vocab={"a": True, "b": 0}), MalformedFile, "found True"),
        (changed("model", vocab={"a\n": 0}), UnsupportedFeature, "token 0 has a line's end"),
        ([], MalformedFile, "expected an object, found list"),
        ("{", MalformedFile, "expected JSON"),
        ('{"a": 1, "a": 2}', MalformedFile, "a key occurs twice"),
        ("[" * 100_000, MalformedFile, "expected JSON"),
    ],
)
def test_tokenizers_that_are_not_ours_are_refused(
    tokenizer: Any, kind: type[Exception], sentence: str, tmp_path: Path
) -> None:
    write(tmp_path, tokenizer__json=tokenizer)
    with pytest.raises(kind, match=sentence):
        read_words(tmp_path)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("[UNK]\n[CLS]\na", r"expected the token \[SEP\] in the vocabulary, found none"),
        ("[UNK]\n[CLS]\n[SEP]\na\na", "tokens 3 and 4 of the vocabulary are both"),
        ("", "the vocabulary has 0 tokens"),
        ("[UNK]\n[CLS]\n[SEP]\n" + "a" * 20_000, "token 3 has 200[0-9]{2} bytes"),
    ],
)
def test_vocabularies_that_cannot_be(lines: str, sentence: str) -> None:
    with pytest.raises(MalformedFile, match=sentence):
        Tokenizer.wordpiece(lines.encode(), lowercase=True, strip_accents=True)


def test_a_vocabulary_of_lines_is_one_of_tokens() -> None:
    tokenizer = Tokenizer.wordpiece(
        "\n".join([*WORDS, "", "##", "#"]).encode(), lowercase=True, strip_accents=False
    )
    assert tokenizer.vocab_size == len(WORDS) + 3
    assert (tokenizer.bos_id, tokenizer.eos_id) == (2, 3)
    assert tokenizer.encode("Ab É abb # ##") == [2, 4, 5, 6, 4, 5, 5, 9, 9, 9, 3]
    assert tokenizer.encode("b") == [2, 1, 3]
    assert tokenizer.decode([4, 5, 6]) == "ab é"


@pytest.mark.parametrize(
    ("modules", "pooling", "sentence"),
    [
        (MODULES[:1], {}, "modules.json: Transformer is not supported"),
        ([*MODULES[:2], {"type": "a.Dense"}], {}, "Transformer, Pooling, Dense is not supported"),
        (MODULES, {"pooling_mode_cls_token": True}, "pooling_mode_cls_token True"),
        (MODULES, {"pooling_mode_mean_tokens": False}, "pooling_mode_mean_tokens False"),
        (MODULES, {"pooling_mode": "cls"}, "pooling_mode 'cls'"),
    ],
)
def test_poolings_that_are_not_ours_are_refused(
    modules: Any, pooling: Any, sentence: str, tmp_path: Path
) -> None:
    write(tmp_path, config__json=CONFIG, modules__json=modules)
    (tmp_path / "p").mkdir()
    write(tmp_path / "p", config__json=pooling)
    with pytest.raises(UnsupportedFeature, match=sentence):
        read_config(tmp_path)


@pytest.mark.parametrize("epsilon", [10**400, -(10**400), 1e39, 1e-60, 0, -1e-12, True, "1e-12", None])
def test_an_epsilon_that_single_precision_has_not(epsilon: Any, tmp_path: Path) -> None:
    write(tmp_path, config__json={**CONFIG, "layer_norm_eps": epsilon})
    with pytest.raises(MalformedFile, match=r"config.json: layer_norm_eps: expected .*, found "):
        read_config(tmp_path)


@pytest.mark.parametrize("name", ["\ud800", "a\0", "../p", "/etc", "p/../..", 7, None])
def test_a_module_elsewhere_is_refused_in_words_that_can_be_printed(name: Any, tmp_path: Path) -> None:
    modules = [MODULES[0], {"type": "a.Pooling", "path": name}, MODULES[2]]
    write(tmp_path, config__json=CONFIG, modules__json=modules)
    with pytest.raises(MalformedFile, match=r"modules.json: path: expected a folder") as caught:
        read_config(tmp_path)
    assert str(caught.value).encode("utf-8")


@pytest.mark.parametrize(
    "files",
    [
        {"config__json": {**CONFIG, "architectures": ["\ud800"]}},
        {"config__json": CONFIG, "modules__json": [{"type": "\ud800"}]},
        {"config__json": {**CONFIG, "hidden_act": "\ud800"}},
    ],
)
def test_what_is_not_supported_can_be_printed(files: Any, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFeature) as caught:
        read_config(write(tmp_path, **files))
    assert str(caught.value).encode("utf-8")


@pytest.mark.parametrize("pooling", [{}, {"pooling_mode_mean_tokens": True}, {"pooling_mode": "mean"}])
def test_the_mean_of_all_tokens_is_ours(pooling: Any, tmp_path: Path) -> None:
    write(tmp_path, config__json=CONFIG, modules__json=MODULES)
    (tmp_path / "p").mkdir()
    write(
        tmp_path / "p",
        config__json={"word_embedding_dimension": 8, "pooling_mode_max_tokens": False, **pooling},
    )
    assert read_config(tmp_path).normalise


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_files_are_an_error_or_a_reading(tmp_path: Path, data: st.DataObject) -> None:
    files = {"config.json": CONFIG, "tokenizer.json": TOKENIZER, "modules.json": MODULES}
    pieces = st.one_of(
        st.binary(max_size=3), st.sampled_from([b"{", b"]", b'"', b"null", b"1e999", b"[[", b"\xff"])
    )
    for name, content in files.items():
        raw = bytearray(json.dumps(content).encode())
        for _ in range(data.draw(st.integers(0, 2))):
            at = data.draw(st.integers(0, len(raw)))
            raw[at : at + data.draw(st.integers(0, 4))] = data.draw(pieces)
        (tmp_path / name).write_bytes(bytes(raw))
    (tmp_path / "p").mkdir(exist_ok=True)
    write(tmp_path / "p", config__json={})
    for read in (read_config, read_words):
        try:
            found = read(tmp_path)
        except EngineError as error:
            assert str(error)
        else:
            assert isinstance(found, EncoderConfig | Words)
