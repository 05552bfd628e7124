"""How a sentence reaches Lila: as typed or as speech recognition gives it, with fillers, slips and typos."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.phrases import phrases

__all__ = ["Style", "capital", "chatter", "draw_style", "fill", "finish", "slip"]

_STARTS = phrases("""
    um | uh | well | so | okay | ok | hey | hey lila | lila | hi lila | hmm | oh | right | hello lila |
    listen | alright | er | erm | ah | yeah | oh yes | ok so | well um | so uh | lila um
""")
_MIDDLES = ("um", "uh", "er", "erm", "you know", "uhm", "hmm", "eh", "ehm")
_ENDS = ("please", "lila", "ok", "thanks", "thank you", "okay", "would you", "you know")
_KEEP = frozenset(
    phrases("i | my | our | mine | we | me | us | is | are | am | the | for | and | from | with | that")
)


@dataclass(frozen=True, slots=True)
class Style:
    """What a person's text looks like: `lower` as from speech recognition, `bare` without apostrophes."""

    lower: bool = False
    bare: bool = False
    unpunctuated: bool = False
    fillers: float = 0.0
    typos: float = 0.0

    def plain(self, text: str) -> str:
        """The words of a fact in this style; content is copied from this."""
        if self.bare:
            text = re.sub(r"(?<=[a-z])'(?=[a-z])", "", text)
        if self.unpunctuated:
            text = re.sub(r"[,;!?](?=\s|$)|\.(?=\s|$)", "", text)
        return text.lower() if self.lower else text


def draw_style(lex: Lexicon) -> Style:
    roll = lex.rng.random()
    if roll < 0.33:  # as speech recognition gives it
        return Style(True, lex.chance(0.25), True, fillers=lex.pick((0.0, 0.0, 0.3, 0.6)), typos=0.0)
    if roll < 0.45:  # typed in a hurry
        return Style(True, lex.chance(0.4), lex.chance(0.6), fillers=0.02, typos=0.12)
    if roll < 0.55:
        return Style(False, lex.chance(0.2), lex.chance(0.7), fillers=0.05, typos=0.12)
    return Style(False, False, False, fillers=lex.pick((0.0, 0.0, 0.1, 0.3)), typos=0.03)


def slip(rng: random.Random, text: str, probability: float) -> str:
    """The text, now and then with one small typo in a plain word."""
    if rng.random() >= probability:
        return text
    words = text.split(" ")
    at = [
        n
        for n, word in enumerate(words)
        if len(word) >= 5 and word.isalpha() and word.islower() and word not in _KEEP
    ]
    if not at:
        return text
    n = at[int(rng.random() * len(at))]
    words[n] = _misspelt(rng, words[n])
    return " ".join(words)


def _misspelt(rng: random.Random, word: str) -> str:
    i = 1 + int(rng.random() * (len(word) - 2))
    kind = rng.randrange(3)
    if kind == 0:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if kind == 1:
        return word[:i] + word[i + 1 :]
    return word[:i] + word[i] + word[i:]


_CHATTER = phrases("""
    sorry to bother you | I know it's late | one quick thing | let me see | where was I | hang on | this is
    important | I always forget this | my memory is awful | you won't believe this | ok listen | are you
    listening | I have something for you | here we go | let me think | what was I going to say | oh yes
    right | I hope I'm not disturbing you | quick one | before I go | while I think of it | you know how bad
    I am with these things | so anyway | hello lila it's me | good morning lila | good evening | hi there |
    thanks for that | yes hello | ok great | all right then | I nearly forgot | now that I think of it | it
    just came to my mind | hey can you help me | good morning | hello | thank you | my head is full today |
    sorry about the noise
""")


def chatter(lex: Lexicon, style: Style, text: str, probability: float = 0.05) -> str:
    """Sometimes a few words before the point, which say nothing."""
    if not lex.chance(probability):
        return text
    before = style.plain(lex.wording(_CHATTER))
    if style.unpunctuated:
        return f"{before} {text}"
    return f"{before}{lex.pick((', ', ', ', '. ', '... ', ' - '))}{text}"


def fill(lex: Lexicon, style: Style, text: str, *, middle: bool = True) -> str:
    """The utterance with hesitations around it and, sometimes, inside."""
    comma = "" if style.unpunctuated else ","
    if style.fillers and lex.chance(style.fillers):
        text = f"{lex.wording(_STARTS)}{comma} {text}"
    if middle and style.fillers and lex.chance(style.fillers * 0.5):
        words = text.split(" ")
        if len(words) > 3:
            at = 1 + int(lex.rng.random() * (len(words) - 1))
            words.insert(at, lex.wording(_MIDDLES))
            text = " ".join(words)
    return text


def polite_end(lex: Lexicon, style: Style, text: str) -> str:
    if style.fillers and lex.chance(style.fillers * 0.3):
        return f"{text}{'' if style.unpunctuated else ','} {lex.wording(_ENDS)}"
    return text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_REQUEST = re.compile(r"(\W*\w+\W+){0,2}?(can|could|would|will|may|are|is) (you|i|it)\b", re.IGNORECASE)


_AS_IT_IS = re.compile(r"\S*\d|\w{4,}-\w{4,}")
"""A code or a password that a sentence begins with: nobody writes it with a capital that it doesn't have."""


def finish(lex: Lexicon, style: Style, text: str, mark: str = ".") -> str:
    """Sentence case and the mark at the end, as far as the style has them; "can you …" mostly ends as a question."""
    if mark == "." and _REQUEST.match(text) and lex.chance(0.7):
        mark = "?"
    if style.lower:
        text = text.lower()
    elif lex.chance(0.93):
        text = re.sub(r"\bi(?=$|[ '])", "I", text if _AS_IT_IS.match(text) else capital(text))
    if style.unpunctuated or (mark == "." and lex.chance(0.35)) or (mark == "?" and lex.chance(0.12)):
        return text
    return text + ("!" if mark == "." and lex.chance(0.04) else mark)
