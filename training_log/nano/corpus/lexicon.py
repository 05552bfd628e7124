"""Where slot values come from: lists split by stable hash, and makers of words, names and numbers.

Training and held-out draw from disjoint halves: a value belongs to the held-out side when the CRC of its
lower-case form says so, whether it came from a list or was made up.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from training_log.nano.corpus import words
from training_log.nano.corpus.times import clock_time, date, regular, time_phrase

__all__ = ["HELD_VALUES", "HELD_TEMPLATES", "Lexicon", "is_held", "is_reserved"]

T = TypeVar("T")

HELD_VALUES = 15  # percent of values that only the held-out split may use
HELD_TEMPLATES = 15  # percent of wordings that only the held-out split may use

DOSES = ("every morning", "twice a day", "every evening", "before breakfast", "every eight hours", "after dinner", "three times a day", "every four hours", "once a week", "with food", "after lunch", "every other day", "before bed", "once a day", "at night", "on an empty stomach")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FEARS = ("spiders", "heights", "the dark", "dogs", "thunder", "needles", "flying", "clowns", "snakes", "deep water", "lifts", "wasps", "mice", "bees", "ghosts", "crowds")
_COLLECT = ("stamps", "old coins", "postcards", "vinyl records", "seashells", "teapots", "model trains", "comics", "fridge magnets", "marbles", "fossils", "stickers", "beer mats", "old maps", "cookbooks")

_ONSETS = ("b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sc sh sk sl sm sn sp st str sw t th "
           "tr tw v vr w wr y z zh").split()
_VOWELS = "a e i o u a e i o u ai au ea ee ei ie oa oo ou ue y".split()
_CODAS = "b ck d f g k l ll m n nd ng nk nt p r rd rk rm rn rt s sk ss st t th v x z".split()
_ENDS = "a o i e us en er el in an on ix ar or ette ina ov ski sen ley ton ford by ham wick stad burg mere dale".split()


def is_held(value: str) -> bool:
    """Whether a slot value belongs to the held-out split."""
    return zlib.crc32(b"value:" + value.lower().encode()) % 100 < HELD_VALUES


def is_reserved(template: str) -> bool:
    """Whether a wording belongs to the held-out split."""
    return zlib.crc32(b"wording:" + template.encode()) % 100 < HELD_TEMPLATES


@lru_cache(maxsize=4096)
def _values(items: tuple[str, ...], held: bool) -> tuple[str, ...]:
    kept = tuple(item for item in items if is_held(item) == held)
    return kept or items


@lru_cache(maxsize=4096)
def _wordings(items: tuple[object, ...], held: bool) -> tuple[object, ...]:
    # The first wording of a list is its plainest and always trained; short lists reserve nothing.
    if len(items) < 4:
        return () if held else items
    reserved = tuple(item for item in items[1:] if is_reserved(str(item)))
    return reserved if held else tuple(item for item in items if item not in reserved)


class Lexicon:
    """Draws values and wordings for one split."""

    def __init__(self, rng: random.Random, *, held: bool) -> None:
        self.rng = rng
        self.held = held

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, with no regard to splits (for structure, not for words)."""
        return items[int(self.rng.random() * len(items))]

    def word(self, items: tuple[str, ...]) -> str:
        """One value from a list, of this split."""
        return self.pick(_values(items, self.held))

    def wording(self, items: tuple[T, ...]) -> T:
        """One wording from a tuple; held-out uses its reserved wordings half of the time."""
        if self.held and self.rng.random() < 0.5:
            reserved = _wordings(items, True)
            if reserved:
                return self.pick(reserved)  # type: ignore[return-value]
        return self.pick(_wordings(items, False))  # type: ignore[return-value]

    def made(self, maker: Callable[[random.Random], str]) -> str:
        """A made-up value that falls on this split's side."""
        value = maker(self.rng)
        while is_held(value) != self.held:
            value = maker(self.rng)
        return value

    # Words and names.

    def pseudo(self) -> str:
        return self.made(_pseudo)

    def name(self) -> str:
        if self.chance(0.4):
            return self.pseudo().capitalize()
        return self.word(words.FIRST_NAMES)

    def full_name(self) -> str:
        return f"{self.name()} {self.pseudo().capitalize()}" if self.chance(0.25) else self.name()

    def titled(self) -> str:
        if self.chance(0.5):
            return f"{self.pick(('Dr', 'Mrs', 'Mr', 'Ms', 'Doctor', 'Professor', 'Miss'))} {self.pseudo().capitalize()}"
        return self.full_name()

    def place(self) -> str:
        return self.pseudo().capitalize() if self.chance(0.45) else self.word(words.TOWNS)

    def company(self) -> str:
        stem = self.pseudo().capitalize()
        tail = ("", "", "", " Bank", " & Sons", " Systems", " Foods", " Energy", " Group", " Logistics", " Media")
        return stem + self.pick(tail)

    def thing(self) -> str:
        if self.chance(0.2):
            return f"{self.pseudo()} {self.pick(('box', 'machine', 'book', 'card', 'bag', 'key', 'case', 'kit'))}"
        if self.chance(0.15):
            return f"{self.word(words.COLOURS)} {self.pick(('folder', 'box', 'bag', 'jacket', 'notebook', 'tin'))}"
        return self.word(words.THINGS)

    def food(self) -> str:
        return self.pseudo() if self.chance(0.2) else self.word(words.FOODS)

    def grocery(self) -> str:
        roll = self.rng.random()
        if roll < 0.15:
            return self.pseudo()
        if roll < 0.25:
            count = self.pick(("a bag of", "a kilo of", "half a kilo of", "some", "two packs of", "a pack of", "more", "three boxes of", "a bit of"))
            return f"{count} {self.word(words.GROCERIES)}"
        return self.word(words.GROCERIES)

    # Numbers and codes.

    def value(self, kind: str) -> str:
        """A value of a named kind, such as ``code`` or ``town``."""
        return _KINDS[kind](self)


