"""Lists: adding, taking off, showing, clearing. The model copies the items; the tool parses them."""

from __future__ import annotations

from dataclasses import replace

from training_log.nano.corpus import words
from training_log.nano.corpus.calls import call, spoken_as
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.phrases import phrases
from training_log.nano.corpus.surface import Style, draw_style

__all__ = ["lists"]

_ADD = phrases("""
    add {i} to the {l} list | put {i} on the {l} list | add {i} to my {l} list | put {i} on my {l} list |
    can you add {i} to the {l} list | please put {i} on the {l} list | {i} on the {l} list | please add {i}
    to my {l} list | could you put {i} on the {l} list | add {i} to our {l} list | the {l} list needs {i} |
    write {i} on the {l} list | note {i} on the {l} list | on the {l} list put {i} | I need {i} on the {l}
    list | stick {i} on the {l} list | {i} goes on the {l} list | add {i} to {l} list | append {i} to the
    {l} list | get {i} onto the {l} list | would you add {i} to the {l} list please | to the {l} list add
    {i} | also put {i} on the {l} list | include {i} in the {l} list
""")
_ADD_MADE = phrases("""
    (please|can you|could you|would you|will you|I want you to|I'd like you to|I need you to|now|also|and|lila|just|
    do|let's|) (add|put|write|note|stick|place|enter|include|jot|pop|append|scribble|type|drop|slip) {i} (on|to|onto|
    on|down on|into) (the|my|our|the) {l} list (please|too|as well|now|for me|thanks|||)
""")
_ALSO = phrases("""
    and {i} | also {i} | {i} too | and {i} too | oh and {i} | {i} as well | and also {i} | plus {i} | and {i} please |
    oh, and {i} as well | {i} also | and then {i} | oh {i} too | and {i}, please | {i} too please |
    as well as {i} | and maybe {i} | don't forget {i} | oh and {i} too
""")
"""How somebody goes on who has just put something on a list."""
_OFF = phrases("""
    remove {i} | take {i} off | take off {i} | no {i} | not the {i} | take {i} off again | delete {i} | no, remove {i} |
    without {i} | actually not {i} | we have {i} | remove {i} again | scratch {i} | no wait, take {i} off | drop {i} |
    oh, no {i} | cross off {i} | we don't need {i} | forget the {i} | actually no {i} | and take {i} off
""")
"""How he takes some of it back."""
_REMOVE_MADE = phrases("""
    (please|can you|could you|would you|will you|I want you to|I'd like you to|now|also|and|lila|just|) (remove|take|
    delete|cross|strike|scratch|drop|tick|check|erase|pull|cut|get|wipe|clear|lift) {i} (off|from|off|out of|from)
    (the|my|our|the) {l} list (please|again|now|for me|thanks|||)
""")
_SHOW_MADE = phrases("""
    (please|can you|could you|would you|will you|lila|now|just|) (show|show me|read|read me|tell me|give me|read out|
    list|display|go through|let me hear|let me see|recite|open|print|pull up|repeat) (the|my|our|the whole|the entire)
    {l} list (please|again|now|to me|for me|||)
""")
_BUY = phrases("""
    we need {i} | we're out of {i} | I need to buy {i} | we need to buy {i} | buy {i} | we have no more {i}
    | we ran out of {i} | I have to buy {i} | add {i} to the shopping | put {i} on the groceries list | we
    should buy {i} | remind me to buy {i} | we need more {i} | don't forget to buy {i} | get {i} next time
    we shop | add {i} | we're running low on {i} | there's no {i} left | pick up {i} at the shop | can you
    add {i} | please add {i}
""")
_DO = phrases("""
    I need to {i} | I have to {i} | remind me to {i} | add a task, {i} | new task, {i} | add to do {i} | I
    must {i} | don't let me forget to {i} | I still have to {i} | I've got to {i} | remember to {i} | put
    {i} on my to do list | to do {i} | add {i} to my tasks | don't forget to {i} | I should {i}
""")
_REMOVE = phrases("""
    remove {i} from the {l} list | take {i} off the {l} list | delete {i} from the {l} list | cross {i} off
    the {l} list | remove {i} from my {l} list | take {i} off my {l} list | please remove {i} from the {l}
    list | strike {i} from the {l} list | {i} can come off the {l} list | scratch {i} off the {l} list | can
    you take {i} off the {l} list | drop {i} from the {l} list | tick {i} off the {l} list | check {i} off
    my {l} list | get {i} off the {l} list | erase {i} from the {l} list
""")
_BOUGHT = phrases("""
    I bought {i} | I got {i} already | we have {i} now | I already bought {i} | we don't need {i} any more |
    got {i}, take it off the list
""")
_SHOW = phrases("""
    what's on the {l} list | show me the {l} list | read me the {l} list | what is on my {l} list | show my
    {l} list | what do I have on the {l} list | tell me what's on the {l} list | read out the {l} list |
    what's on my {l} list | the {l} list please | can you show me the {l} list | is there anything on the
    {l} list | give me the {l} list | list the {l} list | what does the {l} list say | open the {l} list |
    what have we got on the {l} list | display the {l} list | let me see my {l} list | read the {l} list to
    me
""")
_SHOW_SHOP = phrases("""
    what do I need to buy | what do we need from the shop | what should I buy | what do we need to buy |
    what do I have to get at the shop | what are we out of
""")
_SHOW_DO = phrases("""
    what do I have to do | what are my tasks | what's left to do | what do I still have to do | show me my
    tasks | what are my to dos | what else do I need to do
""")
_CLEAR = phrases("""
    clear the {l} list | empty the {l} list | delete everything on the {l} list | wipe the {l} list | clear
    my {l} list | delete the {l} list | start a new {l} list | remove everything from the {l} list | please
    clear the {l} list | reset the {l} list | the {l} list can go | erase the whole {l} list | make the {l}
    list empty | throw away the {l} list
""")


