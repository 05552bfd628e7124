"""What needs a tool: lists, timers, the schedule, the clock, sums. The model copies phrases; tools parse them."""

from __future__ import annotations

from training_log.nano.corpus import making, words
from training_log.nano.corpus.example import Gold, Tool
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn
from training_log.nano.corpus.surface import Style, draw_style, fill, finish, polite_end, slip
from training_log.nano.corpus.times import DAYS, clock_time, day

__all__ = ["clock_or_sum", "lists", "timers"]

_ADD = (
    "add {i} to the {l} list", "put {i} on the {l} list", "add {i} to my {l} list", "put {i} on my {l} list", "can you add {i} to the {l} list", "please put {i} on the {l} list", "{i} on the {l} list", "please add {i} to my {l} list", "could you put {i} on the {l} list",
    "add {i} to our {l} list", "the {l} list needs {i}", "write {i} on the {l} list", "note {i} on the {l} list", "on the {l} list put {i}", "I need {i} on the {l} list", "stick {i} on the {l} list", "{i} goes on the {l} list", "add {i} to {l} list", "append {i} to the {l} list", "get {i} onto the {l} list", "would you add {i} to the {l} list please", "to the {l} list add {i}", "also put {i} on the {l} list", "include {i} in the {l} list",
)  # fmt: skip
_BUY = ("we need {i}", "we're out of {i}", "I need to buy {i}", "we need to buy {i}", "buy {i}", "we have no more {i}", "we ran out of {i}", "I have to buy {i}", "add {i} to the shopping", "put {i} on the groceries list", "we should buy {i}", "remind me to buy {i}", "we need more {i}", "don't forget to buy {i}", "get {i} next time we shop", "add {i}", "we're running low on {i}", "there's no {i} left", "pick up {i} at the shop", "can you add {i}", "please add {i}")
_DO = ("I need to {i}", "I have to {i}", "remind me to {i}", "add a task, {i}", "new task, {i}", "add to do {i}", "I must {i}", "don't let me forget to {i}", "I still have to {i}", "I've got to {i}", "remember to {i}", "put {i} on my to do list", "to do {i}", "add {i} to my tasks", "don't forget to {i}", "I should {i}")
_REMOVE = (
    "remove {i} from the {l} list", "take {i} off the {l} list", "delete {i} from the {l} list", "cross {i} off the {l} list", "remove {i} from my {l} list", "take {i} off my {l} list", "please remove {i} from the {l} list", "strike {i} from the {l} list", "{i} can come off the {l} list", "scratch {i} off the {l} list", "can you take {i} off the {l} list", "drop {i} from the {l} list", "tick {i} off the {l} list", "check {i} off my {l} list", "get {i} off the {l} list", "erase {i} from the {l} list",
)  # fmt: skip
_BOUGHT = ("I bought {i}", "I got {i} already", "we have {i} now", "I already bought {i}", "we don't need {i} any more", "got {i}, take it off the list")
_SHOW = (
    "what's on the {l} list", "show me the {l} list", "read me the {l} list", "what is on my {l} list", "show my {l} list", "what do I have on the {l} list", "tell me what's on the {l} list", "read out the {l} list", "what's on my {l} list", "the {l} list please", "can you show me the {l} list", "is there anything on the {l} list", "give me the {l} list", "list the {l} list", "what does the {l} list say", "open the {l} list", "what have we got on the {l} list", "display the {l} list", "let me see my {l} list", "read the {l} list to me",
)  # fmt: skip
_SHOW_SHOP = ("what do I need to buy", "what do we need from the shop", "what should I buy", "what do we need to buy", "what do I have to get at the shop", "what are we out of")
_SHOW_DO = ("what do I have to do", "what are my tasks", "what's left to do", "what do I still have to do", "show me my tasks", "what are my to dos", "what else do I need to do")
_CLEAR = ("clear the {l} list", "empty the {l} list", "delete everything on the {l} list", "wipe the {l} list", "clear my {l} list", "delete the {l} list", "start a new {l} list", "remove everything from the {l} list", "please clear the {l} list", "reset the {l} list", "the {l} list can go", "erase the whole {l} list", "make the {l} list empty", "throw away the {l} list")
_TIMER = (
    "set a timer for {d}", "set a {d} timer", "timer for {d}", "start a timer for {d}", "{d} timer", "set timer {d}", "start a {d} timer", "can you set a timer for {d}", "please set a timer for {d}", "timer {d}", "wake me in {d}", "give me {d}", "count down {d}", "I need a timer for {d}", "could you start a timer for {d}", "put a timer on for {d}", "let me know in {d}", "a timer of {d} please", "run a timer for {d}", "remind me in {d}", "ping me in {d}", "tell me when {d} are up", "beep in {d}", "make it a {d} timer",
)  # fmt: skip
_LABELLED = (
    "set a timer for {d} for the {b}", "set a {d} timer for the {b}", "set a {b} timer for {d}", "timer for the {b}, {d}", "start a {b} timer for {d}", "{d} for the {b}", "the {b} needs {d}, set a timer", "start a timer for the {b}, {d}", "set a timer called {b} for {d}", "set a timer for {d} called {b}", "remind me about the {b} in {d}", "the {b} takes {d}, set a timer please", "{b} timer, {d}", "time the {b} for {d}", "I put the {b} in the oven, tell me in {d}", "can you set a {d} timer for the {b}", "please start a {d} timer for the {b}",
)  # fmt: skip
_TASK_TIMER = ("remind me in {d} to {b}", "in {d} remind me to {b}", "remind me to {b} in {d}", "can you remind me in {d} to {b}", "tell me in {d} to {b}", "please remind me to {b} in {d}", "I have to {b} in {d}, set a timer", "could you remind me to {b} in {d}")
_TIMERS = ("which timers are running", "show my timers", "what timers do I have", "how much time is left", "how long is left on the timer", "list the timers", "are any timers running", "how much longer on the timer", "is the timer still running", "what's left on the timer", "when does the timer ring", "how many minutes are left on the timer", "tell me my timers", "do I have a timer running", "check the timer", "time left")
_CANCEL = ("cancel the timer", "stop the timer", "cancel my timer", "turn off the timer", "delete the timer", "stop my timer", "kill the timer", "I don't need the timer any more", "timer off", "end the timer", "please cancel the timer", "switch off the timer", "forget the timer", "remove the timer")
_CANCEL_LABEL = ("cancel the {b} timer", "stop the {b} timer", "turn off the {b} timer", "delete the {b} timer", "cancel the timer for the {b}", "stop the timer for the {b}", "I don't need the {b} timer any more", "{b} timer off", "end the {b} timer", "please cancel the {b} timer", "the {b} is done, stop the timer", "kill the {b} timer")
_LABELS = ("pasta", "eggs", "rice", "cake", "bread", "pizza", "tea", "laundry", "oven", "potatoes", "roast", "cookies", "soup", "washing machine", "dryer", "chicken", "nap", "homework", "break", "stew", "dough", "beans", "lasagne", "hair dye", "face mask", "coffee", "sauna", "workout", "meditation", "parking meter")
_PLAN = (
    "schedule {x} {w}", "put {x} in my calendar {w}", "add {x} to my schedule {w}", "remind me {w} to {x}", "schedule {x} for {w}", "put {x} on the schedule for {w}", "add {x} to the calendar for {w}", "remind me to {x} {w}", "book {x} for {w}", "set a reminder to {x} {w}", "set a reminder {w} to {x}", "please schedule {x} {w}",
    "put {x} in the diary for {w}", "plan {x} for {w}", "new appointment {w}, {x}", "make an appointment {w}, {x}", "can you remind me to {x} {w}", "calendar entry {w}, {x}", "enter {x} {w} in my calendar", "create a reminder for {w} to {x}", "I want to be reminded to {x} {w}", "could you remind me {w} to {x}", "add an appointment {w}, {x}",
)  # fmt: skip
_AGENDA = ("what's on my schedule {w}", "what do I have {w}", "what's planned {w}", "what's on {w}", "show me my schedule for {w}", "what am I doing {w}", "do I have anything {w}", "what's in my calendar {w}", "am I free {w}", "what appointments do I have {w}", "what have I got on {w}", "show my calendar for {w}", "is there anything on my calendar {w}", "tell me my schedule for {w}", "what's my day like {w}", "read me my schedule {w}", "what's happening {w}")
_TIME = ("what time is it", "what's the time", "tell me the time", "do you have the time", "what time is it now", "time please", "can you tell me the time", "how late is it", "what is the time", "the time please", "do you know what time it is", "could you tell me what time it is", "what time do we have", "how late are we", "current time", "what's the time right now", "is it late", "what does the clock say", "got the time")
_DATE = ("what's the date", "what is the date today", "what date is it", "what's today's date", "tell me the date", "which date is it today", "what's the date today", "what is today's date", "do you know the date", "today's date please", "can you tell me the date", "what date do we have", "what day of the month is it", "the date please", "which date do we have", "what year is it", "what month is it")
_DAY = ("what day is it", "what day is today", "which day is it", "what day of the week is it", "what weekday is it", "which day of the week is today", "tell me what day it is", "what day do we have", "is it monday today", "what's today", "which weekday do we have", "is it the weekend", "do you know what day it is", "what day is it today", "is today friday")
_SUM = ("what is {e}", "what's {e}", "calculate {e}", "how much is {e}", "{e}", "work out {e}", "what does {e} make", "tell me {e}", "can you calculate {e}", "compute {e}", "how much is {e} please", "can you work out {e}", "solve {e}", "what do I get for {e}", "could you tell me what {e} is", "quick sum, {e}", "do the maths, {e}", "what would {e} be", "give me {e}", "please calculate {e}", "I need to know {e}")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "twenty", "thirty", "forty", "fifty", "sixty", "ninety", "a hundred")