def _pseudo(rng: random.Random) -> str:
    def choose(items: Sequence[str]) -> str:
        return items[int(rng.random() * len(items))]

    parts = [choose(_ONSETS) + choose(_VOWELS)]
    roll = rng.random()
    if roll < 0.3:
        parts.append(choose(_CODAS))
    elif roll < 0.7:
        parts.append(choose(_CODAS)[0] + choose(_ENDS))
    else:
        parts.append(choose(_ONSETS) + choose(_VOWELS) + (choose(_CODAS) if rng.random() < 0.6 else choose(_ENDS)[0:2]))
    return "".join(parts)


def _digits(rng: random.Random, low: int, high: int) -> str:
    count = rng.randint(low, high)
    return "".join(str(int(rng.random() * 10)) for _ in range(count))


def _letters(rng: random.Random, count: int) -> str:
    return "".join("ABCDEFGHJKLMNPQRSTUVWXYZ"[int(rng.random() * 24)] for _ in range(count))


def _phone(rng: random.Random) -> str:
    style = rng.randrange(5)
    if style == 0:
        return "0" + _digits(rng, 9, 10)
    if style == 1:
        return f"0{_digits(rng, 3, 3)} {_digits(rng, 3, 3)} {_digits(rng, 4, 4)}"
    if style == 2:
        return f"{_digits(rng, 3, 3)}-{_digits(rng, 4, 4)}"
    if style == 3:
        return f"+{rng.randint(1, 99)} {_digits(rng, 3, 3)} {_digits(rng, 6, 6)}"
    return f"{_digits(rng, 3, 3)} {_digits(rng, 2, 2)} {_digits(rng, 2, 2)}"


