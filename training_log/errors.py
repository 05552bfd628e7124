"""Everything that can go wrong in the diary.

TrainingLogError
├── RecordInvalid          record_invalid    a record that can't be written as it is
├── JournalUnwritable      journal_*         the line is not on the disk, so the turn is not done
│   ├── JournalFull        journal_full      no space or quota left
│   ├── JournalReadOnly    journal_read_only the folder or file may not be written
│   ├── JournalMisplaced   journal_misplaced a link or a file is where a file or folder of the log should be
│   └── JournalBroken      journal_io        any other failure of the disk
├── JournalClosed          journal_closed    used after close()
├── LineDamaged            line_damaged      one line can't be read
└── ExportFailed           export_failed     the export was not written; what was there stays
"""

from __future__ import annotations

import errno

__all__ = [
    "ExportFailed",
    "JournalBroken",
    "JournalClosed",
    "JournalFull",
    "JournalMisplaced",
    "JournalReadOnly",
    "JournalUnwritable",
    "LineDamaged",
    "RecordInvalid",
    "TrainingLogError",
]


class TrainingLogError(Exception):
    """Root of the diary's errors: a machine code and a sentence that says what to do."""

    code = "training_log"


class RecordInvalid(TrainingLogError):
    """The record holds something that the log can't keep (a naive time, an empty id, NaN)."""

    code = "record_invalid"


class JournalUnwritable(TrainingLogError):
    """The line did not reach the disk; nothing of it is left in the log."""

    code = "journal_io"


class JournalFull(JournalUnwritable):
    code = "journal_full"


class JournalReadOnly(JournalUnwritable):
    code = "journal_read_only"


class JournalMisplaced(JournalUnwritable):
    code = "journal_misplaced"


class JournalBroken(JournalUnwritable):
    code = "journal_io"


class JournalClosed(TrainingLogError):
    code = "journal_closed"


class LineDamaged(TrainingLogError):
    """One line can't be read; `lila log verify` says which."""

    code = "line_damaged"


class ExportFailed(TrainingLogError):
    code = "export_failed"


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}


def unwritable(error: OSError, path: object) -> JournalUnwritable:
    """The typed error for what the operating system said about `path`."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return JournalFull(f"The log at {path} has no room left ({reason}). Free some space.")
    if error.errno in _READ_ONLY:
        return JournalReadOnly(
            f"The log at {path} may not be written ({reason}). Give your user write access to it."
        )
    if error.errno == errno.ELOOP:
        return JournalMisplaced(
            f"{error.filename or path} is a link, and the log is written only into files of its own. "
            "Put the file itself in its place."
        )
    if error.errno in _NO_FOLDER:
        return JournalMisplaced(f"The log's folder can't be at {path}: a file is there. Move that file away.")
    return JournalBroken(f"The log at {path} failed ({reason}). Check the disk, then say it again.")