def _say(lex: Lexicon, style: Style, wording: str, mark: str = ".", **slots: str) -> str:
    text = slip(lex.rng, style.plain(wording), style.typos)
    for key, value in slots.items():
        text = text.replace("{" + key + "}", value)
    return finish(lex, style, polite_end(lex, style, fill(lex, style, text, middle=lex.chance(0.5) and "{" not in wording)), mark)


def _turn(intent: str, user: str, name: str, result: str, **arguments: str) -> Turn:
    tool = Tool(name, tuple(arguments.items()), result)
    return Turn(intent, user, Gold((), (tool,), result))


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _items(lex: Lexicon, name: str) -> list[str]:
    count = lex.pick((1, 1, 1, 2, 2, 3, 4))
    make = lex.grocery if name != "to-do" else lambda: lex.word(words.TODOS) if lex.chance(0.75) else f"{lex.pick(('call', 'email', 'visit', 'fix', 'order', 'buy', 'sell', 'clean', 'return'))} {lex.pick((lex.name, lambda: 'the ' + lex.thing()))()}"
    count = count if name != "to-do" else min(count, 2)
    return list(dict.fromkeys(make() for _ in range(count)))


def _spoken(lex: Lexicon, style: Style, items: list[str]) -> str:
    if len(items) == 1:
        return items[0]
    if style.unpunctuated:
        return " and ".join(items) if lex.chance(0.4) else " ".join(items[:-1]) + " and " + items[-1] if len(items) == 2 else " and ".join(items)
    return lex.pick((_listed(items), _listed(items), ", ".join(items), " and ".join(items)))


