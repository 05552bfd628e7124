"""Attributes that people and things have: my door code, my sister's birthday, the plate of the van."""

from __future__ import annotations

from functools import lru_cache

from training_log.nano.corpus.facts import Relation
from training_log.nano.corpus.phrases import pairs, phrases

__all__ = [
    "BIRTHDAYS",
    "FAVOURITES",
    "NAMED",
    "OWN",
    "PERSONAL",
    "THINGS_OF",
    "OWN_TOPIC",
    "THING_TOPIC",
    "attribute",
    "thing_of",
]

_STATES = phrases("""
    {P} {a} is {v} | {v} is {P} {a} | {P} {a} is {v} | {P} {a} is {v} | {P} new {a} is {v} | the {a} I
    use is {v} | they gave me {v} as {P} {a} | {P} {a} reads {v} | use {v} as {P} {a} | {P} current {a} is {v} | {P} {a}
    remains {v} | {P} {a} equals {v} | {P} {a} will be {v} | for {P} {a} I use {v} | I chose {v} as {P} {a} |
    {P} {a}'s {v} | we have {v} as {P} {a} | {P} {a} happens to be {v} | I picked {v} as
    {P} {a} | {P} {a} turns out to be {v} | I always use {v} as {P} {a}
""")
_STATES_ANY = (
    "{P} {a} is {v}", "{v} is {P} {a}", "{P} {a} is {v}",
    "{P} {a} is now {v}", "{P} {a} will be {v}", "{P} {a} remains {v}", "{P} {a} was always {v}",
    "{P} {a} happens to be {v}", "{v}, that's {P} {a}", "{P} current {a} is {v}", "{P} {a} turns out to be {v}",
    "{P} {a} has always been {v}", "{v} is still {P} {a}",
)  # fmt: skip
_ASKS = phrases("""
    what is {T} | what's {T} | what was {T} | tell me {T} | {T} | remind me of {T} | do you know {T} | do
    you remember {T} | I forgot {T} | what's {T} again | what was {T} again | give me {T} | can you tell me
    {T} | I need {T} | have I told you {T} | did I tell you {T} | what did I say {T} was | what did I tell
    you about {T} | could you give me {T} | I've forgotten {T} | whats {T} | read me {T} | what would {T} be
    | say {T} please | can you give me {T} please | please tell me {T} | do you have {T} | have you got {T}
    | how was {T} again | look up {T} | show me {T} | I can't remember {T} | find {T} for me | which one is
    {T} | what is {T} these days | what have you got for {T} | what did I give you as {T} | what's noted as
    {T} | what do you have down as {T} | check {T} for me | could you look up {T} | {T} please | what does {T}
    happen to be | I need to know {T} | let me have {T} | what do I have as {T} | any idea of {T} | what is
    currently {T} | what should {T} be | is there a note of {T} | I'm after {T} | recall {T} | what was {T}
    supposed to be | fill me in on {T} | where did I note {T} | now what is {T}
""")
_INDIRECT = (
    "what {T} is",
    "what {T} was",
    "what {T} is",
    "what {T} is again",
    "what I said {T} was",
    "what we have as {T}",
)
_CHECKS = phrases("""
    is {T} {v} | {T} is {v}, right | is {v} {T} | isn't {T} {v} | is it true that {T} is {v} | {T} is {v}
    isn't it
""")

