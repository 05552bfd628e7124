"""Facts tied to a time: appointments, routines, opening hours, deadlines, travel and visits."""

from __future__ import annotations

from training_log.nano.corpus.facts import Relation
from training_log.nano.corpus.phrases import phrases

__all__ = [
    "BINS",
    "BIN_NAMES",
    "CLOSING",
    "EVENT",
    "MEDICINE",
    "NEED",
    "NEEDS",
    "NEEDY",
    "OPENING",
    "PLACES",
    "ROUTINE",
    "TRAVEL",
    "VISIT",
    "VISITORS",
]

_EVENT_STATES = phrases("""
    the {x} is {v} | {P} {x} is {v} | we have the {x} {v} | I have a {x} {v} | I've got a {x} {v} |
    there's a {x} {v} | the {x} starts {v} | {P} {x} is {v} | I have {P} {x} {v} | the {x} is planned
    {v} | the {x} will be {v} | {v} I have a {x} | the {x} takes place {v} | there is a {x} {v} | we've
    got a {x} {v} | {v} there's the {x} | I'm going to the {x} {v} | the {x} is happening {v} | {v} we
    have the {x} | my {x} got scheduled {v} | the {x} falls on {v} | the {x} was set for {v} | the {x}
    is booked for {v} | the {x} is set {v} | they scheduled the {x} {v} | they put the {x} {v} | I
    booked the {x} {v} | we booked a {x} {v} | I need to be at the {x} {v} | I'm at the {x} {v} | we're
    off to the {x} {v} | I must go to the {x} {v} | {P} {x} comes up {v} | the next {x} is {v} | {v}
    it's the {x} | {v} is when the {x} is | {v} I'm at the {x} | the {x} has been arranged
    {v} | the {x} begins {v} | the {x} will take place {v} | I agreed on a {x} {v} | there will be a {x}
    {v} | I'm expected at the {x} {v}
""")


_EVENT_ASKS = phrases("""
    when is the {x} | when's the {x} | when is {P} {x} | what time is the {x} | what day is the {x} | when
    does the {x} start | when do I have the {x} | at what time is the {x} | when was the {x} again | on
    which day is the {x} | when will the {x} be | when's my {x} | what time's the {x} | when do we have the
    {x} | when have I got the {x} | when do I need to go to the {x} | what date is the {x} | when exactly is
    the {x} | when is that {x} | the {x} is when | when did I say the {x} is | how soon is the {x} | when does the {x}
    begin | when does the {x} take place | for when is the {x} planned | when is the {x} scheduled | for when
    did I book the {x} | when am I expected at the {x} | when's the next {x} | when do I have to be at the {x}
    | on what day is the {x} | what have I got down for the {x} | when does the {x} happen | when is the {x}
    happening | what day did I say the {x} is | when was the {x} set for | when are we off to the {x} | when
    is the {x} going to be | look up when the {x} is | by when do I need to be at the {x}
""")


_EVENT_INDIRECT = phrases("""
    when the {x} is | when {P} {x} is | what time the {x} is | what day the {x} is | when the {x} starts |
    when the {x} was | when I have the {x} | what date the {x} is | when the {x} takes place | when I need to be
    at the {x} | when the {x} begins
""")


_EVENT_CHECKS = phrases("""
    is the {x} {v} | is the {x} today | do I have the {x} {v} | is {P} {x} tomorrow | the {x} is {v} right |
    isn't the {x} {v}
""")


EVENT = Relation(
    "time",
    "time",
    _EVENT_STATES,
    _EVENT_ASKS,
    _EVENT_INDIRECT,
    _EVENT_CHECKS,
    "the {x}",
    "schedule",
    when=True,
)


_ROUTINE_STATES = phrases("""
    {N} [have|has] {x} {v} | {N} [go|goes] to {x} {v} | {P} {x} is {v} | {P} {x} class is {v} | {N}
    [have|has] {O} {x} lesson {v} | {v} {N} [have|has] {x} | {N} [do|does] {x} {v} | {N} [take|takes]
    {x} lessons {v} | {P} {x} training is {v} | {N} [train|trains] {x} {v} | {N} [practise|practises]
    {x} {v} | {N} [attend|attends] {x} {v} | {N} [meet|meets] for {x} {v} | {N} [am|is] at {x} {v} | {P}
    {x} group meets {v} | {P} {x} course is {v} | {N} [join|joins] {x} {v} | {v} {N} [go|goes] to {x} | {N} [spend|spends] time on {x} {v} | {N} [teach|teaches] {x} {v}
""")


