"""What is asked of an assistant and is beyond a small model: the world, the web, the house, the arts."""

from __future__ import annotations

from training_log.nano.corpus.phrases import phrases

__all__ = ["MADE", "PLAIN"]

PLAIN = phrases("""
    what's the weather like in {t} | what's the weather today | will it rain tomorrow | what's the capital
    of {t} | who is the president of {t} | write me a poem about {o} | write an essay about {p} | translate
    {f} into {l} | how do you say {f} in {l} | what's in the news | write a python program that sorts
    numbers | explain quantum physics | who won the match yesterday | how far is {t} from {t2} | tell me a
    story about a {k} | search the web for {o} | look up {p} on the internet | what's the population of {t}
    | how do I fix the {o} | give me a recipe for {f} | how many calories are in {f} | write an email to {n}
    | summarise this article | who invented the {o} | what is the meaning of {p} | how old is the universe |
    why is the sky blue | what's the stock price of {c} | play some music | play {w} | turn on the lights |
    open the garage door | order a pizza | book a flight to {t} | find a restaurant in {t} | who wrote {w} |
    what's the best film of all time | how do I cook {f} | who was the first man on the moon | explain {p}
    to me | what is a {p} | what does {p} mean | write a letter to {c} | make a picture of a {k} | draw me a
    {k} | write a song about {t} | debug my code | write a haiku | write some javascript for me | what
    causes {p} | how does a {o} work | give me a summary of {w} | what happened in {t} yesterday | is {f}
    healthy | what should I cook tonight | recommend a film | recommend me a book about {p} | how do I get
    from {t} to {t2} | what language do they speak in {t} | how tall is the highest mountain | how deep is
    the ocean | translate this into {l} | send a message to {n} | send an email to {n} | post this on the
    web | what's the exchange rate | how much does a {o} cost | what are the symptoms of {p} | teach me {l}
    | give me ten ideas for a party | can you write code | can you translate | can you search the internet |
    can you tell me the weather | can you draw | write a speech for my wedding | proofread this letter |
    help me with my homework about {p} | what is photosynthesis | when did the war end | who painted {w} |
    how many people live in {t} | what time is it in {t} | is it going to snow | what's the temperature
    outside | latest headlines please | any news | convert this file | turn up the heating | turn off the tv
    | read me the news | google {p} | solve this riddle | play a game of {g} | how do vaccines work | what
    is the speed of light | name all planets | explain how a {o} works | compare {c} and {c2} | what do you
    think about politics | who will win the election | should I buy {c} shares
""")
# Put together of their parts, so that what is asked for is known by its kind.
MADE = phrases("""
    (please|can you|could you|would you|will you|lila|hey|now|just||||||) (turn on|turn off|switch on|switch
    off|dim|brighten|start|stop|lock|unlock|open|close|raise|lower|reset|connect|control|turn down|turn up|charge|
    warm up) (the|the|my|our|all the) (light|lights|lamp|lamps|heating|tv|television|radio|fan|oven|dishwasher|
    washing machine|blinds|curtains|shutters|garage door|front door|gate|alarm system|speakers|stereo|thermostat|
    air conditioning|vacuum cleaner|robot|printer|sprinkler|projector|kettle|heater|boiler|dryer|camera|car|{o}) (in
    the kitchen|in the hall|in the bedroom|upstairs|downstairs|outside|in the office|please|now|for me|in the
    nursery|to half|a bit|by ten percent|||||||) |
    (what|what|how|tell me what|do you know what|any idea what|can you tell me what) (is the weather|will the weather be|is
    the forecast|is the temperature|will the temperature be|is the wind|are the temperatures|does the weather look) (like|going
    to be|||) (today|tomorrow|outside|this weekend|tonight|next week|in {t}|on Sunday|right now|here|in the
    mountains|this afternoon|at the coast|later) | (will|will|could|might) it (rain|
    snow|hail|freeze|be sunny|be hot|be windy|storm|clear up|be foggy|thunder|stay dry|get warm|be cold) (today|
    tomorrow|tonight|this weekend|in {t}|later|next week|on Saturday|outside|in the morning|) | do I need (an umbrella|
    a coat|sun cream|gloves|boots|a jacket|sunglasses|winter tyres) (today|tomorrow|tonight|in {t}|outside|) |
    (please|can you|could you|would you|will you|lila|I'd like you to|help me|||) (translate|say|spell|put|turn) (good
    morning|thank you|I love you|see you soon|{f}|this|this sentence|the menu|where is the station|{p}|my letter|happy
    birthday|this word|cheers|the text|excuse me) (into|in|to|from) (Polish|French|German|Dutch|Korean|Greek|{l}|{l}) |
    (how do you|how would you|how do I|how can I|how do people|how does one) (say|write|pronounce|spell|sign) (good
    night|thanks|{f}|hello|water|I'm sorry|{p}|see you|cheers) in {l} |
    (please|can you|could you|would you|will you|lila|I'd like you to|help me|I want you to|go and|||) (write|compose|
    draft|make up|create|invent|generate|produce|improvise|rewrite|finish|improve|proofread) (a poem|a song|a story|an
    essay|a letter|an email|a speech|a limerick|a rhyme|a fairy tale|a blog post|a cover letter|a report|an article|a
    toast|a review|a sonnet|a script|a slogan|some lyrics|a postcard|a novel|a text message|an invitation) (about {o}|
    about {p}|about {t}|for {n}|to {c}|for my wedding|about winter|about love|about a {k}|for school|for my boss|in
    {l}|about the sea|) |
    (please|can you|could you|would you|will you|lila|help me|I want you to|show me how to|||) (write|code|debug|fix|
    explain|program|build|make|refactor|test|give me) (a|some|this|a short|a simple|my) (python|javascript|java|
    excel|html|bash|rust|php|sql|css|swift|{p}) (function|script|program|code|formula|class|query|macro|app|website|
    loop|page|regex|snippet|error|bug) (that counts words|that adds numbers|that renames files|that sums a column|
    that sorts a list|that goes through a list|which adds something to a list|that sets a timer|that shows the time|
    that reverses a list|for a shopping list|that takes notes|to read a file|for my website|that prints {p}|that finds duplicates|for my homework|that draws a circle|to send
    mail||||) |
    (who|who|do you know who|tell me who|any idea who) (wrote|painted|invented|discovered|composed|directed|founded|
    designed|built|sang|played|recorded|starred in|killed|married|won|created|produced|voiced) ({w}|{w}|{w}|the {o}|
    {p}|the world cup|the {p} prize|the gold medal|the telescope|the last election|the final|that song|the {p} bridge)
    (in 19{y}|first|last year|in 20{y}||||) |
    (when|in which year|what year|do you know when|where) (was|did|were) (the {p} war|{p}|{t}|the {o}|penicillin|the first
    computer|the dinosaurs|{w}|the steam engine|the {p} empire|the berlin wall|napoleon|{c}) (invented|end|founded|begin|
    built|discovered|published|fall|happen|die out|released|born|opened) |
    (what|what|do you know what|tell me what|can you tell me what) (is|was|is|would be) the (capital|population|currency|
    language|highest mountain|longest river|national dish|time difference|flag|president|area|history|biggest city|
    size|best time to visit|anthem|religion|climate) (of|of|in|for) {t} |
    how (many people|many inhabitants|many lakes|many islands|many states|many bones|many planets|many languages|many
    stars|many countries|many cells|much water|much gold|many moons|many species) (live|are there|are|exist|does one
    find|do you find) in ({t}|{t}|the world|europe|africa|the sea|the body|space|the {p} system) |
    how (tall|old|deep|far|big|heavy|long|fast|high|hot|wide|large|rich|dangerous) is (the moon|the sun|{t}|mount {p}|the
    {p} river|the tower in {t}|a {k}|the ocean|the earth|{w}|the {p} bridge|an elephant|the king of {t}|mars) |
    (how do I|how do you|how can I|how should I|what's the best way to|teach me to|show me how to|tell me how to|explain
    how to|how does one|can you teach me to) (cook|make|bake|fix|clean|repair|build|grow|draw|knit|fry|install|
    paint|sharpen|open|remove|replace|roast|boil|ferment|tune|prune|descale|play|solve|invest in|unblock|sew) (a|the|some|
    my|) ({f}|{f}|{o}|{o}|{p}|stain|sauce|tap|sink|website|puzzle|engine|guitar|cake|soup|wall|lamp|tyre|stew|pie) |
    (please|can you|could you|would you|will you|lila|help me|I want you to|||) (explain|describe|tell me about|define|
    teach me about|summarise|summarize|sum up|give me an overview of|lecture me on|research|analyse|review|compare) ({p}|
    photosynthesis|gravity|black holes|inflation|the {p} war|the stock market|evolution|democracy|how a {o} works|how
    engines work|relativity|electricity|how planes fly|the plot of {w}|blockchain|the history of {t}|this
    article|this book|the news|this text|this page|this document|the meeting|the report|that film|this chapter|this
    email|my notes from work|the water cycle) (to me|for me|please|in simple words|briefly|||) |
    (please|can you|could you|would you|will you|lila|hey|now|just|||) (play|pause|skip|stream|shuffle|put on|sing|hum|
    record|download) (some music|music|a song|the next song|jazz|something by {n}|{w}|some rock|a podcast|the radio|an
    audiobook|a lullaby|my playlist|classical music|a film|the new album|birds singing|something relaxing|a video|louder
    music) (please|in the kitchen|now|for me|||) |
    (please|can you|could you|would you|will you|lila|I want you to|I need you to|||) (call|phone|text|email|message|
    ring|write to|video call|send a message to|send an email to|send flowers to|answer|reply to|fax) ({n}|{n}|my
    mother|my boss|the doctor|a taxi|an ambulance|the police|{c}|the school|the restaurant|my sister|the bank) (for me|
    right now|please|that I'm late|and say hello|that I'm ill||||) |
    (please|can you|could you|would you|will you|lila|I want you to|I need you to|||) (book|order|buy online|reserve|
    find|rent|search for|look for|google|look up|compare|check) (a flight|a table|a hotel|a taxi|a pizza|tickets|a
    train|a room|a cheap {o}|a restaurant|the nearest pharmacy|a doctor|a used car|sushi|the bus times|a plumber|
    reviews|the price of a {o}|{p}|the traffic|flights|the football results|a present) (to {t}|in {t}|near me|for two|
    online|on the internet|for tonight|on the web|||) |
    (what's|what is|tell me what's|do you know what's) (in the news|on the news|new in the world|trending|on tv tonight|on at
    the cinema|happening in {t}|the score|the exchange rate|the price of gold|the traffic like|the stock market
    doing|going on in {t}|the pound worth|the bus fare) (today|now|tonight|please|this morning|||) |
    (any|show me|read me|give me|do you have|get me|tell me) (the headlines|the latest news|news from {t}|news about {c}|the
    football scores|the lottery numbers|the results|the share prices|tonight's tv programme|the bus times) (today|now|
    please|this morning|||) |
    (who won|who's winning|who is playing|what was the score of|who lost|how did it end,|when is kick-off for) (the match|
    the game|the race|the final|the election|the cup|the {p} cup|the tennis|the tour|the championship) (yesterday|last
    night|today|in 19{y}|in 20{y}|on Sunday|) |
    (what should I|what shall we|what do I|what can we|what would you) (cook|wear|watch|read|eat|make|play|listen to|give
    {n}|bake|drink|study|plant|wear to the party) (tonight|today|for dinner|this evening|tomorrow|next|at the weekend||) |
    (recommend|suggest|give me|can you recommend|help me choose|find me|I need ideas for) (a film|a book|a
    restaurant|a series|a wine|a name for a {k}|a recipe|a gift|a recipe with {f}|a workout|a diet|a holiday|a good {o}|
    a stock to buy|a song|a hotel in {t}|a present) (for tonight|for {n}|for a beginner|please|for dinner||||) |
    (why|why|how come|can you explain why|do you know why) (is the sea salty|do cats purr|is grass green|do we dream|do
    leaves fall|does it thunder|is {t} famous|do {p} fly|do birds sing|is the moon bright|do people lie|does ice float|
    is water wet|do stars twinkle|does {f} smell|do we yawn|are there wars|do onions make you cry) |
    (what|who|do you know what|tell me what|do you know who) (is|are|was|were) ({p}|{p}|a {p}|the {p}|the {p}
    effect|{n} {p}|the romans|a neutron|the meaning of {p}|the purpose of life|the difference between {p} and {p}|the
    root of {y}{y}|an adverb|the best {o}|love|time|happiness|the symptoms of {p}|the rules of {p}|dark matter)
""")
