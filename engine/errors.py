"""Every error that the engine raises.

EngineError
├── Unavailable         the library, a file or memory can't be had
├── MalformedFile       a model or snapshot file is damaged or lies about itself
├── UnsupportedFeature  the file is sound, but asks for something this engine doesn't do
├── ArgumentError       a value from the caller is out of range
│   ├── GrammarError    a pattern or a token's name in a grammar can't be used
│   └── TemplateError   a chat template can't be compiled or rendered
├── Closed              the model or session was closed
├── ContextOverflow     the tokens don't fit the session's context
├── ManifestMismatch    a snapshot was made under other conditions
├── Cancelled           the caller's cancel event was set
└── Fatal               the session can't be trusted any more
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "Cancelled",
    "Closed",
    "ContextOverflow",
    "EngineError",
    "Fatal",
    "GrammarError",
    "MalformedFile",
    "ManifestMismatch",
    "TemplateError",
    "Unavailable",
    "UnsupportedFeature",
]


class EngineError(Exception):
    """Root of the tree. `code` is for programs, the text for people."""

    code = "engine"


class Unavailable(EngineError):
    """The native library, a file or memory can't be had; another backend may still answer."""

    code = "unavailable"


class MalformedFile(EngineError):
    """A file is damaged; the text says what was expected and what was found."""

    code = "malformed_file"


class UnsupportedFeature(EngineError):
    """The file is sound but needs something that this engine doesn't do, named in the text."""

    code = "unsupported_feature"


class ArgumentError(EngineError, ValueError):
    """A value from the caller is out of range."""

    code = "argument"


class GrammarError(ArgumentError):
    """A pattern or a token's name in a grammar can't be used."""

    code = "grammar"


class TemplateError(ArgumentError):
    """A chat template can't be compiled or rendered."""

    code = "template"


class Closed(EngineError):
    """The model or session was closed; open another."""

    code = "closed"


class ContextOverflow(EngineError):
    """The tokens don't fit; nothing was changed. All counts are tokens."""

    code = "context_overflow"

    def __init__(self, stage: str, resident: int, additional: int, size: int) -> None:
        super().__init__(
            f"{stage}: {additional} more tokens after {resident} resident ones exceed the context of {size}. "
            "Shorten the prompt or open a session with a larger context."
        )
        self.stage, self.resident, self.additional, self.size = stage, resident, additional, size


class ManifestMismatch(EngineError):
    """What is on file belongs to another model, tokenizer, template, setting or adapter."""

    code = "manifest_mismatch"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The snapshot can't be used here: {reason}. Prefill the prompt instead.")
        self.reason = reason


class Cancelled(EngineError):
    """The caller's cancel event was set; the step was rolled back."""

    code = "cancelled"


class Fatal(EngineError):
    """The model's numbers or the session's state can't be trusted; the text gives the first cause."""

    code = "fatal"
