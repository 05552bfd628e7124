"""A turn and its tools: whose words a call is made in, and the leave that one asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lila.conversation import AskedTool
from lila.errors import ToolError
from lila.own_words import mended_arguments
from lila.tools.registry import Tool, ToolContext
from lila.turn_actions import Step
from lila.turn_context import TurnContext

__all__ = ["MISHEARD", "TurnTools"]

MISHEARD = "I didn't get that right. Could you say it another way?"
_YES = re.compile(r"^(yes|yep|yeah|sure|ok|okay|do it|go ahead|please do|allow it|you may)\b", re.IGNORECASE)


class TurnTools:
    """The tools' side of one turn."""

    def __init__(self, at: TurnContext) -> None:
        self._at = at
        self.granted: AskedTool | None = None
        """The call that the person said yes to: no model is needed to make it."""

    def take_permission(self) -> None:
        """Whether this turn gives leave for the call that the last reply asked leave for."""
        question = self._at.question
        asked, question.tool = question.tool, None
        if asked is not None and _YES.match(self._at.request.text.strip()):
            self.granted = asked

    def run(self, name: str, arguments: Mapping[str, str]) -> Step:
        """Run the tool that the model called, with the arguments that the person meant."""
        meant = self._meant(name, arguments)
        text, ok = (MISHEARD, False) if meant is None else self._use_tool(name, meant)
        self._at.account.read_out |= self._at.draft.read
        return self._at.turn.returned(text, ok=ok, arguments=meant, ops=self._at.draft.take_ops())

    def _meant(self, name: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """The arguments to run with: the person's own words, or None where they aren't to be recognised."""
        tool = self._at.core.tools.find(name)
        if tool is None or self.granted is not None or not self._at.copies:
            return arguments
        arguments = _named(arguments, tool)
        copied = {each.name for each in tool.parameters if each.copied}
        required = frozenset(each.name for each in tool.parameters if each.required)
        own = {key: value for key, value in arguments.items() if key in copied}
        mended = mended_arguments(own, required, self._at.request.text, self._at.before[-1:])
        if mended is None:
            return None
        return {
            key: mended.get(key, value)
            for key, value in arguments.items()
            if key in mended or key not in copied
        }

    def _use_tool(self, name: str, arguments: Mapping[str, str]) -> tuple[str, bool]:
        request, granted = self._at.request, self.granted
        context = ToolContext(
            turn=self._at.turn.turn,
            conversation=self._at.conversation.name,
            speaker=request.speaker,
            text=request.text,
            now=self._at.core.now(),
            private=request.private,
            granted=frozenset({granted.name})
            if granted is not None and granted.name == name
            else frozenset(),
            recent=self._at.before,
            trusted=not request.reflection,
            draft=self._at.draft,
        )
        try:
            return self._at.core.tools.call(name, arguments, context), True
        except ToolError as error:
            if error.code == "tool_asks":
                self._at.question.tool = AskedTool(name, dict(arguments))
            return error.message, False


def _named(arguments: Mapping[str, str], tool: Tool) -> Mapping[str, str]:
    """One argument under a wrong name, where only one is missing, can mean only that one."""
    known = {each.name for each in tool.parameters}
    missing = [each.name for each in tool.parameters if each.required and each.name not in arguments]
    unknown = [name for name in arguments if name not in known]
    if len(missing) == 1 and len(unknown) == 1:
        return {missing[0] if name == unknown[0] else name: value for name, value in arguments.items()}
    return arguments
