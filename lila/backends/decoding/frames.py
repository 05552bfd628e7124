"""The words that stand around a fact and are no part of it: "note that …", "… most likely", "… and on top of that …"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from lila.backends.decoding.asides import SUPPOSING
from lila.backends.decoding.slips import is_slip_of
from lila.backends.decoding.words import OPENERS, stems_of
from memory.words import content_stems

__all__ = ["LANGUAGE", "hedges", "is_framing", "is_hedge", "left_over", "unframed"]

_HEDGING = re.compile(
    rf"you (?:{SUPPOSING}|believe|imagine|think)(?: that)? (?!in\b|of\b|about\b|it\b|so\b)\S"
    r"|you have a (?:hunch|feeling|suspicion|notion)\b|your (?:turn|news)(?:['’]s)?\b|your memory(?:['’]s| is)\b"
    r"|you(?:'re| are) (?:fairly|pretty|quite|rather|almost|not|very)? ?(?:certain|sure|positive|convinced)\b"
    r"|you(?:['’]re| are) (?:happy|glad|pleased|sorry) to (?:report|say|tell)\b|chances are\b|the (?:point|thing|fact|truth|news) (?:is|being)\b|(?:luckily|sadly|happily|funnily|apparently|presumably) \S"
    r"|you (?:have(?:n['’]t)? |did(?:n['’]t)? )?(?:told|tell) you\b|known \S|.* (?:most likely|as far as you know|if you remember right)$",
    re.IGNORECASE,
)
"""A fact that holds how sure somebody is, or how it is told."""
_SURE = re.compile(
    r"^you(?:['’]re| are) (?:fairly|pretty|quite|rather|almost|not|very)? ?(?:certain|sure|positive|convinced)$| you (?:believe|think|guess|suppose|reckon|imagine|assume)$",
    re.IGNORECASE,
)
LANGUAGE = r"\w*(?:ish|ese|[rst]ian)|arabic|hindi|dutch|french|german|greek|czech|welsh|latin|thai|korean|hebrew|swahili|urdu"
"""What somebody knows or speaks, as alternatives of a pattern: "you know Welsh" isn't "you know, …"."""
_IN_FRONT = re.compile(
    r"\A(?:(?:well|look|(?:hey|hi|hello)(?: there)?|oh|ah|yeah|yes|ok|okay|so|right|um|uh|er|erm|hmm|lila|and|but|now|also|plus|listen|surprise|no joke|"
    rf"fun fact|guess what|you know(?: what)?(?! (?:how|{LANGUAGE})\b)|just so you know|fyi|by the way|btw|for the record|did you know(?: that)?|"
    r"(?:have i told|did i tell) you(?: that)?|honestly|actually|seriously|all right|alright|then|anyhow|anyway|in short|in fact|after all|are you (?:there|listening)|before i (?:go|forget)|as you can imagine|to (?:start|begin) with|to answer (?:that|you|your question)|strictly speaking|at any rate|in any case|(?:the )?point being|to be honest|needless to say|for starters|to say it plainly|true story|(?:it )?turns out|sorry about the noise|so that i don['’]?t forget|"
    r"maybe i haven['’]?t told you(?: yet)?(?: but)?|my (?:memory|head|brain) is (?!on\b|in\b)\w+(?: today)?|my (?:point|news) is(?: that)?|where was i(?=[,.:;!…-]* (?:my|our|the)\b)|ta-da|the (?:funny|good|best|strange|odd|other|main) thing is(?: that)?|in my family|as you (?:may |might )?know|this is important|here (?:we go|goes|it (?:is|comes))|"
    r"(?:as|like) i (?:was saying|said|mentioned|told you)|(?:just )?to let you know|i (?:just )?want(?:ed)? to (?:say|tell you)(?: that)?|indeed|seemingly|apparently|supposedly|evidently|it (?:so )?happens that|the point is(?: that)?|"
    r"(?:(?:can|could|would|will) you (?:(?:please|kindly|also) )?|i(?:['’]d like| want| need) you to |do )?(?:please )?(?:remember|save|store|log|register|record|note(?: down)?|keep in mind|bear in mind|make a note|jot down|write down)(?: that|(?=:))|"
    r"believe (?:me|it or not)|you won['’]?t believe (?:this|it)|i['’]?ll tell you (?:what|something)|to (?:tell|be) (?:you )?the truth|to the best of my \w+|if memory serves(?: me)?(?: (?:right|well))?|if i remember (?:right|correctly|well)|"
    r"next(?! (?:\w*day|week|weekend|month|year|time|spring|summer|autumn|winter|door|to|of)\b)|chances are|(?:unless i['’]?m (?:very much )?|if i['’]?m not )(?:wrong|mistaken)|long story short|truth is|the thing is|(?:good|bad) news|good (?:morning|evening|afternoon|day)|(?:nice|pleased|good) to meet you|greetings|howdy|(?:morning|evening|yo)(?=[,!.] )|"
    rf"i (?:{SUPPOSING}|think|believe)(?: that)?(?! (?:in|of|about|it|so)\b))\b(?!['’])[,:;.!…-]* +)*",
    re.IGNORECASE,
)
"""What may stand in front of a statement without making anything else of it."""
_FRAME_WORDS = """following keep keeping kept put add adding adds write record log later hold way jot take memorize memorise file away
store save trying try able plus memory possible addition notes scribble track time mean meant kindly mental help
better best top register mark besides look learn hand memo furthermore moreover think thought least naturally further
likewise similarly secondly thirdly lastly finally firstly meantime meanwhile speaking continue subject vein apart
important incidentally separately listen news mentioned self believe guess aside secret always course case far learned
beyond heart whereas equally additionally easy recall since problem anyway et cetera frankly honest honestly reason
knows everyone everybody fyi mention reminder saying start starters begin happens noticed notice probably information
sadly luckily happily though dare swear although almost pretty fairly decided dictate hang lose head truth worth bet
turns needless presume presumably calling reckon reveal funny enough bad bother talking apparently chances likely
suspect suppose imagine assume positive convinced certain surprise joke seriously basically obviously clearly point
along even last least measure whats nowadays hunch odds confirm stick matters matter useful question quick quickly bear whatever however therefore hence otherwise oops sorry pardon wait
lot love glad happy proud excited afraid fear hope hopefully wonder kidding lie lying hear heard gossip update rest
shall ready attention interesting interested fun possibly definitely certainly absolutely surely simply next then
alright right okay nice great perfect wonderful brilliant cool awesome cheers ta bye night thank grateful appreciate
favour favor trust rely count commit archive pen paper book diary notebook words word pass passing mind minute second
moment sec story short long line bottom end day another fact one else uhm dont let lets forgot good answer yet late
tell telling told see something supposedly likelihood currently precise precisely serves strange true trouble exact exactly nearly mistaken feel
feeling indeed wrong gather asking asked theres"""
LEAST_SLIPPED = 4
"""Letters of a word in which a slip of the keys is taken for one."""
_FRAME_STEMS = frozenset(content_stems(_FRAME_WORDS)) | OPENERS
"""Words that people put around what they tell; left over, they say nothing for or against a reply."""


