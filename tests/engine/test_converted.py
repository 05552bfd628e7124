"""What llama.cpp's own converter makes of every family, against transformers, layer by layer, and llama.cpp.

The tiny random models of test_families.py with tokenizers of their kinds are saved as transformers saves them, and
converted by the `convert_hf_to_gguf.py` of the llama.cpp that is the peer here: nothing of the file is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import convert_folders
import numpy as np
import pytest
from tiny_families import (
    FAMILIES,
    GEMMA3_ROPE,
    VOCAB,
    Family,
    Tiny,
    check_layers,
    check_next_tokens,
    random_model,
    traced,
)
from tiny_tokenizers import KINDS, OF_SENTENCEPIECE, TinyTokenizer

from engine import Tokenizer
from engine.gguf import GgufFile

# What the converter leaves out, by family: the window of a Mistral that has one, a list of Gemma 3's sliding layers
# (only the usual one is known without), and Gemma 2's RoPE base (so it is the usual one).
LOST = {
    "mistral-sliding": "llama.attention.sliding_window",
    "gemma3-layers": "gemma3.attention.sliding_window_pattern",
    "gemma2": "gemma2.rope.freq_base",
}


def _with_rope(name: str, rope: dict[str, Any]) -> Family:
    return replace(FAMILIES[name], settings=FAMILIES[name].settings | {"rope_parameters": rope})


CONVERTED = {name: family for name, family in FAMILIES.items() if name not in LOST} | {
    # The usual base.
    "gemma2": _with_rope("gemma2", {"rope_type": "default", "rope_theta": 10000.0}),
    # Not the usual base of sliding layers: the file has it under a key that test_families.py goes without.
    "gemma3": _with_rope(
        "gemma3", GEMMA3_ROPE | {"sliding_attention": {"rope_type": "default", "rope_theta": 4321.0}}
    ),
}
LOSSY = {f"{name}-lossy": FAMILIES[name] for name in LOST}


def kind(name: str) -> str:
    return name.split("-")[0]


@dataclass(frozen=True)
class Converted:
    tiny: Tiny
    tokenizer: TinyTokenizer


@pytest.fixture(scope="module")
def converted(llama_cpp_converter: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Converted]:
    folder = tmp_path_factory.mktemp("converted")
    made = {name: saved(folder / name, family) for name, family in (CONVERTED | LOSSY).items()}
    jobs = [f"{folder / name}={model.tokenizer.pre}" for name, model in made.items()]
    driver = [sys.executable, convert_folders.__file__, str(llama_cpp_converter)]
    offline = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run([*driver, *jobs], capture_output=True, text=True, env=offline, timeout=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return made


def saved(folder: Path, family: Family) -> Converted:
    tokenizer = KINDS[kind(folder.name)](VOCAB)
    assert len(tokenizer.hugging_face) == VOCAB
    ends = {
        f"{end}_token_id": getattr(tokenizer.hugging_face, f"{end}_token_id") for end in ("bos", "eos", "pad")
    }
    model = random_model(family, **ends)
    model.save_pretrained(folder)
    tokenizer.save(folder)
    return Converted(Tiny(family, folder.with_name(f"{folder.name}.gguf"), model), tokenizer)


@pytest.mark.parametrize("name", CONVERTED)
def test_every_layer_equals_transformers(name: str, converted: dict[str, Converted]) -> None:
    check_layers(converted[name].tiny)


@pytest.mark.parametrize("name", [name for name, family in CONVERTED.items() if family.in_llama_cpp])
def test_next_tokens_agree_with_llama_cpp(name: str, converted: dict[str, Converted]) -> None:
    check_next_tokens(converted[name].tiny)


# Composed, as Qwen's normaliser would have them; GGUF files know of none.
TEXTS = [
    "Hello, world! Licensed under the License; 12345 numbers,  two spaces.",
    "It's what we'LL see: don't.\n\n\tTabs and\n lines  \n",
    "Grüße, привет, 你好世界, 🙂 and ½",
    "def f(x):\n    return [x[0], {'a': 3.14159}]",
    "",
]


@pytest.mark.parametrize("name", CONVERTED)
def test_texts_are_the_tokens_that_hugging_face_has(name: str, converted: dict[str, Converted]) -> None:
    peer = converted[name].tokenizer.hugging_face
    ours = Tokenizer.from_gguf(converted[name].tiny.path)
    special = peer.convert_ids_to_tokens([VOCAB - 2, VOCAB - 1])
    for text in [*TEXTS, f"{special[0]}user{special[1]}{special[0]}The work."]:
        ids = ours.encode(text)
        assert ids == peer.encode(text), repr(text)
        assert [ours.token_text(i) for i in ids] == peer.convert_ids_to_tokens(ids)
        assert text not in TEXTS or ours.decode(ids, skip_special=True) == text
    assert {ours.special_tokens[token] for token in special} == {VOCAB - 2, VOCAB - 1}
    assert (ours.bos_id, ours.eos_id) == (peer.bos_token_id, peer.eos_token_id)


@pytest.mark.parametrize("name", [name for name in CONVERTED if kind(name) in OF_SENTENCEPIECE])
def test_texts_are_the_tokens_that_sentencepiece_has(name: str, converted: dict[str, Converted]) -> None:
    """Texts that begin with a space too: transformers 5 puts none before that one, where the model has one more."""
    import sentencepiece

    peer = sentencepiece.SentencePieceProcessor(model_proto=converted[name].tokenizer.sentencepiece)
    ours = Tokenizer.from_gguf(converted[name].tiny.path)
    for text in [*TEXTS, " one", "   three", "\n"]:
        ids = ours.encode(text, add_bos=False, parse_special=False)
        assert ids == peer.encode(text), repr(text)
        assert ours.decode(ids) == text


@pytest.mark.parametrize(("name", "key"), LOST.items())
def test_what_the_converter_leaves_out(name: str, key: str, converted: dict[str, Converted]) -> None:
    """The file says another model then: llama.cpp and this engine agree on which. Should a later converter write the
    key, the family belongs with those that are compared with transformers."""
    tiny = converted[f"{name}-lossy"].tiny
    metadata = GgufFile(tiny.path).metadata
    assert key not in metadata
    assert f"{metadata['general.architecture']}.block_count" in metadata  # so the key would begin like this
    assert np.abs(traced(tiny)[1] - tiny.exact[1]).max() > 0.5
    check_next_tokens(tiny)
