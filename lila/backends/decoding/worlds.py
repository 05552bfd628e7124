"""Whose a fact is by what it says: of the world ("pine floats", "Vigo has two airports"), or of somebody ("Ada is stuck in Vigo").

Who or what a made-up or a foreign word names can't be known; what is said of it often tells, and so does whom was spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from lila.backends.decoding.words import bare, folded, has_digit
from memory.words import content_stems

__all__ = [
    "begins_with_one_known", "is_at_hand", "is_miscased", "is_of_somebody", "is_of_the_world", "speaks_of_somebody",
]  # fmt: skip

_OF_PLACES = (
    r"has (?:\w+ )?(?:airports?|inhabitants|bridges|harbour|cathedral|university|trams|underground)|is twinned with|is the capital of|borders on|"
    r"lies (?:on|at|in|between) the|flows? (?:through|into)|runs through|is known for its|is famous for|is (?:older|bigger|colder|warmer) than [A-Z]|"
    r"is north of|is south of|is surrounded by|hosted the|is a port|is an island|got its name from|stands on the banks"
)
_ONLY_OF_STUFF = (
    r"dissolves?|melts?|boils?|freezes?|rusts?|burns|floats|stands for|is a (?:kind|sort|type) of|conducts|contains?|ripens?|spoils?|goes bad|goes well with|grows? (?:on|in|best|under|wild|back)|keeps for|"
    r"is (?:bad|good) (?:for|against)|are (?:bad|good) (?:for|against)"
)
"""What is said of nothing that has a name of its own."""
_OF_STUFF = (
    rf"{_ONLY_OF_STUFF}|(?:is|are)(?:n['’]?t)? (?:sold|banned|edible|poisonous|venomous|toxic|endangered|imported|eaten|drunk|served|spoken|written|sung|used (?:for|to)|made (?:of|from)|related to)|"
    r"(?:has|have) (?:(?:\w+ ){0,2})(?:legs|wings|shells?|petals|seeds|roots|leaves|stings?|feathers|fur|bones|skin|teeth|iron|sugar|calories|letters|genders)|"
    r"can['’]?t fly|lays? eggs|hibernates?|blooms?|hatch(?:es)?|produces? milk|died out|needs? (?:hardly any|no|little|lots of|a bit of|regular) \w+$"
)
_OF_WORDS_AND_WORKS = (
    r"was (?:published|founded|invented|discovered|composed|painted|written|filmed|directed|built) (?:in|by|on)|was (?:beheaded|named after)|is a (?:hard|dead|foreign) language|"
    r"is the (?:\w+ )?word for|rhymes with|means \w+ in|is a (?:kind|sort|type) of|is a (?:metal|gas|river|mountain|desert|lake|vegetable|spice|planet)\b|is set in|won a prize"
)
_WORLDLY = re.compile(
    rf"^(?:\S+ ){{1,3}}?(?:{_OF_PLACES}|{_OF_STUFF}|{_OF_WORDS_AND_WORKS})\b|"
    r"^(?:\S+ )?the \w+ (?:founded|invented|discovered|conquered|ruled)\b|^\S+ and \S+ are at war\b|^\S+ is in another time zone\b",
    re.IGNORECASE,
)
_STUFF = re.compile(rf"^(?:\S+ ){{1,2}}?(?:{_ONLY_OF_STUFF})\b", re.IGNORECASE)
_KIND = re.compile(
    r"^(?!his |its |this |yours |hers )[^\W\d]{2,}s (?:need|like|love|fear|avoid|live|sleep|swim|fly|hunt|eat|cost|weigh|grow|come|go|belong|store|attract|taste|keep|contain|"
    r"bite|sting|build|turn|breed|bury|feed|migrate|carry|block|repel|help|were (?:grown|discovered|brought|invented|first)) ",
    re.IGNORECASE,
)
"""Many of a kind, of none in particular, with a verb as many have it: "owls hunt mice", and not "Klaas hunts"."""
_MANY = re.compile(
    r"^[^\W\d]{2,}[^\W\ds]s (?:are|aren['’]?t|were|weren['’]?t|have|haven['’]?t|don['’]?t) ", re.IGNORECASE
)
"""Things of a kind, of none in particular: "owls are shy"."""
_DOING_AS_PEOPLE_DO = """parks speaks studies reads cooks attends plays wants prefers hates dislikes loathes detests refuses enjoys craves
fancies dreams majors owes joins celebrates spends writes understands earns meets walks forgets practises suffers visits paints worries
faints thinks repairs trains sews smokes cries blushes hums retires wears votes owns dates saves yawns uses picks collects teaches rents
adores relishes rides drives snores brought jogs fixes dances commutes volunteers babysits cycles gardens"""
_SOMEBODYS = re.compile(
    r"^(?!the |a |an |people|they |most |all |no |some )[^\W\d][\w’'-]* (?:really |often |always |never |also |still |now |quite |just )?"
    r"(?:(?:lives|lived|is stuck) in|is (?:a|the) (?:resident|volunteer|member|fan|friend|colleague|best cook)|works (?:as|at|for|in)|moved to|"
    r"gets up|turns in|comes from an? (?:\w+ )?family|looks good in|goes to (?:bed|school|work)|was born|grew up|has (?:just|to (?:go|be|see|call|buy|pick|work))|can['’]?t (?:have|stand|bear|come)|must avoid|has (?:an?|\d+|two|three|four|five|six) (?:\w+ )?(?:called|named|by the name|whose|bikes?|cars?|kids?|jobs?|sisters?|brothers?)|turned (?:\w+[ -](?:free|carb)|vegan|vegetarian|pescatarian|kosher)|is (?:a fussy eater|the one to ask|afraid of|scared of)|has (?:diabetes|asthma|no (?:siblings|children|kids))|eats (?:\S+ ){1,3}first$|"
    r"is (?:married|engaged|retired|homesick|all?ergic|disgusted|known to be|writing|vegetarian|vegan|a non-smoker|angry|supposed to|seeing|studying|learning|going|"
    r"in (?:remission|therapy|hospital|love|quarantine|(?:good|poor|bad) health))|"
    r"doesn['’]?t (?:like|eat|drink|want|care)|" + "|".join(_DOING_AS_PEOPLE_DO.split()) + r")\b",
    re.IGNORECASE,
)
_THINGS_AT_HAND = re.compile(
    r"^the (?!.*\bof the\b)(?:children |kids |twins |neighbours )(?:adore|love|like|hate|have|speak|go|play)\b|^the (?!.*\bof the\b)(?:[\w-]+ ){1,3}?(?:smells of|runs on|doesn['’]?t work|(?:can['’]?t|won['’]?t|must(?:n['’]?t)?) (?:have|eat|come|be late))\b",
    re.IGNORECASE,
)
"""The one that is meant, and no kind: "the shed smells of paint", "the kids can't have nuts"."""
_OWNED = re.compile(r"\b(?:you|your|yours)\b|['’]s\b|s['’] ", re.IGNORECASE)
_WORK = re.compile(
    r"^\S+ (?:was (?:published|founded|composed|painted|written|filmed|directed)|(?:invented|founded|discovered|composed)) "
)
"""What has, or who has, a name: "Emma was published in 1815"."""
_LINK = re.compile(r"[\w-]+(?:[.@][\w-]+)+")
"""An address in the net, which is written small."""
_PERSONS = frozenset(("he", "she", "him", "her", "his", "hers", "he's", "she's"))


def is_of_the_world(content: str) -> bool:
    """Whether it says what is true of a place, of stuff, of a kind or of a work, and of nobody's own."""
    worldly = _WORLDLY.match(content) or _KIND.match(content)
    return worldly is not None and _OWNED.search(content) is None


