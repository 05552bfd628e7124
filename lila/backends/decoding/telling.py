"""Whether what was said tells a fact by its form alone, so that no small talk, or no "I don't know that yet", can answer it."""

from __future__ import annotations

import re

from lila.backends.decoding.asides import GREETING, without_lead_in, without_request
from lila.backends.decoding.frames import LANGUAGE, is_framing, unframed
from lila.backends.decoding.saying_nothing import QUOTING
from lila.backends.decoding.verbs import names_a_verb
from lila.backends.decoding.words import DOING, FILLERS, folded
from memory.provenance import declines

__all__ = [
    "asks_to_keep_nothing",
    "calls_for_nothing",
    "claims",
    "is_for_memory",
    "may_ask",
    "speaks_of_oneself",
    "states",
    "tells",
]

_OF_ONESELF = re.compile(
    r"(?!.*\bright[.!]?$)((i['’]?m|i am) (an? (?!bit\b|little\b|tad\b|mess\b|wreck\b|fan of you)|from |good at |bad at |allergic |married |engaged |called |vegetarian|"
    r"vegan|reading |learning |studying |training |saving |\d+\b)|i don['’]?t (eat|drink|smoke|like) (?!you\b|it\b|that\b|this\b)|my old [\w' -]+ was )[^,?!;:]*$",
    re.IGNORECASE,
)
"""What somebody is, doesn't eat, or had: no feeling to be answered, nothing quoted or to be looked up."""
_OF_THEIRS = re.compile(
    r"(?:my|our) (?:[\w’-]+ ){1,2}(?:don['’]?t|doesn['’]?t|has|lives?|works?|likes?|loves?|hates?|plays?|speaks?|drives?|eats?|"
    r"takes?|fears?|prefers?|adores?|enjoys?|practises?|shares?|always|often|collects?|owns?|needs?|wants?|teach(?:es)?|stud(?:y|ies)|drinks?|sings?|writes?|wears?|goes|can['’]?t|won['’]?t|never|moved|was born) (?![^?]*(?:\bright|isn['’]?t)\b)[^?]*$",
    re.IGNORECASE,
)
"""What somebody of theirs does: "my sister doesn't eat meat"."""
_WHAT_THEY_ARE = re.compile(
    r"(?:my|our) (?:(?!my\b)[\w-]+ )?(?!it\b)[\w-]+['’]s an? (?:[\w’'-]+ ?){1,8}[.!]?$", re.IGNORECASE
)
"""What somebody of theirs is: "my husband's a nurse"."""
_WHOM_THEY_HAVE = re.compile(
    r"(?:i|we)(?:['’]?ve| have)(?: got)? (?:\d+|an?|one|two|three|four|five|six) (?:[\w-]+ )?"
    r"(?:kids?|child(?:ren)?|sons?|daughters?|twins?|brothers?|sisters?|dogs?|cats?|grandchild(?:ren)?)\b[^?]*$",
    re.IGNORECASE,
)
"""Whom they have: "we've got two kids, Ben and Mia"."""
_WHO_IS_WHOSE = re.compile(
    r"(?!(?:This|That|It|What|Who|Where|When|How|Which|Here|There|Life|Lila|You|These|Those|Today|Tomorrow|Now|So|Is)\b)"
    r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? is (?:my|our) (?!is\b)[\w'’-]+(?: (?!is\b)[\w'’-]+)?[.!]?$"
)
"""Who is what to them: "Anke is my dentist"."""
_MOODS = """a|an|the|in|on|at|from|not|so|very|just|really|feeling|going|fine|good|well|great|ok|okay|tired|exhausted|sad|happy|bored|lonely|back|home|here|
sorry|busy|sick|ill|hungry|thirsty|cold|hot|ready|done|late|early|off|lost|confused|angry|mad|worried|nervous|excited|scared|afraid|glad|awake|up|down|
new|listening|kidding|joking|thinking|leaving|sleepy|worn|unhappy|alone|better|alright|all|pretty|doing|out|away|free|your"""
"""What "I'm" leads to, but for a name."""
_GREETING = rf"(?:(?:{GREETING})[,.!]? )"
_INTRODUCES_ONESELF = re.compile(
    rf"{_GREETING}+(?:i['’]?m|i am|this is) (?!(?:{''.join(_MOODS.split())})\b)[\w'’-]+(?: [A-Z][\w'’-]+)?[.!]?$",
    re.IGNORECASE,
)
"""Who greets and says one word of himself that is no mood says his name: "hey lila i'm dan"."""
_NAMES_ONESELF = re.compile(
    rf"{_GREETING}*my name['’]?s (?!not\b|on\b|in\b)[\w'’-]+(?: [\w'’-]+)?[.!]?$", re.IGNORECASE
)
"""Who says it outright: "my name's Ada Vance"."""

