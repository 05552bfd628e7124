"""A turn and the model: the prompt that it is given, and the stream that answers."""

from __future__ import annotations

from collections.abc import Iterator

from lila.backends.base import ModelInfo, Piece
from lila.backends.base import Prompt as ModelPrompt
from lila.conversation import AskedTool
from lila.prompt import Built, Ingredients, build
from lila.turn_context import TurnContext
from lila.wishes import KEPT
from memory.grammar import render_tool_call

__all__ = ["TurnModel"]


class TurnModel:
    """The model's side of one turn."""

    def __init__(self, at: TurnContext) -> None:
        self._at = at

    def generate(self, continuation: str, granted: AskedTool | None) -> Iterator[Piece]:
        if granted is not None:
            return self._scripted(granted, continuation)
        request = self._at.request
        if request.wish is not None and self._at.copies:
            return iter([Piece(KEPT, finish="stop")])

        def prompt_for(info: ModelInfo) -> ModelPrompt:
            self._at.account.info = info
            self._at.account.built = self._build(info)
            return ModelPrompt(self._at.account.built.messages, continuation)

        return self._at.core.chain.generate(
            prompt_for,
            request.settings.sampling(),
            max_tokens=request.settings.max_tokens,
            conversation=self._at.conversation.name,
            cancel=self._at.conversation.cancel,
        )

    def _build(self, info: ModelInfo) -> Built:
        request, prompt = self._at.request, self._at.core.config.prompt
        have = Ingredients(
            text=request.text,
            history=self._at.conversation.history(request.speaker, private=request.private),
            memories=tuple(self._at.account.recalled),
            persona=request.persona,
            style=request.settings.style,
            tools=self._at.core.tools.tools,
            speaker=request.speaker,
            reflection=request.reflection,
        )
        return build(
            have,
            info.dialect,
            self._at.core.chain.count,
            context_tokens=info.context_tokens,
            reply_tokens=request.settings.max_tokens,
            recall_tokens=prompt.recall_tokens,
            history_turns=prompt.history_turns,
        )

    def _scripted(self, asked: AskedTool, continuation: str) -> Iterator[Piece]:
        """The person said yes to a tool: no model is needed to call it and to say its result."""
        if not continuation:
            yield Piece(render_tool_call(asked.name, asked.arguments), finish="stop")
        else:
            yield Piece(self._at.turn.tools[-1].result, finish="stop")