def lists(lex: Lexicon) -> Turn:
    style = draw_style(lex)
    name = lex.pick(("shopping", "shopping", "shopping", "to-do", "to-do", lex.pick(("packing", "wish", "party", "christmas", "reading", "garden", "gift", "guest", "camping", "holiday", "movie", "bucket")), lex.pseudo()))
    heard = lex.pick(("to-do", "to do", "todo")) if name == "to-do" else lex.pick(("shopping", "shopping", "grocery", "groceries")) if name == "shopping" else name
    items = [style.plain(item) for item in _items(lex, name)]
    joined, roll = ", ".join(items), lex.rng.random()
    spoken = _spoken(lex, style, items)
    if roll < 0.5:
        wording = lex.wording(_ADD)
        if name == "shopping" and lex.chance(0.4):
            wording = lex.wording(_BUY)
        elif name == "to-do" and lex.chance(0.5):
            wording = lex.wording(_DO)
        return _turn("list", _say(lex, style, wording, i=spoken, l=heard), "list_add", f"Added {_listed(items)} to the {name} list.", list=name, items=joined)
    if roll < 0.68:
        wording = lex.wording(_BOUGHT) if name == "shopping" and lex.chance(0.15) else lex.wording(_REMOVE)
        result = f"Removed {_listed(items)} from the {name} list." if lex.chance(0.85) else f"{_listed(items).capitalize()} isn't on the {name} list."
        return _turn("list", _say(lex, style, wording, i=spoken, l=heard), "list_remove", result, list=name, items=joined)
    if roll < 0.88:
        wording = lex.wording(_SHOW_SHOP) if name == "shopping" and lex.chance(0.3) else lex.wording(_SHOW_DO) if name == "to-do" and lex.chance(0.3) else lex.wording(_SHOW)
        result = f"On the {name} list: {_listed(items)}." if lex.chance(0.75) else f"The {name} list is empty."
        return _turn("list", _say(lex, style, wording, "?" if wording[0] in "wi" else ".", l=heard), "list_show", result, list=name)
    return _turn("list", _say(lex, style, lex.wording(_CLEAR), l=heard), "list_clear", f"The {name} list is empty now.", list=name)


