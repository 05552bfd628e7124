"""Every error that the memory raises.

    LilaMemoryError            anything below
    ├── GrammarError           a memory block or a tool call that doesn't follow the grammar
    ├── StoreError             the store itself
    │   ├── StoreUnavailable   the file can't be opened, or isn't a memory store
    │   │   ├── StoreFull      the disk has no room left
    │   │   └── StoreReadOnly  the disk or the file may not be written
    │   ├── SchemaTooNew       written by a later Lila
    │   └── StoreBusy          another process held the store for too long
    ├── NotFound               no memory has this id
    ├── StaleVersion           the memory was changed by someone else meanwhile
    ├── NotAllowed             the state of the memory doesn't permit this
    ├── AlreadyApplied         the operations of this turn are in the store
    └── TransferError          an import that can't be read

Each carries ``code``, a word for programs, and a sentence for people that says what to do.
"""

from __future__ import annotations


class LilaMemoryError(Exception):
    """Root of the tree; ``code`` is stable, the sentence may be reworded."""

    code = "memory"


class GrammarError(LilaMemoryError):
    """A block that doesn't follow the grammar; the sentence never repeats what the person said."""

    code = "grammar"


class StoreError(LilaMemoryError):
    """The store as a whole can't be used."""

    code = "store"


class StoreUnavailable(StoreError):
    """The file can't be opened, or isn't a memory store."""

    code = "unavailable"


class StoreFull(StoreUnavailable):
    """The disk has no room left."""

    code = "disk_full"


class StoreReadOnly(StoreUnavailable):
    """The disk or the file may not be written, or was opened for reading only."""

    code = "read_only"


class SchemaTooNew(StoreError):
    """The store was written by a later Lila."""

    code = "schema_too_new"


class StoreBusy(StoreError):
    """Another process held the store for longer than the time-out."""

    code = "busy"


class NotFound(LilaMemoryError):
    """No memory has this id."""

    code = "not_found"


class StaleVersion(LilaMemoryError):
    """Someone else changed the memory since it was read."""

    code = "stale_version"


class NotAllowed(LilaMemoryError):
    """The state of the memory doesn't permit what was asked."""

    code = "not_allowed"


class AlreadyApplied(LilaMemoryError):
    """The operations of this turn are in the store; a second time would change nothing for the better."""

    code = "already_applied"


class TransferError(LilaMemoryError):
    """An import that can't be read at all; single bad rows are reported, not raised."""

    code = "transfer"
