"""Facts of everyday life: traits, what people will do and when, what is due, how to reach somebody."""

from __future__ import annotations

from training_log.nano.corpus.facts import Relation
from training_log.nano.corpus.phrases import phrases

__all__ = ["SELF", "COUNT", "COUNTED", "MODEL", "CLASSES", "CONTACT", "DUE", "DUE_THINGS", "LIFE", "TRAIT"]

TRAIT = Relation(
    "trait",
    "trait",
    phrases("""
    {N} [am|is] {v} | {N} [am|is] also {v} | {N} [have|has] always been {v} | {N} [am|is] actually {v} |
    {N} [have|has] been {v} for years | {N} [am|is] definitely {v} | {N} [became|became] {v} | {N}
    [am|is] now {v} | {N} [am|is] a little {v} | {N} still [am|is] {v} | {N} [am|is] known to be {v} |
    {N} [am|is] just {v}
"""),
    phrases("""
    [am|is] {N} {v} | is it true that {N} [am|is] {v} | did I say {N} [am|is] {v} | {N} [am|is] {v}, right |
    do you remember if {N} [am|is] {v} | am I right that {N} [am|is] {v}
"""),
    many=True,
)

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
lunch: have|has lunch with grandma
friends: have|has friends over
in-laws: have|has dinner with the in-laws
picnic: have|has a picnic
speech: give|gives a speech
flat viewing: view|views the flat
cinema: go|goes to the cinema
theatre: go|goes to the theatre
hike: go|goes hiking
car: pick|picks up the car
cake: bake|bakes the cake
fence: paint|paints the fence
bike repair: take|takes the bike to the shop
guests: host|hosts the neighbours
"""


_ING = {"get": "getting", "run": "running", "sit": "sitting", "see": "seeing"}


def _life(attr: str, base: str, third: str) -> Relation:
    verb, _, rest = third.partition(" ")
    both = f"[{base}|{verb}]"
    said = f"{both} {rest}".strip()
    plain = f"{base} {rest}".strip()
    going = f"{_ING.get(base, base.removesuffix('e') + 'ing')} {rest}".strip()
    return Relation(
        attr,
        "when",
        (
            f"{{N}} {said} {{v}}",
            f"{{v}} {{N}} {said}",
            f"{{N}} will {plain} {{v}}",
            f"{{N}} [am|is] going to {plain} {{v}}",
            f"{{N}} [have|has] to {plain} {{v}}",
            f"{{N}} [am|is] {going} {{v}}",
            f"{{v}} {{N}} [am|is] {going}",
        ),
        (
            f"when [do|does] {{N}} {plain}",
            f"when [am|is] {{N}} going to {plain}",
            f"when [am|is] {{N}} {going}",
            f"what day [do|does] {{N}} {plain}",
            f"when will {{N}} {plain}",
            f"on which day [do|does] {{N}} {plain}",
            f"do you know when {{N}} {said}",
            f"when [do|does] {{N}} have to {plain}",
            f"when exactly [do|does] {{N}} {plain}",
            f"what date will {{N}} {plain}",
            f"at what time [do|does] {{N}} {plain}",
            f"when did I say {{N}} {said}",
            f"on what day [am|is] {{N}} going to {plain}",
            f"when [am|is] {{N}} supposed to {plain}",
            f"by when [do|does] {{N}} {plain}",
            f"what day [am|is] {{N}} {going}",
        ),
        (f"when {{N}} {said}", f"when {{N}} [am|is] going to {plain}", f"what day {{N}} {said}"),
        (),
        f"when {{N}} {said}",
        "schedule",
        when=True,
    )


LIFE = tuple(
    _life(attr, *forms.strip().split("|"))
    for attr, _, forms in (line.partition(": ") for line in _VERBS.strip().splitlines())
)

DUE_THINGS = phrases("""
    rent | library book | electricity bill | tax return | essay | homework | car insurance | phone bill |
    gym membership | parking permit | passport renewal | report | mortgage | invoice | water bill |
    subscription | loan | school form | deposit | baby | maths homework | project | internet bill | road tax