def is_of_somebody(content: str) -> bool:
    """Whether it says of one what only somebody does or is."""
    return _SOMEBODYS.match(content) is not None


def is_at_hand(content: str) -> bool:
    """Whether it says of the one thing that is meant what no kind does or is: "the shed smells of paint"."""
    return _THINGS_AT_HAND.match(content) is not None


def speaks_of_somebody(said: Collection[str]) -> bool:
    """Whether the words, folded, speak of him or her, whom nobody does who says what is true of the world."""
    return not _PERSONS.isdisjoint(said)


def begins_with_one_known(content: str, told: Sequence[str]) -> bool:
    """Whether it begins with somebody of whom something was `told` before, in these words or lines."""
    first = folded(content.split()[0])
    known = {folded(word).removesuffix("'s") for text in told for word in text.split()}
    return bool(content_stems(first)) and first.removesuffix("'s") in known


def is_miscased(content: str, said: Sequence[str], exchange: Sequence[str] = ()) -> bool:
    """Whether its first word, `said` with a capital where anything has one, lost it as a name, or kept it as none: "Owls hunt mice".

    A name of the `exchange` before that somebody wrote small has no capital, though Lila began a sentence with it.
    """
    first = content.split()[0]
    forms = _forms_of(first, said)
    if not forms and first[:1].isupper():
        return any(form[:1].islower() for form in _forms_of(first, exchange))
    if not forms or not all(word[:1].isupper() for word in forms):
        return False
    if first[:1].islower():
        named = _WORK.match(content) is not None or has_digit(first)
        return named or (first.endswith("'s") and bool(content_stems(first))) or is_of_somebody(content)
    return any(form.match(content) for form in (_KIND, _MANY, _STUFF)) or _LINK.fullmatch(first) is not None


def _forms_of(word: str, heard: Sequence[str]) -> set[str]:
    """How a word was written where it was `heard`, the owner's "s" aside."""
    plain = folded(word).removesuffix("'s")
    return {bare(each) for each in heard if folded(each).removesuffix("'s") == plain}
