"""Facts of no fixed relation: longer things that people ask to be remembered, and general knowledge."""

from __future__ import annotations

import re

from memory.grammar import Store
from training_log.nano import replies
from training_log.nano.corpus import words, world
from training_log.nano.corpus.carriers import explicit, plain
from training_log.nano.corpus.deixis import to_second_person
from training_log.nano.corpus.example import Gold
from training_log.nano.corpus.lexicon import Lexicon
from training_log.nano.corpus.mixing import Turn, memory_style
from training_log.nano.corpus.phrases import Slots, filled, pairs, phrases
from training_log.nano.corpus.surface import Style, draw_style, fill, finish, slip

__all__ = ["asked_about", "note", "remember", "wiki", "with_articles", "with_slots"]

_WHO = phrases("""
    man from the insurance | woman from the bank | plumber | neighbour | lady at the post office |
    mechanic | landlord | teacher | doctor | boss | electrician | caretaker | gardener | driver | nurse
    | children | new tenant | guests | school | estate agent | woman next door | man downstairs | couple
    upstairs | builder | decorator | piano teacher | bank clerk | receptionist | librarian | chemist |
    surveyor | inspector | lawyer | solicitor | tax adviser | insurance agent | travel agent | taxi
    driver | bus driver | postwoman | milkman | baker | butcher | florist | hairdresser | barber |
    tailor | cobbler | waiter | chef | landlady | lodger | au pair | babysitter | nanny | coach |
    referee | headteacher | school nurse | midwife | surgeon | specialist | dentist | optician | vet |
    locksmith | removal men | workmen | neighbours | girls | boys | kids | parents | visitors |
    committee | council | bank | post office | hotel | garage | surgery | clinic | hospital | lady from
    the council | man at the desk | guy from work | woman at the market | person on the phone
""")
_SAID = phrases("""
    said to call back {w} | wants the {o} back {w} | needs the {o} | will bring the {o} {w} | asked
    about the {o} | has the {o} | wants to see the {o} {w} | said to leave the {o} {s} | still owes me
    {m} | has to be paid {m} | said the {o} costs {m} | prefers to be called {w} | said to ask for {n} |
    left the {o} with {n} | borrowed the {o} | needs a copy of the {o} {w} | promised to fix the {o} {w}
    | gave the {o} to {n} | can be reached on {ph} | charges {m} an hour | speaks only {l} | takes {f}
    to the party | said the {o} must stay {s} | said to wait for {n} | said to bring the {o} | said to
    call {n} | asked for {n} | asked me to call {n} | asked us to bring the {o} | asked about {n} | told
    me to use the {o} | told us to ask {n} | told me to keep the {o} {s} | said to pay {m} | said to
    come {w} | said not to touch the {o} | said to speak to {n} | said to look {s} | wants me to call
    {w} | wants to speak to {n} | will call {w} | has to sign for the {o} | is waiting for {n} | knows
    {n} | lost the {o} | found the {o} {s} | forgot the {o} | is afraid of the {o} | suggested the {o} |
    advised me to see {n} | recommended {n} | says the {o} is ready | says to ask {n} about the {o} |
    would like the {o} {w} | doesn't like {f} | only works in the {r} | may use the {r} | has no key to
    the {r} | goes by {n} | drives to {t} {w} | came about the {o} | rang about the {o} | took the {o}
    away {w} | is coming for the {o} {w} | won't come {w} | can't do it before {w} | says it costs {m} |
    says it takes {k} days | wants {m} for the {o} | wants cash | is happy with the {o} | complained
    about the {o} | has moved to {t} | is from {t} | lives above the shop | has a {o} to give away | is
    looking for a {o} | offered me {m} for the {o} | sold me the {o} | showed me the {o} | sent the {o}
    to {n} | picked up the {o} {w} | put the {o} {s} | keeps the {o} {s} | hid the {o} {s} | found {n} a
    {o} | works with {n} | used to work in {t} | is married to {n} | is a friend of {n} | trusts {n} |
    can't stand {n} | thinks the {o} is too old | thinks {n} has the {o} | reckons the {r} is damp |
    cleaned the {r} | painted the {r} {c} | is allowed in the {r} | sleeps in the {r} | eats no {f} |
    brings {f} {w} | asked for {f} | allows no {f} | needs to be called {w} | answers the phone only {w}
    | is away until {d} | is back {w} | retires {w} | prefers cash | takes
    cards | charges extra for the {o} | knows where the {o} is | has the key to the {r}
""")
_OWN = pairs("""
    {o} > the {o} belongs to {n} | {o} > the {o} is broken | {o} > the {o} has to go back to {n} | {o} >
    I lent the {o} to {n} | {n} > I owe {n} {m} | {n} > {n} owes me {m} | {o} > the {o} cost {m} | {o} >
    the {o} is from {n} | {o} > the {o} is under warranty until {d} | {n} > {n} has the spare key to the
    {r} | {r} > the {r} light is broken | {r} > the {r} window doesn't close | {n} > {n} doesn't talk to
    {n2} | {n} > {n} is waiting for my call | {n} > {n} wants a {o} for Christmas | {n} > {n} needs a
    lift to {t} | {n} > {n} can't come to the party | {n} > {n} is in hospital in {t} | {n} > {n}
    prefers {f} to {f2} | you > I promised {n} a {o} | you > I want to learn {l} | you > I'm saving for
    a {o} | you > I want to visit {t} one day | you > I'm on a diet until {d} | you > I'm reading {b} at
    the moment | you > we want to paint the {r} {c} | you > I need to buy a {o} for {n} | you > I have
    to give the {o} back to {n} | dog > the dog isn't allowed in the {r} | cat > the cat sleeps {s} |
    kids > the kids can't have {f} before dinner | guests > the guests sleep in the {r} | {n} > {n} is
    my emergency contact | {n} > {n} is the one to ask about the {o} | {n} > {n} moved out of the {r} |
    you > I have to be nice to {n} | heating > the heating in the {r} makes noise | {n} > {n} never eats
    {f} | {n} > {n} is looking after the {o} | you > my {o} is at the repair shop in {t} | {n} > {n} has
    a key to our {r} | {c} > the {c} wire goes on the left | {c} > the {c} bag is for {n} | {c} > the
    {c} bin is for {f} | {o} > the {o} makes a funny noise | {o} > the {o} needs new batteries | {o} >
    the {o} was a gift from {n} | {o} > the {o} is on loan to {n} | {o} > the {o} came with {k} pieces |
    {o} > I paid {m} for the {o} | {o} > I bought the {o} in {t} | {o} > we sold the {o} to {n} | {o} >
    we share the {o} with {n} | {n} > {n} gave us the {o} | {n} > {n} is allergic to our {o} | {n} > {n}
    sits next to {n2} | {n} > {n} shares a room with {n2} | {n} > {n} is older than {n2} | {n} > {n}
    used to date {n2} | {n} > {n} has fallen out with {n2} | {n} > {n} can look after the {o} | {n} >
    {n} drives a {c} van | {n} > {n} pays me {m} a week | {n} > {n} takes the {c} line | {n} > {n} left
    for {t} | {r} > the {r} was painted {c} | {r} > the {r} door sticks | {r} > the {r} smells of {f} |
    {r} > the {r} is rented to {n} | {r} > the key of the {r} is with {n} | you > I sleep in the {r} |
    you > I hid {m} in the {r} | you > I never got the {o} back | you > I quit {a} | you > I have to
    call {n} {w} | you > I want a {c} {o} | you > I trust {n} with the {o} | you > I spent {m} on {f} |
    you > we met in {t} | you > we named the boat {n} | neighbours > the neighbours have a key to the
    {r} | boiler > the boiler has to be switched off at night | bus > the bus to {t} stops behind the
    {o2} shop | {n} > {n} knows the way to {t} | {n} > {n} is in charge of the {o} | {n} > {n} is good with
    children | {n} > {n} hid the {o} {s} | {n} > {n} lost the key to the {r} | {n} > {n} has borrowed my {o} |
    {n} > {n} promised me a {o} | {n} > {n} is staying with us in the {r} | {n} > {n} wants to sell the {o} |
    {n} > {n} is looking for a flat in {t} | {n} > {n} has applied for a job in {t} | {n} > {n} came second at
    {a} | {n} > {n} gave up {a} | {n} > {n} is a better cook than {n2} | {n} > {n} is moving in with {n2} |
    {n} > {n} can't eat {f} | {n} > {n} brought {f} from {t} | {n} > {n} likes the {o} in {c} | {n} > {n} broke
    the {o} | {n} > {n} is angry with {n2} | {n} > {n} and {n2} are twins | {n} > {n} and {n2} have split up |
    {n} > {n} is on sick leave | {n} > {n} is off work until {d} | {n} > {n} is expecting a baby | {n} > {n} has
    the flu | {n} > {n} is in quarantine | {n} > {n} is getting divorced | {n} > {n} passed the driving test |
    {n} > {n} failed the exam | {n} > {n} left the company | {n} > {n} is stuck in {t} | {n} > {n} takes care of
    the plants | {n} > {n} walks our dog | {n} > {n} feeds the cat | {n} > {n} is the best person for the {r} |
    {n} > {n} is the landlady's nephew | {n} > {n} sleeps in the {r} | {n} > {n} may use my {o} | {n} > {n} isn't
    allowed {f} | {n} > {n} has two jobs | {n} > {n} speaks {l} at home | {n} > {n} thinks {t} is boring | {n} >
    {n} worries about {n2} | {n} > {n} remembers the old {r} | {n} > {n} inherited the {o} | {n} > {n} needs the
    {o} back {w} | {n} > {n} wants {m} for the {o} | {n} > {n} is saving up for a {o} | {n} > {n} spent {m} on a
    {o} | {n} > {n} and I share the {o} | {n} > {n} and I met in {t} | {n} > {n} keeps the {o} {s} | {n} > {n} is
    a blood donor | {n} > {n} is a night owl | {n} > {n} is a heavy sleeper | {n} > {n} is a big {a} fan | {n} >
    {n} gave us {f} | {n} > {n} sent us a {o} | {n} > {n} showed us the {r} | {n} > {n} told me about the {o} |
    you > I lent {n} my {o} | you > I gave {n} {m} | you > I left my {o} in {t} | you > I lost the key to the {r}
    | you > I share the {r} with {n} | you > I don't trust {n} | you > I'm in charge of the {o} | you > I gave
    away the {o} | you > we keep {f} in the {r} | you > we get {f} from {n} | you > we sold the flat in {t} | you
    > we can't use the {r} | you > our {o} came from {t} | you > our {r} is too cold | you > my {o} is too small
    | you > my {o} has a crack | {o} > the {o} doesn't work any more | {o} > the {o} needs a repair | {o} > the
    {o} weighs {k} kilos | {o} > the {o} is for {n} | {o} > the {o} isn't ours | {r} > the {r} is {c} | {r} > the
    {r} needs painting | {r} > the {r} window faces {t} | lift > the lift is out of order |
    {n} > {n} and {n2} are married | {n} > {n} and {n2} are cousins | {n} > {n} and {n2} work together | {n} >
    {n} and {n2} share a flat in {t} | {n} > {n} is the landlord | {n} > {n} is our plumber | {n} > {n} is the
    best man | {n} > {n} cuts my hair | {n} > {n} mows our lawn | {n} > {n} does my taxes | {n} > {n} repairs
    our heating | {n} > {n} teaches me {l} | {n} > {n} gave me a lift to {t} | {n} > {n} has my {o} | {n} > {n}
    has our number | {n} > {n} has moved out | {n} > {n} lent me the {o} | {n} > {n} is the contact for the {o}
    | {n} > {n} doesn't want to be called {w} | {n} > {n} isn't to be trusted | {n} > {n} won't eat {f} | {n} >
    {n} is coming with {n2} | {o} > the {o} is mine | {o} > the {o} is second-hand | {o} > the {o} is from {t} |
    {o} > the {o} is too heavy for {n} | {o} > the {o} is insured until {d} | {o} > the {o} leaks | {o} > the
    {o} squeaks | {o} > the {o} is missing a screw | {o} > the {o} runs on batteries | {o} > the {o} was {m} |
    {o} > the {o} was grandma's | {o} > the {o} was repaired by {n} | {o} > the {o} has a dent | {o} > the {o}
    has been stolen | {o} > the {o} has to be returned {w} | {o} > the old {o} is at {n}'s place | {o} > our {o}
    is {c} | {o} > my {o} is a gift from {n} | {o} > my {o} makes noise | {o} > {n}'s {o} is {c} | {o} > {n}'s
    {o} is broken | {o} > {n}'s {o} is in the {r} | {r} > the {r} is out of bounds | {r} > the {r} has no window
    | {r} > the {r} floor is wet | {r} > the {r} radiator doesn't work | {r} > the wifi is weak in the {r} | {r}
    > our {r} faces north | {r} > {n} sleeps in our {r} | alarm > the alarm goes off when the {r} door opens |
    bins > the bins go out in front of the house | car > the car pulls to the left | car > the car needs a new
    battery | car > the car takes diesel | water > the water is turned off {s} | fuse box > the fuse box is {s}
    | stopcock > the stopcock is {s} | post > the post comes {w} | neighbour > our neighbour is called {n} |
    neighbour > our neighbour complains about the noise | neighbours > the neighbours feed our cat | neighbours
    > the neighbours are away until {d} | dog > our dog bites | dog > our dog eats {f} | dog > the dog is scared
    of {n} | cat > our cat only drinks from the tap | cat > our cat is deaf | kids > our kids share a room |
    kids > the kids are with {n} until {d} | school > the school needs a copy of the {o} | you > we are out of
    {f} | you > we eat at seven | you > we have no {f} in the house | you > we never lock the {r} | you > we pay
    {m} for the {r} | you > we rent the {r} to {n} | you > we split the bill with {n} | you > we're going to
    rent out the {r} | you > our neighbour is {n} | you > I borrowed the {o} from {n} | you > I got the {o} from
    {n} | you > I found the {o} {s} | you > I lost my {o} in {t} | you > I bought {n} a {o} | you > I told {n}
    about the {o} | you > I'm allowed to use {n}'s {o} | you > I'm not on speaking terms with {n} | you > I'm
    the one who waters the plants | you > I still have {n}'s {o} | you > I still owe {n} {m}
""")
_KIN = phrases("""
    husband | wife | partner | son | daughter | mother | father | mum | dad | brother | sister | grandma |
    grandpa | uncle | aunt | cousin | niece | nephew | boyfriend | girlfriend | flatmate | best friend | boss |
    dog | cat | baby | stepson | stepdaughter | godson | colleague | twin | parrot | mother-in-law
""")
# What somebody is like or does, said of oneself or of somebody else.
_HABITS = phrases("""
    [sleep|sleeps] badly | [sing|sings] in the shower | [work|works] nights | [hate|hates] flying |
    [walk|walks] to work | never [drink|drinks] | [don't|doesn't] smoke | [don't|doesn't] drive |
    [can't|can't] swim | [can|can] whistle | [love|loves] the sea | [love|loves] old {o2} | [love|loves]
    long walks | [paint|paints] | [garden|gardens] | [get|gets] seasick |
    [faint|faints] at the sight of blood | [talk|talks] in {O} sleep | [bite|bites] {O} nails | [am|is]
    colour-blind | [am|is] ambidextrous | [am|is] deaf in one ear | [am|is] diabetic | [am|is]
    short-sighted | [am|is] bald | [am|is] religious | [am|is] retired | [am|is] pregnant | [am|is]
    single | [am|is] divorced | [am|is] shy | [am|is] always late | [am|is] an early bird | [am|is] a
    twin | [am|is] a vegan | [am|is] an only child | [am|is] a bad cook | [am|is] good at {ac} |
    [wear|wears] glasses | [wear|wears] a hearing aid | [wear|wears] braces | [have|has] a bad back |
    [have|has] migraines | [have|has] asthma | [have|has] hay fever | [have|has] curly hair | [have|has]
    a tattoo | [have|has] a beard | [have|has] no siblings | [have|has] a sweet tooth | [live|lives]
    alone | [live|lives] by the sea | [play|plays] by ear | [knit|knits] | [cry|cries] at films |
    [laugh|laughs] a lot | [worry|worries] too much | [cycle|cycles] everywhere | [vote|votes] by post |
    [travel|travels] light | [run|runs] marathons | [ski|skis] badly | [dance|dances] well |
    [cook|cooks] for everyone | [like|likes] quiet mornings | [like|likes] {f} | [hate|hates] {f} |
    [enjoy|enjoys] {ac} | [miss|misses] {t} | [dream|dreams] of {t} | [collect|collects] old {o2} |
    [fix|fixes] old {o2} | [sell|sells] old {o2} | [breed|breeds] {p} | [juggle|juggles] |
    [volunteer|volunteers] at the {p} | [train|trains] for a marathon | [meditate|meditates] |
    [blush|blushes] easily | [snore|snores] | [stutter|stutters] | [whistle|whistles] at work |
    [hum|hums] all day | [limp|limps] | [sneeze|sneezes] in the sun | [yawn|yawns] a lot | [walk|walks]
    barefoot | [sleep|sleeps] until noon | [sleep|sleeps] on the left side | [get|gets] lost easily |
    [get|gets] homesick | [get|gets] cold feet | [forget|forgets] names | [remember|remembers] faces |
    [read|reads] in the bath | [write|writes] with the left hand | [write|writes] poems | [draw|draws]
    cartoons | [speak|speaks] softly | [speak|speaks] with an accent | [argue|argues] a lot |
    [gamble|gambles] | [invest|invests] in shares | [save|saves] every penny | [donate|donates] blood |
    [keep|keeps] bees | [keep|keeps] a diary | [brew|brews] beer | [make|makes] jam | [grow|grows] {f} |
    [pickle|pickles] {f} | [avoid|avoids] {f} | [crave|craves] {f} | [cook|cooks] with too much {f} |
    [prefer|prefers] {f} | [practise|practises] {ac} | [teach|teaches] {ac} | [gave|gave] up {ac} |
    [watch|watches] {ac} on tv | [repair|repairs] old {o2} | [restore|restores] old {o2} |
    [photograph|photographs] old {o2} | [need|needs] glasses for reading | [wear|wears] a wig |
    [wear|wears] contact lenses | [have|has] a bad knee | [have|has] a weak heart | [have|has] high
    blood pressure | [have|has] perfect pitch | [have|has] a stammer | [have|has] dimples | [have|has] a
    scar on {O} chin | [have|has] two passports | [have|has] no driving licence | [have|has] a pilot's
    licence | [live|lives] on a boat | [live|lives] above a bakery | [live|lives] near {t} | [grew|grew]
    up on a farm | [come|comes] from a big family | [work|works] part-time | [work|works] weekends |
    [work|works] from a shed | [study|studies] at night | [commute|commutes] to {t} | [drive|drives] too
    fast | [ride|rides] a motorbike | [never|never] [cry|cries] | never [watch|watches] tv | never
    [eat|eats] breakfast | hardly [drink|drinks] | [can|can] cook | [can|can] juggle | [can|can] ski |
    [can't|can't] whistle | [can't|can't] dance | [can't|can't] spell | [can't|can't] eat {f} |
    [don't|doesn't] own a tv | [don't|doesn't] have a phone | [don't|doesn't] eat {f} | [don't|doesn't]
    like crowds | [am|is] bad at {ac} | [am|is] scared of lifts | [am|is] new to {t} | [am|is] proud of
    {O} garden | [am|is] learning {ac} | [am|is] training for the {t} marathon | [am|is] saving for a
    house | [am|is] quick-tempered | [am|is] a fan of old {o2} | [am|is] an engineer at heart | [am|is]
    the youngest of five | [am|is] a godparent to {n} | [am|is] named after {n} | [look|looks] like {n}
    | [owe|owes] {n} a favour | [share|shares] an office with {n} |
    [jog|jogs] by the river | [pray|prays] | [fast|fasts] in spring | [am|is] in love | [am|is] in trouble with the bank | [am|is] in mourning |
    [am|is] in rehab | [am|is] in a choir | [am|is] in a band | [am|is] in good health | [am|is] in the navy |
    [am|is] in the scouts | [am|is] on parole | [am|is] on painkillers | [am|is] out of work | [am|is] out of
    hospital | [am|is] at university | [am|is] at boarding school | [am|is] writing a novel | [am|is] writing {O} memoirs |
    [am|is] working on a thesis | [am|is] fond of {f} | [am|is] tired of {f} | [am|is] crazy about {ac} | [am|is] a huge
    fan of {n} | [am|is] a friend of {n} | [am|is] terrified of {o2} | [am|is] frightened of heights | [am|is] afraid of
    needles | [am|is] scared of the {o} | [am|is] worried about the {o} | [am|is] jealous of {n} | [am|is] mad at {n} |
    [am|is] close to {n} | [am|is] related to {n} | [am|is] homesick for {t} | [am|is] seeing a therapist | [am|is] seeing a
    specialist | [am|is] getting better | [am|is] recovering from an operation | [am|is] having trouble sleeping | [owe|owes]
    the bank {m} | [have|has] debts | [have|has] a loan | [have|has] a fear of heights | [study|studies] in {t} | [chase|chases]
    every dog | [eat|eats] like a horse | [come|comes] to us on foot |
    [am|is] afraid of {o2} | [am|is] afraid of the dark | [am|is] scared of thunder | [am|is] left-handed |
    [am|is] hard of hearing | [am|is] lactose intolerant | [am|is] a light sleeper | [am|is] a slow reader |
    [am|is] a good listener | [am|is] a bad loser | [am|is] a morning person | [am|is] a widower | [am|is] an
    orphan | [am|is] an atheist | [am|is] a chain smoker | [am|is] a heavy drinker | [am|is] a perfectionist |
    [am|is] a hypochondriac | [am|is] a member of the choir | [am|is] a member of a {ac} club | [am|is] a fast
    learner | [am|is] a fussy eater | [am|is] allergic to nothing | [am|is] always cold | [am|is] always hungry
    | [am|is] always on the phone | [am|is] never on time | [am|is] rarely ill | [am|is] often away | [am|is]
    often tired | [am|is] stubborn | [am|is] generous | [am|is] messy | [am|is]
    tidy | [am|is] superstitious | [am|is] forgetful | [am|is] clumsy | [am|is] patient with children | [am|is]
    strict about bedtime | [am|is] careful with money | [am|is] bad with money | [am|is] good with numbers |
    [am|is] good at drawing | [am|is] hopeless at {ac} | [am|is] keen on {ac} | [am|is] into old {o2} | [am|is]
    interested in {ac} | [am|is] obsessed with {ac} | [am|is] addicted to {f} | [am|is] sick of {f} | [am|is] on
    a diet | [am|is] on antibiotics | [am|is] on holiday in {t} | [am|is] on a waiting list | [am|is] on the
    night shift | [am|is] on crutches | [am|is] on good terms with {n} | [am|is] in a wheelchair | [am|is] in
    debt | [am|is] in therapy | [am|is] in a book club | [am|is] in charge of the {o} | [am|is] in {O} sixties |
    [am|is] between jobs | [am|is] self-employed | [am|is] unemployed | [am|is] overweight | [am|is] tall for
    {O} age | [am|is] taller than {n} | [am|is] younger than {n} | [am|is] stronger than {n} | [am|is] the
    oldest | [am|is] the middle child | [am|is] the black sheep | [am|is] the one who cooks | [am|is] the best
    cook of all | [am|is] half {l} | [am|is] fluent in {l} | [am|is] learning {l} | [am|is] taking {l} lessons |
    [am|is] from the north | [am|is] thinking of moving to {t} | [am|is] planning a trip to {t} | [am|is] moving
    in with {n} | [am|is] renovating the {o} | [am|is] building a boat | [am|is] looking for work | [am|is]
    losing {O} hair | [am|is] losing weight | [am|is] growing a beard | [am|is] giving up {f} | [am|is] giving
    up smoking | [am|is] breastfeeding | [am|is] teething | [am|is] potty trained | [am|is] house-trained |
    [am|is] microchipped | [am|is] vaccinated | [am|is] neutered | [am|is] insured | [am|is] engaged | [am|is]
    adopted | [am|is] divorced from {n} | [can't|can't] cook | [can't|can't]
    drive | [can't|can't] ride a bike | [can't|can't] sing | [can't|can't] read maps | [can't|can't] sit still |
    [can't|can't] sleep without a light | [can't|can't] stand noise | [can't|can't] keep a secret |
    [can't|can't] lift heavy things | [can't|can't] smell | [can't|can't] tell left from right | [can't|can't]
    do without {f} | [can|can] play the drums | [can|can] speak a little {l} | [can|can] read music | [can|can]
    touch type | [can|can] already walk | [can|can] count to ten in {l} | [can|can] drive a truck |
    [don't|doesn't] like flying | [don't|doesn't] like {ac} | [don't|doesn't] like to be disturbed |
    [don't|doesn't] believe in ghosts | [don't|doesn't] drink coffee | [don't|doesn't] eat meat |
    [don't|doesn't] eat after eight | [don't|doesn't] get on with {n} | [don't|doesn't] go out much |
    [don't|doesn't] have a car | [don't|doesn't] hear well | [don't|doesn't] speak {l} | [don't|doesn't] trust
    doctors | [don't|doesn't] want children | [don't|doesn't] wear {c} | [don't|doesn't] sleep much |
    [don't|doesn't] talk much | [don't|doesn't] use social media | hardly [sleep|sleeps] | hardly [talk|talks]
    to {n} | hardly ever [eat|eats] {f} | never [eat|eats] {f} | never [fly|flies] | never [lie|lies] | never
    [learnt|learnt] to swim | never [wear|wears] {c} | never [finish|finishes] a book | never [pay|pays] on time
    | often [forget|forgets] {O} keys | often [talk|talks] to plants | rarely [cook|cooks] | rarely [go|goes]
    out | seldom [laugh|laughs] | always [lose|loses] {O} {o} | always [sing|sings] in the car | always
    [carry|carries] a {o} | always [sit|sits] by the window | always [eat|eats] {f} first | usually [walk|walks]
    home | usually [have|has] {f} for breakfast | sometimes [sleepwalk|sleepwalks] | sometimes
    [stammer|stammers] | [hate|hates] needles | [hate|hates] mornings | [hate|hates] the cold | [hate|hates] the
    colour {c} | [hate|hates] being late | [hate|hates] surprises | [love|loves] dancing | [love|loves] dogs |
    [love|loves] {n} | [love|loves] thunderstorms | [love|loves] {l} films | [love|loves] being outdoors |
    [love|loves] the colour {c} | [like|likes] to sleep in | [like|likes] it quiet | [like|likes] jazz |
    [like|likes] crosswords | [like|likes] {O} steak rare | [prefer|prefers] trains to planes | [prefer|prefers]
    cats to dogs | [prefer|prefers] to pay cash | [prefer|prefers] the window seat | [enjoy|enjoys] cooking |
    [enjoy|enjoys] gardening | [enjoy|enjoys] the theatre | [fear|fears] spiders | [fear|fears] the dentist |
    [suffer|suffers] from migraines | [suffer|suffers] from vertigo | [suffer|suffers] from back pain |
    [sleep|sleeps] with the window open | [sleep|sleeps] on the sofa | [sleep|sleeps] like a log | [get|gets] up
    at night | [get|gets] car sick | [get|gets] nervous before exams | [get|gets] angry easily | [get|gets] on
    well with {n} | [get|gets] a pension | [get|gets] {m} pocket money | [take|takes] sugar in tea |
    [take|takes] pills for blood pressure | [take|takes] insulin | [take|takes] the bus to work | [take|takes]
    the {c} line | [take|takes] after {n} | [wear|wears] size {k} | [wear|wears] a pacemaker | [wear|wears]
    dentures | [wear|wears] only {c} | [wear|wears] reading glasses | [drive|drives] a taxi | [drive|drives] a
    {c} car | [ride|rides] horses | [walk|walks] with a stick | [run|runs] a bakery | [run|runs] a small shop in {t} | [run|runs] ten miles a week |
    [own|owns] a flat in {t} | [own|owns] two cars | [own|owns] a boat | [rent|rents] a garage | [rent|rents]
    out the {o} | [speak|speaks] four languages | [speak|speaks] {l} with the children | [sing|sings] in a choir
    | [sing|sings] out of tune | [sing|sings] bass | [play|plays] chess online | [play|plays] the lottery |
    [play|plays] in goal | [play|plays] {ac} with {n} | [paint|paints] landscapes | [paint|paints] in oils |
    [sew|sews] {O} own clothes | [knit|knits] socks | [bake|bakes] {O} own bread | [cook|cooks] without salt | [grow|grows] roses | [grow|grows] {O} own {f} | [keep|keeps] chickens |
    [keep|keeps] {O} money under the bed | [keep|keeps] losing {O} {o} | [smoke|smokes] a pipe | [smoke|smokes]
    too much | [drink|drinks] too much | [drink|drinks] only water | [drink|drinks] three coffees a day |
    [eat|eats] everything | [eat|eats] only organic | [eat|eats] {f} with a spoon | [chew|chews] gum |
    [bark|barks] at the postman | [scratch|scratches] the sofa | [purr|purrs] loudly | [hide|hides] under the
    bed | [pull|pulls] on the lead | [have|has] a stutter | [have|has] a limp | [have|has] diabetes | [have|has]
    epilepsy | [have|has] arthritis | [have|has] a hearing problem | [have|has] a short temper | [have|has] a
    good memory | [have|has] a bad memory | [have|has] a big family | [have|has] a twin | [have|has] three
    sisters | [have|has] {k} books | [have|has] a green thumb | [have|has] a soft heart | [have|has] green eyes
    | [have|has] {c} hair | [have|has] a mole on {O} neck | [have|has] a pacemaker | [have|has] a cold |
    [have|has] no sense of direction | [have|has] no appetite | [have|has] no time for {ac} | [have|has] trouble
    with stairs | [have|has] a lot of {o2} | [have|has] a lot on {O} plate | [have|has] two left feet |
    [had|had] an operation | [had|had] a stroke | [had|had] measles as a child | [need|needs] a walking stick |
    [need|needs] absolute quiet | [need|needs] eight hours of sleep | [need|needs] help with the stairs |
    [need|needs] a new {o} | [want|wants] to learn {l} | [want|wants] to be a pilot | [want|wants] to move to
    {t} | [want|wants] a dog | [dream|dreams] of a boat | [hope|hopes] to retire early | [plan|plans] to study
    in {t} | [believe|believes] in ghosts | [vote|votes] green | [support|supports] {t} | [follow|follows] {t}
    in the league | [teach|teaches] at a school | [teach|teaches] {l} | [study|studies] abroad | [work|works]
    for {n} | [work|works] two jobs | [work|works] in {t} and [live|lives] in {t2} | [work|works] shifts |
    [work|works] with {O} hands | [work|works] too much | [spend|spends] too much | [spend|spends] the winter in
    {t} | [live|lives] with {n} | [live|lives]
    next to {n} | [live|lives] in a tent | [live|lives] abroad | [stay|stays] with {n} in summer | [look|looks]
    after {n} | [look|looks] good in {c} | [miss|misses] {n} | [know|knows] {n} from school | [know|knows] a lot
    about {o2} | [know|knows] the whole of {b} by heart | [owe|owes] me {m} | [lost|lost] {O} job | [lost|lost]
    {O} sense of smell | [broke|broke] {O} arm as a child | [quit|quit] smoking | [gave|gave] up meat |
    [grew|grew] up with {n} | [grew|grew] up speaking {l} | [learnt|learnt] {l} at school | [served|served] in
    the army | [studied|studied] in {t} | [used|used] to smoke | [used|used] to live in {t} | [used|used] to
    play {ac} | [won|won] a prize for {f} | [won|won] the lottery | [retired|retired] early | [fell|fell] down
    the stairs
""")
_LONGER = pairs("""
    home > I live in {t} with my {kin} {n} and our two kids | home > I live in {t} with my {kin} and our {few} children |
    home > we live in a {c} house in {t} with our dog {n} | home > I live with {n} and {n2} in {t} | home > I live in {t} with my {kin} {n} |
    home > I live on the third floor with {n} and a {an} | pets > we have a dog, {n}, and two cats | pets > I have a {an} and {few} {an}s |
    pets > we have a {an}, {n}, and a {an}, {n2} | pets > we have two {an}s, {n} and {n2} | family > I have two brothers, {n} and {n2} |
    family > we have two kids, {n} and {n2} | family > I have {few} sisters and a brother | family > we have twins, {n} and {n2} |
    opening hours > we close at {cl} on weekdays and at {cl} on Saturdays | opening hours > the shop is open from {cl} to {cl} |
     opening hours > the library closes at {cl} on Fridays | opening hours > the office is open from
    {cl} until {cl} on weekdays | shift > I work from {cl} to {cl} | shift > my shift goes from {cl} to {cl} | school > the kids have school from {cl} to
    {cl} | class > my {l} class is {re} in room {k} | class > my {ac} class is {re} at the {p} | lesson > {n} has {ac} {re} at the {p} | lesson > my {kin} has
    {ac} {re} with {n} | train > the train to {t} leaves from platform {k} at {cl} | bus > my bus leaves at {cl} from {p} street | bus > the bus to
    {t} goes at {cl} from the station | flight > our flight to {t} leaves {w} from gate {k} | visit > my {kin} {n} is coming from {t} {w} | visit > my
    {kin} is staying with us until {dy} | visit > {n} is coming to stay {w} with the kids | appointment > I'm seeing Dr {n} {w} in {t} |
    appointment > I have an appointment with {n} {w} | meeting > we are meeting {n} {w} at the {p} | job > I work as a {job} at {co} in {t} | job >
     my {kin} {n} works as a {job} in {t} | job > I used to be a {job} | job > I used to work as a {job} in {t} |
    allergy > I'm allergic to {al} and {al} | allergy > my {kin} is allergic to {al}, {al} and {al} | food > I like {f} but not {f2} | food > I hate
    {f} but love {f2} | food > my {kin} eats no {f} and no {f2} | food > {n} likes {f} with {f2} | food > I take my coffee with {f} and {f2} |
    debt > I owe {n} {m} for the {o} | debt > {n} owes me {m} for the {o} | keys > {n} has a spare key to my {r} | keys > the keys to the {r} are {s} |
    loan > I lent my {o} to {n} | loan > I borrowed a {o} from {n} | gift > I gave my {o} to {n} | gift > {n} gave me a {o} for my birthday | loan >
    I lent {n} my {o} | owner > the {o} {s} is {n}'s |  pills > I take two {me} pills in the morning |
    pills > my {kin} takes {me} for the heart | money > we pay {m} rent and {m} for heating  | wedding > my
    {kin} is getting married {w} in {t} | birth > my {kin} {n} was born in {t} | death > my {kin} {n} died in {y} | marriage > we got married in
    {y} in {t} | school > {n} and {n2} go to the same school | trip > we are flying to {t} {w} | trip > we are going to {t} with {n} and {n2} {w} |
    trip > I'm driving to {t} {w} with my {kin} | rule > the dog gets {f} and {f2} | rule > the {c} bin is for {f} and the {c} one for glass |
    code > the code is {k} for the {r} and {k} for the {r} | size > I wear {k} in shoes and {k} in shirts | phone > you can reach me on {ph} in the day and on {ph} at
    night | birthday > {n} and {n2} have the same birthday | seat > I sit between {n} and {n2} | team > I play {ac} with {n} and {n2}
""")
_MORE_SLOTS = (
    ("{cl}", "clock"), ("{re}", "regular"), ("{few}", "few"), ("{al}", "allergen"), ("{job}", "job"), ("{co}", "company"), ("{me}", "medicine"),
    ("{an}", "animal"), ("{y}", "year"), ("{dy}", "weekday"),
)  # fmt: skip
_THINGS = phrases("""
    clocks | radios | maps | films | stamps | bicycles | records | cameras | books | toys | chairs | lamps | coins |
    postcards | songs | boats | cars | buttons | pens | typewriters
""")
_THIRD = {"are": "is", "have": "has", "go": "goes", "were": "was", "aren't": "isn't", "fly": "flies", "can": "can", "can't": "can't", "may": "may", "must": "must", "carry": "carries",
          "should": "should", "shouldn't": "shouldn't"}  # fmt: skip