_WHO_STATES = phrases("""
    {P} {a} is {v} | {P} {a} is called {v} | {P} {a}'s name is {v} | the name of {P} {a} is {v} | {v} is
    {P} {a} | [I have|{N} has] a {a} called {v} | [I've got|{N} has got] a {a} named {v} | {P} {a} goes
    by {v} | {P} {a}'s called {v} | [I|{N}] [have|has] a {a}, {v} | {P} {a} is {v} | {P} {a} answers to
    {v} | {P} {a} was named {v} | we named {P} {a} {v} | they call {P} {a} {v} | everybody calls {P} {a}
    {v} | {P} {a} is known as {v} | {P} {a} has the name {v} | {v} is the name of {P} {a} | {v} is what
    we call {P} {a} | [I have|{N} has] a {a} by the name of {v} | [I|{N}] [have|has] a new {a}, {v} |
    [I|{N}] [have|has] a {a} whose name is {v} | {P} {a} listens to {v} | {P} {a}, that's {v} | {P} new
    {a} is {v} | [we have|{N} has] a {a} named {v} | [we have|{N} has] a {a}, {v} | [we have|{N} has] a {a} {v} |
    [we've got|{N} has got] a {a} called {v}
""")
_WHO_ASKS = phrases("""
    what is {T} called | what's {T} called | what is {T}'s name | what's {T}'s name | what's the name of {T}
    | who is {T} | who's {T} | tell me the name of {T} | what is the name of {T} | what was {T}'s name again
    | do you know {T}'s name | what was {T} called again | the name of {T} | remind me of {T}'s name | what
    do we call {T} | I forgot {T}'s name | {T}'s name | give me {T}'s name | do you remember {T}'s name |
    how is {T} called | which name does {T} have | I've forgotten the name of {T} | what's {T} name | what name
    did we give {T} | what does everybody call {T} | by what name does {T} go | what did I name {T} | what name
    does {T} answer to | what is {T} known as | say {T}'s name | who did I say {T} is | what name goes with {T}
    | what's {T} named | which name did I tell you for {T} | I need {T}'s name | the name of {T} is what | how
    do I address {T}
""")
_WHO_INDIRECT = phrases("""
    what {T} is called | what {T}'s name is | who {T} is | how {T} is called | what the name of {T} is | what
    we call {T} | what {T} was called | by what name {T} goes | what name {T} has
""")
_WHO_CHECKS = phrases("""
    is {T} called {v} | is {v} {T} | is {T}'s name {v} | {T} is called {v}, right | isn't {T} called {v} |
    who is {v} | who is {v} | who's {v} | do you know {v} | [do|does] {N} have a {a}
""")

_WHEN_ASKS = phrases("""
    when is {T} | when's {T} | what day is {T} | what date is {T} | what's {T} | do you know {T} | tell me
    {T} | when was {T} again | remind me when {T} is | on what day is {T} | which day is {T} | what is the
    date of {T} | I forgot {T} | when do we celebrate {T} | when exactly is {T} | {T} is when | {T} | what's
    the date of {T} | which date is {T} | when does {T} fall | when will {T} be | give me the date of {T} |
    what date did I give you for {T} | look up {T} | when do we have {T} | when's {T} again | {T} is on which
    day | in which month is {T} | when did I say {T} is | can you look up {T} | when does {T} come up
""")
_WHEN_INDIRECT = ("when {T} is", "when {T} is", "what day {T} is", "on which day {T} is", "when {T} was")
_WHEN_CHECKS = ("is {T} {v}", "is {T} on {v}", "{T} is on {v} right")

_THING_STATES = phrases("""
    the {a} for {x} is {v} | the {a} of {x} is {v} | {v} is the {a} for {x} | {x} has the {a} {v} |
    {x}'s {a} is {v} | the {a} for {x} is {v} | {v} is {x}'s {a} | the {a} on {x} is {v} | the {a} for
    {x} is set to {v} | {x} uses the {a} {v} | {x} takes the {a} {v} | for {x} the {a} is {v} | {v} is the {a} of {x} | {x} needs
    the {a} {v} | the {a} you need for {x} is {v} | the {a} at {x} is {v}
""")


@lru_cache
def attribute(kind: str, *, when: bool = False, any_who: bool = False) -> Relation:
    """``my {a} is {v}``: a thing that somebody has exactly one of."""
    if when:
        states = phrases("""
    {P} {a} is {v} | {P} {a} is on {v} | {v} is {P} {a} | {P} {a} falls on {v} | {P} {a} is always on
    {v} | {P} {a} lands on {v} | {P} {a} comes on {v} | we celebrate {P} {a} on {v} | {P} {a} takes
    place on {v} | on {v} it's {P} {a} | {v} is when {P} {a} is | {P} {a} will be on {v}
""")
        return Relation("{a}", kind, states, _WHEN_ASKS, _WHEN_INDIRECT, _WHEN_CHECKS, "{P} {a}", when=True)
    states = _STATES_ANY if any_who else _STATES
    return Relation("{a}", kind, states, _ASKS, _INDIRECT, _CHECKS, "{P} {a}")


NAMED = Relation("name", "name", _WHO_STATES, _WHO_ASKS, _WHO_INDIRECT, _WHO_CHECKS, "{P} {a}")
OWN_TOPIC = "{P} {a}"
THING_TOPIC = "the {a} for {x}"


@lru_cache
def thing_of(kind: str) -> Relation:
    """``the {a} for {x} is {v}``: what belongs to a thing or a place."""
    return Relation("{a}", kind, _THING_STATES, _ASKS, _INDIRECT, _CHECKS, THING_TOPIC)


