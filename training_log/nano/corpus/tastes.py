"""What people like and can't stand, and where they keep their things."""

from __future__ import annotations

from training_log.nano.corpus.verbs import relation

__all__ = ["LIKES", "SPOTS"]

LIKES = (
    relation(
        "likes",
        "food",
        """
        {N} [like|likes] {v} | {N} [love|loves] {v} | {N} really [like|likes] {v} | {N} [enjoy|enjoys]
        {v} | {N} [am|is] crazy about {v} | {N} [am|is] fond of {v} | {N} [adore|adores] {v} | {N}
        [am|is] a big fan of {v} | {N} quite [like|likes] {v} | {N} [can't|can't] live without {v} | {N}
        [prefer|prefers] {v} | {N} [am|is] into {v} | {N} [am|is] mad about {v} | {N} [could|could] eat
        {v} all day | {N} always [have|has] room for {v} | {N} [have|has] a soft spot for {v} | {N}
        [am|is] partial to {v} | {N} [fancy|fancies] {v} | {P} weakness is {v} | {N} [devour|devours]
        {v}
        """,
        """
        what [do|does] {N} like | what [do|does] {N} like to eat | what [do|does] {N} love | what
        [do|does] {N} enjoy | what food [do|does] {N} like | what [am|is] {N} fond of | what [am|is] {N} a
        fan of | what [am|is] {N} crazy about | what [do|does] {N} prefer | what [am|is] {N} mad about |
        what food [do|does] {N} love | what [can't|can't] {N} live without | what [do|does] {N} like best
        | which food [do|does] {N} enjoy | what [do|does] {N} have a soft spot for | what [do|does] {N}
        adore | what [am|is] {N} partial to | what [do|does] {N} fancy | what [could|could] {N} eat all day
        """,
        "what {N} [like|likes] | what {N} [love|loves] | what {N} [like|likes] to eat",
        checks="[do|does] {N} like {v} | [do|does] {N} love {v}",
        many=True,
    ),
    relation(
        "dislikes",
        "food",
        """
        {N} [don't|doesn't] like {v} | {N} [hate|hates] {v} | {N} [can't|can't] stand {v} | {N}
        [dislike|dislikes] {v} | {N} [don't|doesn't] eat {v} | {N} really [hate|hates] {v} | {N} [am|is]
        not a fan of {v} | {N} [am|is] sick of {v} | {N} [detest|detests] {v} | {N} never [eat|eats] {v}
        | {N} [refuse|refuses] {v} | {N} [avoid|avoids] {v} | {N} [stay|stays] away from {v} | {N}
        [can't|can't] bear {v} | {N} [don't|doesn't] care for {v} | {N} [won't|won't] touch {v} | {N}
        [am|is] disgusted by {v} | {N} [gave|gave] up {v} | {N} [loathe|loathes] {v}
        """,
        """
        what [do|does] {N} dislike | what [do|does] {N} not like | what [do|does] {N} hate | what food
        [do|does] {N} hate | what [don't|doesn't] {N} like | what [don't|doesn't] {N} eat | what [do|does]
        {N} never eat | what [can't|can't] {N} stand | what [do|does] {N} avoid | what food [do|does] {N}
        dislike | what [do|does] {N} refuse | what [won't|won't] {N} touch | what [am|is] {N} sick of |
        what [do|does] {N} detest | what [am|is] {N} not a fan of | which food [can't|can't] {N} bear |
        what [do|does] {N} stay away from | what [do|does] {N} not eat
        """,
        """
        what {N} [don't|doesn't] like | what {N} [hate|hates] | what {N} [don't|doesn't] eat | what {N}
        [can't|can't] stand
        """,
        many=True,
    ),
    relation(
        "allergies",
        "allergen",
        """
        {N} [am|is] allergic to {v} | {N} [have|has] an allergy to {v} | {N} [can't|can't] have {v} |
        {N} [have|has] a {v} allergy | {N} [react|reacts] badly to {v} | {N} [get|gets] a rash from {v}
        | {N} [come|comes] out in spots from {v} | {N} [have|has] an intolerance to {v} | {N}
        [mustn't|mustn't] have {v} | {N} [swell|swells] up from {v} | {P} allergy is {v} | {N} [must|must] avoid {v}
        """,
        """
        what [am|is] {N} allergic to | what allergies [do|does] {N} have | which allergy [do|does] {N}
        have | what can't {N} have | what are {P} allergies | what allergy [do|does] {N} have | what
        [do|does] {N} react to | what's {P} allergy | what [mustn't|mustn't]
        {N} have | to what [am|is] {N} allergic | what allergies [have|has] {N} got | what [must|must] {N}
        avoid | what intolerance [do|does] {N} have | which things [am|is] {N} allergic to
        """,
        """
        what {N} [am|is] allergic to | what allergies {N} [have|has] | which allergies {N} [have|has]
        """,
        checks="[am|is] {N} allergic to {v}",
        many=True,
    ),
    relation(
        "diet",
        "diet",
        """
        {N} [am|is] {v} | {N} [have|has] been {v} for years | {N} [am|is] strictly {v} | {N} only
        [eat|eats] {v} | {N} [am|is] {v} now | {N} [live|lives] {v} | {N} [cook|cooks] {v} | {N}
        [went|went] {v} | {N} [turned|turned] {v} | {N} [have|has] gone {v} | {N} [eat|eats] {v}
        """,
        """
        what is {P} diet | what diet [am|is] {N} on | what kind of diet [do|does] {N} follow | what's
        {P} diet | how [do|does] {N} eat | what sort of diet [do|does] {N} have | which diet [do|does] {N}
        follow | what diet did I say {N} [follow|follows] | what diet [do|does] {N} keep to
        """,
        "what {P} diet is | what diet {N} [am|is] on",
        checks="[am|is] {N} {v}",
        topic="{P} diet",
    ),
    relation(
        "{a}",
        "drink",
        """
        {N} [take|takes] {O} {a} with {v} | {N} [drink|drinks] {O} {a} with {v} | {N} [like|likes] {O}
        {a} with {v} | {N} [have|has] {O} {a} with {v} | {N} always [have|has] {a} with {v} | {N}
        [want|wants] {O} {a} with {v} | {N} [need|needs] {O} {a} with {v} | {N} [put|puts] {v} in {O}
        {a} | {N} [order|orders] {O} {a} with {v} | {P} {a} comes with {v} | {v} goes in {P} {a}
        """,
        """
        how [do|does] {N} take {O} {a} | how [do|does] {N} like {O} {a} | what [do|does] {N} have in {O}
        {a} | how [do|does] {N} want {O} {a} | what goes into {P} {a} | with what [do|does] {N} take {O}
        {a} | what [do|does] {N} put in {O} {a} | what [do|does] {N} like in {O} {a} | how [do|does] {N}
        drink {O} {a} | what goes in {P} {a} | what comes with {P} {a} | how [do|does] {N} order {O} {a} |
        with what [do|does] {N} have {O} {a} | what [do|does] {N} need in {O} {a}
        """,
        """
        how {N} [take|takes] {O} {a} | how {N} [like|likes] {O} {a} | what {N} [have|has] in {O} {a}
        """,
        topic="{P} {a}",
        many=True,
    ),
    relation(
        "fears",
        "fear",
        """
        {N} [am|is] afraid of {v} | {N} [am|is] scared of {v} | {N} [fear|fears] {v} | {N} [am|is]
        terrified of {v} | {N} [dread|dreads] {v} | {P} greatest fear is {v} | {N} [have|has] a phobia
        of {v} | {N} [panic|panics] at {v}
        """,
        """
        what [am|is] {N} afraid of | what [am|is] {N} scared of | what [do|does] {N} fear | what
        [do|does] {N} fear most | what [am|is] {N} terrified of | what's {P} greatest fear | what phobia
        [do|does] {N} have | what [do|does] {N} dread | of what [am|is] {N} afraid
        """,
        "what {N} [am|is] afraid of | what {N} [am|is] scared of",
        checks="[am|is] {N} afraid of {v}",
        many=True,
    ),
    relation(
        "collection",
        "collect",
        """
        {N} [collect|collects] {v} | {N} [have|has] a collection of {v} | {N} [am|is] collecting {v} |
        {N} [save|saves] {v} | {N} [hoard|hoards] {v} | {N} [hunt|hunts] for {v} | {N} [trade|trades]
        {v} | {P} hobby is collecting {v} | {N} [have|has] a shelf of {v}
        """,
        """
        what [do|does] {N} collect | what [am|is] {N} collecting | what collection [do|does] {N} have |
        what [do|does] {N} save | what [do|does] {N} hoard | which things [do|does] {N} collect | what
        [do|does] {N} hunt for | what [do|does] {N} have a collection of | what's {P} collection
        """,
        "what {N} [collect|collects] | what {N} [am|is] collecting",
        many=True,
    ),
)


