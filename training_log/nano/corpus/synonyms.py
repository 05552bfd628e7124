"""Words for the same thing: a question may name it otherwise than the memory does."""

from __future__ import annotations

import re

from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.phrases import pairs, phrases

__all__ = ["reworded", "same_word"]

_GROUPS = phrases("""
    home town, hometown, birthplace, home, address, home address, new address, postal address, work address,
    office address | job, profession, occupation, work, employer, workplace, company, day job, old job, work
    start | phone, number, phone number, mobile number, telephone number, cell number, work number,
    landline, office phone | school, university, college, nursery, class, subject, favourite subject,
    favorite subject | surname, last name, family name, maiden name, name, full name, nickname, middle name,
    user name, username, login, stage name | first language, mother tongue, native language, second
    language, languages, favourite language, favorite language | hobby, sport, instrument, new hobby,
    favourite hobby, favorite hobby, favourite sport, favorite sport | pin, pin code, card pin, bank pin,
    code, password | licence plate, license plate, number plate, car registration, registration number,
    plate, registration | car, van, transport, parking, bike | likes, favourite food, favorite food,
    favourite dish, favorite dish, favourite snack, favorite snack, favourite fruit, favorite fruit,
    favourite dessert, favorite dessert | dislikes, allergies, diet | drinks, coffee order, usual order,
    favourite drink, favorite drink, favourite tea, favorite tea | mum, mom, mother | dad, father | grandma,
    granny, grandmother | grandpa, grandfather | neighbour, neighbor | doctor, gp | flatmate, roommate |
    boss, manager, supervisor | partner, wife, husband, girlfriend, boyfriend, fiancée | favourite film,
    favourite movie, favorite film, favorite movie | favourite colour, favourite color, favorite colour,
    favorite color | email, email address, mail address, work email, private email | website, blog,
    homepage, portfolio site, link, web address | wedding anniversary, anniversary, wedding day | sister,
    twin sister, older sister, younger sister | brother, twin brother, little brother, big brother | son,
    youngest son | daughter, oldest daughter | friend, best friend | child, children, kids, sons, daughters
    | code, door code, entry code, access code, lock code, pin, combination | dog, puppy | cat, kitten |
    wake-up time, bedtime | reference, order number, booking number, serial number, number, invoice number,
    part number, confirmation code | price, fee, cost, entry fee, deposit, monthly fee, fine | contact,
    contact person, person in charge | name, network name, nickname | place, time | trash, rubbish, black
    bin, bins | opening time, closing time | rent, monthly fee | team, football club, favourite team,
    favorite team | visit, time
""")
_SAME = {word.strip(): f"group {n}" for n, group in enumerate(_GROUPS) for word in group.split(",")}

_SWAPS = pairs("""
    favourite > favorite | colour > color | mum > mother | mom > mum | dad > father | mother > mum | father
    > dad | grandma > grandmother | granny > grandma | grandpa > grandfather | licence plate > number plate
    | license plate > licence plate | number plate > plate number | phone number > telephone number | mobile
    number > phone number | movie > film | film > movie | neighbour > neighbor | email > email address |
    home town > hometown | wifi password > wi-fi password | wifi password > internet password | flatmate >
    roommate | doctor's appointment > appointment with the doctor | dentist appointment > appointment at the
    dentist | surname > last name | last name > family name | favorite > favourite | color > colour |
    birthday > bday | apartment number > flat number | job > work | hobby > pastime | tv show > series |
    laptop > computer | car inspection > inspection of the car | swimming lesson > swimming | piano lesson >
    piano | parents' evening > parents evening | door code > code for the door | alarm code > code for the
    alarm | gate code > code of the gate | locker code > code for my locker
""")


def same_word(text: str) -> str:
    """The group of words that could mean the same, or the text itself."""
    return _SAME.get(text, text)


def reworded(lex: Lexicon, question: str) -> str:
    """The question with one thing named by another word for it, where there is one."""
    fitting = [swap for swap in _SWAPS if swap[0] in question]
    if not fitting:
        return question
    old, new = lex.pick(fitting)
    return re.sub(rf"\b{re.escape(old)}\b", new, question, count=1)
