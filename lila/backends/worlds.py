"""Whose a fact is by what it says: of the world ("pine floats", "Vigo has two airports"), or of somebody ("Ada is stuck in Vigo").

Who or what a made-up or a foreign word names can't be known; what is said of it often tells.
"""

from __future__ import annotations

import re

__all__ = ["is_of_somebody", "is_of_the_world"]

_OF_PLACES = (
    r"has (?:\w+ )?(?:airports?|inhabitants|bridges|harbour|cathedral|university|trams|underground)|is twinned with|is the capital of|borders on|"
    r"lies (?:on|at|in|between) the|flows? (?:through|into)|runs through|is known for its|is famous for|is (?:older|bigger|colder|warmer) than [A-Z]|"
    r"is north of|is south of|is surrounded by|hosted the|is a port|is an island"
)
_OF_STUFF = (
    r"dissolves?|melts?|boils?|freezes?|rusts?|burns|floats|conducts|contains?|ripens?|spoils?|goes bad|goes well with|grows? (?:on|in|best|under|wild|back)|keeps for|"
    r"is (?:bad|good) (?:for|against)|are (?:bad|good) (?:for|against)|(?:is|are) (?:edible|poisonous|venomous|toxic|endangered|imported|eaten|drunk|served|spoken|used (?:for|to)|made (?:of|from)|related to)|"
    r"(?:has|have) (?:(?:\w+ ){0,2})(?:legs|wings|shells?|petals|seeds|roots|leaves|stings?|feathers|fur|bones|skin|teeth|iron|sugar|calories)|"
    r"can['’]?t fly|lays? eggs|hibernates?|blooms?|hatch(?:es)?|produces? milk|died out"
)
_OF_WORDS_AND_WORKS = (
    r"was (?:published|founded|invented|discovered|composed|painted|written|filmed|directed|built) (?:in|by|on)|was (?:beheaded|named after)|is a (?:hard|dead|foreign) language|"
    r"is the (?:\w+ )?word for|rhymes with|means \w+ in|is a (?:kind|sort|type) of|is a (?:metal|gas|river|mountain|desert|lake|vegetable|spice|planet)\b|is set in|won a prize"
)
_WORLDLY = re.compile(
    rf"^(?:\S+ ){{1,3}}?(?:{_OF_PLACES}|{_OF_STUFF}|{_OF_WORDS_AND_WORKS})\b", re.IGNORECASE
)
_SOMEBODYS = re.compile(
    r"^(?!the |a |an |people|they |most |all |no |some )[^\W\d][\w’'-]* (?:lives in|lived in|is stuck in|is (?:a|the) (?:resident|volunteer|member|fan|friend|colleague|best cook)|"
    r"plays the|works (?:as|at|for|in)|studies|teaches|collects|rents|rides|drives|moved to|brought|snores|is (?:married|engaged|retired|homesick|allergic))\b",
    re.IGNORECASE,
)
_OWNED = re.compile(r"\b(?:you|your|yours)\b|['’]s\b|s['’] ", re.IGNORECASE)


def is_of_the_world(content: str) -> bool:
    """Whether it says what is true of a place, of stuff, of a kind or of a work, and of nobody's own."""
    return _WORLDLY.match(content) is not None and _OWNED.search(content) is None


def is_of_somebody(content: str) -> bool:
    """Whether it says of one what only somebody does or is."""
    return _SOMEBODYS.match(content) is not None