SPOTS = (
    relation(
        "place",
        "spot",
        """
        the {x} is {v} | {P} {x} is {v} | the {x} is kept {v} | I keep the {x} {v} | we keep the {x} {v}
        | I put the {x} {v} | I left the {x} {v} | you find the {x} {v} | the {x} lives {v} | we put the
        {x} {v} | I've put the {x} {v} | I hid the {x} {v} | the {x} goes {v} | the {x} is now {v} | the
        {x} belongs {v} | the {x} has its place {v} | the {x} hangs out {v} | somebody left the {x} {v}
        | I stored the {x} {v} | I dropped the {x} {v} | I saw the {x} {v} | {v} is where the {x} is | the {x} ended up {v} | I found the {x} {v} | the {x} must be {v}
        | the {x} stays {v} | the spare {x} is {v} | we store the {x} {v}
        """,
        """
        where is the {x} | where's the {x} | where do I keep the {x} | where did I put the {x} | where
        do we keep the {x} | where can I find the {x} | where did I leave the {x} | where was the {x}
        again | have you seen the {x} | where is {P} {x} | I can't find the {x} | I'm looking for the
        {x} | where did we put the {x} | do you know where the {x} is | where have I put the {x} |
        where's {P} {x} | where does the {x} go | find the {x} | where would I find the {x} | in which
        place is the {x} | where does the {x} live | where did the {x} end up | where do I look for the {x}
        | where is the {x} kept | where should I look for the {x} | what did I do with the {x} | where does
        the {x} belong | where did I store the {x} | where did I hide the {x} | where have we got the {x} |
        I need the {x}, where is it | where did I last see the {x} | whereabouts is the {x} | help me find
        the {x} | where on earth is the {x} | where might the {x} be | where do you think the {x} is | where
        did I drop the {x} | the {x} is where
        """,
        """
        where the {x} is | where I put the {x} | where we keep the {x} | where I left the {x} | where
        {P} {x} is | where to find the {x} | where the {x} went
        """,
        checks="is the {x} {v} | is the {x} in the kitchen | did I put the {x} {v}",
        topic="the {x}",
    ),
    relation(
        "place",
        "spot",
        """
        the {x} are {v} | {P} {x} are {v} | I keep the {x} {v} | we keep the {x} {v} | I put the {x} {v}
        | I left the {x} {v} | the {x} are kept {v} | I've put the {x} {v} | we put the {x} {v} | you'll
        find the {x} {v} | the {x} belong {v} | the {x} live {v} | I stored the {x} {v} | somebody left
        the {x} {v} | I saw the {x} {v} | I hid the {x} {v} | {v} is where the {x} are | the {x} ended
        up {v} | the {x} are now {v} | the {x} go {v} | the spare {x} are {v} | we store the {x} {v} | I
        found the {x} {v}
        """,
        """
        where are the {x} | where do I keep the {x} | where did I put the {x} | where do we keep the {x}
        | where can I find the {x} | where are {P} {x} | I can't find the {x} | where did I leave the
        {x} | where were the {x} again | I'm looking for the {x} | have you seen the {x} | where have I
        put the {x} | where do the {x} go | where do the {x} live | where did the {x} end up | where are the
        {x} kept | where should I look for the {x} | what did I do with the {x} | where do the {x} belong |
        where did I store the {x} | where did we put the {x} | whereabouts are the {x} | help me find the
        {x} | where on earth are the {x} | where would I find the {x} | the {x} are where
        """,
        "where the {x} are | where I put the {x} | where we keep the {x} | where {P} {x} are",
        checks="are the {x} {v} | did I put the {x} {v}",
        topic="the {x}",
    ),
)
