"""Made-up words, names, numbers and codes: each from a random generator alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

from training_log.nano.corpus.phrases import phrases

__all__ = [
    "COLLECT",
    "DOSES",
    "FEARS",
    "accented",
    "address",
    "code",
    "digits",
    "email",
    "height",
    "letters",
    "password",
    "phone",
    "plate",
    "price",
    "pseudo",
    "reference",
]

DOSES = phrases("""
    every morning | twice a day | every evening | before breakfast | every eight hours | after dinner |
    three times a day | every four hours | once a week | with food | after lunch | every other day | before
    bed | once a day | at night | on an empty stomach
""")


_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


FEARS = phrases("""
    spiders | heights | the dark | dogs | thunder | needles | flying | clowns | snakes | deep water | lifts
    | wasps | mice | bees | ghosts | crowds
""")


COLLECT = phrases("""
    stamps | old coins | postcards | vinyl records | seashells | teapots | model trains | comics | fridge
    magnets | marbles | fossils | stickers | beer mats | old maps | cookbooks
""")


_ONSETS = phrases(
    "b | bl | br | c | ch | cl | cr | d | dr | f | fl | fr | g | gl | gr | h | j | k | kl | kr | l | m | n | p | pl | pr | qu | r | s | sc | sh | sk | sl | sm | sn | sp | st | str | sw | t | th | tr | tw | v | vr | w | wr | y | z | zh"
)


_VOWELS = phrases(
    "a | e | i | o | u | a | e | i | o | u | ai | au | ea | ee | ei | ie | oa | oo | ou | ue | y"
)


_CODAS = phrases(
    "b | ck | d | f | g | k | l | ll | m | n | nd | ng | nk | nt | p | r | rd | rk | rm | rn | rt | s | sk | ss | st | t | th | v | x | z"
)


_ENDS = phrases(
    "a | o | i | e | us | en | er | el | in | an | on | ix | ar | or | ette | ina | ov | ski | sen | ley | ton | ford | by | ham | wick | stad | burg | mere | dale"
)


def pseudo(rng: random.Random) -> str:
    def choose(items: Sequence[str]) -> str:
        return items[int(rng.random() * len(items))]

    parts = [choose(_ONSETS) + choose(_VOWELS)]
    roll = rng.random()
    if roll < 0.3:
        parts.append(choose(_CODAS))
    elif roll < 0.7:
        parts.append(choose(_CODAS)[0] + choose(_ENDS))
    else:
        parts.append(
            choose(_ONSETS) + choose(_VOWELS) + (choose(_CODAS) if rng.random() < 0.6 else choose(_ENDS)[0:2])
        )
    return "".join(parts)


_ACCENTS = {
    "a": "áàâäãåăąā", "c": "çčć", "e": "éèêëěęē", "i": "íîïī", "n": "ñńň", "o": "óòôöõøőō", "s": "šśş", "u": "úùûüůűū",
    "y": "ýÿ", "z": "žźż", "l": "ł", "r": "ř", "d": "đď", "g": "ğ", "t": "ťț",
}  # fmt: skip


def accented(rng: random.Random) -> str:
    """A made-up word with one or two letters that English hasn't."""
    word = pseudo(rng)
    for at in rng.sample(range(len(word)), min(len(word), 2)):
        if word[at] in _ACCENTS:
            word = word[:at] + rng.choice(_ACCENTS[word[at]]) + word[at + 1 :]
    return word


def digits(rng: random.Random, low: int, high: int) -> str:
    count = rng.randint(low, high)
    return "".join(str(int(rng.random() * 10)) for _ in range(count))


def letters(rng: random.Random, count: int) -> str:
    return "".join("ABCDEFGHJKLMNPQRSTUVWXYZ"[int(rng.random() * 24)] for _ in range(count))


def phone(rng: random.Random) -> str:
    style = rng.randrange(5)
    if style == 0:
        return "0" + digits(rng, 9, 10)
    if style == 1:
        return f"0{digits(rng, 3, 3)} {digits(rng, 3, 3)} {digits(rng, 4, 4)}"
    if style == 2:
        return f"{digits(rng, 3, 3)}-{digits(rng, 4, 4)}"
    if style == 3:
        return f"+{rng.randint(1, 99)} {digits(rng, 3, 3)} {digits(rng, 6, 6)}"
    return f"{digits(rng, 3, 3)} {digits(rng, 2, 2)} {digits(rng, 2, 2)}"


def plate(rng: random.Random) -> str:
    style = rng.randrange(3)
    if style == 0:
        return f"{letters(rng, 2)}{digits(rng, 2, 2)} {letters(rng, 3)}"
    if style == 1:
        return f"{letters(rng, 2)}-{letters(rng, 2)} {digits(rng, 3, 4)}"
    return f"{digits(rng, 1, 1)}{letters(rng, 3)}{digits(rng, 3, 3)}"


def reference(rng: random.Random) -> str:
    style = rng.randrange(4)
    if style == 0:
        return letters(rng, rng.randint(2, 3)) + digits(rng, 3, 5)
    if style == 1:
        return f"{letters(rng, 1)}{digits(rng, 2, 2)}-{digits(rng, 3, 4)}"
    if style == 2:
        return digits(rng, 5, 8)
    return f"{letters(rng, 2)}-{digits(rng, 4, 6)}"


def password(rng: random.Random) -> str:
    style = rng.randrange(4)
    if style == 0:
        return pseudo(rng) + digits(rng, 1, 4)
    if style == 1:
        return f"{pseudo(rng)}-{pseudo(rng)}"
    if style == 2:
        return pseudo(rng).capitalize() + "_" + digits(rng, 2, 3)
    return f"{pseudo(rng)}{pseudo(rng)}"


def email(rng: random.Random) -> str:
    return f"{pseudo(rng)}{rng.choice(('', '.' + pseudo(rng), digits(rng, 1, 2)))}@{pseudo(rng)}.{rng.choice(('com', 'org', 'net', 'de', 'nl', 'co.uk'))}"


def address(rng: random.Random) -> str:
    street = rng.choice(
        ("Street", "Road", "Lane", "Avenue", "Close", "Square", "Way", "Drive", "Hill", "Park")
    )
    return f"{rng.randint(1, 240)}{rng.choice(('', '', '', 'a', 'b'))} {pseudo(rng).capitalize()} {street}"


def price(rng: random.Random) -> str:
    amount = rng.randint(2, 950)
    return rng.choice(
        (
            f"{amount} euros",
            f"{amount} pounds",
            f"{amount} dollars",
            f"£{amount}",
            f"€{amount}",
            f"${amount}",
            f"{amount}.{rng.choice(('50', '99', '20', '95'))} euros",
            f"{amount} kroner",
        )
    )


def code(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.75:
        return digits(rng, 4, 6) if roll < 0.4 else digits(rng, 4, 4)
    if roll < 0.85:
        return " ".join(digits(rng, 4, 4))
    if roll < 0.93:
        return letters(rng, 1) + digits(rng, 3, 4)
    if roll < 0.96:
        return " ".join(_DIGITS[int(digit)] for digit in digits(rng, 4, 4))
    return digits(rng, 3, 3) + letters(rng, 1)


def height(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.randint(150, 199)} cm",
            f"1.{rng.randint(50, 99)} m",
            f"{rng.randint(5, 6)} foot {rng.randint(1, 11)}",
        )
    )