""")
DUE = Relation(
    "due date",
    "due",
    phrases("""
    the {x} is due {v} | {P} {x} is due {v} | the {x} has to be paid {v} | the {x} must be in {v} | the
    deadline for the {x} is {v} | the {x} is to be paid {v} | I have to hand in the {x} {v} | the {x}
    needs to be in {v} | the {x} runs out {v} | the {x} expires {v} | they want the {x} {v} | I owe the
    {x} {v} | {P} {x} falls due {v} | the {x} should be settled {v} | we expect the {x} {v}
"""),
    phrases("""
    when is the {x} due | when's the {x} due | by when is the {x} due | when is {P} {x} due | what's the
    deadline for the {x} | when is the deadline for the {x} | until when do I have for the {x} | what day is
    the {x} due | when must the {x} be in | when does the {x} have to be paid | when does the {x} fall due |
    how long do I have for the {x} | when does the {x} expire | when does the {x} run out | by what day is the
    {x} due | when do I have to pay the {x} | when do I hand in the {x} | on what date is the {x} due | when do
    they want the {x} | when should the {x} be settled
"""),
    ("when the {x} is due", "when {P} {x} is due", "by when the {x} is due"),
    ("is the {x} due {v}", "is the {x} due today"),
    "when the {x} is due",
    "schedule",
    when=True,
)

CONTACT = Relation(
    "phone number",
    "phone",
    phrases("""
    {P} number is {v} | you can reach {N} on {v} | {N} can be reached on {v} | you can call {N} on {v} |
    {N}'s new number is {v} | the number of {N} is {v} | {N} has the number {v} | call {N} on {v} | {v}
    is {P} number | you get {N} under {v} | {P} phone is {v} | {N} [have|has] a new number, {v} | {P}
    new phone number is {v} | try {N} on {v} | ring {N} on {v} | text {N} on {v} | {N} [pick|picks] up
    on {v} | {v} is where you reach {N} | {P} direct line is {v} | {N} [answer|answers] on {v}
"""),
    phrases("""
    what is {P} number | what's {P} phone number | how can I reach {N} | how do I call {N} | on what number
    can I reach {N} | do you have {P} number | have you got {P} phone number | what's {N}'s number | give me
    {P} number | I need to call {N}, what's the number | what is the number of {N} | I need {P} phone number
    | I want to phone {N}, what's the number | how can I call {N} | what number do I ring for {N} | on which
    number do I reach {N} | under what number do I get {N} | where can I reach {N} | what's the number for {N}
    | how do I get hold of {N} | how do I reach {N} | what do I dial for {N} | which number [do|does] {N} answer
    | what's {P} direct line | what number is {N} on | I have to ring {N}, what's the number
"""),
    ("what {P} number is", "how to reach {N}", "how I can reach {N}"),
    ("is {P} number {v}",),
    "{P} number",
)

SELF = Relation(
    "name",
    "fullname",
    phrases("""
    my name is {v} | I'm {v} | my name's {v} | I am {v} | call me {v} | you can call me {v} | I'm called
    {v} | people call me {v} | my friends call me {v} | {v} is my name | I go by {v} | they call me {v}
    | the name is {v} | everybody calls me {v} | my full name is {v} | I answer to {v} | my parents
    named me {v} | I introduce myself as {v} | they named me {v} | I was named {v} | I was christened
    {v} | my first name is {v} | my given name is {v} | at work they call me {v} | at home I'm {v} |
    please call me {v} | it's {v}, that's my name | I am known as {v}
"""),
    phrases("""
    what is my name | what's my name | do you know my name | tell me my name | do you remember my name |
    what am I called | what do you call me | have I told you my name | say my name | what was my name | my
    name please | what do people call me | you know my name | what name do I go by | which name do I have |
    what did my parents name me | how am I called | what's my full name | what's my first name | by what name
    do you know me | what do my friends call me | what name did I give you | how do you address me | do you
    still know my name | what was I christened
