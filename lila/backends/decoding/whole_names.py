"""Names of several words, and people by name and by what they are to somebody: they stand in a fact whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lila.backends.decoding.times import names_time
from lila.backends.decoding.words import DETERMINERS, folded, is_title

__all__ = ["LONGEST_SUBJECT", "NO_NAMES", "together", "with_names_whole"]

LONGEST_SUBJECT = 4
"""Words of whom is spoken, before what they do: "my best friend Ola"."""
_IN_NAMES = re.compile(r"of (?:the )?[A-Z]\w+")
_IN_TITLES = re.compile(r"(?:of|and|in|to|for) (?:the )?[A-Z]\w+")
"""What the names of things hold between their words, and those of books and songs."""
NO_NAMES = DETERMINERS | {"i", "i'm", "i've"}
"""Words that may have a capital without being part of a name."""


def together(parts: Sequence[tuple[str, str]], *, owned: bool) -> Iterator[tuple[str, str]]:
    """The parts of a stretch, those that stand for somebody by name and by what he is to them made one."""
    rest, before = list(parts), ""
    while rest:
        calling = before.startswith(("call", "name"))  # "everybody calls my uncle Ben"
        count = 0 if calling else _named_whom([word for word, _ in rest[:LONGEST_SUBJECT]])
        if not count and owned and rest[0][0].endswith(("'s", "’s")):
            count = 2
        taken = rest[: count or 1]
        del rest[: len(taken)]
        before = folded(taken[-1][0])
        yield taken[0][0], "".join(pattern for _, pattern in taken)


def _named_whom(words: Sequence[str]) -> int:
    """How many words are somebody of theirs with a name, as "my landlord Ben"; 0 where they don't begin with one."""
    owner, whom, name, *_ = [*words, "", "", ""]
    if folded(owner) not in ("my", "our", "your") or not (whom.isalpha() and whom.islower()):
        return 0
    if not name[:1].isupper() or folded(name) in NO_NAMES or names_time([folded(name)]):
        return 0
    return 3


def with_names_whole(parts: Sequence[tuple[str, str]]) -> list[str]:
    """The parts of a stretch: a name of several words is one, so that "Harriet Vance" isn't cut to "Harriet", nor "a dog whose name is Rex"."""
    capital = [word[:1].isupper() and folded(word) not in NO_NAMES for word, _ in parts]
    marked = 2 * sum(capital[1:]) < len(parts)  # where most words are, capitals tell nothing
    found: list[str] = []
    whole = 0
    for place, (_, pattern) in enumerate(parts):
        opens = place < 2 or _ends_a_sentence(parts[place - 2][0])  # the word before opened one
        named = capital[place - 1] and capital[place] and not _ends_a_sentence(parts[place - 1][0])
        goes_on = named and not opens
        if marked and not goes_on and capital[place - 1 : place] == [True]:
            whole = max(whole, _end_of_title([word for word, _ in parts], place))
        whose = any(folded(word) == "whose" for word, _ in parts[max(place - 3, 0) : place + 1])
        if found and (whose or (marked and (goes_on or place < whole))):
            found[-1] += pattern
        else:
            found.append(pattern)
    return found


def _ends_a_sentence(word: str) -> bool:
    return not (word[-1].isalnum() or is_title(word))


def _end_of_title(words: Sequence[str], place: int) -> int:
    """Where the name ends that goes on at `place` with "of", or in a title with "and the": "The Old Man and the Sea"."""
    rest = " ".join(words[place:])
    titled = any(word in ("The", "A") for word in words[max(place - 3, 1) : place])
    linked = _IN_TITLES.match(rest) if titled else _IN_NAMES.match(rest)
    return place + linked[0].count(" ") + 1 if linked and words[place - 1][-1].isalnum() else place
