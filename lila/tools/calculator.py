"""A calculator for spoken arithmetic: "twelve times seven", "15% of 80", "80 plus 15%", "(2+3)*4", "2^10".

A recursive-descent parser over exact fractions; nothing is evaluated as code, and every size is bounded.

    sum     = product { ("+" | "-") product }          a bare percentage on the right is of the left
    product = unary { ("*" | "/" | "mod" | "of" | "off") unary }
    unary   = ("-" | "+" | "√") unary | power        so that -2^2 is -4
    power   = postfix [ "^" unary ]
    postfix = atom { "%" | "²" | "³" | "!" }
    atom    = number | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from lila.errors import BadToolArgument
from lila.tools.number_words import read_number
from lila.tools.registry import Parameter, Tool, ToolContext

__all__ = ["calculate", "calculator_tools", "evaluate", "say_number"]

MAX_LENGTH = 400
MAX_DEPTH = 50
MAX_EXPONENT = 1000
MAX_BITS = 8192
MAX_FACTORIAL = 100

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+|\*\*|[a-z]+|[-+*/^%()²³!√×÷−–·:½¼¾]")
_PHRASES: tuple[tuple[str, str], ...] = (
    (r"\b(what is|what's|whats|how much is|calculate|compute|work out|equals|please|the)\b", " "),
    (r"\bdivided by\b|\bover\b", " / "),
    (r"\bmultiplied by\b|\btimes\b|\binto\b", " * "),
    (r"(?<=\d)\s*x\s*(?=[\d(])", " * "),
    (r"\bto the power of\b|\bto the power\b|\braised to\b", " ^ "),
    (r"\bsquare root of\b|\bsquare root\b|\broot of\b|\bsqrt\b", " √ "),
    (r"\bsquared\b", " ² "),
    (r"\bcubed\b", " ³ "),
    (r"\bfactorial\b", " ! "),
    (r"\bpercent\b|\bper cent\b|\bpercentage\b", " % "),
    (r"\b(plus|and add|added to|add)\b", " + "),
    (r"\b(minus|less|take away|subtract)\b", " - "),
    (r"\b(modulo|modulus|mod)\b", " mod "),
    (r"\b(twice|double)\b", " 2 * "),
    (r"\btriple\b", " 3 * "),
    (r"\b(a )?half of\b", " 0.5 * "),
    (r"\b(a )?third of\b", " 1 / 3 * "),
    (r"\b(a )?quarter of\b", " 0.25 * "),
    (r"\bhalf\b", " 0.5 "),
)
_QUESTION = re.compile(r"^(what is|what's|whats|how much is|calculate|compute|work out)\b\s*", re.IGNORECASE)
_SIGNS = {"×": "*", "·": "*", "÷": "/", ":": "/", "−": "-", "–": "-", "**": "^"}
_SHARES = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_CANNOT = "I can't work that out."


def calculator_tools() -> tuple[Tool, ...]:
    """The `calculate` tool."""

    def run(arguments: Mapping[str, str], context: ToolContext) -> str:
        return calculate(arguments["expression"])

    return (Tool("calculate", "work out a sum", (Parameter("expression", 'the sum: "12 times 7"'),), run),)


def calculate(expression: str) -> str:
    """The finished sentence ("12 times 7 is 84."); raises BadToolArgument with one to say."""
    asked = _QUESTION.sub("", expression.strip().rstrip("?=.! ")).strip()
    result = say_number(evaluate(asked))
    spoken = asked[:1].upper() + asked[1:]
    return f"{spoken} is {result}."


def evaluate(expression: str) -> Fraction:
    """The exact value (roots are rounded to 30 digits); raises BadToolArgument."""
    if len(expression) > MAX_LENGTH:
        raise BadToolArgument("That's too long for me to work out.")
    tokens = _tokens(expression)
    if not tokens:
        raise BadToolArgument(_CANNOT)
    parser = _Parser(tokens)
    value = parser.sum(0)
    if parser.at != len(tokens):
        raise BadToolArgument(_CANNOT)
    return value.amount


def say_number(value: Fraction) -> str:
    """At most 10 significant decimals, thousands separated: "84", "3.3333333333", "1,000,000"."""
    if value.denominator == 1:
        whole = value.numerator
        return f"{whole:,}" if abs(whole) < 10**21 else f"about {_exponent(value)}"
    if abs(value) >= 10**21 or abs(value) < Fraction(1, 10**9):
        return f"about {_exponent(value)}"
    with localcontext() as context:
        context.prec = 40
        number = Decimal(value.numerator) / Decimal(value.denominator)
        rounded = round(number, 10).normalize()
    text = f"{rounded:,f}"
    return text if Fraction(rounded) == value else f"about {text}"


def _exponent(value: Fraction) -> str:
    with localcontext() as context:
        context.prec = 10
        number = Decimal(value.numerator) / Decimal(value.denominator)
        return f"{number.normalize():E}".replace("E+", " × 10^").replace("E-", " × 10^-")


def _tokens(expression: str) -> list[str | Fraction]:
    text = expression.lower().replace("-", " - ").replace("€", "").replace("$", "").replace("£", "")
    for pattern, replacement in _PHRASES:
        text = re.sub(pattern, replacement, text)
    if re.sub(_TOKEN, "", text).strip(" ,\t"):
        raise BadToolArgument(_CANNOT)
    words = _TOKEN.findall(text)
    tokens: list[str | Fraction] = []
    at = 0
    while at < len(words):
        word = words[at]
        joined = _joined_tens(words, at)
        number = read_number(joined, at) if joined else read_number(words, at)
        if number is not None:
            tokens.append(number[0])
            at = number[1] + (1 if joined else 0)
        elif word in _SHARES:
            tokens.append(_SHARES[word])
            at += 1
        elif word in ["a", "and"]:
            at += 1  # "a hundred", "two and three"
        elif word.isalpha() and word not in ("mod", "of", "off"):
            raise BadToolArgument(_CANNOT)
        else:
            tokens.append(_SIGNS.get(word, word))
            at += 1
    return tokens


def _joined_tens(words: list[str], at: int) -> list[str] | None:
    """ "twenty - five" was "twenty-five": drop that hyphen, so that it isn't read as a minus."""
    tens = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    ones = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    if (
        words[at] in tens
        and words[at + 1 : at + 2] == ["-"]
        and words[at + 2 : at + 3]
        and words[at + 2] in ones
    ):
        return [*words[: at + 1], *words[at + 2 :]]
    return None


