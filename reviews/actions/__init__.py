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
from .letter import write_letter
from .review import hold_review, send_reminder

__all__ = [
    "acknowledge_appeal",
    "decide_appeal",
    "hold_review",
    "log_appeal",
    "name_substitute",
    "send_reminder",
    "suspend_restrictions",
    "withdraw_appeal",
    "write_letter",
]
