from .close_spellings import customers_with_close_name
from .customers import (
    customers_with_email,
    flag_labels,
    has_warning,
    head_of_household,
    household_members,
    is_in_household_of,
    is_same_household,
    join_summaries,
    what_applies,
)
from .duplicates import LikelyDuplicate, likely_duplicates
from .emergency_routes import can_phone, can_use_emergency_line, emergency_routes
from .lookup import find_matching_ids, look_up_customers, sort_best_first
from .merging import (
    count_records,
    fields_to_choose,
    history_without_merges,
    merged_values,
    people_reading_about,
    pointers_to_customers,
    unmerged_values,
    values_by_column,
)
from .needs import (
    consequences_of_needs,
    doubtful_channels,
    doubtful_print,
    needs_changed_on,
    notes_by_need,
    unusable_channels,
    unusable_formats,
)
from .open_work import open_work

__all__ = [
    "LikelyDuplicate",
    "can_phone",
    "can_use_emergency_line",
    "consequences_of_needs",
    "count_records",
    "customers_with_close_name",
    "customers_with_email",
    "doubtful_channels",
    "doubtful_print",
    "emergency_routes",
    "fields_to_choose",
    "find_matching_ids",
    "flag_labels",
    "has_warning",
    "head_of_household",
    "history_without_merges",
    "household_members",
    "is_in_household_of",
    "is_same_household",
    "join_summaries",
    "likely_duplicates",
    "look_up_customers",
    "merged_values",
    "needs_changed_on",
    "notes_by_need",
    "open_work",
    "people_reading_about",
    "pointers_to_customers",
    "sort_best_first",
    "unmerged_values",
    "unusable_channels",
    "unusable_formats",
    "values_by_column",
    "what_applies",
]
