"""One way to say what people say in many: "you keep the bag in the car" and "the bag is now in the car" are one claim."""

from __future__ import annotations

import re

__all__ = ["BACKWARDS", "plainer"]

_PUT = "(?:keep|kept|put|leave|left|hid|hide|find|store|stored)"
_SOMEWHERE = "(?:in|on|at|under|behind|between|above|below|beside|inside|next to|near)"
_WHOSE = r"(?:your|our|[^\W\d]+['’]s)"
_NAME = r"(?-i:[A-Z]\S*(?: [A-Z]\S*)*)|\S+"
BACKWARDS = "^(.+?) is (?:where|when) "
"""How a sentence begins that tells where or when before it says what: "behind the boiler is where …"."""
_WAYS = (
    (r"(?<=\w)['’]re\b", " are"),
    (r"(?<=\w)['’]ve\b", " have"),
    (r"(?<=\bname)['’]s(?= \S+$)", " is"),
    (r"(?<=\w)['’]s(?= (?:called|named)\b)", " is"),
    (r"^there['’]s\b", "there is"),
    (r"^the (.+?) (?:that )?you use (?=is\b)", r"your \1 "),
    (r"(?<=\w) (?:goes? by|answers? to) (?=\S+(?: \S+)?$)", " is called "),
    (
        r"(?<=\w) (?:happens? to be|turns? out to be|equals?|remains?|(?:is|are) still|ha(?:s|ve) always been)(?= \w)",
        " is",
    ),
    (r"(?<=\w) (?:usually|always|normally|generally|quite|really|now)(?= \w)", ""),
    (r"^(your|our) (?:new|current) ", r"\1 "),
    (r"(?<=\w) (?:wakes? up|ha(?:s|ve) to be up|is up|are up)(?= at\b)", " get up"),
    (r"(?<=\w) (?:must be (?:in|paid)|has to be (?:in|paid))(?= \w)", " is due"),
    (r"(?<=\w) (?:is|are) (?:living|based)(?= in\b)", " live"),
    (r"^(?!the )(.+?) (?:ha(?:s|ve) )?(?:just )?moved (?:back )?to (?=\S+(?: \S+)?$)", r"\1 live in "),
    (rf"{BACKWARDS}((?:the|{_WHOSE}) .+) (is|are)$", r"\2 \3 \1"),
    (rf"^(.+), that['’]s ({_WHOSE} .+)$", r"\2 is \1"),
    (rf"^(?:you (?:use|have|chose|picked)|they gave you) (.+) as ({_WHOSE} .+)$", r"\2 is \1"),
    (rf"^for ({_WHOSE} .+?) you use (.+)$", r"\1 is \2"),
    (rf"^(?:you named|they call|everybody calls) ({_WHOSE} .+?) ({_NAME})$", r"\1 is called \2"),
    (rf"^you (?:have )?{_PUT} ((?:the|your) .+?)(?= {_SOMEWHERE} )", r"\1 is"),
    (r"^(?:you|somebody|they) (?:have )?moved ((?:the|your) .+?) (?:in)?to (?=the )", r"\1 is in "),
    (rf"^(the .+?) (?:is now|lives|is kept|goes|belongs)(?= {_SOMEWHERE} )", r"\1 is"),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in _WAYS)


def plainer(content: str) -> str:
    """The sentence in the plainest of the words that say the same; to be read by rules, not by people."""
    for pattern, instead in _RULES:
        content = pattern.sub(instead, content, count=1)
    return content
