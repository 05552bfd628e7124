"""Whether what was said tells a fact by its form alone, so that no small talk and no "I don't know that yet" can answer it."""

from __future__ import annotations

import re

__all__ = ["tells"]

_OF_ONESELF = re.compile(
    r"(?!.*\bright[.!]?$)((i['’]?m|i am) (an? (?!bit\b|little\b|tad\b|mess\b|wreck\b|fan of you)|from |allergic |married |engaged |called |vegetarian|"
    r"vegan|reading |learning |studying |training |saving |\d+\b)|i don['’]?t (eat|drink|smoke|like) (?!you\b|it\b|that\b|this\b)|my old [\w' -]+ was )[^,?!;:]*$",
    re.IGNORECASE,
)
"""What somebody is, doesn't eat, or had: no feeling to be answered, nothing quoted or to be looked up."""
_OF_THEIRS = re.compile(
    r"(?:my|our) (?:[\w’-]+ ){1,2}(?:don['’]?t|doesn['’]?t|has|lives?|works?|likes?|loves?|hates?|plays?|speaks?|drives?|eats?|"
    r"takes?|goes|can['’]?t|won['’]?t|never|moved|was born) (?![^?]*(?:\bright|isn['’]?t)\b)[^?]*$",
    re.IGNORECASE,
)
"""What somebody of theirs does: "my sister doesn't eat meat"."""
_WHO_IS_WHOSE = re.compile(
    r"(?!(?:This|That|It|What|Who|Where|When|How|Which|Here|There|Life|Lila|You|These|Those|Today|Tomorrow|Now|So|Is)\b)"
    r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? is (?:my|our) (?!is\b)[\w'’-]+(?: (?!is\b)[\w'’-]+)?[.!]?$"
)
"""Who is what to them: "Anke is my dentist"."""


def tells(said: str) -> bool:
    """Whether `said` is a statement about who says it, or about somebody of theirs; nothing of the kind is no proof."""
    return any(form.match(said) for form in (_OF_ONESELF, _OF_THEIRS, _WHO_IS_WHOSE))
