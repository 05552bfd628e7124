"""What a remembered sentence claims: its subject and attribute, its value, and whether two sentences disagree.

All of it is decided by the words alone, so that it can be explained and tested; no model is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum
from typing import NamedTuple

from memory.kinds import PLACES, kinds
from memory.plainer import plainer
from memory.words import FUNCTION_WORDS, content_stems, fold, key, stem, unique, word_set, words

SINGLE_VALUED: frozenset[str] = frozenset(
    map(
        stem,
        word_set(
            """code pin password passcode birthday birthdate birth age address phone number email mail name
    surname height weight size salary rent iban license licence plate passport postcode zip wifi ssid capital
    profession occupation deadline date time day hour appointment inspection location place colour color brand model blood bedtime
    alarm floor room seat gate type group"""
        ),
    )
)
MULTI_VALUED: frozenset[str] = frozenset(
    map(
        stem,
        word_set(
            """like love enjoy prefer hate dislike hobby interest allergy allergic child
    children kid son daughter pet dog cat brother sister sibling friend colleague neighbour neighbor aunt uncle
    cousin nephew niece godson godchild roommate flatmate housemate classmate own owns have has play plays speak speaks language visit trip plan goal wish idea note book film movie
    song recipe medicine medication instrument skill subscription medical diet food drink habit belief relative
    parent grandchild"""
        ),
    )
)
"""Attributes that can have several values at once, so that another value is no contradiction."""

PETS: frozenset[str] = frozenset(map(stem, word_set("pet dog cat")))
"""Of these there can be several, but each has one name."""
CHILDREN: frozenset[str] = frozenset(
    map(stem, word_set("child children kid son daughter grandchild grandson granddaughter baby"))
)

_VERB = re.compile(
    r"^(?P<topic>.+?)\s+(?P<verb>is|are|was|were|'s|lives|live|works|work|starts|start|ends|end|begins|begin|opens|"
    r"open|closes|close|costs|cost|weighs|weigh|leaves|leave|arrives|arrive|takes|take|belongs|has|have|likes|like|"
    r"loves|love|hates|hate|plays|play|speaks|speak|owns|own|wants|want|needs|need|drives|drive|rides|ride|"
    r"wakes up|wake up|gets up|get up|goes to bed|go to bed|goes by|go by|answers to|answer to|parks|park|parked|"
    r"majors in|major in|studies|study|measures|measure|earns|earn|attends|attend)\s+(?P<value>.+)$",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?!The\b|My\b|Your\b)[A-Z][\w’-]+(?: [A-Z][\w’-]+)*")
_FEELING = re.compile(
    r"(?:(?:really|very|quite|so) )?(?:(?:afraid|scared|terrified|frightened|fond|proud|tired|sick|jealous|good|bad|great|keen|interested|crazy|mad|addicted)"
    r" (?:of|at|on|in|about|to))\b",
    re.IGNORECASE,
)
"""What somebody is of more than one thing: "afraid of dogs", "good at chess"."""
_DENIED = re.compile(r"\s+(?:(?:do|does)(?:n['’]?t| not)|never)$", re.IGNORECASE)
"""Between whom a sentence is about and the verb: "you don't like figs" is about them as "you like figs" is."""
_POSSESSIVE = re.compile(
    r"^(?P<owner>your|his|her|their|our|(?:the\s)?[^\W\d]+(?:\s[^\W\d]+)?['’]s|(?:the\s)?[^\W\d]+s['’])\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_OF = re.compile(r"^the\s+(?P<what>.+?)\s+(?:of|for|on|at)\s+(?P<owner>.+)$", re.IGNORECASE)
_ALSO = re.compile(
    r"\b(also|too|as well|another|one of|among|besides|in addition|a second|second)\b", re.IGNORECASE
)
_NAMED = re.compile(r"^(?:(?:called|named)\b|['’]s name$)", re.IGNORECASE)
_NO_NAME = re.compile(r"[a-z]+ing (?-i:[A-Z])|(?:an?|the|from|in|at|on|not|very) \S", re.IGNORECASE)
"""What follows "you are" and is nobody's name: "reading Dune", "a vet"."""
_CALLED = re.compile(r"^(?:called|named) ")
_OF_NAME = re.compile(r"^(?P<who>.+)['’]s?\s+name$", re.IGNORECASE)
_HAS_NAMED = re.compile(
    r"^(?P<owner>\S+(?:\s\S+)?)\s+(?:have|has)(?:\s+got)?\s+an?\s+(?P<who>[^,]+?)(?:\s+(?:called|named)|,)\s+"
    r"(?P<value>[^,]+)$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"^(?:there (?:is|are)|you have(?: got)?|you are going to) (?:an?|the|your) (?P<what>.+?) (?P<when>(?:on|at|this|next"
    r"|tonight|today|tomorrow|every|in|from)\b.*)$",
    re.IGNORECASE,
)
"""An event: "you have a gas check on Monday" says the same of it as "the gas check is on Monday"."""
_AGED = re.compile(r"you (?:are )?(?:(?:now|just|already|only) )*[1-9]\d?(?: [1-9])?(?: years old)?")
"""How somebody's age is told, in `words`: "you're seventy-two"."""
_FAVOURITE = re.compile(r"\b(?:favou?rite|native)\b", re.IGNORECASE)
_OF_WHAT = re.compile(r"(?<=\w) (?:for|of|at|in|on) .*")
_WHOSE = re.compile(r"^.*['’]s?\s+(?=\w)")
_OWN = re.compile(r"^(?:your|our|the)\s+", re.IGNORECASE)
_PRONOUNS = frozenset({"you", "he", "she", "they", "we", "it"})
_NEGATION = frozenset({"not", "never", "no", "without", "nothing", "nobody", "neither", "nor"})
_MOVED = re.compile(r"\bmoved (?:back |over )?to\b", re.IGNORECASE)
_DIETS = frozenset({"vegetarian", "vegan", "pescatarian"})
_DENYING = frozenset({"not", "never"})
_DENIAL = _DENYING | frozenset(map(stem, ("do", "does")))
_WEAK_VALUE = FUNCTION_WORDS - _NEGATION
_DEIXIS = (
    (r"\bI am\b|\bI'm\b|\bim\b", "you are"), (r"\bI was\b", "you were"), (r"\bI've\b", "you have"),
    (r"\bI'll\b", "you will"), (r"\bI'd\b", "you would"), (r"\bmyself\b", "yourself"), (r"\bmine\b", "yours"),
    (r"\bmy\b", "your"), (r"\bme\b", "you"), (r"\bI\b", "you"),
    (r"\bwe are\b|\bwe're\b", "you are"), (r"\bwe were\b", "you were"), (r"\bwe've\b", "you have"),
    (r"\bwe'll\b", "you will"), (r"\bwe'd\b", "you would"), (r"\bourselves\b", "yourselves"), (r"\bours\b", "yours"),
    (r"\bour\b", "your"), (r"(?-i:\bus\b)", "you"), (r"\bwe\b", "you"),
)  # fmt: skip
_DEIXIS_RULES = tuple(
    (re.compile(pattern.replace("'", "['’]"), re.IGNORECASE), to) for pattern, to in _DEIXIS
)


class Relation(Enum):
    """How a new claim stands to a known one."""

    SAME = "same"
    REFINES = "refines"
    """The new one says the same and more."""
    COVERED = "covered"
    """The known one says all of it already."""
    CONTRADICTS = "contradicts"
    UNRELATED = "unrelated"


class Parts(NamedTuple):
    """A sentence in its parts: "your door code", "is", "4821"."""

    topic: str
    verb: str
    value: str


def parts_of(content: str) -> Parts | None:
    """The parts of a sentence, also where the value comes first ("4821 is your door code") or a name last."""
    content = plainer(content)
    if (event := _EVENT.match(content)) and kinds(event["when"]) & {"day", "clock"}:
        return Parts(f"the {event['what']}", "is", event["when"])
    if named := _HAS_NAMED.match(content):  # "you have a tutor called Petya": your tutor is called Petya
        owner = named["owner"]
        whose = "your" if fold(owner) == "you" else f"{owner}'s"
        return Parts(f"{whose} {named['who']}", "is", f"called {named['value']}")
    match = _VERB.match(content)
    if match is None:
        return None
    claim = Parts(_DENIED.sub("", match["topic"]), match["verb"], match["value"])
    owned = _POSSESSIVE.match(claim.value) or _OF.match(claim.value)
    dated = kinds(claim.topic) & {"day", "clock"}  # "the second of June is your birthday"
    thing = _names_a_thing(claim.topic) and not dated and not _FAVOURITE.search(claim.value)
    if owned and stem_of_verb(claim.verb) == "be" and not thing:
        return Parts(claim.value, claim.verb, claim.topic)
    return claim


def _names_a_thing(topic: str) -> bool:
    """Whether a sentence's first part says what it is about: "your boss", "the key", "she", "Tom's car"."""
    folded = fold(topic)
    return (
        folded.startswith(("the ", "your ", "our ", "a ", "an "))
        or folded in _PRONOUNS
        or bool(_POSSESSIVE.match(topic))
    )


def as_lila_says(text: str) -> str:
    """The person's sentence as Lila says it back: "my door code is 4821" becomes "your door code is 4821"."""
    for pattern, replacement in _DEIXIS_RULES:
        text = pattern.sub(replacement, text)
    return " ".join(text.split()).rstrip(".! ")


def subject_and_attribute(content: str, tags: tuple[str, ...]) -> tuple[str, str]:
    """From the tags where they name both, else read off the sentence; ("", "") when it can't be told.

    "you", "name" is believed of a name alone: for "your bike is back" it is a slip. A bare number of years is an age.
    """
    if _AGED.fullmatch(" ".join(words(content))):
        return "you", "age"
    named = [" ".join(tag.split()) for tag in tags if tag.strip()]
    if len(named) >= 2 and not _is_no_name(content, named):
        return named[0], named[1]
    claim = parts_of(content)
    if claim is None:
        return (named[0] if named else "", "")
    topic = claim.topic
    if fold(topic) in _PRONOUNS:
        attribute = "name" if _NAMED.match(claim.value) else stem_of_verb(claim.verb)
        return ("you" if fold(topic) == "you" else "", attribute)
    if named_thing := _named_thing(topic, claim.value):
        return named_thing, "name"
    verb = stem_of_verb(claim.verb)
    if verb != "be" and _OWN.match(topic):  # "your sister lives in Oslo" is about where she lives
        return _OWN.sub("", topic), verb
    if found := _POSSESSIVE.match(topic):
        owner = found["owner"]
        return ("you" if fold(owner) in ("your", "our") else re.sub(r"['’]s?$", "", owner), found["what"])
    if found := _OF.match(topic):
        return re.sub(r"^(the|your)\s+", "", found["owner"]), found["what"]
    return re.sub(r"^(the|a|an)\s+", "", topic, flags=re.IGNORECASE), verb


def ways_to_name(subject: str, attribute: str, content: str) -> list[tuple[str, str]]:
    """The pairs under which the same is told: "your boss is Ann" is "you", "boss", and "boss", "name" where she is called Ann."""
    found = [(subject, attribute)]
    if content.split()[-1][:1].isupper():
        if fold(subject) == "you":
            found.append((attribute, "name"))
        elif attribute == "name":
            found.append(("you", subject))
    return found


def _is_no_name(content: str, tags: Sequence[str]) -> bool:
    """Whether the tags speak of a name where the sentence gives something else of the person's, or a number."""
    if key(tags[1]) != "name":
        return False
    claim = parts_of(content)
    if claim is None:  # "you gave the key to Ann", and not "you go by Ann"
        return key(tags[0]) == "you" and re.match(r"you (?!go |answer )", content, re.IGNORECASE) is not None
    of_the_person = fold(claim.topic) == key(tags[0]) == "you"
    if of_the_person and stem_of_verb(claim.verb) == "have":  # "you have twins, Ada and Ben"
        return True
    if of_the_person and stem_of_verb(claim.verb) == "be" and _NO_NAME.match(claim.value):
        return True
    theirs = _POSSESSIVE.match(
        _OWN.sub("", claim.topic)
    )  # "the cat's vet is Dr Huber" gives no name of the cat
    if theirs and "name" not in words(theirs["what"]):
        return key(re.sub(r"['’]s?$", "", theirs["owner"])) == key(_OWN.sub("", tags[0]))
    owned = re.match(r"your\s+(.+)", claim.topic, re.IGNORECASE)
    numbered = any(map(str.isdigit, "".join(words(claim.value))))
    return numbered or (key(tags[0]) == "you" and owned is not None and "name" not in words(owned[1]))


def _named_thing(topic: str, value: str) -> str:
    """Whose name a sentence gives: "boss" in "your boss is called …" and in "your boss's name is …"; else empty.

    Not of those that there are several of ("your sister"): another name may be another one's.
    """
    found = _OF_NAME.match(topic) if _OWN.match(topic) else None
    if found is None and not _NAMED.match(value):
        return ""
    who = _OWN.sub("", found["who"] if found else topic)
    last = stem((words(who) or [""])[-1])
    return "" if fold(who) in _PRONOUNS or (last in MULTI_VALUED and last not in PETS) else who


def stem_of_verb(verb: str) -> str:
    """The attribute that a bare verb stands for: "be" for is and are, else the verb's stem."""
    folded = fold(verb)
    return "be" if folded in ("is", "are", "was", "were", "'s") else stem(folded)


def topic_of(content: str) -> str:
    """What the sentence is about: "your door code" in "your door code is 4821"; empty when it can't be told."""
    claim = parts_of(content)
    return claim.topic if claim else ""


def value_of(content: str) -> str:
    """What the sentence says of it: "4821" in "your door code is 4821"; empty when it can't be told."""
    parts = parts_of(content)
    return parts.value if parts else ""


def values(content: str, subject: str, attribute: str) -> list[str]:
    """The words that make up the claim itself: without subject, attribute and small words; negations count."""
    about = set(key(f"{subject} {attribute}").split())
    if "name" in about:
        about |= {"call", "name", "answer", "goe", "go"}  # "is called", "is named", "answers to", "goes by"
    return [s for w in words(content) if w not in _WEAK_VALUE and (s := stem(w)) not in about]


def deny_each_other(one: str, other: str) -> bool:
    """Whether two sentences say in the same words that something is so, and that it isn't: "you like figs", "you don't like figs"."""
    said = [frozenset(map(stem, words(plainer(text)))) for text in (one, other)]
    denied = [not _DENYING.isdisjoint(each) for each in said]
    return denied[0] != denied[1] and said[0] - _DENIAL == said[1] - _DENIAL


def tells_of_a_move(content: str) -> bool:
    """Whether a sentence says itself that it was otherwise before: "you've moved to Rome"."""
    return _MOVED.search(content) is not None


def many_valued(subject: str, attribute: str, content: str) -> bool:
    """Whether several values may hold at once for this attribute."""
    named = [stem(word) for word in words(_WHOSE.sub("", attribute))]
    if _ALSO.search(content):
        return True
    if named == ["be"] and (claim := parts_of(content)):  # "you are allergic to …"
        if _FEELING.match(claim.value):
            return True
        named = [stem(word) for word in words(claim.value)[:1]]
    if named == ["name"] and stem((words(subject) or [""])[-1]) in CHILDREN:
        return True
    if not named or ((named[-1] in SINGLE_VALUED or _is_favourite(attribute)) and not _plural(attribute)):
        return False
    return _plural(attribute) or any(word in MULTI_VALUED for word in named)


def _plural(attribute: str) -> bool:
    last = (words(attribute) or [""])[-1]
    return len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is"))


def relation(known: str, new: str, subject: str, attribute: str) -> Relation:
    """How `new` stands to `known`, two sentences about the same subject and attribute."""
    old_values, new_values = values(known, subject, attribute), values(new, subject, attribute)
    if sorted(old_values) == sorted(new_values) or _claims_the_same(known, new):
        return Relation.SAME
    old_set, new_set = set(old_values), set(new_values)
    if (old_set & _NEGATION) == (new_set & _NEGATION):
        if old_set and old_set < new_set:
            return Relation.REFINES
        if new_set and new_set < old_set:
            return Relation.COVERED
    elif old_set - _NEGATION == new_set - _NEGATION:
        return Relation.CONTRADICTS
    if _differ_in_diet(known, new):
        return Relation.CONTRADICTS
    if many_valued(subject, attribute, new) or many_valued(subject, attribute, known):
        return Relation.UNRELATED
    if _single(attribute):
        return Relation.UNRELATED if _beside_each_other(known, new) else Relation.CONTRADICTS
    return Relation.CONTRADICTS if _same_shape(known, new) else Relation.UNRELATED


def _differ_in_diet(known: str, new: str) -> bool:
    """Whether somebody eats as vegetarians do and as vegans: of these diets one holds at a time."""
    one, other = parts_of(known), parts_of(new)
    if one is None or other is None or key(one.topic) != key(other.topic):
        return False
    diets = [_DIETS & set(words(claim.value)) for claim in (one, other)]
    return bool(diets[0] and diets[1]) and diets[0] != diets[1]


def _single(attribute: str) -> bool:
    """Of what there is one at a time: a code, also one "for the office", and whatever is a favourite."""
    named = words(_OF_WHAT.sub("", attribute))
    return bool(named) and (stem(named[-1]) in SINGLE_VALUED or _is_favourite(attribute))


def _is_favourite(attribute: str) -> bool:
    """One thing, as "your favourite dish" is, and "your favourite dishes" aren't."""
    return bool(_FAVOURITE.search(attribute)) and not _plural(attribute)


def _claims_the_same(known: str, new: str) -> bool:
    """Whether the claims are one: "you keep the bag in the car", "the bag is in the car"."""
    one, other = parts_of(known), parts_of(new)
    if one is None or other is None or stem_of_verb(one.verb) != stem_of_verb(other.verb):
        return False
    if _NEGATION & set(words(known)) != _NEGATION & set(words(new)):
        return False
    return (key(one.topic), words(one.value)) == (key(other.topic), words(other.value))


def _same_shape(known: str, new: str) -> bool:
    """The same topic, the same verb and the same kind of value: "your car is red", "your car is blue"."""
    one, other = parts_of(known), parts_of(new)
    if one is None or other is None or key(one.topic) != key(other.topic):
        return False
    if stem_of_verb(one.verb) != stem_of_verb(other.verb):
        return False
    both = kinds(one.value) & kinds(other.value)
    if stem_of_verb(one.verb) != "be":
        return bool(both)
    if fold(one.topic) in _PRONOUNS or _NAME.fullmatch(one.topic):
        return not both <= {"word", "words"}  # "you are single", "you are left-handed"
    return bool(both) or kinds(one.value) | kinds(other.value) < PLACES  # a thing is in one place


def _beside_each_other(known: str, new: str) -> bool:
    """The day, the time of day and the company of one thing: "on Friday", "at 5 pm", "with Dr Meyer"."""
    one, other = parts_of(known), parts_of(new)
    if one is None or other is None:
        return False
    left, right = kinds(one.value), kinds(other.value)
    return left.isdisjoint(right) and left | right <= {"day", "clock", "with"}


def differing(known: str, new: str) -> tuple[str, str]:
    """The parts in which two sentences differ, as they were written: ("4821", "9917")."""
    if (named := _named_values(known, new)) is not None:
        return named
    one, other = known.split(), new.split()
    same = [_bare(word) for word in one], [_bare(word) for word in other]
    blocks = SequenceMatcher(None, same[0], same[1], autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    if not changed:
        return known, new
    left = _with_whole_numbers(one, changed[0][1], changed[-1][2]).strip(" .,;!")
    right = _with_whole_numbers(other, changed[0][3], changed[-1][4]).strip(" .,;!")
    if not left or not right or len(left) > 0.8 * len(known):
        return _value_part(known), _value_part(new)
    return left, right


def _with_whole_numbers(spoken: Sequence[str], begin: int, end: int) -> str:
    """A part of a sentence, with what a number is written in before and behind it: "58 341 22 07"."""
    numbers = [_bare(word).isdigit() for word in spoken]
    while 0 < begin < end and numbers[begin] and numbers[begin - 1]:
        begin -= 1
    while begin < end < len(spoken) and numbers[end - 1] and numbers[end]:
        end += 1
    return " ".join(spoken[begin:end])


def _named_values(known: str, new: str) -> tuple[str, str] | None:
    """The values of two claims in other words about the same: "answers to Greta" and "is Moira" are two names."""
    one, other = parts_of(known), parts_of(new)
    if one is None or other is None or key(one.topic) != key(other.topic):
        return None
    left, right = (_CALLED.sub("", claim.value) for claim in (one, other))
    reworded = plainer(known) != known or plainer(new) != new
    return (left, right) if reworded and left in known and right in new else None


def _bare(word: str) -> str:
    return fold(word).strip(".,;:!?\"'()")


def _value_part(content: str) -> str:
    claim = parts_of(content)
    return _CALLED.sub("", claim.value).strip(" .,;!") if claim else content


def question(claims: Sequence[str], subject: str, attribute: str) -> str:
    """What Lila asks, oldest claim first: "I had 4821 for your door code. Which is right, 4821 or 9917?"."""
    known, *others = claims
    topic = topic_of(known) if key(topic_of(known)) == key(topic_of(others[-1])) else ""
    if fold(topic) in _PRONOUNS:
        topic = ""
    elif not topic and attribute:
        topic = f"your {attribute}" if fold(subject) == "you" else f"{subject}'s {attribute}"
    pairs = [differing(known, other) for other in others]
    first = pairs[0][0] if len({left for left, _ in pairs}) == 1 else _value_part(known)
    parts = unique([first, *(right if first == left else _value_part(other)
                             for (left, right), other in zip(pairs, others, strict=True))])  # fmt: skip
    choice = f"{', '.join(parts[:-1])} or {parts[-1]}"
    had = f"I had {first} for {topic}." if topic else f'I had "{known}".'
    return f"{had} Which is right, {choice}?"


def similarity(one: str, other: str) -> float:
    """Shared content words as a share of all content words of both, 0 to 1."""
    left = set(content_stems(one, FUNCTION_WORDS))
    right = set(content_stems(other, FUNCTION_WORDS))
    return len(left & right) / len(left | right) if left or right else 0.0
