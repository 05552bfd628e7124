"""Every error that lila raises on purpose.

LilaError                  root; `.code` for programs, the message for people
├── ConfigError            a setting is wrong; the message says in which file, line and key
│   ├── UnknownKey         no such key; the nearest known one is named
│   └── BadValue           the key exists, its value can't be used
├── PersonaError           a persona file can't be read or holds a bad setting
│   └── UnknownPersona     no such persona; the nearest known one is named
├── EventFormatError       a JSON event from outside doesn't follow the event schema
├── PromptTooLong          what must be in the prompt doesn't fit the model's context
├── NotAwake               a turn was asked of a core that was not booted, or is closed
├── ConversationBusy       a conversation already has a turn under way and waiting was declined
├── ToolError              a tool refuses or can't do what was asked; said to the person as it is
│   ├── UnknownTool        the model named a tool that does not exist
│   ├── BadToolArgument    a tool's argument is missing, unknown or can't be understood
│   └── ToolNotAllowed     the tool touches something that this person did not allow
├── BackendError           a model backend failed; `.retryable` says whether trying again may help
│   └── NoBackend          every backend of the chain was passed over or failed; `.reasons` says why
├── BenchFailed            a benchmark can't measure what it was asked to
├── ConnectionLost         a client lost its server
└── ProtocolError          the other side of a connection broke the harness protocol
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BackendError",
    "BenchFailed",
    "BadToolArgument",
    "BadValue",
    "ConfigError",
    "ConnectionLost",
    "ConversationBusy",
    "EventFormatError",
    "LilaError",
    "NoBackend",
    "NotAwake",
    "PersonaError",
    "PromptTooLong",
    "ProtocolError",
    "ToolError",
    "ToolNotAllowed",
    "UnknownKey",
    "UnknownPersona",
    "UnknownTool",
]


class LilaError(Exception):
    """Root of lila's errors: `code` is stable and for programs, `message` says what to do next."""

    code: str = "lila"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class ConfigError(LilaError):
    """A setting is wrong; `place` is the file and line, the environment variable or the option."""

    code = "config"

    def __init__(self, message: str, *, place: str = "", key: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.key = key


class UnknownKey(ConfigError):
    """No such key; `nearest` is the known key that it most resembles, or None."""

    code = "config_unknown_key"

    def __init__(self, key: str, *, place: str = "", nearest: str | None = None) -> None:
        hint = f"; did you mean '{nearest}'?" if nearest else "; see configs/default.toml for every key"
        super().__init__(f"unknown key '{key}'{hint}", place=place, key=key)
        self.nearest = nearest


class BadValue(ConfigError):
    """The key is known, but its value can't be used."""

    code = "config_bad_value"


class PersonaError(LilaError):
    """A persona file can't be read or holds a bad setting."""

    code = "persona"


class UnknownPersona(PersonaError):
    """No file holds this persona."""


class EventFormatError(LilaError):
    """A JSON event doesn't follow the schema."""

    code = "event_format"


class PromptTooLong(LilaError):
    """What must be in the prompt is larger than the model's context; counts are tokens."""

    code = "prompt_too_long"

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(
            f"this message needs {needed} tokens and the model has room for {available}; "
            "send a shorter one, or connect a model with a larger context"
        )
        self.needed = needed
        self.available = available


class NotAwake(LilaError):
    """A turn was asked of a core that was not booted, or is closed."""

    code = "not_awake"


class ConversationBusy(LilaError):
    """The conversation has a turn under way."""

    code = "conversation_busy"


class ToolError(LilaError):
    """A tool refuses or can't do what was asked; the message is said to the person as it is."""

    code = "tool"


class UnknownTool(ToolError):
    """The model named a tool that does not exist."""

    code = "tool_unknown"


class BadToolArgument(ToolError):
    """An argument is missing, unknown or can't be understood."""

    code = "tool_argument"


class ToolNotAllowed(ToolError):
    """The tool touches something that this person did not allow."""

    code = "tool_not_allowed"


class BackendError(LilaError):
    """A model backend failed.

    `code` is one of: unavailable, not_installed, no_model, bad_model, out_of_memory, context_overflow,
    timeout, unauthorized, rate_limited, connection_lost, bad_response, closed, internal.
    `retryable` says whether the same request may succeed when it is tried again on the same backend.
    """

    code = "internal"

    def __init__(self, code: str, message: str, *, retryable: bool = False, backend: str = "") -> None:
        super().__init__(message, code=code)
        self.retryable = retryable
        self.backend = backend


class NoBackend(BackendError):
    """No backend of the chain could answer; `reasons` holds (backend, why) in the order tried."""

    def __init__(self, reasons: Sequence[tuple[str, str]]) -> None:
        listed = "; ".join(f"{name}: {why}" for name, why in reasons) or "none is configured"
        super().__init__("no_backend", f"no model could answer ({listed}); run `lila doctor` for the way out")
        self.reasons = tuple(reasons)


class BenchFailed(LilaError):
    """A benchmark can't measure what it was asked to; the message says which part of it failed."""

    code = "bench_failed"


class ConnectionLost(LilaError):
    """A client lost its server."""

    code = "connection_lost"


class ProtocolError(LilaError):
    """The other side of a connection broke the harness protocol."""

    code = "protocol"
