"""The tokenizer of lila-nano: byte-level BPE, 4096 entries, every token of the grammar a real special token.

Digits are split one by one, then GPT-2's pattern cuts words with their leading space: what llama.cpp calls
the "smollm" pre-tokenizer. There is no normaliser and no prefix space. The specials come first (ids 0–19),
so that they stay where they are when the vocabulary is trained anew.

    python -m training_log.nano.tokenizer --out .runs/nano/tokenizer.json
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

__all__ = [
    "BOS",
    "CHAT_TEMPLATE",
    "END",
    "PAD",
    "SPECIAL_TOKENS",
    "VOCABULARY",
    "load_tokenizer",
    "merge_lines",
    "token_id",
    "tokenizer_of",
    "tokens_in_order",
    "train_tokenizer",
]

VOCABULARY = "tokenizer.json"  # in the folder of a run
BOS, PAD, END = "<|bos|>", "<|pad|>", "<|end|>"
SPECIAL_TOKENS = (
    BOS,
    PAD,
    END,
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|memories|>",
    "<|tool_call|>",
    "<|/tool_call|>",
    "<|tool_result|>",
    "<|/tool_result|>",
    "<|memory_start|>",
    "<|memory_end|>",
    "<|mem_store|>",
    "<|mem_recall|>",
    "<|mem_consolidate|>",
    "<|mem_forget|>",
    "<|mem_conflict|>",
    "<|mem_episode|>",
    "<|mem_reflect|>",
)

# One space after each role so that a first word is the same token as a word in mid sentence; a reply that
# starts with a block has none.
CHAT_TEMPLATE = (
    "{{- '<|bos|>' }}"
    "{%- for message in messages %}"
    "{%- set role = 'memories' if message['role'] == 'memory' else message['role'] %}"
    "{%- set gap = '' if role == 'assistant' and message['content'].startswith('<|') else ' ' %}"
    "{{- '<|' + role + '|>' + gap + message['content'] + '<|end|>' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}"
)


def train_tokenizer(texts: Iterable[str], *, vocab: int = 4096, words: Iterable[str] = ()) -> Tokenizer:
    """A tokenizer trained on ``texts`` (special tokens are cut out of them) and on single ``words``."""
    tokenizer = _byte_level(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        min_frequency=1,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(damped(texts, words), trainer)
    return tokenizer


def tokenizer_of(tokens: Sequence[str], merges: Sequence[str]) -> Tokenizer:
    """The tokenizer of a vocabulary in the order of its ids and its merges, ``"left right"`` each."""
    pairs = [(left, right) for left, right in (merge.split(" ") for merge in merges)]
    tokenizer = _byte_level(models.BPE({token: number for number, token in enumerate(tokens)}, pairs))
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    return tokenizer


def tokens_in_order(tokenizer: Tokenizer) -> list[str]:
    """Every token of a vocabulary, each at the place of its id."""
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def merge_lines(tokenizer: Tokenizer) -> list[str]:
    """The merges of a BPE tokenizer, as ``"left right"``."""
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def _byte_level(model: models.Model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def damped(texts: Iterable[str], words: Iterable[str] = ()) -> Iterator[str]:
    """Each distinct word of ``texts`` about √count times, so that neither templates nor invented names rule.

    Words seen once or twice in a sample are mostly invented names: they are left out, so that merges go to
    real words and a new name is spelled in small pieces, which is what copying must be learnt on.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        plain = text
        for token in SPECIAL_TOKENS:
            plain = plain.replace(token, "\n")
        counts.update(re.findall(r" ?[^\W\d_]+(?:'[a-z]+)?|[^\w\s]+", plain))
    lexicon = Counter(f" {word}" for word in words)
    for word, count in (counts + lexicon).items():
        if count > 2 or word in lexicon:
            for _ in range(max(1, round(count**0.5))):
                yield word


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a run folder."""
    return Tokenizer.from_file(str(path))


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that must be there. Raises ValueError when it isn't one of lila-nano's vocabularies."""
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ValueError(f"{token} isn't in the vocabulary: train it with training_log.nano.tokenizer")
    return number


def main() -> None:
    """Train the vocabulary on a sample of the corpus."""
    from training_log.nano.corpus import examples, render

    parser = argparse.ArgumentParser(
        description="Train the tokenizer of lila-nano on a sample of the corpus."
    )
    parser.add_argument(
        "--out", type=Path, default=Path(".runs/nano/tokenizer.json"), help="where to write it"
    )
    parser.add_argument("--examples", type=int, default=60_000, help="how many examples to sample")
    parser.add_argument("--vocab", type=int, default=4096, help="entries, specials included")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample")
    parser.add_argument("--words", type=Path, help="a file of more words to cover, one per line")
    args = parser.parse_args()
    stream = examples(args.seed, "train")
    texts = ("".join(text for text, _ in render(next(stream))) for _ in range(args.examples))
    words = args.words.read_text(encoding="utf-8").split() if args.words else ()
    tokenizer = train_tokenizer(texts, vocab=args.vocab, words=words)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(args.out))
    print(f"{tokenizer.get_vocab_size()} entries written to {args.out}")


if __name__ == "__main__":
    main()
