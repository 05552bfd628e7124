"""The exported file must say the same in torch, transformers and llama.cpp: tokens, template and logits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytest.importorskip("tokenizers")

from training_log.nano.export import gguf_tensors, mix, pair_rows, write_gguf
from training_log.nano.model import SIZES, NanoConfig, NanoModel
from training_log.nano.tokenizer import SPECIAL_TOKENS, train_tokenizer
from training_log.nano.trim import trimmed

TEXT = (
    "<|bos|><|memories|> [1] your café code is 4821\n[2] Bo's plum\n<|end|>"
    "<|user|> what's my code?<|end|><|assistant|>"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[NanoModel, Any, Path]:
    """A random model with a real tokenizer, and its file."""
    words = ["what", "is", "my", "door", "code", "the", "swimming", "lesson", "on", "Thursday", "plums"]
    tokenizer = train_tokenizer([" ".join(words)] * 9, vocab=320, words=words)
    torch.manual_seed(3)
    config = NanoConfig(**{**SIZES["test"].to_dict(), "vocab": tokenizer.get_vocab_size(), "kv_heads": 1})
    model = NanoModel(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
        parameter.data = parameter.data.half().float()
    folder = tmp_path_factory.mktemp("gguf")
    return model, tokenizer, write_gguf(model, tokenizer, folder / "random.gguf", version="9")


def own_logits(model: NanoModel, ids: list[int]) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(model.head(model.hidden(torch.tensor([ids]))[0])[0])


def test_rows_are_paired_within_each_head() -> None:
    rows = np.arange(8, dtype=np.float32)[:, None]
    assert pair_rows(rows, heads=2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_every_weight_has_a_place(made: tuple[NanoModel, Any, Path]) -> None:
    model, _, _ = made
    assert len(gguf_tensors(model)) == len(model.state_dict()) == 2 + 9 * model.config.depth


def test_metadata_and_types(made: tuple[NanoModel, Any, Path]) -> None:
    _, _, path = made
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    assert fields["tokenizer.ggml.pre"] == "smollm"
    assert fields["tokenizer.ggml.add_bos_token"] is False
    assert fields["lila.dialect"] == "native"
    assert fields["general.license"] == "Apache-2.0"
    assert fields["tokenizer.ggml.token_type"][: len(SPECIAL_TOKENS) + 1] == [3] * len(SPECIAL_TOKENS) + [1]
    kinds = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
    assert kinds["blk.0.attn_q.weight"] == "F16"
    assert kinds["blk.0.attn_norm.weight"] == "F32"
    assert "output.weight" not in kinds


def test_transformers_agrees(made: tuple[NanoModel, Any, Path]) -> None:
    transformers = pytest.importorskip("transformers")
    model, tokenizer, path = made
    ids = tokenizer.encode(TEXT).ids
    loaded = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    assert loaded(TEXT)["input_ids"] == ids
    messages = [
        {"role": "memory", "content": "[1] your café code is 4821"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "<|memory_start|>"},
        {"role": "assistant", "content": "Hello."},
    ]
    assert loaded.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) == (
        "<|bos|><|memories|> [1] your café code is 4821<|end|><|user|> hi<|end|>"
        "<|assistant|><|memory_start|><|end|><|assistant|> Hello.<|end|><|assistant|>"
    )
    theirs = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )
    with torch.no_grad():
        logits = theirs(torch.tensor([ids])).logits[0].numpy()
    np.testing.assert_allclose(logits, own_logits(model, ids), rtol=1e-3, atol=1e-3)


def test_llama_cpp_agrees(made: tuple[NanoModel, Any, Path]) -> None:
    llama_cpp = pytest.importorskip("llama_cpp")
    model, tokenizer, path = made
    ids = tokenizer.encode(TEXT).ids
    llama = llama_cpp.Llama(str(path), n_ctx=128, logits_all=True, verbose=False)
    assert llama.tokenize(TEXT.encode(), add_bos=True, special=True) == ids
    llama.eval(ids)
    logits = np.array(llama.scores[: len(ids)])
    expected = own_logits(model, ids)
    np.testing.assert_allclose(logits, expected, atol=0.02 * float(np.abs(expected).max()))
    llama.close()


def test_an_earlier_state_is_mixed_in_by_its_share() -> None:
    torch.manual_seed(4)
    late, early = NanoModel(SIZES["test"]), NanoModel(SIZES["test"])
    name = "model.layers.0.mlp.up_proj.weight"
    expected = 0.75 * late.state_dict()[name] + 0.25 * early.state_dict()[name]
    mix(late, early, 0.25)
    assert torch.allclose(late.state_dict()[name], expected, atol=1e-6)


def test_what_is_used_least_goes_and_the_rest_says_the_same(made: tuple[NanoModel, Any, Path]) -> None:
    model, tokenizer, _ = made
    text = TEXT + " the lesson on Thursday"
    smaller, shorter = trimmed(model, tokenizer, [text], 2)
    assert shorter.get_vocab_size() == smaller.config.vocab == tokenizer.get_vocab_size() - 2
    ids, fewer = (each.encode(text, add_special_tokens=False).ids for each in (tokenizer, shorter))
    tokens = [tokenizer.id_to_token(number) for number in ids]
    assert tokens == [shorter.id_to_token(number) for number in fewer]  # nothing that it uses is gone
    assert shorter.decode(fewer) == tokenizer.decode(ids)
    gone = set(tokenizer.get_vocab()) - set(shorter.get_vocab())
    spelled = [word for word in gone if len(shorter.encode(word.replace("Ġ", " ")).ids) > 1]
    assert len(spelled) == len(gone) == 2
    with torch.no_grad():
        before, after = (m.hidden(torch.tensor([i]))[0] for m, i in ((model, ids), (smaller, fewer)))
    torch.testing.assert_close(after, before)
    with pytest.raises(ValueError, match="can go, and not 4000"):
        trimmed(model, tokenizer, [text], 4000)
