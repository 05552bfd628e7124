"""Words: the stemmer agrees with SQLite's, and numbers and times have one spelling."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from memory.words import key, stem, words

PORTERS_OWN = """caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping
tanned falling hissing fizzed failing filing happy sky relational conditional rational valency hesitancy digitizer
conformably radically differently vilely analogously vietnamization predication operator feudalism decisiveness
hopefulness callousness formality sensitivity sensibility triplicate formative formalize electricity electrical hopeful
goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent
adoption homologou communism activate angularity homologous effective bowdlerize probate rate cease controlling
rolling generalizations oscillators"""


def sqlite_stems(vocabulary: list[str]) -> dict[str, str]:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'porter unicode61 remove_diacritics 2')")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, 'instance')")
    db.executemany("INSERT INTO f (rowid, x) VALUES (?, ?)", list(enumerate(vocabulary)))
    return {vocabulary[row]: term for term, row in db.execute("SELECT term, doc FROM v")}


def test_the_stemmer_agrees_with_sqlites() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "docs").glob("*.md")]
    vocabulary = sorted(
        {word.lower() for text in [*texts, PORTERS_OWN] for word in re.findall(r"[A-Za-z]+", text)}
    )
    assert len(vocabulary) > 200
    theirs = sqlite_stems(vocabulary)
    assert {word: stem(word) for word in vocabulary} == theirs


@given(st.text(alphabet="abcdefghilmnorstuyz", min_size=1, max_size=14))
def test_the_stemmer_never_fails(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word) + 1


def test_times_and_numbers_have_one_spelling() -> None:
    assert words("at 4:30 pm") == words("at 4.30 p.m.") == words("at 16:30") == ["at", "1630h"]
    assert words("twelve eggs") == words("12 eggs")
    assert words("12 am") == ["0000h"]


def test_accents_apostrophes_and_contractions() -> None:
    assert words("Zoë’s café") == words("zoe's cafe") == ["zoe", "cafe"]
    assert words("I don't") == ["i", "do", "not"]
    assert words("it's no longer here") == ["it", "not", "here"]


def test_subjects_have_one_spelling() -> None:
    assert key("The swimming lessons") == key("swimming lesson")
    assert key("my door code") == key("Door codes")
