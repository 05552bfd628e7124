"""What the built-in model can say at all: its canonical replies, what it is shown from memory, and what it did.

It was taught a closed set of replies (`training_log.nano.replies`), each a pure function of what was understood,
so that a reply can be held to that set while it is written: no word is misspelt on the way from a memory to
the answer, nothing is answered from a memory that has nothing to do with the question, and what it says
that it stored is what it stored. The model decides which of them it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from lila.backends.decoding.answers import adds_to_a_list, denies, is_value
from lila.backends.decoding.asides import without_request
from lila.backends.decoding.relevance import LIKING, Asked, respelt
from lila.backends.decoding.telling import asks_to_keep_nothing, claims, may_ask, speaks_of_oneself, tells
from lila.backends.decoding.times import times_in
from lila.backends.decoding.words import has_digit
from lila.namesakes import asked_otherwise
from memory.facts import subject_and_attribute, topic_of
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Store
from memory.words import content_stems, key, words
from training_log.nano import replies
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.smalltalk import TALK

__all__ = [
    "CANONICAL", "Spelling", "acknowledgements", "answers", "going_on", "may_be_told", "opening_replies", "question_endings",
    "question_openings", "reports",
]  # fmt: skip

CANONICAL: tuple[str, ...] = (
    replies.DONT_KNOW, replies.BEYOND, replies.NOT_STORED, replies.FORGOTTEN, *dict.fromkeys(said for _, said in TALK),
)  # fmt: skip
NOT_ANSWERED = (replies.BEYOND, replies.NOT_STORED)
"""What may be said, too, where a line has every telling word of what was said: it is neither unknown nor chatter."""
_TO_NO_CLAIM = (replies.DONT_KNOW, replies.NOT_STORED, replies.FORGOTTEN)
"""What answers a question, a supposition, a quotation or a wish, and no claim."""
_GIVEN = re.compile(r"<\|tool_result\|>([^<]*)<\|/tool_result\|>\n\Z")
_QUERY = re.compile(r'<\|mem_recall\|> query="([^"]*)"')
_SAYS_WHAT = re.compile(
    r"(?:(?:oh|ah|well|yes|sure|ok|okay)[,.]? )*(?:it['’]?s|its|under|behind|between|beside|above|below|inside|in|on|at) (?!a (?:pleasure|pity)|ok|fine|nothing|good|nice|all)[^?]+$",
    re.IGNORECASE,
)
"""How a question of hers is answered with a place or a thing: "under the sink" is no chatter."""
_ASKS = re.compile(r"(who|whose|where|when|which|how|what)\b(?! if\b)", re.IGNORECASE)
_TO_QUESTIONS = (
    replies.DONT_KNOW, replies.BEYOND, replies.NOT_STORED, replies.FORGOTTEN,
    *dict.fromkeys(said for asked, said in TALK if any(map(_ASKS.match, asked))),
)  # fmt: skip
"""What may be said to a question: "You're welcome" is no answer to "what's my name?"."""
_PUT_RIGHT = re.compile(
    r"((um|uh|er|ah|oh|ok|okay|well|right),? )*(no|not|nope|wait|sorry|oops|actually|make (that|it)|i meant?|silly me|my mistake|it['’]?s|they['’]?re|"
    r"in|on|at|under|behind|between|next to|above|below|beside|inside|near)\b[^?]{0,40}$",
    re.IGNORECASE,
)
"""How somebody goes on who puts right, or says, what Lila just noted or asked for: nothing of it is beyond her."""
_PLACES_IT = re.compile(
    r"((um|uh|er|ah|oh|ok|okay|well|right|no|nope|sorry|wait|oops|actually|i mean|i meant)[,.]? )*(it['’]?s|they['’]?re|it is|they are) "
    r"(in|on|at|under|behind|between|next to|above|below|beside|inside|near|half|quarter) [^?]{1,40}$",
    re.IGNORECASE,
)
"""How somebody says when or where something is that was spoken of: "actually it's at half past eleven" asks for no small talk."""
_INSTEAD = re.compile(
    r"(?!.*\b(?:i['’]d|would)\b)(?:[\w'’-]+,? (?:- )?){1,6}(?:instead|rather)[.!]?$", re.IGNORECASE
)
"""How somebody gives another value than the one that Lila noted: "under the sink, rather" is no thanks."""
_ABILITIES = next(said for asked, said in TALK if "what can you do" in asked)
_ASKS_FOR_THEM = re.compile(
    r"(?:(?:so|and|hey|hi|lila|well|ok(?:ay)?|um|uh),? )*what (?:else |all )?(?:can|could) you (?:actually |really )?(?:do|help|offer)\b"
    r"(?: (?:for|with|to|me|us|help|out|all|then|now|lila|please)\b)*[?.! ]*$",
    re.IGNORECASE,
)
"""How somebody asks Lila herself what she is for: no line could hold it."""
_NOTED_OR_ASKED = ("Noted: ", "Updated: ", "I'll remember that ", replies.DONT_KNOW)
MAX_JOINED = 4
"""Remembered lines that one answer may join."""
_CLAIMING = frozenset(("is", "are", "was", "were", "has", "have", "had"))
_ARTICLES = frozenset(("a", "an"))
_UNFINISHED = frozenset(
    ["a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "your"]
)
"""What no value holds, begins with, or ends in."""
MOST_OF_A_VALUE = 12
"""Words of a line that may be its value."""


def opening_replies(asked: str, lines: Sequence[str], answered: str = "") -> list[str]:
    """What a reply without a block may be, to `asked`, with these remembered `lines` shown, after Lila `answered`."""
    noted = answered.startswith(_NOTED_OR_ASKED[:3])
    if answered and (
        _PLACES_IT.match(asked) or (noted and (_INSTEAD.match(asked) or denies(asked.split(), answered)))
    ):
        return [replies.BEYOND]
    if asks_to_keep_nothing(asked):
        return [replies.NOT_STORED]
    if _ASKS_FOR_THEM.match(asked):
        return [_ABILITIES]
    if adds_to_a_list(asked, answered):
        return [replies.NOT_STORED]  # not beyond her, and begun like no small talk
    questions = _ways_to_ask(asked, lines)
    may, together = _most_told(questions, _bearing(questions, lines))
    told = list(answers(may, together))
    claimed = claims(asked)
    if tells(asked) or (claimed and not speaks_of_oneself(asked)):
        return [replies.BEYOND, *told]
    if claimed:
        return [*(said for said in CANONICAL if said not in _TO_NO_CLAIM), *told]
    if answered.endswith(replies.DONT_KNOW) and has_digit(asked):
        return [*NOT_ANSWERED, replies.DONT_KNOW, *told]  # a number is no chatter
    answers_it = answered.endswith(replies.DONT_KNOW) and is_value(without_request(asked.split()))
    if answers_it and _SAYS_WHAT.match(asked):
        return [*NOT_ANSWERED, *told]
    if answered.startswith(_NOTED_OR_ASKED) and _PUT_RIGHT.match(asked):
        return [*(said for said in CANONICAL if said not in NOT_ANSWERED), *told]
    if not may_ask(asked) or (answers_it and "?" not in asked):
        return [*(said for said in CANONICAL if said not in (replies.DONT_KNOW, replies.FORGOTTEN)), *told]
    if not any(question.holds_all(line) for question in questions for line in may):
        return [*(_TO_QUESTIONS if _ASKS.match(asked) else CANONICAL), *told]
    return [*(NOT_ANSWERED[1:] if _ASKS.match(asked) else NOT_ANSWERED), *told]


def may_be_told(asked: str, lines: Sequence[str]) -> bool:
    """Whether one of these remembered lines bears on what was asked, and on all of it."""
    return any(
        question.narrowed([line for line in _bearing([question], lines) if question.is_covered_by(line)])
        for question in _ways_to_ask(asked, lines)
    )


def _ways_to_ask(asked: str, lines: Sequence[str]) -> list[Asked]:
    """What was asked, as it was, with another name for whom it names, and spelt as the lines spell it."""
    spelt = [asked, *respelt(asked, lines)]
    return [Asked(each) for text in spelt for each in (text, *asked_otherwise(text, lines))]


def _bearing(questions: Sequence[Asked], lines: Sequence[str]) -> Sequence[str]:
    """The lines that bear on what was asked, in its own words or with another name for whom it names."""
    found = [question.narrowed([line for line in lines if question.bears_on(line)]) for question in questions]
    return [line for line in lines if any(line in may for may in found)]


def _most_told(questions: Sequence[Asked], lines: Sequence[str]) -> tuple[Sequence[str], list[set[str]]]:
    """The lines that hold every telling word of the question, where there are any, and which belong together with what they tell.

    Those that tell the same in other words stay: "Leo loves trains" beside "Leo likes pasta".
    """
    together = [group for question in questions for group in _alike(question, lines)]
    whole = {line for line in lines if any(question.holds_all(line) for question in questions)}
    otherwise = {line for line in lines if any(question.is_told_otherwise_by(line) for question in questions)}
    kept = whole.union(*(group for group in together if group & whole), otherwise) if whole else set(lines)
    return [line for line in lines if line in kept], together


def _alike(question: Asked, lines: Sequence[str]) -> list[set[str]]:
    """Lines that tell the same of the same, and as much of what was asked: what somebody likes, and what else they like."""
    found: dict[tuple[object, ...], set[str]] = {}
    for line in lines:
        about, shared, denies = topic_of(line), question.shares(line), "not" in words(line)
        if shared - set(content_stems(about)):  # "you are allergic to nuts", "you have an allergy to milk"
            found.setdefault((key(about), shared, denies), set()).add(line)
        if all(told := subject_and_attribute(line, ())):
            found.setdefault((*map(key, told), shared, denies), set()).add(line)
        liked = LIKING.search(line) if question.asks_for_likes and not denies else None
        if liked:  # "you love plums", "you like pears"
            found.setdefault((key(line[: liked.start()]), "likes"), set()).add(line)
    return list(found.values())


def answers(lines: Sequence[str], together: Sequence[Collection[str]] = ()) -> Iterator[str]:
    """The lines as sentences, some of them joined, and the time that one of them names.

    Lines that stand `together` are all said, or none.
    """
    for count in range(1, min(len(lines), MAX_JOINED) + 1):
        for chosen in combinations(lines, count):
            if all(set(chosen) >= set(group) or not set(chosen) & set(group) for group in together):
                yield replies.known(chosen)
    yield from (replies.answer_when(time) for line in lines for time in times_in(line))


def acknowledgements(ops: Sequence[Op], lines: Sequence[str] = ()) -> list[str]:
    """What may be said after these operations, with these remembered `lines` shown.

    Empty where the words are the model's own, as in a question. "I have that" is for what a line holds already.
    """
    stored = [op.content for op in ops if isinstance(op, Store | Episode)]
    if stored and len(stored) == len(ops):
        news = [replies.noted(stored), replies.remembered(stored)]
        if len(stored) > 1:
            return news
        again = replies.restated(stored[0])
        told = Asked(stored[0])
        if any(told.is_told_by(line) and told.tells(line) for line in lines):
            return [again]
        return [*news, again] if any(told.may_repeat(line) for line in lines) else news
    match list(ops):
        case [Consolidate(content=content)]:
            return [replies.updated(content)]
        case [Forget()]:
            return [replies.FORGOTTEN]
        case [Conflict(resolution=resolution)] if resolution != "ask":
            return [replies.settled(resolution)]
        case _:
            return []


def question_openings(old: str, new: str) -> dict[str, str]:
    """How the question which of two lines holds may begin, and the value of the `old` one that each names."""
    return {f"I had {value} for": value for value in _values(old, new)}


def question_endings(value: str, old: str, new: str) -> list[str]:
    """How it may end that named this `value` of the `old` line: a part of the `new` one is the other."""
    return [f" {value} or {other}?" for other in _values(new, old)]


def _values(line: str, other: str) -> list[str]:
    """The parts of a line that may be its value against the other's: no claim, and not all of it in that one."""
    spoken, known = line.split(), {_plain(word) for word in other.split()}
    runs = (
        (spoken[begin:end], spoken[begin - 1 : begin], spoken[end : end + 1])
        for begin in range(len(spoken))
        for end in range(begin + 1, min(len(spoken), begin + MOST_OF_A_VALUE) + 1)
    )
    found = [
        " ".join(run)
        for run, before, behind in runs
        if any(_plain(word) not in known for word in run)
        and not (_goes_on(before, run[:1]) or _goes_on(run[-1:], behind))
        and _CLAIMING.isdisjoint(run)
        and run[0] not in _ARTICLES
        and run[-1] not in _UNFINISHED
    ]
    found = [value for value in dict.fromkeys(found) if replies.bare_value(value) == value]
    return found or [line]