"""),
    ("what my name is", "what I'm called", "what you call me"),
    ("is my name {v}", "am I {v}", "my name is {v} right"),
    "my name",
)


COUNTED = phrases("""
    cats | dogs | children | kids | sisters | brothers | cars | bikes | rabbits | hens | houses |
    tattoos | grandchildren | laptops | umbrellas | guitars | goldfish | cousins | nieces | nephews |
    sheep | horses | aunts | monitors | plants | keys | jobs | phones | daughters | sons | stepchildren
    | grandsons | granddaughters | godchildren | parrots | ducks | goats | ponies | beehives | tortoises
    | fish tanks | tents | boats | vans | scooters | watches | cameras | violins | pianos | bookcases |
    passports | bank accounts | email addresses | computers | tablets | screens | rings | scars |
    allergies | employees | tenants | students | apple trees | rose bushes
""")


COUNT = Relation(
    "{a}",
    "few",
    phrases("""
    {N} [have|has] {v} {a} | {N} [have|has] got {v} {a} | {N} [own|owns] {v} {a} | there are {v} {a} at
    {P} place | {N} [have|has] {v} {a} at home | {N} now [have|has] {v} {a} | {N} [look|looks] after {v}
    {a} | {N} [keep|keeps] {v} {a} | {N} [count|counts] {v} {a} | {N} [live|lives] with {v} {a} | {N}
    [bought|bought] {v} {a} | {N} [have|has] {v} {a} all in all | {P} family has {v} {a} | {N} [am|is]
    down to {v} {a}
"""),
    phrases("""
    how many {a} [do|does] {N} have | how many {a} [have|has] {N} got | what number of {a} [do|does] {N}
    have | how many {a} are there at {P} place | how many {a} did I say {N} [have|has] | tell me how many
    {a} {N} [have|has] | how many {a} [do|does] {N} own | how many {a} [do|does] {N} keep | how many {a} live
    at {P} place | how many {a} [do|does] {N} look after | how many {a} did {N} buy | how many {a} [am|is] {N}
    down to | how many {a} [do|does] {N} count
"""),
    ("how many {a} {N} [have|has]", "how many {a} {N} [have|has] got"),
    ("[do|does] {N} have {v} {a}", "[have|has] {N} got {v} {a}"),
    "{P} {a}",
)


CLASSES = phrases("""
    car | phone | bike | laptop | printer | washing machine | camera | tv | fridge | sofa | boat | watch
    | guitar | bag | jacket | coat | house | van | tent | dog | motorbike | scooter | caravan | tablet |
    computer | keyboard | headset | speaker | record player | piano | violin | amplifier | bed | desk |
    chair | table | lamp | cooker | dishwasher | freezer | kettle | mower | drill | suitcase | rucksack
    | helmet | kayak | surfboard | telescope
""")


MODEL = Relation(
    "{a}",
    "model",
    phrases("""
    {P} {a} is a {v} | {N} [have|has] a {v} {a} | {N} [bought|bought] a {v} {a} | {P} {a} is {v} | {N}
    [own|owns] a {v} {a} | {P} new {a} is a {v} | {N} [got|got] {v} as {P} {a} | {N} [ordered|ordered] a
    {v} {a} | {N} [use|uses] a {v} {a} | {N} [rent|rents] a {v} {a} | {P} {a} happens to be a {v} | the
    make of {P} {a} is {v} | {N} [picked|picked] a {v} {a}
"""),
    phrases("""
    what {a} [do|does] {N} have | what kind of {a} [do|does] {N} have | what is {P} {a} | which {a}
    [do|does] {N} have | what make is {P} {a} | what sort of {a} is {P} {a} | what's {P} {a} like | what
    model is {P} {a} | what make of {a} [do|does] {N} have | which {a} did {N} buy | what {a} [do|does] {N}
    own | what {a} did {N} get | what {a} [do|does] {N} use | which model is {P} {a} | what {a} [have|has] {N}
    got | what brand is {P} {a} | which make is {P} {a} | what {a} did {N} order
"""),
    ("what {a} {N} [have|has]", "what kind of {a} {N} [have|has]", "which {a} {N} [have|has]"),
    ("is {P} {a} a {v}", "[do|does] {N} have a {v} {a}"),
    "{P} {a}",
)
