"""What holds lila-nano to the words of a turn while it decodes: what may be written, what speaks against it, what is likeliest.

`constraint` is what the decoding asks; `turn_words` makes the patterns of a turn from `wording`, `answers` and `corrections`;
`closed` is the set of replies; `doubts` weighs a fact by what its neighbours say of it; `likeliest` searches for the best reply.
"""