def _duration(lex: Lexicon) -> str:
    number = str(lex.rng.randint(1, 90)) if lex.chance(0.65) else lex.pick(_ONES[:-1])
    one = number in ("1", "one")
    roll = lex.rng.random()
    if roll < 0.65:
        return f"{number} minute{'' if one else 's'}"
    if roll < 0.75:
        return lex.pick(("half an hour", "an hour", "a quarter of an hour", "one and a half hours", "an hour and a half", "a minute", "two and a half minutes", "three quarters of an hour", "half a minute", "1 hour 20 minutes", "one hour and ten minutes", "90 seconds"))
    if roll < 0.88:
        return f"{number} second{'' if one else 's'}"
    return f"{number} hour{'' if one else 's'}"


def timers(lex: Lexicon) -> Turn:
    style, roll = draw_style(lex), lex.rng.random()
    label = style.plain(lex.pseudo() if lex.chance(0.15) else lex.word(_LABELS))
    duration = style.plain(_duration(lex))
    if roll < 0.28:
        wording = lex.wording(_TIMER)
        return _turn("timer", _say(lex, style, wording, d=_as_adjective(wording, duration)), "timer_set", f"Timer set for {duration}.", duration=_as_adjective(wording, duration))
    if roll < 0.46:
        wording = lex.wording(_LABELLED)
        said = _as_adjective(wording, duration)
        return _turn("timer", _say(lex, style, wording, d=said, b=label), "timer_set", f"The {label} timer is set for {duration}.", duration=said, label=label)
    if roll < 0.485:
        task = style.plain(lex.word(words.TODOS))
        wording = lex.wording(_TASK_TIMER)
        return _turn("timer", _say(lex, style, wording, d=duration, b=task), "timer_set", f"Timer set for {duration}: {task}.", duration=duration, label=task)
    if roll < 0.54:
        result = lex.pick(("No timer is running.", f"The {label} timer has {duration} left.", f"The timer has {duration} left."))
        return _turn("timer", _say(lex, style, lex.wording(_TIMERS), "?"), "timer_list", result)
    if roll < 0.6:
        return _turn("timer", _say(lex, style, lex.wording(_CANCEL)), "timer_cancel", "The timer is cancelled.")
    if roll < 0.68:
        return _turn("timer", _say(lex, style, lex.wording(_CANCEL_LABEL), b=label), "timer_cancel", f"The {label} timer is cancelled.", label=label)
    return _schedule(lex, style)