_DEEDS = ("call", "email", "visit", "fix", "order", "buy", "sell", "clean", "return")


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _task(lex: Lexicon) -> str:
    if lex.chance(0.75):
        return lex.word(words.TODOS)
    return f"{lex.pick(_DEEDS)} {lex.one_of(lex.name, lambda: 'the ' + lex.thing())}"


def _items(lex: Lexicon, name: str) -> list[str]:
    count = lex.pick((1, 1, 1, 2, 2, 3, 4))
    make = lex.grocery if name != "to-do" else lambda: _task(lex)
    count = count if name != "to-do" else min(count, 2)
    return list(dict.fromkeys(make() for _ in range(count)))


def _spoken(lex: Lexicon, style: Style, items: list[str]) -> str:
    if len(items) == 1:
        return items[0]
    if len(items) > 2 and style.unpunctuated and not any(" " in item for item in items) and lex.chance(0.4):
        return f"{' '.join(items[:-1])} and {items[-1]}"  # "eggs bread and butter"
    if style.unpunctuated:
        return (
            " and ".join(items)
            if lex.chance(0.4)
            else " ".join(items[:-1]) + " and " + items[-1]
            if len(items) == 2
            else " and ".join(items)
        )
    return lex.pick((_listed(items), _listed(items), ", ".join(items), " and ".join(items)))


def _also(lex: Lexicon, style: Style, name: str, items: list[str]) -> Turn:
    """More for the list on which something was just put: "and bread"; or some of it comes off again: "no bread"."""
    before = [style.plain(item) for item in _items(lex, name)]
    heard = "shopping" if name == "shopping" else lex.pick(("to-do", "to do"))
    first = spoken_as(lex, style, lex.wording(_ADD), i=_spoken(lex, style, before), l=heard)
    turn = call(
        "list",
        spoken_as(lex, style, lex.wording(_ALSO), i=_spoken(lex, style, items)),
        "list_add",
        f"Added {_listed(items)} to the {name} list.",
        list=name,
        items=", ".join(items),
    )
    if lex.chance(0.35):
        gone = before[-1:] if lex.chance(0.7) else before[:1]
        turn = call(
            "list",
            spoken_as(lex, style, lex.wording(_OFF), i=gone[0]),
            "list_remove",
            f"Removed {gone[0]} from the {name} list.",
            list=name,
            items=gone[0],
        )
    told = ("assistant", f"Added {_listed(before)} to the {name} list.")
    return replace(turn, history=(("user", first), told))


def lists(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    name = lex.pick(
        (
            "shopping",
            "shopping",
            "shopping",
            "to-do",
            "to-do",
            lex.pick(
                phrases("""
    packing | wish | party | christmas | reading | garden | gift | guest | camping | holiday | movie |
    bucket
""")
            ),
            lex.pseudo(),
        )
    )
    heard = (
        lex.pick(("to-do", "to do", "todo"))
        if name == "to-do"
        else lex.pick(("shopping", "shopping", "grocery", "groceries"))
        if name == "shopping"
        else name
    )
    items = [style.plain(item) for item in _items(lex, name)]
    joined, roll = ", ".join(items), lex.rng.random()
    spoken = _spoken(lex, style, items)
    if roll < 0.08 and name in ("shopping", "to-do"):
        return _also(lex, style, name, items)
    if roll < 0.5:
        wording = lex.wording_of_both(_ADD_MADE, _ADD, 0.3)
        if name == "shopping" and lex.chance(0.4):
            wording = lex.wording(_BUY)
        elif name == "to-do" and lex.chance(0.5):
            wording = lex.wording(_DO)
        return call(
            "list",
            spoken_as(lex, style, wording, i=spoken, l=heard),
            "list_add",
            f"Added {_listed(items)} to the {name} list.",
            list=name,
            items=joined,
        )
    if roll < 0.68:
        ways = lex.one_of_both(_REMOVE_MADE, _REMOVE, 0.3)
        wording = lex.wording(_BOUGHT if name == "shopping" and lex.chance(0.15) else ways)
        result = (
            f"Removed {_listed(items)} from the {name} list."
            if lex.chance(0.85)
            else f"{_listed(items).capitalize()} isn't on the {name} list."
        )
        return call(
            "list",
            spoken_as(lex, style, wording, i=spoken, l=heard),
            "list_remove",
            result,
            list=name,
            items=joined,
        )
    if roll < 0.88:
        wording = (
            lex.wording(_SHOW_SHOP)
            if name == "shopping" and lex.chance(0.3)
            else lex.wording(_SHOW_DO)
            if name == "to-do" and lex.chance(0.3)
            else lex.wording_of_both(_SHOW_MADE, _SHOW, 0.3)
        )
        result = (
            f"On the {name} list: {_listed(items)}." if lex.chance(0.75) else f"The {name} list is empty."
        )
        return call(
            "list",
            spoken_as(lex, style, wording, "?" if wording[0] in "wi" else ".", l=heard),
            "list_show",
            result,
            list=name,
        )
    return call(
        "list",
        spoken_as(lex, style, lex.wording(_CLEAR), l=heard),
        "list_clear",
        f"The {name} list is empty now.",
        list=name,
    )
