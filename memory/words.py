"""Words: splitting, stemming, stop words, and numbers and times in one spelling.

The stemmer is M. F. Porter's (1980), the one that SQLite's `porter` tokenizer applies to the index, so that what is
counted here and what the index matches agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"[’`´]")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DAYTIME = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_CONTRACTIONS = (
    (re.compile(r"\bcan't\b"), "can not"), (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"), (re.compile(r"'(?:s|re|ve|ll|d|m)\b"), " "), (re.compile(r"s'(?=\s|$)"), "s"),
)  # fmt: skip


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set, for the lists below."""
    return frozenset(text.split())


STOP_WORDS: frozenset[str] = word_set(
    """a an the this that these those there here it its itself he him his she her hers they them their theirs we us our
    ours i me my mine you your yours yourself myself who whom whose what which when where why how am is are was were be
    been being do does did doing done have has had having will would shall should can could may might must of in on at
    to for from by with about into over under after before between through during as if or and but nor so than then
    too very just also only own same such both each more most other some any all no not never s t d ll m re ve don
    please tell say said says know known remember remind forget note mind ask let give get got show want wanted need
    like likes um uh er erm hmm hm well oh ok okay yes yeah hey hi hello thanks thank actually really again now still
    already today one ones thing things something anything everything make made going go goes went gonna wanna
    again lila up out off down because while until sure maybe right correct old new second first latter former
    longer instead changed change called"""
)
"""Words that say nothing about what is asked for; left out of queries, never out of the index."""

SMALL_WORDS: frozenset[str] = word_set(
    """a an the this that these those is am are was were be been being do does did done have has had having i me my mine
    you your yours he him his she her hers it its they them their theirs we us our ours of in on at to for from by with
    about and or but if as so than then what which who whom whose when where why how would will could can should may
    might must s t d ll m re ve not no"""
)
"""The words that a plain search leaves out: fewer than a conversation's."""

FUNCTION_WORDS: frozenset[str] = word_set(
    """a an the this that these those there it its he him his she her hers they them their theirs we us our ours i me my
    mine you your yours yourself myself am is are was were be been being do does did have has had will would shall
    should can could may might must of in on at to for from by with about into as if or and but so than then too s t d
    ll m re ve who which whose one also now just longer"""
)
"""Words that carry no claim of their own, so that a memory may hold them without the person having said them."""

GENERIC_WORDS: frozenset[str] = word_set(
    """name names day days house home number time times date week month year person people man woman place thing way
    kind sort work friend family favourite favorite good bad big small little long best lot color colour part life
    morning evening afternoon night live lives"""
)
"""Words that many memories share: alone they don't make one relevant when others match better."""

_NUMBERS: dict[str, str] = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}


_OTHERWISE_SPELT: dict[str, str] = {
    "favourit": "favorit", "colour": "color", "neighbour": "neighbor", "flavour": "flavor", "harbour": "harbor",
    "humour": "humor", "honour": "honor", "labour": "labor", "behaviour": "behavior", "armour": "armor",
    "theatre": "theater", "centre": "center", "kilometre": "kilometer", "centimetre": "centimeter", "litre": "liter",
    "metre": "meter", "grey": "gray", "licence": "license", "tyre": "tire", "programme": "program",
    "jewellery": "jewelry", "aluminium": "aluminum", "moustache": "mustache", "pyjama": "pajama",
    "yoghurt": "yogurt", "doughnut": "donut", "mum": "mom",
}  # fmt: skip
"""How words begin in the one spelling of English, and in the other; a few short ones are whole words."""
_BEGINNINGS = "|".join(f"{word}(?=s?\\b)" if len(word) < 6 else word for word in _OTHERWISE_SPELT)
_SPELLING = re.compile(rf"\b(?:{_BEGINNINGS})")


