from .adjustments import agree_adjustment, end_adjustment
from .details import add_customer, assign_customer, change_customer, request_assignment
from .merging import (
    ask_merge,
    ask_unmerge,
    decline_merge,
    merge_customers,
    move_records_of_merged_customers,
    unmerge_customers,
)
from .needs import confirm_needs, take_how_confirmed
from .signposting import record_signposting, undo_signposting

__all__ = [
    "add_customer",
    "agree_adjustment",
    "ask_merge",
    "ask_unmerge",
    "assign_customer",
    "change_customer",
    "confirm_needs",
    "decline_merge",
    "end_adjustment",
    "merge_customers",
    "move_records_of_merged_customers",
    "record_signposting",
    "request_assignment",
    "take_how_confirmed",
    "undo_signposting",
    "unmerge_customers",
]
