"""One reply of an OpenAI-compatible server, event by event.

Some servers take a model's reasoning out of the text and send it beside (`reasoning_content`, or `reasoning`). It is
put back between the marks that it had, so that whoever reads the reply knows one form only.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from lila.backends.base import Finish, Piece
from lila.errors import BackendError

__all__ = ["Deltas", "server_message"]

OPEN, CLOSE = "<think>", "</think>"


class Deltas:
    """Reads the events of one reply; not thread-safe."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._thinking = False
        self._begun = False

    def piece(self, event: str) -> Piece:
        """The piece that an event carries, maybe empty; BackendError "bad_response" for anything else."""
        try:
            value = json.loads(event)
            if "error" in value:
                said = server_message(event)
                raise BackendError(
                    "bad_response", f"the server broke the reply off: {said}", backend=self._backend
                )
            if not value["choices"]:  # usage figures
                return Piece("")
            choice = value["choices"][0]
            delta, reason = choice.get("delta") or {}, choice.get("finish_reason")
            text = self._text(_thought(delta), str(delta.get("content") or ""), ended=reason is not None)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise BackendError(
                "bad_response", "the server's reply is not in the expected form", backend=self._backend
            ) from error
        finish: Finish | None = None if reason is None else "length" if reason == "length" else "stop"
        return Piece(text, finish=finish)

    def _text(self, thought: str, said: str, *, ended: bool) -> str:
        text = ""
        if thought and not self._thinking:
            text = f"\n{OPEN}" if self._begun else OPEN
            self._thinking = True
        text += thought
        if self._thinking and (said or ended):
            text += CLOSE
            self._thinking = False
        self._begun = self._begun or bool(said)
        return text + said


def _thought(delta: dict[str, Any]) -> str:
    found = delta.get("reasoning_content") or delta.get("reasoning")
    return found.replace(CLOSE, "") if isinstance(found, str) else ""


def server_message(text: str) -> str:
    """The server's own sentence out of an error's JSON, on one line and not too long."""
    found: Any = text
    with suppress(ValueError, TypeError):
        found = json.loads(text)
        for key in ("error", "message", "detail"):
            found = found[key] if isinstance(found, dict) and key in found else found
    return " ".join(str(found).split())[:200]