def one_spelling(text: str) -> str:
    """Lower-case text in the one of two spellings of English: "favourite colour" as "favorite color"."""
    return _SPELLING.sub(lambda match: _OTHERWISE_SPELT[match[0]], text)


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes straight, in one spelling."""
    if text.isascii():
        return one_spelling(text.lower())
    folded = unicodedata.normalize("NFKD", _APOSTROPHE.sub("'", text))
    return one_spelling("".join(c for c in folded if not unicodedata.combining(c)).lower())


def _clock(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
    return f" {hour:02d}{match[2] or '00'}h "


def words(text: str) -> list[str]:
    """The words of a text in order: folded, contractions undone, times of day as 24-hour ones ("1630h")."""
    text = fold(text)
    if _DIGIT.search(text):
        text = _CLOCK.sub(_clock, text)
        text = _DAYTIME.sub(lambda m: f" {int(m[1]):02d}{m[2]}h ", text)
    if "'" in text:
        for pattern, replacement in _CONTRACTIONS:
            text = pattern.sub(replacement, text)
    text = text.replace("no longer", "not").replace("wi-fi", "wifi")
    found: list[str] = _WORD.findall(text)
    return [_NUMBERS.get(word, word) for word in found]


def stems(text: str) -> list[str]:
    """The stems of all words, in order."""
    return [stem(word) for word in words(text)]


def content_stems(text: str, without: frozenset[str] = STOP_WORDS) -> list[str]:
    """The stems of the words that aren't in `without`, in order."""
    return [stem(word) for word in words(text) if word not in without]


def key(text: str) -> str:
    """One spelling for subjects and attributes: stems without articles and possessives."""
    return " ".join(stem(w) for w in words(text) if w not in {"the", "a", "an", "my", "your", "our", "s"})


def unique(items: Iterable[str]) -> list[str]:
    """Each item once, in order of first appearance."""
    return list(dict.fromkeys(items))


# ---- Porter's stemmer --------------------------------------------------------------------------------

_STEP2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
)  # fmt: skip
_STEP3 = (
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
)
_STEP4 = ("ement", "ment", "ance", "ence", "able", "ible", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
          "ion", "al", "er", "ic", "ou")  # fmt: skip


def _shape(word: str) -> str:
    """The word as v (vowel) and c (consonant); y is a vowel after a consonant."""
    out = ""
    for index, letter in enumerate(word):
        vowel = letter in "aeiou" or (letter == "y" and index > 0 and out[-1] == "c")
        out += "v" if vowel else "c"
    return out


def _measure(word: str) -> int:
    return len(re.findall("v+c+", _shape(word)))


def _short_end(word: str) -> bool:
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _replace(word: str, rules: Iterable[tuple[str, str]]) -> str:
    for suffix, replacement in rules:
        if word.endswith(suffix):
            root = word[: -len(suffix)]
            return root + replacement if _measure(root) > 0 else word
    return word


def _step1(word: str) -> str:
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1] if _measure(word[:-3]) > 0 else word
    else:
        for suffix in ("ed", "ing"):
            if word.endswith(suffix) and "v" in _shape(word[: -len(suffix)]):
                word = _restore(word[: -len(suffix)])
                break
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    return word


def _restore(root: str) -> str:
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if len(root) > 1 and root[-1] == root[-2] and _shape(root)[-1] == "c" and root[-1] not in "lsz":
        return root[:-1]
    return root + "e" if _measure(root) == 1 and _short_end(root) else root


def _step4(word: str) -> str:
    for suffix in _STEP4:
        if word.endswith(suffix):
            root = word[: -len(suffix)]
            if _measure(root) > 1 and (suffix != "ion" or root.endswith(("s", "t"))):
                return root
            return word
    return word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Porter's stem of a folded word; words of one or two letters and numbers stay as they are."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    word = _step4(_replace(_replace(_step1(word), _STEP2), _STEP3))
    if word.endswith("e"):
        root = word[:-1]
        if _measure(root) > 1 or (_measure(root) == 1 and not _short_end(root)):
            word = root
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
