"""What people tell of the world: places, kinds of things, stuff, languages, works; and what is true of a kind."""

from __future__ import annotations

from training_log.nano.corpus.phrases import pairs, phrases

__all__ = ["KINDS", "STUFF", "TRUE", "WIKI"]

WIKI = pairs("""
    {f} > {f} needs lots of water | {f} > {f} shouldn't be kept in the fridge | {f} > {f} goes well with
    {f2} | {f} > {f} keeps for two weeks | {f} > {f} is poisonous for dogs | {f} > {f} is in season in
    the autumn | {f} > {f} must be cooked for {k} minutes | {t} > {t} is the capital of {t2} | {t} > {t}
    has {k} bridges | {t} > {t} lies on the river {t2} | {t} > {t} is {k} kilometres from {t2} | {p} > a
    {p} has {k} legs | {p} > the {p} is a kind of bird | {p} > {p} means water in {l} | {p} > the {p}
    only blooms at night | {p} > {p} was invented by {n} | {p} > {p} is made from {f} | {p} > {p} grows
    best in the shade | {b} > {b} was written by {n} | {b} > {b} was painted by {n} | {a} > {a} was
    invented in {t} | {l} > {l} is spoken in {t} | {p} > a {p} weighs about {k} kilos | {p} > {p} melts
    at {k} degrees | {f} > {f} contains a lot of iron | {p} > {p} boils at {k} degrees | {f} > {f} is imported from {t} | {p} > there are {k} {p} in a {p2} | {p} > the {p} is the highest mountain in {t} | {p} >
    one {p} is {k} metres | {f} > {f} is good against headaches | {f} > stains of {f} come out with vinegar
    | {t} > {t} was founded by {n} | {t} > {t} has {k} inhabitants | {t} > {t} is famous for {f} | {t} >
    {t} is colder than {t2} | {t} > the train from {t} to {t2} takes {k} minutes | {p} > {p}s live in {t} | {p} > a {p} eats only {f} | {p} > {p} was first seen in {t} | {p} > {p} is an old word
    for {p2} | {p} > {p} tastes like {f} | {p} > a {p} sleeps {k} hours | {f} > {f} goes bad after {k}
    days | {f} > {f} should be peeled first | {f} > {f} freezes well | {f} > {f} has few calories | {f}
    > {f} can replace {f2} | {f} > {f} grows under the ground | {f} > {f} is called {p} in {t} | {b} > {b} is set in {t} | {b} > {b} has {k} pages | {l} > {l} has {k} letters | {l} > {l} is close to {p} |
    {a} > {a} is a winter sport in {t} | {n} > {n} the Great was king of {t} | {n} > {n} was the first
    to climb the {p} | {c} > {c} is the colour of mourning in {t} | {c} > {c} and {p} make a good paint
    | {t} > the {p} flows through {t} | {t} > the river {p} runs through {t} | {t} > {t} is on the coast
    | {t} > {t} stands on the banks of the {p} | {t} > {t} lies in a valley | {t} > {t} is the biggest city in
    {t2} | {t} > {t} has a harbour | {t} > {t} used to be called {p} | {t} > {t} is twinned with {t2} | {t} >
    {t} is north of {t2} | {t} > {t} lies at the foot of the {p} | {t} > {t} has two airports | {t} > {t} was
    destroyed in a fire | {t} > the people of {t} speak {l} | {p} > {p} is the {l} word for bread | {p} > {p} is
    {l} for cat | {p} > {p} stands for peace in {l} | {p} > in {l} {p} means fire | {p} > {p} translates as
    goodbye in {l} |  {p} > people in {t} call bread {p} | {a} > {a} is
    an Olympic sport | {a} > {a} is the national sport of {t} | {a} > {a} is played by two teams | {a} > {a}
    comes from {t} | {a} > {a} is banned in {t} | {a} > {a} is good for the back | {a} > {a} is a summer game | {l} > {l} is written from
    right to left | {l} > {l} is the official language of {t} | {l} > {l} has no articles | {l} > {l} is a hard
    language | {b} > {b} was filmed in {t} | {b} > {b} was published in {k} | {b} > {b} is by {n} | {b} > {b} won a prize | {c} > {c} is
    the colour of luck in {t} | {n} > {n} the Second ruled {t} | {n} > the {p} prize is named after {n} | {p} >
    a {p} is a kind of cheese | {p} > the {p} lays {k} eggs | {p} > a {p} can run {k} miles an hour | {p} > the
    {p} is the largest lake in {t} | {p} > {p} is the currency of {t} | {p} > the {p} was built in {k} | {p} >
    the {p} is an endangered animal | {p} > {p} is a metal | {p} > {p} conducts heat | {p} > a {p} lives for
    {k} years | {f} > {f} has a lot of sugar | {f} > {f} is a vegetable | {f} > {f} tastes best fresh | {f} > {f}
    turns bitter when cooked | {f} > {f} was brought from {t} | {f} > {f} is eaten with {f2} in {t} |
    {t} > {t} is older than {t2} | {t} > {t} is the second largest city of {t2} | {t} > {t} has a famous
    cathedral | {t} > {t} has a university | {t} > {t} has an underground | {t} > {t} has no trams | {t} > {t}
    is known for its {f} | {t} > {t} is surrounded by hills | {t} > {t} is built on {k} islands | {t} > {t} was
    bombed in the war | {t} > {t} was the capital once | {t} > {t} belongs to {t2} | {t} > {t} borders on {t2} |
    {t} > {t} lies {k} metres above the sea | {t} > {t} is a port | {t} > {t} is an island | {t} > {t} was
    rebuilt after the war | {t} > {t} hosted the Olympics | {t} > {t} is in another time zone | {t} > {t} is {k}
    hours ahead of {t2} | {t} > it never snows in {t} | {t} > it rains a lot in {t} | {t} > the sun sets at
    midnight in {t} | {t} > shops close early in {t} | {t} > people in {t} drive on the left | {t} > they speak
    {l} in {t} | {t} > the flag of {t} is {c} | {t} > the currency of {t} is the {p} | {t} > the river of {t} is
    the {p} | {t} > the oldest bridge of {t} is in {c} stone | {t} > the tower of {t} is {k} metres high | {t} >
    the university of {t} was founded in {k} | {t} > the population of {t} is falling | {t} > the airport of {t}
    is called {p} | {t} > there are {k} churches in {t} | {t} > there is a castle in {t} | {t} > flights to {t}
    take {k} hours | {t} > the ferry to {t} leaves from {t2} | {t} > a visa is needed for {t} | {t} > tap water
    is safe in {t} | {t} > tipping isn't usual in {t} | {t} > {t}
    was discovered by {n} | {t} > {t} got its name from a {p} | {t} > {t} exports {f} | {t} > {t} grows most of
    its {f} | {t} > {t} is divided by the {p} | {t} > {t} and {t2} are at war | {t} > {t} and {t2} share a
    border | {t} > the mayor of {t} is {n} | {t} > the king of {t} was called {n} | {t} > the president of {t}
    is {n} | {t} > {t} won the cup | {p} > the {p} is a mountain in {t} | {p} > the {p} is a river in {t} | {p}
    > the {p} is a desert | {p} > the {p} is {k} metres deep | {p} > the {p} is {k} kilometres long | {p} > the
    {p} flows into the {p2} | {p} > the {p} rises in {t} | {p} > the {p} is a dance from {t} | {p} > the {p} is
    a string instrument | {p} > the {p} is related to the {p2} | {p} > the {p} can't fly | {p} > the {p} eats
    {f} | {p} > the {p} hibernates | {p} > the {p} died out in {k} | {p} > the {p} is venomous | {p} > the {p}
    is active at night | {p} > the {p} has {k} teeth | {p} > the {p} is hunted for its fur | {p} > a {p} is a
    small horse | {p} > a {p} is a sort of drum | {p} > a {p} is a baby seal | {p} > a {p} costs {k} euros | {p}
    > a {p} has no bones | {p} > a {p} hatches after {k} days | {p} > a {p} is the same as a {p2} | {p} > a {p}
    needs {k} hours of light | {p} > a {p} holds {k} litres | {p} > a {p} is bigger than a {p2} | {p} > {p} is a
    gas | {p} > {p} is a game for {k} players | {p} > {p} is a kind of bread | {p} > {p} is a spice from {t} |
    {p} > {p} is a soup of {f} and {f2} | {p} > {p} is a drug against malaria | {p} > {p} is used for dyeing
    wool | {p} > {p} is used to make {f} | {p} > {p} is lighter than water | {p} > {p} burns with a {c} flame |
    {p} > {p} dissolves in water | {p} > {p} is extracted from {f} | {p} > {p} rusts | {p} > {p} is a sort of
    {f} | {p} > {p} is served with {f} | {p} > {p} is drunk hot in {t} | {p} > {p} is a god of the sea | {p} >
    {p} is the goddess of spring | {p} > {p}
    is a holiday in {t} | {p} > {p} is a martial art | {p} > {p} rhymes with {p2} | {p} > {p} is spelt with two
    t's | {p} > {p} is the opposite of {p2} | {p} > {p} is another name for {f} | {p} > {p} is slang for money |
    {p} > {p} comes from the {l} for water | {l} > in {l} you greet with {p} | {l} > the {l} alphabet has {k}
    letters | {l} > {l} has two genders | {l} > {l} is spoken by {k} million people | {l} > {l} is dying out |
    {l} > {l} comes from the north | {l} > nouns are capitalised in {l} | {f} > {f} is rich in vitamins | {f} >
    {f} is bad for the teeth | {f} > {f} grows on trees | {f} > {f} grows best in {t} | {f} > {f} was unknown in
    {t} before {k} | {f} > {f} was once used as money | {f} > {f} is cheapest in the summer | {f} > {f} has more
    iron than {f2} | {f} > {f} has to soak overnight | {f} > {f} has to ripen for {k} days | {f} > {f} is ninety
    percent water | {f} > {f} helps you sleep | {f} > {f} lowers blood pressure | {f} > {f} spoils in the sun |
    {f} > {f} can be eaten raw | {f} > {f} doesn't freeze | {f} > {f} was invented in {t} | {f} > {f} is the
    national dish of {t} | {f} > {f} is forbidden in {t} | {f} > {f} is made of {f2} | {f} > {f} is roasted at
    {k} degrees | {f} > {f} takes {k} minutes in the oven |   {f} > the peel of {f} is edible | {f} > the seeds of {f} are poisonous | {f} > the smell of {f}
    keeps mice away | {f} > leftover {f} can be frozen | {b} > {b} is about a war | {b} > {b} was banned in {t}
    | {b} > {b} has {k} chapters | {b} > {b} was written in {k} | {b} > {b} is an opera | {b} > {b} is sung in
    {l} | {b} > {b} hangs in {t} | {b} > {b} was composed by {n} | {b} > {b} was directed by {n} | {b} > {b}
    lasts {k} minutes | {b} > the hero of {b} dies | {b} > the sequel to {b} is {b} | {n} > {n} discovered {p} |
    {n} > {n} invented the {p} | {n} > {n} the Bald founded {t} | {n} > {n} the Third lost the war | {n} > king
    {n} was beheaded | {n} > queen {n} reigned for {k} years | {n} > saint {n} is the patron of {t} | {n} > the
    battle of {t} was won by {n} | {n} > the planet {p} was found by {n} | {a} > {a} was forbidden in {k} | {a}
    > {a} is played with {k} players | {a} > {a} takes {k} minutes a game | {a} > {a} became popular in {t} |
    {a} > {a} burns {k} calories an hour | {a} > the rules of {a} come from {t} | {a} > the world record in {a}
    is {k} | {c} > {c} is made from {c} and {p} | {c} > {c} absorbs heat | {c} > {c} stands for hope in {t} |
    {k} > water boils at {k} degrees up there | {k} > light takes {k} minutes from the sun | {k} > there are {k}
    bones in the hand | {k} > the war ended in {k} | {k} > a mile is {k} metres | {k} > the treaty was signed in
    {k} | {k} > the earth is {k} million years old | {k} > the heart beats {k} times a minute | {k} > the speed
    limit in {t} is {k} | {k} > a stone is {k} pounds | {p} > the opposite of {p} is {p2} | {p} > the plural of
    {p} is {p2} | {p} > the symbol for {p} is a {p2} | {p} > the chemical name of {p} is {p2} | {p} > the
    inventor of {p} was {n} | {p} > the fruit of the {p} is {c} | {p} > the leaves of the {p} fall in autumn |
    {p} > the egg of a {p} is {c} | {p} > the sting of a {p} hurts for days | {p} > the males of the {p} are {c}
    | {p} > most {p}s are {c} | {p} > all {p}s have {k} legs | {p} > no {p} lives in {t} | {p} > some {p}s can
    swim | {p} > only female {p}s sting | {p} > {p}s are a kind of beetle | {p} > {p}s build nests in trees |
    {p} > {p}s bury their food | {p} > {p}s come out at dusk
""")
# What is true of a kind of thing, or of stuff: who is meant is nobody in particular.
KINDS = phrases("""
    roses | tulips | ferns | cacti | tomatoes | potatoes | beans | apples | pears | walnuts |
    mushrooms | herbs | bees | wasps | ants | cats | dogs | hens | horses | cows | goats | pigeons |
    owls | swallows | foxes | hedgehogs | whales | snails | spiders | frogs | batteries | candles |
    wool jumpers | leather shoes | silk shirts | copper pans | knives | bricks | magnets | stamps |
    parcels | night trains | return tickets | day passes | parking permits | passports | library
    books | antibiotics | painkillers | eye drops | vitamins | babies | toddlers | teenagers |
    penguins | elephants | goldfish | rabbits | hamsters | parrots | lemons | grapes | onions |
    leeks | lilies | daffodils | orchids | sunflowers | geraniums | strawberries | cherries | plums
    | carrots | peas | radishes | courgettes | chillies | bananas | melons | almonds | olives |
    truffles | nettles | butterflies | moths | beetles | crickets | worms | toads | newts | lizards
    | snakes | turtles | sharks | seals | dolphins | otters | beavers | badgers | squirrels | bats |
    crows | robins | storks | geese | swans | sheep | pigs | camels | lions | monkeys | bears |
    wolves | deer | sofas | carpets | curtains | mattresses | towels | tents | bikes | trams |
    ferries | trains | planes | tickets | visas | coins | cheques | novels | poems | violins |
    pianos | drums | laptops | phones | chargers | printers | fridges | ovens | kettles | freezers |
    radiators | solar panels | light bulbs | fuses | smoke alarms | tyres | brakes | engines | clay
    pots | coffee beans | oats | lentils | eggs | fish
""")
STUFF = phrases("""
    rice | bread dough | yoghurt | cream | honey | olive oil | vinegar | cast iron | oak | pine |
    marble | concrete | gold | silver | ice | diesel | cement | linen | cotton | the moon | the sun
    | old paint | yeast | pastry | clay | seaweed | moss | ivy | petrol | tar | chalk | glass |
    paper | cardboard | rubber | plastic | leather | silk | velvet | felt | cork | bamboo | willow |
    ash wood | granite | slate | sandstone | mercury | tin | zinc | lead | aspirin | insulin |
    pollen | mould | flour | sugar | salt | cocoa | green tea | pasta | tofu | butter | cheese |
    venison
""")
TRUE = phrases("""
    need (little|plenty of|hardly any|regular|a bit of|lots of|no) (water|light|sun|shade|air|food|
    warmth|sleep|exercise|salt|space|care) | (must|should|can|can't|shouldn't|must not|never) be
    (kept|stored|left|
    washed|frozen|cooked|eaten|fed|planted|cut|carried|used|bought|heated|touched|watered) (in the
    dark|at night| outside|cold|warm|raw|twice|indoors|in the fridge|before winter|after {k}
    days|together|alone|upright|dry|by hand) | are
    (good|bad|safe|unsafe|harmless|dangerous|toxic|healthy|useful|deadly) for
    (cats|dogs|children|babies| bees|the skin|the heart|wood|horses|plants|the teeth|birds) |
    (last|keep|live|sleep) (for| about|only|up to|at least) {k} (days|weeks|years|hours|minutes|months)
    | are (valid|fresh|open|ripe|legal| free|cheapest|best|in season) (for {k} days|until {d}|in the
    spring|in the summer|at night|for one trip|for {k} hours) | (contain|have) (a
    lot of|no|little|too much|some) (iron|sugar| fat|vitamin
    C|water|caffeine|salt|bones|seeds|oil|lead|fibre) | (like|love|hate|avoid|attract) (damp soil|full
    sun|the cold|mice|water|heat|light|sugar|noise|moths|company|acid soil) |
    (grow|sleep|fly|swim|bloom|hunt|breed) (in the shade|at night| in winter|standing up|in pairs|by the
    river|once a year|upside down|in spring|underground) | come from {t} | (melt|boil|burn|bake|freeze)
    at {k} degrees | need to (rest|soak|cool|dry|rise|simmer|breathe|charge|harden) for {k}
    (minutes|hours|days) | (can|can't|may) (see| hear|swim|fly|climb|smell|jump|run|count)
    (well|far|fast|high|in the dark|backwards|at all) | are (related to|made of|bigger than|older
    than|lighter than|named after|afraid of) {p} | (work|taste|smell|look|feel)
    (best|better|worse|different|the same) (in the morning|warm|cold| after {k} days|with {f}|in
    summer|when dry|when old) | (turn|go) (brown|soft|sour|hard|mouldy|bad|yellow) (after {k} days|in
    the sun|in the fridge|quickly|overnight) | (take|need) {k} (minutes|hours|days|weeks) to
    (cook|dry|grow|ripen|bake|charge|heal|thaw) | (cost|weigh) (about|at least|up to|less than) {k}
    (grams|kilos|pence|euros) | (must|should|can|can't) (rest|wait|soak|dry|stand| breathe)
    (overnight|for {k} minutes|in the shade|before use) | (are|aren't)
    (allowed|sold|welcome|common|rare|protected|banned) (in {t}|on trains|in schools|in
    winter) | (attract|repel|eat|keep away|chase) (ants|mice|wasps|slugs|birds|cats|moths) | (belong|go)
    (in the {c} bin|in the freezer|on the top shelf|with the glass|outside) | have {k}
    (legs|teeth|bones|rings| seeds|petals|hearts) | (scare|sting|bite|follow|ignore|protect|feed|fear|fight|like)
    (bees|dogs|cats|birds|mice|children|sheep|fish) | (eat|drink|store|produce|absorb|lose)
    (grass|heat|water|light|oxygen|milk|moisture|fish|leaves) | have (thick|thin|sharp|hollow|soft|strong)
    (skin|leaves|bones|teeth|roots|shells) | (conduct|reflect|block|carry|store) (heat|light|electricity|sound) |
    (grow|live|hunt|sleep|move) in (groups|herds|swamps|deserts|forests|caves) | were (invented|discovered|grown|made|first
    sold) in {t}
""")