_ROUTINE_ASKS = phrases("""
    when [do|does] {N} have {x} | when is {P} {x} | when [do|does] {N} go to {x} | what day is {x} | when's
    {x} | which day [do|does] {N} have {x} | when is {P} {x} class | what days [do|does] {N} have {x} | when
    is {x} | what time is {x} | how often [do|does] {N} have {x} | when's {P} {x} lesson | on which day [do|does]
    {N} go to {x} | when [do|does] {N} do {x} | when [do|does] {N} train {x} | when's {P} {x} training | what
    day's {x} | when [do|does] {N} practise {x} | when does the {x} group meet | which days [do|does] {N} do
    {x} | when [am|is] {N} at {x} | at what time is {x} | when [do|does] {N} attend {x}
""")


ROUTINE = Relation(
    "{x}",
    "regular",
    _ROUTINE_STATES,
    _ROUTINE_ASKS,
    ("when {N} [have|has] {x}", "when {P} {x} is", "which day {N} [have|has] {x}"),
    (),
    "{P} {x}",
    "schedule",
    when=True,
)


BIN_NAMES = phrases("""
    the bins | the recycling | the paper bin | the glass | the garden waste | the rubbish | the black bin |
    the trash | the compost
""")


BINS = Relation(
    "collection",
    "regular",
    phrases("""
    {x} [go|goes] out {v} | {x} [am|is] collected {v} | we put out {x} {v} | {x} [get|gets] picked up
    {v} | they collect {x} {v} | {x} [have|has] to go out {v} | {x} [am|is] emptied {v} | the council
    takes {x} {v} | we wheel out {x} {v} | {x} [get|gets] collected {v} | the lorry comes for {x} {v} |
    {v} {x} [go|goes] out | I put {x} on the street {v} | {x} [am|is] due out {v}
"""),
    phrases("""
    when [do|does] {x} go out | when [am|is] {x} collected | when do we put out {x} | what day [am|is] {x} |
    when [do|does] {x} get picked up | which day do they collect {x} | when do I take out {x} | when [do|does]
    {x} have to go out | when [am|is] {x} emptied | on what day [do|does] {x} go out | when does the lorry come
    for {x} | when [am|is] {x} picked up | when do we wheel out {x} | which day [am|is] {x} collected
"""),
    ("when {x} [go|goes] out", "when we put out {x}", "what day they collect {x}"),
    (),
    "{x}",
    "schedule",
    when=True,
)


PLACES = phrases("""
    library | bakery | pharmacy | swimming pool | post office | butcher | town hall | gym | market | museum
    | playground | bank | surgery | corner shop | ice rink | farm shop | tip | garden centre | school office
    | hairdresser | canteen | kindergarten
""")


OPENING = Relation(
    "opening time",
    "clock",
    phrases("""
    the {x} opens at {v} | the {x} is open from {v} | the {x} doesn't open until {v} | the {x} opens its
    doors at {v} | the {x} is open at {v} | the {x} is open as of {v} | the {x} starts serving at {v} |
    at {v} the {x} opens | the {x} lets people in at {v} | they open the {x} at {v} | the {x} unlocks at
    {v}
"""),
    phrases("""
    when does the {x} open | what time does the {x} open | when is the {x} open | from when is the {x} open
    | how early does the {x} open | at what time does the {x} open | when do they open the {x} | when does the
    {x} open its doors | from what time is the {x} open | when can I go to the {x}
    | when can I get into the {x} | when will the {x} open
"""),
    ("when the {x} opens", "what time the {x} opens"),
    (),
    "when the {x} opens",
    "schedule",
    when=True,
)


