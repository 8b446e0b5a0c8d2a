"""Records of a case: references, versions, history, statuses. What writes them is `writing`, which actions alone import."""

from .changes import RecordChanges, atomic_action, made_keys, records_changed
from .derived import DerivedCharField
from .idempotency import idempotent
from .limits import FIRST_YEAR, LAST_YEAR, LONG, MAX_LINES, MESSAGE, SHORT
from .models import CaseRecord, ChainedRecord, DerivedRow, models_by_prefix
from .querysets import CaseQuerySet, ReadOnlyQuerySet, RecordQuerySet, is_of_closed_case, leaves_nothing_out
from .references import ReferenceSequence
from .transitions import RecordWithStatus, Transition, status_changed
from .verification import HistoryFault, find_history_faults, find_model_faults
from .versions import Stale, has_changed, lock_record

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONG",
    "MAX_LINES",
    "MESSAGE",
    "SHORT",
    "CaseQuerySet",
    "CaseRecord",
    "ChainedRecord",
    "DerivedCharField",
    "DerivedRow",
    "HistoryFault",
    "ReadOnlyQuerySet",
    "RecordChanges",
    "RecordQuerySet",
    "RecordWithStatus",
    "ReferenceSequence",
    "Stale",
    "Transition",
    "atomic_action",
    "find_history_faults",
    "find_model_faults",
    "has_changed",
    "idempotent",
    "is_of_closed_case",
    "leaves_nothing_out",
    "lock_record",
    "made_keys",
    "models_by_prefix",
    "records_changed",
    "status_changed",
]
