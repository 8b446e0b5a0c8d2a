"""Name every permission that the application asks. The models declare them, and `staff/roles.py` gives them to roles."""

from enum import StrEnum


class Permission(StrEnum):
    """A permission that a role gives, under the name by which Django knows it."""

    READ_CUSTOMERS = "customers.view_customer"
    READ_CARDS = "customers.view_card"
    ADD_CUSTOMERS = "customers.add_customer"
    CHANGE_CUSTOMERS = "customers.change_customer"
    MERGE_CUSTOMERS = "customers.merge_customer"
    ASSIGN_CUSTOMERS = "customers.assign_customer"

    READ_INCIDENTS = "incidents.view_incident"
    """Whoever has it reads no more by being assigned or named."""
    LOG_INCIDENTS = "incidents.add_incident"
    ASSESS_INCIDENTS = "incidents.assess_incident"
    CLOSE_INCIDENTS = "incidents.close_incident"
    ASSIGN_INCIDENTS = "incidents.assign_incident"
    LOG_CONTACTS = "contacts.add_contact"
    RECORD_RESTORATIVE_ACTIONS = "restorative.add_restorativeaction"

    READ_RESTRICTIONS = "restrictions.view_restriction"
    READ_MANAGEMENT_DECISIONS = "restrictions.view_managementdecision"
    PROPOSE_RESTRICTIONS = "restrictions.propose_restriction"
    DECIDE_MANAGEMENT = "restrictions.decide_management"
    IMPOSE_RESTRICTIONS = "restrictions.impose_restriction"
    JUDGE_COMPLAINTS_PROCESS = "restrictions.restrict_complaints_process"
    """Find somebody's use of the complaints process unacceptable, in a measure or in a letter. Policy §54."""

    READ_REVIEWS = "reviews.view_review"
    HOLD_REVIEWS = "reviews.hold_review"
    RECEIVE_ESCALATIONS = "reviews.receive_escalations"
    READ_APPEALS = "reviews.view_appeal"
    LOG_APPEALS = "reviews.log_appeal"
    HEAR_APPEALS = "reviews.hear_appeal"
    HEAR_NAMED_APPEALS = "reviews.hear_named_appeal"
    """Hear the appeals that one is named for, and read what these rest on and nothing else: somebody from outside."""

    READ_EVIDENCE = "evidence.view_evidence"
    ADD_EVIDENCE = "evidence.add_evidence"
    READ_LETTERS = "letters.view_letter"
    ISSUE_LETTERS = "letters.issue_letter"
    EXPORT_LISTS = "lists.export"

    READ_HISTORY = "staff.view_history"
    READ_WIDER_ACCESS = "staff.view_wideraccess"
    READ_ACCESS_LOG = "staff.view_accesslogentry"
    ADMINISTER = "organisation.administer"
