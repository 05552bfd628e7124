"""Who is known by two names: after "your cat's name is Biscuit", what is told of Biscuit answers what is asked of the cat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["asked_otherwise"]

_WHOM, _NAME, _CAPITAL = (
    r"(?P<whom>[\w-]+(?: [\w-]+){0,2}?)",
    r"(?P<name>[\w'’-]+)",
    r"(?P<name>[A-Z][\w'’-]+)",
)
_RELATION = (
    r"(?:ex-)?(?:(?:god|grand|step)?(?:mother|father|son|daughter|ma|pa)|mum|mom|dad|granny|brother|sister|wife|husband|partner|"
    r"boyfriend|girlfriend|aunt|uncle|niece|nephew|cousin|friend|best friend|boss|neighbour|neighbor|landlord|landlady)(?:-in-law)?"
)
"""Who has a name even where nothing is written with a capital, as speech is heard."""
_ANIMAL = r"dog|puppy|cat|kitten|horse|pony|rabbit|hamster|parrot|tortoise"
"""What has a name as people have, wherever in a line it is named with it: "you walk your dog Rex"."""
_NAMING = tuple(
    re.compile(form)
    for form in (
        rf"^(?:[Yy]our|[Yy]ou(?: have|['’]ve got| got) an?(?: new)?) {_WHOM}(?:['’]?s name is|['’]s called| goes by| answers to| has the name|(?: is)? (?:called|named)|,) {_NAME}\.?$",
        rf"^(?:[Yy]ou|they|everybody|everyone) calls? your {_WHOM} {_NAME}\.?$",
        rf"^{_NAME} is (?:your {_WHOM}['’]?s name|the name of your (?P<of>[\w-]+(?: [\w-]+){{0,2}}))\.?$",
        rf"^[Tt]he name of your {_WHOM} is {_NAME}\.?$",
        rf"^[Yy]ou(?: have|['’]ve got) an? {_WHOM} by the name of {_NAME}\.?$",
        rf"^[Yy]our {_WHOM} is {_CAPITAL}\.?$",
        rf"^{_NAME} is what (?:you|they) call your {_WHOM}\.?$",
        rf"^{_CAPITAL} is your {_WHOM}\.?$",
        rf"^your (?P<whom>{_RELATION}) is (?P<name>[a-z]{{3,}})$",
        rf"^[Yy]our (?P<whom>[\w-]+) {_CAPITAL}\b",
        rf"\byour (?P<whom>{_RELATION}|{_ANIMAL}) {_CAPITAL}\b",
    )
)
"""How a line tells what somebody of theirs is called."""


def asked_otherwise(asked: str, lines: Iterable[str]) -> Iterator[str]:
    """What was `asked`, with somebody's name for "my cat", or the other way round, as the remembered `lines` tell it."""
    for whom, name in dict.fromkeys(_names_in(lines)):
        of_them = re.compile(rf"\b(?:my|our|the) {re.escape(whom)}\b(?! {re.escape(name)})", re.IGNORECASE)
        by_name = re.compile(rf"(?<!{re.escape(whom)} )\b{re.escape(name)}\b", re.IGNORECASE)
        for form, other in ((by_name, f"my {whom}"), (of_them, name)):
            if form.search(asked):
                yield form.sub(lambda _, other=other: other, asked)  # type: ignore[misc]


def _names_in(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Who is called how in each line that tells it."""
    for line in lines:
        found = next((match for form in _NAMING if (match := form.search(line))), None)
        if found:
            whom = found["whom"] or found["of"]
            yield whom, found["name"].removesuffix("'s").removesuffix("’s")
