from .card_texts import can_limit, check_card_texts, find_limits, new_limits
from .details import check_duplicates, check_last_day, check_name, check_other_customer
from .emergency_routes import check_emergency_route
from .lasting import (
    DETAILS_REASON_MISSING,
    check_death,
    check_details_replaced,
    is_under_decision,
    replaced_details,
)
from .merging import (
    check_merge,
    check_second_manager,
    is_late,
    may_ask_unmerge,
    may_merge_customers,
    may_unmerge_customers,
)
from .needs import LETTERS_FIELDS, check_confirmation, check_how_confirmed, check_needs
from .permissions import (
    can_read_every_case,
    changes_to_oversee,
    may_act_on_case,
    may_add_customer,
    may_assign_customer,
    may_change_customer,
    may_read_card,
    may_read_lists,
    may_request_assignment,
)

__all__ = [
    "DETAILS_REASON_MISSING",
    "LETTERS_FIELDS",
    "can_limit",
    "can_read_every_case",
    "changes_to_oversee",
    "check_card_texts",
    "check_confirmation",
    "check_death",
    "check_details_replaced",
    "check_duplicates",
    "check_emergency_route",
    "check_how_confirmed",
    "check_last_day",
    "check_merge",
    "check_name",
    "check_needs",
    "check_other_customer",
    "check_second_manager",
    "find_limits",
    "is_late",
    "is_under_decision",
    "may_act_on_case",
    "may_add_customer",
    "may_ask_unmerge",
    "may_assign_customer",
    "may_change_customer",
    "may_merge_customers",
    "may_read_card",
    "may_read_lists",
    "may_request_assignment",
    "may_unmerge_customers",
    "new_limits",
    "replaced_details",
]
