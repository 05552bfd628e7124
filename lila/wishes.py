"""How a person asks Lila to speak otherwise: "can you be more direct?", "shorter answers, please".

Such a wish holds for the conversation in which it was said. It becomes a layer of the settings that names the
person's own words, so `/why` tells where it came from. Only a sentence that asks for nothing else is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["KEPT", "Wish", "wish_of", "wished"]

KEPT = (
    "I'll keep to that in this conversation. My built-in model has only one way to speak, though: "
    "a larger one will follow it."
)
"""What Lila says where the model that answers can't take a wish in."""

_STYLES: Mapping[str, tuple[str, str]] = {
    "direct": ("tone", "Be direct: the answer first, without softening it and without preamble."),
    "gentle": ("tone", "Be gentle: put things kindly and leave room."),
    "friendly": ("tone", "Be warm and friendly."),
    "playful": ("tone", "Be light and playful."),
    "serious": ("tone", "Be serious: no jokes."),
    "short": ("length", "Answer in one or two short sentences."),
    "detailed": ("length", "Answer in detail: explain, and give examples."),
    "simple": ("words", "Use plain words and explain as to somebody new to it."),
    "formal": ("words", "Be formal."),
    "casual": ("words", "Be casual, as among friends."),
    "usual": ("", ""),
}
"""Each wish with its axis (a later one replaces an earlier one on it) and the sentence that a model reads."""

_WORDS: Mapping[str, str] = {
    "direct": r"(?:more (?:direct|blunt|straightforward|to the point)|direct|blunter|less wordy)",
    "gentle": r"(?:more gentle|gentler|softer|calmer|more calm|less blunt|less direct)",
    "friendly": r"(?:more friendly|friendlier|warmer|kinder|nicer)",
    "playful": r"(?:more playful|funnier|more fun|less serious)",
    "serious": r"(?:more serious|less playful|less silly)",
    "short": r"(?:shorter|briefer|more brief|more concise|more succinct|brief|concise|less verbose|short)",
    "detailed": r"(?:more detailed|more verbose|more thorough|less brief|less short|longer)",
    "simple": r"(?:simpler|more simple|less technical)",
    "formal": r"(?:more formal|more polite|less casual)",
    "casual": r"(?:more casual|less formal)",
    "usual": r"(?:yourself again|normal again|as usual|as before|back to normal)",
}
_MORE: Mapping[str, str] = {
    "short": r"keep (?:it|them|your (?:answers|replies)) (?:short|shorter|brief)|get to the point",
    "detailed": r"(?:go into|give me|tell me|add) (?:some )?(?:more|greater) details?|more details?",
    "playful": r"make (?:more )?jokes",
    "serious": r"stop (?:joking|making jokes)|no (?:more )?jokes",
    "simple": r"use (?:simpler|plainer|plain) words",
    "usual": r"(?:speak|talk|answer) (?:normally|as usual|as before)(?: again)?|(?:go )?back to normal",
}
_LEAD = (
    r"(?:(?:lila|hey|hi|ok|okay|please|um|uh|well|and|but|actually)[\s,]+)*"
    r"(?:(?:can|could|would|will) you (?:please |maybe )?|(?:i(?:'d| would) like|i want|i need) you to |"
    r"please |try to |just )?"
)
_DEGREE = r"(?:a (?:little |bit |little bit )|(?:much|somewhat|slightly|even) )?"
_END = r"(?:[\s,]+(?:please|lila|now|from now on|with me|today|in this conversation|then|thanks))*[\s.!?]*"
_NOUN = r"(?:answers?|replies|sentences|explanations?|responses?)"


def _pattern(name: str) -> re.Pattern[str]:
    words = _WORDS[name]
    forms = [
        rf"(?:be|sound|speak|talk|answer|reply) {_DEGREE}{words}",
        rf"(?:give (?:me )?|use |make your |i(?:'d like| want| prefer) )?{_DEGREE}{words} {_NOUN}",
        rf"make (?:your |the )?{_NOUN} {_DEGREE}{words}",
    ]
    more = _MORE.get(name)
    return re.compile(rf"{_LEAD}(?:{'|'.join([*forms, *([more] if more else [])])}){_END}", re.IGNORECASE)


_PATTERNS = {name: _pattern(name) for name in _WORDS}


@dataclass(frozen=True, slots=True)
class Wish:
    """A way to speak that somebody asked for, in their own words."""

    name: str
    said: str

    @property
    def axis(self) -> str:
        return _STYLES[self.name][0]

    @property
    def style(self) -> str:
        return _STYLES[self.name][1]


def wish_of(text: str) -> Wish | None:
    """The wish that these words are, and nothing else; None for everything else."""
    plain = " ".join(text.replace("’", "'").split())
    for name, pattern in _PATTERNS.items():
        if pattern.fullmatch(plain):
            return Wish(name, plain.rstrip(" .!?"))
    return None


def wished(before: Sequence[Wish], new: Wish | None) -> tuple[Wish, ...]:
    """What holds now: a new wish replaces one on the same axis, and "as usual" takes all back."""
    if new is None:
        return tuple(before)
    if not new.axis:
        return ()
    return (*(each for each in before if each.axis != new.axis), new)
