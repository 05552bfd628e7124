"""What was said that is no fact, by its words alone: a command ("turn on the lights"), small talk, what somebody else says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from lila.backends.decoding.words import FILLERS, OPENERS, folded, has_digit, turned
from training_log.nano.corpus.smalltalk import TALK

__all__ = [
    "BOOKING",
    "QUOTING",
    "books",
    "commands",
    "describes",
    "is_hearsay",
    "is_small_talk",
    "may_be_anothers",
]

_COMMAND_WORDS = """turn switch play shuffle skip dim open close lock unlock text email order translate search google reserve stream print
send dial install launch pause mute preheat book schedule"""
_COMMANDS = frozenset(_COMMAND_WORDS.split())
"""What Lila, or a machine, is told to do; what is told of oneself has a subject in front."""
BOOKING = frozenset(("book", "schedule"))
"""What is done with a plan; said first it is no part of what is planned."""
_DESCRIBING_WORDS = """post describe compare analyse analyze summarise summarize explain recommend suggest draft compose download upload"""
_DESCRIBING = frozenset(_DESCRIBING_WORDS.split())
"""What a larger model is told to do."""
_ASKING_TO = frozenset(("please", "just", "now", "then", "can", "could", "would", "will", "you", "go", "and"))
"""What may stand before a command."""
_STATING = frozenset(("is", "are", "was", "were", "has", "have", "will", "'s", "i", "my", "we", "our"))
"""What makes a sentence of "book club is on Friday"."""
_SAYING_WORDS = "says said thinks claims believes reckons swears insists told tells"
_SAYING = frozenset(_SAYING_WORDS.split())
"""How somebody says what need not be so."""
_GOING = frozenset(("goes", "went"))
"""How somebody is quoted in passing: "and he goes, I'm off"."""
_DREAMING = frozenset(("dreamed", "dreamt", "imagined", "pretended", "pretending"))
_QUOTING_WORDS = (
    "announce declare yell shout sigh whisper murmur scream recite repeat giggle growl exclaim mutter"
)
QUOTING = frozenset(
    form for verb in _QUOTING_WORDS.split() for form in (f"{verb}s", f"{verb.removesuffix('e')}ed")
) | {"cries", "cried"}
"""How words are quoted, and nothing told in one's own."""
_HINTING_WORDS = "explains explained preaches preached hints hinted admits admitted"
_QUOTING = QUOTING | frozenset(_HINTING_WORDS.split())
"""How words are quoted: a claim that follows them, or stands before them, is somebody else's."""
_SUPPOSED_WORDS = """if suppose supposing imagine imagining pretend pretends assume assuming hypothetically hypothetical
unless provided what would could might let's lets wish wishes wished dream dreams dreaming theory theoretically example sake
argument once never dont don't do believe picture parallel another"""
_TOLD_WORDS = """say saying tell hear hears heard read reads reading write writes wrote written ask asks asked answer answers
answered reply replies replied claim claimed think thought believed reckoned swore insisted state states stated put puts go
call calls called text texts texted quote quotes quoting add adds added promise promises promised tweet tweets post posts
posted type types typed print prints printed spell spells spelled start starts boast boasts boasted end ends rap raps chant
chants chanted sing sings sang sung translate confess confesses bellows bellowed mumbles mumbled hisses hissed sobs sobbed
jokes joked"""
_WORKS_WORDS = """film films movie movies tv television radio song songs book story stories play plays played novel series show shows game
opera musical scene stage act character chapter page poem lyric lyrics joke line lines article headline newspaper paper news advert ad
commercial ringtone letter sign note caption title script actor actress narrator voice podcast audience chorus reader quotation
punchline slogan sentence rather there who everybody everyone all two cartoon comic trailer cinema legend fairy tale
case not remember save store keep forget"""
_SUPPOSED_OR_TOLD = frozenset(f"{_SUPPOSED_WORDS} {_TOLD_WORDS} {_WORKS_WORDS}".split())
_ANOTHERS = _SAYING | _GOING | _DREAMING | _QUOTING | _SUPPOSED_OR_TOLD
"""Words with which something is supposed, told by somebody else, or made up."""
_MAKING_UP = re.compile(
    r"\b(?:is|are|was|were) like\b|\bone day\b|\b(?:one of them|some(?:one|body)) \w+[sd]\b"
)
"""How that is said in several words: "the prince is like: …", "one day perhaps …"."""
_IS = frozenset(("is", "are", "was", "were", "am", "'m", "has", "have", "will"))
_OF_ONESELF = frozenset(("i", "we", "i've", "we've", "you", "and"))
_TOLD_TO = frozenset(("me", "us", "that"))
_TALK = frozenset(" ".join(map(folded, each.split())) for asked, _ in TALK for each in asked)


def may_be_anothers(said: Sequence[str]) -> bool:
    """Whether a word, or a mark, says that it is supposed, quoted or made up, or that it isn't to be kept."""
    words = [folded(word) for word in said]
    return (
        not _ANOTHERS.isdisjoint(words)
        or _MAKING_UP.search(" ".join(words)) is not None
        or any(mark in word for word in said for mark in '"“”')
    )


def commands(said: Sequence[str]) -> bool:
    """Whether something is told to be done, and nothing to be so: "book coffee with Sipho for Monday"."""
    words = _told(said)
    commanded = bool(words) and words[0] in _COMMANDS | _DESCRIBING and _STATING.isdisjoint(words)
    return commanded and not _says_how_to_reach(words)


def _says_how_to_reach(words: Sequence[str]) -> bool:
    """Whether a number is given under which somebody reads what is sent: "text Ada on 555 0192"."""
    return words[0] == "text" and any(map(has_digit, words))


def books(said: Sequence[str]) -> bool:
    """Whether something is to be booked, which a tool does: nothing of it is known before, or kept besides."""
    return commands(said) and _told(said)[0] in BOOKING


def describes(said: Sequence[str]) -> bool:
    """Whether something is to be described, compared or written: "compare figs and plums" is for no list."""
    return not _DESCRIBING.isdisjoint(_told(said)[:1])


def _told(said: Sequence[str]) -> list[str]:
    """The words, folded, from the first on that doesn't only ask."""
    return list(dropwhile(lambda word: word in OPENERS | _ASKING_TO, map(folded, said)))


def is_small_talk(said: Sequence[str]) -> bool:
    """Whether it is answered by a phrase, word for word: "I'm exhausted"."""
    words = dropwhile(lambda word: word in OPENERS, map(folded, said))
    return " ".join(words) in _TALK


def is_hearsay(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a fact is what somebody else was said to say: "you should rest" of "Jo says I should rest"."""
    spoken = [word for word in map(folded, said) if word not in FILLERS]
    told = [folded(word) for word in content[:2]]
    if _quotes([folded(word) for word in content]):
        return True
    for place in range(1, len(spoken) - 2):
        by_another = spoken[place] in _SAYING | _QUOTING | _GOING and spoken[place - 1] not in _OF_ONESELF
        if by_another or spoken[place] in _DREAMING:
            rest = list(dropwhile(lambda word: word in _TOLD_TO, spoken[place + 1 :]))[:2]
            if ["are" if word == "am" else turned(word) for word in rest] == told:
                return True
    return False


def _quotes(words: Sequence[str]) -> bool:
    """Whether words hold what somebody said together with who said it: "the spy whispers Ada is ill", "Ada is ill the spy whispers"."""
    places = [place for place, word in enumerate(words) if word in _QUOTING]
    return any(
        place + 1 == len(words) or not _IS.isdisjoint(words[place + 2 :]) for place in places if place > 1
    )