_OF_MANY = {one: many for many, one in _THIRD.items()} | {"doesn't": "don't"}
_MANY = re.compile(r"(?<!s)s$|\b(children|workmen|removal men|couple upstairs|fish and chips)$")
_SAID_OF = re.compile(r"((?:still|only) )?(\S+)(.*)", re.DOTALL)


def _of_many(told: str) -> str:
    """What is said of one, said of many: "has the key" → "have the key"."""
    parts = _SAID_OF.fullmatch(told)
    assert parts, told
    adverb, verb, rest = parts.groups("")
    return adverb + _OF_MANY.get(verb, verb.removesuffix("s")) + rest


def with_slots(lex: Lexicon, *texts: str) -> tuple[str, ...]:
    """The texts with their slots filled, the same in each."""
    slots: Slots = (
        ("{n}", lex.name),
        ("{n2}", lex.name),
        ("{o}", lex.thing),
        ("{q}", lambda: lex.word(_WHO)),
        ("{f}", lex.food),
        ("{f2}", lex.food),
        ("{t}", lex.place),
        ("{t2}", lex.place),
        ("{p}", lex.pseudo),
        ("{p2}", lex.pseudo),
        ("{l}", lambda: lex.value("language")),
        ("{m}", lambda: lex.value("price")),
        ("{w}", lambda: lex.value("time")),
        ("{s}", lambda: lex.word(words.SPOTS)),
        ("{ph}", lambda: lex.value("phone")),
        ("{d}", lambda: lex.value("date")),
        ("{r}", lambda: lex.word(words.ROOMS)),
        ("{c}", lambda: lex.word(words.COLOURS)),
        ("{b}", lambda: lex.value("title")),
        ("{k}", lambda: str(lex.rng.randint(2, 900))),
        ("{a}", lambda: lex.word(words.ACTIVITIES)),
        ("{ac}", lambda: lex.word(words.ACTIVITIES)),
        ("{o2}", lambda: lex.word(_THINGS)),
    )
    return tuple(filled("\0".join(texts), slots).split("\0"))