_RELATIVE = re.compile(r"(?<=\w), who [^,?]+,(?= \w)", re.IGNORECASE)
"""What is said besides of whom it is: "my friend Ann, who paints, lives in Rome"."""
_WE_HAVE = r"(?:i|we)(?:['’]?ve| have)"
_CALLED = r"(?:whose name is|called|named|by the name of)"
_OF_ONE_NAMED = re.compile(
    r"(?:(?!if\b|whether\b|suppos\w+|imagin\w+|pretend\w*|says?\b|said\b)[\w'’,:-]+ ){0,8}?"
    rf"{_WE_HAVE}(?: got)? (?:an?|one|two|three) (?:[\w-]+ ){{1,2}}?{_CALLED} [^,?]+$",
    re.IGNORECASE,
)
"""Whom or what they have, and how it is called, behind whatever leads to it: "I forgot, we've got a goat called Flo"."""
_HAVING_ONE_NAMED = re.compile(
    rf"(?:{_WE_HAVE}|(?!it\b|that\b|who\b|what\b|this\b)[\w’-]+ has)(?: got)? an? (?:[\w-]+ ){{1,3}}?{_CALLED} [^?]+$",
    re.IGNORECASE,
)
"""The same from the first word on, or of somebody else: "Ada has a goat called Flo, a white one"."""
_THEIRS = re.compile(r"(?:the|that|this) (?:[\w-]+ ){1,3}is (?:mine|ours)[.!]?$", re.IGNORECASE)
"""What belongs to them: "the blue coat is mine"."""
_SPEAKING = re.compile(
    rf"(?:i|we) (?:know|speak|understand|learn|study) (?:some |fluent |a (?:bit of|little) )?(?:{LANGUAGE})(?: [^?]+)?$",
    re.IGNORECASE,
)
"""A language that somebody has."""
_WEATHER = re.compile(
    r"it (?:hardly|rarely|never|always|often|seldom) (?:rains|snows|freezes|hails) [^,?]+$", re.IGNORECASE
)
"""What the weather is like somewhere: "it never snows in Malta"."""
_HABIT = re.compile(
    r"(?!(?:it|that|this|there|who|what|life)\b)[\w'’]+ (?:hardly|barely|rarely|never|always|usually|often|seldom|mostly|still) \w+s\b[^,?]*$",
    re.IGNORECASE,
)
"""What somebody does, and how often: "Ada hardly sleeps"."""
_BY_SOMEBODY = re.compile(
    r"(?:somebody|someone) (?:has |have )?(?:left|put|took|taken|moved|broke|broken|borrowed|hid|lost|found|parked|stole) [^,?]+$",
    re.IGNORECASE,
)
"""What somebody did with a thing: "somebody left an umbrella in the hall"."""
_TO_ONESELF = re.compile(
    r"(?!(?:it|that|this|who|what|somebody|someone|they|you)\b)[\w'’]+ (?:sent|gave|lent|sold|bought|brought|showed|taught|made) (?:me|us) (?:an?|the|his|her|some) [^,?]+$",
    re.IGNORECASE,
)
"""What somebody gave them: "Ada sent us a fountain pen"."""

