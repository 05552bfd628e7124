"""The diary: what was said, kept so that nothing reported done is lost and nothing forgotten remains."""

from __future__ import annotations

from training_log.errors import TrainingLogError
from training_log.journal import Journal
from training_log.lines import Entry
from training_log.records import OpRecord, PromptPart, SignalRecord, ToolRecord, TurnRecord, new_id
from training_log.verification import Problem, VerifyReport

__all__ = [
    "Entry",
    "Journal",
    "OpRecord",
    "Problem",
    "PromptPart",
    "SignalRecord",
    "ToolRecord",
    "TrainingLogError",
    "TurnRecord",
    "VerifyReport",
    "new_id",
]
