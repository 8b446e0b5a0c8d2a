"""Records of a case: references, versions, history, statuses. What writes them is `writing`, which actions alone import."""

from .idempotency import idempotent
from .limits import FIRST_YEAR, LAST_YEAR, LONG, MAX_LINES, SHORT
from .models import CaseRecord, ChainedRecord
from .querysets import ReadOnlyQuerySet, RecordQuerySet
from .references import ReferenceSequence
from .rows import Urgency, event_rows, task_rows
from .transitions import RecordWithStatus, Transition, status_changed
from .verification import HistoryFault, find_history_faults, find_model_faults
from .versions import Stale, has_changed, lock_record

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONG",
    "MAX_LINES",
    "SHORT",
    "CaseRecord",
    "ChainedRecord",
    "HistoryFault",
    "ReadOnlyQuerySet",
    "RecordQuerySet",
    "RecordWithStatus",
    "ReferenceSequence",
    "Stale",
    "Transition",
    "Urgency",
    "event_rows",
    "find_history_faults",
    "find_model_faults",
    "has_changed",
    "idempotent",
    "lock_record",
    "status_changed",
    "task_rows",
]