_CLAIMS = re.compile(
    r"(?!.*\b(?:if|suppos\w+|assum\w+|line|imagin\w+|pretend\w*|sake|says?|said|told|asked|wrote|answered|claim(?:s|ed)|"
    + "|".join(sorted(QUOTING))
    + r"|on stage|what|who|where|when(?! (?:i|i['’]m|we|we['’]re|he|she|they|it)\b)|"
    r"which|how|why|right|jok(?:ing|ed)|kidding|words?|dream\w*|wish\w*|wonder\w*|let['’]?s|game|novel|story|example|would|could|might|maybe|not|looking|searching|asking|tell|need|needs|trying|remember|remind|forgot|forgotten|after|whereabouts|"
    r"isn['’]?t|aren['’]?t)\b)(?!.*\b(?:the|an?) (?:[\w-]+ ){1,2}\w+(?:s|ed)[.!]?$)"
    r"(?:(?:i \w+ (?:that )?)?(?:my|our|its|his|her|their|the(?= [\w'’-]+ (?:i|we) )|\w+['’]s|(?-i:[A-Z])\w+(?<!s)s(?= (?:[\w-]+ ){1,3}?is\b)) (?:[\w'’-]+ ){1,5}?(?:is|are|was|will be|has|have)|i(?:['’]?m|['’]?ve| am| have| live| work| answer| go| like| love| hate| own|"
    r" drive| speak| study| teach| wear| collect| take| gave| put| left| met| lent| bought| sold| hid| found| lost| \w+ed)|(?:my|our) (?:[\w'’-]+ ){1,3}?\w+s(?= \w)|(?-i:[A-Z])\w+ \w+s(?= (?:the|a|an|every|in|on|at|her|his)\b)|(?-i:[A-Z])\w+ and i \w+(?:ed|t)|there(?: is| are|['’]s) \d+|the (?:[\w-]+ ){1,3}?(?:for|of) (?:the |my |our )?(?:[\w'’-]+ ){1,3}?(?:is|are|was|will be)|\w{2,}s (?:[\w-]+ ){0,2}?(?:number|phone|birthday|address|email|password|code|pin|age|height|weight|size) (?:is|was|will be)"
    r"|the (?:[\w'’-]+ ){1,3}?(?:is|are) (?:in|on|under|behind|between|below|above|inside|beside|near|next to)|[\w'’]+ (?:have|is|grew up|lived|moved|"
    + "|".join(DOING)
    + r"))"
    r" (?:[^,?]|,(?= (?:her|his|my|our|their|she|he|it|they|i|and)\b))*$"
    r"|(?:i|we)(?:['’]ve| have)(?: got)? (?:\d+|an?|one|two|three|four|five|six|seven) (?!quest|problem|idea|favo)[^?]*$",
    re.IGNORECASE,
)
"""Something that is so, of oneself or of somebody: nothing is asked, supposed or quoted."""
MOST_OF_A_REFUSAL = 5
"""Words of "please don't remember that"."""
_WANTED = re.compile(
    r"\b(?:have to|has to|got to|must|bought|no more|out of|low on|short of|nothing left|buy|get|list|add|timer|alarm|remind\w*)\b",
    re.IGNORECASE,
)
"""What makes of a claim something to be bought, done or rung."""

LONGEST_OPENING = 14
"""Words before what is told: "would you be so kind and keep in mind that …"."""
_NOT_ONES_OWN_WORDS = """if unless provided suppose supposing assume assuming imagine pretend make dream sake argument case say says said saying told goes go
believe believes thought heard wish as like the a an he she they who what when where which how why do does did is are"""
_NOT_ONES_OWN = frozenset(_NOT_ONES_OWN_WORDS.split())
"""Words that lead to something which is supposed, or which somebody else says."""

