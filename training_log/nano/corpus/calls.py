"""Turns that call a tool: the sentence, the call, and the tool's sentence as the reply."""

from __future__ import annotations

from training_log.nano.corpus.example import Gold, Tool
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.surface import Style, fill, finish, polite_end, slip

__all__ = ["NUMBERS", "call", "spoken_as"]

NUMBERS = phrases("""
    one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen |
    fourteen | fifteen | sixteen | twenty | thirty | forty | fifty | sixty | ninety | a hundred
""")


def spoken_as(lex: Lexicon, style: Style, wording: str, mark: str = ".", **slots: str) -> str:
    text = slip(lex.rng, style.plain(wording), style.typos)
    for key, value in slots.items():
        text = text.replace("{" + key + "}", value)
    return finish(
        lex,
        style,
        polite_end(lex, style, fill(lex, style, text, middle=lex.chance(0.5) and "{" not in wording)),
        mark,
    )


def call(intent: str, user: str, name: str, result: str, **arguments: str) -> Turn:
    tool = Tool(name, tuple(arguments.items()), result)
    return Turn(intent, user, Gold((), (tool,), result))