def hedges(content: str) -> bool:
    """Whether a fact begins or ends with how sure somebody is of it: "you suspect the party is on Friday"."""
    return bool(_HEDGING.match(content))


def is_hedge(content: str) -> bool:
    """Whether a fact is nothing else than how sure somebody is, or ends in it: "you're fairly certain", "… you believe"."""
    return _SURE.search(content) is not None


def unframed(said: str) -> str:
    """What was `said` without the words that only open it: "did you know that my boss is Ann" says that she is."""
    return _IN_FRONT.sub("", said, count=1)


def is_framing(word: str) -> bool:
    """Whether a word tells nothing by itself but stands around what does: "furthermore", and no "second-hand"."""
    return "-" not in word.strip("-") and _FRAME_STEMS.issuperset(content_stems(word))


def left_over(contents: Collection[str], said: Sequence[str]) -> set[str]:
    """The stems of what was `said` that tell something and stand in none of `contents`."""
    left = stems_of(unframed(" ".join(said))) - stems_of(*contents) - _FRAME_STEMS
    return {stem for stem in left if not _is_slip_of_framing(stem)}


@lru_cache(maxsize=256)
def _is_slip_of_framing(stem: str) -> bool:
    """Whether it is a slip in a longer one of those words: "rememb", "probabb"."""
    return len(stem) > LEAST_SLIPPED and any(
        len(each) > LEAST_SLIPPED and is_slip_of(stem, each) and not stem.startswith(each)
        for each in _FRAME_STEMS
    )
