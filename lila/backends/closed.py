"""What the built-in model can say at all: its canonical replies, what it is shown from memory, and what it did.

It was taught a closed set of replies (`training_log.nano.replies`), each a pure function of what was understood,
so that a reply can be held to that set while it is written: no word is misspelt on the way from a memory to
the answer, nothing is answered from a memory that has nothing to do with the question, and what it says
that it stored is what it stored. The model decides which of them it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from memory.facts import topic_of
from memory.grammar import Conflict, Consolidate, Episode, Forget, Op, Store
from memory.words import content_stems, words
from training_log.nano import replies
from training_log.nano.corpus.smalltalk import TALK

__all__ = ["CANONICAL", "Spelling", "acknowledgements", "answers", "going_on", "opening_replies", "relevant"]

CANONICAL: tuple[str, ...] = (
    replies.DONT_KNOW, replies.BEYOND, replies.NOT_STORED, replies.FORGOTTEN, *dict.fromkeys(said for _, said in TALK),
)  # fmt: skip
NOT_ANSWERED = (replies.BEYOND, replies.NOT_STORED)
"""What may be said, too, where a line has every telling word of what was said: it is neither unknown nor chatter."""
MAX_JOINED = 4
"""Remembered lines that one answer may join."""

_FIRST_PERSON = frozenset(("i", "me", "my", "mine", "we", "us", "our", "i'm", "im"))
_ABOUT_THEM = re.compile(r"(you|call you)\b", re.IGNORECASE)
_OWNER = re.compile(r"\b([^\W\d]+)['’]s ", re.IGNORECASE)
_MINE = re.compile(r"\b(my|our)\b", re.IGNORECASE)
_SAME = {"call": "name", "dad": "father", "mum": "mother", "mom": "mother"}
_TIME_WORDS = """on at in from by every each until between before after since for around about today tonight tomorrow
yesterday this next last the twice once daily weekly monthly noon midday midnight half quarter monday tuesday
wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january
february march april may june july august september october november december with one two three four five six
seven eight nine ten eleven twelve a"""
_TIME_HEADS = frozenset(_TIME_WORDS.split())
_ASKING_WORDS = """number name favourite favorite new day time kind place know remember tell remind one um uh er erm hmm
lila forgot forget forgotten forgetting try trying keep happen wonder wondering look looking help somebody someone
ask asking say said mention mentioned give need want please thanks thank sorry hello good morning evening listen
wait quick question think case ever still again yeah ok okay told reach find show awful memory bother late important
always moment hang hurry standing door form filling phone shop friend card writing wants long many much often"""
_GENERIC = frozenset(content_stems(_ASKING_WORDS))
"""Words that many a question is put in; alone they don't tell what it asks for."""


def opening_replies(asked: str, lines: Sequence[str]) -> list[str]:
    """What a reply without a block may be, to `asked`, with these remembered `lines` shown."""
    may = [line for line in lines if relevant(asked, line)]
    known = any(_holds_all(asked, line) for line in may)
    return [*(NOT_ANSWERED if known else CANONICAL), *answers(may)]


def relevant(asked: str, line: str) -> bool:
    """Whether a remembered line may answer: it shares a telling word, or both are about the person themselves.

    A line about somebody's own thing answers no question about another's.
    """
    wanted, held = _telling(asked), _telling(line)
    owner = _OWNER.search(line)
    if owner and _MINE.search(asked) and not _overlap(_telling(owner[1]), wanted):
        return False
    if not wanted - _GENERIC and not held & wanted and not owner:  # "what am I called?" has no telling word
        return True
    shared = _overlap(wanted, held)
    if shared - _GENERIC or (shared and (not wanted - _GENERIC or not _telling(topic_of(line)) - _GENERIC)):
        return True
    return bool(_ABOUT_THEM.match(line)) and not _FIRST_PERSON.isdisjoint(words(asked))


def _holds_all(asked: str, line: str) -> bool:
    """Whether a relevant line has every telling word of what was asked: then it isn't unknown."""
    wanted = _telling(asked) - _GENERIC
    return bool(wanted) and _overlap(wanted, _telling(line)) == wanted


def _overlap(wanted: set[str], held: set[str]) -> set[str]:
    return {one for one in wanted for other in held if _akin(one, other)}


def _telling(text: str) -> set[str]:
    return {_SAME.get(each, each) for each in content_stems(text)}


def _akin(one: str, other: str) -> bool:
    """The same stem, or one that differs by its ending: "allergi" and "allerg"."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > 3 and len(long) - len(short) <= 2 and long.startswith(short[:-1]))


def answers(lines: Sequence[str]) -> Iterator[str]:
    """The lines as sentences, some of them joined, and the time that one of them names."""
    for count in range(1, min(len(lines), MAX_JOINED) + 1):
        for chosen in combinations(lines, count):
            yield replies.known(chosen)
    for line in lines:
        spoken = line.split(" ")
        for cut, word in enumerate(spoken):
            if word.lower() in _TIME_HEADS or word[:1].isdigit():
                yield replies.answer_when(" ".join(spoken[cut:]))
        if spoken[0].lower() in _TIME_HEADS:
            yield from (replies.answer_when(" ".join(spoken[:cut])) for cut in range(1, len(spoken)))


def acknowledgements(ops: Sequence[Op]) -> list[str]:
    """What may be said after these operations; empty where the words are the model's own, as in a question."""
    stored = [op.content for op in ops if isinstance(op, Store | Episode)]
    if stored and len(stored) == len(ops):
        again = [replies.restated(stored[0])] if len(stored) == 1 else []
        return [replies.noted(stored), replies.remembered(stored), *again]
    match list(ops):
        case [Consolidate(content=content)]:
            return [replies.updated(content)]
        case [Forget()]:
            return [replies.FORGOTTEN]
        case [Conflict(resolution=resolution)] if resolution != "ask":
            return [replies.settled(resolution)]
        case _:
            return []


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
