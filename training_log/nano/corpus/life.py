"""Facts of everyday life: traits, what people will do and when, what is due, how to reach somebody."""

from __future__ import annotations

from training_log.nano.corpus.facts import Relation

__all__ = ["CONTACT", "DUE", "DUE_THINGS", "LIFE", "TRAIT"]

TRAIT = Relation(
    "trait", "trait",
    ("{N} [am|is] {v}", "{N} [am|is] also {v}", "{N} [have|has] always been {v}", "{N} [am|is] actually {v}", "{N} [have|has] been {v} for years"),
    ("[am|is] {N} {v}", "is it true that {N} [am|is] {v}", "did I say {N} [am|is] {v}", "{N} [am|is] {v}, right", "do you remember if {N} [am|is] {v}", "have I told you that {N} [am|is] {v}"),
    many=True,
)  # fmt: skip

_VERBS = """
school start: start|starts school
wedding: get|gets married
retirement: retire|retires
return: come|comes back
holiday: go|goes on holiday
move: move|moves house
operation: have|has surgery
shift: have|has the night shift
exam: sit|sits the final exam
day off: have|has a day off
new job: start|starts the new job
marathon: run|runs the marathon
concert: play|plays in the concert
braces: get|gets the braces off
keys: pick|picks up the keys
blood donation: give|gives blood
babysitting: babysit|babysits
training: start|starts the training
meeting: meet|meets the landlord
pickup: collect|collects the children
conference: speak|speaks at the conference
interview: have|has a job interview
home office: work|works from home
haircut: get|gets a haircut
dinner: cook|cooks dinner
delivery: get|gets the new sofa
checkup: see|sees the doctor
dog walk: walk|walks the dog
party: throw|throws a party
moving out: move|moves out
visit: visit|visits grandma
camping: go|goes camping
swimming: go|goes swimming
"""


def _life(attr: str, base: str, third: str) -> Relation:
    verb, _, rest = third.partition(" ")
    both = f"[{base}|{verb}]"
    said = f"{both} {rest}".strip()
    plain = f"{base} {rest}".strip()
    return Relation(
        attr, "when",
        (f"{{N}} {said} {{v}}", f"{{v}} {{N}} {said}", f"{{N}} will {plain} {{v}}", f"{{N}} [am|is] going to {plain} {{v}}", f"{{N}} [have|has] to {plain} {{v}}"),
        (f"when [do|does] {{N}} {plain}", f"when [am|is] {{N}} going to {plain}", f"what day [do|does] {{N}} {plain}", f"when will {{N}} {plain}", f"on which day [do|does] {{N}} {plain}", f"do you know when {{N}} {said}"),
        (f"when {{N}} {said}", f"when {{N}} [am|is] going to {plain}", f"what day {{N}} {said}"),
        (), f"when {{N}} {said}", "schedule", when=True,
    )  # fmt: skip


LIFE = tuple(
    _life(attr, *forms.strip().split("|"))
    for attr, _, forms in (line.partition(": ") for line in _VERBS.strip().splitlines())
)

DUE_THINGS = ("rent", "library book", "electricity bill", "tax return", "essay", "homework", "car insurance", "phone bill", "gym membership", "parking permit", "passport renewal", "report", "mortgage", "invoice", "water bill", "subscription", "loan", "school form", "deposit", "baby", "maths homework", "project", "internet bill", "road tax")
DUE = Relation(
    "due date", "due",
    ("the {x} is due {v}", "{P} {x} is due {v}", "the {x} has to be paid {v}", "the {x} must be in {v}", "the deadline for the {x} is {v}"),
    ("when is the {x} due", "when's the {x} due", "by when is the {x} due", "when is {P} {x} due", "what's the deadline for the {x}", "when is the deadline for the {x}", "until when do I have for the {x}", "what day is the {x} due"),
    ("when the {x} is due", "when {P} {x} is due", "by when the {x} is due"),
    ("is the {x} due {v}", "is the {x} due today"), "when the {x} is due", "schedule", when=True,
)  # fmt: skip

CONTACT = Relation(
    "phone number", "phone",
    ("{P} number is {v}", "you can reach {N} on {v}", "{N} can be reached on {v}", "you can call {N} on {v}", "{N}'s new number is {v}", "the number of {N} is {v}", "{N} has the number {v}", "call {N} on {v}", "{v} is {P} number", "you get {N} under {v}", "{P} phone is {v}"),
    ("what is {P} number", "what's {P} phone number", "how can I reach {N}", "how do I call {N}", "on what number can I reach {N}", "do you have {P} number", "have you got {P} phone number", "what's {N}'s number", "give me {P} number", "I need to call {N}, what's the number", "what is the number of {N}", "I need {P} phone number", "I want to phone {N}, what's the number"),
    ("what {P} number is", "how to reach {N}", "how I can reach {N}"),
    ("is {P} number {v}",), "{P} number",
)  # fmt: skip
