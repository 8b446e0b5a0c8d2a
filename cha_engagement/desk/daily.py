from datetime import date

from .actions import remove_old_typed_drafts
from .chasing import Morning, forget_done_tasks
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


def chase_tasks(today: date) -> str:
    """Chase what waits this morning. Policy §22, 23, 25, 57."""
    forget_done_tasks()
    return f"{Morning(today).chase_all()} told of what waits for them."