def _plate(rng: random.Random) -> str:
    style = rng.randrange(3)
    if style == 0:
        return f"{_letters(rng, 2)}{_digits(rng, 2, 2)} {_letters(rng, 3)}"
    if style == 1:
        return f"{_letters(rng, 2)}-{_letters(rng, 2)} {_digits(rng, 3, 4)}"
    return f"{_digits(rng, 1, 1)}{_letters(rng, 3)}{_digits(rng, 3, 3)}"


def _reference(rng: random.Random) -> str:
    style = rng.randrange(4)
    if style == 0:
        return _letters(rng, rng.randint(2, 3)) + _digits(rng, 3, 5)
    if style == 1:
        return f"{_letters(rng, 1)}{_digits(rng, 2, 2)}-{_digits(rng, 3, 4)}"
    if style == 2:
        return _digits(rng, 5, 8)
    return f"{_letters(rng, 2)}-{_digits(rng, 4, 6)}"


def _password(rng: random.Random) -> str:
    style = rng.randrange(4)
    if style == 0:
        return _pseudo(rng) + _digits(rng, 1, 4)
    if style == 1:
        return f"{_pseudo(rng)}-{_pseudo(rng)}"
    if style == 2:
        return _pseudo(rng).capitalize() + "_" + _digits(rng, 2, 3)
    return f"{_pseudo(rng)}{_pseudo(rng)}"


def _email(rng: random.Random) -> str:
    return f"{_pseudo(rng)}{rng.choice(('', '.' + _pseudo(rng), _digits(rng, 1, 2)))}@{_pseudo(rng)}.{rng.choice(('com', 'org', 'net', 'de', 'nl', 'co.uk'))}"


def _address(rng: random.Random) -> str:
    street = rng.choice(("Street", "Road", "Lane", "Avenue", "Close", "Square", "Way", "Drive", "Hill", "Park"))
    return f"{rng.randint(1, 240)}{rng.choice(('', '', '', 'a', 'b'))} {_pseudo(rng).capitalize()} {street}"


def _price(rng: random.Random) -> str:
    amount = rng.randint(2, 950)
    return rng.choice((f"{amount} euros", f"{amount} pounds", f"{amount} dollars", f"£{amount}", f"€{amount}",
                       f"${amount}", f"{amount}.{rng.choice(('50', '99', '20', '95'))} euros", f"{amount} kroner"))


