"""The only place where a review or an appeal changes.

Actions that change what is in force lock the customer's row first.
"""

from .appeal import (
    acknowledge_appeal,
    decide_appeal,
    log_appeal,
    name_substitute,
    suspend_restrictions,
    withdraw_appeal,
)
from .late_promise import (
    announce_suspension,
    answer_late_promise,
    follow_unmerge,
    pass_up,
    suspend_until_held,
    take_back_suspension,
    write_late_letter,
)
from .letter import write_letter
from .review import hold_review

__all__ = [
    "acknowledge_appeal",
    "announce_suspension",
    "answer_late_promise",
    "decide_appeal",
    "follow_unmerge",
    "hold_review",
    "log_appeal",
    "name_substitute",
    "pass_up",
    "suspend_restrictions",
    "suspend_until_held",
    "take_back_suspension",
    "withdraw_appeal",
    "write_late_letter",
    "write_letter",
]
