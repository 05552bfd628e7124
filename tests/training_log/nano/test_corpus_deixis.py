"""Pointing words change from the person's to Lila's side; every other word stays as it was typed."""

from __future__ import annotations

import pytest

from training_log.nano.corpus.deixis import to_second_person


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my door code is 4821", "your door code is 4821"),
        ("I like plums", "you like plums"),
        ("i'm allergic to nuts", "you're allergic to nuts"),
        ("I am a nurse", "you are a nurse"),
        ("I was born in Tarvik", "you were born in Tarvik"),
        ("our car is mine", "your car is yours"),
        ("we were ill and she was well", "you were ill and she was well"),
        ("it was me", "it was you"),
        ("Anna gave us the keys", "Anna gave you the keys"),
        ("myself and I", "yourself and you"),
        ("the code is I-4711", "the code is I-4711"),
        ("mail me at my.name@us.org", "mail you at my.name@us.org"),
        ("she keeps her own", "she keeps her own"),
        ("ive moved", "you've moved"),
    ],
)
def test_deixis(said: str, kept: str) -> None:
    assert to_second_person(said) == kept
