"""Who may do what about reviews and appeals (`may_x`), and what is wrong or missing (`check_x`)."""

from .appeal import (
    appealable_restrictions,
    can_read_appeal,
    can_read_reasons,
    check_appeal,
    check_appealable,
    check_day_of_appeal,
    check_verdicts,
    may_acknowledge_appeal,
    may_change_on_appeal,
    may_log_appeal,
    may_resume,
    may_suspend,
    may_withdraw_appeal,
)
from .binding import check_appeals, check_merge
from .fields import field_name, name_refused_restriction, rename_refused_field
from .hearing import (
    Hearing,
    check_panel,
    check_substitute,
    hearing_of_appeal,
    may_hear_appeal,
    may_name_involved,
    may_name_substitute,
)
from .late_promise import (
    WORKING_DAYS_PUT_OFF,
    WORKING_DAYS_TO_ANSWER,
    check_late_letter_still_true,
    check_put_off,
    check_suspension,
    may_answer_late,
    may_write_late_letter,
    open_late_answers,
    restrictions_to_suspend,
)
from .letter import check_suspensions_unchanged, may_explain_suspensions, may_write_letter
from .merging import check_same_customer
from .review import check_not_under_appeal, check_review, may_hold_review
from .version import REQUEST_FIELDS, unsaved_version

__all__ = [
    "REQUEST_FIELDS",
    "WORKING_DAYS_PUT_OFF",
    "WORKING_DAYS_TO_ANSWER",
    "Hearing",
    "appealable_restrictions",
    "can_read_appeal",
    "can_read_reasons",
    "check_appeal",
    "check_appealable",
    "check_appeals",
    "check_day_of_appeal",
    "check_late_letter_still_true",
    "check_merge",
    "check_not_under_appeal",
    "check_panel",
    "check_put_off",
    "check_review",
    "check_same_customer",
    "check_substitute",
    "check_suspension",
    "check_suspensions_unchanged",
    "check_verdicts",
    "field_name",
    "hearing_of_appeal",
    "may_acknowledge_appeal",
    "may_answer_late",
    "may_change_on_appeal",
    "may_explain_suspensions",
    "may_hear_appeal",
    "may_hold_review",
    "may_log_appeal",
    "may_name_involved",
    "may_name_substitute",
    "may_resume",
    "may_suspend",
    "may_withdraw_appeal",
    "may_write_late_letter",
    "may_write_letter",
    "name_refused_restriction",
    "open_late_answers",
    "rename_refused_field",
    "restrictions_to_suspend",
    "unsaved_version",
]
