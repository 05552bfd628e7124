"""What speaks against storing something though every word of it was said.

The built-in model is sure of most that it writes; where it wavers, this weighs in, as probabilities that a likelier reply may
outweigh: a plan that names no time, a value that was put right in the next breath, a claim that was passed over, words from
before that nothing calls for, a pronoun's sentence without its first words, a fact that begins with "oh" or "I suspect" or stops
short of its end, words that tell something and are kept nowhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence, Set
from itertools import pairwise

from lila.backends.asides import is_mended, leads_on
from lila.backends.corrections import drops_its_preposition, drops_its_unit, words_lost
from lila.backends.edges import (
    doubts_about_edges,
    ends_within_its_thing,
    is_unfinished,
    loses_what_leads,
)
from lila.backends.forms import (
    calls_by_name_alone,
    disagrees,
    has_wrong_article,
    is_ill_formed,
    lacks_its_article,
    lacks_its_owner,
    loses_a_capital,
    loses_a_modal,
    loses_a_name,
    puts_in_a_place,
    runs_on,
    stutters,
    swallows_the_rest,
)
from lila.backends.frames import hedges, is_framing, is_hedge, left_over, unframed
from lila.backends.saying_nothing import commands, describes, is_hearsay, is_small_talk
from lila.backends.seams import joins_ill, loses_its_object, makes_weather
from lila.backends.times import names_hour, names_time, names_weekday, names_when
from lila.backends.verbs import (
    is_rest_of_a_list,
    lacks_any_verb,
    lacks_its_subject,
    lacks_its_verb,
    words_in_front_of,
)
from lila.backends.words import (
    DOES,
    FILLERS,
    IT,
    OPENERS,
    OWNERS,
    PRONOUNS,
    YOU,
    folded,
    has_digit,
    is_mark,
    turned,
)
from lila.backends.worlds import (
    begins_with_one_known,
    is_at_hand,
    is_miscased,
    is_of_somebody,
    is_of_the_world,
    speaks_of_somebody,
)
from memory.grammar import Episode, Store
from memory.words import content_stems

__all__ = ["NO_CLAIM", "doubts_about", "doubts_about_call", "doubts_about_correction", "doubts_at_the_end"]

UNTIMED = math.log(1e-4)
"""For a plan, or what happened, without a time, and for no plan with an hour: when it happens is what makes it one."""
UNPLANNED = math.log(0.01)
"""For what names a day of the week and is no plan: "your aunt comes on Friday"."""
OF_THE_WORLD = math.log(1e-3)
"""For what speaks of a person and is called general knowledge, or the other way round."""
NO_CLAIM = math.log(1e-3)
"""For a time of nothing, or a thing of which nothing is said: "on Saturday at 7", "BD51 SMR"."""
UNTAUGHT = math.log(1e-6)
"""For a call of something that there isn't: `schedule_set`."""
PUT_RIGHT = math.log(0.05)
"""For a value that was put right: "5417" in "the code is 5417, I mean 2265"."""
PASSED_OVER = math.log(0.03)
"""For each claim that lies before what is stored, or before the end of a reply, and isn't stored."""
BORROWED = math.log(0.1)
"""For words from before in a fact that has a subject of its own, for each word that gives way to them, for a subject left out."""
OPENED = math.log(0.05)
"""For a fact that begins with a word that says nothing, or not of whom: "are allergic to nuts", "she has a cat"."""
TAKEN = math.log(1e-3)
"""For what somebody else has, kept as the person's: "your number" of "his number"."""
ILL_FORMED = math.log(1e-3)
"""For words that can't stand together and weren't said so: "at between nine and ten"."""
LEFT_OVER = math.log(0.1)
"""For each word that tells something and that nothing keeps: "Wednesdays" in "on Wednesdays she goes to yoga"."""
NUMBER_LEFT = 2
"""Words that a number counts for besides: "7" in "my shift tomorrow begins at 7"."""
MOST_LEFT = 4
"""Words of those that are counted; where more is left, it was something else."""
UNCALLED = math.log(0.05)
"""For a correction where nothing that Lila knows is put right, and nobody says that anything changed."""
LOST = math.log(0.3)
"""For each word that a correction leaves out of what was just noted."""
MISSAID = math.log(0.05)
"""For an article or a verb that doesn't fit: "you are a accountant", "the keys is in the car"."""
STUTTERED = math.log(1e-3)
"""For a word or two that are written twice and were said once: "is where you reach you reach"."""
_PUTS_RIGHT = re.compile(
    r"(?:(?:um|uh|er|erm|oh|no|sorry|oops|wait) )*"
    r"(?:no|sorry|wait|oops|correction|pardon|i mean|i meant|or rather|make that|scratch that|my mistake|actually) \S"
)
_CLAIM = re.compile(
    r"\b(?:my|our|\w+['’]s|\w+s['’]) (?:[\w'’-]+ ){1,5}?(?:is|are|was|were) (?!that\b|what\b|not sure\b)\S+"
    r"|^(?:[\w'’]+ ){0,2}?i['’]?m (?!not\b|sure\b|certain\b|the\b|an?\b)[\w-]+(?= and i)"
)
_OF_ONESELF = re.compile(
    r"I['’]?m (?!sure\b|sorry\b|not\b|afraid\b)|I (?:am|live|work|have) |We (?:live|have) "
)
"""How a sentence begins that tells something of oneself."""
_CHANGED = re.compile(
    r"(?:now|no|not|\w+n['’]t|(?:do|does|is|are|was)nt|never|more|longer|instead|rather|today|anymore|these|new|used|was|were|became|since|actually|sorry|wait|wrong|mistake|mean|meant|forget|"
    r"(?:over)?wr\w+|chang\w+|correct\w*|updat\w+|alter\w*|modif\w+|re(?:set|e?vis\w+|nam\w+|plac\w+|writ\w+)|set|mov\w+|switch\w*|swap\w*|shift\w*|turn\w*|fix\w*|amend\w*|adjust\w*|edit\w*|"
    r"ma[dk]e|put|took|postponed|forward|from)\Z"
)
"""Words with which somebody says that something is no longer as it was: "reset", "the meeting was moved"."""
_GIVING = frozenset(("gave", "give", "lent", "lend", "sold", "brought", "sent", "handed", "returned"))
"""Behind which things have changed hands: no "Ruth's key is Leo" of "I gave Ruth's key to Leo"."""
_OF_THINGS = frozenset(("it", "its", "it's"))
_VERBS = frozenset(("is", "are"))
_PLANNING = frozenset(
    content_stems("schedule create appointment calendar set entry plan enter book diary agenda event")
)
"""Words with which somebody asks for a plan, and no part of it."""
_TAUGHT_NAMES = """list_add list_show list_remove list_clear timer_set timer_list timer_cancel clock calculate schedule_add
schedule_show"""
_TAUGHT = frozenset(_TAUGHT_NAMES.split())
"""The tools that the corpus calls."""
_TO_BE_WOKEN = re.compile(
    r"(?:[\w']+ ){0,3}?(?:wake me\b|(?:set|put|start) (?:an?|the|my) (?:alarm|timer)\b|alarm (?:at|for)\b)"
)
"""How somebody asks for an alarm: nothing of it is a fact."""
_JOINS = frozenset(("and", "but", "or", "so", "also", "plus"))
_OF_THE_SPEAKER = frozenset(
    ("i", "i'm", "im", "i've", "ive", "i'll", "we", "we're", "we've", "me", "us", "my", "our")
)
_ELIDING = _JOINS | _OF_THE_SPEAKER | {"then", "never", "always", "really", "now", "just"}
"""Words behind which one's own sentence may go on: "I live in Leeds and also work there"."""
_SUBJECTS = frozenset(("he", "she", "they"))
_NOW = frozenset(("you're", "there's", "there’s", "theres"))
"""How a fact begins that is no past."""
_NO_NAMES = frozenset(("There's", "There’s", "Theres", "They", "It", "Its", "It's", "We", "You", "A", "An"))
"""How a sentence began, and no fact does."""
_OF_SOMEBODY = frozenset(("him", "her", "them"))
_LEADING_ON_WORDS = """additionally furthermore moreover besides likewise similarly meanwhile separately incidentally secondly thirdly
lastly finally"""
_LEADING_ON = frozenset(_LEADING_ON_WORDS.split())
"""Words behind which something else is told."""
MOST_GIVEN = 3
"""Words that are counted which gave way to words from before."""


