"""Small tokenizers of the families' kinds, trained in milliseconds, with the files that their repositories have."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["KINDS", "OF_SENTENCEPIECE", "TinyTokenizer"]

# English that stays as it is, and a little of what isn't.
CORPUS = (Path(__file__).parents[2] / "LICENSE").read_text(encoding="utf-8").splitlines()
CORPUS += [
    "Grüße aus Köln, à bientôt, ¿qué tal?",
    "привет, мир",
    "你好，世界",
    "x = [1, 23, 456]  # π ≈ 3.14159",
    *["1000000 20000 3000 400 50 6.0 123 2345"] * 10,  # often enough for tokens of several digits
]

LLAMA3_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


@dataclass(frozen=True)
class TinyTokenizer:
    hugging_face: Any
    """transformers' tokenizer."""
    sentencepiece: bytes | None = None
    """The model it was made from, where it was."""
    pre: str = ""
    """llama.cpp's name of the pre-tokenizer; only BPE has one."""

    def save(self, folder: Path) -> None:
        self.hugging_face.save_pretrained(folder)
        if self.sentencepiece is None:
            return
        (folder / "tokenizer.model").write_bytes(self.sentencepiece)
        # transformers 5 writes added tokens to tokenizer.json alone. The converter looks for those of SentencePiece
        # models in the configuration, where version 4 and so the published models have them.
        path = folder / "tokenizer_config.json"
        added = self.hugging_face.added_tokens_decoder
        known = {i: {"content": token.content, "special": token.special} for i, token in added.items()}
        path.write_text(json.dumps(json.loads(path.read_text()) | {"added_tokens_decoder": known}))


def llama2(size: int, added: tuple[str, ...] = ("[INST]", "[/INST]")) -> TinyTokenizer:
    from transformers import LlamaTokenizer

    model = _sentencepiece(size - len(added), unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
    # legacy: every stretch between special tokens begins with a space, which is what GGUF files mean.
    return _of_sentencepiece(model, LlamaTokenizer, added, add_bos_token=True, legacy=True)


def phi3(size: int) -> TinyTokenizer:
    return llama2(size, ("<|endoftext|>", "<|user|>", "<|end|>"))  # llama.cpp opens none without the first


def gemma(size: int) -> TinyTokenizer:
    from transformers import GemmaTokenizer

    added = ("<mask>", "<start_of_turn>", "<end_of_turn>")
    ids = {"pad_id": 0, "eos_id": 1, "bos_id": 2, "unk_id": 3}
    pieces = {"pad_piece": "<pad>", "eos_piece": "<eos>", "bos_piece": "<bos>"}
    model = _sentencepiece(size - len(added), add_dummy_prefix=False, **ids, **pieces)
    return _of_sentencepiece(model, GemmaTokenizer, added, add_bos_token=True)


def _sentencepiece(size: int, **settings: Any) -> bytes:
    import sentencepiece

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS),
        model_writer=out,
        model_type="bpe",
        vocab_size=size,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        num_threads=1,
        minloglevel=2,
        **settings,
    )
    return out.getvalue()


def _of_sentencepiece(model: bytes, made: Any, added: tuple[str, ...], **settings: Any) -> TinyTokenizer:
    """transformers needs protobuf to read the model, and does no more than this."""
    import sentencepiece
    from transformers.tokenization_utils_base import generate_merges

    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    vocab = {processor.id_to_piece(i): i for i in range(processor.vocab_size())}
    aside = (processor.is_unknown, processor.is_control, processor.is_byte)
    scores = {
        piece: processor.get_score(i) for piece, i in vocab.items() if not any(kind(i) for kind in aside)
    }
    merges = generate_merges(vocab, scores)
    tokenizer = made(vocab=vocab, merges=merges, additional_special_tokens=list(added), **settings)
    return TinyTokenizer(tokenizer, model)


def llama3(size: int) -> TinyTokenizer:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    added = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    vocab, merges = _byte_level_bpe(size - len(added))
    inner = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=True))
    split = pre_tokenizers.Split(Regex(LLAMA3_PATTERN), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inner.pre_tokenizer, inner.decoder = pre_tokenizers.Sequence([split, byte_level]), decoders.ByteLevel()
    inner.add_special_tokens(added)
    inner.post_processor = processors.TemplateProcessing(
        single=f"{added[0]} $A", special_tokens=[(added[0], inner.token_to_id(added[0]))]
    )
    ends = {"bos_token": added[0], "eos_token": added[1]}
    return TinyTokenizer(PreTrainedTokenizerFast(tokenizer_object=inner, **ends), pre="llama-bpe")


def qwen(size: int) -> TinyTokenizer:
    from transformers import Qwen2Tokenizer

    added = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocab, merges = _byte_level_bpe(size - len(added))
    tokenizer = Qwen2Tokenizer(vocab=vocab, merges=merges, additional_special_tokens=added[1:])
    return TinyTokenizer(tokenizer, pre="qwen2")


def _byte_level_bpe(size: int) -> tuple[dict[str, int], Any]:
    """Trained on whole lines, so that merges run across words: a word that ends elsewhere shows in the tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    state = json.loads(tokenizer.to_str())["model"]
    return state["vocab"], [tuple(pair) for pair in state["merges"]]


KINDS: dict[str, Callable[[int], TinyTokenizer]] = {
    "llama": llama2,
    "llama2": llama2,
    "llama3": llama3,
    "mistral": llama2,
    "qwen2": qwen,
    "qwen3": qwen,
    "gemma2": gemma,
    "gemma3": gemma,
    "phi3": phi3,
    "smollm3": llama3,
}
"""By family, without what follows its hyphen: each makes a tokenizer of exactly so many tokens."""
OF_SENTENCEPIECE = [name for name, kind in KINDS.items() if kind in (llama2, phi3, gemma)]