def with_articles(text: str) -> str:
    """The text with "an" where "a" stands before a vowel."""
    return re.sub(r"\ba (?=[aeio])", "an ", text)


def note(lex: Lexicon) -> tuple[str, tuple[str, str], str]:
    """A free statement: its words, its tags, its namespace. What names the time of something is a plan."""
    roll = lex.rng.random()
    if roll < 0.25:
        return _habit(lex)
    if roll < 0.4:
        return _longer(lex)
    if roll < 0.65:
        tag = lex.word(_WHO)
        told = lex.wording(_SAID)
        template = f"the {tag} {_of_many(told) if _MANY.search(tag) else told}"
    else:
        tag, template = lex.wording(_OWN)
    tag, text = with_slots(lex, tag, template)
    return text, (tag, "note"), "schedule" if "{w}" in template else "personal"


def _longer(lex: Lexicon) -> tuple[str, tuple[str, str], str]:
    """One fact of several parts, where "and" joins what belongs together: "we close at 7 on weekdays and at 4 on Saturdays"."""
    tag, template = lex.wording(_LONGER)
    timed = any(slot in template for slot in ("{w}", "{cl}", "{re}", "{dy}"))
    for slot, kind in _MORE_SLOTS:
        while slot in template:
            template = template.replace(slot, lex.value(kind), 1)
    template = template.replace("{kin}", lex.word(_KIN))
    tag, text = with_slots(lex, tag, template)
    if tag not in text.split(" "):
        first, second, *_ = text.split(" ")
        tag = (
            "you"
            if first in ("I", "I'm", "we", "we're", "you")
            else second
            if first in ("my", "our", "the")
            else first
        )
    return with_articles(text), (tag, "note"), "schedule" if timed else "personal"


