"""What is told of somebody under one name answers what is asked under the other."""

from __future__ import annotations

import pytest

from lila.namesakes import asked_otherwise


@pytest.mark.parametrize(
    ("asked", "line", "otherwise"),
    [
        ("how old is my cat?", "your cat's name is Biscuit", "how old is Biscuit?"),
        ("how old is Biscuit?", "your cat's name is Biscuit", "how old is my cat?"),
        ("what does jo do", "your partner's name is jo", "what does my partner do"),
        ("where does Leo's bus stop?", "you have a son, Leo", "where does my son's bus stop?"),
        ("when was my best friend born?", "your best friend is called Inês", "when was Inês born?"),
        ("where does our landlord live?", "your landlord is Ben", "where does Ben live?"),
        ("where does my son live?", "Leo is the name of your son", "where does Leo live?"),
        ("where does leo live?", "you call your best friend leo", "where does my best friend live?"),
        ("where does my sister live?", "Ada is your sister", "where does Ada live?"),
        ("what does my wife eat?", "your wife Ola hates figs", "what does Ola eat?"),
        ("where did my cousin train?", "the name of your cousin is Triin", "where did Triin train?"),
        ("what does Ola eat?", "you have a mother by the name of Ola", "what does my mother eat?"),
        ("what does Tasha eat?", "Tasha is what you call your carp", "what does my carp eat?"),
        ("how old is Pip?", "you got a new puppy called Pip", "how old is my puppy?"),
        ("when does ola meet us", "your ex-wife is ola", "when does my ex-wife meet us"),
        ("when is my wife's birthday?", "you live in Leeds with your wife Ana", "when is Ana's birthday?"),
        ("how old is Rex?", "you walk your dog Rex at six", "how old is my dog?"),
    ],
)
def test_the_other_name_takes_the_place_of_the_one(asked: str, line: str, otherwise: str) -> None:
    assert list(asked_otherwise(asked, [line])) == [otherwise]


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("how old is my dog?", "your cat's name is Biscuit"),
        ("who is Ben?", "your landlord is kind"),
        ("where does my wife Ola live?", "you live in Rome"),
        ("what is my door code?", "your door code is 4821"),
        ("when is the party?", "the party is on Friday"),
        ("what does my cat eat", "your cat is old"),
        ("where is my car?", "you drive your car Monday to Friday"),
    ],
)
def test_who_has_no_other_name_keeps_the_one(asked: str, line: str) -> None:
    assert list(asked_otherwise(asked, [line])) == []