def _goes_on(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two words that follow each other are of one number: "58 341"."""
    return bool(one and other) and one[0].isdigit() and other[0].isdigit()


def _plain(word: str) -> str:
    return re.sub(r"['’]", "", word.casefold())


def reports(written: str) -> list[str]:
    """What may be said where the reply so far, `written`, ends in a result: a tool's own words, or what was recalled.

    Empty where it doesn't.
    """
    given = _GIVEN.search(written)
    if given is None:
        return []
    result = given[1]
    lines = [
        text
        for number, _, text in (line.partition("] ") for line in result.splitlines())
        if number[:1] == "["
    ]
    if lines:
        return [replies.known(lines), *answers(lines)]
    asked = _QUERY.findall(written) if result == "nothing" else []
    return [replies.unknown_about(to_second_person(asked[-1]))] if asked else [result]


class Spelling:
    """How texts are written in the tokens of one vocabulary, each in the one way in which it was taught."""

    def __init__(self, encode: Callable[[str], Sequence[int]]) -> None:
        self._encode = lru_cache(maxsize=4096)(lambda text: tuple(encode(text)))

    def of(self, texts: Iterable[str]) -> list[tuple[int, ...]]:
        """The tokens of each text."""
        return [self._encode(text) for text in texts]


def going_on(texts: Iterable[Sequence[int]], written: Sequence[int]) -> tuple[set[int], bool]:
    """The tokens after `written` that keep to a text, and whether one of the texts is complete."""
    count = len(written)
    kept = [text for text in texts if tuple(text[:count]) == tuple(written)]
    return {text[count] for text in kept if len(text) > count}, any(len(text) == count for text in kept)
