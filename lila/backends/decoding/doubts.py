"""What speaks against storing something though every word of it was said.

The built-in model is sure of most that it writes; where it wavers, this weighs in, as probabilities that a likelier reply may
outweigh: a plan that names no time, a value that was put right in the next breath, a claim that was passed over, words from
before that nothing calls for, a pronoun's sentence without its first words, a fact that begins with "oh" or "I suspect" or stops
short of its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lila.backends.decoding.asides import leads_on
from lila.backends.decoding.corrections import drops_its_preposition, drops_its_unit, words_lost
from lila.backends.decoding.costs import (
    BORROWED,
    ILL_FORMED,
    LOST,
    MISSAID,
    NO_CLAIM,
    OPENED,
    PASSED_OVER,
    PUT_RIGHT,
    STUTTERED,
    TAKEN,
    UNCALLED,
    UNPLANNED,
)
from lila.backends.decoding.edges import (
    doubts_about_edges,
    ends_within_its_thing,
    is_unfinished,
    loses_what_leads,
)
from lila.backends.decoding.forms import (
    begins_ill,
    disagrees,
    has_wrong_article,
    loses_a_modal,
    puts_in_a_place,
    runs_on,
    stutters,
    swallows_the_rest,
    times_ill_formed,
)
from lila.backends.decoding.frames import hedges, is_hedge, unframed
from lila.backends.decoding.left_out import claims_before
from lila.backends.decoding.namespaces import doubts_about_namespace
from lila.backends.decoding.naming import (
    calls_by_name_alone,
    lacks_its_article,
    lacks_its_owner,
    loses_a_capital,
    loses_a_name,
)
from lila.backends.decoding.saying_nothing import commands, is_hearsay, is_small_talk
from lila.backends.decoding.seams import WEATHER, joins_ill, loses_its_object, makes_weather
from lila.backends.decoding.times import names_time
from lila.backends.decoding.verbs import (
    PLAIN_VERBS,
    is_a_note,
    is_rest_of_a_list,
    lacks_any_verb,
    lacks_its_subject,
    lacks_its_verb,
    names_a_verb,
    words_in_front_of,
)
from lila.backends.decoding.whose import borrowed_amiss, borrows_a_verb, is_taken
from lila.backends.decoding.words import (
    DOES,
    FILLERS,
    IT,
    JOINS,
    OPENERS,
    YOU,
    folded,
    has_digit,
    is_mark,
    stems_of,
    turned,
)
from lila.backends.decoding.worlds import is_miscased
from memory.grammar import Episode, Store
from memory.words import content_stems

__all__ = ["doubts_about", "doubts_about_correction", "tells_only_when"]

_PUTS_RIGHT = re.compile(
    r"(?:(?:um|uh|er|erm|oh|no|sorry|oops|wait) )*"
    r"(?:no(?! doubt)|sorry|wait|oops|correction|pardon|i mean|i meant|or rather|make that|scratch that|my mistake|actually) \S"
)
_TO_BE_WOKEN = re.compile(
    r"(?!(?:i|we) set\b)(?:[\w']+ ){0,3}?(?:wake me\b|(?:set|put|start) (?:an?|the|my) (?:alarm|timer)\b|alarm (?:at|for)\b)"
)
"""How somebody asks for an alarm: nothing of it is a fact."""
_CHANGED = re.compile(
    r"(?:now|no|not|\w+n['’]t|(?:do|does|is|are|was)nt|never|more|longer|instead|rather|today|anymore|these|new|used|was|were|became|since|actually|sorry|wait|wrong|mistake|mean|meant|forget|"
    r"(?:over)?wr\w+|chang\w+|correct\w*|updat\w+|alter\w*|modif\w+|re(?:set|e?vis\w+|nam\w+|plac\w+|writ\w+)|set|mov\w+|switch\w*|swap\w*|shift\w*|turn\w*|fix\w*|amend\w*|adjust\w*|edit\w*|"
    r"ma[dk]e|put|took|postponed|forward|from)\Z"
)
"""Words with which somebody says that something is no longer as it was: "reset", "the meeting was moved"."""
_GIVING = frozenset(("gave", "give", "lent", "lend", "sold", "brought", "sent", "handed", "returned"))
"""Behind which things have changed hands: no "Ruth's key is Leo" of "I gave Ruth's key to Leo"."""
_VERBS = frozenset(("is", "are"))
_NOW = frozenset(("you're", "there's", "there’s", "theres"))
"""How a fact begins that is no past."""
_NO_NAMES = frozenset(("There's", "There’s", "Theres", "They", "It", "Its", "It's", "We", "You", "A", "An"))
"""How a sentence began, and no fact does."""
_KNOWING = frozenset(("i", "we"))
_OF_SOMEBODY = frozenset(("him", "her", "them"))
_LEADING_ON_WORDS = """sadly luckily happily further additionally furthermore moreover besides likewise similarly meanwhile separately incidentally secondly thirdly
lastly finally"""
_LEADING_ON = frozenset(_LEADING_ON_WORDS.split())
"""Words behind which something else is told."""


@dataclass(frozen=True)
class Kept:
    """A fact that would be stored, beside the turn that told it."""

    fact: Store | Episode
    before: Collection[str]
    """The contents that this reply stored already."""
    said: Sequence[str]
    answering: bool
    """Whether it answers a question, whose words it may leave out."""
    exchange: Sequence[str]
    """The words that came right before."""
    lines: Sequence[str]
    """What is remembered and shown."""

    @cached_property
    def content(self) -> list[str]:
        """The words of the fact."""
        return self.fact.content.split()

    @cached_property
    def words(self) -> list[str]:
        """Those, folded."""
        return [folded(word) for word in self.content]

    @cached_property
    def spoken(self) -> list[str]:
        """What was said, folded, without its "um" and "er"."""
        return [word for word in map(folded, self.said) if word not in FILLERS]

    @cached_property
    def stated(self) -> list[str]:
        """What was said without the words that only open it."""
        return unframed(" ".join(self.said)).split()

    @cached_property
    def of_nobody(self) -> bool:
        """Whether it begins with what somebody does besides, and not with them."""
        return lacks_its_subject(self.content, self.spoken)

    @property
    def was_told(self) -> bool:
        """Whether anything was told before it."""
        return bool(self.exchange or self.before)


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
    kept = Kept(fact, before, said, answering, exchange, lines)
    faults = sum(cost * count(kept) for cost, count in _FAULTS)
    stated = [word for word in kept.stated if folded(word) not in FILLERS]
    namespace = fact.namespace if isinstance(fact, Store) else "episodic"
    return (
        faults
        + _doubts_about_opening(kept)
        + doubts_about_edges(kept.content, before, stated)
        + doubts_about_namespace(namespace, fact.content, kept.spoken, [*exchange, *lines])
    )


def _passes_over(kept: Kept) -> int:
    return claims_before(stems_of(*kept.before, kept.fact.content), kept.spoken)


def _borrows_amiss(kept: Kept) -> int:
    return 0 if kept.answering else borrowed_amiss(kept.fact.content, kept.said)


def _puts_in(kept: Kept) -> bool:
    return not kept.answering and puts_in_a_place(kept.content, kept.spoken)


def _is_no_telling(kept: Kept) -> bool:
    """Whether the turn asks for something, or tells what nobody keeps."""
    return (
        bool(_TO_BE_WOKEN.match(" ".join(kept.spoken)))
        or commands(kept.said)
        or is_small_talk(kept.said)
        or is_hearsay(kept.content, kept.said)
    )


def _goes_on_now(kept: Kept) -> bool:
    """Whether what is kept as past goes on."""
    return isinstance(kept.fact, Episode) and kept.words[0] in _NOW


def _claims_nothing(kept: Kept) -> bool:
    return (
        tells_only_when(kept.fact.content)
        or lacks_its_verb(kept.content)
        or kept.of_nobody
        or is_hedge(kept.fact.content)
        or _loses_its_verb(kept)
        or (not kept.answering and (_only_named(kept.content) or is_rest_of_a_list(kept.content)))
    )


def _is_put_together_ill(kept: Kept) -> int:
    return times_ill_formed(kept.content, kept.spoken) + runs_on(kept.content)


def _is_taken_apart_ill(kept: Kept) -> bool:
    """Whether what was said is cut, joined or carried over so that it says something else."""
    content, said = kept.content, kept.said
    return (
        swallows_the_rest(content, said)
        or loses_a_modal(kept.words, kept.spoken)
        or _stops_at_who(kept)
        or (kept.was_told and kept.words[-1] in _OF_SOMEBODY)
        or is_miscased(kept.fact.content, said, kept.exchange)
        or makes_weather(content, said)
        or (not kept.answering and (joins_ill(content, said) or loses_its_object(content, said)))
        or (kept.was_told and not kept.answering and ("it" in kept.words[2:] or _is_of_it(kept)))
    )


def _loses_its_verb(kept: Kept) -> bool:
    """Whether the verb right before it is gone: "Spanish and a bit of Welsh" of "I know Spanish and a bit of Welsh"."""
    behind = words_in_front_of(kept.words[0], kept.spoken)
    return not kept.answering and not behind.isdisjoint(PLAIN_VERBS) and is_a_note(kept.content)


def _names_no_verb(kept: Kept) -> bool:
    """Whether a note was kept as it was put down: "root canal on Saturday", "your tutor: Ada".

    Where nothing is claimed at all, or somebody is left out, that is doubted already.
    """
    noted = not names_a_verb(kept.spoken) and is_a_note(kept.content)
    labelled = any(word.endswith(":") for word in kept.content[:-1])
    return (noted or labelled) and not (kept.answering or _claims_nothing(kept) or _borrows_amiss(kept))


def _stops_at_who(kept: Kept) -> bool:
    """Whether the comma before "who" stayed: "your mother Ada, sings" of "my mother Ada, who sings"."""
    before_who = {one for one, other in pairwise(kept.said) if folded(other) == "who" and one.endswith(",")}
    return "who" not in kept.words and not before_who.isdisjoint(kept.content)


def _misses_whom(kept: Kept) -> bool:
    """Whether whom or what it is of is named too little, or not at all."""
    return (
        calls_by_name_alone(kept.content, [*kept.exchange, *kept.said])
        or loses_a_name(kept.words, kept.before, kept.spoken)
        or lacks_its_owner(kept.words, kept.spoken)
        or (kept.was_told and not _OF_SOMEBODY.isdisjoint({*kept.words} - {"her"}))
        or kept.content[0] in _NO_NAMES
        or (kept.answering and ends_within_its_thing(kept.content, kept.exchange))
    )


def _misses_what_leads(kept: Kept) -> bool:
    return kept.answering and loses_what_leads(kept.content, kept.said)


_FAULTS: tuple[tuple[float, Callable[[Kept], int]], ...] = (
    (PASSED_OVER, _passes_over),
    (BORROWED, _borrows_amiss),
    (ILL_FORMED, lambda kept: not kept.answering and borrows_a_verb(kept.content, kept.said, kept.exchange)),
    (ILL_FORMED, _puts_in),
    (NO_CLAIM, _is_no_telling),
    (UNPLANNED, _goes_on_now),
    (NO_CLAIM, _claims_nothing),
    (MISSAID, _names_no_verb),
    (MISSAID, lambda kept: disagrees(kept.content, kept.spoken)),
    (MISSAID, lambda kept: loses_a_capital(kept.content, kept.said)),
    (MISSAID, lambda kept: lacks_its_article(kept.content, kept.spoken)),
    (MISSAID, lambda kept: _misuses_an_article(kept.content, kept.said)),
    (ILL_FORMED, _is_put_together_ill),
    (ILL_FORMED, _is_taken_apart_ill),
    (MISSAID, _misses_whom),
    (MISSAID, _misses_what_leads),
    (STUTTERED, lambda kept: stutters(kept.words) and not stutters(kept.spoken)),
    (TAKEN, lambda kept: is_taken(kept.content, kept.spoken)),
    (PUT_RIGHT, lambda kept: _is_put_right(kept.content, kept.spoken)),
)
"""What may be wrong with a fact: what each time costs, and how many times it is."""


def _doubts_about_opening(kept: Kept) -> float:
    """What it costs that a fact begins with a word that says nothing, or that only led to it."""
    opening = kept.said[: len(kept.said) - len(kept.stated)]
    opened = (
        (_says_nothing(kept.content[0]) and WEATHER.isdisjoint(kept.words))
        or kept.of_nobody
        or hedges(kept.fact.content)
        or _is_of_the_opening(kept.content, opening, kept.stated)
        or kept.words[-1] in _LEADING_ON
    )
    if opened:
        return NO_CLAIM if kept.words[0] in OPENERS else OPENED
    if kept.words[:2] == ["you", "know"] and not _KNOWING.isdisjoint(words_in_front_of("know", kept.spoken)):
        return 0.0  # "I know Welsh", and no "you know, Ada is ill"
    return NO_CLAIM * (unframed(kept.fact.content) != kept.fact.content or leads_on(kept.content))


def _is_of_it(kept: Kept) -> bool:
    """Whether a fact begins with an "it" that stands for what was told before; "it's Ada, that's your name" does not, nor does the weather."""
    of_it = isinstance(kept.fact, Store) and kept.words[0] in IT
    return of_it and "name" not in kept.words and WEATHER.isdisjoint(kept.words)


def doubts_about_correction(
    content: str, noted: Sequence[str], said: Sequence[str], lines: Sequence[str] = ()
) -> float:
    """What it costs that `content`, in words of what was `said`, takes the place of what was just `noted`, or of one of the `lines`."""
    words = content.split()
    told = stems_of(content)
    known = bool(noted) or any(not told.isdisjoint(stems_of(line)) for line in lines)
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
    cost += ILL_FORMED * begins_ill([folded(word) for word in words])
    return cost + MISSAID * (_misuses_an_article(words, said) + disagrees(words, said))


def _misuses_an_article(content: Sequence[str], said: Sequence[str]) -> bool:
    """Whether "a" stands for "an", or the other way round, as it didn't in what was `said`."""
    return has_wrong_article(content) and not has_wrong_article(said)