def doubts_about(
    fact: Store | Episode,
    before: Collection[str],
    said: Sequence[str],
    *,
    answering: bool,
    exchange: Sequence[str] = (),
    lines: Sequence[str] = (),
) -> float:
    """What it costs to store `fact`, in words of what was `said`, where the contents `before` are stored already.

    A logarithm: 0 where nothing speaks against it. Who is `answering` a question may leave its words out; the words of the
    `exchange` are those that came right before, the `lines` what is remembered and shown.
    """
    spoken = [folded(word) for word in said]
    stored = _stems(*before, fact.content)
    cost = PASSED_OVER * _claims_without(stored, _until(stored, spoken))
    content = fact.content.split()
    if not answering:
        cost += BORROWED * _borrowed(fact.content, said) + ILL_FORMED * puts_in_a_place(content, spoken)
    words = [folded(word) for word in content]
    namespace = fact.namespace if isinstance(fact, Store) else "episodic"
    cost += _doubts_about_place(namespace, fact.content, spoken, [*exchange, *lines])
    cost += NO_CLAIM * (
        bool(_TO_BE_WOKEN.match(" ".join(spoken)))
        or commands(said)
        or is_small_talk(said)
        or is_hearsay(content, said)
    )
    cost += UNPLANNED * (isinstance(fact, Episode) and words[0] in _NOW)  # what goes on is no past
    of_nobody = lacks_its_subject(content, spoken)
    no_claim = tells_only_when(fact.content) or lacks_its_verb(content) or of_nobody or is_hedge(fact.content)
    value_alone = _only_named(content) or is_rest_of_a_list(content)
    cost += NO_CLAIM * (no_claim or (value_alone and not answering))
    cost += MISSAID * (
        disagrees(content, spoken)
        + loses_a_capital(content, said)
        + lacks_its_article(content, spoken)
        + _misuses_an_article(content, said)
    )
    cost += ILL_FORMED * (is_ill_formed(content, spoken) or runs_on(content))
    was_told = bool(exchange or before)
    cost += ILL_FORMED * (
        swallows_the_rest(content, said)
        or loses_a_modal(words, spoken)
        or (was_told and content[-1] in _OF_SOMEBODY)
        or is_miscased(fact.content, said, exchange)
        or makes_weather(content, said)
        or (not answering and (joins_ill(content, said) or loses_its_object(content, said)))
        or (was_told and not answering and ("it" in words[2:] or _is_of_it(words, fact)))
    )
    cost += MISSAID * (
        calls_by_name_alone(content, [*exchange, *said])
        or loses_a_name(words, before, spoken)
        or lacks_its_owner(words, spoken)
        or (was_told and not _OF_SOMEBODY.isdisjoint({*words} - {"her"}))
        or content[0] in _NO_NAMES
        or (answering and ends_within_its_thing(content, exchange))
    )
    stated = unframed(" ".join(said)).split()
    opening = said[: len(said) - len(stated)]
    opened = (
        _says_nothing(content[0])
        or of_nobody
        or hedges(fact.content)
        or _is_of_the_opening(content, opening, stated)
        or words[-1] in _LEADING_ON
    )
    cost += (NO_CLAIM if words[0] in OPENERS else OPENED) * opened + NO_CLAIM * (
        not opened and (unframed(fact.content) != fact.content or leads_on(content))
    )
    cost += doubts_about_edges(content, before, [word for word in stated if folded(word) not in FILLERS])
    cost += MISSAID * (answering and loses_what_leads(content, said))
    cost += STUTTERED * (stutters(words) and not stutters(spoken))
    return cost + TAKEN * _is_taken(content, spoken) + PUT_RIGHT * _is_put_right(content, spoken)