def _habit(lex: Lexicon) -> tuple[str, tuple[str, str], str]:
    """What somebody is like, in few words: "I paint", "my uncle paints", "Nadia paints"."""
    roll = lex.rng.random()
    if roll < 0.33:
        subject, tag, own = "I", "you", 0
    elif roll < 0.6:
        tag = lex.word(_KIN)
        subject, own = f"my {tag}", 1
    else:
        subject = tag = lex.name()
        own = 1
    habit = re.sub(r"\[([^|\]]*)\|([^\]]*)\]", lambda m: m[1 + own], lex.wording(_HABITS))
    habit = habit.replace("{O}", lex.pick(("his", "her")) if own else "my")
    (habit,) = with_slots(lex, habit)
    text = f"{subject} {habit}"
    if lex.chance(0.6):
        text = text.replace("I am ", "I'm ").replace(f"{subject} is ", f"{subject}'s ")
    return text, (tag, "trait"), "personal"


def wiki(lex: Lexicon) -> tuple[str, tuple[str, str], str]:
    """General knowledge that the person tells.

    Of a made-up word it is told in the plural: "wreerts come from Oslo" is about a kind of thing, where "Wreert comes
    from Oslo" would be about somebody. What is said of stuff is said of words that everybody knows, for the same reason.
    """
    if lex.chance(0.5):
        verb, _, rest = lex.wording(world.TRUE).partition(" ")
        if lex.chance(0.3):
            sort = lex.pick(world.STUFF)
            verb = _THIRD.get(verb, verb + "s")
        else:
            sort = lex.word(world.KINDS) if lex.chance(0.6) else lex.pseudo().rstrip("s") + "s"
        tag, template = sort.removeprefix("the "), f"{sort} {verb} {rest}"
    else:
        tag, template = lex.wording(world.WIKI)
    tag, text = with_slots(lex, tag, template)
    if template.startswith("{f} ") and _MANY.search(tag):
        text = f"{tag} {_of_many(text.removeprefix(tag).lstrip())}"
    return text, (tag, "fact"), "wiki"


