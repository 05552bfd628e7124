"""What somebody says beside a fact and is no part of it: what leads from one to the next, asks to remember it, says how sure he is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from lila.backends.decoding.words import MENDING, OPENERS, folded, is_mark, plainly

__all__ = [
    "GREETING",
    "SUPPOSING",
    "is_mended",
    "leads_on",
    "told_apart",
    "without_lead_in",
    "without_request",
    "without_slips",
]

_LEADS_ON = re.compile(
    r"(?<=\w )(?:(?:and|but|plus|also) )?(?:on top of (?:that|this|it)|in addition|apart from (?:that|this)|besides|moreover|"
    r"furthermore|additionally|by the way|on the other hand|(?:an)?other thing(?: is(?: that)?)?|one more thing|(?:the )?(?:second|next|last) thing is(?: that)?|nor should you forget(?: that)?|(?:before|lest) i forget|"
    r"for good measure|last but not least|what's more|not to forget|not to mention(?: that)?|speaking of which|whereas|meanwhile|likewise|similarly|"
    r"(?:second|third|last)ly|incidentally|separately|more news|on another note|to continue|in the same vein|for the record|"
    r"et cetera(?= and\b)|along with (?:this|that)|as well as(?= (?:then|that|what['’]?s|finally|my|our|i|we)\b)|that aside|even though|although|next(?= (?:the|my|our|i|we|his|her|their|he|she|they|some(?:body|one))\b))(?= \w)"
)
"""Words between two facts that belong to neither."""
_REQUEST = re.compile(
    r"(?<=\w )(?:(?:can|could|would|will) you (?:please )?(?:remember|keep|note|save|store|write|make|put|jot|log)"
    r"|(?<!n[o']t )(?<!nt )(?<! to )(?<!can )(?<!and )(?<!you )(?<!we )(?<!they )(?<! i )(?:please )?"
    r"(?:remember|keep(?: (?:a note|hold|track) of)?|note|save|store|write|make a note of|put|jot|log|record) (?:that|this|it)(?! \w+ing))"
    r"(?: (?:a|note|of|that|it|this|down|in|mind|for|me|p[leas]{4,6}))*$"
)
"""How somebody asks at the end that what he said be remembered: "… could you note that", "… save it please"."""
GREETING = "hi|hello|hey|yo|howdy|there|again|lila|(?:good )?(?:morning|afternoon|evening)"
"""What somebody is greeted with, as alternatives of a pattern: "hello there Lila" is three of them."""
SUPPOSING = "suspect|reckon|guess|suppose|presume|assume|gather"
"""With "I" in front, how somebody says that he isn't sure; "think" and "believe" say more than that."""
_AFTERTHOUGHT = re.compile(
    r"(?<=\w )(?:no doubt about it|give or take|of course|as you (?:may |might )?know|got (?:that|it)|hold that thought|believe it or not|to (?:tell|be) (?:you )?(?:the truth|honest)|"
    r"in fact|after all|in case(?: (?:you (?:need|want|ask|wonder|forget|were wondering)|it (?:matters|helps))(?: it| that| this)?)?|unless i['’]?m (?:very much )?(?:mistaken|wrong)|i thought you(?:['’]d| would| should| might) (?:like |want )?(?:to )?know|so now you know|if i['’]?m not mistaken|i['’]?m (?:fairly|pretty|quite|almost|very) (?:certain|sure|positive)|to be (?:exact|precise)|just so (?:that['’]?s|it['’]?s) clear|just so you know|needless to say|i must say|by the way|by now|"
    rf"i (?:(?:{SUPPOSING}|believe|think)|(?:should|might) (?:say|add)|can tell you|take it|dare say)|i['’]d guess|or so i believe|apparently|presumably|most likely|as i recall|from memory|as far as i (?:know|remember)|not sure though|mind you|"
    r"for your information|if you must know|(?:let me|i['’]ll) tell you|that['’]?s (?:a fact|for sure|all|how it is))$"
)
"""What somebody says last that is no part of a fact."""
_LEAD_IN = re.compile(
    rf"\A(?:[\w']+ ){{0,2}}?(?:chances are(?: that)?(?= \w+ \w)|i have a (?:hunch|feeling|suspicion)(?: that)?(?= [\w'’]+ \w)|i (?:{SUPPOSING})(?: that)?(?= [\w'’]+ \w))"
)
"""How sure somebody is, before what it is: "I suspect the …"."""
_SLIP = re.compile(
    r"\b(?:my (?:mistake|bad|fault|error|apologies)|the (?:right|correct|real) (?:one|answer)(?: is)?|"
    r"(?:i|you) (?:got (?:that|it) wrong|misheard(?: (?:that|it|me))?|misspoke)|(?:that|it) came out wrong|let me (?:fix|correct) (?:that|it))(?= |$)"
)
"""How somebody says that something was said, or heard, amiss."""


def without_request(words: Sequence[str]) -> Sequence[str]:
    """What was said without "can you remember that" or "no doubt about it" at its end, which is no part of a fact."""
    for ending in (_AFTERTHOUGHT, _REQUEST, _AFTERTHOUGHT):
        if found := ending.search(plainly(words)):
            words = words[: found.string[: found.start()].count(" ")]
    return words


def without_lead_in(words: Sequence[str]) -> Sequence[str]:
    """What was said without "I suspect", "chances are" at its beginning."""
    leading = _LEAD_IN.match(plainly(words))
    return words[leading[0].count(" ") + 1 :] if leading else words


def without_slips(words: Sequence[str]) -> list[str]:
    """What was said without "my mistake", "the right one is", "you misheard", which are no part of what is put right."""
    kept, spoken = list(words), plainly(words)
    for slip in reversed(list(_SLIP.finditer(spoken))):
        del kept[spoken[: slip.start()].count(" ") : spoken[: slip.end()].count(" ") + 1]
    return kept


def leads_on(words: Sequence[str]) -> bool:
    """Whether they begin with what only leads from one fact to the next: "on top of that"."""
    return _LEADS_ON.match(f"x {plainly(words)} x", 2) is not None


def told_apart(words: Sequence[str]) -> list[Sequence[str]]:
    """What was said, parted at the words that only lead to something else, such as "on top of that"."""
    spoken = plainly(words)
    found: list[Sequence[str]] = []
    begin = 0
    for leading in _LEADS_ON.finditer(spoken):
        place, end = (spoken[:at].count(" ") for at in leading.span())
        found.append(words[begin:place])
        begin = end + 1
    return [*found, words[begin:]]


def is_mended(words: Sequence[str]) -> bool:
    """Whether a mark or a word of putting right stands within: "actually" in front mends nothing."""
    inner = list(dropwhile(lambda word: folded(word) in MENDING | OPENERS, words))
    return any(folded(word) in MENDING or is_mark(word) for word in inner)
