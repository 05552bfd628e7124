"""The calculator: right for what people say, bounded and silent for what they shouldn't."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lila.errors import BadToolArgument
from lila.tools.calculator import calculate, evaluate, say_number


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("12 times 7", "12 times 7 is 84."),
        ("twelve times seven", "Twelve times seven is 84."),
        ("what is 6 times 7?", "6 times 7 is 42."),
        ("15% of 80", "15% of 80 is 12."),
        ("fifteen percent of two hundred forty", "Fifteen percent of two hundred forty is 36."),
        ("80 plus 15%", "80 plus 15% is 92."),
        ("50 - 20%", "50 - 20% is 40."),
        ("20 percent off 50", "20 percent off 50 is 40."),
        ("twenty-five minus 7", "Twenty-five minus 7 is 18."),
        ("(2+3)*4", "(2+3)*4 is 20."),
        ("2 + 3 * 4", "2 + 3 * 4 is 14."),
        ("-2^2", "-2^2 is -4."),
        ("2^3^2", "2^3^2 is 512."),
        ("10 - -3", "10 - -3 is 13."),
        ("5 × 3 ÷ 2", "5 × 3 ÷ 2 is 7.5."),
        ("square root of 144", "Square root of 144 is 12."),
        ("square root of 2", "Square root of 2 is about 1.4142135624."),
        ("10/3", "10/3 is about 3.3333333333."),
        ("0.1+0.2", "0.1+0.2 is 0.3."),
        ("1,200 + 300", "1,200 + 300 is 1,500."),
        ("a hundred divided by 8", "A hundred divided by 8 is 12.5."),
        ("half of 90", "Half of 90 is 45."),
        ("three point one four times two", "Three point one four times two is 6.28."),
        ("2 million times 3", "2 million times 3 is 6,000,000."),
        ("one hundred and five plus two thousand", "One hundred and five plus two thousand is 2,105."),
        ("seven squared", "Seven squared is 49."),
        ("5 factorial", "5 factorial is 120."),
        ("17 mod 5", "17 mod 5 is 2."),
        ("12 x 7", "12 x 7 is 84."),
        ("a dozen times 3", "A dozen times 3 is 36."),
        ("10^30", "10^30 is about 1 × 10^30."),
    ],
)
def test_spoken_sums(said: str, sentence: str) -> None:
    assert calculate(said) == sentence


@pytest.mark.parametrize(
    "hostile",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0]",
        "9**9**9**9",
        "9^9^9",
        "2^99999999",
        "(" * 5000,
        "-" * 5000 + "1",
        "√" * 390 + "2",
        "1" * 399,
        "1/0",
        "5 mod 0",
        "0^-1",
        "(200!)",
        "1.5! + 1",
        "((2^1000)^1000)^1000",
        "square root of -1",
        "1e999999999",
        "x + 1",
        "",
        "   ",
        "and",
        "1 2 3",
        "(1",
        "1)",
        "+",
        "1 +",
        "\x00",
        "٣ + ٤",
        "lambda: 0",
    ],
)
def test_hostile_or_senseless_input_is_refused_with_a_sentence(hostile: str) -> None:
    with pytest.raises(BadToolArgument) as caught:
        calculate(hostile)
    assert caught.value.message.endswith(".")


@settings(max_examples=200)
@given(st.text(alphabet="0123456789+-*/^%().,!√² xofpluszerntimsdquwv", max_size=60))
def test_no_input_brings_it_down(text: str) -> None:
    with contextlib.suppress(BadToolArgument):
        assert calculate(text).endswith(".")


NUMBERS = st.integers(0, 10**6)


@given(NUMBERS, NUMBERS, st.integers(1, 10**6), st.sampled_from("+-*/"), st.sampled_from("+-*/"))
def test_agrees_with_exact_arithmetic(a: int, b: int, c: int, one: str, two: str) -> None:
    if one == "/":
        b += 1
    expected = eval(f"Fraction({a}) {one} Fraction({b}) {two} Fraction({c})", {"Fraction": Fraction})
    assert evaluate(f"{a}{one}{b}{two}{c}") == expected


def test_small_and_large_numbers_are_said_short() -> None:
    assert say_number(Fraction(10**25)).startswith("about 1 × 10^25")
    assert say_number(Fraction(1, 10**12)).startswith("about 1 × 10^-12")
    assert say_number(Fraction(-7, 2)) == "-3.5"