def tells_only_when(content: str) -> bool:
    """Whether a fact is a time of nothing: "on Friday at 7", and not "you go to bed at 7"."""
    return YOU.isdisjoint(content.lower().split()) and all(
        names_time([word]) or word == "past" or not content_stems(word)
        for word in map(folded, content.split())
    )


def _is_of_the_opening(content: Sequence[str], opening: Sequence[str], stated: Sequence[str]) -> bool:
    """Whether its first word was said in what opens the statement alone: "rate" in "at any rate Ann is ill"."""
    first = folded(content[0]).removesuffix("'s")
    return (
        first != "your"
        and any(first in forms for forms in map(_forms, opening))
        and not any(first in forms for forms in map(_forms, stated))
    )


def _forms(word: str) -> tuple[str, str]:
    """A word as it was said, and as Lila would say it: "we" and "you"."""
    said = folded(word)
    return said, turned(said)


def _says_nothing(word: str) -> bool:
    return (
        folded(word)
        in OPENERS | _VERBS | DOES | JOINS | {"he", "she", "it", "its", "their", "of", "as", "that"}
        or is_mark(word)
        or word.endswith(":")
    )


def _only_named(content: Sequence[str]) -> bool:
    """Whether it is a word or two, and none of them a verb: a number, or capitals."""
    named = (word[0].isupper() or has_digit(word) for word in content)
    return len(content) == 1 or (len(content) == 2 and all(named) and "'" not in content[0])


def _is_put_right(content: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether the words behind those that the content ends with take them back and give others."""
    ends = [folded(word) for word in content[-2:]]
    return any(
        spoken[at : at + len(ends)] == ends and _PUTS_RIGHT.match(" ".join(spoken[at + len(ends) :]))
        for at in range(len(spoken) - len(ends))
    )