CLOSING = Relation(
    "closing time",
    "clock",
    phrases("""
    the {x} closes at {v} | the {x} shuts at {v} | the {x} is open until {v} | the {x} stays open until
    {v} | the {x} closes its doors at {v} | the {x} locks up at {v} | at {v} the {x} closes | the {x} is
    closed from {v} | they close the {x} at {v} | the {x} takes no more people after {v} | last orders
    at the {x} are at {v}
"""),
    phrases("""
    when does the {x} close | what time does the {x} close | until when is the {x} open | how long is the
    {x} open | when does the {x} shut | at what time does the {x} close | when do they close the {x} | how late
    is the {x} open | till when is the {x} open | what time does the {x} shut | by when must I be at the {x} |
    when does the {x} lock up | until what time is the {x} open
"""),
    ("when the {x} closes", "how long the {x} is open", "what time the {x} shuts"),
    (),
    "when the {x} closes",
    "schedule",
    when=True,
)


NEEDS = phrases("""
    inspection | service | oil change | new battery | new filter | check-up | vaccination | repair | bath |
    cleaning | paint job
""")


NEEDY = phrases("""
    car | van | bike | boiler | motorbike | dog | cat | lawnmower | roof | caravan | heating | boat | piano
    | fish tank | chimney | coffee machine
""")


NEED = Relation(
    "{a}",
    "deadline",
    phrases("""
    the {x} needs a {a} {v} | {P} {x} needs a {a} {v} | the {x} has to get a {a} {v} | the {x} is due
    for a {a} {v} | {P} {x} must get a {a} {v} | the {x} is getting a {a} {v} | the {x} is booked in for
    a {a} {v} | the {x} should get a {a} {v} | I have to take the {x} for a {a} {v} | we owe the {x} a
    {a} {v} | somebody must give the {x} a {a} {v} | {v} the {x} needs a {a}
"""),
    phrases("""
    when does the {x} need a {a} | when is the {x} due for a {a} | by when does the {x} need a {a} | when
    does {P} {x} need a {a} | when does the {x} get a {a} | when is the {a} of the {x} | when is {P} {x}'s
    {a} | when must the {x} get a {a} | when do I take the {x} for a {a} | when is the next {a} of the {x} |
    until when does the {x} need a {a} | for when is the {x} booked in for a {a} | when should the {x} get a {a}
"""),
    ("when the {x} needs a {a}", "when {P} {x} is due for a {a}", "by when the {x} needs a {a}"),
    (),
    "when the {x} needs a {a}",
    "schedule",
    when=True,
)


MEDICINE = Relation(
    "{x}",
    "dose",
    phrases("""
    {N} [take|takes] {x} {v} | {N} [have|has] to take {x} {v} | {N} [need|needs] {x} {v} | {v} {N}
    [take|takes] {x} | {N} [must|must] take {x} {v} | {N} [get|gets] {x} {v} | {N} [use|uses] {x} {v} |
    {N} [swallow|swallows] {x} {v} | {N} [am|is] on {x} {v} | {P} doctor prescribed {x} {v} | {N}
    [am|is] supposed to take {x} {v} | {N} [should|should] have {x} {v}
"""),
    phrases("""
    when [do|does] {N} take {x} | when [do|does] {N} have to take {x} | how often [do|does] {N} take {x} |
    when [do|does] {N} need {x} | what time [do|does] {N} take {x} | at what time [do|does] {N} take {x} | when
    must {N} take {x} | when should {N} take {x} | when [am|is] {N} supposed to take {x} | how often [do|does]
    {N} need {x} | when [do|does] {N} get {x} | how often must {N} take {x} | when [do|does] {N} swallow {x}
"""),
    phrases("""
    when {N} [take|takes] {x} | how often {N} [take|takes] {x} | when {N} [have|has] to take {x}
"""),
    (),
    "{x}",
    "schedule",
    when=True,
)