_ASKED = pairs("""
    the {o} belongs to {n} > who does the {o} belong to | the {o} belongs to {n} > whose {o} is it | I lent
    the {o} to {n} > who did I lend the {o} to | I lent the {o} to {n} > who has the {o} | I owe {n} {m} >
    how much do I owe {n} | {n} owes me {m} > how much does {n} owe me | {n} owes me {m} > who owes me money
    | the {o} cost {m} > how much was the {o} | the {o} cost {m} > how much did the {o} cost | the {o} is
    from {n} > who gave me the {o} | the {o} is from {n} > who is the {o} from | {n} has the spare key to
    the {r} > who has the spare key to the {r} | {n} wants a {o} for Christmas > what does {n} want for
    Christmas | {n} needs a lift to {t} > where does {n} need a lift to | {n} needs a lift to {t} > who
    needs a lift to {t} | {n} is in hospital in {t} > where is {n} in hospital | I promised {n} a {o} > what
    did I promise {n} | I'm saving for a {o} > what am I saving for | I want to visit {t} one day > where do
    I want to go one day | I want to visit {t} one day > which place do I want to visit | I'm reading {b} at
    the moment > what am I reading | I'm reading {b} at the moment > which book am I reading | we want to
    paint the {r} {c} > what colour do we want to paint the {r} | I need to buy a {o} for {n} > what do I
    need to buy for {n} | the dog isn't allowed in the {r} > where isn't the dog allowed | the cat sleeps
    {s} > where does the cat sleep | {n} is my emergency contact > who is my emergency contact | {n} is the
    one to ask about the {o} > who do I ask about the {o} | {n} never eats {f} > what does {n} never eat |
    {n} is looking after the {o} > who is looking after the {o} | the {c} bag is for {n} > who is the {c}
    bag for | the {c} bag is for {n} > which bag is for {n} | the {q} said to call back {w} > when did the
    {q} say to call back | the {q} wants the {o} back {w} > what does the {q} want back | the {q} left the
    {o} with {n} > where did the {q} leave the {o} | the {q} left the {o} with {n} > who has the {o} | the
    {q} charges {m} an hour > how much does the {q} charge | the {q} said the {o} costs {m} > how much did
    the {q} say the {o} costs | the {q} can be reached on {ph} > what is the number of the {q} | the {q} can
    be reached on {ph} > how can I reach the {q} | the {q} said to ask for {n} > who did the {q} say to ask
    for | the {q} gave the {o} to {n} > who did the {q} give the {o} to | the {q} has to be paid {m} > how
    much does the {q} get | the {q} still owes me {m} > how much does the {q} owe me | {f} needs lots of
    water > what does {f} need | {f} keeps for two weeks > how long does {f} keep | {f} goes well with {f2}
    > what goes well with {f} | {f} is in season in the autumn > when is {f} in season | {f} must be cooked
    for {k} minutes > how long must {f} be cooked | {t} has {k} bridges > how many bridges does {t} have |
    {t} is {k} kilometres from {t2} > how far did I say {t} is from {t2} | a {p} has {k} legs > how many
    legs does a {p} have | {p} was invented by {n} > who invented {p} | {p} is made from {f} > what is {p}
    made from | {b} was written by {n} > who wrote {b} | {b} was painted by {n} > who painted {b} | a {p}
    weighs about {k} kilos > how much does a {p} weigh | {p} melts at {k} degrees > at how many degrees does
    {p} melt | {f} contains a lot of iron > what does {f} contain | {f} is imported from {t} > where is {f} imported from | the {p} is the highest mountain in {t} > what is the highest mountain in {t} | one {p} is {k}
    metres > how long is one {p} | {f} is good against headaches > what is good against headaches | stains of {f} come out with vinegar > how do stains of {f} come out | {t} is the capital of {t2} > what is the
    capital of {t2} | the {o} was a gift from {n} > who gave me the {o} | the {o} was a gift from {n} > from
    whom did I get the {o} | the {o} is on loan to {n} > who borrowed the {o} | the {o} is on loan to {n} >
    where is the {o} on loan | I paid {m} for the {o} > what did I pay for the {o} | I paid {m} for the {o} >
    how much did I spend on the {o} | I bought the {o} in {t} > where did I buy the {o} | I bought the {o} in
    {t} > which town is the {o} from | we sold the {o} to {n} > who bought the {o} | we sold the {o} to {n} >
    who did we sell the {o} to | {n} gave us the {o} > who gave us the {o} | {n} sits next to {n2} > who does
    {n} sit next to | {n} shares a room with {n2} > who does {n} share a room with | {n} shares a room with {n2}
    > who is {n}'s room-mate | {n} drives a {c} van > what does {n} drive | {n} drives a {c} van > which colour
    is {n}'s van | {n} pays me {m} a week > how much does {n} pay me | {n} left for {t} > where did {n} go |
    the {r} was painted {c} > what colour is the {r} | the {r} was painted {c} > how was the {r} painted | the
    {r} is rented to {n} > who rents the {r} | the key of the {r} is with {n} > who has the key of the {r} | I
    sleep in the {r} > where do I sleep | I hid {m} in the {r} > how much did I hide in the {r} | I hid {m} in
    the {r} > what did I hide in the {r} | I quit {a} > what did I quit | I want a {c} {o} > which colour of {o}
    do I want | we named the boat {n} > what's the boat called | we met in {t} > where did we meet | {n} never
    eats {f} > what doesn't {n} eat | {n} moved out of the {r} > which room did {n} move out of | {n} prefers
    {f} to {f2} > what does {n} prefer to {f2} | {n} takes the {c} line > which line does {n} take | the {q}
    lost the {o} > what did the {q} lose | the {q} lost the {o} > who lost the {o} | the {q} found the {o} {s}
    > where did the {q} find the {o} | the {q} borrowed the {o} > who borrowed the {o} | the {q} is from {t} >
    where is the {q} from | the {q} has moved to {t} > where did the {q} move to | the {q} recommended {n} > who
    did the {q} recommend | the {q} offered me {m} for the {o} > how much did the {q} offer me for the {o} | the
    {q} sold me the {o} > who sold me the {o} | the {q} keeps the {o} {s} > where does the {q} keep the {o} |
    the {q} hid the {o} {s} > where did the {q} hide the {o} | the {q} is married to {n} > who is the {q}
    married to | the {q} is a friend of {n} > whose friend is the {q} | the {q} painted the {r} {c} > which
    colour did the {q} paint the {r} | the {q} eats no {f} > what does the {q} not eat | the {q} is back {w} >
    when is the {q} back | the {q} won't come {w} > when won't the {q} come | the {q} wants {m} for the {o} >
    how much does the {q} want for the {o} | the {q} asked for {f} > what did the {q} ask for | the {q} speaks
    only {l} > what language does the {q} speak | the {q} is waiting for {n} > who is the {q} waiting for | the
    {q} knows {n} > who does the {q} know | the {q} has a {o} to give away > what does the {q} give away | {t}
    was founded by {n} > who founded {t} | {t} is famous for {f} > what is {t} famous for | {t} has {k}
    inhabitants > how many people live in {t} | the train from {t} to {t2} takes {k} minutes > how long does the
    train from {t} to {t2} take | {p}s live in {t} > where do {p}s live | a {p} eats only {f} > what does a {p} eat | {p} is an old word for {p2} > what is {p} an old word for | {p} tastes like {f} > what
    does {p} taste like | a {p} sleeps {k} hours > how long does a {p} sleep | {f} goes bad after {k} days >
    how soon does {f} go bad | {f} can replace {f2} > what can replace {f2} | {f} is called {p} in {t} > what is
    {f} called in {t} | {b} is set in {t} > where is {b} set | {b} has {k} pages > how many pages does {b}
    have | {l} has {k} letters > how many letters does {l} have | {c} is the colour of mourning in {t} > what is
    the colour of mourning in {t} | {p} boils at {k} degrees > at how many degrees does {p} boil | {n} was the
    first to climb the {p} > who was the first to climb the {p} | {n} the Great was king of {t} > who was king
    of {t} | {t} lies on the river {t2} > which river does {t} lie on | {p} was first seen in {t} > where was
    {p} first seen
""")