def _table(text: str) -> tuple[tuple[str, str], ...]:
    rows = []
    for line in text.strip().splitlines():
        kind, _, names = line.partition(":")
        rows += [(name.strip(), kind.strip()) for name in names.split(",")]
    return tuple(rows)


OWN = _table("""
code: door code, pin, PIN code, alarm code, gate code, garage code, bike lock code, locker code
code: safe combination, entry code, voicemail pin, sim pin, card pin, phone pin, lock combination
code: unlock code, front door code, bank pin, cellar code, gym code, building code, parental code
code: tablet pin
password: wifi password, password, laptop password, email password, netflix password, computer password
password: router password, guest wifi password, tablet password, router name, wifi name, username, login
password: user name, safe word, screen name, gamer tag
number: locker number, room number, parking space, desk number, seat number, apartment number, house number
number: bus number, tram line, target weight, office number, gate number, platform, table number
number: floor number, jersey number, extension, cabin number, berth number, shelf number
reference: passport number, library card number, account number, customer number, booking reference
reference: order number, tracking number, tax number, insurance number, membership number, flight number
reference: policy number, student number, ticket number, loyalty card number, case number, serial number
reference: reservation number, frequent flyer number, meter number, badge number, employee number
reference: driving licence number, ID number
plate: licence plate, license plate, number plate, car registration, registration number
phone: work number, office phone, landline, emergency contact number
website: website, blog, homepage, web shop, portfolio site
company: bank, insurance company, internet provider, phone company, employer, energy supplier
company: mobile provider, gym, pharmacy, airline, publisher, garage, supermarket, health insurance
company: estate agent
price: rent, salary, monthly budget, phone bill, electricity bill, pocket money, hourly rate
price: mortgage payment, deposit, heating bill, allowance, savings goal
town: home town, hometown, birthplace, holiday home, home airport, dream destination, next stop
anything: coffee order, secret ingredient, team name, lucky charm, usual order, project name, code name
anything: stage name, team colour, home screen, ringtone, hobby, screensaver, allotment, band, email subject
anything: quiz team
""")

PERSONAL = _table("""
phone: phone number, mobile number, number, telephone number, cell number, phone
email: email, email address, work email, private email, mail address
address: address, home address, new address, work address, postal address, office address
size: shoe size, shirt size, dress size, ring size, trouser size, glove size, jacket size, hat size
height: height
age: age
blood: blood type, blood group
sign: star sign, zodiac sign
surname: surname, last name, maiden name, family name, nickname, middle name
town: home town, birthplace, favourite city, favourite town
job: job, profession, occupation, old job, day job, dream job
colour: eye colour, hair colour, car colour, bike colour
company: school, company, employer, workplace, university, football club, team, nursery, college
number: house number, room number, flat number, jersey number, lucky number, class
language: mother tongue, first language, native language, second language
activity: hobby, sport, new hobby
""")

BIRTHDAYS = phrases("""
    birthday | wedding anniversary | name day | wedding day | anniversary | graduation day | due date |
    start date | moving day | last day at work | exam date | retirement date
""")

FAVOURITES = pairs("""
    colour > colour | color > colour | food > food | film > title | movie > title | book > title | song >
    title | band > title | singer > name | author > fullname | dish > food | dessert > food | fruit > food |
    snack > food | sport > activity | hobby > activity | restaurant > title | café > title | city > town |
    place > town | country > town | animal > anything | flower > anything | game > title | board game >
    title | series > title | podcast > title | tea > anything | drink > anything | ice cream > food | pizza
    > food | breakfast > food | number > number | subject > subject | teacher > titled | team > company |
    word > anything | toy > anything | painter > fullname | composer > fullname | perfume > title | cake >
    food | cheese > anything | pub > title | tv show > title | musician > fullname | vegetable > food | soup
    > food | bakery > title | language > language
""")

THINGS_OF = _table("""
code: code, door code, pin, access code, entry code, lock code, combination
password: password, wifi password, login, network name, key phrase
number: room number, number, gate, floor, shelf number
reference: booking number, reference, order number, serial number, invoice number, confirmation code
reference: part number
price: price, fee, deposit, entry fee, cost, fine, monthly fee
plate: plate, licence plate, registration
phone: phone number, number, hotline, emergency number
website: website, link, web address
address: address, new address
titled: contact, contact person, person in charge
colour: colour
name: name, nickname
""")