_SPEAKS_OF_ONESELF = re.compile(
    r"(?:(?:um|uh|er|erm|hmm),? )*(?:i|i['’]?m|i['’]?ve|i['’]?ll|i['’]?d|we|we['’]re|we['’]ve|this|that|it|life)\b",
    re.IGNORECASE,
)
"""How a sentence begins that may tell a mood: "um, life is hard"."""
_MAY_ASK = re.compile(
    r"\?|\b(?:who|whom|whose|what|when|where|which|how|why|who['’]?s|what['’]?s|when['’]?s|where['’]?s|how['’]?s|(?:is|are|was|were|does|do|did|has|have|had)(?:n['’]?t)?|am|can|could|would|will|should|"
    r"tell|remind|find|look(?:ing)?|check|give|show|read|need|know|remember|wonder\w*|want|any|say|recall|get|forgot\w*|help|list|curious|after|fill|search|please|name|like)\b",
    re.IGNORECASE,
)
"""What a question, or a wish to be told, has one of."""
_OF_A_THING = re.compile(r"(?:my|our|the|your|\w+['’]s|\w+s['’]?)\b", re.IGNORECASE)
"""How a mere thing begins: "my sister's height"."""


def may_ask(said: str) -> bool:
    """Whether something may be asked: nothing of a question, and no mere thing ("my sister's height"), asks nothing."""
    words = without_request(unframed(said).split())
    thing = _OF_A_THING.match(" ".join(words)) is not None and not names_a_verb(words)
    return thing or _MAY_ASK.search(" ".join(words)) is not None


def calls_for_nothing(said: str) -> bool:
    """Whether `said` only says that something is so: no tool has anything to do."""
    return (claims(said) or tells(said)) and not _WANTED.search(said)


def asks_to_keep_nothing(said: str) -> bool:
    """Whether something is told that isn't to be kept; a bare "don't remember that" is of what was said before."""
    return declines(said) and len(said.split()) > MOST_OF_A_REFUSAL


def claims(said: str) -> bool:
    """Whether `said` says that something is so: it may be told, felt or wished for, but isn't to be looked up or passed over."""
    words = [word for word in without_request(unframed(said).split()) if folded(word) not in FILLERS]
    statement = _RELATIVE.sub("", " ".join(words).rstrip(","))
    return any(
        form.match(statement)
        for form in (_CLAIMS, _OF_ONE_NAMED, _WEATHER, _HABIT, _TO_ONESELF, _BY_SOMEBODY)
    )


def states(said: str) -> bool:
    """Whether `said` is told as it is, behind words that only lead to it: "for your files, my bus is the 4", "I suspect the key is lost".

    So nothing of it is supposed, or quoted from somebody.
    """
    words = said.split()
    if len(without_lead_in(words)) < len(words):
        return True
    for place, word in enumerate(words[:LONGEST_OPENING]):
        rest = " ".join(words[place:])
        if claims(rest) or tells(rest):
            return True
        if not is_framing(word) or folded(word) in _NOT_ONES_OWN:
            return False
    return False


def is_for_memory(said: str) -> bool:
    """Whether `said` tells whom they have and what he is called, which nothing but the memory can answer."""
    return _HAVING_ONE_NAMED.match(unframed(said)) is not None


def speaks_of_oneself(said: str) -> bool:
    """Whether a sentence begins with "I" or "this": it may tell a mood, which is answered and not kept."""
    return _SPEAKS_OF_ONESELF.match(unframed(said)) is not None


def tells(said: str) -> bool:
    """Whether `said` is a statement about who says it, or about somebody of theirs; nothing of the kind is no proof."""
    statement = unframed(said)
    if _INTRODUCES_ONESELF.match(said) or _NAMES_ONESELF.match(said):
        return True
    return any(
        form.match(statement)
        for form in (
            _OF_ONESELF,
            _OF_THEIRS,
            _WHAT_THEY_ARE,
            _WHOM_THEY_HAVE,
            _WHO_IS_WHOSE,
            _HAVING_ONE_NAMED,
            _SPEAKING,
            _THEIRS,
        )
    )
