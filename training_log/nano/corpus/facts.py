"""Facts: who or what, an attribute, a value; how they are stated, asked for and tagged."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from training_log.nano.corpus import synonyms
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.phrases import phrases

__all__ = ["I", "Fact", "Relation", "Who"]


@dataclass(frozen=True, slots=True)
class Who:
    """Whose fact it is, in the person's words: ``my sister's`` / ``my sister``, tagged ``sister``."""

    poss: str
    nom: str
    tag: str
    third: bool = True
    pronoun: tuple[str, str] = ("", "")  # (she, her); empty when no pronoun is apt
    plural: bool = False

    @property
    def own(self) -> str:
        """Whose it is when the subject was named already: my, her, their."""
        if self.third:
            return self.pronoun[1] or "their"
        return "their" if self.plural and self.nom != "we" else "our" if self.nom == "we" else "my"

    def verb(self, first: str, third: str) -> str:
        """The form of a verb for this subject."""
        if self.third:
            return third
        return _PLURAL.get(first, first) if self.plural else first


_PLURAL = {"am": "are", "was": "were", "'m": " are"}
I = Who("my", "I", "you", third=False)  # noqa: E741  (the person who speaks)


@dataclass(frozen=True, slots=True)
class Relation:
    """A way in which facts are made.

    In templates {P} is the possessive, {N} the subject, {O} the possessive where the subject was named,
     {a} the attribute, {v} the value, {x} a second slot,
    {T} the topic, and ``[do|does]`` chooses the verb form of the first and third person.
    """

    attr: str
    kind: str
    states: tuple[str, ...]
    asks: tuple[str, ...]
    indirect: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    topic: str = ""
    ns: str = "personal"
    when: bool = False
    many: bool = False
    now_gone: str = ""  # "{N} [don't|doesn't] live in {v} any more"


_PERSON = re.compile(r"\{[PNO]\}")
_ARTICLE = re.compile(r"\ba (?=[aeio])")
_VERB = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its slots filled; `x` is whatever second slot its templates use."""

    who: Who
    relation: Relation
    value: str
    a: str = ""
    x: str = ""

    @property
    def tags(self) -> tuple[str, str]:
        return self.put(self.who.tag), self.put(self.relation.attr)

    @property
    def topic(self) -> str:
        return self.put(self.relation.topic)

    @property
    def ns(self) -> str:
        return self.relation.ns

    def put(self, template: str) -> str:
        """A template with this fact's slots filled in."""
        if "[" in template:
            template = _VERB.sub(lambda m: self.who.verb(m[1], m[2]), template)
        if "{T}" in template:
            template = template.replace("{T}", self.relation.topic)
        text = (
            template.replace("{P}", self.who.poss)
            .replace("{N}", self.who.nom)
            .replace("{O}", self.who.own)
            .replace("{a}", self.a)
            .replace("{x}", self.x)
            .replace("{v}", self.value)
        )
        return _ARTICLE.sub("an ", text) if "a {" in template else text

    def state(self, lex: Lexicon) -> str:
        """The fact as a statement of the person's, without capital and full stop."""
        return self.put(self.template(lex))

    def template(self, lex: Lexicon) -> str:
        """How the fact is stated: the plainest way about as often as all others together, less so in training."""
        states = self.relation.states
        template = states[0] if lex.chance(0.55 if lex.held else 0.4) else lex.wording(states)
        if lex.chance(0.5):
            template = template.replace("{N} [am|is]", "{N}['m| is]")  # "I'm from …"
        # "the number I use is …" doesn't name anybody else whose number it is.
        unnamed = self.who.tag != "you" and _PERSON.search(states[0]) and not _PERSON.search(template)
        return states[0] if unnamed else template

    def plainest(self) -> str:
        return self.put(self.relation.states[0])

    def ask(self, lex: Lexicon) -> str:
        """A question (without its mark) that this fact answers."""
        relation = self.relation
        roll = lex.rng.random()
        if relation.indirect and roll < 0.4:
            return lex.wording(_INDIRECT).replace("{q}", self.put(lex.wording(relation.indirect)))
        if relation.checks and roll < 0.47:
            return self.put(lex.wording(relation.checks))
        question = self.put(lex.pick(relation.asks[:2]) if lex.chance(0.25) else lex.wording(relation.asks))
        if roll > 0.85 and question.startswith(("what", "where", "when", "who", "which", "how")):
            return lex.wording(_AROUND).replace("{q}", question)
        return question

    def with_value(self, lex: Lexicon, kind: str | None = None) -> Fact:
        """The same fact with another value of the same kind."""
        for _ in range(20):
            value = lex.value(kind or self.relation.kind)
            if value.lower() not in self.value.lower() and self.value.lower() not in value.lower():
                return replace(self, value=value)
        return replace(self, value=lex.pseudo())

    def same_key(self, other: Fact) -> bool:
        return tuple(t.lower() for t in self.tags) == tuple(t.lower() for t in other.tags)

    def near(self, other: Fact) -> bool:
        """Whether the two could answer each other's question."""
        if self.same_key(other) or (self.topic and self.topic == other.topic):
            return True
        (subject, mine), (other_subject, theirs) = (
            (synonyms.same_word(tag.lower()) for tag in fact.tags) for fact in (self, other)
        )
        if (mine == "name" and subject == theirs) or (theirs == "name" and other_subject == mine):
            return True  # "my gardener is Ada", told as a fact about the gardener and as one about me
        return subject == other_subject and (mine == theirs or mine in theirs or theirs in mine)

    def describe(self) -> dict[str, Any]:
        return {"tags": list(self.tags), "value": self.value, "namespace": self.ns}


_INDIRECT = phrases("""
    do you know {q} | can you tell me {q} | tell me {q} | remind me {q} | do you remember {q} | i forgot {q}
    | I've forgotten {q} | i wonder {q} | I can't remember {q} | could you remind me {q} | any idea {q} |
    have I told you {q} | did I tell you {q} | I need to know {q} | please tell me {q} | I'd like to know
    {q} | could you tell me {q} | would you know {q} | do you happen to know {q} | can you remind me {q} | i
    don't remember {q} | I was wondering {q} | you know {q}, right | do you still know {q} | can you look up
    {q} | would you tell me {q} please | i just need to know {q} | let me know {q} | help me remember {q} |
    I keep forgetting {q} | sorry but can you tell me {q} | somebody is asking {q} | did I ever mention {q}
    | you wouldn't know {q} would you | I never know {q} | say again {q} | please say {q} | I'm trying to
    remember {q}
""")
_AROUND = phrases("""
    {q} again | {q}, do you know | {q} please | quick question, {q} | sorry, {q} | one more thing, {q} | and
    {q} | so {q} | ok {q} | tell me, {q} | can you tell me, {q} | hey, {q} | {q}, lila | remind me, {q} | I
    forgot, {q} | excuse me, {q} | wait, {q} | {q} actually | {q}, can you remember | by the way, {q}
""")
