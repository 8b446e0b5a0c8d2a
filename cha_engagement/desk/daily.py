from datetime import date

from .actions import remove_old_typed_drafts
from .events import mend_events
from .search.rows import mend_words
from .tasks import mend_tasks


def remove_typed_drafts(today: date) -> str:
    return f"Drafts: {remove_old_typed_drafts()} old ones removed"


def compare_timelines(today: date) -> str:
    return f"Timelines: {mend_events()} records put right"


def compare_tasks(today: date) -> str:
    return f"Tasks: {mend_tasks()} put right"


def compare_words(today: date) -> str:
    return f"Search: {mend_words()} records put right"