TRAVEL = Relation(
    "trip to {x}",
    "time",
    phrases("""
    {N} [fly|flies] to {x} {v} | {N} [am|is] flying to {x} {v} | {N} [am|is] going to {x} {v} | {N}
    [leave|leaves] for {x} {v} | {N} [travel|travels] to {x} {v} | {v} {N} [go|goes] to {x} | {P} train
    to {x} leaves {v} | {P} flight to {x} is {v} | {N} [am|is] off to {x} {v} | {N} [head|heads] to {x}
    {v} | {N} [set|sets] off for {x} {v} | {N} [drive|drives] to {x} {v} | {N} [take|takes] the train to
    {x} {v} | {P} trip to {x} is {v} | {P} bus to {x} goes {v} | {N} will be in {x} {v} | {N} [have|has]
    a flight to {x} {v} | {N} [am|is] on the road to {x} {v} | {v} {N} [leave|leaves] for {x}
"""),
    phrases("""
    when [do|does] {N} fly to {x} | when [am|is] {N} going to {x} | when [do|does] {N} leave for {x} | when
    is {P} trip to {x} | when [do|does] {N} go to {x} | what day [am|is] {N} going to {x} | when [do|does] {N}
    travel to {x} | when is {P} flight to {x} | when does {P} train to {x} leave | when [am|is] {N} off to {x}
    | when [am|is] {N} flying to {x} | when [do|does] {N} set off for {x} | when will {N} be in {x} | on what
    day [do|does] {N} leave for {x} | when [do|does] {N} head to {x} | when [am|is] {N} leaving for {x} | when's
    {P} trip to {x}
"""),
    ("when {N} [go|goes] to {x}", "when {N} [leave|leaves] for {x}", "when {N} [fly|flies] to {x}"),
    (),
    "{P} trip to {x}",
    "schedule",
    when=True,
)


VISITORS = phrases("""
    plumber | painter | cleaner | gardener | chimney sweep | electrician | postman | delivery van |
    locksmith | babysitter | nurse | midwife | engineer | technician | removal firm | piano tuner |
    landlord | inspector | vet | roofer | glazier | carpenter | tiler | window cleaner | meter reader |
    caretaker | estate agent | courier | dog walker | physio | tutor | photographer | tree surgeon |
    pest control | heating engineer | handyman | sweep | decorator | builder | milkman | baker | grocery
    van | boiler man | gas man | electrician's mate | broadband engineer | fridge repairman |
    upholsterer | auctioneer | surveyor | solicitor | notary | priest | health visitor | carer | speech
    therapist | piano teacher | riding instructor | dog groomer | farrier | beekeeper | gutter cleaner |
    scaffolder | bricklayer | paver | pool cleaner | au pair | lodger | new tenant | letting agent
""")


VISIT = Relation(
    "visit",
    "time",
    phrases("""
    {N} [come|comes] to visit {v} | {N} [am|is] coming over {v} | {N} [arrive|arrives] {v} | {N} [am|is]
    visiting {v} | {N} [am|is] coming to dinner {v} | {v} {N} [come|comes] round | {N} will be here {v}
    | {N} [drop|drops] by {v} | {N} [come|comes] {v} | {N} [am|is] coming {v} | {N} [am|is] due {v} |
    {N} will come {v} | we're expecting {N} {v} | {N} [stop|stops] by {v} | {N} [pop|pops] in {v} | {N}
    [swing|swings] by {v} | {N} [call|calls] round {v} | {N} [show|shows] up {v} | {N} [turn|turns] up
    {v} | {N} [stay|stays] with us {v} | {N} [am|is] expected {v} | {N} [am|is] booked {v} | {v} {N}
    [arrive|arrives] | {v} {N} [am|is] here | {N} [am|is] on {O} way {v} | we're having {N} over {v} |
    {N} [am|is] scheduled to come {v}
"""),
    phrases("""
    when [do|does] {N} come | when [am|is] {N} coming | when [do|does] {N} arrive | when [am|is] {N}
    visiting | what day [do|does] {N} come over | when [do|does] {N} get here | when will {N} be here | when
    [am|is] {N} expected | when do we expect {N} | when [am|is] {N} due | what day [am|is] {N} coming | when
    [do|does] {N} drop by | at what time [am|is] {N} coming | when will {N} come | when [do|does] {N} come over
    | when did I say {N} [am|is] coming | when [do|does] {N} show up | when [am|is] {N} booked
"""),
    ("when {N} [come|comes]", "when {N} [arrive|arrives]", "when {N} [am|is] coming"),
    (),
    "when {N} [come|comes]",
    "schedule",
    when=True,
)
