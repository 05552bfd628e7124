"""Where heads are taught to look: which places are right, and that they learn to look there."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from training_log.nano.looking import Looking
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
    same, counted = LOOKING.to_compare(tokens)
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
    same, _ = LOOKING.to_compare(tokens)
    assert same[0, -1].nonzero().flatten().tolist() == [2]


def test_nowhere_is_a_position_without_a_place_or_with_one_after_it() -> None:
    same, _ = LOOKING.to_compare(ids(ASKED))
    assert same.any(-1).all()
    assert not same.triu(1).any()


def looked_at(text: str) -> list[list[int]]:
    """For each token of ``text`` the places to look at when what comes next is to be written."""
    return [row.nonzero().flatten().tolist() for row in LOOKING.to_copy(ids(text))[0]]


def test_what_is_to_be_written_is_looked_for_in_what_was_said() -> None:
    looked = looked_at("<|bos|><|user|> trains plums code<|end|><|assistant|> trains plums<|end|>")
    assert looked[6] == [2]  # " trains" comes next, and stands there
    assert looked[7] == [3]


def test_of_several_places_those_behind_the_same_word_count() -> None:
    looked = looked_at("<|bos|> trains plums code plums trains code<|assistant|> trains plums code")
    assert looked[7] == [1, 5]  # behind the special token nothing stood before
    assert looked[8] == [2]  # "trains plums", not "code plums"
    assert looked[9] == [3]


def test_a_word_that_stands_nowhere_and_a_special_token_are_looked_for_at_the_beginning() -> None:
    looked = looked_at("<|bos|> trains plums<|end|><|assistant|> code<|end|>")
    assert looked[4] == [0]
    assert looked[5] == [0]


def network(depth: int) -> NanoModel:
    torch.manual_seed(0)
    size = SIZES["test"].to_dict()
    return NanoModel(NanoConfig(**{**size, "depth": depth, "vocab": TOKENIZER.get_vocab_size()}))


def loss(model: NanoModel, tokens: torch.Tensor, at: list[int]) -> torch.Tensor:
    entering: list[torch.Tensor] = []
    model.hidden(tokens, entering=entering)
    return LOOKING.loss(model, entering, tokens, torch.tensor(at, dtype=torch.long))


def test_with_no_memories_and_nothing_to_write_nothing_is_asked_of_the_heads() -> None:
    assert loss(network(4), ids("<|bos|><|user|> my code<|end|>"), []).item() == 0.0


@pytest.mark.parametrize("at", [[], [*range(12, 16)]], ids=["compare", "copy too"])
def test_the_heads_learn_it(at: list[int]) -> None:
    model = network(4)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses = []
    for _ in range(80):
        value = loss(model, ids(ASKED), at)
        losses.append(value.item())
        value.backward()
        optimiser.step()
        optimiser.zero_grad()
    assert losses[0] > 0.5
    assert losses[-1] < 0.05


def test_each_lesson_is_about_its_own_layer() -> None:
    model = network(4)
    loss(model, ids(ASKED), [12, 13]).backward()
    taught = [layer.self_attn.q_proj.weight.grad is not None for layer in model.model.layers]
    assert taught == [True, True, True, False]  # what enters a layer is taught with it