def _code(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.75:
        return _digits(rng, 4, 6) if roll < 0.4 else _digits(rng, 4, 4)
    if roll < 0.85:
        return " ".join(_digits(rng, 4, 4))
    if roll < 0.93:
        return _letters(rng, 1) + _digits(rng, 3, 4)
    if roll < 0.96:
        return " ".join(_DIGITS[int(digit)] for digit in _digits(rng, 4, 4))
    return _digits(rng, 3, 3) + _letters(rng, 1)


def _height(rng: random.Random) -> str:
    return rng.choice((f"{rng.randint(150, 199)} cm", f"1.{rng.randint(50, 99)} m", f"{rng.randint(5, 6)} foot {rng.randint(1, 11)}"))


_KINDS: dict[str, Callable[[Lexicon], str]] = {
    "code": lambda x: x.made(_code),
    "phone": lambda x: x.made(_phone),
    "plate": lambda x: x.made(_plate),
    "reference": lambda x: x.made(_reference),
    "password": lambda x: x.made(_password),
    "email": lambda x: x.made(_email),
    "address": lambda x: x.made(_address),
    "price": lambda x: x.made(_price),
    "number": lambda x: x.made(lambda r: str(r.randint(2, 480))),
    "small": lambda x: str(x.rng.randint(2, 40)),
    "size": lambda x: x.pick((str(x.rng.randint(34, 48)), "S", "M", "L", "XL", "medium", "large", "small", str(x.rng.randint(6, 14)), "nine and a half")),
    "height": lambda x: x.made(_height),
    "age": lambda x: str(x.rng.randint(1, 96)),
    "blood": lambda x: x.pick(("A positive", "A negative", "B positive", "B negative", "AB positive", "O positive", "O negative", "AB negative")),
    "website": lambda x: f"{x.pseudo()}.{x.pick(('com', 'org', 'net', 'io', 'eu'))}",
    "name": lambda x: x.name(),
    "fullname": lambda x: x.full_name(),
    "titled": lambda x: x.titled(),
    "surname": lambda x: x.pseudo().capitalize(),
    "pet": lambda x: x.pseudo().capitalize() if x.chance(0.7) else x.word(words.FIRST_NAMES),
    "town": lambda x: x.place(),
    "company": lambda x: x.company(),
    "job": lambda x: x.word(words.JOBS),
    "colour": lambda x: x.word(words.COLOURS),
    "food": lambda x: x.food(),
    "allergen": lambda x: x.pseudo() if x.chance(0.15) else x.word(words.ALLERGENS),
    "title": lambda x: x.pick((f"The {x.pseudo().capitalize()}", x.pseudo().capitalize(), f"{x.pseudo().capitalize()} {x.pseudo().capitalize()}", f"The {x.word(words.COLOURS)} {x.pseudo()}")),
    "anything": lambda x: x.pick((x.food, x.pseudo, x.place, lambda: x.word(words.COLOURS), lambda: x.word(words.ACTIVITIES), lambda: f"{x.word(words.COLOURS)} {x.pseudo()}"))(),
    "language": lambda x: x.pseudo().capitalize() if x.chance(0.1) else x.word(words.LANGUAGES),
    "subject": lambda x: x.word(words.SUBJECTS),
    "activity": lambda x: x.word(words.ACTIVITIES),
    "medicine": lambda x: x.pseudo() if x.chance(0.25) else x.word(words.MEDICINES),
    "spot": lambda x: x.word(words.SPOTS),
    "date": lambda x: x.made(date),
    "time": lambda x: x.made(time_phrase),
    "dose": lambda x: x.pick(DOSES) if x.chance(0.8) else f"at {x.made(clock_time)}",
    "deadline": lambda x: f"by {x.made(date)}" if x.chance(0.6) else x.made(time_phrase),
    "clock": lambda x: x.made(clock_time),
    "regular": lambda x: x.made(regular),
    "diet": lambda x: x.pick(("vegetarian", "vegan", "pescatarian", "gluten free", "lactose intolerant", "kosher", "low carb", "dairy free")),
    "drink": lambda x: x.pick(("milk", "two sugars", "oat milk", "no sugar", "a slice of lemon", "honey", "a splash of milk", "one sugar", f"{x.pseudo()} syrup")),
    "fear": lambda x: x.pseudo() + "s" if x.chance(0.3) else x.word(_FEARS),
    "collect": lambda x: x.pseudo() + "s" if x.chance(0.3) else x.word(_COLLECT),
    "trait": lambda x: x.word(words.TRAITS),
    "when": lambda x: x.made(time_phrase) if x.chance(0.75) else x.made(regular),
    "due": lambda x: x.pick((f"on {x.made(date)}", x.made(time_phrase), f"on the {x.pick(('first', 'third', 'fifteenth', '1st', '5th', 'last day'))} of the month", f"by {x.made(date)}", "at the end of the month")),
    "few": lambda x: x.pick(("two", "three", "four", "five", "six", "seven", "2", "3", "4", "5", "11", "twelve", "eight", "no")),
    "model": lambda x: x.pick((f"{x.word(words.COLOURS)} {x.pseudo().capitalize()}", x.pseudo().capitalize(), f"{x.pseudo().capitalize()} {x.rng.randint(2, 900)}", x.word(words.COLOURS), f"second-hand {x.pseudo().capitalize()}")),
    "sign": lambda x: x.pick(("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio", "Sagittarius", "Capricorn", "Aquarius", "Pisces")),
}
