"""What each kind of doubt costs: the logarithm of how much less likely it makes a reply."""

from __future__ import annotations

import math

__all__ = [
    "BORROWED",
    "BROKEN_OFF",
    "CUT",
    "ILL_FORMED",
    "LEFT_OVER",
    "LOST",
    "MISSAID",
    "NO_CLAIM",
    "OF_THE_WORLD",
    "OPENED",
    "PASSED_OVER",
    "PUT_RIGHT",
    "STUTTERED",
    "TAKEN",
    "UNCALLED",
    "UNPLANNED",
    "UNTAUGHT",
    "UNTIMED",
]

UNTIMED = math.log(1e-4)
"""For a plan, or what happened, without a time, and for no plan with an hour: when it happens is what makes it one."""
UNPLANNED = math.log(0.01)
"""For what names a day of the week and is no plan: "your aunt comes on Friday"."""
OF_THE_WORLD = math.log(1e-3)
"""For what speaks of a person and is called general knowledge, or the other way round."""
NO_CLAIM = math.log(1e-3)
"""For a time of nothing, or a thing of which nothing is said: "on Saturday at 7", "BD51 SMR"."""
UNTAUGHT = math.log(1e-6)
"""For a call of something that there isn't: `schedule_set`; for what no fact ends with: "the blue coat is"."""
PUT_RIGHT = math.log(0.05)
"""For a value that was put right: "5417" in "the code is 5417, I mean 2265"."""
PASSED_OVER = math.log(0.03)
"""For each claim that lies before what is stored, or before the end of a reply, and isn't stored."""
BORROWED = math.log(0.1)
"""For words from before in a fact that has a subject of its own, for each word that gives way to them, for a subject left out."""
OPENED = math.log(0.01)
"""For a fact that begins with a word that says nothing, or not of whom: "are allergic to nuts", "she has a cat"."""
TAKEN = math.log(1e-3)
"""For what somebody else has, kept as the person's: "your number" of "his number"."""
ILL_FORMED = math.log(1e-3)
"""For words that can't stand together and weren't said so: "at between nine and ten"."""
LEFT_OVER = math.log(0.1)
"""For each word that tells something and that nothing keeps: "Wednesdays" in "on Wednesdays she goes to yoga"."""
UNCALLED = math.log(0.01)
"""For a correction where nothing that Lila knows is put right, and nobody says that anything changed."""
LOST = math.log(0.3)
"""For each word that a correction leaves out of what was just noted."""
MISSAID = math.log(0.05)
"""For an article or a verb that doesn't fit: "you are a accountant", "the keys is in the car"."""
STUTTERED = math.log(1e-3)
"""For a word or two that are written twice and were said once: "is where you reach you reach"."""
CUT = math.log(1e-3)
"""For a fact that stops short of the end: "you own a blood" of "I own a blood orange"."""
BROKEN_OFF = math.log(0.05)
"""For a fact that stops a word or two before what is said breaks off, or goes on behind it: "your watch is a Breack" of "a Breack 551, and …"."""