@dataclass(frozen=True, slots=True)
class _Value:
    amount: Fraction
    percent: bool = False
    """A bare percentage: "80 plus 15%" adds 15% of 80."""


class _Parser:
    def __init__(self, tokens: list[str | Fraction]) -> None:
        self._tokens = tokens
        self.at = 0

    def sum(self, depth: int) -> _Value:
        left = self._product(depth)
        while (sign := self._take("+", "-")) is not None:
            right = self._product(depth)
            amount = left.amount * right.amount if right.percent and not left.percent else right.amount
            left = _Value(
                _bounded(left.amount + amount if sign == "+" else left.amount - amount), left.percent
            )
        return left

    def _product(self, depth: int) -> _Value:
        left = self._unary(depth)
        while (sign := self._take("*", "/", "mod", "of", "off")) is not None:
            right = self._unary(depth).amount
            left = _Value(_bounded(_multiply(left.amount, sign, right)))
        return left

    def _power(self, depth: int) -> _Value:
        base = self._postfix(depth)
        if self._take("^") is None:
            return base
        return _Value(_raise(base.amount, self._unary(_deeper(depth)).amount))

    def _unary(self, depth: int) -> _Value:
        sign = self._take("-", "+", "√")
        if sign is None:
            return self._power(depth)
        value = self._unary(_deeper(depth))
        if sign == "√":
            return _Value(_root(value.amount))
        return _Value(-value.amount, value.percent) if sign == "-" else value

    def _postfix(self, depth: int) -> _Value:
        value = self._atom(depth)
        while (sign := self._take("%", "²", "³", "!")) is not None:
            if sign == "%":
                value = _Value(value.amount / 100, percent=True)
            elif sign == "!":
                value = _Value(_factorial(value.amount))
            else:
                value = _Value(_raise(value.amount, Fraction(2 if sign == "²" else 3)))
        return value

    def _atom(self, depth: int) -> _Value:
        if self.at < len(self._tokens):
            token = self._tokens[self.at]
            if isinstance(token, Fraction):
                self.at += 1
                return _Value(token)
            if token == "(":
                self.at += 1
                inside = self.sum(_deeper(depth))
                if self._take(")") is None:
                    raise BadToolArgument("A bracket isn't closed there.")
                return inside
        raise BadToolArgument(_CANNOT)

    def _take(self, *wanted: str) -> str | None:
        if self.at < len(self._tokens):
            token = self._tokens[self.at]
            if isinstance(token, str) and token in wanted:
                self.at += 1
                return token
        return None


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise BadToolArgument("That's too nested for me to work out.")
    return depth + 1


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise BadToolArgument("The result is too large for me.")
    return value


def _multiply(left: Fraction, sign: str, right: Fraction) -> Fraction:
    if sign in ("/", "mod") and right == 0:
        raise BadToolArgument("I can't divide by zero.")
    match sign:
        case "/":
            return left / right
        case "mod":
            return left % right
        case "off":  # "20% off 50"
            return right - left * right
        case _:
            return left * right


def _raise(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent == Fraction(1, 2):
        return _root(base)
    if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT:
        raise BadToolArgument("I can only take whole powers, up to a thousand.")
    if base == 0 and exponent < 0:
        raise BadToolArgument("I can't divide by zero.")
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if size * abs(int(exponent)) > MAX_BITS:
        raise BadToolArgument("The result is too large for me.")
    return base ** int(exponent)


def _root(value: Fraction) -> Fraction:
    if value < 0:
        raise BadToolArgument("A negative number has no square root that I can give you.")
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    with localcontext() as context:
        context.prec = 30
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or not 0 <= value <= MAX_FACTORIAL:
        raise BadToolArgument("I can only take the factorial of a whole number up to a hundred.")
    return Fraction(math.factorial(int(value)))