def _is_of_it(words: Sequence[str], fact: Store | Episode) -> bool:
    """Whether a fact begins with an "it" that stands for what was told before; "it's Ada, that's your name" does not, nor does the weather."""
    return isinstance(fact, Store) and words[0] in IT and "name" not in words


def _doubts_about_place(namespace: str, content: str, spoken: Collection[str], known: Sequence[str]) -> float:
    """What it costs that a fact is kept in `namespace`, whose turn was `spoken` so, after what is `known`."""
    words = [folded(word) for word in content.split()]
    match namespace:
        case "schedule" | "episodic":
            return 0.0 if names_when(words) else UNTIMED
        case "personal":
            worldly = OF_THE_WORLD * is_of_the_world(content)
            return UNTIMED * names_hour(" ".join(words)) + UNPLANNED * names_weekday(words) + worldly
        case "wiki":
            return OF_THE_WORLD * (
                is_of_somebody(content)
                or is_at_hand(content)
                or not YOU.isdisjoint(words)
                or speaks_of_somebody(spoken)
            ) + MISSAID * begins_with_one_known(content, known)
        case _:
            return 0.0


def doubts_about_correction(
    content: str, noted: Sequence[str], said: Sequence[str], lines: Sequence[str] = ()
) -> float:
    """What it costs that `content`, in words of what was `said`, takes the place of what was just `noted`, or of one of the `lines`."""
    words = content.split()
    told = _stems(content)
    known = bool(noted) or any(not told.isdisjoint(_stems(line)) for line in lines)
    cost = 0.0 if known or any(_CHANGED.match(folded(word)) for word in said) else UNCALLED
    gives_away = "is" in words and not _GIVING.isdisjoint(map(folded, said))
    cost += LOST * words_lost(content, noted) + NO_CLAIM * (
        tells_only_when(content)
        or is_unfinished(words)
        or lacks_any_verb(words)
        or gives_away
        or drops_its_unit(content, noted)
        or drops_its_preposition(content, noted)
    )
    return cost + MISSAID * (_misuses_an_article(words, said) + disagrees(words, said))


