"""One word as somebody said it: what kind it is of, without the marks around it, and how it may be written down."""

from __future__ import annotations

from collections.abc import Container, Sequence

from memory.words import content_stems
from training_log.nano.corpus.deixis import SECOND_PERSON, SPEAKERS_VERBS

__all__ = [
    "ALWAYS_TURNED",
    "ARTICLES",
    "CLOSING",
    "DETERMINERS",
    "DOES",
    "DOING",
    "FILLERS",
    "IT",
    "ITS",
    "JOINS",
    "MENDING",
    "ONESELF",
    "OPENERS",
    "OWNERS",
    "PRONOUNS",
    "SUBJECTS",
    "THEY_ARE",
    "YOU",
    "bare",
    "folded",
    "has_digit",
    "is_mark",
    "is_title",
    "plainly",
    "retold",
    "spoken",
    "stems_of",
    "turned",
    "without_ends",
]

_SECOND_PERSON = {**SECOND_PERSON, **SPEAKERS_VERBS}
_PRONOUN_WORDS = "he she it they him her his its their them hers he's she's it's they're hes shes theyre"
PRONOUNS = frozenset(_PRONOUN_WORDS.split())
SUBJECTS = frozenset(("he", "she", "they"))
JOINS = frozenset(("and", "but", "or", "so", "also", "plus"))
"""What stands between two things that are told."""
IT = frozenset(("it", "it's", "it’s"))
OWNERS = frozenset(("his", "her", "their", "its"))
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof", "st"))
DETERMINERS = frozenset(("a", "an", "the", "my", "our", "your", "his", "her", "its", "their"))
ALWAYS_TURNED = frozenset(("my", "me", "our", "we", "us", "i'm", "i've", "i'll", "we're", "we've", "we'll"))
"""Words of the person's that Lila never keeps as they are."""
_OPENING = "\"“‘'([{"
CLOSING = "\"”’')]}.,!?;:…"
FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "hmm", "hm", "eh", "ehm"))
OPENERS = FILLERS | {"ok", "okay", "yeah", "yes", "oh", "ah", "hey", "hi", "hello", "yo", "lila", "alright"}
"""Words that say nothing; those that may open a sentence are kept where they stand later."""
_MENDING_WORDS = "no not wait sorry mean meant rather oops correction actually make scratch pardon mistake"
MENDING = frozenset(_MENDING_WORDS.split())
"""Words with which somebody puts right what he is saying."""
THEY_ARE = frozenset(("they're", "they’re", "theyre"))
ITS = THEY_ARE | {"it's", "it’s", "its", "that's", "that’s", "thats"}
ONESELF = frozenset(("i'm", "i’m", "im", "i've", "i’ve", "my", "our", "we", "we're", "we’re"))
"""How a sentence begins that has its subject, whatever was asked before."""
_DOING_WORDS = """works lives has goes plays likes loves hates drives speaks studies takes teaches wants needs owns rides
collects comes wears eats drinks knows keeps"""
DOING = frozenset(_DOING_WORDS.split())
"""What somebody is told to do or have."""
DOES = DOING | frozenset(("gets", "makes", "weighs", "was", "were", "had", "lived", "worked", "moved"))
"""What somebody does: "works as a vet" of "Ola lives in Rome and works as a vet" is said of the one at the beginning."""
YOU = frozenset(("you", "your", "yours", "you've", "you're", "yourself"))
"""Lila, in the person's mouth; in hers they are the person, of whom "my" and "me" speak."""
_NO_NAME_BEGINS_WORDS = (
    "there's there’s theres there it they behind under between above below beside inside near next"
)
_NO_NAME_BEGINS = frozenset(_NO_NAME_BEGINS_WORDS.split())
"""Words that begin a sentence and never a name."""
ARTICLES = {"a": "an", "an": "a"}
"""Each with the one that may stand before another word."""


def plainly(words: Sequence[str]) -> str:
    """The words as one text without the marks around them; one that is all marks stays, so that the blanks count them."""
    return " ".join(folded(word) or word for word in words)


def without_ends(words: Sequence[str], idle: Container[str]) -> Sequence[str]:
    """The words without those at both ends that are `idle` once folded."""
    begin, end = 0, len(words)
    while begin < end and folded(words[begin]) in idle:
        begin += 1
    while end > begin and folded(words[end - 1]) in idle:
        end -= 1
    return words[begin:end]


def spoken(word: str, *, opens: bool) -> list[str]:
    """How a word of the person's may be written down."""
    plain = bare(word)
    forms = [plain, f"{plain},"] if word.endswith(",") else [plain]
    if word[-1:] in ".:'’" and plain:  # "Dr.", "neighbours'"
        forms.append(plain + word[-1])
    lowered = plain[:1].lower() + plain[1:]
    if opens and lowered in _NO_NAME_BEGINS:
        return [lowered]
    forms += [lowered] if opens and lowered != plain else []
    turned = _SECOND_PERSON.get(plain.lower().replace("’", "'"))
    if turned and plain.lower().replace("’", "'") in ALWAYS_TURNED and plain != "US":
        return [turned]
    return [form for form in [*forms, turned] if form]


def retold(word: str) -> list[str]:
    """How a word from before may come back: in the second person, capital or not, as an owner."""
    plain = bare(word)
    stem = plain.removesuffix("'s")
    lowered = plain[:1].lower() + plain[1:]
    turned = _SECOND_PERSON.get(plain.lower())
    single = stem[:-1] if len(stem) > 3 and stem.endswith("s") else ""  # "anna" in an apostrophe-less "annas"
    many = f"{plain}'" if word.endswith(("s'", "s’")) else ""  # "my in-laws'"
    forms = (plain, lowered, stem, f"{stem}'s", many, single, ARTICLES.get(plain.lower(), ""), turned)
    return list(dict.fromkeys(form for form in forms if form))


def turned(word: str) -> str:
    """A folded word as Lila would say it to whoever said it: "your" of "my", and most as they are."""
    return SECOND_PERSON.get(word, word)


def has_digit(word: str) -> bool:
    """Whether there is a digit in it: "7", "B12", "12th"."""
    return any(map(str.isdigit, word))


def bare(word: str) -> str:
    """Without the marks around it."""
    return word.lstrip(_OPENING).rstrip(CLOSING)


def is_title(word: str) -> bool:
    """Whether it stands before a name, and its full stop ends nothing: "Dr." of "Dr. Patel"."""
    return word.endswith(".") and folded(word) in _TITLES


def is_mark(word: str) -> bool:
    """Whether it is a mark by itself, such as a dash; the "&" of a name is a word."""
    return not any(map(str.isalnum, word)) and word != "&"


def folded(word: str) -> str:
    """Without the marks around it, and without capitals: how words are compared."""
    return bare(word).casefold()


def stems_of(*texts: str) -> frozenset[str]:
    """The stems of the words in the texts that tell something."""
    return frozenset(stem for text in texts for stem in content_stems(text))
