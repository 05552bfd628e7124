"""Looking back: which places are right, and that two heads learn to look there."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from training_log.nano.looking import LAYER, Looking
from training_log.nano.model import SIZES, NanoConfig, NanoModel
from training_log.nano.tokenizer import train_tokenizer

WORDS = ["plums", "apples", "trains", "monday", "code", "garden", "lesson"]
TOKENIZER = train_tokenizer([f"my your {' '.join(WORDS)}", "Plums", *WORDS] * 5, vocab=330, words=WORDS)
LOOKING = Looking(TOKENIZER)
ASKED = (
    "<|bos|><|user|> lesson<|end|><|memories|> code plums\n my code<|end|><|user|> plums code trains<|end|>"
)


def ids(text: str) -> torch.Tensor:
    return torch.tensor([TOKENIZER.encode(text).ids])


def test_a_word_looks_at_the_same_word_in_the_memories_and_else_at_the_beginning() -> None:
    tokens = ids(ASKED)
    same, counted = LOOKING.places(tokens)
    words = [TOKENIZER.id_to_token(int(i)) for i in tokens[0]]
    end, said = words.index("<|memories|>"), words.index("Ġtrains")
    assert not counted[0, :end].any()
    assert counted[0, said]
    assert same[0, said].nonzero().flatten().tolist() == [0]
    places = same[0, said - 1].nonzero().flatten().tolist()
    assert [words[i] for i in places] == ["Ġcode", "Ġcode"]
    assert all(end < i < said - 2 for i in places)  # not the word itself, nor what was said


def test_capitals_and_the_space_before_make_no_difference() -> None:
    tokens = ids("<|bos|><|memories|> plums<|end|><|user|>plums")
    same, _ = LOOKING.places(tokens)
    assert same[0, -1].nonzero().flatten().tolist() == [2]


def test_nowhere_is_a_position_without_a_place_or_with_one_after_it() -> None:
    same, _ = LOOKING.places(ids(ASKED))
    assert same.any(-1).all()
    assert not same.triu(1).any()


def test_without_memories_nothing_is_asked_of_the_heads() -> None:
    model = NanoModel(NanoConfig(**{**SIZES["test"].to_dict(), "vocab": TOKENIZER.get_vocab_size()}))
    tokens, entering = ids("<|bos|><|user|> my code<|end|>"), []
    model.hidden(tokens, entering=entering)
    assert LOOKING.loss(model, entering[LAYER], tokens).item() == 0.0


def test_the_heads_learn_it() -> None:
    torch.manual_seed(0)
    model = NanoModel(NanoConfig(**{**SIZES["test"].to_dict(), "vocab": TOKENIZER.get_vocab_size()}))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    tokens = ids(ASKED)
    losses = []
    for _ in range(60):
        entering: list[torch.Tensor] = []
        model.hidden(tokens, entering=entering)
        loss = LOOKING.loss(model, entering[LAYER], tokens)
        losses.append(loss.item())
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    assert losses[0] > 0.5
    assert losses[-1] < 0.05
