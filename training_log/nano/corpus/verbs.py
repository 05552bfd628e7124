"""Facts told with verbs: where people live and work, what they do, when they get up."""

from __future__ import annotations

from training_log.nano.corpus.facts import Relation
from training_log.nano.corpus.phrases import phrases

__all__ = ["LIVES", "relation"]


def relation(
    attr: str,
    kind: str,
    states: str,
    asks: str,
    indirect: str,
    *,
    checks: str = "",
    topic: str = "",
    many: bool = False,
    gone: str = "",
    ns: str = "personal",
    when: bool = False,
) -> Relation:
    """A relation from texts of phrases; `gone` says that it holds no longer."""
    return Relation(
        attr,
        kind,
        phrases(states),
        phrases(asks),
        phrases(indirect),
        phrases(checks),
        topic,
        ns,
        when,
        many,
        gone,
    )


LIVES = (
    relation(
        "home",
        "town",
        """
        {N} [live|lives] in {v} | {N} [live|lives] in {v} now | {N} [am|is] living in {v} | {P} home is
        in {v} | {N} [have|has] a flat in {v} | {v} is where {N} [live|lives] | {N} [moved|moved] to {v}
        | {N} [stay|stays] in {v} | {N} [have|has] a house in {v} | {N} [am|is] based in {v} | {N}
        [am|is] settled in {v} | {N} [rent|rents] a room in {v} | {N} [am|is] at home in {v} | {P} house
        is in {v} | {P} flat is in {v} | {N} [have|has] moved to {v} | {N} [am|is] a resident of {v}
        """,
        """
        where [do|does] {N} live | where [am|is] {N} living | in which town [do|does] {N} live | what
        city [do|does] {N} live in | which city [do|does] {N} live in | where is {P} home | where
        [do|does] {N} live again | where [do|does] {N} live now | what town [am|is] {N} in | what's {P}
        town | where [am|is] {N} based | where [am|is] {N} at home | to which town did {N} move | where
        did {N} move to | where [do|does] {N} stay | where [am|is] {N} settled | in what place [do|does]
        {N} live | where [have|has] {N} got a place | where [do|does] {N} reside | where [am|is] {N} to
        be found
        """,
        """
        where {N} [live|lives] | where {N} [am|is] living | which town {N} [live|lives] in | what city
        {N} [live|lives] in | where {P} home is | where {N} [am|is] based | where {N} moved to | where {N}
        [stay|stays]
        """,
        checks="[do|does] {N} live in {v} | {N} [live|lives] in {v} right | [am|is] {N} living in {v}",
        topic="where {N} [live|lives]",
        gone="{N} [don't|doesn't] live in {v}",
    ),
    relation(
        "work",
        "job",
        """
        {N} [work|works] as a {v} | {N} [am|is] a {v} | {N} [work|works] as a {v} now | {N} [am|is] a
        {v} by profession | {N} [earn|earns] a living as a {v} | {N} [have|has] a job as a {v} | {N}
        [am|is] working as a {v} | {N} [became|became] a {v} | {N} [make|makes] {O} living as a {v} |
        {N} [found|found] work as a {v} | {N} [got|got] hired as a {v} | {N} [trained|trained] as a {v}
        and [work|works] as one | {N} [have|has] been a {v} for years | {P} work is being a {v} | {N}
        [serve|serves] as a {v} | by trade {N} [am|is] a {v}
        """,
        """
        what [do|does] {N} do | what [do|does] {N} do for a living | what is {P} job | what's {P} job |
        what [do|does] {N} work as | what kind of work [do|does] {N} do | what is {P} profession | what
        job [do|does] {N} have | what [am|is] {N} by profession | what [am|is] {N} by trade | how
        [do|does] {N} make {O} living | how [do|does] {N} earn {O} money | what's {P} profession | what
        did {N} become | what [am|is] {N} working as | which profession [do|does] {N} have | what did {N}
        train as | what's {P} line of work | what sort of job [do|does] {N} have | as what [do|does] {N}
        work
        """,
        """
        what {N} [do|does] for a living | what {P} job is | what {N} [work|works] as | what kind of work
        {N} [do|does] | what {P} profession is | what job {N} [have|has] | how {N} [make|makes] a living
        """,
        checks="[am|is] {N} a {v} | [do|does] {N} work as a {v}",
        topic="{P} job",
        gone="{N} [don't|doesn't] work as a {v}",
    ),
    relation(
        "employer",
        "company",
        """
        {N} [work|works] at {v} | {N} [work|works] for {v} | {N} [am|is] employed at {v} | {N} [am|is]
        working for {v} | {N} [have|has] a job at {v} | {P} employer is {v} | {N} [started|started] at
        {v} | {N} [am|is] with {v} | {N} [do|does] {O} job at {v} | {N} [am|is] on the payroll of {v} |
        {N} [have|has] a post at {v} | {N} [got|got] hired by {v} | {P} company is {v} | {P} firm is
        called {v} | {N} [joined|joined] {v} | {v} is where {N} [work|works]
        """,
        """
        where [do|does] {N} work | who [do|does] {N} work for | which company [do|does] {N} work for |
        what company [do|does] {N} work at | who is {P} employer | where [am|is] {N} working | where
        [am|is] {N} employed | at which firm [am|is] {N} | who [am|is] {N} with | which
        firm [do|does] {N} work for | what's {P} company | who pays {P} wages | at what company [am|is]
        {N} employed | where [have|has] {N} got a job | whose payroll [am|is] {N} on | who [am|is] {N}
        working for | which company did {N} join | what firm [am|is] {N} at
        """,
        """
        where {N} [work|works] | who {N} [work|works] for | which company {N} [work|works] for | where
        {N} [am|is] working | where {N} [am|is] employed | which firm {N} [am|is] with | who {P} employer is
        """,
        checks="[do|does] {N} work at {v} | [do|does] {N} work for {v}",
        topic="where {N} [work|works]",
        gone="{N} [don't|doesn't] work at {v}",
    ),
    relation(
        "school",
        "company",
        """
        {N} [go|goes] to {v} school | {N} [go|goes] to school at {v} | {N} [study|studies] at {v} | {N}
        [am|is] a student at {v} | {N} [attend|attends] {v} | {N} [am|is] at {v} school | {N} [am|is]
        enrolled at {v} | {N} [am|is] a pupil at {v} | {N} [take|takes] classes at {v} | {P} school is
        called {v} | {N} [got|got] into {v} | {N} [transferred|transferred] to {v}
        """,
        """
        where [do|does] {N} go to school | which school [do|does] {N} go to | where [do|does] {N} study
        | what school [do|does] {N} attend | at which school [am|is] {N} | what's {P} school | which
        school [am|is] {N} at | where [am|is] {N} enrolled | where [do|does] {N} take classes | what is
        {P} school called | at what school [do|does] {N} study | where [am|is] {N} a student | what school
        [am|is] {N} in | which school did {N} get into | where [do|does] {N} have lessons
        """,
        """
        where {N} [go|goes] to school | which school {N} [go|goes] to | where {N} [study|studies]
        """,
        topic="{P} school",
    ),
    relation(
        "subject",
        "subject",
        """
        {N} [study|studies] {v} | {N} [am|is] studying {v} | {N} [am|is] doing a degree in {v} | {N}
        [major|majors] in {v} | {N} [read|reads] {v} at university | {N} [am|is] a student of {v} | {P}
        degree is in {v} | {N} [take|takes] {v} | {N} [chose|chose] {v} | {P} subject is {v} | {N}
        [am|is] writing a thesis in {v}
        """,
        """
        what [do|does] {N} study | what [am|is] {N} studying | which subject [do|does] {N} study | what
        degree [am|is] {N} doing | what is {P} subject | what's {P} degree in | what [do|does] {N} major
        in | what subject did {N} choose | what [am|is] {N} reading at university | in what [am|is] {N}
        doing a degree | what [am|is] {N} a student of | which course [do|does] {N} take | what's {P}
        major | what [do|does] {N} do at university
        """,
        """
        what {N} [study|studies] | what {N} [am|is] studying | which subject {N} [study|studies]
        """,
        topic="{P} subject",
    ),
    relation(
        "birthplace",
        "town",
        """
        {N} [was|was] born in {v} | {N} [come|comes] from {v} | {N} [am|is] from {v} | {N} [am|is]
        originally from {v} | {N} [grew|grew] up in {v} | {v} is where {N} [come|comes] from | {N}
        [was|was] raised in {v} | {N} [hail|hails] from {v} | {P} family is from {v} | {N} [spent|spent]
        {O} childhood in {v} | {P} roots are in {v}
        """,
        """
        where [do|does] {N} come from | where [am|is] {N} from | where [was|was] {N} born | where did
        {N} grow up | where [am|is] {N} originally from | which town [do|does] {N} come from | where
        [was|was] {N} raised | where [do|does] {N} hail from | where is {P} family from | where did {N}
        spend {O} childhood | what town [am|is] {N} from | where are {P} roots | in which town [was|was]
        {N} born | where's {P} family from | where did I say {N} [come|comes] from
        """,
        "where {N} [come|comes] from | where {N} [am|is] from | where {N} [was|was] born",
        topic="{P} birthplace",
    ),
    relation(
        "partner",
        "name",
        """
        {N} [am|is] married to {v} | {P} partner is {v} | {N} [am|is] engaged to {v} | {N} [am|is]
        together with {v} | {N} [got|got] married to {v} | {N} [live|lives] together with {v} | {P}
        other half is {v} | {P} spouse is {v} | {N} [date|dates] {v} | {N} [am|is] going out with {v} |
        {N} [am|is] seeing {v} | {N} [am|is] a couple with {v} | {N} [share|shares] {O} life with {v}
        """,
        """
        who [am|is] {N} married to | who is {P} partner | who [am|is] {N} together with | who did {N}
        marry | what is {P} partner called | who's {P} partner | who [am|is] {N} engaged to | who [do|does]
        {N} live with | who is {P} spouse | who [am|is] {N} going out with | who [am|is] {N} dating | who's
        {P} other half | with whom [am|is] {N} together | who [am|is] {N} seeing | who did {N} get married
        to
        """,
        "who {N} [am|is] married to | who {P} partner is | who {N} [am|is] together with",
        checks="[am|is] {N} married to {v}",
        topic="{P} partner",
    ),
    relation(
        "age",
        "small",
        """
        {N} [am|is] {v} years old | {N} [am|is] {v} | {N} [turned|turned] {v} | {N} [am|is] aged {v} |
        {N} [am|is] now {v} years old | {N} [have|has] just turned {v} | {N} [am|is] already {v} | {N}
        [reached|reached] the age of {v} | {P} age is {v} | {N} [am|is] a {v} year old
        """,
        """
        how old [am|is] {N} | what is {P} age | what age [am|is] {N} | what's {P} age | how old [am|is]
        {N} now | how many years old [am|is] {N} | how old did I say {N} [am|is] | what age did {N} turn |
        how old [have|has] {N} become | how old did {N} turn | of what age [am|is] {N} | how many years
        [have|has] {N} got
        """,
        "how old {N} [am|is] | what {P} age is | how old {N} [am|is] now",
        checks="[am|is] {N} {v}",
        topic="{P} age",
    ),
    relation(
        "height",
        "height",
        """
        {N} [am|is] {v} tall | {P} height is {v} | {N} [measure|measures] {v} | {N} [am|is] now {v} tall
        | {N} [stand|stands] {v} tall | {N} [grew|grew] to {v} | {N} [have|has] a height of {v} | {N}
        [come|comes] to {v}
        """,
        """
        how tall [am|is] {N} | what is {P} height | what's {P} height | how tall [am|is] {N} now | what
        height [am|is] {N} | how tall did {N} get | how high [do|does] {N} measure | how tall did I say
        {N} [am|is] | what [do|does] {N} measure | how tall [do|does] {N} stand
        """,
        "how tall {N} [am|is] | what {P} height is",
        topic="{P} height",
    ),
    relation(
        "transport",
        "anything",
        """
        {N} [drive|drives] a {v} van | {N} [drive|drives] a {v} car | {N} [ride|rides] a {v} bike | {N}
        [have|has] a {v} scooter | {N} [use|uses] a {v} moped | {N} [get|gets] around on a {v} bike |
        {N} [have|has] a {v} motorbike | {N} [go|goes] by {v} car | {N} [lease|leases] a {v} van
        """,
        """
        what [do|does] {N} drive | what car [do|does] {N} have | what kind of vehicle [do|does] {N} have
        | what [do|does] {N} ride | what vehicle [do|does] {N} drive | what [do|does] {N} get around on |
        how [do|does] {N} get around | which vehicle [do|does] {N} use | what sort of vehicle [am|is] {N}
        driving | what [am|is] {N} driving
        """,
        "what {N} [drive|drives] | what kind of vehicle {N} [have|has]",
        topic="{P} vehicle",
    ),
    relation(
        "transport",
        "number",
        """
        {N} [take|takes] bus {v} to work | {N} [take|takes] the {v} tram | {N} [go|goes] to work by bus
        {v} | {N} [catch|catches] the number {v} bus | {N} [use|uses] bus {v} | {N} [get|gets] the {v}
        bus home | {N} [ride|rides] the {v} tram to work | {P} bus is the {v}
        """,
        """
        which bus [do|does] {N} take | what bus [do|does] {N} take to work | how [do|does] {N} get to
        work | which line [do|does] {N} take | what line [do|does] {N} take to work | which bus [do|does]
        {N} catch | what number [do|does] {N} take to work | what's {P} bus | which bus goes to {P} work |
        which one [do|does] {N} take to work | by which bus [do|does] {N} go to work
        """,
        "which bus {N} [take|takes] | how {N} [get|gets] to work | which line {N} [take|takes]",
        topic="{P} bus",
    ),
    relation(
        "parking",
        "small",
        """
        {N} [park|parks] on level {v} | {N} [park|parks] in space {v} | {P} car is parked on level {v} |
        {N} [parked|parked] on deck {v} | {P} car is in row {v} | {N} [leave|leaves] the car on level
        {v} | {P} car stands in bay {v} | {N} [have|has] parking bay {v} | {P} parking spot is {v}
        """,
        """
        where [do|does] {N} park | where did {N} park | where is {P} car | on which level [am|is] {N}
        parked | where's {P} car parked | which space is {P} car in | what level [am|is] {N} parked on |
        where did {N} leave the car | in which bay is {P} car | on what deck did {N} park | where's {P}
        parking spot | which parking space [do|does] {N} have | where does {P} car stand | on which level
        is {P} car
        """,
        "where {N} [park|parks] | where {P} car is | where {N} [parked|parked]",
        topic="{P} parking",
    ),
    relation(
        "instrument",
        "activity",
        """
        {N} [play|plays] the {v} | {N} [am|is] learning {v} | {N} [have|has] taken up {v} | {N}
        [practise|practises] {v} | {N} [do|does] {v} | {N} [am|is] into {v} | {N} [do|does] a bit of {v}
        | {N} [spend|spends] {O} evenings on {v} | {P} great love is {v} | {N} [started|started] {v} |
        {N} [am|is] keen on {v} | {N} [go|goes] in for {v} | {N} [have|has] a talent for {v}
        """,
        """
        what [do|does] {N} play | what [am|is] {N} learning | what hobby [do|does] {N} have | what
        [do|does] {N} do for fun | what [am|is] {N} into | what [do|does] {N} do in the evenings | what
        [am|is] {N} keen on | what hobbies [do|does] {N} have | what did {N} take up | what [do|does] {N}
        practise | what [do|does] {N} spend {O} time on | what's {P} great love | what pastime [do|does]
        {N} have | what [have|has] {N} taken up
        """,
        "what {N} [play|plays] | what {N} [am|is] learning | what {N} [do|does] in {O} free time",
        many=True,
    ),
    relation(
        "languages",
        "language",
        """
        {N} [speak|speaks] {v} | {N} [am|is] learning {v} | {N} [know|knows] {v} | {N} [am|is] fluent in
        {v} | {N} [can|can] speak {v} | {N} [teach|teaches] {v} | {N} [understand|understands] {v} | {N}
        [grew|grew] up with {v} | {N} [write|writes] {v} | {N} [study|studies] {v} with an app | {N}
        [get|gets] by in {v} | {N} [speak|speaks] a little {v} | {N} [dream|dreams] in {v}
        """,
        """
        what language [do|does] {N} speak | which languages [do|does] {N} speak | what [do|does] {N}
        speak | which language [am|is] {N} learning | what languages [do|does] {N} know | what tongue
        [do|does] {N} speak | which languages [do|does] {N} understand | in what language [am|is] {N}
        fluent | what language did {N} grow up with | what language [can|can] {N} speak | which language
        [do|does] {N} teach | what language [do|does] {N} write | which tongues [do|does] {N} know
        """,
        "which language {N} [speak|speaks] | what languages {N} [know|knows]",
        checks="[do|does] {N} speak {v}",
        many=True,
    ),
    relation(
        "birthday",
        "date",
        """
        {N} [was|was] born on {v} | {P} birthday is on {v} | {P} birthday is {v} | {N} [have|has] {O}
        birthday on {v} | {N} [celebrate|celebrates] {O} birthday on {v} | {P} date of birth is {v} |
        {v} is {P} birthday | {N} [am|is] born on {v} | {N} [turn|turns] a year older on {v} | {P} big
        day is {v} | {N} [came|came] into the world on {v} | {P} birthday party is always on {v} | we
        celebrate {P} birthday on {v}
        """,
        """
        when [was|was] {N} born | when is {P} birthday | when's {P} birthday | what is {P} date of birth
        | when [do|does] {N} have {O} birthday | what day is {P} birthday | on what day [was|was] {N}
        born | when exactly is {P} birthday | what's {P} birthday | which day is {P} birthday | when do
        we celebrate {P} birthday | when [do|does] {N} turn a year older | when does {P} birthday come |
        when's {P} big day | on which date [was|was] {N} born | what date is {P} birthday | which date
        [was|was] {N} born on | in which month is {P} birthday | when [do|does] {N} celebrate {O} birthday
        """,
        """
        when {N} [was|was] born | when {P} birthday is | what day {P} birthday is | what {P} date of
        birth is
        """,
        checks="is {P} birthday on {v} | [was|was] {N} born on {v} | is {P} birthday today",
        topic="{P} birthday",
        when=True,
    ),
    relation(
        "wake-up time",
        "clock",
        """
        {N} [get|gets] up at {v} | {N} [wake|wakes] up at {v} | {N} usually [get|gets] up at {v} | {P}
        alarm goes off at {v} | {N} [have|has] to be up at {v} | {N} [rise|rises] at {v} | {N} [am|is]
        up by {v} | {P} alarm is set for {v} | {P} day starts at {v} | {N} [set|sets] the alarm for {v}
        | at {v} {N} [get|gets] up
        """,
        """
        when [do|does] {N} get up | what time [do|does] {N} get up | when [do|does] {N} wake up | what
        time [do|does] {N} wake up | what time is {P} alarm | when does {P} alarm go off | when does {P} day
        start | by when [am|is] {N} up | at what time [do|does] {N} rise | when [do|does] {N} have to be up
        | how early [do|does] {N} get up | what time [am|is] {N} up | for when is {P} alarm set
        """,
        "when {N} [get|gets] up | what time {N} [wake|wakes] up | when {N} [wake|wakes] up",
        topic="when {N} [get|gets] up",
        ns="schedule",
        when=True,
    ),
    relation(
        "bedtime",
        "clock",
        """
        {N} [go|goes] to bed at {v} | {P} bedtime is at {v} | {N} [have|has] to be in bed at {v} | {N}
        usually [go|goes] to sleep at {v} | {N} [turn|turns] in at {v} | {N} [am|is] in bed by {v} | {P}
        lights go out at {v} | {N} [fall|falls] asleep at {v} | at {v} {N} [go|goes] to bed
        """,
        """
        when [do|does] {N} go to bed | what time [do|does] {N} go to bed | when is {P} bedtime | what's
        {P} bedtime | when [do|does] {N} have to be in bed | when [do|does] {N} go to sleep | when [do|does]
        {N} turn in | what time [do|does] {N} fall asleep | by when [am|is] {N} in bed | how late [do|does]
        {N} go to bed | what time [am|is] lights out for {N} | when do {P} lights go out
        """,
        "when {N} [go|goes] to bed | what time {N} [go|goes] to bed | when {P} bedtime is",
        topic="{P} bedtime",
        ns="schedule",
        when=True,
    ),
    relation(
        "work start",
        "clock",
        """
        {N} [start|starts] work at {v} | {N} [start|starts] at {v} | {P} shift starts at {v} | {P}
        working day begins at {v} | {N} [begin|begins] work at {v} | {N} [clock|clocks] in at {v} | {N}
        [have|has] to be at work at {v} | {P} first meeting is at {v} | {N} [am|is] at the office from
        {v}
        """,
        """
        when [do|does] {N} start work | what time [do|does] {N} start | when does {P} shift start | what
        time [do|does] {N} start work | when [do|does] {N} begin work | when [do|does] {N} clock in | from
        when [am|is] {N} at the office | when [do|does] {N} have to be at work | when does {P} working day
        begin | at what time does {P} shift begin | how early [do|does] {N} start work
        """,
        "when {N} [start|starts] work | what time {N} [start|starts] | when {P} shift starts",
        topic="when {N} [start|starts] work",
        ns="schedule",
        when=True,
    ),
)
