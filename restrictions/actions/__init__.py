"""The only place where a decision is made and a restriction changes.

Actions that change what is in force lock the customer’s row first, so that each sees what the one before it left.
"""

from .beginning import first_day_changed
from .changing import ease_on_appeal, keep_without_review, replace_people, vary_restriction
from .deciding import decide_management
from .decision import (
    contact_limited,
    draft_decision_letter,
    draft_explanation,
    record_explained,
    undo_explained,
)
from .ending import (
    draft_end_letter,
    end_agreement,
    expire_restriction,
    lift_restriction,
    overturn_restriction,
    resume_restriction,
    suspend_late_restriction,
    suspend_restriction,
)
from .imposing import (
    decline_proposal,
    impose_proposal,
    impose_restriction,
    propose_restriction,
    withdraw_proposal,
)
from .interim import (
    draft_interim_letter,
    end_interim_measure,
    extend_interim_measure,
    lapse_interim_measure,
    set_interim_measure,
)
from .notifying import (
    confirm_reading,
    notification_undone,
    notify_customer,
    notify_customer_by_letter,
    record_talk,
    request_read_receipts,
    undo_notification_by_letter,
)
from .unnotified import (
    ask_another_stand_in,
    ask_not_to_notify,
    explain_decision_after_all,
    leave_customer_unnotified,
    leave_decision_unexplained,
    refuse_not_to_notify,
)

__all__ = [
    "ask_another_stand_in",
    "ask_not_to_notify",
    "confirm_reading",
    "contact_limited",
    "decide_management",
    "decline_proposal",
    "draft_decision_letter",
    "draft_end_letter",
    "draft_explanation",
    "draft_interim_letter",
    "ease_on_appeal",
    "end_agreement",
    "end_interim_measure",
    "expire_restriction",
    "explain_decision_after_all",
    "extend_interim_measure",
    "first_day_changed",
    "impose_proposal",
    "impose_restriction",
    "keep_without_review",
    "lapse_interim_measure",
    "leave_customer_unnotified",
    "leave_decision_unexplained",
    "lift_restriction",
    "notification_undone",
    "notify_customer",
    "notify_customer_by_letter",
    "overturn_restriction",
    "propose_restriction",
    "record_explained",
    "record_talk",
    "refuse_not_to_notify",
    "replace_people",
    "request_read_receipts",
    "resume_restriction",
    "set_interim_measure",
    "suspend_late_restriction",
    "suspend_restriction",
    "undo_explained",
    "undo_notification_by_letter",
    "vary_restriction",
    "withdraw_proposal",
]