def _misuses_an_article(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether "a" stands for "an", or the other way round, as it didn't in what was `said`."""
    return has_wrong_article(content) and not has_wrong_article(said)


def doubts_about_call(name: str, arguments: Collection[str], said: Sequence[str]) -> float:
    """What it costs that a tool is called with these arguments: it is one of those that were taught, a plan loses nothing
    of what was `said` of it, a number is no sum, and who asks for tomorrow isn't told of today."""
    if name not in _TAUGHT:
        return UNTAUGHT
    day = next(
        (day for day in ("tomorrow", "yesterday") if any(folded(word).startswith(day) for word in said)), ""
    )
    if name == "clock" and day:
        return 0.0 if day in arguments else NO_CLAIM
    numbers = [word for word in said if word.strip(".").isdigit()]
    if name == "calculate" and len(numbers) == 1 and all(map(_says_nothing_more, said)):
        return NO_CLAIM
    if name == "list_add" and describes(said):
        return NO_CLAIM
    if name != "schedule_add":
        return 0.0
    return LEFT_OVER * min(len(left_over(arguments, said) - _PLANNING), MOST_LEFT)


def doubts_at_the_end(contents: Collection[str], said: Sequence[str]) -> float:
    """What it costs to store no more than these `contents` of what was `said`."""
    kept = _stems(*contents)
    cost = PASSED_OVER * (
        _claims_without(kept, [folded(word) for word in said]) + _sentences_without(kept, said)
    )
    left = set[str]() if is_mended(said) else left_over(contents, said)
    numbers = sum(map(has_digit, left))
    return cost + LEFT_OVER * min(len(left) + NUMBER_LEFT * numbers, MOST_LEFT)


def tells_only_when(content: str) -> bool:
    """Whether a fact is a time of nothing: "on Friday at 7", and not "you go to bed at 7"."""
    return not content.lower().startswith("you") and all(
        names_time([word]) or word == "past" or not content_stems(word)
        for word in map(folded, content.split())
    )


def _says_nothing_more(word: str) -> bool:
    """Whether it is a number or what may stand around one that is told: "easy, 88"."""
    return word.strip(".").isdigit() or is_framing(word) or folded(word) in OPENERS


def _is_of_the_opening(content: Sequence[str], opening: Sequence[str], stated: Sequence[str]) -> bool:
    """Whether its first word was said in what opens the statement alone: "rate" in "at any rate Ann is ill"."""
    first = folded(content[0]).removesuffix("'s")
    return any(first in forms for forms in map(_forms, opening)) and not any(
        first in forms for forms in map(_forms, stated)
    )


def _forms(word: str) -> tuple[str, str]:
    """A word as it was said, and as Lila would say it: "we" and "you"."""
    said = folded(word)
    return said, turned(said)


def _says_nothing(word: str) -> bool:
    return (
        folded(word)
        in OPENERS | _VERBS | DOES | _JOINS | {"he", "she", "it", "its", "their", "of", "as", "that"}
        or is_mark(word)
        or word.endswith(":")
    )


def _only_named(content: Sequence[str]) -> bool:
    """Whether it is a word or two, and none of them a verb: a number, or capitals."""
    named = (word[0].isupper() or has_digit(word) for word in content)
    return len(content) == 1 or (len(content) == 2 and all(named) and "'" not in content[0])


def _stems(*texts: str) -> frozenset[str]:
    return frozenset(stem for text in texts for stem in content_stems(text))


def _until(stored: Set[str], spoken: Sequence[str]) -> Sequence[str]:
    """What was said until all that is `stored` of it had been said once."""
    missing = stored & _stems(*spoken)
    for place, word in enumerate(spoken):
        if not missing:
            return spoken[:place]
        missing -= _stems(word)
    return spoken


def _claims_without(stored: Set[str], spoken: Sequence[str]) -> int:
    """How many claims of the kind "my … is …" have nothing in common with what is `stored`."""
    claims = (_stems(claim.group()) for claim in _CLAIM.finditer(" ".join(spoken)))
    return sum(stored.isdisjoint(claim) for claim in claims if claim)


def _sentences_without(stored: Set[str], said: Sequence[str]) -> int:
    """How many sentences that tell of oneself have nothing in common with what is `stored`: "I'm Marta. I teach maths."."""
    sentences = re.split(r"(?<=[.!]) ", " ".join(said))
    told = (_stems(sentence) for sentence in sentences if len(sentences) > 1 and _OF_ONESELF.match(sentence))
    return sum(stored.isdisjoint(sentence) for sentence in told if sentence)


def _is_put_right(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether the words behind those that the content ends with take them back and give others."""
    ends = [folded(word) for word in content[-2:]]
    return any(
        spoken[at : at + len(ends)] == ends and _PUTS_RIGHT.match(" ".join(spoken[at + len(ends) :]))
        for at in range(len(spoken) - len(ends))
    )


def _is_done_by_another(done: str, spoken: Sequence[str]) -> bool:
    """Whether somebody else was said to have `done` it: "somebody left the keys"."""
    places = [place for place, word in enumerate(spoken) if place and word == done]
    subjects = [
        spoken[place - 1] for place in places if _OF_THE_SPEAKER.isdisjoint(spoken[place - 2 : place])
    ]
    told = [subject for subject in subjects if _stems(subject) and not is_framing(subject)]
    return bool(told) and len(told) == len(places)


def _opens_its_own(word: str, spoken: Sequence[str]) -> bool:
    """Whether it was said, within, behind words that only lead to something else: "Ada" in "I like figs and secondly Ada sings"."""
    before = words_in_front_of(word, spoken)
    return (
        bool(before)
        and spoken[0] != word
        and all(content_stems(each) and is_framing(each) and each not in _ELIDING for each in before)
    )


def _is_taken(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it makes the person's own what was only said to be his, hers or theirs, or what somebody else did."""
    first, *others = map(folded, content)
    if not others or first not in ("your", "you", "the"):
        return False
    if first == "you":
        return _is_done_by_another(others[0], spoken) or _opens_its_own(others[0], spoken)
    before = words_in_front_of(others[0], spoken)
    if first == "the":  # "the boss" of "my boss"
        return bool(before) and before <= {"a", "an", "my", "our"}
    goes_on = others[:2] in map(list, pairwise(spoken))
    not_owned = goes_on and (
        others[1:2] == ["has"] or before <= {"a", "an"}
    )  # "Ada has a son", "I have a dog, Rex"
    return (not_owned or not before.isdisjoint(OWNERS)) and before.isdisjoint(("my", "our"))


def _borrowed(content: str, said: Sequence[str]) -> int:
    """How much is wrong with the words that come from before: they may stand for a pronoun, and for nothing else."""
    spoken = [word for word in map(folded, said) if word not in OPENERS]
    if _stems(content) <= _stems(" ".join(said)):
        return _leaves_out_its_subject([folded(word) for word in content.split()], spoken)
    pronouns = [place for place, word in enumerate(spoken) if word in PRONOUNS - _OF_THINGS]
    if not pronouns:
        return _OF_THINGS.isdisjoint(spoken) * MOST_GIVEN
    return min(_given_up(content.split(), spoken[:place], spoken[place + 1 :]) for place in pronouns)


def _given_up(content: Sequence[str], before: Collection[str], behind: Sequence[str]) -> int:
    """How many words `behind` a pronoun gave way with it to the words from before."""
    borrowed = next(
        (place for place, word in enumerate(content) if not _was_said(word, {*before, *behind})), 0
    )
    turned = [_forms(word)[1] for word in behind]
    kept = (turned.index(word) for word in map(folded, content[borrowed + 1 :]) if word in turned)
    return min(next(kept, len(behind)), MOST_GIVEN)


def _was_said(word: str, spoken: Set[str]) -> bool:
    """Whether it is one of the words `spoken`, or says nothing by itself."""
    return folded(word) in spoken or not _stems(word)


def _leaves_out_its_subject(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether it begins right behind "he" or "she", as if nobody were meant."""
    begins = [place for place in range(1, len(spoken)) if spoken[place : place + 2] == list(content[:2])]
    return bool(begins) and all(spoken[place - 1] in _SUBJECTS for place in begins)