_TOLD_WHEN = re.compile(r"(?:call back|is back|won'?t come|is in season) (.*)")
"""How a line names the time that a question with "when" asks for."""
_OF_THEIRS = re.compile(r"\b(I|me|my|we|us|our)\b|\{[oqr]\}")
"""A question about the life of who asks: where no line tells it, it isn't known; one about the world is beyond Lila."""


def asked_about(lex: Lexicon) -> Turn:
    """A question that a free statement among the memories answers."""
    style = draw_style(lex)
    told, question = lex.wording(_ASKED)
    unknown = bool(_OF_THEIRS.search(question)) and lex.chance(0.2)
    statement, asked = with_slots(lex, told, question)
    content = to_second_person(memory_style(lex).plain(statement))
    text = slip(lex.rng, style.plain(asked), style.typos)
    if lex.chance(0.2):
        text = style.plain(
            lex.wording(
                phrases("""
    {q} again | tell me, {q} | do you remember {q} | so {q} | remind me, {q} | do you know {q} | I forgot,
    {q} | {q} please | sorry, {q} | one question, {q} | {q}, lila | by the way, {q} | I wonder, {q} | well, {q}
    | ok so {q} | just checking, {q} | help me out, {q} | {q}, can you tell me | wait, {q} | let me ask you,
    {q} | {q}, do you know | hey {q} | listen, {q}
""")
            )
        ).replace("{q}", text)
    user = finish(lex, style, fill(lex, style, text), "?")
    if unknown:
        return Turn("dont_know", user, Gold((), (), replies.DONT_KNOW), many_noise=lex.chance(0.6))
    when = _TOLD_WHEN.search(content) if asked.startswith("when ") else None
    reply = replies.answer_when(when[1]) if when else replies.answer(content)
    return Turn("recall", user, Gold((), (), reply), (content,), many_noise=True)


def remember(lex: Lexicon, style: Style) -> Turn:
    """The person asks for something longer, or general, to be remembered."""
    text, tags, ns = note(lex) if lex.chance(0.6) else wiki(lex)
    spoken = style.plain(text)
    content = to_second_person(spoken)
    asked = lex.chance(0.5)
    carrier = explicit(lex) if asked else plain(lex) if lex.chance(0.35) else "{f}"
    user = finish(lex, style, fill(lex, style, style.plain(carrier).replace("{f}", spoken), middle=False))
    op = Store(content, ns, (style.plain(tags[0]), style.plain(tags[1])))
    return Turn(
        "store",
        user,
        Gold((op,), (), replies.remembered([content]) if asked else replies.noted([content])),
    )
