"""What slots are filled with: names, places, things and values of every kind."""

from __future__ import annotations

from collections.abc import Callable

from training_log.nano.corpus import names, values, words
from training_log.nano.corpus.draws import Draws
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.times import clock_time, date, regular, time_phrase

__all__ = ["Lexicon"]


class Lexicon(Draws):
    """Draws words, names and values of every kind."""

    # Words and names.

    def pseudo(self) -> str:
        return self.made(values.pseudo)

    def name(self) -> str:
        roll = self.rng.random()
        if roll < 0.4:
            name = self.made(values.accented) if roll < 0.03 else self.pseudo()
            return name.capitalize()
        return self.word(names.ACCENTED if roll < 0.45 else names.FIRST_NAMES)

    def full_name(self) -> str:
        return f"{self.name()} {self.pseudo().capitalize()}" if self.chance(0.25) else self.name()

    def titled(self) -> str:
        if self.chance(0.5):
            title = self.pick(
                ("Dr", "Mrs", "Mr", "Ms", "Dr.", "Mrs.", "Mr.", "Ms.", "Doctor", "Professor", "Miss")
            )
            return f"{title} {self.pseudo().capitalize()}"
        return self.full_name()

    def place(self) -> str:
        roll = self.rng.random()
        if roll < 0.45:
            return self.pseudo().capitalize()
        return self.word(names.ACCENTED_TOWNS if roll < 0.48 else names.TOWNS)

    def company(self) -> str:
        stem = self.pseudo().capitalize()
        tail = (
            "",
            "",
            "",
            " Bank",
            " & Sons",
            " Systems",
            " Foods",
            " Energy",
            " Group",
            " Logistics",
            " Media",
        )
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
            count = self.pick(
                phrases("""
    a bag of | a kilo of | half a kilo of | some | two packs of | a pack of | more | three boxes of | a bit
    of
""")
            )
            return f"{count} {self.word(words.GROCERIES)}"
        return self.word(words.GROCERIES)

    # Numbers and codes.

    def value(self, kind: str) -> str:
        """A value of a named kind, such as ``code`` or ``town``."""
        return _KINDS[kind](self)


_KINDS: dict[str, Callable[[Lexicon], str]] = {
    "code": lambda x: x.made(values.code),
    "phone": lambda x: x.made(values.phone),
    "plate": lambda x: x.made(values.plate),
    "reference": lambda x: x.made(values.reference),
    "password": lambda x: x.made(values.password),
    "email": lambda x: x.made(values.email),
    "address": lambda x: x.made(values.address),
    "price": lambda x: x.made(values.price),
    "number": lambda x: x.made(lambda r: str(r.randint(2, 480))),
    "small": lambda x: str(x.rng.randint(2, 40)),
    "size": lambda x: x.pick(
        (
            str(x.rng.randint(34, 48)),
            "S",
            "M",
            "L",
            "XL",
            "medium",
            "large",
            "small",
            str(x.rng.randint(6, 14)),
            "nine and a half",
        )
    ),
    "height": lambda x: x.made(values.height),
    "age": lambda x: str(x.rng.randint(1, 96)),
    "blood": lambda x: x.pick(
        phrases("""
    A positive | A negative | B positive | B negative | AB positive | O positive | O negative | AB negative
""")
    ),
    "website": lambda x: f"{x.pseudo()}.{x.pick(('com', 'org', 'net', 'io', 'eu'))}",
    "name": lambda x: x.name(),
    "fullname": lambda x: x.full_name(),
    "titled": lambda x: x.titled(),
    "surname": lambda x: x.pseudo().capitalize(),
    "pet": lambda x: x.pseudo().capitalize() if x.chance(0.7) else x.word(names.FIRST_NAMES),
    "town": lambda x: x.place(),
    "company": lambda x: x.company(),
    "job": lambda x: x.word(words.JOBS),
    "colour": lambda x: x.word(words.COLOURS),
    "food": lambda x: x.food(),
    "allergen": lambda x: x.pseudo() if x.chance(0.15) else x.word(words.ALLERGENS),
    "title": lambda x: x.pick(
        (
            f"The {x.pseudo().capitalize()}",
            x.pseudo().capitalize(),
            f"{x.pseudo().capitalize()} {x.pseudo().capitalize()}",
            f"The {x.word(words.COLOURS)} {x.pseudo()}",
        )
    ),
    "anything": lambda x: x.one_of(
        x.food,
        x.pseudo,
        x.place,
        lambda: x.word(words.COLOURS),
        lambda: x.word(words.ACTIVITIES),
        lambda: f"{x.word(words.COLOURS)} {x.pseudo()}",
    ),
    "language": lambda x: x.pseudo().capitalize() if x.chance(0.1) else x.word(words.LANGUAGES),
    "subject": lambda x: x.word(words.SUBJECTS),
    "activity": lambda x: x.word(words.ACTIVITIES),
    "medicine": lambda x: x.pseudo() if x.chance(0.25) else x.word(words.MEDICINES),
    "spot": lambda x: x.word(words.SPOTS),
    "date": lambda x: x.made(date),
    "time": lambda x: x.made(time_phrase),
    "dose": lambda x: x.pick(values.DOSES) if x.chance(0.8) else f"at {x.made(clock_time)}",
    "deadline": lambda x: f"by {x.made(date)}" if x.chance(0.6) else x.made(time_phrase),
    "clock": lambda x: x.made(clock_time),
    "regular": lambda x: x.made(regular),
    "diet": lambda x: x.pick(
        phrases("""
    vegetarian | vegan | pescatarian | gluten free | lactose intolerant | kosher | low carb | dairy free
""")
    ),
    "drink": lambda x: x.pick(
        (
            "milk",
            "two sugars",
            "oat milk",
            "no sugar",
            "a slice of lemon",
            "honey",
            "a splash of milk",
            "one sugar",
            f"{x.pseudo()} syrup",
        )
    ),
    "fear": lambda x: x.pseudo() + "s" if x.chance(0.3) else x.word(values.FEARS),
    "collect": lambda x: x.pseudo() + "s" if x.chance(0.3) else x.word(values.COLLECT),
    "trait": lambda x: x.word(words.TRAITS),
    "when": lambda x: x.made(time_phrase) if x.chance(0.75) else x.made(regular),
    "due": lambda x: x.pick(
        (
            f"on {x.made(date)}",
            x.made(time_phrase),
            f"on the {x.pick(('first', 'third', 'fifteenth', '1st', '5th', 'last day'))} of the month",
            f"by {x.made(date)}",
            "at the end of the month",
        )
    ),
    "few": lambda x: x.pick(
        phrases("""
    two | three | four | five | six | seven | 2 | 3 | 4 | 5 | 11 | twelve | eight | no
""")
    ),
    "model": lambda x: x.pick(
        (
            f"{x.word(words.COLOURS)} {x.pseudo().capitalize()}",
            x.pseudo().capitalize(),
            f"{x.pseudo().capitalize()} {x.rng.randint(2, 900)}",
            x.word(words.COLOURS),
            f"second-hand {x.pseudo().capitalize()}",
        )
    ),
    "animal": lambda x: x.word(words.ANIMALS),
    "year": lambda x: str(x.rng.randint(1950, 2025)),
    "weekday": lambda x: x.pick(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ),
    "sign": lambda x: x.pick(
        phrases("""
    Aries | Taurus | Gemini | Cancer | Leo | Virgo | Libra | Scorpio | Sagittarius | Capricorn | Aquarius |
    Pisces
""")
    ),
}
