"""Verbs that begin a task ("call mum"), to tell it from a thing ("the dentist")."""

from __future__ import annotations

__all__ = ["DOING"]

_WORDS = """
    call phone ring text email write buy get pick take bring collect fetch drop go meet see visit pay
    send post water feed clean wash book renew return finish submit start do make cook bake fix mend
    check change cancel read study practise practice pack move help walk drive leave put
    turn stop eat sleep wake play order sell email bath feed remind put hang iron sweep vacuum
"""
DOING = frozenset(_WORDS.split())