def _as_adjective(wording: str, duration: str) -> str:
    """ "a 10 minute timer": the plural goes when the duration stands before its noun."""
    if "{d} timer" in wording and duration.endswith("s"):
        return duration.removesuffix("s")
    return duration


def _schedule(lex: Lexicon, style: Style) -> Turn:
    if lex.chance(0.62):
        wording = lex.wording(_PLAN)
        when = lex.value("time")
        if any(part in wording for part in ("for {w}", "appointment {w}, ", "entry {w}, ")) :
            when = when.removeprefix("on ").removeprefix("at ")
        when = style.plain(when)
        task = lex.word(words.TODOS) if lex.chance(0.7) else f"call {lex.name()}"
        what = style.plain(task if "to {x}" in wording else lex.pick((f"the {making.event(lex)}", making.event(lex), f"{lex.pick(('lunch', 'dinner', 'a meeting', 'coffee', 'tennis'))} with {lex.name()}")))
        return _turn("schedule", _say(lex, style, wording, x=what, w=when), "schedule_add", f"Added {what} to your schedule, {when}.", when=when, what=what)
    wording = lex.wording(_AGENDA)
    when = lex.pick((day(lex.rng), "today", "tomorrow", f"next {day(lex.rng)}", "this week", "tomorrow morning", "next week", lex.value("date"), "this evening", "on the weekend", "this afternoon"))
    spoken = f"on {when}" if when in DAYS and "for" not in wording else when
    result = lex.pick(("Nothing is planned.", f"{lex.word(words.APPOINTMENTS).capitalize()} at {clock_time(lex.rng)}."))
    when = style.plain(when)
    return _turn("schedule", _say(lex, style, wording, "?", w=style.plain(spoken)), "schedule_show", result, when=when)


def clock_or_sum(lex: Lexicon) -> Turn:
    style, roll = draw_style(lex), lex.rng.random()
    if roll < 0.55:
        what = lex.pick(("time", "time", "date", "day"))
        results = {"time": f"It's {clock_time(lex.rng)}.", "date": f"Today is {day(lex.rng)} {lex.value('date')}.", "day": f"It's {day(lex.rng)}."}
        wording = lex.wording({"time": _TIME, "date": _DATE, "day": _DAY}[what])
        return _turn("clock", _say(lex, style, wording, "?" if lex.chance(0.8) else "."), "clock", results[what], what=what)
    expression = style.plain(_expression(lex))
    result = f"{expression} is {lex.rng.randint(-40, 9000)}." if lex.chance(0.9) else "I can't work that out."
    return _turn("calculate", _say(lex, style, lex.wording(_SUM), "?", e=expression), "calculate", result, expression=expression)


def _expression(lex: Lexicon) -> str:
    def number() -> str:
        if lex.chance(0.3):
            return lex.pick(_ONES)
        return str(lex.rng.randint(0, 10 ** lex.pick((1, 2, 2, 3, 4)))) if lex.chance(0.9) else f"{lex.rng.randint(0, 99)}.{lex.rng.randint(1, 99)}"

    operator = lex.pick(("times", "plus", "minus", "divided by", "times", "+", "-", "*", "/", "x", "multiplied by", "over"))
    roll = lex.rng.random()
    if roll < 0.12:
        return f"{number()} percent of {number()}" if lex.chance(0.6) else f"{lex.rng.randint(1, 99)}% of {number()}"
    if roll < 0.2:
        return f"{number()} {operator} {number()} {lex.pick(('plus', 'minus', 'times', '+', '-'))} {number()}"
    if roll < 0.25:
        return lex.pick((f"the square root of {number()}", f"{number()} squared", f"half of {number()}", f"{number()} to the power of {number()}"))
    return f"{number()}{operator}{number()}" if operator in "+-*/" and lex.chance(0.3) else f"{number()} {operator} {number()}"
