"""The loop from logits to text: sample, constrain, detokenise, one piece per token.

Where the constraint leaves one token only, it comes without asking the model: several of them enter the cache
together, before the next real choice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.constraint import Constrains, only_token
from engine.reports import Decoded, Finish
from engine.sampling import Sampler
from engine.stream import TextStream

if TYPE_CHECKING:
    from engine.session import Session

__all__ = ["decode_tokens"]


def decode_tokens(
    session: Session,
    epoch: int,
    sampler: Sampler,
    stream: TextStream,
    constraint: Constrains | None,
    max_tokens: int,
    logprobs: bool,
    cancel: threading.Event | None,
) -> Iterator[Decoded]:
    """Yield tokens until one finishes; between two of them the session is free for others to look at."""
    tokenizer = session.model.tokenizer
    ends = tokenizer.eog_ids
    state = constraint.start() if constraint else 0
    allow: Any = constraint.mask_words(state) if constraint else None
    for produced in range(1, max_tokens + 1):
        if cancel is not None and cancel.is_set():
            yield Decoded(-1, stream.finish(), None, "cancelled")
            return
        token = None if allow is None else only_token(allow)
        logprob = 0.0 if logprobs else None  # certain, among what is allowed
        if token is not None:
            sampler.accept([token])
            room = session.append_pending(epoch, token)
        else:
            with session.decoding_step(epoch) as logits:
                token, logprob = sampler.sample(logits, allow, logprob=logprobs)
                room = session.append_pending(epoch, token)
        if token in ends:
            yield Decoded(token, stream.finish(), logprob, "eos")
            return
        text = stream.push(tokenizer.token_bytes(token))
        finish: Finish | None = None
        if stream.stopped:
            finish = "stop"
        elif produced == max_tokens or not room:
            finish = "length"
            text += stream.finish()
        yield Decoded(token, text, logprob, finish)
        if finish is not None:
            return
        if constraint is not None:
            state = constraint.advance(state, token)
            constraint.mask_words(state, allow)
